//! Ruby: rubocop, exceptions, bundler, gems, CocoaPods.

use super::rule::{Rule, diagnostic, error, weak};

pub(super) const RULES: &[Rule] = &[
    diagnostic(
        "rubocop",
        ": C: ¦: W: ¦: E: ¦: F: ¦: R: ¦: I: ",
        r"^(?P<file>[^:\s][^:]*):(?P<line>\d+):(?P<col>\d+): [CWEFRI]: (?:\[Corr\w+\] )?(?:(?P<code>[A-Z]\w+(?:/\w+)+): )?(?P<msg>.+)",
        "lib/a.rb:3:5: C: Style/StringLiterals: Prefer single-quoted strings",
    ),
    diagnostic(
        "ruby",
        ":in ",
        r"^(?:\S+: )?(?P<file>[^\s:]+):(?P<line>\d+):in [`'](?:[^']*)': (?P<msg>.+) \((?P<code>[A-Z][\w:]+)\)$",
        "lib/a.rb:3:in `f': undefined method `x' for nil:NilClass (NoMethodError)",
    ),
    diagnostic(
        "ruby",
        "syntax error",
        r"^(?P<file>[^\s:]+):(?P<line>\d+): (?P<msg>syntax errors?\b.*)",
        "lib/a.rb:3: syntax error, unexpected end-of-input",
    ),
    diagnostic(
        "bundler",
        "Bundler could not find compatible¦Could not find gem¦in any of the sources¦in locally installed gems¦Your Ruby version is¦The lockfile¦gemspec¦frozen mode",
        r"^(?P<msg>Bundler could not find compatible versions|Could not find (?:gem .*|.* in (?:any of the sources|locally installed gems|rubygems).*)|Your Ruby version is .*, but your Gemfile .*|The gemspec .* is not valid|You are trying to install in deployment mode.*|.*frozen mode.*)",
        "Could not find rake-12.0 in any of the sources",
    ),
    diagnostic(
        "bundler",
        "version solving has failed",
        r"version solving has failed",
        "So, because a depends on b, version solving has failed.",
    ),
    diagnostic(
        "gem",
        "requires Ruby version¦requires RubyGems version",
        r"(?P<msg>\S+ requires Ruby(?:Gems)? version .*)",
        "Gem::InstallError: a requires Ruby version >= 2.6.",
    ),
    weak(
        "bundler",
        "An error occurred while installing",
        r"^An error occurred while installing ",
        "An error occurred while installing nokogiri (1.8), and Bundler cannot continue.",
    ),
    weak(
        "gem",
        "Failed to build gem native extension",
        r"Failed to build gem native extension",
        "ERROR: Failed to build gem native extension.",
    ),
    error(
        "gem",
        "ERROR:  ",
        r"^ERROR:  (?P<msg>.*)",
        "ERROR:  Could not find a valid gem 'x' (>= 0) in any repository",
    ),
    diagnostic(
        "reek",
        "]:",
        r"^\s+\[\d+(?:, \d+)*\]:(?P<code>\w+): (?P<msg>.*)",
        "  [3]:UtilityFunction: A#b doesn't depend on instance state",
    ),
    diagnostic(
        "ruby",
        "Don't know how to build task¦No Rakefile found¦Can't find Gemfile¦Could not locate Gemfile",
        r"(?P<msg>Don't know how to build task.*|No Rakefile found.*|Could not locate Gemfile.*)",
        "Don't know how to build task 'x' (See the list of available tasks with `rake --tasks`)",
    ),
];

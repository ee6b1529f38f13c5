//! RSpec and Minitest.

use crate::bench::Bench;
use crate::debian;

fn ruby() -> Bench {
    let mut library = debian::matching("usr/lib/ruby/*");
    for folder in debian::matching("usr/lib/*/ruby") {
        library.extend(std::fs::read_dir(folder).unwrap().filter_map(Result::ok).map(|entry| entry.path()));
    }
    let gems =
        [debian::root("usr/share/rubygems-integration/all"), "/usr/share/rubygems-integration/all".into()];
    debian::bench("ruby").env("RUBYLIB", debian::joined(&library)).env("GEM_PATH", debian::joined(&gems))
}

#[test]
fn rspec() {
    let mut bench = ruby();
    if !bench.has(&["rspec", "--version"]) {
        return;
    }
    for style in
        [&[][..], &["--format", "documentation"], &["--force-color"], &["--order", "rand:7", "--backtrace"]]
    {
        let argv = [&["rspec"][..], style].concat();
        for variant in ["red", "green"] {
            bench.check(variant, &argv);
        }
    }
    bench.finish();
}

#[test]
fn minitest() {
    let mut bench = ruby();
    if !bench.has(&["ruby", "-e", "require 'minitest'"]) {
        return;
    }
    for style in [&[][..], &["--verbose"], &["--seed", "7"]] {
        let argv = [&["ruby", "test/shop_test.rb"][..], style].concat();
        for (section, variant) in [("minitest", "red"), ("green", "green")] {
            bench.check_as(section, variant, &argv);
        }
    }
    bench.finish();
}

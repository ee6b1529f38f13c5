//! What compilers, linters, packagers and runtimes print when they complain: a table of rules, one small
//! file for a family of tools.
//!
//! [`classify`] tells how much a line says, [`read`] takes file, line, code and message out of it. To add a
//! tool, add a rule with a line that fits; the table's tests do the rest. Each rule names literals that
//! its lines hold, so that only lines with such a literal meet a regular expression at all.

mod builds;
mod config;
mod dotnet;
mod go;
mod javascript;
mod jvm;
mod languages;
mod native;
mod packages;
mod php;
mod places;
mod python;
mod ruby;
mod rule;
mod runners;
mod runtime;
mod rust;
mod services;
mod summaries;
mod wrappers;

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::{Captures, Regex};

use crate::text::{ascii_boundaries, clip};

pub(crate) use places::{Place, place_in};
pub(crate) use rule::{Level, Rule};

/// All rules. Of several that fit a line the first one of the highest precedence counts.
const FAMILIES: &[&[Rule]] = &[
    wrappers::RULES,
    runners::RULES,
    builds::RULES,
    summaries::RULES,
    rust::RULES,
    native::RULES,
    javascript::RULES,
    python::RULES,
    jvm::RULES,
    go::RULES,
    dotnet::RULES,
    ruby::RULES,
    php::RULES,
    languages::RULES,
    config::RULES,
    packages::RULES,
    services::RULES,
    runtime::RULES,
];

/// Room for rules in a set of them.
const WORDS: usize = 8;
/// What is looked at of a line: what tells lines apart stands at their beginning.
const HEAD: usize = 2000;

/// Where a tool's own error lines come in the order in which rules are asked.
const ERROR: usize = 7;

/// A complaint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// Tool.
    pub(crate) tool: &'static str,
    /// File as printed.
    pub(crate) file: Option<String>,
    /// Line in it.
    pub(crate) line: Option<u32>,
    /// Column.
    pub(crate) column: Option<u32>,
    /// Code or name of the tool's rule.
    pub(crate) code: Option<String>,
    /// Message.
    pub(crate) message: String,
}

/// A set of rules, by position.
type Wanted = [u64; WORDS];

struct Table {
    automaton: Option<AhoCorasick>,
    owners: Vec<Wanted>,
    rules: Vec<(&'static Rule, OnceLock<Option<Regex>>)>,
}

/// What is asked first: what must not be taken for a cause, then what says most.
fn precedence(rule: &Rule) -> usize {
    match rule.level {
        // Exceptions that wrap must not be taken for exceptions.
        Level::Weak if rule.tool == "python" => 0,
        Level::Wrapper => 0,
        Level::Diagnostic => 1,
        Level::Strict => 2,
        Level::Summary => 3,
        Level::Warning => 4,
        Level::Noise => 5,
        Level::Weak => 6,
        Level::Error => ERROR,
        Level::Mention => 8,
    }
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut rules: Vec<&'static Rule> = FAMILIES.iter().flat_map(|family| family.iter()).collect();
        rules.sort_by_key(|rule| precedence(rule));
        let mut words: Vec<(&str, Wanted)> = Vec::new();
        for (at, rule) in rules.iter().enumerate() {
            for key in rule.keys.split('¦') {
                let place = words.iter().position(|(word, _)| *word == key).unwrap_or_else(|| {
                    words.push((key, [0; WORDS]));
                    words.len() - 1
                });
                if let Some(word) = words[place].1.get_mut(at / 64) {
                    *word |= 1 << (at % 64);
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words.iter().map(|(word, _)| word))
            .ok();
        Table {
            automaton,
            owners: words.into_iter().map(|(_, owners)| owners).collect(),
            rules: rules.into_iter().map(|rule| (rule, OnceLock::new())).collect(),
        }
    })
}

impl Table {
    fn regex(&self, at: usize) -> Option<&Regex> {
        let (rule, regex) = &self.rules[at];
        regex.get_or_init(|| Regex::new(&ascii_boundaries(rule.shape)).ok()).as_ref()
    }

    /// The rules whose literals a line holds.
    fn wanted(&self, text: &str) -> Option<Wanted> {
        let automaton = self.automaton.as_ref()?;
        let mut wanted = [0_u64; WORDS];
        for found in automaton.find_overlapping_iter(text) {
            let owners = &self.owners[found.pattern().as_usize()];
            wanted.iter_mut().zip(owners).for_each(|(word, owner)| *word |= owner);
        }
        wanted.iter().any(|word| *word != 0).then_some(wanted)
    }

    /// The rule among those wanted that a line fits.
    fn rule_for(&self, text: &str, wanted: &Wanted) -> Option<usize> {
        for (word, mut left) in wanted.iter().copied().enumerate() {
            while left != 0 {
                let at = word * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                if self.regex(at).is_some_and(|regex| regex.is_match(text)) {
                    return Some(at);
                }
            }
        }
        None
    }
}

/// The rule that a line fits, and where the part of the line begins that fits it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fit {
    at: usize,
    start: usize,
}

impl Fit {
    /// The rule.
    pub(crate) fn rule(self) -> &'static Rule {
        table().rules[self.at].0
    }
}

/// How much a line says: as it stands, behind its indentation, or behind the word that a tool puts before
/// what another one said.
pub(crate) fn classify(text: &str) -> Option<Fit> {
    let text = head(text);
    let wanted = table().wanted(text)?;
    let whole = table().rule_for(text, &wanted).map(|at| Fit { at, start: 0 });
    match whole {
        Some(fit) if precedence(fit.rule()) < ERROR => whole,
        _ => inner(text, &wanted).or(whole),
    }
}

/// The line behind indentation or a tool's own word, where that says more than the whole.
fn inner(text: &str, wanted: &Wanted) -> Option<Fit> {
    let mut start = text.len() - text.trim_start().len();
    if start > 0
        && let Some(at) = table().rule_for(&text[start..], wanted)
        && table().rules[at].0.level != Level::Mention
        // What tests of Go print is indented.
        && (table().rules[at].0.tool != "go" || table().rules[at].0.shape.contains("<col>"))
    {
        return Some(Fit { at, start });
    }
    for word in
        ["[ERROR] ", "[error] ", "ERROR: ", "Error: ", "error: ", "remote: ", "│ ", "| ", "> ", "##[error]"]
    {
        if let Some(rest) = text[start..].strip_prefix(word) {
            start = text.len() - rest.trim_start().len();
            let at = table().rule_for(&text[start..], wanted)?;
            let level = table().rules[at].0.level;
            return matches!(level, Level::Diagnostic | Level::Wrapper).then_some(Fit { at, start });
        }
    }
    None
}

fn head(text: &str) -> &str {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// What a line that fits says.
pub(crate) fn read(fit: Fit, text: &str) -> Complaint {
    let rule = fit.rule();
    let text = &head(text)[fit.start.min(head(text).len())..];
    let captures = table().regex(fit.at).and_then(|regex| regex.captures(text));
    let group = |name: &str| captures.as_ref().and_then(|captures| group(captures, name));
    let file = group("file").map(|file| clip(file.trim(), 500));
    let tool = if rule.tool.is_empty() { file.as_deref().map_or("", tool_of) } else { rule.tool };
    Complaint {
        tool,
        line: group("line").and_then(|line| line.parse().ok()),
        column: group("col").and_then(|column| column.parse().ok()),
        code: group("code").map(|code| clip(code, 200)),
        message: clip(group("msg").filter(|text| !text.trim().is_empty()).unwrap_or(text).trim(), 1000),
        file,
    }
}

fn group<'a>(captures: &Captures<'a>, name: &str) -> Option<&'a str> {
    captures.name(name).map(|found| found.as_str()).filter(|text| !text.is_empty())
}

/// The tool that complains about files with such a name in the form `file:line: error: message`.
fn tool_of(file: &str) -> &'static str {
    match file.rsplit('.').next().unwrap_or_default() {
        "py" | "pyi" => "mypy",
        "java" => "javac",
        "kt" | "kts" => "kotlinc",
        "scala" => "scalac",
        "swift" => "swiftc",
        "hs" | "lhs" => "ghc",
        "ts" | "tsx" => "tsc",
        "go" => "go",
        "rs" => "rustc",
        "zig" => "zig",
        "ml" | "mli" => "ocaml",
        "ex" | "exs" => "elixir",
        "erl" => "erlang",
        "dart" => "dart",
        "cs" | "csproj" | "vb" | "fs" => "dotnet",
        "proto" => "protoc",
        "ac" | "am" => "autotools",
        "sh" | "bash" => "shellcheck",
        _ => "gcc",
    }
}

#[cfg(test)]
mod formats_tests;
#[cfg(test)]
mod logs_tests;
#[cfg(test)]
mod tests;

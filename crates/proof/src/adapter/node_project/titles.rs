//! Names of tests: titles in a row, as logs print them and as patterns find them.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::{Framework, TestTarget};

use super::{Runner, package};
use crate::counted::{TestOutcome, TestResult};
use crate::project::Project;

/// The id of a test: its titles as the log reader gives them, each on one line.
pub(in crate::adapter) fn id_of(runner: &Runner, titles: &[String]) -> String {
    let flat: Vec<String> = titles.iter().map(|title| flat(title)).collect();
    flat.join(runner.separator)
}

fn flat(title: &str) -> String {
    let lines: Vec<&str> = title.lines().map(str::trim_end).collect();
    match lines.split_first() {
        Some((first, rest)) if !rest.is_empty() => {
            let rest: Vec<&str> =
                rest.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
            [&[*first], rest.as_slice()].concat().join(" ")
        }
        _ => title.trim_end().to_owned(),
    }
}

/// A regular expression of JavaScript for full names: titles joined by spaces. An id that is a suite's
/// stands for all tests in it.
pub(in crate::adapter) fn pattern<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<String> = Vec::new();
    for id in ids {
        let name = name_pattern(id);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [one] => format!("^{one}(?: |$)"),
        _ => format!("^(?:{})(?: |$)", names.join("|")),
    }
}

/// The same for one id, without anchors.
pub(in crate::adapter) fn name_pattern(id: &str) -> String {
    let parts: Vec<String> =
        parts(id).map(|part| part.split_whitespace().map(escaped).collect::<Vec<_>>().join("\\s+")).collect();
    // A title may hold the sign that stands between titles.
    parts.join("\\s+(?:[>›]\\s+)?")
}

/// The titles of an id.
pub(in crate::adapter) fn parts(id: &str) -> impl Iterator<Item = &str> {
    id.split(" › ").flat_map(|part| part.split(" > "))
}

/// One word, with what is special in expressions escaped, and with what templates replace left open.
fn escaped(word: &str) -> String {
    let mut text = String::new();
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        if let Some(found) = placeholder().and_then(|placeholder| placeholder.find(rest)) {
            // `%s` as printed and whatever stands in its place.
            text.push_str(".*");
            rest = &rest[found.end()..];
            continue;
        }
        if "\\^$.|?*+()[]{}/".contains(c) {
            text.push('\\');
        }
        text.push(c);
        rest = &rest[c.len_utf8()..];
    }
    text
}

/// `%s` and its kin of `it.each`, at the beginning of a text.
fn placeholder() -> Option<&'static Regex> {
    static PLACEHOLDER: OnceLock<Option<Regex>> = OnceLock::new();
    PLACEHOLDER.get_or_init(|| Regex::new(r"^(?:%[sdifjopO#]|\$\{?[A-Za-z_][\w.]*\}?)").ok()).as_ref()
}

/// Whether a result is one of a target: the test itself, a test in the suite, a test of the template, or
/// the failure of something around it.
pub(in crate::adapter) fn belongs(target: &TestTarget, result: &TestResult) -> bool {
    if !same_file(target, result) {
        return false;
    }
    // A file that cannot be loaded, a hook or a suite that fails: a failure of every test in it.
    let failed = result.outcome == TestOutcome::Failed;
    if target.id.is_empty() || (failed && Some(&result.id) == result.suite.as_ref()) {
        return true;
    }
    let (wanted, found) = (unified(&target.id), unified(&result.id));
    let within = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(" > "))
    };
    let around = if is_hook(&found) { found.rsplit_once(" > ").map(|(suite, _)| suite) } else { None };
    let hooked = failed && is_hook(&found) && around.is_none_or(|suite| within(suite, &wanted));
    if within(&wanted, &found) || (failed && within(&found, &wanted)) || hooked {
        return true;
    }
    let template = parts(&wanted).any(|part| {
        part.split_whitespace().any(|word| {
            placeholder().is_some_and(|one| word.char_indices().any(|(at, _)| one.is_match(&word[at..])))
        })
    });
    template
        && Regex::new(&format!("^{}(?:\\s|$)", name_pattern(&wanted)))
            .is_ok_and(|pattern| pattern.is_match(&found.replace(" > ", " ")))
}

fn unified(id: &str) -> String {
    id.replace(" › ", " > ")
}

/// Whether an id is that of what holds tests: a file that cannot be loaded, a hook that failed.
pub(in crate::adapter) fn is_whole(id: &str) -> bool {
    let id = unified(id);
    is_hook(&id) || (package::is_script(&id) && !id.contains(" > "))
}

/// Hooks have names of their own.
fn is_hook(id: &str) -> bool {
    let last = id.rsplit(" > ").next().unwrap_or(id);
    (last.starts_with("\"before ") || last.starts_with("\"after ")) && last.contains("\" hook")
}

fn same_file(target: &TestTarget, result: &TestResult) -> bool {
    let Some(found) = result.suite.as_deref() else { return true };
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    [&target.file, &target.suite].into_iter().flatten().all(|wanted| {
        let wanted = wanted.strip_prefix("./").unwrap_or(wanted);
        // Only a test's file says where it is: a log may name the file that broke.
        !package::is_script(wanted) || ends(wanted, found) || ends(found, wanted)
    })
}

/// The only file of tests that holds the title of a test, when the log names none.
pub(in crate::adapter) fn file_with(project: &Project, id: &str, framework: Framework) -> Option<String> {
    let titles: Vec<&str> = parts(id).collect();
    let (last, first) = (titles.last()?, titles.first()?);
    let holds = |text: &str, title: &str| {
        let escaped = title.replace('\\', "\\\\");
        [title.to_owned(), escaped.replace('\'', "\\'"), escaped.replace('"', "\\\"")]
            .iter()
            .any(|title| text.contains(title.as_str()))
    };
    let mut found = Vec::new();
    for file in project.files() {
        if !package::is_script(&file)
            || !super::role(&file).is_some_and(|role| role == super::super::Role::Tests)
        {
            continue;
        }
        let Some(text) = project.text(&file) else { continue };
        if holds(&text, first) && holds(&text, last) {
            found.push(file);
        }
    }
    found.retain(|file| package::framework_of(project, file).is_none_or(|known| known == framework));
    if found.len() == 1 { found.pop() } else { None }
}

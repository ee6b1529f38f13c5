//! Edits to what judges: test files, their data, and tests inside source files.
//!
//! Which edits decide: in the file of a test in question, everything but new tests; in the data and
//! snapshots that it names, everything; in other tests, what removes or weakens an assertion (and what
//! deletes or skips a test, see the rules of these names). The rest is shown: new tests, and expected
//! values of other tests that follow a change of behaviour. None of it takes part in the proof, for
//! which the base's own tests are restored.

use regreen_case::FindingKind;

use crate::adapter::Role;

use super::change::Language;
use super::pattern::Pattern;
use super::syntax::{TestItem, tests};
use super::{Change, Findings};

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if matches!(change.role, Some(Role::Configuration | Role::PartlyConfiguration)) {
        return;
    }
    if change.judges() {
        if change.checks {
            let what = format!("the test file {} was edited: the check looks at it too", change.path);
            findings.review(FindingKind::TestFileEdited, change.path, change.first_line(), what);
        } else if change.file.old_path.is_none() {
            new_file(change, findings);
        } else if change.is_targets {
            own_file(change, findings);
        } else if is_data_of_target(change) {
            reject(change, change.first_line(), "what the failing test compares with was edited", findings);
        } else {
            let what = format!("the test file {} was edited; the proof used the base's", change.path);
            findings.review(FindingKind::TestFileEdited, change.path, change.first_line(), what);
        }
    } else if change.language == Language::Rust {
        inline_tests(change, findings);
    }
}

fn reject(change: &Change<'_>, line: Option<u32>, what: &str, findings: &mut Findings) {
    findings.reject(FindingKind::TestFileEdited, change.path, line, format!("{}: {what}", change.path));
}

/// Files that runners and languages load by themselves, whichever test was asked for.
fn new_file(change: &Change<'_>, findings: &mut Findings) {
    static RUNS_FIRST: Pattern = Pattern::new(
        r"^\s*func\s+(?:TestMain|init)\s*\(|^var\s+_\s*=\s*func|^[a-z]\w*(?:\.\w+)+\s*=[^=]|^setattr\(|\bjest\.mock\(|\bautouse\s*=\s*True|\bRSpec\.configure|\bBeforeSuite|@BeforeAll.*static|TestExecutionListener|ServiceLoader|implements\s+\w*(?:Extension|Listener|Callback)\b|::testing::(?:Environment|AddGlobalTestEnvironment)|pytest_plugins|def\s+pytest_\w+",
    );
    if let Some((line, text)) = change.added.first().filter(|_| change.name() == "__init__.py") {
        let what = format!("this runs before the tests of its folder: `{}`", text.trim());
        return reject(change, Some(*line), &what, findings);
    }
    if let Some((line, text)) = change.added.iter().find(|(_, text)| RUNS_FIRST.is_match(text)) {
        let what = format!("this runs before every other test: `{}`", text.trim());
        return reject(change, Some(*line), &what, findings);
    }
    if is_data_of_target(change) {
        return reject(
            change,
            change.first_line(),
            "what the failing test compares with was added",
            findings,
        );
    }
    let what = format!("the test file {} was added; it had no part in the proof", change.path);
    findings.review(FindingKind::TestFileEdited, change.path, change.first_line(), what);
}

/// The file of a test in question: whole new tests may come, everything else stays.
fn own_file(change: &Change<'_>, findings: &mut Findings) {
    static IMPORT: Pattern = Pattern::new(
        r"^\s*(?:import|from|use|using|require|#include|const\b.*\brequire\(|\}\s*from)(?:\b|\s|$)|^\s*\w+,\s*$|^\s*[)\]}]+[;,]?\s*$",
    );
    let old = tests(change.language, change.before.as_deref().unwrap_or_default());
    let now = tests(change.language, change.after.as_deref().unwrap_or_default());
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    // An import that only grows stays what it was.
    let grown = |old: &str| {
        IMPORT.is_match(old)
            && change.added.iter().any(|(_, new)| {
                let new = words(new);
                words(old).iter().all(|word| new.contains(word))
            })
    };
    let moved = |old: &str| change.added.iter().any(|(_, new)| new.trim() == old.trim());
    if let Some((line, text)) = change.removed.iter().find(|(_, text)| !grown(text) && !moved(text)) {
        let what = format!("the file of the failing test was edited; it had `{}`", text.trim());
        return reject(change, Some(*line), &what, findings);
    }
    let is_new = |item: &&TestItem| !old.iter().any(|other| other.name == item.name);
    let fresh: Vec<&TestItem> = now.iter().filter(is_new).collect();
    let inside = |line: u32| {
        fresh.iter().any(|item| (item.line.saturating_sub(item.attributes)..=item.end).contains(&line))
    };
    static OPENS: Pattern =
        Pattern::new(r"^\s*(?:class\s+\w+|describe\(|context\(|mod\s+\w+|\}|\)|end\b|\]|#\[)");
    let foreign = change.added.iter().find(|(line, text)| {
        !inside(*line)
            && !IMPORT.is_match(text)
            && !OPENS.is_match(text)
            && !change.removed.iter().any(|(_, old)| old.trim() == text.trim())
    });
    if let Some((line, text)) = foreign {
        let what = format!("the file of the failing test was edited outside new tests: `{}`", text.trim());
        return reject(change, Some(*line), &what, findings);
    }
    let what = format!("tests were added to {}; the proof used the base's", change.path);
    findings.review(FindingKind::TestFileEdited, change.path, change.first_line(), what);
}

/// Whether a snapshot or a file of data belongs to a test in question, by its name.
fn is_data_of_target(change: &Change<'_>) -> bool {
    if change.is_targets {
        return false;
    }
    let snapshot = change.path.split('/').any(|part| matches!(part, "__snapshots__" | "snapshots"))
        || change.name().ends_with(".snap")
        || change.name().contains("golden")
        || change.path.contains("/approved")
        || change.name().contains(".approved.");
    let by_test =
        snapshot
            && change.literals.names.iter().any(|name| {
                change.name().contains(name.as_str()) || change.path.contains(&format!("{name}/"))
            });
    by_test || change.literals.mentions_file(change.path)
}

/// A source file cannot be restored whole, so its tests must be as they were.
fn inline_tests(change: &Change<'_>, findings: &mut Findings) {
    let Some(before) = change.before.as_deref() else { return };
    let now = tests(change.language, change.after.as_deref().unwrap_or_default());
    let all = tests(change.language, before);
    // Something new beside the tests that takes the place of what they call.
    for new in now.iter().filter(|new| !new.is_test && !all.iter().any(|old| old.name == new.name)) {
        let name = new.name.rsplit("::").next().unwrap_or(&new.name);
        let called = |old: &TestItem| {
            old.is_test && (old.text.contains(&format!("{name}(")) || old.text.contains(&format!("{name}!")))
        };
        if all.iter().any(called) {
            let message = format!("`{name}` takes the place of what the tests call");
            findings.reject(FindingKind::TestFileEdited, change.path, Some(new.line), message);
        }
    }
    for old in all {
        let same_name: Vec<_> = now.iter().filter(|item| item.name == old.name).collect();
        if same_name.iter().any(|item| item.text == old.text) {
            continue;
        }
        // A formatter writes them anew as well.
        if change.checks && same_name.iter().any(|item| says_the_same(&item.text, &old.text)) {
            continue;
        }
        let line = same_name.first().map_or(old.line, |item| item.line);
        let what = if same_name.is_empty() { "was removed" } else { "was changed" };
        let message = format!("`{}`, which belongs to the tests of this file, {what}", old.name);
        let follows = same_name.first().is_some_and(|new| {
            !change.is_targets && old.is_test && super::assertions::same_shape(change.language, &old, new)
        });
        if follows {
            findings.review(FindingKind::TestFileEdited, change.path, Some(line), message);
        } else {
            findings.reject(FindingKind::TestFileEdited, change.path, Some(line), message);
        }
    }
}

/// Whether two pieces of source differ by no more than what a formatter does: white space and commas at the end of
/// a list.
pub(super) fn says_the_same(one: &str, other: &str) -> bool {
    let bare = |text: &str| -> String {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        [")", "]", "}"].iter().fold(text, |text, end| text.replace(&format!(",{end}"), end))
    };
    bare(one) == bare(other)
}

//! Assertions that were removed or weakened.

use regreen_case::FindingKind;

use super::change::Language;
use super::edited::says_the_same;
use super::pattern::Pattern;
use super::syntax::{TestItem, tests};
use super::{Change, Findings};

/// How far off a value may be.
static TOLERANCE: Pattern = Pattern::new(
    r"(?i)\b(?:tolerance|delta|abs|rel|places|eps(?:ilon)?|atol|rtol|precision|digits)\s*[=:]|approx|toBeCloseTo|InDelta|InEpsilon|be_within|be_close|isclose|_NEAR\(|FLOAT_EQ|assertAlmost|closeTo\(",
);

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    let (Some(before), Some(after)) = (change.before.as_deref(), change.after.as_deref()) else { return };
    if !change.judges() && change.language != Language::Rust {
        return;
    }
    let now = tests(change.language, after);
    for old in tests(change.language, before).iter().filter(|item| item.is_test) {
        let Some(new) = now.iter().find(|item| item.name == old.name) else { continue };
        let formatted = |one: &String, other: &String| change.checks && says_the_same(one, other);
        let is_kept = |old: &&String| new.assertions.iter().any(|new| new == *old || formatted(new, old));
        let lost = old.assertions.iter().find(|assertion| !is_kept(assertion));
        let Some(lost) = lost else {
            leaves_early(change, old, new, findings);
            continue;
        };
        let message = format!("`{}` no longer has the assertion `{lost}`", old.name);
        let follows = !change.is_targets && same_shape(change.language, old, new);
        if follows {
            findings.review(FindingKind::AssertionWeakened, change.path, Some(new.line), message);
        } else {
            findings.reject(FindingKind::AssertionWeakened, change.path, Some(new.line), message);
        }
    }
}

/// The assertions are there, but something ends the test before them.
fn leaves_early(change: &Change<'_>, old: &TestItem, new: &TestItem, findings: &mut Findings) {
    static LEAVES: Pattern = Pattern::new(
        r"^\s*(?:return\b\s*(?:\w*\(?\)?|None|0)\s*;?\s*$|if\s+(?:False|false|0)\b|if\s*\(\s*(?:false|0)\s*\)|while\s+False|next\b\s*$|break\b\s*;?$|exit\b)|\btry\b|\bcatch\b|\bexcept\b|\brescue\b|\|\|\s*true\b|\bor\s+True\b",
    );
    if old.assertions.is_empty() || old.text == new.text {
        return;
    }
    let inside = change.added.iter().filter(|(line, _)| (new.line..=new.end).contains(line));
    for (line, text) in inside.filter(|(_, text)| LEAVES.is_match(text)) {
        let message =
            format!("`{}` may end before its assertions or swallow them: `{}`", old.name, text.trim());
        findings.reject(FindingKind::AssertionWeakened, change.path, Some(*line), message);
    }
}

/// Whether two versions of a test assert the same things about other values.
pub(super) fn same_shape(language: Language, old: &TestItem, new: &TestItem) -> bool {
    let shape = |item: &TestItem| -> Vec<String> {
        let all = item.assertions.iter().map(|assertion| {
            let bare: String =
                super::language::lines(language, assertion).into_iter().map(|line| line.bare).collect();
            bare.chars().filter(|c| !c.is_whitespace() && !c.is_ascii_digit() && *c != '.').collect()
        });
        all.collect()
    };
    let tolerant = |item: &TestItem| item.assertions.iter().any(|assertion| TOLERANCE.is_match(assertion));
    shape(old) == shape(new) && !tolerant(new)
}

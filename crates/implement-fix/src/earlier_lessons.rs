//! What earlier cases teach: sentences for agents, an order for the search.

use regreen_agents::Lesson;
use regreen_case::{Attempt, AttemptOutcome, EarlierEnd, Likeness};
use regreen_repair::{EarlierHunk, Priors, Proven};
use regreen_workspace::Patch;

use crate::earlier::{Earlier, LikeCase};

/// Attempts of a case that are looked at.
const MOST_ATTEMPTS: usize = 20;
/// Attempts of a case that are told of.
const TOLD_ATTEMPTS: usize = 4;
/// Hunks of a change beyond which it says nothing about where.
const MOST_HUNKS: usize = 20;
const SENTENCE_CHARS: usize = 240;

impl Earlier {
    /// For agents, most telling first.
    pub(crate) fn lessons(&self) -> Vec<Lesson> {
        self.cases.iter().map(lesson).collect()
    }

    /// For the search.
    pub(crate) fn priors(&self) -> Priors {
        let mut priors = Priors::default();
        for like in &self.cases {
            match (&like.patch, like.end) {
                (Some(patch), EarlierEnd::Proven) => priors.proven.push(Proven {
                    hunks: hunks(patch),
                    template: like.case.fix.template.clone(),
                    weight: match like.likeness {
                        Likeness::SameSignature => 1.0,
                        Likeness::SameTest => 0.7,
                        Likeness::SameKind => 0.4,
                    },
                }),
                (Some(patch), EarlierEnd::Rejected) if like.likeness == Likeness::SameSignature => {
                    priors.turned_down.extend(only_hunk(patch));
                }
                _ => {}
            }
            if like.likeness == Likeness::SameSignature {
                let failed =
                    like.case.fix.attempts.iter().take(MOST_ATTEMPTS).filter(|one| was_turned_down(one));
                let diffs = failed.filter_map(|attempt| like.case.diff(attempt.diff.as_deref()?));
                let patches = diffs.filter_map(|bytes| Patch::from_bytes(bytes).ok());
                priors.turned_down.extend(patches.filter_map(|patch| only_hunk(&patch)));
            }
        }
        // What was proven in one case may have failed in another, which ran out of time, say.
        let Priors { proven, turned_down } = &mut priors;
        turned_down.retain(|hunk| !proven.iter().any(|proven| proven.hunks.contains(hunk)));
        priors
    }
}

fn was_turned_down(attempt: &Attempt) -> bool {
    matches!(attempt.outcome, AttemptOutcome::StillRed | AttemptOutcome::Refused)
}

fn lesson(like: &LikeCase) -> Lesson {
    let fix = &like.case.fix;
    let ended = match like.end {
        EarlierEnd::Proven => "proven",
        EarlierEnd::Rejected => "turned down",
        EarlierEnd::Unproven => "not proven",
        EarlierEnd::NoFix => "no fix",
    };
    let mut account = Vec::new();
    if let Some(signature) = &like.case.traits().signature {
        let test = signature.test.as_deref().unwrap_or("it");
        account.push(format!("{test} failed: {}: {}", signature.kind, signature.message));
    }
    for attempt in fix.attempts.iter().take(TOLD_ATTEMPTS) {
        let outcome = serde_json::to_value(attempt.outcome).unwrap_or_default();
        let outcome = outcome.as_str().unwrap_or_default().to_owned();
        account
            .push(format!("attempt {}, {}: {outcome}: {}", attempt.number, attempt.fixer, attempt.summary));
    }
    account.extend(fix.root_cause.as_ref().map(|cause| format!("root cause, as its fixer saw it: {cause}")));
    let why =
        like.case.verification.as_ref().and_then(|found| found.reason.as_deref()).or(fix.reason.as_deref());
    account.extend(why.map(|why| format!("in the end: {ended}: {why}")));
    let shown = like.likeness == Likeness::SameSignature
        && matches!(like.end, EarlierEnd::Proven | EarlierEnd::Rejected);
    let diff = like.patch.as_ref().filter(|_| shown);
    Lesson {
        title: format!("{}: {}, {ended}", like.day(), like.likeness),
        account: account.iter().map(|line| one_line(line)).collect::<Vec<_>>().join("\n"),
        diff: diff.map(|patch| String::from_utf8_lossy(patch.bytes()).into_owned()).unwrap_or_default(),
    }
}

fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(SENTENCE_CHARS) {
        Some((at, _)) => format!("{}…", &words[..at]),
        None => words,
    }
}

/// The change of a patch that is one contiguous change, as a candidate of the search is.
fn only_hunk(patch: &Patch) -> Option<EarlierHunk> {
    let mut all = hunks(patch);
    if all.len() == 1 { all.pop() } else { None }
}

/// Its contiguous changes, without the lines around them.
fn hunks(patch: &Patch) -> Vec<EarlierHunk> {
    let mut found = Vec::new();
    for file in patch.files().iter().filter(|file| !file.binary) {
        let Some(path) = &file.old_path else { continue };
        for hunk in file.hunks.iter().take(MOST_HUNKS) {
            let lines: Vec<(u32, char, &str)> = hunk.numbered_lines().collect();
            let changed = |line: &(u32, char, &str)| line.1 != ' ';
            let (Some(first), Some(last)) = (lines.iter().position(changed), lines.iter().rposition(changed))
            else {
                continue;
            };
            let side = |without: char| {
                let kept = lines[first..=last].iter().filter(move |line| line.1 != without);
                kept.map(|line| line.2.trim_end_matches('\r').to_owned()).collect::<Vec<_>>()
            };
            // Before the first change both sides have the same lines.
            let line = hunk.old_start.saturating_add(u32::try_from(first).unwrap_or(u32::MAX));
            found.push(EarlierHunk { file: path.clone(), line, before: side('+'), after: side('-') });
        }
    }
    found.truncate(MOST_HUNKS);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -3,5 +3,5 @@\n one\n-two\n+2\n three\n-four\n+4\n five\n";

    #[test]
    fn a_hunk_is_what_changed_and_what_lies_between() {
        let patch = Patch::from_bytes(PATCH.as_bytes().to_vec()).unwrap();
        let hunk = only_hunk(&patch).unwrap();
        assert_eq!((hunk.file.as_str(), hunk.line), ("a.py", 4));
        assert_eq!(
            (hunk.before.join(" "), hunk.after.join(" ")),
            ("two three four".into(), "2 three 4".into())
        );
        let twice = format!("{PATCH}@@ -30 +30 @@\n-x\n+y\n");
        assert!(only_hunk(&Patch::from_bytes(twice.into_bytes()).unwrap()).is_none());
    }

    #[test]
    fn sentences_are_one_line_and_short() {
        assert_eq!(one_line("a\n  b\tc"), "a b c");
        assert_eq!(one_line(&"é".repeat(900)).chars().count(), SENTENCE_CHARS + 1);
    }
}

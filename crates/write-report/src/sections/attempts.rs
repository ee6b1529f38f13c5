//! What was tried to repair it.

use regreen_case::{Attempt, Fix, FixStatus, Layout};

use crate::facts::{Facts, word};
use crate::markdown;

/// Diffs of at most this many attempts are shown; all are listed.
const MAX_DIFFS: usize = 5;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let Some(fix) = facts.documents.fix.get() else {
        return Some(super::unusable("fix.json", facts.documents.fix.problem()));
    };
    let mut out = result(fix);
    if let Some(earlier) = &fix.earlier_cases {
        out.push_str(&super::earlier_cases::line(earlier));
        out.push('\n');
    }
    if !fix.attempts.is_empty() {
        out.push_str(&attempts(&fix.attempts));
    }
    if fix.status == FixStatus::PatchFound
        && let Some(patch) = facts.excerpt(Layout::PATCH)
    {
        let title =
            if facts.documents.verification.get().is_some() { "Patch" } else { "Patch (not verified)" };
        out.push_str(&format!("\n{title}:\n\n{}", markdown::fence("diff", &patch, 16_000)));
    }
    // The patch itself is shown above; what failed is what helps whoever goes on.
    let failed =
        fix.attempts.iter().rev().filter(|attempt| attempt.outcome != regreen_case::AttemptOutcome::Green);
    for attempt in failed.take(MAX_DIFFS) {
        let diff = attempt.diff.as_deref().and_then(|diff| facts.excerpt(diff));
        if let Some(diff) = diff.filter(|diff| !diff.trim().is_empty()) {
            out.push('\n');
            let title = format!("Diff of attempt {}", attempt.number);
            out.push_str(&markdown::details(&title, &markdown::fence("diff", &diff, 4_000)));
        }
    }
    out.push_str(&super::confidence::part(fix).unwrap_or_default());
    if !fix.alternatives.is_empty() {
        out.push_str("\nOther changes that also made the test pass, best first:\n\n");
        out.push_str(&markdown::list(fix.alternatives.iter().map(|path| markdown::code(path))));
    }
    Some(out)
}

fn result(fix: &Fix) -> String {
    let reason =
        fix.reason.as_deref().map_or(String::new(), |reason| format!(": {}", markdown::text(reason)));
    let mut out = match fix.status {
        FixStatus::PatchFound => {
            let by =
                fix.fixer.as_deref().map_or(String::new(), |fixer| format!(" by {}", markdown::code(fixer)));
            format!("A patch was found{by}{reason}.\n\n")
        }
        FixStatus::Skipped => return format!("Skipped{reason}.\n"),
        _ => format!("No patch: `{}`{reason}.\n\n", word(&fix.status)),
    };
    if fix.attempts.is_empty() && fix.status != FixStatus::PatchFound {
        out.push_str("No attempt was made.\n");
    }
    out
}

fn attempts(attempts: &[Attempt]) -> String {
    let rows: Vec<_> = attempts
        .iter()
        .map(|attempt| {
            let end = attempt
                .end_reason
                .as_deref()
                .map_or(String::new(), |end| format!(" ({})", markdown::text(end)));
            vec![
                attempt.number.to_string(),
                markdown::code_cell(&attempt.fixer),
                format!("`{}`{end}", word(&attempt.outcome)),
                markdown::text(&attempt.summary),
                markdown::seconds(attempt.duration_s),
            ]
        })
        .collect();
    markdown::table(&["#", "Fixer", "Outcome", "What was tried", "Time"], &rows)
}

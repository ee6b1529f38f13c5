//! Why it failed, as far as somebody found out.

use regreen_case::{Analysis, Attempt, AttemptOutcome, Fix, FixStatus};

use crate::facts::Facts;
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let fix = facts.documents.fix.get().filter(|fix| fix.status != FixStatus::Skipped)?;
    let said = deciding_analysis(fix);
    let history = super::culprit::lines(fix);
    if fix.root_cause.is_none() && fix.hypothesis.is_none() && said.is_none() {
        let mut out = "Not known: no fixer got far enough to name it.\n".to_owned();
        out.extend(history.map(|history| format!("\n{history}")));
        return Some(out);
    }
    let by = fix.fixer.as_deref().map_or("the fixer".to_owned(), markdown::code);
    let mut out = String::new();
    let cause = fix.root_cause.as_ref().or(said.and_then(|said| said.root_cause.as_ref()));
    if let Some(cause) = cause {
        out.push_str(&format!("As {by} sees it:\n\n{}\n", markdown::fence("text", cause, 4_000)));
    }
    if let Some(hypothesis) = &fix.hypothesis {
        out.push_str(&format!(
            "Why the change should help:\n\n{}",
            markdown::fence("text", hypothesis, 4_000)
        ));
    }
    out.extend(history.map(|history| format!("\n{history}")));
    if let Some(analysis) = said {
        if let Some(confidence) = analysis.confidence {
            out.push_str(&format!("\nIts own confidence: {confidence}.\n"));
        }
        if !analysis.unchecked.is_empty() {
            let items: Vec<String> =
                analysis.unchecked.iter().map(|item| format!("- {}\n", markdown::text(item))).collect();
            out.push_str(&format!("\nWhat it could not check:\n\n{}", items.concat()));
        }
    }
    Some(out)
}

/// What the fixer says whose change it is; of changes that did not hold, the last one's.
fn deciding_analysis(fix: &Fix) -> Option<&Analysis> {
    // Several may have been green side by side.
    let by_change = |attempt: &&Attempt| match fix.attempt {
        Some(number) => attempt.number == number,
        None => attempt.outcome == AttemptOutcome::Green,
    };
    let deciding = fix.attempts.iter().rev().find(by_change).or(fix.attempts.last())?;
    deciding.analysis.as_ref()
}

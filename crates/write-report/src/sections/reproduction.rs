//! How the failure was made to happen here, or what was tried.

use regreen_case::{Reproduction, ReproductionStatus, TestCommand};

use crate::facts::{Facts, word};
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let Some(found) = facts.documents.reproduction.get() else {
        return Some(super::unusable("reproduction.json", facts.documents.reproduction.problem()));
    };
    let reason =
        found.reason.as_deref().map_or(String::new(), |reason| format!(": {}", markdown::text(reason)));
    let mut out = match found.status {
        ReproductionStatus::Reproduced => format!("The failure happens here{reason}.\n\n"),
        ReproductionStatus::NotReproduced => format!("The test passes here{reason}.\n\n"),
        ReproductionStatus::DifferentFailure => format!("The test fails here in another way{reason}.\n\n"),
        ReproductionStatus::NotRunnable => format!("Nothing could be run{reason}.\n\n"),
        ReproductionStatus::Skipped => return Some(format!("Skipped{reason}.\n")),
    };
    let parts = [markdown::list(lines(found)), trials(found), differences(found)];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    out.push_str(&parts.join("\n"));
    Some(out)
}

fn lines(found: &Reproduction) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(command) = &found.command {
        lines.push(format!("Command: {}", markdown::code(&shell_line(command))));
    }
    if found.status == ReproductionStatus::Reproduced {
        lines.push("Once more: `reproduction/run_test.sh` in the case".to_owned());
    }
    for test in found.tests.iter().take(20) {
        lines.push(format!(
            "Test: {}",
            markdown::code(if test.id.is_empty() { test.file.as_deref().unwrap_or("?") } else { &test.id })
        ));
    }
    if let Some(base) = &found.base {
        lines.push(format!("On commit: {}", markdown::code(base)));
    }
    if let Some(rate) = &found.rate {
        lines.push(format!(
            "Failed in {} of {} runs: {} (95 % interval {} to {})",
            rate.failures,
            rate.runs,
            markdown::percent(rate.rate),
            markdown::percent(rate.low),
            markdown::percent(rate.high)
        ));
    }
    if let Some(grade) = found.grade {
        lines.push(format!("Compared with CI: `{}`", word(&grade)));
    }
    if let Some(branch) = &found.branch {
        lines.push(format!("Branch with the reproduction: {}", markdown::code(branch)));
    }
    if let Some(author) = &found.written_by {
        lines.push(format!("The test was written by {}", markdown::code(author)));
    }
    lines
}

fn trials(found: &Reproduction) -> String {
    if found.trials.is_empty() {
        return String::new();
    }
    let rows: Vec<_> = found
        .trials
        .iter()
        .map(|trial| {
            vec![
                markdown::text(&trial.how),
                trial.runs.to_string(),
                trial.matching.to_string(),
                trial.other.to_string(),
            ]
        })
        .collect();
    markdown::table(&["Tried", "Runs", "Failed as in CI", "Failed otherwise"], &rows)
}

fn differences(found: &Reproduction) -> String {
    if found.not_replicated.is_empty() {
        return String::new();
    }
    let rows: Vec<_> = found
        .not_replicated
        .iter()
        .map(|difference| {
            vec![
                markdown::text(&difference.what),
                markdown::code_cell(&difference.ci),
                markdown::code_cell(&difference.here),
            ]
        })
        .collect();
    format!("What differs from CI:\n\n{}", markdown::table(&["What", "In CI", "Here"], &rows))
}

/// The command as a person would type it.
pub(super) fn shell_line(command: &TestCommand) -> String {
    let words = command.argv.iter().map(|word| super::next_steps::shell_word(word));
    let line = words.collect::<Vec<_>>().join(" ");
    if command.cwd.is_empty() { line } else { format!("cd {} && {line}", command.cwd) }
}

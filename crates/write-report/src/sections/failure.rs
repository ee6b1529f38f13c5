//! What failed in CI, as far as the logs tell.

use regreen_case::{FailedTest, Failure, FailureStatus, LogPosition};

use crate::facts::{Facts, word};
use crate::markdown;

/// More rows are left to `failure.json`.
const MAX_TESTS: usize = 20;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let Some(found) = facts.documents.failure.get() else {
        return Some(super::unusable("failure.json", facts.documents.failure.problem()));
    };
    if found.status == FailureStatus::Skipped {
        let reason = found.reason.as_deref().unwrap_or("the work needs no logs");
        return Some(format!("No logs were read: {}.\n", markdown::text(reason)));
    }
    let mut out = format!("Result: `{}`", word(&found.status));
    if let Some(reason) = &found.reason {
        out.push_str(&format!(" ({})", markdown::text(reason)));
    }
    out.push_str("\n\n");
    if !found.tests.is_empty() {
        out.push_str(&tests(&found.tests));
    }
    out.push_str(&cause(found));
    out.push_str(&origin(found));
    let notes = found.warnings.iter().chain(&found.cut);
    out.push_str(&markdown::list(notes.map(|note| format!("Note: {}", markdown::text(note)))));
    if !found.excerpt.trim().is_empty() {
        out.push('\n');
        out.push_str(&markdown::details("Log excerpt", &markdown::fence("text", &found.excerpt, 8_000)));
    }
    Some(out)
}

fn tests(tests: &[FailedTest]) -> String {
    let rows: Vec<_> = tests
        .iter()
        .take(MAX_TESTS)
        .map(|test| {
            let first = test.message.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            let first: String = first.chars().take(200).collect();
            vec![
                markdown::code_cell(&test.id),
                markdown::code_cell(&test.kind),
                markdown::code_cell(&first),
                place(test.file.as_deref(), test.line),
                test.log.as_ref().map_or(String::new(), position),
            ]
        })
        .collect();
    let mut out = markdown::table(&["Failed test", "Kind", "Message", "Where", "Log"], &rows);
    if tests.len() > MAX_TESTS {
        out.push_str(&format!("\n… and {} more in `failure.json`.\n", tests.len() - MAX_TESTS));
    }
    out.push('\n');
    out
}

fn cause(found: &Failure) -> String {
    let mut out = String::new();
    if let Some(infrastructure) = &found.infrastructure {
        out.push_str(&format!(
            "The infrastructure failed (`{}`):\n\n{}\n",
            word(&infrastructure.kind),
            markdown::fence("text", &infrastructure.evidence, 1_000)
        ));
    }
    if let Some(cause) = &found.cause {
        let place = place(cause.file.as_deref(), cause.line);
        let place = if place.is_empty() { place } else { format!(" at {place}") };
        out.push_str(&format!("Cause{place}:\n\n{}\n", markdown::fence("text", &cause.message, 4_000)));
    }
    out
}

fn origin(found: &Failure) -> String {
    let mut lines = Vec::new();
    if let Some(command) = &found.command {
        let first = command.script.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let exit = command.exit_code.map_or(String::new(), |code| format!(", exit code {code}"));
        lines.push(format!("Command in CI: {}{exit}", markdown::code(first)));
    }
    if let Some(run) = &found.run {
        lines.push(format!("Run: {} (attempt {})", markdown::code(&run.url), run.attempt));
        if let Some(sha) = &run.head_sha {
            let branch =
                run.head_branch.as_deref().map_or(String::new(), |b| format!(" on {}", markdown::code(b)));
            lines.push(format!("Commit: {}{branch}", markdown::code(sha)));
        }
    }
    for job in &found.jobs {
        let step =
            job.failed_step.as_deref().map_or(String::new(), |s| format!(", step {}", markdown::code(s)));
        lines.push(format!("Job: {}{step}", markdown::code(&job.name)));
    }
    markdown::list(lines)
}

fn place(file: Option<&str>, line: Option<u32>) -> String {
    match (file, line) {
        (Some(file), Some(line)) => markdown::code_cell(&format!("{file}:{line}")),
        (Some(file), None) => markdown::code_cell(file),
        _ => String::new(),
    }
}

fn position(log: &LogPosition) -> String {
    markdown::code_cell(&format!("{}:{}", log.path, log.line))
}

//! What the pull request is about: the failure, the cause, the changes.

use regreen_case::{Bisection, ConfidenceLevel, Culprit, Severity};

use super::Body;
use crate::markdown::{code, code_cell, fence, table, text};

/// More files are only counted.
const MAX_FILES: usize = 50;
/// More findings are only counted.
const MAX_FINDINGS: usize = 20;

pub(super) fn warning(body: &Body<'_>) -> Option<String> {
    if body.proven {
        return None;
    }
    let reason = body.evidence.verification.as_ref().and_then(|found| found.reason.as_deref());
    let reason = reason.map_or("the proof is not complete".to_owned(), text);
    Some(format!("> [!WARNING]\n> **Unproven.** Nothing speaks against this change, but {reason}."))
}

/// What a search is not sure of, with an input that shows it.
pub(super) fn doubt(body: &Body<'_>) -> Option<String> {
    let found = body.evidence.fix.as_ref()?.confidence.as_ref()?;
    if found.level == ConfidenceLevel::High {
        return Some(format!("**Confidence: high.** In short: {}.", text(&found.reason)));
    }
    let mut out = format!(
        "> [!WARNING]\n> **Low confidence.** The test passes with this change, but {}.",
        text(&found.reason)
    );
    for group in &found.behaviours {
        let Some(difference) = &group.difference else { continue };
        out.push_str(&format!(
            "\n> - {}: with {} in place of {} in {} it says {}, this change {}.",
            text(&group.change),
            code(&difference.after),
            code(&difference.before),
            code(&difference.test),
            code(first_line(&difference.other)),
            code(first_line(&difference.chosen)),
        ));
    }
    Some(out)
}

fn first_line(said: &str) -> &str {
    said.lines().next().unwrap_or_default()
}

pub(super) fn summary(body: &Body<'_>) -> Option<String> {
    let evidence = body.evidence;
    let mut out = format!("## Summary\n\n{}\n", text(&evidence.task.prompt));
    let failure = evidence.failure.as_ref();
    if let Some(test) = failure.and_then(|failure| failure.tests.first()) {
        out.push_str(&format!("\nFailing test: {} ({})\n\n", code(&test.id), code(&test.kind)));
        out.push_str(&fence("text", &test.message, 1_500));
        let more = failure.map_or(0, |failure| failure.tests.len().saturating_sub(1));
        if more > 0 {
            out.push_str(&format!("\n{more} more failed in the same run.\n"));
        }
    } else if let Some(cause) = failure.and_then(|failure| failure.cause.as_ref()) {
        out.push('\n');
        out.push_str(&fence("text", &cause.message, 1_500));
    } else if let Some(target) = evidence.reproduction.iter().flat_map(|found| &found.tests).next() {
        out.push_str(&format!("\nTest: {}\n", code(&target.id)));
    }
    if let Some(run) = failure.and_then(|failure| failure.run.as_ref()) {
        let name = run.workflow.as_deref().unwrap_or("CI run");
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
        if run.url.starts_with("http") && run.url.chars().all(plain) {
            out.push_str(&format!("\nSeen in [{}]({}), attempt {}.\n", text(name), run.url, run.attempt));
        }
    }
    Some(out.trim_end().to_owned())
}

pub(super) fn cause(body: &Body<'_>) -> Option<String> {
    let fix = body.evidence.fix.as_ref()?;
    let mut out = String::new();
    if let Some(cause) = &fix.root_cause {
        out.push_str(&format!("{}\n", text(cause)));
    }
    if let Some(hypothesis) = &fix.hypothesis {
        out.push_str(&format!("\nWhy this change helps: {}\n", text(hypothesis)));
    }
    if let Some(culprit) = &fix.culprit {
        out.push_str(&broken_by(culprit, fix.bisection.as_ref()));
    }
    if let Some(reason) = fix.reason.as_ref().filter(|_| fix.fixer.as_deref() == Some("revert")) {
        // Whose work it takes back has to be read before it is merged.
        out.push_str(&format!("\n> [!NOTE]\n> This change takes work back: {}.\n", text(reason)));
    }
    (!out.is_empty()).then(|| format!("## Root cause\n\n{}", out.trim()))
}

/// The commit, and how it was found.
fn broken_by(culprit: &Culprit, bisection: Option<&Bisection>) -> String {
    let day = culprit.date.map(|date| format!(" on {}", date.strftime("%Y-%m-%d"))).unwrap_or_default();
    let found = bisection
        .map(|found| {
            let commits = if found.tested == 1 { "commit" } else { "commits" };
            format!("; found by bisecting: {} {commits} tested, {} skipped", found.tested, found.skipped)
        })
        .unwrap_or_default();
    // In code spans: naming somebody here must not notify them.
    format!(
        "\nBroken by {} ({}), by {}{day}{found}.\n",
        code(culprit.commit.get(..12).unwrap_or(&culprit.commit)),
        text(&culprit.subject),
        code(&culprit.author)
    )
}

pub(super) fn changes(body: &Body<'_>) -> Option<String> {
    let files = body.candidate.patch.files();
    let rows: Vec<Vec<String>> = files
        .iter()
        .take(MAX_FILES)
        .map(|file| {
            vec![code_cell(file.path()), format!("+{}", file.insertions), format!("−{}", file.deletions)]
        })
        .collect();
    let mut out = format!("## Changes\n\n{}", table(&["File", "Added", "Removed"], &rows));
    if files.len() > MAX_FILES {
        out.push_str(&format!("\n… and {} more files.\n", files.len() - MAX_FILES));
    }
    if !body.candidate.left_out.is_empty() {
        let names: Vec<String> = body.candidate.left_out.iter().map(|path| code(path)).collect();
        out.push_str(&format!(
            "\nLeft out, because tests and their configuration were put back before the proof: {}.\n",
            names.join(", ")
        ));
    }
    let findings: Vec<String> = body
        .evidence
        .verification
        .iter()
        .flat_map(|found| &found.findings)
        .filter(|finding| finding.severity == Severity::Review)
        .map(|finding| {
            let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
            format!("- {} {}", code(&format!("{}{line}", finding.file)), text(&finding.message))
        })
        .collect();
    if !findings.is_empty() {
        let shown = &findings[..findings.len().min(MAX_FINDINGS)];
        out.push_str(&format!("\nPlease look at:\n\n{}\n", shown.join("\n")));
        if findings.len() > MAX_FINDINGS {
            out.push_str(&format!("- … and {} more, in verification.json.\n", findings.len() - MAX_FINDINGS));
        }
    }
    Some(out.trim_end().to_owned())
}

pub(super) fn footer(body: &Body<'_>) -> String {
    let fix = body.evidence.fix.as_ref();
    let fixer = fix.and_then(|fix| fix.fixer.as_deref()).map(|name| format!(" Fixer: {}.", code(name)));
    let cost = fix.and_then(|fix| fix.cost.usd).map(|usd| format!(" Cost: ${usd:.2}."));
    format!(
        "---\n\nMade by [Regreen](https://github.com/regreen/regreen). Failure {}, patch SHA-256 {}.{}{}\n\n<!-- regreen-failure: {} -->\n",
        code(&body.identity.fingerprint),
        code(&body.candidate.sha256),
        fixer.unwrap_or_default(),
        cost.unwrap_or_default(),
        body.identity.fingerprint,
    )
}

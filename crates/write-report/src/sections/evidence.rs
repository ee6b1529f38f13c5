//! What was seen: red, green, red, the neighbours, the findings.

use regreen_case::{Finding, Minimisation, Neighbours, Severity, Stage, Verification, VerificationStatus};

use crate::facts::{Facts, word};
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let Some(found) = facts.documents.verification.get() else {
        return Some(super::unusable("verification.json", facts.documents.verification.problem()));
    };
    let reason =
        found.reason.as_deref().map_or(String::new(), |reason| format!(": {}", markdown::text(reason)));
    if found.status == VerificationStatus::Skipped {
        return Some(format!("Skipped{reason}.\n"));
    }
    let mut out = format!("Verdict: `{}`{reason}\n\n", word(&found.status));
    out.push_str(&stages(found));
    let mut lines = Vec::new();
    if found.required_runs > 0 {
        lines.push(format!("Green runs needed: {}{}", found.required_runs, why_so_many(found)));
    }
    if let Some(shard) = found.shard {
        lines
            .push(format!("This is part {shard} of the runs: it proves nothing before the parts are merged"));
    }
    if !found.merged.is_empty() {
        let parts: Vec<_> = found.merged.iter().map(ToString::to_string).collect();
        lines.push(format!("Merged from the parts {}", parts.join(", ")));
    }
    if let Some(bound) = &found.bound {
        lines.push(format!("What they prove: {}", markdown::text(&bound.statement)));
    }
    if let Some(sha256) = &found.patch_sha256 {
        lines.push(format!("Patch (SHA-256): {}", markdown::code(sha256)));
    }
    if let Some(sandbox) = &found.sandbox {
        lines.push(format!("The tests ran {}", markdown::text(&sandbox.sentence())));
    }
    if !found.restored.is_empty() {
        lines.push(format!("Files restored from the base before every run: {}", found.restored.len()));
    }
    lines.extend(found.minimisation.as_ref().and_then(smaller));
    if !lines.is_empty() {
        out.push('\n');
        out.push_str(&markdown::list(lines));
    }
    if let Some(neighbours) = &found.neighbours {
        out.push_str(&beside(neighbours));
    }
    out.push_str(&findings(&found.findings));
    Some(out)
}

/// What the number of runs excludes, for a failure that comes and goes.
fn why_so_many(found: &Verification) -> String {
    found.runs_needed.map_or(String::new(), |needed| {
        format!(
            " ({} to be rarer than before, {} to exclude a patch that only halves the rate)",
            needed.better_than_before, needed.not_merely_half
        )
    })
}

/// What the patch can do without.
fn smaller(found: &Minimisation) -> Option<String> {
    let places: Vec<String> = found
        .unneeded_hunks
        .iter()
        .take(20)
        .map(|hunk| {
            let (first, last) = (hunk.first_line, hunk.last_line);
            let lines = if first == last { first.to_string() } else { format!("{first}-{last}") };
            markdown::code(&format!("{}:{lines}", hunk.file))
        })
        .collect();
    let more = found.unneeded_hunks.len() - places.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let word = if found.dropped { "Dropped, for the tests pass without" } else { "The tests pass without" };
    (!places.is_empty()).then(|| format!("{word}: {}{more}", places.join(", ")))
}

fn stages(found: &Verification) -> String {
    let stages = [
        ("Base: must be red", &found.red),
        ("With the patch: must be green", &found.green),
        ("Patch taken back: must be red", &found.red_again),
    ];
    let rows: Vec<_> = stages.into_iter().map(|(name, stage)| row(name, stage.as_ref())).collect();
    markdown::table(&["Stage", "Runs", "Passed", "Failed", "Uncounted", "Match", "Time"], &rows)
}

fn row(name: &str, stage: Option<&Stage>) -> Vec<String> {
    let Some(stage) = stage else {
        return vec![
            name.to_owned(),
            "not run".to_owned(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
        ];
    };
    let problem =
        stage.problem.as_deref().map_or(String::new(), |problem| format!(" ({})", markdown::text(problem)));
    vec![
        format!("{name}{problem}"),
        stage.runs.to_string(),
        stage.passes.to_string(),
        stage.failures.to_string(),
        stage.uncounted.to_string(),
        stage.grade.map_or(String::new(), |grade| format!("`{}`", word(&grade))),
        markdown::seconds(stage.duration_s),
    ]
}

fn beside(neighbours: &Neighbours) -> String {
    let mut out = format!(
        "\nNeighbouring tests ({}): {} passed and {} failed before, {} passed and {} failed after.\n",
        markdown::text(&neighbours.chosen_by),
        neighbours.passed_before,
        neighbours.failed_before,
        neighbours.passed_after,
        neighbours.failed_after
    );
    for (title, names) in [
        ("Newly failing", &neighbours.regressions),
        ("Perhaps newly failing (there was no time to be sure)", &neighbours.unconfirmed),
        ("Flaky", &neighbours.flaky),
        ("Not run", &neighbours.not_run),
    ] {
        if !names.is_empty() {
            out.push_str(&format!("\n{title}:\n\n"));
            out.push_str(&markdown::list(names.iter().take(30).map(|name| markdown::code(name))));
        }
    }
    if !neighbours.reruns.is_empty() {
        let rows = neighbours.reruns.iter().take(30).map(|rerun| {
            vec![
                markdown::code_cell(&rerun.test),
                format!("{} of {}", rerun.failed_before, rerun.runs_before),
                format!("{} of {}", rerun.failed_after, rerun.runs_after),
            ]
        });
        out.push_str("\nRun again on both sides:\n\n");
        out.push_str(&markdown::table(&["Test", "Failed before", "Failed after"], &rows.collect::<Vec<_>>()));
    }
    out
}

fn findings(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let rows: Vec<_> = findings
        .iter()
        .map(|finding| {
            let place = finding.line.map_or(finding.file.clone(), |line| format!("{}:{line}", finding.file));
            vec![
                match finding.severity {
                    Severity::Reject => "rejected".to_owned(),
                    Severity::Review => "please look".to_owned(),
                },
                format!("`{}`", word(&finding.kind)),
                markdown::code_cell(&place),
                markdown::text(&finding.message),
            ]
        })
        .collect();
    format!("\nFindings in the patch:\n\n{}", markdown::table(&["Weight", "Kind", "Where", "What"], &rows))
}

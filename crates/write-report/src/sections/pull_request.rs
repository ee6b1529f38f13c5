//! What was published, and what should run on it.

use regreen_case::{CiStart, PullRequest, PullRequestStatus};

use crate::facts::{Facts, word};
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let Some(found) = facts.documents.pull_request.get() else {
        return Some(super::unusable("pull-request.json", facts.documents.pull_request.problem()));
    };
    let reason =
        found.reason.as_deref().map_or(String::new(), |reason| format!(": {}", markdown::text(reason)));
    if found.status == PullRequestStatus::Skipped {
        return Some(format!("None{reason}.\n"));
    }
    let mut out = format!("Result: `{}`{reason}\n\n", word(&found.status));
    out.push_str(&markdown::list(lines(found)));
    if !found.workflows.is_empty() {
        let rows: Vec<_> = found
            .workflows
            .iter()
            .map(|workflow| {
                vec![
                    markdown::code_cell(&workflow.file),
                    markdown::text(&workflow.why),
                    workflow.command.as_deref().map_or(String::new(), markdown::code_cell),
                ]
            })
            .collect();
        out.push_str("\nWorkflows that should run on it:\n\n");
        out.push_str(&markdown::table(&["Workflow", "Why", "Start it by hand"], &rows));
    }
    out.push_str(&markdown::list(found.warnings.iter().map(|w| format!("Warning: {}", markdown::text(w)))));
    Some(out)
}

fn lines(found: &PullRequest) -> Vec<String> {
    let mut lines = Vec::new();
    let mut add = |name: &str, value: &Option<String>| {
        if let Some(value) = value {
            lines.push(format!("{name}: {}", markdown::code(value)));
        }
    };
    add("Title", &found.title);
    add("Branch", &found.branch);
    add("Into", &found.base_branch);
    add("Commit", &found.commit);
    add("Text", &found.body);
    if found.url.is_some() {
        lines.push(format!("Draft: {}", if found.draft { "yes" } else { "no" }));
    }
    match found.ci {
        Some(CiStart::Started) => lines.push("CI: started".to_owned()),
        Some(CiStart::AwaitsApproval) => lines.push("CI: waits for a maintainer's approval".to_owned()),
        Some(CiStart::NotStarted) => lines.push("CI: no run was seen; start it by hand".to_owned()),
        Some(CiStart::Unknown) | None => {}
    }
    lines
}

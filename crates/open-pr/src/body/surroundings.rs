//! How to see it again, what runs on it, and whom to ask.

use regreen_case::CiStart;

use super::Body;
use crate::markdown::{code, fence, text};
use crate::rerun::command;

pub(super) fn rerun(body: &Body<'_>) -> Option<String> {
    let test = body.evidence.reproduction.as_ref()?.command.as_ref()?;
    let name = if body.local { body.identity.branch.as_str() } else { "FETCH_HEAD" };
    let mut out = format!(
        "## See it yourself\n\n{}\nOn the base the same test fails: replace {} by {}.\n",
        fence("sh", &command(test, &body.identity.branch, body.local), 4_000),
        code(name),
        code(&format!("{name}^"))
    );
    for (path, content) in body.tests {
        out.push_str(&format!(
            "\nThe test is not part of this pull request. Put it at {}:\n\n<details><summary>the test</summary>\n\n{}\n</details>\n",
            code(path),
            fence("", content, 8_000)
        ));
    }
    Some(out.trim_end().to_owned())
}

pub(super) fn ci(body: &Body<'_>) -> Option<String> {
    let said = match body.ci? {
        CiStart::Started => "CI runs have started for this commit.",
        CiStart::AwaitsApproval => {
            "CI runs exist and wait for a maintainer's approval: use “Approve workflows to run” below."
        }
        CiStart::NotStarted => {
            "No CI run has started for this commit. Start one below, or close and reopen this pull request; pull requests opened with the workflow's own token may not start CI."
        }
        CiStart::Unknown => {
            "Whether CI has started could not be found out (reading runs needs the permission `actions: read`)."
        }
    };
    Some(format!("## CI\n\n{said}"))
}

pub(super) fn workflows(body: &Body<'_>) -> Option<String> {
    if body.workflows.is_empty() {
        return None;
    }
    let items: Vec<String> = body
        .workflows
        .iter()
        .map(|workflow| {
            let command = workflow.command.as_deref().map(|line| format!("; start it with {}", code(line)));
            format!(
                "- {} ({}): {}{}",
                text(&workflow.name),
                code(&workflow.file),
                text(&workflow.why),
                command.unwrap_or_default()
            )
        })
        .collect();
    Some(format!("## Recommended workflows\n\n{}", items.join("\n")))
}

pub(super) fn people(body: &Body<'_>) -> Option<String> {
    if body.people.is_empty() {
        return None;
    }
    // In code spans: naming somebody here must not notify them.
    let items: Vec<String> =
        body.people.iter().map(|person| format!("- {} {}", code(&person.who), text(&person.why))).collect();
    Some(format!("## People who know this code\n\n{}", items.join("\n")))
}

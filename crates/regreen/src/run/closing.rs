//! The last lines of a run: the status, the report, the pull request.

use regreen_case::{CaseDir, Phase, PullRequest, PullRequestStatus, Report};
use regreen_runner::neutral;

/// Prints them, as far as there is something to say.
pub(crate) fn print(case: &CaseDir) {
    regreen_runner::answer(neutral(&text(case)).trim_end_matches('\n'));
}

fn text(case: &CaseDir) -> String {
    let Ok(report) = case.read::<Report>() else {
        return format!("No report was written; the case is in {}\n", case.root().display());
    };
    let mut out = format!("\n{}: {} ({})\n", report.status.mark(), report.summary, report.ending);
    out.push_str(&format!("Time: {:.1} s\n", report.duration_s));
    for phase in report.phases.iter().filter(|phase| phase.phase != Phase::WriteReport) {
        let took = phase.timing.map_or(String::new(), |timing| format!("{:7.1} s", timing.duration_s));
        out.push_str(&format!("  {:14} {took:>10}  {}\n", phase.phase.name(), phase.status));
    }
    out.push_str(&format!("Report: {}\n", case.path(&report.markdown).display()));
    if let Ok(found) = case.read::<PullRequest>() {
        match (&found.url, &found.branch, found.status) {
            (Some(url), _, _) => out.push_str(&format!("Pull request: {url}\n")),
            (None, Some(branch), PullRequestStatus::WrittenLocally) => {
                out.push_str(&format!("Pull request: branch {branch} in the local repository\n"));
            }
            _ => {}
        }
        if let Some(body) = found.body.as_deref().and_then(|body| case.resolve(body).ok()) {
            out.push_str(&format!("Pull request text: {}\n", body.display()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_everything_is() {
        let folder = tempfile::tempdir().unwrap();
        let case = CaseDir::create(folder.path()).unwrap();
        assert!(text(&case).starts_with("No report"));
        let timing = r#""timing":{"started_at":"2026-01-02T03:04:05Z","duration_s":1.5}"#;
        let report = format!(
            r#"{{"schema":1,"status":"success","ending":"fixed","duration_s":12.34,"pull_request":"fix/x","phases":[{{"phase":"reproduce","status":"reproduced",{timing}}}],"summary":"It works.","markdown":"outputs/r.md",{timing}}}"#
        );
        std::fs::write(case.path("report.json"), report).unwrap();
        let pull_request = format!(
            r#"{{"schema":1,"status":"written-locally","branch":"fix/x","body":"pull-request.md",{timing}}}"#
        );
        std::fs::write(case.path("pull-request.json"), pull_request).unwrap();
        let shown = text(&case).replace(&case.root().display().to_string(), "<case>");
        assert_eq!(
            shown,
            "\n✅ Success: It works. (fixed)\nTime: 12.3 s\n  reproduce           1.5 s  reproduced\nReport: <case>/outputs/r.md\n\
             Pull request: branch fix/x in the local repository\nPull request text: <case>/pull-request.md\n"
        );
    }
}

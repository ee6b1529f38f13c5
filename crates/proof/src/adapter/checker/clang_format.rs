//! clang-format, which looks at the files that it is given and names them when asked.

use regreen_case::{Diagnostic, FailedTest};

use super::files;
use super::report::{Complaint, FORMAT, Report};
use super::tool::{Claim, FILE, Home, Offer, Printed, Tool, words};
use crate::project::Project;

/// Endings of what it is usually asked for.
const ENDINGS: &[&str] = &[".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx"];

/// `clang-format --dry-run --Werror`.
pub(super) struct ClangFormat;

impl Tool for ClangFormat {
    fn name(&self) -> &'static str {
        "clang-format"
    }

    fn program(&self) -> &'static str {
        "clang-format"
    }

    fn home(&self) -> Home {
        Home::Python
    }

    fn arguments(&self, words: &[String]) -> Option<usize> {
        words.iter().any(|word| matches!(word.as_str(), "--dry-run" | "-n")).then_some(0)
    }

    fn plain(&self, arguments: &[String]) -> Vec<String> {
        let paths = arguments.iter().filter(|word| !word.starts_with('-')).cloned();
        words(&["--dry-run", "--Werror"]).into_iter().chain(style(arguments)).chain(paths).collect()
    }

    fn counted(&self, arguments: &[String]) -> Vec<String> {
        words(&["--dry-run", "--Werror", "--verbose"]).into_iter().chain(style(arguments)).collect()
    }

    fn files(&self, arguments: &[String], project: &Project, cwd: &str) -> Option<Vec<String>> {
        Some(files::named(arguments, project, cwd, ENDINGS))
    }

    fn read(&self, printed: &Printed<'_>) -> Result<Report, String> {
        printed.ended_with(&[0, 1])?;
        let mut report = Report::default();
        for line in printed.printed.lines() {
            if let Some((_, path)) = line.strip_prefix("Formatting [").and_then(|rest| rest.split_once("] "))
            {
                report.looked_at.push(path.to_owned());
            } else if let Some((place, _)) = line.split_once(": error: code should be clang-formatted") {
                let mut parts = place.rsplitn(3, ':');
                let (_, at, path) = (parts.next(), parts.next(), parts.next().unwrap_or(place));
                report.complaints.push(Complaint::unformatted(path, at.and_then(|at| at.parse().ok())));
            }
        }
        // With a single file it says nothing.
        if report.looked_at.is_empty() {
            report.looked_at = printed.given.to_vec();
        }
        Ok(report)
    }

    fn claims(&self, complaint: &Diagnostic) -> Option<Claim> {
        complaint.message.contains("code should be clang-formatted").then(|| Claim::of_rule(FORMAT))
    }

    fn fix(&self, arguments: &[String], _complaint: &FailedTest) -> Option<Offer> {
        Some(Offer::Run(words(&["-i"]).into_iter().chain(style(arguments)).chain(words(&[FILE])).collect()))
    }
}

/// The style, in one word.
fn style(arguments: &[String]) -> Vec<String> {
    let styles = ["--style=", "-style=", "--fallback-style=", "-fallback-style="];
    arguments.iter().filter(|word| styles.iter().any(|style| word.starts_with(style))).cloned().collect()
}

//! Prettier. The files that it looked at are in its remarks for developers.

use regreen_case::{Diagnostic, FailedTest};

use super::report::{Complaint, FORMAT, Report};
use super::tool::{Claim, FILE, Home, Offer, Printed, Tool, without, words};

/// Options that we set ourselves.
const DROPPED: &[(&str, bool)] = &[
    ("--check", false),
    ("-c", false),
    ("--list-different", false),
    ("-l", false),
    ("--write", false),
    ("-w", false),
    ("--log-level", true),
    ("--loglevel", true),
    ("--color", false),
    ("--no-color", false),
    ("--cache", false),
    ("--cache-location", true),
    ("--cache-strategy", true),
];

/// `prettier --check`.
pub(super) struct Prettier;

impl Tool for Prettier {
    fn name(&self) -> &'static str {
        "prettier"
    }

    fn program(&self) -> &'static str {
        "prettier"
    }

    fn home(&self) -> Home {
        Home::Node { package: "prettier", entry: "prettier/bin/prettier.cjs" }
    }

    fn arguments(&self, words: &[String]) -> Option<usize> {
        let checks = ["--check", "-c", "--list-different", "-l"];
        words.iter().any(|word| checks.contains(&word.as_str())).then_some(0)
    }

    fn plain(&self, arguments: &[String]) -> Vec<String> {
        [words(&["--check"]), without(arguments, DROPPED)].concat()
    }

    fn counted(&self, arguments: &[String]) -> Vec<String> {
        [words(&["--check", "--no-color", "--log-level=debug"]), without(arguments, DROPPED)].concat()
    }

    fn read(&self, printed: &Printed<'_>) -> Result<Report, String> {
        printed.ended_with(&[0, 1])?;
        let mut report = Report::default();
        for line in printed.printed.lines() {
            if let Some(path) = line.strip_prefix("[debug] resolve config from '") {
                report.looked_at.push(path.trim_end_matches('\'').to_owned());
            } else if let Some(path) = line.strip_prefix("[warn] ")
                && !is_remark(path)
            {
                report.complaints.push(Complaint::unformatted(path, None));
            }
        }
        Ok(report)
    }

    fn claims(&self, complaint: &Diagnostic) -> Option<Claim> {
        (complaint.tool == "prettier" && complaint.code.is_none()).then(|| Claim::of_rule(FORMAT))
    }

    fn fix(&self, arguments: &[String], _complaint: &FailedTest) -> Option<Offer> {
        let options = without(arguments, DROPPED)
            .into_iter()
            .filter(|word| word.starts_with("--") && word.contains('='));
        Some(Offer::Run([words(&["--write"]), options.collect(), words(&[FILE])].concat()))
    }
}

fn is_remark(text: &str) -> bool {
    text.starts_with("Code style issues")
        || text.starts_with("Ignored unknown option")
        || text.starts_with("jsxBracketSameLine")
}

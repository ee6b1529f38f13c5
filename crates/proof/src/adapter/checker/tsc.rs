//! The TypeScript compiler as a checker of types. It has no command that repairs.

use regreen_case::{Diagnostic, FailedTest};

use super::report::{Complaint, Report};
use super::tool::{Claim, Home, Offer, Printed, Tool, without, words};

/// Options that we set ourselves.
const DROPPED: &[(&str, bool)] = &[
    ("--noEmit", false),
    ("--pretty", true),
    ("--listFiles", false),
    ("--listEmittedFiles", false),
    ("--outDir", true),
    ("--outFile", true),
    ("--incremental", false),
    ("--tsBuildInfoFile", true),
    ("--extendedDiagnostics", false),
    ("--diagnostics", false),
    ("--traceResolution", false),
];

/// `tsc --noEmit`.
pub(super) struct Tsc;

impl Tool for Tsc {
    fn name(&self) -> &'static str {
        "tsc"
    }

    fn program(&self) -> &'static str {
        "tsc"
    }

    fn home(&self) -> Home {
        Home::Node { package: "typescript", entry: "typescript/bin/tsc" }
    }

    fn arguments(&self, words: &[String]) -> Option<usize> {
        // Of a build of several projects it does not list the files.
        let other = ["-b", "--build", "-w", "--watch", "--init", "--showConfig", "-v", "--version"];
        (!words.iter().any(|word| other.contains(&word.as_str()))).then_some(0)
    }

    fn plain(&self, arguments: &[String]) -> Vec<String> {
        [words(&["--noEmit"]), without(arguments, DROPPED)].concat()
    }

    fn counted(&self, arguments: &[String]) -> Vec<String> {
        let ours = ["--noEmit", "--pretty", "false", "--listFiles", "--incremental", "false"];
        [words(&ours), without(arguments, DROPPED)].concat()
    }

    fn read(&self, printed: &Printed<'_>) -> Result<Report, String> {
        printed.ended_with(&[0, 1, 2])?;
        let mut report = Report::default();
        for line in printed.printed.lines() {
            if let Some(complaint) = complaint(line) {
                report.complaints.push(complaint);
            } else if line.starts_with("error TS") {
                return Err(line.to_owned());
            } else if line.starts_with('/') && !line.contains("/node_modules/") {
                report.looked_at.push(line.trim_end().to_owned());
            }
        }
        Ok(report)
    }

    fn claims(&self, complaint: &Diagnostic) -> Option<Claim> {
        let rule = complaint.code.clone().filter(|_| complaint.tool == "tsc")?;
        Some(Claim::of_rule(&rule))
    }

    fn fix(&self, _arguments: &[String], _complaint: &FailedTest) -> Option<Offer> {
        None
    }
}

/// `src/a.ts(3,5): error TS2304: message`.
fn complaint(line: &str) -> Option<Complaint> {
    let (place, rest) = line.split_once("): error ")?;
    let (file, at) = place.rsplit_once('(')?;
    let (rule, message) = rest.split_once(": ")?;
    let line = at.split(',').next()?.parse().ok();
    rule.starts_with("TS").then(|| Complaint {
        file: file.to_owned(),
        line,
        rule: rule.to_owned(),
        message: message.to_owned(),
    })
}

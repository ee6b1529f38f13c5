//! The TypeScript compiler as a checker of types. It has no command that repairs, but what editors offer comes from
//! its package as well, and is asked for there.

use regreen_case::{Diagnostic, FailedTest};

use serde_json::Value;

use super::edit::Edit;
use super::report::{Complaint, Report};
use super::tool::{Claim, Home, Offer, Printed, Tool, without, words};

/// Asks the package what editors would offer.
const FIXES: &str = include_str!("tsc_fixes.cjs");

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

    fn fix(&self, arguments: &[String], _complaint: &FailedTest) -> Option<Offer> {
        let at = arguments.iter().position(|word| matches!(word.as_str(), "-p" | "--project"));
        let project = at.and_then(|at| arguments.get(at + 1)).cloned();
        Some(Offer::Script { text: FIXES, arguments: project.into_iter().collect() })
    }

    /// Of the program of ours, which has asked for this rule and this file alone.
    fn edits(&self, printed: &str, _rule: &str, _is_its_file: &dyn Fn(&str) -> bool) -> Vec<Edit> {
        printed.lines().filter_map(|line| edit(&serde_json::from_str::<Value>(line).ok()?["edit"])).collect()
    }
}

fn edit(edit: &Value) -> Option<Edit> {
    let number = |name: &str| usize::try_from(edit[name].as_u64()?).ok();
    Some(Edit {
        file: edit["file"].as_str()?.to_owned(),
        range: number("start")?..number("end")?,
        text: edit["text"].as_str()?.to_owned(),
    })
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

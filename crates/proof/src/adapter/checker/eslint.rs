//! ESLint. Its report for programs names every file that it looked at, and the text of its fixes.

use regreen_case::{Diagnostic, FailedTest};
use serde_json::Value;

use super::edit::Edit;
use super::report::{Complaint, Report};
use super::tool::{Claim, Home, Offer, Printed, Tool, without, words};

/// Options that we set ourselves.
const DROPPED: &[(&str, bool)] = &[
    ("--fix", false),
    ("--fix-dry-run", false),
    ("--fix-type", true),
    ("--format", true),
    ("-f", true),
    ("--output-file", true),
    ("-o", true),
    ("--color", false),
    ("--no-color", false),
    ("--cache", false),
    ("--cache-file", true),
    ("--cache-location", true),
    ("--cache-strategy", true),
    ("--debug", false),
    ("--rulesdir", true),
];

/// `eslint`.
pub(super) struct Eslint;

impl Tool for Eslint {
    fn name(&self) -> &'static str {
        "eslint"
    }

    fn program(&self) -> &'static str {
        "eslint"
    }

    fn home(&self) -> Home {
        Home::Node { package: "eslint", entry: "eslint/bin/eslint.js" }
    }

    fn arguments(&self, words: &[String]) -> Option<usize> {
        let asks =
            ["--init", "--version", "-v", "--help", "--print-config", "--env-info", "--inspect-config"];
        (!words.iter().any(|word| asks.contains(&word.as_str()))).then_some(0)
    }

    fn plain(&self, arguments: &[String]) -> Vec<String> {
        without(arguments, DROPPED)
    }

    fn counted(&self, arguments: &[String]) -> Vec<String> {
        [words(&["--format=json", "--no-color"]), without(arguments, DROPPED)].concat()
    }

    fn read(&self, printed: &Printed<'_>) -> Result<Report, String> {
        printed.ended_with(&[0, 1])?;
        let files = report(printed.printed).ok_or("eslint wrote no report")?;
        let mut found = Report::default();
        let mut warnings = Vec::new();
        for file in &files {
            let Some(path) = file["filePath"].as_str() else { continue };
            found.looked_at.push(path.to_owned());
            for message in file["messages"].as_array().into_iter().flatten() {
                let severe = message["severity"].as_u64() == Some(2);
                let one = complaint(path, message);
                // It was asked for by name, and left out.
                if !severe && one.message.starts_with("File ignored") {
                    found.looked_at.pop();
                } else if severe {
                    found.complaints.push(one);
                } else {
                    warnings.push(one);
                }
            }
        }
        // With a limit of warnings these make it fail.
        if found.complaints.is_empty() && printed.ended_with(&[1]).is_ok() {
            found.complaints = warnings;
        }
        Ok(found)
    }

    fn claims(&self, complaint: &Diagnostic) -> Option<Claim> {
        let rule = complaint.code.clone();
        (complaint.tool == "eslint").then(|| Claim { rule, message: complaint.message.clone() })
    }

    fn fix(&self, _arguments: &[String], _complaint: &FailedTest) -> Option<Offer> {
        Some(Offer::Edits)
    }

    /// What it would write for this rule, and no other; its suggestions, which may change what the code does, stay
    /// out.
    fn edits(&self, printed: &str, rule: &str, is_its_file: &dyn Fn(&str) -> bool) -> Vec<Edit> {
        let mut edits = Vec::new();
        for file in report(printed).unwrap_or_default() {
            let (Some(path), Some(source)) = (file["filePath"].as_str(), file["source"].as_str()) else {
                continue;
            };
            if !is_its_file(path) {
                continue;
            }
            let messages = file["messages"].as_array().into_iter().flatten();
            for fix in messages.filter(|one| one["ruleId"].as_str() == Some(rule)).map(|one| &one["fix"]) {
                let at = |index: usize| bytes(source, usize::try_from(fix["range"][index].as_u64()?).ok()?);
                if let (Some(start), Some(end), Some(text)) = (at(0), at(1), fix["text"].as_str()) {
                    edits.push(Edit { file: path.to_owned(), range: start..end, text: text.to_owned() });
                }
            }
        }
        edits
    }
}

/// The files of its report.
pub(super) fn report(printed: &str) -> Option<Vec<Value>> {
    let line = printed.lines().rfind(|line| line.starts_with("[{\"filePath\"") || *line == "[]")?;
    serde_json::from_str(line).ok()
}

fn complaint(path: &str, message: &Value) -> Complaint {
    let fatal = message["fatal"].as_bool() == Some(true);
    let unnamed = if fatal { "syntax" } else { "eslint" };
    Complaint {
        file: path.to_owned(),
        line: message["line"].as_u64().and_then(|line| u32::try_from(line).ok()),
        rule: message["ruleId"].as_str().unwrap_or(unnamed).to_owned(),
        message: message["message"].as_str().unwrap_or_default().to_owned(),
    }
}

/// JavaScript counts in units of UTF-16.
fn bytes(text: &str, units: usize) -> Option<usize> {
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen >= units {
            return (seen == units).then_some(at);
        }
        seen += c.len_utf16();
    }
    (seen == units).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_as_javascript_does() {
        let text = "é😀var";
        assert_eq!(
            [0, 1, 2, 3, 6, 7].map(|at| bytes(text, at)),
            [Some(0), Some(2), None, Some(6), Some(9), None]
        );
    }
}

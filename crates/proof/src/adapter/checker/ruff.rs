//! Ruff: its linter and its formatter.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::{Diagnostic, FailedTest};

use super::report::{Complaint, FORMAT, Report};
use super::tool::{Claim, FILE, Home, Offer, Printed, Tool, command, without, words};

/// What would change files, or how the linter prints.
const CHECK_DROPPED: &[(&str, bool)] = &[
    ("--fix", false),
    ("--fix-only", false),
    ("--unsafe-fixes", false),
    ("--no-unsafe-fixes", false),
    ("--exit-non-zero-on-fix", false),
    ("--show-fixes", false),
    ("--diff", false),
    ("--watch", false),
    ("-w", false),
    ("--output-format", true),
    ("--format", true),
    ("--output-file", true),
    ("-o", true),
    ("--statistics", false),
    ("--show-source", false),
    ("--exit-zero", false),
    ("-e", false),
    ("--add-noqa", false),
    ("--quiet", false),
    ("-q", false),
    ("--silent", false),
    ("-s", false),
    ("--no-cache", false),
    ("-n", false),
    ("--cache-dir", true),
];

/// The same of the formatter.
const FORMAT_DROPPED: &[(&str, bool)] = &[
    ("--check", false),
    ("--diff", false),
    ("--output-format", true),
    ("--quiet", false),
    ("-q", false),
    ("--silent", false),
    ("-s", false),
    ("--verbose", false),
    ("-v", false),
    ("--no-cache", false),
    ("-n", false),
    ("--cache-dir", true),
];

/// `ruff check`.
pub(super) struct Check;

impl Tool for Check {
    fn name(&self) -> &'static str {
        "ruff check"
    }

    fn program(&self) -> &'static str {
        "ruff"
    }

    fn home(&self) -> Home {
        Home::Python
    }

    fn arguments(&self, words: &[String]) -> Option<usize> {
        verb(words, "check")
    }

    fn plain(&self, arguments: &[String]) -> Vec<String> {
        [words(&["check"]), without(arguments, CHECK_DROPPED)].concat()
    }

    fn counted(&self, arguments: &[String]) -> Vec<String> {
        let ours = words(&["check", "--output-format=concise", "--no-fix", "--no-cache"]);
        [ours, without(arguments, CHECK_DROPPED)].concat()
    }

    fn listing(&self, arguments: &[String]) -> Option<Vec<String>> {
        let mut all = words(&["check", "--show-files", "--no-cache"]);
        all.extend(without(arguments, CHECK_DROPPED));
        Some(all)
    }

    fn read(&self, printed: &Printed<'_>) -> Result<Report, String> {
        printed.ended_with(&[0, 1])?;
        let mut complaints = Vec::new();
        let mut counted = None;
        for line in printed.printed.lines() {
            if let Some(complaint) = concise(line) {
                complaints.push(complaint);
            } else if let Some(rest) = line.strip_prefix("Found ") {
                counted = rest.split(' ').next().and_then(|number| number.parse::<usize>().ok());
            }
        }
        if counted.is_some_and(|counted| counted != complaints.len()) {
            return Err("ruff's own count of its complaints does not fit those that it lists".to_owned());
        }
        let looked_at = printed.listed.lines().map(str::trim).filter(|line| !line.is_empty());
        Ok(Report { looked_at: looked_at.map(str::to_owned).collect(), complaints })
    }

    fn claims(&self, complaint: &Diagnostic) -> Option<Claim> {
        // The runner's annotations hold the whole line.
        if complaint.tool.is_empty() {
            return concise(&complaint.message).map(|one| Claim::of_rule(&one.rule));
        }
        let ours = matches!(complaint.tool.as_str(), "ruff" | "flake8" | "pylint" | "pyflakes");
        complaint.code.as_deref().filter(|code| ours && is_code(code)).map(Claim::of_rule)
    }

    fn fix(&self, arguments: &[String], complaint: &FailedTest) -> Option<Offer> {
        if !is_code(&complaint.kind) {
            return None;
        }
        let mut all = words(&["check", "--fix-only", "--no-unsafe-fixes", "--no-cache"]);
        all.extend(options(&without(arguments, CHECK_DROPPED)));
        all.extend([format!("--fixable={}", complaint.kind), FILE.to_owned()]);
        Some(Offer::Run(all))
    }
}

/// `ruff format --check`.
pub(super) struct Format;

impl Tool for Format {
    fn name(&self) -> &'static str {
        "ruff format"
    }

    fn program(&self) -> &'static str {
        "ruff"
    }

    fn home(&self) -> Home {
        Home::Python
    }

    fn arguments(&self, words: &[String]) -> Option<usize> {
        let checks = words.iter().any(|word| matches!(word.as_str(), "--check" | "--diff"));
        verb(words, "format").filter(|_| checks)
    }

    fn plain(&self, arguments: &[String]) -> Vec<String> {
        [words(&["format", "--check"]), without(arguments, FORMAT_DROPPED)].concat()
    }

    fn counted(&self, arguments: &[String]) -> Vec<String> {
        // Only in its remarks for developers does it name the files that are well formatted.
        [words(&["format", "--check", "--verbose", "--no-cache"]), without(arguments, FORMAT_DROPPED)]
            .concat()
    }

    fn read(&self, printed: &Printed<'_>) -> Result<Report, String> {
        printed.ended_with(&[0, 1])?;
        let mut report = Report::default();
        let mut counted = 0;
        let mut above = "";
        for line in printed.printed.lines() {
            if let Some((_, path)) = line.split_once("format_path; path=") {
                report.looked_at.push(path.trim().to_owned());
            } else if let Some(path) = line.strip_prefix("Would reformat: ") {
                report.complaints.push(Complaint::unformatted(path.trim(), None));
            } else if let Some(place) = line.trim_start().strip_prefix("--> ")
                && above.starts_with("unformatted: ")
                && let Some((path, line)) = path_and_line(place)
            {
                report.complaints.push(Complaint::unformatted(path, line));
            } else if let Some(numbers) = summary(line) {
                counted = numbers;
            }
            above = line;
        }
        if counted != report.complaints.len() {
            return Err(format!(
                "ruff counts {counted} files to format, and names {}",
                report.complaints.len()
            ));
        }
        Ok(report)
    }

    fn claims(&self, complaint: &Diagnostic) -> Option<Claim> {
        let ours = matches!(complaint.tool.as_str(), "ruff" | "black");
        let format = complaint.code.is_none() && complaint.message.to_lowercase().contains("would");
        (ours && format).then(|| Claim::of_rule(FORMAT))
    }

    fn fix(&self, arguments: &[String], _complaint: &FailedTest) -> Option<Offer> {
        let mut all = words(&["format", "--no-cache"]);
        all.extend(options(&without(arguments, FORMAT_DROPPED)));
        all.push(FILE.to_owned());
        Some(Offer::Run(all))
    }
}

/// Index behind a command of ruff's.
fn verb(words: &[String], verb: &str) -> Option<usize> {
    let (at, found) = command(words)?;
    (found == verb).then_some(at + 1)
}

/// The options among the arguments; those with a value in a word of its own are known.
fn options(arguments: &[String]) -> Vec<String> {
    const VALUED: &[&str] = &[
        "--config",
        "--select",
        "--ignore",
        "--extend-select",
        "--extend-ignore",
        "--per-file-ignores",
        "--extend-per-file-ignores",
        "--line-length",
        "--target-version",
        "--exclude",
        "--extend-exclude",
        "--extension",
    ];
    let mut kept = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if word.starts_with('-') && word != "--" {
            kept.push(word.clone());
            if VALUED.contains(&word.as_str()) {
                kept.extend(words.next().cloned());
            }
        }
    }
    kept
}

/// `F401`, and nothing that could be an option.
fn is_code(code: &str) -> bool {
    let digits = code.trim_start_matches(|c: char| c.is_ascii_uppercase());
    digits.len() < code.len() && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `a.py:1:8: F401 [*] message`, `c.py:2:1: invalid-syntax: message`.
fn concise(line: &str) -> Option<Complaint> {
    static SHAPE: OnceLock<Option<Regex>> = OnceLock::new();
    let shape = SHAPE
        .get_or_init(|| {
            Regex::new(r"^(.+?):(?:cell \d+:)?(\d+):\d+: ([A-Z]+[0-9]+|invalid-syntax|SyntaxError)(?: \[\*\])?:? (.*)$").ok()
        })
        .as_ref()?;
    let found = shape.captures(line)?;
    let (file, message) = (found[1].to_owned(), found[4].to_owned());
    Some(Complaint { file, line: found[2].parse().ok(), rule: found[3].to_owned(), message })
}

/// `pk/a.py:5:7`.
fn path_and_line(place: &str) -> Option<(&str, Option<u32>)> {
    let mut parts = place.trim().rsplitn(3, ':');
    let (_, line, path) = (parts.next()?, parts.next()?, parts.next()?);
    Some((path, line.parse().ok()))
}

/// Files to format, of `1 file would be reformatted, 3 files already formatted`.
fn summary(line: &str) -> Option<usize> {
    let (number, rest) = line.split_once(' ')?;
    let number = number.parse().ok()?;
    if rest.starts_with("file would be") || rest.starts_with("files would be") {
        return Some(number);
    }
    rest.contains("already formatted").then_some(0)
}

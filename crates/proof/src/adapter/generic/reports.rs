//! Reports that a command of the project's own writes: which files they are, which of them this run wrote,
//! and what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use regex::Regex;
use regreen_case::Framework;

use crate::adapter::junit_report;
use crate::adapter::{Counted, RawRun};
use crate::counted::{TestOutcome, TestResult};

/// Folders and files that are looked at for reports.
const MAX_ENTRIES: usize = 100_000;
/// Reports of one run.
const MAX_REPORTS: usize = 5_000;

/// What tells one version of a file from the next: when it was written, its size, its number.
type Version = (u128, u64, u64);

/// The files that fit now, with their versions.
pub(super) fn present(folder: &Path, pattern: &str) -> BTreeMap<PathBuf, Version> {
    use std::os::unix::fs::MetadataExt as _;
    let Some(expression) = expression(pattern) else { return BTreeMap::new() };
    let fixed: Vec<&str> = pattern.split('/').take_while(|part| !part.contains(['*', '?'])).collect();
    let fixed =
        if fixed.len() == pattern.split('/').count() { &fixed[..fixed.len() - 1] } else { &fixed[..] };
    let mut folders = vec![folder.join(fixed.join("/"))];
    let (mut found, mut seen) = (BTreeMap::new(), 0);
    while let Some(now) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&now) else { continue };
        for entry in entries.flatten() {
            seen += 1;
            if seen > MAX_ENTRIES || found.len() > MAX_REPORTS {
                return found;
            }
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            if kind.is_dir() && entry.file_name() != ".git" {
                folders.push(path);
            } else if kind.is_file()
                && let Some(inside) = path.strip_prefix(folder).ok().and_then(Path::to_str)
                && expression.is_match(inside)
                && let Ok(known) = entry.metadata()
            {
                let written = known.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                let written = written.unwrap_or_default().as_nanos();
                found.insert(path, (written, known.len(), known.ino()));
            }
        }
    }
    found
}

/// The files and their versions, to be kept until the run is over.
pub(super) fn note(present: &BTreeMap<PathBuf, Version>) -> Vec<u8> {
    let lines: Vec<String> = present.iter().map(|(path, version)| line(path, version)).collect();
    lines.join("\n").into_bytes()
}

fn line(path: &Path, version: &Version) -> String {
    format!("{:?} {version:?}", path.as_os_str())
}

/// A pattern as an expression: `*` and `?` stay within a name, `**` does not.
fn expression(pattern: &str) -> Option<Regex> {
    let mut text = String::from("^");
    let mut rest = pattern.trim_start_matches("./");
    while let Some(c) = rest.chars().next() {
        if let Some(behind) = rest.strip_prefix("**/") {
            text.push_str("(?:.*/)?");
            rest = behind;
            continue;
        }
        match c {
            '*' => text.push_str("[^/]*"),
            '?' => text.push_str("[^/]"),
            other => text.push_str(&regex::escape(&other.to_string())),
        }
        rest = &rest[c.len_utf8()..];
    }
    Regex::new(&format!("{text}$")).ok()
}

/// Counts what the reports of this run say; those from before do not count.
pub(super) fn count(raw: &RawRun<'_>, pattern: &str) -> Counted {
    let before = String::from_utf8_lossy(&raw.prepared.key).into_owned();
    let before: BTreeSet<&str> = before.lines().collect();
    let folder = raw.context.checkout.join(&raw.command.cwd);
    let (mut results, mut written) = (Vec::new(), 0);
    for (path, version) in present(&folder, pattern) {
        if before.contains(line(&path, &version).as_str()) {
            continue;
        }
        written += 1;
        match junit_report::read(&path, "the command") {
            Err(why) => return Counted::problem(why),
            Ok(report) => {
                let claimed: u64 = outermost(&report);
                if claimed != 0 && claimed != report.cases.len() as u64 {
                    let cases = report.cases.len();
                    return Counted::problem(format!("a report claims {claimed} tests and has {cases}"));
                }
                results.extend(report.cases.iter().map(result));
            }
        }
    }
    let problem = match (written, results.is_empty()) {
        (0, _) => Some(format!("the command wrote no report that fits `{pattern}`")),
        (_, true) => Some("the command's report has no test".to_owned()),
        _ => None,
    };
    Counted { results, problem }
}

/// The number of tests that the report's own suites claim; suites within suites are counted by those.
fn outermost(report: &junit_report::Report) -> u64 {
    let nested = report.cases.iter().any(|case| case.suites.len() > 1);
    if nested { 0 } else { report.suites.iter().filter_map(|suite| suite.tests).sum() }
}

fn result(case: &junit_report::Case) -> TestResult {
    let outcome = match case.outcome() {
        // A pass after a rerun proves nothing.
        TestOutcome::Passed if case.reran => TestOutcome::Failed,
        other => other,
    };
    let failure = (outcome == TestOutcome::Failed).then(|| {
        let file = Some(case.file.clone()).filter(|file| !file.is_empty());
        let message = if case.message.is_empty() { &case.text } else { &case.message };
        crate::failures::plain(Framework::Generic, &case.name, file, message)
    });
    let suite = Some(case.classname.clone()).filter(|name| !name.is_empty() && *name != case.name);
    TestResult { id: case.name.clone(), suite, outcome, failure, seconds: case.seconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_files_and_links_do_not() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["build/a/TEST-x.xml", "build/TEST-y.xml", "build/y.xml", "r.xml", ".git/TEST-z.xml"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("build/TEST-l.xml")).unwrap();
        let names = |pattern: &str| {
            let found = present(folder.path(), pattern);
            found
                .keys()
                .map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(names("**/TEST-*.xml"), ["build/TEST-y.xml", "build/a/TEST-x.xml"]);
        assert_eq!(names("build/*.xml"), ["build/TEST-y.xml", "build/y.xml"]);
        assert_eq!((names("r.xml"), names("./r.xml")), (vec!["r.xml".to_owned()], vec!["r.xml".to_owned()]));
        assert_eq!(names("gone/r.xml"), Vec::<String>::new());
    }
}

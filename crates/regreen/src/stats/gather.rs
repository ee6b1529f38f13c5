//! Reports of a folder, as far as their Markdown tells.

use std::path::Path;

use jiff::civil::DateTime;
use regreen_case::{Ending, Status};

/// Larger files are no reports.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// One report.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// From the file's name.
    pub(crate) when: DateTime,
    /// From the file's name.
    pub(crate) slug: String,
    pub(crate) status: Status,
    pub(crate) ending: Option<Ending>,
    pub(crate) seconds: Option<f64>,
    pub(crate) usd: Option<f64>,
    pub(crate) pull_request: Option<String>,
}

/// All reports, oldest first, and how many files were none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gathered {
    pub(crate) entries: Vec<Entry>,
    pub(crate) others: usize,
}

/// Reads a folder, not its folders.
pub(crate) fn gather(folder: &Path) -> std::io::Result<Gathered> {
    let mut gathered = Gathered::default();
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        let path = file.path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = match file.metadata() {
            Ok(found) if found.len() <= MAX_BYTES => std::fs::read(&path).unwrap_or_default(),
            _ => Vec::new(),
        };
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        match entry(&name, &String::from_utf8_lossy(&text)) {
            Some(entry) => gathered.entries.push(entry),
            None => gathered.others += 1,
        }
    }
    gathered.entries.sort_by(|a, b| (a.when, &a.slug).cmp(&(b.when, &b.slug)));
    Ok(gathered)
}

/// `2026-01-02_03-04-05_slug`
fn entry(name: &str, text: &str) -> Option<Entry> {
    let when = DateTime::strptime("%Y-%m-%d_%H-%M-%S", name.get(..19)?).ok()?;
    let slug = name.get(19..)?.trim_start_matches('_').to_owned();
    let after = |start: &str| text.lines().find_map(|line| line.strip_prefix(start)).map(str::trim);
    let mark = after("## Status: ")?;
    let status = [Status::Success, Status::Partial, Status::Failed].into_iter().find(|s| s.mark() == mark)?;
    let ending = after("- Ending: `")
        .and_then(|rest| rest.split('`').next())
        .and_then(|name| Ending::ALL.into_iter().find(|ending| ending.name() == name));
    let usd = text
        .lines()
        .skip_while(|line| *line != "## Cost")
        .find_map(|line| line.strip_prefix("| Sum | "))
        .and_then(|rest| rest.split('|').next()?.trim().parse().ok());
    Some(Entry {
        when,
        slug,
        status,
        ending,
        seconds: after("- Time: ").and_then(seconds),
        usd,
        pull_request: after("- PR URL: ").map(str::to_owned),
    })
}

/// Reads times as reports print them: `59.9 s`, `1 min 01 s`, `2 h 02 min`.
fn seconds(text: &str) -> Option<f64> {
    let mut sum = 0.0;
    let mut words = text.split_whitespace();
    while let Some(number) = words.next() {
        let number: f64 = number.parse().ok()?;
        sum += number
            * match words.next()? {
                "s" => 1.0,
                "min" => 60.0,
                "h" => 3600.0,
                _ => return None,
            };
    }
    Some(sum)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A report as write-report writes it, cut to what counts here.
    pub(crate) fn report(mark: &str, ending: &str, time: &str) -> String {
        format!(
            "# Regreen: x\n\n## Status: {mark}\n\nWords.\n\n- Ending: `{ending}` (why)\n- PR URL: https://h/o/r/pull/1\n- Time: {time}\n\n## Cost\n\n| Attempt | US dollars | Turns |\n|---|---|---|\n| Sum | 0.4200 | 3 |\n"
        )
    }

    #[test]
    fn a_report_is_read_from_its_name_and_its_fixed_lines() {
        let text = report("✅ Success", "fixed", "2 min 05 s");
        let entry = entry("2026-01-02_03-04-05_fix-it", &text).unwrap();
        assert_eq!(entry.when.to_string(), "2026-01-02T03:04:05");
        assert_eq!((entry.slug.as_str(), entry.status), ("fix-it", Status::Success));
        assert_eq!((entry.ending, entry.seconds, entry.usd), (Some(Ending::Fixed), Some(125.0), Some(0.42)));
        assert_eq!(entry.pull_request.as_deref(), Some("https://h/o/r/pull/1"));
    }

    #[test]
    fn other_files_are_counted_and_do_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("README.md"), "# hello\n").unwrap();
        std::fs::write(folder.path().join("2026-01-02_03-04-05_ä.md"), [0xff, 0xfe]).unwrap();
        std::fs::write(folder.path().join("report.json"), "{}").unwrap();
        let good = report("❌ Failed", "no-fix-found", "1.0 s");
        std::fs::write(folder.path().join("2026-01-02_03-04-05_a.md"), good).unwrap();
        let gathered = gather(folder.path()).unwrap();
        assert_eq!((gathered.entries.len(), gathered.others), (1, 2));
        assert_eq!(seconds("1 h 02 min"), Some(3720.0));
        assert_eq!(seconds("soon"), None);
    }
}

//! The job summary.
//!
//! Above 1 MiB the runner drops the whole summary, so a long one is cut: at a heading, so that what
//! is left still reads as a document.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::RunnerError;
use crate::outputs::append;

/// Bytes that one step may put into the summary: 1 MiB less a margin.
pub const SUMMARY_LIMIT: usize = 1_000_000;

const VARIABLE: &str = "GITHUB_STEP_SUMMARY";
const NOTICE: &str = "\n\n> The summary was cut here; the full text is in the report file.\n";

/// Appends Markdown to the job summary, cut to what still fits; does nothing where there is no
/// runner.
pub fn summary(markdown: &str) -> Result<(), RunnerError> {
    match std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
        Some(path) => append_to(&PathBuf::from(path), markdown),
        None => Ok(()),
    }
}

fn append_to(path: &Path, markdown: &str) -> Result<(), RunnerError> {
    let used = std::fs::metadata(path).map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
    let room = SUMMARY_LIMIT.saturating_sub(used).saturating_sub(1);
    let text = cut_at_sections(markdown, room, NOTICE);
    if text.is_empty() {
        return Ok(());
    }
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    append(VARIABLE, path, format!("{text}{newline}").as_bytes())
}

/// `markdown` in at most `limit` bytes: whole, or cut before a heading (before a line, when not even
/// the first section fits) with `notice` behind it. Open code fences and `<details>` are closed.
#[must_use]
pub fn cut_at_sections<'a>(markdown: &'a str, limit: usize, notice: &str) -> Cow<'a, str> {
    if markdown.len() <= limit {
        return Cow::Borrowed(markdown);
    }
    let mut scan = Scan::default();
    let (mut at_heading, mut at_line) = (None, None);
    let mut position = 0;
    for line in markdown.split_inclusive('\n') {
        let closing = scan.closing();
        if position + closing.len() + notice.len() > limit {
            break;
        }
        if position > 0 {
            at_line = Some((position, closing.clone()));
            if scan.fence.is_none() && is_heading(line) {
                at_heading = Some((position, closing));
            }
        }
        scan.read(line);
        position += line.len();
    }
    match at_heading.or(at_line) {
        Some((end, closing)) => Cow::Owned(format!("{}{closing}{notice}", &markdown[..end])),
        None if notice.len() <= limit => Cow::Owned(notice.to_owned()),
        None => Cow::Borrowed(""),
    }
}

fn is_heading(line: &str) -> bool {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    (1..=6).contains(&level) && line[level..].starts_with(' ')
}

/// What is open at a place in the document.
#[derive(Default)]
struct Scan {
    fence: Option<String>,
    details: usize,
}

impl Scan {
    fn read(&mut self, line: &str) {
        let line = line.trim();
        match &self.fence {
            // A closing fence is at least as long as the opening one and has nothing behind it.
            Some(fence) => {
                if line.starts_with(fence.as_str()) && line.chars().all(|c| fence.starts_with(c)) {
                    self.fence = None;
                }
            }
            None => {
                let mark = if line.starts_with("```") { '`' } else { '~' };
                let fence: String = line.chars().take_while(|c| *c == mark).collect();
                if fence.len() >= 3 {
                    self.fence = Some(fence);
                } else {
                    self.details += line.matches("<details").count();
                    self.details = self.details.saturating_sub(line.matches("</details>").count());
                }
            }
        }
    }

    fn closing(&self) -> String {
        let fence = self.fence.as_ref().map(|fence| format!("{fence}\n")).unwrap_or_default();
        fence + &"\n</details>\n".repeat(self.details)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_before_a_heading() {
        let section = |name: &str| format!("## {name}\n{}\n", "x".repeat(100));
        let text = section("one") + &section("two") + &section("three");
        let cut = cut_at_sections(&text, 250, "(cut)");
        assert_eq!(cut, section("one") + &section("two") + "(cut)");
        assert!(matches!(cut_at_sections(&text, text.len(), "(cut)"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_heading_inside_a_fence_is_no_border_and_open_things_are_closed() {
        let text =
            format!("# a\n<details><summary>s</summary>\n\n````sh\n```\n# comment\n{}", "y\n".repeat(200));
        let cut = cut_at_sections(&text, 200, "(cut)");
        assert!(cut.len() <= 200);
        assert!(cut.ends_with("y\n````\n\n</details>\n(cut)"), "{cut}");
    }

    #[test]
    fn the_file_never_grows_beyond_its_limit() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for _ in 0..4 {
            append_to(file.path(), &format!("## part\n{}", "ä\n".repeat(150_000))).unwrap();
        }
        let text = std::fs::read_to_string(file.path()).unwrap();
        assert!(text.len() <= SUMMARY_LIMIT && text.len() > 900_000, "{}", text.len());
        assert!(text.contains("was cut here"));
    }
}

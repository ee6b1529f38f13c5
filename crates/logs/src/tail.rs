//! The last lines of a part of the log, looked at again as a whole: complaints that hold no tell-tale
//! word, and those whose file or code stands on another line.

use std::borrow::Cow;

use crate::diagnostics::{Fit, classify};
use crate::line::Above;
use crate::text::clip;

/// Most lines looked at.
const MAX_LINES: usize = 1500;
/// How far above a complaint the name of its file may stand.
const HEADING_WITHIN: usize = 120;

/// A line with a place that fits the rule for unknown tools.
const LOCATED: &str = "a.vim:3:5: Avoid commands that depend on user settings";
/// A row of phpstan's table that fits its rule by itself.
const PHPSTAN: &str = "  12     Undefined variable: $foo";
/// A line of ruff that fits its rule by itself.
const RUFF: &str = "F401 [*] `os` imported but unused";

/// The last lines of a part of the log.
pub(crate) struct Tail {
    lines: Vec<(u64, String)>,
}

impl Tail {
    /// The lines from `start` to `end` as far as `above`, which ends with line `end`, still holds them.
    pub(crate) fn new(above: Above<'_>, start: u64, end: u64) -> Self {
        let most = usize::try_from((end + 1).saturating_sub(start)).unwrap_or(MAX_LINES).min(MAX_LINES);
        let mut lines: Vec<(u64, String)> =
            (0..=end).rev().zip(above.lines()).take(most).map(|(at, line)| (at, clip(&line, 2000))).collect();
        lines.reverse();
        // A step's header holds its script, which is no output.
        if lines.first().is_some_and(|(_, line)| line.starts_with("##[group]Run ")) {
            let header = lines.iter().position(|(_, line)| line.starts_with("##[endgroup]"));
            lines.drain(..header.map_or(0, |end| end + 1));
        }
        Tail { lines }
    }

    /// What the programs printed.
    pub(crate) fn output(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().map(|(_, line)| line.as_str()).filter(|line| !line.starts_with("##[endgroup]"))
    }

    /// The lines above line `at`, nearest first.
    pub(crate) fn above(&self, at: u64) -> impl Iterator<Item = Cow<'_, str>> {
        let end = self.lines.partition_point(|(number, _)| *number < at);
        self.lines[..end].iter().rev().map(|(_, line)| Cow::Borrowed(line.as_str()))
    }

    /// The lines with the rules they fit.
    pub(crate) fn fits(&self) -> impl Iterator<Item = (Option<Fit>, &str, u64)> {
        let mut table = false;
        self.lines.iter().enumerate().map(move |(index, (at, line))| {
            table = is_table_head(line) || (table && !line.trim().is_empty());
            let fit = if self.is_code(index) {
                classify(RUFF)
            } else if table && is_table_row(line) {
                classify(PHPSTAN)
            } else if line.starts_with("##[") {
                None
            } else {
                classify(line).or_else(|| is_located(line).then(|| classify(LOCATED)).flatten())
            };
            (fit, line.as_str(), *at)
        })
    }

    /// ruff prints `F401 message` above ` --> file:line:column`.
    fn is_code(&self, index: usize) -> bool {
        let below = self.lines.get(index + 1).map_or("", |(_, line)| line.trim_start());
        let code = self.lines[index].1.split_once(' ').map_or("", |(code, _)| code);
        let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = code.bytes().skip(letters).take_while(u8::is_ascii_digit).count();
        below.starts_with("--> ")
            && (1..=5).contains(&letters)
            && (2..=4).contains(&digits)
            && letters + digits == code.len()
    }
}

/// Whether a line begins with `file.ext:line:column`, as complaints of most tools do.
fn is_located(line: &str) -> bool {
    let mut parts = line.splitn(4, ':');
    let name = parts.next().is_some_and(|file| is_file(file) && !file.contains(' '));
    let mut number =
        || parts.next().is_some_and(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    name && number() && number()
}

/// phpstan's table of one file: `  Line   src/A.php`, and rows of a number and a message.
fn is_table_head(line: &str) -> bool {
    line.trim_start().strip_prefix("Line ").is_some_and(|file| is_file(file.trim()))
}

fn is_table_row(line: &str) -> bool {
    let bare = line.trim_start();
    let digits = bare.trim_start_matches(':').trim_start_matches(|c: char| c.is_ascii_digit());
    bare.len() < line.len() && digits.len() < bare.len() && digits.starts_with("  ")
}

/// The name of a file that stands alone on the nearest line above that is not indented: eslint and its
/// kin print it once above all complaints about it. `above` gives the nearest line first.
pub(crate) fn heading<'a>(above: impl Iterator<Item = Cow<'a, str>>) -> Option<String> {
    let line = above.take(HEADING_WITHIN).find(|line| {
        let bare = line.trim();
        !bare.is_empty() && !bare.starts_with(|c: char| c.is_ascii_digit()) && !is_snippet(bare)
    })?;
    let bare = line.trim();
    let bare = bare.strip_prefix("FILE: ").or_else(|| bare.strip_prefix("Line ")).unwrap_or(bare).trim();
    is_file(bare).then(|| bare.to_owned())
}

/// The place that stands alone above an exception of node (`/w/a.js:3`, the line, a caret, nothing) or a
/// complaint of shellcheck (`In a.sh line 3:`) or of OCaml (`File "a.ml", line 3, characters 4-7:`).
pub(crate) fn place_above<'a>(above: impl Iterator<Item = Cow<'a, str>>) -> Option<(String, u32)> {
    above.take(6).find_map(|line| {
        if let Some((file, number)) = line.strip_prefix("In ").and_then(|rest| rest.split_once(" line ")) {
            return Some((file.to_owned(), number.strip_suffix(':')?.parse().ok()?));
        }
        if let Some((file, rest)) =
            line.trim_start().strip_prefix("File \"").and_then(|rest| rest.split_once("\", line "))
        {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            return Some((file.to_owned(), digits.parse().ok()?));
        }
        let line = line.strip_prefix("file://").unwrap_or(&line);
        let (file, number) = line.rsplit_once(':')?;
        let absolute = file.starts_with('/') || file.get(1..3) == Some(":\\");
        (absolute && is_file(file)).then(|| Some((file.to_owned(), number.parse().ok()?))).flatten()
    })
}

fn is_snippet(line: &str) -> bool {
    line.starts_with(['|', '^', '-', '─', '┌', '└', '│', '>'])
        || line.contains(" | ")
        || line.contains("warning")
}

/// Whether a line is the name of a file and nothing else.
fn is_file(line: &str) -> bool {
    let name = line.rsplit(['/', '\\']).next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, end)| end);
    line.len() < 300
        && !line.contains(|c: char| c == ' ' && !line.contains('/'))
        && !line.contains(": ")
        && name.len() > extension.len() + 1
        && (1..=8).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The first file that stands alone on a line of a block: lists below a sentence.
pub(crate) fn bare_file(block: &str) -> Option<String> {
    block.lines().skip(1).find_map(|line| {
        let bare = line.trim().trim_start_matches(['*', '-', '•', '+', ' ']).trim_end_matches([',', ':']);
        (is_file(bare) && !bare.contains(' ') && !bare.ends_with('.')).then(|| bare.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_the_nearest_file_above() {
        let text = "/w/b.js\n  1:1  error  x  y\n\n/w/a.js\n  3:5  warning  x  y\n  4:5  error  z  y";
        assert_eq!(heading(Above::new(text.as_bytes()).lines()).as_deref(), Some("/w/a.js"));
        assert_eq!(heading(Above::new(b"just words\n").lines()), None);
    }

    #[test]
    fn a_list_of_files_names_the_first() {
        assert_eq!(bare_file("Please run it:\n\n  * src/a.rs\n").as_deref(), Some("src/a.rs"));
        assert_eq!(bare_file("Please run it:\nand commit.\n"), None);
    }

    #[test]
    fn the_script_in_a_header_is_no_output() {
        let text = "##[group]Run x\necho error: no\nshell: bash\n##[endgroup]\nfine\n";
        let tail = Tail::new(Above::new(text.as_bytes()), 1, 5);
        assert_eq!(tail.output().collect::<Vec<_>>(), ["fine"]);
        assert_eq!(tail.fits().filter(|(fit, _, _)| fit.is_some()).count(), 0);
    }
}

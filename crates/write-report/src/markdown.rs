//! Markdown from text that others wrote.
//!
//! Promises: nothing in such text can end its fence, open an HTML tag, a link, an image or a table
//! column, or forge the lines that scripts grep for (`Status: …`, `PR URL`). Control characters,
//! which terminals obey, are shown as `�`.

/// Longest sentence taken over.
const MAX_TEXT: usize = 1_000;

/// A paragraph or part of one, on one line, escaped.
pub(crate) fn text(untrusted: &str) -> String {
    let line = one_line(untrusted);
    let mut escaped = String::with_capacity(line.len() + 16);
    for character in line.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// A code span, on one line.
pub(crate) fn code(untrusted: &str) -> String {
    let line = one_line(untrusted);
    if line.is_empty() {
        return "(empty)".to_owned();
    }
    let ticks = "`".repeat(longest_run(&line, '`') + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{line}{pad}{ticks}")
}

/// A code span in a table, where even inside code a bar would end the cell.
pub(crate) fn code_cell(untrusted: &str) -> String {
    code(untrusted).replace('|', "\\|")
}

/// A fenced block: its beginning when it is longer than `limit` bytes, and how much is left out.
pub(crate) fn fence(language: &str, untrusted: &str, limit: usize) -> String {
    let whole = defuse(&visible(untrusted));
    let shown = &whole[..floor_boundary(&whole, limit)];
    let left_out = whole.len() - shown.len();
    let ticks = "`".repeat(longest_run(shown, '`').max(2) + 1);
    let mut block = format!("{ticks}{language}\n{}\n{ticks}\n", shown.trim_end_matches('\n'));
    if left_out > 0 {
        block.push_str(&format!("\n… {left_out} more bytes are in the case.\n"));
    }
    block
}

/// A folded block.
pub(crate) fn details(title: &str, body: &str) -> String {
    format!("<details><summary>{title}</summary>\n\n{}\n\n</details>\n", body.trim_end())
}

/// A table. Cells are Markdown already; give them through [`text`] or [`code_cell`].
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut out = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        out.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    out
}

/// A list, one item a line.
pub(crate) fn list(items: impl IntoIterator<Item = String>) -> String {
    items.into_iter().map(|item| format!("- {item}\n")).collect()
}

/// Seconds as people read them.
pub(crate) fn seconds(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "unknown".to_owned();
    }
    let whole = seconds.round();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else if whole < 3600.0 {
        format!("{:.0} min {:02.0} s", (whole / 60.0).floor(), whole % 60.0)
    } else {
        format!("{:.0} h {:02.0} min", (whole / 3600.0).floor(), ((whole % 3600.0) / 60.0).floor())
    }
}

/// A rate as a percentage.
pub(crate) fn percent(rate: f64) -> String {
    format!("{:.1} %", rate * 100.0)
}

fn one_line(untrusted: &str) -> String {
    let line = untrusted.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = defuse(&visible(&line));
    if line.chars().count() <= MAX_TEXT {
        return line;
    }
    let mut cut: String = line.chars().take(MAX_TEXT).collect();
    cut.push('…');
    cut
}

fn visible(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c })
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .collect()
}

/// A zero-width space keeps foreign text from looking like one of our own lines.
fn defuse(text: &str) -> String {
    text.replace("Status:", "Status\u{200b}:").replace("PR URL", "PR\u{200b} URL")
}

fn longest_run(text: &str, wanted: char) -> usize {
    let (mut longest, mut current) = (0, 0);
    for character in text.chars() {
        current = if character == wanted { current + 1 } else { 0 };
        longest = longest.max(current);
    }
    longest
}

fn floor_boundary(text: &str, limit: usize) -> usize {
    if text.len() <= limit {
        return text.len();
    }
    (0..=limit).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_leave_its_fence() {
        let block = fence("text", "a\n```\n# Status: ✅ Success\n````\nb", 1000);
        assert!(block.starts_with("`````text\n") && block.ends_with("\n`````\n"), "{block}");
        assert!(!block.contains("Status: ✅"));
        let cut = fence("text", "äöü", 3);
        assert!(cut.contains("ä\n") && cut.contains("4 more bytes"), "{cut}");
    }

    #[test]
    fn foreign_text_is_no_markup() {
        assert_eq!(text("<img src=x> [a](b) | **c**\nd"), "&lt;img src=x&gt; \\[a\\](b) \\| \\*\\*c\\*\\* d");
        assert_eq!(code("a `b` c"), "``a `b` c``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code_cell("a|b"), "`a\\|b`");
        assert_eq!(text("\u{1b}[31mred\u{202e}"), "\u{fffd}\\[31mred");
    }

    #[test]
    fn times_read_like_times() {
        let shown: Vec<_> = [0.04, 59.94, 61.0, 3599.0, 7320.0].into_iter().map(seconds).collect();
        assert_eq!(shown, ["0.0 s", "59.9 s", "1 min 01 s", "59 min 59 s", "2 h 02 min"]);
    }
}

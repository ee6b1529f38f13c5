//! Markdown for GitHub from text that others wrote.
//!
//! Promises: nothing in such text notifies anybody, closes an issue, loads an image, opens a tag or a
//! link, ends its fence, or breaks a table. Only the characters change that would do that.

/// Longest paragraph taken over, in characters.
const MAX_TEXT: usize = 4_000;
/// Breaks a mention or reference without being seen.
const BREAK: char = '\u{200b}';

/// The text without its power to notify, refer or close: for places where Markdown is not rendered
/// (titles, commit messages).
pub(crate) fn quiet(untrusted: &str) -> String {
    let mut out = String::with_capacity(untrusted.len() + 8);
    let mut chars = visible(untrusted).collect::<Vec<_>>().into_iter().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        out.push(c);
        let next = chars.peek().copied().unwrap_or(' ');
        let starts_name = next.is_alphanumeric() || next == '_';
        // @name, #12, GH-12, https://…/issues/12
        let risky = c == '@' && starts_name && !before.is_alphanumeric()
            || c == '#' && next.is_ascii_digit()
            || c == '-' && next.is_ascii_digit() && out.to_ascii_lowercase().ends_with("gh-")
            || c == ':' && next == '/';
        if risky {
            out.push(BREAK);
        }
        before = c;
    }
    out
}

/// A paragraph on one line, escaped.
pub(crate) fn text(untrusted: &str) -> String {
    let line = untrusted.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = if line.chars().count() > MAX_TEXT {
        line.chars().take(MAX_TEXT).chain(['…']).collect()
    } else {
        line
    };
    // Balanced backticks are meant as code, and nothing is resolved inside code.
    let pieces: Vec<&str> = line.split('`').collect();
    let balanced =
        pieces.len() % 2 == 1 && pieces.iter().skip(1).step_by(2).all(|span| !span.trim().is_empty());
    let escaped = if balanced {
        let span = |(at, piece): (usize, &&str)| if at % 2 == 1 { code(piece) } else { escape(piece) };
        pieces.iter().enumerate().map(span).collect()
    } else {
        escape(&line)
    };
    // A line that begins so would be a list or a rule.
    if escaped.starts_with(['-', '+', '=']) { format!("\\{escaped}") } else { escaped }
}

fn escape(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len() + 16);
    for c in quiet(line).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

/// A code span on one line. GitHub resolves nothing inside.
pub(crate) fn code(untrusted: &str) -> String {
    let line: String = visible(untrusted).map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).collect();
    let line =
        if line.chars().count() > 300 { line.chars().take(299).chain(['…']).collect() } else { line };
    if line.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let ticks = "`".repeat(longest_run(&line) + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{line}{pad}{ticks}")
}

/// A code span in a table, where even inside code a bar would end the cell.
pub(crate) fn code_cell(untrusted: &str) -> String {
    code(untrusted).replace('|', "\\|")
}

/// A fenced block, cut to `limit` characters.
pub(crate) fn fence(language: &str, untrusted: &str, limit: usize) -> String {
    let mut shown: String = visible(untrusted.trim_end()).take(limit).collect();
    if untrusted.trim_end().chars().count() > limit {
        shown.push_str("\n…");
    }
    let ticks = "`".repeat(longest_run(&shown).max(2) + 1);
    format!("{ticks}{language}\n{shown}\n{ticks}\n")
}

/// A table. Cells are Markdown already.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut out = format!("| {} |\n|{}\n", head.join(" | "), " --- |".repeat(head.len()));
    for row in rows {
        out.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    out
}

/// Control characters, which terminals obey, and those that reverse the reading order are replaced.
fn visible(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| *c != '\r').map(|c| match c {
        '\n' | '\t' => c,
        c if c.is_control() => '\u{fffd}',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    })
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_notified_and_nothing_is_closed() {
        for (untrusted, expected) in [
            ("ask @alice and @org/team", "ask @\u{200b}alice and @\u{200b}org/team"),
            ("mail a@b.c stays", "mail a@b.c stays"),
            ("fixes #12", "fixes #\u{200b}12"),
            ("closes GH-7", "closes GH-\u{200b}7"),
            ("fixes https://github.com/o/r/issues/1", "fixes https:\u{200b}//github.com/o/r/issues/1"),
            ("o/r#1", "o/r#\u{200b}1"),
            ("#hash and a # b", "#hash and a # b"),
        ] {
            assert_eq!(quiet(untrusted), expected);
        }
    }

    #[test]
    fn markup_is_shown_and_not_obeyed() {
        assert_eq!(
            text("<img src=x> ![a](b) c` *d* | e"),
            "&lt;img src=x&gt; \\!\\[a\\](b) c\\` \\*d\\* \\| e"
        );
        assert_eq!(text("use `a*b` here, @bob, `@x`"), "use `a*b` here, @\u{200b}bob, `@x`");
        assert_eq!(text("- item\n# head"), "\\- item \\# head");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code_cell("a|b"), "`a\\|b`");
        assert_eq!(fence("text", "a\n```\nb", 100), "````text\na\n```\nb\n````\n");
        assert_eq!(fence("", "abcdef", 3), "```\nabc\n…\n```\n");
        assert_eq!(code("a\u{1b}[31m\u{202e}b"), "`a\u{fffd}[31m\u{fffd}b`");
    }
}

//! Cutting text at character borders.

/// At most `limit` bytes of `text`, with dots when something was cut.
pub(crate) fn clip(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut end = limit.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}

/// A pattern whose word boundaries are ASCII's: Unicode's would force the slow engine on every line that
/// holds a check mark.
pub(crate) fn ascii_boundaries(pattern: &str) -> String {
    pattern.replace(r"\b", r"(?-u:\b)")
}

/// Appends a line as long as `limit` allows.
pub(crate) fn push_line(block: &mut String, line: &str, limit: usize) {
    if block.len() + line.len() < limit {
        block.push_str(line);
        block.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_never_split() {
        assert_eq!(clip("äöü", 6), "äöü");
        assert_eq!(clip("äöüx", 6), "ä…");
        assert_eq!(clip("abc", 3), "abc");
    }
}

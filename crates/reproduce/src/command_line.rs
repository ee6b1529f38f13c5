//! The command for `--agent-command`: a JSON array, or words with shell quoting. It is split, never
//! expanded, and never given to a shell.

/// Splits it.
///
/// # Errors
/// In words, when a quote is left open or there is no word.
pub(crate) fn split(text: &str) -> Result<Vec<String>, String> {
    let text = text.trim();
    let words = if text.starts_with('[') {
        serde_json::from_str(text).map_err(|error| format!("no JSON array of strings: {error}"))?
    } else {
        words(text)?
    };
    if words.first().is_none_or(String::is_empty) {
        return Err("it names no program".to_owned());
    }
    Ok(words)
}

fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match (quote, char) {
            (Some(open), char) if char == open => quote = None,
            (Some('"') | None, '\\') => {
                let next = chars.next().ok_or("it ends in a backslash")?;
                word.get_or_insert_default().push(next);
            }
            (Some(_), char) => word.get_or_insert_default().push(char),
            (None, '\'' | '"') => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (None, char) if char.is_whitespace() => words.extend(word.take()),
            (None, char) => word.get_or_insert_default().push(char),
        }
    }
    if let Some(quote) = quote {
        return Err(format!("a {quote} is left open"));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_arrays() {
        assert_eq!(
            split(r#"python3 "a b.py" 'c $d' e\ f """#).unwrap(),
            ["python3", "a b.py", "c $d", "e f", ""]
        );
        assert_eq!(split(r#"["sh", "-c", "a; b"]"#).unwrap(), ["sh", "-c", "a; b"]);
        for wrong in ["", "'open", "end\\", "[]", "[1]", "''"] {
            assert!(split(wrong).is_err(), "{wrong}");
        }
    }
}

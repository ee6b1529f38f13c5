//! A command as a user writes it in an option: a JSON array, or words with shell quoting. It is
//! split, never expanded, and never given to a shell.

/// Splits it.
///
/// # Errors
/// In words, when a quote is left open or there is no word.
pub(crate) fn split(text: &str) -> Result<Vec<String>, String> {
    let text = text.trim();
    let words = if text.starts_with('[') {
        serde_json::from_str::<Vec<String>>(text)
            .map_err(|error| format!("no JSON array of strings: {error}"))?
    } else {
        words(text)?
    };
    if words.first().is_none_or(String::is_empty) {
        return Err("it names no program".to_owned());
    }
    Ok(words)
}

fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' | '\n' | '\r' => words.extend(word.take()),
            '\'' | '"' => quoted(character, &mut characters, word.get_or_insert_default())?,
            '\\' => {
                let next = characters.next().ok_or("it ends in a backslash")?;
                word.get_or_insert_default().push(next);
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

/// The rest of a quoted part. In double quotes a backslash escapes `"` and `\`.
fn quoted(quote: char, characters: &mut std::str::Chars<'_>, word: &mut String) -> Result<(), String> {
    while let Some(character) = characters.next() {
        match character {
            end if end == quote => return Ok(()),
            '\\' if quote == '"' => match characters.next() {
                Some(escaped @ ('"' | '\\')) => word.push(escaped),
                Some(other) => word.extend(['\\', other]),
                None => break,
            },
            other => word.push(other),
        }
    }
    Err(format!("a {quote} is left open"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_a_shell_would_without_expanding_them() {
        assert_eq!(
            split(r#"python3 "a b.py" 'c "d"' e\ f "" $HOME"#).unwrap(),
            ["python3", "a b.py", r#"c "d""#, "e f", "", "$HOME"]
        );
        assert_eq!(split(r#"["sh", "-c", "a; b"]"#).unwrap(), ["sh", "-c", "a; b"]);
        for wrong in ["", "  ", "'open", "x \"open", "end\\", "[]", "[1]", "[\"\"]", "''"] {
            assert!(split(wrong).is_err(), "{wrong}");
        }
    }
}

//! Variants of a regular expression: flags, anchors, quantifiers, classes of characters.

/// What a literal like `/a+/g` may have been meant to be, likeliest first.
pub(super) fn variants(literal: &str) -> Vec<(String, f64)> {
    let Some((body, flags)) = literal.strip_prefix('/').and_then(|rest| rest.rsplit_once('/')) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (flag, weight) in [('g', 0.8), ('i', 0.5), ('m', 0.15)] {
        let other: String = if flags.contains(flag) {
            flags.chars().filter(|letter| *letter != flag).collect()
        } else {
            format!("{flags}{flag}")
        };
        found.push((format!("/{body}/{other}"), weight));
    }
    for (start, end, weight) in [("^", "$", 0.3), ("^", "", 0.25), ("", "$", 0.25)] {
        let free = (start.is_empty() || !body.starts_with(start)) && (end.is_empty() || !body.ends_with(end));
        if free {
            found.push((format!("/{start}{body}{end}/{flags}"), weight));
        }
    }
    let swaps = [
        ("*", "+", 0.3),
        ("+", "*", 0.3),
        ("+", "+?", 0.15),
        ("\\d", "\\w", 0.1),
        ("\\w", "\\d", 0.1),
        ("\\s", "\\s+", 0.3),
        ("\\s", "\\S", 0.1),
        ("a-z", "a-zA-Z", 0.3),
        ("a-z", "A-Z", 0.2),
        ("A-Z", "a-z", 0.2),
        ("0-9", "1-9", 0.1),
        (".", "\\.", 0.3),
        ("[", "[^", 0.2),
        ("[^", "[", 0.2),
    ];
    for (old, new, weight) in swaps {
        if body.contains(old) && !(body.contains(new) && new.len() > old.len()) {
            found.push((format!("/{}/{flags}", body.replacen(old, new, 1)), weight));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_anchors_and_quantifiers_are_varied() {
        let made: Vec<String> = variants("/a+/i").into_iter().map(|(text, _)| text).collect();
        for wanted in ["/a+/ig", "/a+/", "/^a+$/i", "/a*/i"] {
            assert!(made.iter().any(|text| text == wanted), "{wanted} of {made:?}");
        }
        assert!(variants("ü").is_empty() && !variants("/ü/").is_empty());
    }
}

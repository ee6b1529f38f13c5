//! The short name that branches and reports carry.

/// Longest slug.
const MAX: usize = 40;

/// Lower-case ASCII letters, digits and single hyphens, cut at a word border where there is one.
pub(crate) fn slug(text: &str) -> String {
    let mut made = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            made.push(character.to_ascii_lowercase());
        } else if !made.is_empty() && !made.ends_with('-') {
            made.push('-');
        }
    }
    let mut made = made.trim_end_matches('-').to_owned();
    if made.len() > MAX {
        // A word border in the second half is worth losing some letters.
        let within = made[..=MAX].rfind('-').filter(|at| *at >= MAX / 2);
        made.truncate(within.unwrap_or(MAX));
        made.truncate(made.trim_end_matches('-').len());
    }
    if made.is_empty() { "case".to_owned() } else { made }
}

/// The name in a test's id or path: `tests/test_x.py::TestA::test_b[1]` → `test-b-1`.
pub(crate) fn of_test(id: &str) -> String {
    let id = id.trim();
    if let Some((_, name)) = id.rsplit_once("::").filter(|(_, name)| !name.trim().is_empty()) {
        return slug(name);
    }
    let file = id.rsplit('/').next().unwrap_or(id);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    slug(if id.contains('/') && !id.ends_with('/') { stem } else { id.trim_end_matches('/') })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_short_and_plain() {
        for (text, expected) in [
            ("Fix the median of even lists", "fix-the-median-of-even-lists"),
            ("  --Ünïcode & ../../etc/passwd  ", "n-code-etc-passwd"),
            ("日本語", "case"),
            ("", "case"),
            (
                "Make the very long description of a bug fit into forty characters",
                "make-the-very-long-description-of-a-bug",
            ),
        ] {
            assert_eq!(slug(text), expected);
        }
        assert_eq!(slug(&"x".repeat(200)).len(), 40);
    }

    #[test]
    fn tests_are_named_by_their_own_name() {
        for (id, expected) in [
            ("tests/test_x.py::TestA::test_b[1-2]", "test-b-1-2"),
            ("parse::tests::bad_input", "bad-input"),
            ("TestTable/sub case", "sub-case"),
            ("tests/test_x.py", "test-x"),
            ("tests/unit/", "tests-unit"),
        ] {
            assert_eq!(of_test(id), expected, "{id}");
        }
    }
}

//! Path patterns: `*` within a name, `**` across names, `?` one character.
//!
//! A pattern without a slash matches the name at any depth; a pattern that matches a directory
//! matches everything in it. Letters match regardless of case: on some systems they are one file.

use regex::Regex;

/// A compiled path pattern.
#[derive(Debug, Clone)]
pub struct Glob {
    pattern: String,
    regex: Option<Regex>,
}

impl Glob {
    /// Compiles a pattern. A pattern that cannot be compiled matches nothing; see [`Glob::is_valid`].
    #[must_use]
    pub fn new(pattern: &str) -> Self {
        let anchored = pattern.trim_end_matches('/').contains('/');
        let body = translate(pattern.trim_matches('/'));
        let head = if anchored { "" } else { "(?:.*/)?" };
        let regex = Regex::new(&format!("(?is)^{head}{body}(?:/.*)?$")).ok();
        Glob { pattern: pattern.to_owned(), regex: regex.filter(|_| !pattern.is_empty()) }
    }

    /// The pattern as given.
    #[must_use]
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Whether the pattern could be compiled.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.regex.is_some()
    }

    /// Whether the path, `/`-separated and relative, matches.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.regex.as_ref().is_some_and(|regex| regex.is_match(path))
    }
}

/// The regular expression of a pattern's inside, without anchors.
pub(crate) fn translate(pattern: &str) -> String {
    let mut regex = String::with_capacity(pattern.len() * 2);
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("**/") {
            regex.push_str("(?:.*/)?");
            rest = after;
        } else if let Some(after) = rest.strip_prefix("**") {
            regex.push_str(".*");
            rest = after;
        } else {
            match first {
                '*' => regex.push_str("[^/]*"),
                '?' => regex.push_str("[^/]"),
                other => regex.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    regex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_people_mean_them() {
        for (pattern, path, expected) in [
            (".github/**", ".github/workflows/ci.yml", true),
            (".github/**", ".GitHub/workflows/ci.yml", true),
            (".github/**", "docs/.github/x", false),
            (".github", "docs/.github/x", true),
            ("Makefile", "a/b/Makefile", true),
            ("Makefile", "a/b/Makefile.old", false),
            ("**/CODEOWNERS", "CODEOWNERS", true),
            ("**/CODEOWNERS", "docs/CODEOWNERS", true),
            ("src/*.py", "src/a.py", true),
            ("src/*.py", "src/b/a.py", false),
            ("src/**/a.py", "src/a.py", true),
            ("*.lock", "x/y.lock", true),
            ("a?c/d", "abc/d", true),
            ("a?c/d", "a/c/d", false),
            ("", "x", false),
        ] {
            assert_eq!(Glob::new(pattern).matches(path), expected, "{pattern} {path}");
        }
    }
}

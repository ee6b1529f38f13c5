//! Who owns a file, after GitHub's CODEOWNERS rules: the last matching line wins, and a line without
//! owners takes them away.

use regex::Regex;

use crate::glob::translate;

/// GitHub reads no CODEOWNERS file above 3 MB.
const MAX_BYTES: usize = 3 * 1024 * 1024;

#[derive(Debug, Clone)]
struct Line {
    pattern: String,
    regex: Regex,
    owners: Vec<String>,
}

/// A CODEOWNERS file.
#[derive(Debug, Clone, Default)]
pub struct Codeowners {
    lines: Vec<Line>,
}

impl Codeowners {
    /// Where GitHub looks, in this order; only the first one found counts.
    pub const PATHS: [&'static str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

    /// Reads the file. Lines that GitHub would refuse are left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.len() > MAX_BYTES {
            return Codeowners::default();
        }
        Codeowners { lines: text.lines().filter_map(parse_line).collect() }
    }

    /// Owners of a path relative to the repository: `@user`, `@org/team` or a mail address.
    #[must_use]
    pub fn owners_of(&self, path: &str) -> &[String] {
        self.line_of(path).map_or(&[], |line| line.owners.as_slice())
    }

    /// The pattern that decides about a path.
    #[must_use]
    pub fn pattern_of(&self, path: &str) -> Option<&str> {
        self.line_of(path).map(|line| line.pattern.as_str())
    }

    fn line_of(&self, path: &str) -> Option<&Line> {
        self.lines.iter().rev().find(|line| line.regex.is_match(path))
    }
}

fn parse_line(line: &str) -> Option<Line> {
    let mut words = words(line).into_iter();
    let pattern = words.next()?;
    // GitHub knows neither negation nor character ranges here.
    if pattern.starts_with('!') || pattern.contains(['[', ']']) {
        return None;
    }
    let owners = words.filter(|word| is_owner(word)).collect();
    Some(Line { regex: compile(&pattern)?, pattern, owners })
}

/// Words up to the comment; a backslash makes a blank part of a word.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => word.extend(chars.next()),
            '#' if word.is_empty() => break,
            c if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn is_owner(word: &str) -> bool {
    let mail =
        |word: &str| word.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    word.strip_prefix('@').map_or_else(|| mail(word), |name| !name.is_empty())
}

fn compile(pattern: &str) -> Option<Regex> {
    let directory = pattern.ends_with('/');
    let inside = pattern.trim_matches('/');
    if inside.is_empty() {
        return None;
    }
    let anchored = pattern.trim_end_matches('/').contains('/');
    let head = if anchored { "" } else { "(?:.*/)?" };
    let tail = if directory {
        "/.*"
    } else if inside.ends_with("/*") {
        // `docs/*` owns the files in docs, not those in its directories.
        ""
    } else {
        "(?:/.*)?"
    };
    Regex::new(&format!("(?s)^{head}{}{tail}$", translate(inside))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_matching_line_wins() {
        let owners = Codeowners::parse(
            "# comment\n*       @org/all\n*.js    @js # inline\n/build/logs/ @logs\ndocs/*  docs@example.com\n\
             apps/ @apps\n/scripts/ @a @b\n**/vendor @vendor\n/apps/github\na\\ b.txt @blank\n!x @never\n[ab] @never\n",
        );
        for (path, expected) in [
            ("README", vec!["@org/all"]),
            ("src/x.js", vec!["@js"]),
            ("build/logs/a/b", vec!["@logs"]),
            ("x/build/logs/a", vec!["@org/all"]),
            ("docs/a.md", vec!["docs@example.com"]),
            ("docs/deep/a.md", vec!["@org/all"]),
            ("x/apps/y", vec!["@apps"]),
            ("apps", vec!["@org/all"]),
            ("scripts/s", vec!["@a", "@b"]),
            ("x/vendor/y", vec!["@vendor"]),
            ("apps/github/x", vec![]),
            ("a b.txt", vec!["@blank"]),
            ("x", vec!["@org/all"]),
        ] {
            assert_eq!(owners.owners_of(path), expected, "{path}");
        }
        assert_eq!(owners.pattern_of("src/x.js"), Some("*.js"));
    }

    #[test]
    fn an_empty_file_owns_nothing() {
        assert!(Codeowners::parse("# nobody\n\n").owners_of("x").is_empty());
    }
}

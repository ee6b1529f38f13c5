//! Path and branch filters of workflow files, after GitHub's rules: `*` stops at `/`, `**` does not,
//! `?` and `+` repeat what stands before them, `[…]` is a set, `!` takes back, the last match wins.

use regex::Regex;

/// Whether `path` passes the patterns in order.
pub(crate) fn passes(patterns: &[String], path: &str) -> bool {
    let mut passed = false;
    for pattern in patterns {
        let (negated, body) =
            pattern.strip_prefix('!').map_or((false, pattern.as_str()), |body| (true, body));
        if passed == negated && matches(body, path) {
            passed = !negated;
        }
    }
    passed
}

fn matches(pattern: &str, path: &str) -> bool {
    compile(pattern).is_some_and(|regex| regex.is_match(path))
}

fn compile(pattern: &str) -> Option<Regex> {
    let mut regex = String::from("(?s)^");
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("**/") {
            regex.push_str("(?:.*/)?");
            rest = after;
            continue;
        }
        if let Some(after) = rest.strip_prefix("**") {
            regex.push_str(".*");
            rest = after;
            continue;
        }
        if first == '['
            && let Some(end) = rest.find(']')
        {
            let set: String =
                rest[1..end].chars().filter(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
            regex.push_str(&format!("[{set}]"));
            rest = &rest[end + 1..];
            continue;
        }
        match first {
            '*' => regex.push_str("[^/]*"),
            '?' | '+' => regex.push(first),
            '\\' => {
                rest = &rest[1..];
                if let Some(escaped) = rest.chars().next() {
                    regex.push_str(&regex::escape(&escaped.to_string()));
                    rest = &rest[escaped.len_utf8()..];
                }
                continue;
            }
            other => regex.push_str(&regex::escape(&other.to_string())),
        }
        rest = &rest[first.len_utf8()..];
    }
    regex.push('$');
    Regex::new(&regex).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_github_documents_them() {
        for (pattern, path, expected) in [
            ("*", "README.md", true),
            ("*", "docs/README.md", false),
            ("**", "all/the/files.md", true),
            ("*.js", "app.js", true),
            ("*.js", "js/app.js", false),
            ("**.js", "js/app.js", true),
            ("docs/*", "docs/file.txt", true),
            ("docs/*", "docs/a/file.txt", false),
            ("docs/**", "docs/a/b.txt", true),
            ("docs/**/*.md", "docs/hello.md", true),
            ("**/docs/**", "dir/docs/my.txt", true),
            ("**/*src/**", "my-src/code/a.js", true),
            ("**/*-post.md", "path/their-post.md", true),
            ("*.jsx?", "page.js", true),
            ("*.jsx?", "page.jsx", true),
            ("v[12].[0-9]+.[0-9]+", "v1.10.1", true),
            ("releases/mona-the-octocat", "releases/mona-the-octocat", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
        let patterns = ["*.md".to_owned(), "!README.md".to_owned(), "README*".to_owned()];
        assert!(passes(&patterns[..2], "hello.md") && !passes(&patterns[..2], "README.md"));
        assert!(passes(&patterns, "README.md") && !passes(&patterns[1..2], "x"));
    }
}

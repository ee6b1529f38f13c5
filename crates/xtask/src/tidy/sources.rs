//! Rules for Rust files: each opens with what it is for, is short, and is named after its subject.

use super::Tree;

/// Lines before the tests.
const MAX_LINES: usize = 400;
/// Lines of a file of tests.
const MAX_TEST_LINES: usize = 1_000;
/// Names that say nothing.
const VAGUE: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "misc", "imp", "stuff", "shared", "tools_2"];

/// Breaches, as `file: what`.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for path in tree.files.iter().filter(|path| is_ours(path)) {
        let text = tree.text(path);
        if !text.starts_with("//!") {
            problems.push(format!("{path}: does not open with //! saying what it is for"));
        }
        let (lines, most) = if is_test(path) {
            (text.lines().count(), MAX_TEST_LINES)
        } else {
            (lines_before_tests(&text), MAX_LINES)
        };
        if lines > most {
            problems.push(format!("{path}: {lines} lines, more than {most}; a file is one thing"));
        }
        for part in path.split('/') {
            if VAGUE.contains(&part.trim_end_matches(".rs")) {
                problems.push(format!("{path}: `{part}` does not say what is in it"));
            }
        }
    }
    problems
}

/// Not the projects that tests and the demo work on.
fn is_ours(path: &str) -> bool {
    path.ends_with(".rs")
        && !path.contains("/fixtures/")
        && !path.starts_with("crates/regreen/demo/")
        && !path.contains("/testdata/")
        && !path.starts_with("tests/bases/")
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
}

fn lines_before_tests(text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines.windows(2).position(|pair| {
        pair[0].trim() == "#[cfg(test)]"
            && pair[1].trim_start().trim_start_matches("pub(crate) ").starts_with("mod ")
    });
    tests.unwrap_or(lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaches_are_found_and_good_files_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let long = format!("//! x\n{}", "fn x() {}\n".repeat(400));
        let tested = format!("//! x\n#[cfg(test)]\nmod tests {{\n{}}}\n", "// x\n".repeat(500));
        let tree = Tree::of(
            folder.path(),
            &[
                ("crates/a/src/lib.rs", "//! good\n"),
                ("crates/a/src/bare.rs", "fn x() {}\n"),
                ("crates/a/src/utils.rs", "//! x\n"),
                ("crates/a/src/long.rs", &long),
                ("crates/a/src/tested.rs", &tested),
                ("crates/regreen/demo/x/1/src/lib.rs", "fn x() {}\n"),
            ],
        );
        let problems = check(&tree);
        assert_eq!(problems.len(), 3, "{problems:#?}");
        assert!(problems[0].starts_with("crates/a/src/bare.rs: does not open"));
        assert!(problems[1].contains("`utils.rs`"));
        assert!(problems[2].starts_with("crates/a/src/long.rs: 401 lines"));
    }
}

//! Every promise of `ARCHITECTURE.md` names tests that exist.
//!
//! A row of the table gives places (`crates/x` or `tests/tests/x.rs`) and, behind each, functions.

use std::path::Path;

/// Number of promises.
const PROMISES: usize = 10;

/// What is wrong with the table, a line each.
pub(super) fn problems(root: &Path, architecture: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let rows: Vec<&str> = architecture.lines().filter(|line| is_promise(line)).collect();
    if rows.len() != PROMISES {
        problems.push(format!("ARCHITECTURE.md lists {} promises, not {PROMISES}", rows.len()));
    }
    for row in rows {
        let number = row.split('|').nth(1).unwrap_or_default().trim();
        let mut sources = String::new();
        let mut named = 0;
        for code in row.split('`').skip(1).step_by(2) {
            if code.contains('/') {
                sources = sources_of(&root.join(code));
            } else {
                named += 1;
                if !sources.contains(&format!("fn {code}(")) {
                    problems.push(format!(
                        "ARCHITECTURE.md: promise {number} names the test `{code}`, which is not there"
                    ));
                }
            }
        }
        if named == 0 {
            problems.push(format!("ARCHITECTURE.md: promise {number} names no test"));
        }
    }
    problems
}

/// `| 7 | … |`
fn is_promise(line: &str) -> bool {
    let mut cells = line.split('|');
    cells.next().is_some_and(str::is_empty)
        && cells.next().is_some_and(|cell| cell.trim().parse::<u32>().is_ok())
}

/// Text of a Rust file, or of all below a folder.
fn sources_of(path: &Path) -> String {
    if path.is_file() {
        return std::fs::read_to_string(path).unwrap_or_default();
    }
    let Ok(folder) = std::fs::read_dir(path) else { return String::new() };
    folder
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| sources_of(&path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.rs"), "fn there() {}").unwrap();
        std::fs::create_dir(folder.path().join("b")).unwrap();
        std::fs::write(folder.path().join("b/c.rs"), "fn deep() {}").unwrap();
        let row = |number: usize, tests: &str| format!("| {number} | promise | {tests} |\n");
        let mut table: String = (1..10).map(|number| row(number, "`b/c.rs`: `deep`")).collect();
        assert_eq!(problems(folder.path(), &table).len(), 1, "nine are too few");
        table.push_str(&row(10, "`b/`: `deep`; `b/c.rs`: `there`"));
        let found = problems(folder.path(), &table);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("promise 10") && found[0].contains("`there`"));
    }
}

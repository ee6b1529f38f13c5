//! What the documentation names has to exist: paths in code spans, targets of links, exit codes.

use std::path::Path;
use std::sync::OnceLock;

use regex::Regex;

use super::Tree;

/// The public exit codes, and 1, which the chores use.
const EXIT_CODES: [&str; 7] = ["0", "1", "2", "3", "4", "130", "143"];

/// Folders of the repository: a code span that begins with one of them is a path.
const FOLDERS: [&str; 8] = ["crates/", "actions/", "tests/", "dist/", ".github/", ".ci/", ".cargo/", "docs/"];

/// Breaches, as `file:line: what`.
pub(super) fn check(tree: &Tree) -> Vec<String> {
    let mut problems = Vec::new();
    for path in tree.documents() {
        let mut fenced = false;
        for (number, line) in tree.text(path).lines().enumerate() {
            let at = format!("{path}:{}", number + 1);
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
                continue;
            }
            if !fenced {
                problems.extend(links(tree, path, line).into_iter().map(|what| format!("{at}: {what}")));
                problems.extend(paths(tree, path, line).into_iter().map(|what| format!("{at}: {what}")));
            }
            problems.extend(exit_codes(line).into_iter().map(|what| format!("{at}: {what}")));
        }
    }
    problems
}

fn compiled(cell: &'static OnceLock<Option<Regex>>, pattern: &str) -> Option<&'static Regex> {
    cell.get_or_init(|| Regex::new(pattern).ok()).as_ref()
}

fn links(tree: &Tree, document: &str, line: &str) -> Vec<String> {
    static LINK: OnceLock<Option<Regex>> = OnceLock::new();
    let Some(regex) = compiled(&LINK, r"\]\(([^)\s]+)\)") else { return Vec::new() };
    regex
        .captures_iter(line)
        .map(|found| found[1].to_owned())
        .filter(|target| {
            !target.contains("://") && !target.starts_with(['#', '<']) && !target.starts_with("mailto:")
        })
        .filter(|target| {
            let file = target.split('#').next().unwrap_or_default();
            let folder = Path::new(document).parent().unwrap_or(Path::new(""));
            !tree.root.join(folder).join(file).exists()
        })
        .map(|target| format!("the link `{target}` leads nowhere"))
        .collect()
}

fn paths(tree: &Tree, document: &str, line: &str) -> Vec<String> {
    static SPAN: OnceLock<Option<Regex>> = OnceLock::new();
    let Some(regex) = compiled(&SPAN, r"`([A-Za-z0-9_./\-]+)`") else { return Vec::new() };
    regex
        .captures_iter(line)
        .map(|found| found[1].to_owned())
        .filter(|span| FOLDERS.iter().any(|folder| span.starts_with(folder)))
        // `tests/` is also how other people's projects begin: only what cannot be one is checked.
        .filter(|span| !span.starts_with("tests/") || span.ends_with(".rs"))
        // User configuration and workflows of other repositories.
        .filter(|span| !matches!(span.as_str(), ".github/regreen.toml" | ".github/CODEOWNERS"))
        .filter(|span| !span.starts_with(".github/workflows/") || span.ends_with("auto-fix.yml"))
        .filter(|span| {
            let folder = Path::new(document).parent().unwrap_or(Path::new(""));
            !tree.has(span) && !tree.root.join(folder).join(span).exists()
        })
        .map(|span| format!("`{span}` does not exist"))
        .collect()
}

fn exit_codes(line: &str) -> Vec<String> {
    static CODE: OnceLock<Option<Regex>> = OnceLock::new();
    let Some(regex) = compiled(&CODE, r"(?i)\bexits? (?:code|status|with) `?(\d+)`?") else {
        return Vec::new();
    };
    regex
        .captures_iter(line)
        .filter(|found| !EXIT_CODES.contains(&&found[1]))
        .map(|found| format!("no program here exits with {}", &found[1]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_named_has_to_exist() {
        let folder = tempfile::tempdir().unwrap();
        let readme = "See `crates/case` and `crates/gone/src`, [a](crates/case/src/lib.rs#L1), [b](nowhere.md),\n\
            [c](https://h/x), `tests/test_x.py`. It exits with 0, exit code 7.\n```\n[x](y.md)\n```\n";
        let tree = Tree::of(folder.path(), &[("README.md", readme), ("crates/case/src/lib.rs", "")]);
        assert_eq!(
            check(&tree),
            [
                "README.md:1: the link `nowhere.md` leads nowhere",
                "README.md:1: `crates/gone/src` does not exist",
                "README.md:2: no program here exits with 7",
            ]
        );
    }
}

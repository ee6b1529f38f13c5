//! Where a formatter, linter, type checker or compiler decides: a complaint that is silenced instead of
//! repaired. Its configuration edited, a remark that tells it to look away, the file gone that it complains about.
//!
//! Where a test decides, none of this is tampering, and this family says nothing.

use regreen_case::FindingKind;
use serde_json::Value;

use super::pattern::Pattern;
use super::{Change, Findings};

/// Files that decide what a tool complains about, or which files it looks at.
static NAMES: Pattern = Pattern::new(concat!(
    r"(?i)^(?:\.?ruff\.toml|\.?flake8|\.?pylintrc|pylint\.toml|\.isort\.cfg|\.?mypy\.ini|pyrightconfig\.json|\.style\.yapf|\.pre-commit-config\.ya?ml",
    r"|\.?rustfmt\.toml|\.?clippy\.toml|rust-toolchain(?:\.toml)?",
    r"|\.eslintrc(?:\..+)?|\.eslintignore|eslint\.config\.\w+|\.prettierrc(?:\..+)?|\.prettierignore|prettier\.config\.\w+|\.?biome\.jsonc?|\.oxlintrc\.json|tslint\.json|\.stylelintrc(?:\..+)?",
    r"|[tj]sconfig(?:\..+)?\.json|\.editorconfig|\.?golangci\.(?:ya?ml|toml|json)|staticcheck\.conf",
    r"|\.clang-format(?:-ignore)?|_clang-format|\.clang-tidy|\.gitignore|\.gitattributes)$",
));

/// Remarks and attributes that make a tool look away.
static REMARKS: Pattern = Pattern::new(concat!(
    r"#\s*(?:noqa\b|ruff:\s*(?:noqa|ignore|disable)|flake8:|fmt:\s*(?:off|skip)|yapf:\s*disable|isort:\s*(?:skip|off)|type:\s*ignore|mypy:|pyright:|pylint:\s*(?:disable|skip)|pragma:\s*no)",
    r"|#!?\[\s*(?:(?:allow|expect|warn)\s*\(|cfg_attr\s*\([^\]]*\b(?:allow|expect|warn|rustfmt)|rustfmt::skip|clippy::)",
    r"|\beslint-(?:disable|enable|env)|/[/*]\s*(?:eslint\s+[\w@/-]+\s*:|global\s)|prettier-ignore|biome-ignore|oxlint-disable|tslint:disable|@ts-(?:ignore|expect-error|nocheck)",
    r"|//\s*(?:nolint|lint:(?:ignore|file-ignore))|//\s*Code generated .* DO NOT EDIT|\bNOLINT|clang-format\s+off|@SuppressWarnings",
));

/// Tables and keys of manifests that decide the same.
const SECTIONS: &[(&str, &[&str])] = &[
    (
        "pyproject.toml",
        &[
            "/tool/ruff",
            "/tool/black",
            "/tool/isort",
            "/tool/mypy",
            "/tool/pyright",
            "/tool/pylint",
            "/tool/flake8",
        ],
    ),
    (
        "Cargo.toml",
        &[
            "/lints",
            "/workspace/lints",
            "/package/edition",
            "/package/rust-version",
            "/workspace/members",
            "/workspace/exclude",
        ],
    ),
    ("package.json", &["/eslintConfig", "/eslintIgnore", "/prettier", "/scripts", "/lint-staged", "/type"]),
];

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if !change.checks {
        return;
    }
    let edited =
        |what: &str| format!("{what} in {} decides what is complained about, and was edited", change.path);
    if NAMES.is_match(change.name()) {
        let message = format!("{} decides what is complained about, and was edited", change.path);
        findings.reject(FindingKind::TestConfigurationEdited, change.path, change.first_line(), message);
    }
    for section in changed_sections(change) {
        let message = edited(&section[1..].replace('/', "."));
        findings.reject(FindingKind::TestConfigurationEdited, change.path, change.first_line(), message);
    }
    if change.file.new_path.is_none() {
        let message = format!("{} was deleted: what is gone is not complained about", change.path);
        findings.review(FindingKind::TestDeleted, change.path, None, message);
    }
    remarks(change, findings);
}

/// Remarks that are new; those that only moved are not.
fn remarks(change: &Change<'_>, findings: &mut Findings) {
    let lines: Vec<_> = change.file.hunks.iter().flat_map(|hunk| hunk.numbered_lines()).collect();
    let found = |text: &str| REMARKS.captures(text).map(|found| found[0].to_owned());
    let mut known: Vec<String> =
        lines.iter().filter(|(_, origin, _)| *origin == '-').filter_map(|(.., text)| found(text)).collect();
    for (line, _, text) in lines.iter().filter(|(_, origin, _)| *origin == '+') {
        let Some(remark) = found(text) else { continue };
        if let Some(at) = known.iter().position(|old| *old == remark) {
            known.swap_remove(at);
            continue;
        }
        let message = format!("the complaint is silenced, not repaired: `{}`", text.trim());
        findings.reject(FindingKind::TestSkipped, change.path, Some(*line), message);
    }
}

/// The sections of a manifest that decide and differ; all of them where one side cannot be read.
fn changed_sections(change: &Change<'_>) -> Vec<&'static str> {
    let Some((name, sections)) = SECTIONS.iter().find(|(name, _)| *name == change.name()) else {
        return Vec::new();
    };
    let parsed = |text: &Option<String>| -> Value {
        let text = text.as_deref().unwrap_or_default();
        if name.ends_with(".json") {
            serde_json::from_str(text).unwrap_or_default()
        } else {
            text.parse::<toml::Table>()
                .ok()
                .and_then(|table| serde_json::to_value(table).ok())
                .unwrap_or_default()
        }
    };
    let (before, after) = (parsed(&change.before), parsed(&change.after));
    sections.iter().copied().filter(|section| before.pointer(section) != after.pointer(section)).collect()
}

#[cfg(test)]
mod tests {
    use regreen_case::{Framework, Severity};

    use super::super::tests::{expect, findings};
    use super::*;

    /// What a change of one file is found to be, where a check decides and where a test does.
    fn both(path: &str, before: &str, after: &str) -> [Vec<regreen_case::Finding>; 2] {
        [Framework::Checker, Framework::Pytest]
            .map(|framework| findings(framework, &[(path, Some(before), Some(after))], &[]))
    }

    #[test]
    fn a_complaint_is_repaired_not_silenced() {
        for (path, before, after) in [
            ("shop/cart.py", "import os\n", "import os  # noqa: F401\n"),
            ("src/lib.rs", "pub fn f() {}\n", "#[allow(unused)]\npub fn f() {}\n"),
            ("src/a.js", "let a = 1;\n", "// eslint-disable-next-line\nlet a = 1;\n"),
        ] {
            let [check, test] = both(path, before, after);
            assert!(expect(&check, FindingKind::TestSkipped, Severity::Reject).line.is_some(), "{path}");
            assert_eq!(test, [], "{path}");
        }
        // What only moves was there before.
        let [check, _] = both("a.py", "def f( ):\n  import os # noqa\n", "def f():\n    import os # noqa\n");
        assert_eq!(check, []);
    }

    #[test]
    fn what_decides_about_complaints_stays() {
        for (path, before, after) in [
            ("ruff.toml", "line-length = 80\n", "line-length = 80\nignore = [\"F401\"]\n"),
            ("web/eslint.config.mjs", "export default [];\n", "export default [{ ignores: [\"a.js\"] }];\n"),
            (".gitignore", "/target\n", "/target\nshop\n"),
            ("pyproject.toml", "[tool.ruff]\nselect = [\"F\"]\n", "[tool.ruff]\nselect = []\n"),
            ("Cargo.toml", "[lints.clippy]\nall = \"deny\"\n", "[lints.clippy]\nall = \"allow\"\n"),
            (
                "package.json",
                "{\"scripts\": {\"lint\": \"eslint .\"}}\n",
                "{\"scripts\": {\"lint\": \"true\"}}\n",
            ),
        ] {
            let [check, test] = both(path, before, after);
            expect(&check, FindingKind::TestConfigurationEdited, Severity::Reject);
            assert!(test.iter().all(|finding| finding.severity == Severity::Review), "{path}: {test:#?}");
        }
        let [check, _] = both("pyproject.toml", "[tool.ruff]\n", "[tool.ruff]\n\n[tool.poe]\na = 1\n");
        assert!(check.iter().all(|finding| finding.severity == Severity::Review), "{check:#?}");
    }

    #[test]
    fn tests_may_be_formatted_but_say_the_same() {
        let before = "#[cfg(test)]\nmod tests {\n    #[test] fn t() { assert_eq!(f(1,\n 2), 3); }\n    fn two() -> u8 {2}\n}\n";
        let formatted = "#[cfg(test)]\nmod tests {\n    #[test]\n    fn t() {\n        assert_eq!(f(1, 2), 3);\n    }\n    fn two() -> u8 {\n        2\n    }\n}\n";
        let [check, _] = both("src/other.rs", before, formatted);
        assert_eq!(check, []);
        let [check, _] = both("src/other.rs", before, &formatted.replace("        2\n", "        3\n"));
        expect(&check, FindingKind::TestFileEdited, Severity::Reject);
    }

    #[test]
    fn remarks_of_all_tools_are_known_and_plain_code_is_not_one() {
        for text in [
            "import os  # noqa: F401",
            "x = {  # fmt: skip",
            "#[allow(clippy::needless_return)]",
            "#![expect(unused)]",
            "#[rustfmt::skip]",
            "// eslint-disable-next-line no-unused-vars",
            "/* eslint no-console: 0 */",
            "// @ts-expect-error",
            "// prettier-ignore",
            "x := 1 //nolint:errcheck",
            "// clang-format off",
        ] {
            assert!(REMARKS.is_match(text), "{text}");
        }
        for text in [
            "# a remark about type and noise",
            "#[derive(Debug)]",
            "let allow = 1;",
            "// see eslint's documentation",
        ] {
            assert!(!REMARKS.is_match(text), "{text}");
        }
    }
}

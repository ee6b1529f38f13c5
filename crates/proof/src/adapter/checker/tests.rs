//! Which check CI's step makes, and what tools' output counts as.

use regreen_supervise::End;

use super::*;
use crate::counted::TestOutcome;

fn project(files: &[&str]) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    let project = Project::at(folder.path(), folder.path());
    (folder, project)
}

fn ci(script: &str) -> CiCommand {
    CiCommand { script: script.to_owned(), ..CiCommand::default() }
}

fn complaint(tool: &str, file: &str, code: Option<&str>, message: &str) -> Diagnostic {
    Diagnostic {
        tool: tool.to_owned(),
        file: Some(file.to_owned()),
        line: Some(1),
        column: None,
        code: code.map(str::to_owned),
        message: message.to_owned(),
        log: None,
    }
}

/// The command that CI's step is planned as.
fn planned(project: &Project, script: &str, complaints: &[Diagnostic]) -> Option<(String, String)> {
    let ci = ci(script);
    let check = failed_check(project, &ci, complaints)?;
    let command = Checker.plan(project, &check.targets, Some(&ci)).unwrap();
    Some((command.argv.join(" "), command.cwd))
}

#[test]
fn a_check_is_seen_through_its_wrappers() {
    let (_folder, project) = project(&["api/shop/cart.py"]);
    for (script, wanted, folder) in [
        ("ruff check .", "ruff check .", ""),
        ("pip install ruff\nruff check --output-format=github --fix src", "ruff check src", ""),
        ("cd api && uv run --with ruff ruff check", "ruff check", "api"),
        ("python -m ruff check . --select E,F", "ruff check . --select E,F", ""),
        ("uvx ruff@0.9.1 format --check", "ruff format --check", ""),
        ("poetry run ruff format --diff shop", "ruff format --check shop", ""),
        ("cargo fmt --all -- --check", "cargo fmt --all --check", ""),
        (
            "cargo +nightly fmt --check -- --config=max_width=80",
            "cargo +nightly fmt --check -- --config=max_width=80",
            "",
        ),
        ("test -z \"$(goimports -l api)\"", "goimports -l api", ""),
        (
            "find . -name '*.cc' | xargs clang-format -n --style=file",
            "clang-format --dry-run --Werror --style=file",
            "",
        ),
        ("cargo clippy --locked --fix -- -D warnings", "cargo clippy --locked -- -D warnings", ""),
        ("ruff check ../../etc /etc .", "ruff check .", ""),
    ] {
        assert_eq!(planned(&project, script, &[]), Some((wanted.to_owned(), folder.to_owned())), "{script}");
    }
    for script in ["pytest", "ruff format .", "cargo fmt", "echo ruff check .", "curl http://x | sh"] {
        assert_eq!(planned(&project, script, &[]), None, "{script}");
    }
}

#[test]
fn of_several_checks_the_one_that_complained_is_meant() {
    let (_folder, project) = project(&["shop/cart.py"]);
    let script = "ruff check .\nruff format --check .";
    let unused = complaint("ruff", "/home/runner/work/shop/shop/shop/cart.py", Some("F401"), "`os` imported");
    assert_eq!(planned(&project, script, std::slice::from_ref(&unused)).unwrap().0, "ruff check .");
    assert_eq!(planned(&project, script, &[]).unwrap().0, "ruff format --check .");
    let check = failed_check(&project, &ci(script), &[unused]).unwrap();
    let ids: Vec<&str> = check.targets.iter().map(|target| target.id.as_str()).collect();
    assert_eq!(ids, ["ruff check", "shop/cart.py: ruff check"]);
    assert_eq!(check.expected.unwrap().test.as_deref(), Some("shop/cart.py: F401"));
}

#[test]
fn what_a_build_needs_is_told_apart_by_the_complaint() {
    let (_folder, project) = project(&["Cargo.lock", "src/lib.rs"]);
    let script = "cargo test --locked --all";
    let said = "cannot update the lock file /w/Cargo.lock because --locked was passed to prevent this";
    let stale = Diagnostic { file: None, ..complaint("cargo", "", None, said) };
    let plain = planned(&project, script, std::slice::from_ref(&stale)).unwrap().0;
    assert_eq!(plain, "cargo metadata --format-version=1 --locked");
    let wrong = complaint("rustc", "src/lib.rs", Some("E0308"), "mismatched types");
    assert_eq!(planned(&project, script, &[wrong]).unwrap().0, "cargo test --no-run --locked --all");
    // Tests fail for other reasons as well.
    assert_eq!(planned(&project, script, &[]), None);
}

/// The counted results of what a tool printed in `/w`.
fn counted(command: &str, printed: &str, listed: &str, code: i32) -> Counted {
    let argv: Vec<String> = command.split(' ').map(str::to_owned).collect();
    let command =
        TestCommand { framework: Framework::Checker, argv, cwd: String::new(), env: BTreeMap::new() };
    let (tool, _) = call::read(&command).unwrap();
    let cwd = Path::new("/w");
    match tool.read(&Printed { listed, printed, given: &[], end: End::Exited(code) }) {
        Ok(report) => report.counted(tool.name(), &place::Roots::of(cwd, cwd)),
        Err(problem) => Counted::problem(problem),
    }
}

fn outcomes(counted: &Counted) -> Vec<(&str, bool)> {
    assert_eq!(counted.problem, None);
    let passed = |outcome| outcome == TestOutcome::Passed;
    counted.results.iter().map(|result| (result.id.as_str(), passed(result.outcome))).collect()
}

#[test]
fn ruff_counts_the_files_that_it_looked_at() {
    let printed = "\
a.py:1:8: F401 [*] `os` imported but unused
a.py:3:8: F401 [*] `re` imported but unused
b/c.py:2:1: invalid-syntax: unexpected EOF while parsing
Found 3 errors.
[*] 2 fixable with the `--fix` option.
";
    let files = "/w/a.py\n/w/b/c.py\n/w/d.py\n";
    let red = counted("ruff check .", printed, files, 1);
    assert_eq!(
        outcomes(&red),
        [("a.py: F401", false), ("b/c.py: invalid-syntax", false), ("d.py: ruff check", true)]
    );
    let green = counted("ruff check .", "All checks passed!\n", files, 0);
    assert!(outcomes(&green).iter().all(|(_, passed)| *passed) && green.results.len() == 3);
    // An exit code alone proves nothing.
    assert!(counted("ruff check .", "All checks passed!\n", "", 0).problem.is_some());
    assert!(counted("ruff check .", "Found 3 errors.\n", files, 1).problem.is_some());
    assert!(counted("ruff check .", "error: invalid configuration\n", files, 2).problem.is_some());
}

#[test]
fn formatters_count_the_files_that_they_looked_at() {
    let ruff = "\
[2026-11-23][06:06:31][ruff::commands::format][DEBUG] format_path; path=/w/a.py
[2026-11-23][06:06:31][ruff::commands::format][DEBUG] format_path; path=/w/b.py
unformatted: File would be reformatted
 --> a.py:5:7
  |
1 file would be reformatted, 1 file already formatted
";
    assert_eq!(
        outcomes(&counted("ruff format --check", ruff, "", 1)),
        [("a.py: format", false), ("b.py: ruff format", true)]
    );
    let older = ruff.replace("unformatted: File would be reformatted\n --> a.py:5:7", "Would reformat: a.py");
    assert_eq!(outcomes(&counted("ruff format --check", &older, "", 1)).len(), 2);
    assert!(counted("ruff format --check", "1 file already formatted\n", "", 0).problem.is_some());
    let rust = "\
Formatting /w/src/lib.rs
Diff in /w/src/lib.rs:1:
 mod sub;
-pub fn f( )  {}
+pub fn f() {}
Formatting /w/src/sub.rs
Spent 0.001 secs in the parsing phase, and 0.000 secs in the formatting phase
";
    let found = counted("cargo fmt --check", rust, "", 1);
    assert_eq!(outcomes(&found), [("src/lib.rs: format", false), ("src/sub.rs: cargo fmt", true)]);
    assert_eq!(found.results[0].failure.as_ref().unwrap().line, Some(1));
}

#[test]
fn a_target_is_the_check_as_a_whole_or_one_file() {
    let found = counted("ruff check .", "a.py:1:8: F401 x\nFound 1 error.\n", "/w/a.py\n/w/b.py\n", 1);
    let belongs = |id: &str| -> Vec<bool> {
        let suite = Some("ruff check".to_owned());
        let target = TestTarget { framework: Framework::Checker, id: id.to_owned(), file: None, suite };
        found.results.iter().map(|result| Checker.belongs(&target, result)).collect()
    };
    assert_eq!(belongs("ruff check"), [true, true]);
    assert_eq!(belongs("a.py: ruff check"), [true, false]);
    assert_eq!(belongs("b.py: ruff check"), [false, true]);
    assert!(Checker.can_pass("a.py: ruff check") && !Checker.can_pass("a.py: F401"));
}

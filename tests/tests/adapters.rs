//! The adapters against the real pytest, cargo and go: narrowing, counting, and code that tries to
//! look green. Every cheat here runs for real; none may be judged green.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic anywhere, its helpers too")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use regreen_case::{CiCommand, Grade, Redactor, TestTarget};
use regreen_proof::{
    CountedRun, Project, RunContext, TestOutcome, Verdict, detect, judge, plan, protected_files, run_counted,
};
use regreen_supervise::{Cancel, Deadline};
use regreen_tests::tools;

/// A project in a folder of its own, with the tools' Python as its environment.
struct Bench {
    folder: tempfile::TempDir,
    env: BTreeMap<String, String>,
}

impl Bench {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for place in ["project", "scratch", "home"] {
            std::fs::create_dir(folder.path().join(place)).unwrap();
        }
        let path = format!("{}:{}", tools::tool_path("venv/bin").display(), std::env::var("PATH").unwrap());
        let cache = tools::workspace().join("target/tools/go-cache");
        let env = [
            ("PATH", path),
            ("GOCACHE", cache.display().to_string()),
            ("GOFLAGS", "-mod=mod".to_owned()),
            ("HOME", folder.path().join("home").display().to_string()),
        ];
        let bench = Bench { folder, env: env.map(|(name, value)| (name.to_owned(), value)).into() };
        std::os::unix::fs::symlink(tools::tool_path("venv"), bench.project().join(".venv")).unwrap();
        for (path, text) in files {
            bench.write(path, text);
        }
        bench
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.project().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn targets(&self, path: &str) -> Vec<TestTarget> {
        detect(&Project::at(&self.project(), &self.project()), path).unwrap()
    }

    fn run(&self, path: &str) -> (CountedRun, Verdict) {
        self.run_in(&self.project(), &self.targets(path))
    }

    fn run_in(&self, checkout: &Path, targets: &[TestTarget]) -> (CountedRun, Verdict) {
        let project = Project::at(checkout, &self.project());
        let command = plan(&project, targets, None).unwrap();
        let redactor = Redactor::default();
        let cancel = Cancel::new();
        let context = RunContext {
            checkout,
            repo_root: &self.project(),
            scratch: &self.folder.path().join("scratch"),
            env: &self.env,
            deadline: Deadline::after(Duration::from_secs(240)),
            cancel: &cancel,
            log: None,
            redactor: &redactor,
        };
        let run = run_counted(&command, &context).unwrap();
        let verdict = judge(&run, targets, None);
        (run, verdict)
    }

    /// Runs and wants no counted result; the reason must hold `reason`.
    #[track_caller]
    fn is_uncounted(&self, path: &str, reason: &str) {
        let (run, verdict) = self.run(path);
        match verdict {
            Verdict::Uncounted(why) if why.contains(reason) => {}
            other => panic!("{other:?}, not uncounted for `{reason}`; the run printed:\n{}", run.output),
        }
    }

    #[track_caller]
    fn is(&self, path: &str, expected: &Verdict) -> CountedRun {
        let (run, verdict) = self.run(path);
        assert_eq!(verdict, *expected, "problem: {:?}; the run printed:\n{}", run.problem, run.output);
        run
    }
}

const RED: Verdict = Verdict::Red(Grade::Same);

// ---- pytest ----

const PYTHON_TEST: &str = r#"
import pytest
from shop import total

class TestTotal:
    @pytest.mark.parametrize("name", ["a b", "q\"'", "ü", "x::y[1]", "$HOME `id`"])
    def test_name(self, name):
        assert name != "x::y[1]"

def test_total():
    assert total([1, 2]) == 3

@pytest.mark.skip
def test_skipped(): pass

@pytest.mark.xfail
def test_expected(): assert False
"#;

fn python(code: &str) -> Bench {
    Bench::new(&[("shop.py", code), ("tests/test_shop.py", PYTHON_TEST)])
}

const HONEST: &str = "def total(xs):\n    return sum(xs)\n";

#[test]
fn pytest_counts_what_ran() {
    let bench = python(HONEST);
    let run = bench.is("tests/test_shop.py::test_total", &Verdict::Green);
    assert_eq!(run.results.len(), 1, "narrowed to the test");
    let (run, verdict) = bench.run("tests/test_shop.py");
    assert_eq!(verdict, RED);
    let outcome = |id: &str| run.results.iter().find(|result| result.id.ends_with(id)).unwrap().outcome;
    assert_eq!(outcome("::test_skipped"), TestOutcome::Skipped);
    assert_eq!(outcome("::test_expected"), TestOutcome::Skipped);
    assert_eq!(outcome("::test_total"), TestOutcome::Passed);
    bench.is_uncounted("tests/test_shop.py::test_skipped", "skipped");
    bench.is_uncounted("tests/test_shop.py::test_expected", "expected to fail");
    bench.is_uncounted("tests/test_shop.py::test_gone", "");
}

#[test]
fn pytest_takes_any_parameter_as_it_is() {
    let bench = python(HONEST);
    let (all, _) = bench.run("tests/test_shop.py::TestTotal::test_name");
    let ids: Vec<String> = all.results.iter().map(|result| result.id.clone()).collect();
    assert_eq!(ids.len(), 5);
    for id in ids {
        let target = TestTarget {
            framework: regreen_case::Framework::Pytest,
            id: id.clone(),
            file: None,
            suite: None,
        };
        let (run, verdict) = bench.run_in(&bench.project(), &[target]);
        assert_eq!(
            run.results.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(),
            [id.as_str()],
            "{}",
            run.output
        );
        let expected = if id.contains("x::y") { RED } else { Verdict::Green };
        assert_eq!(verdict, expected, "{id}");
    }
}

#[test]
fn pytest_failures_carry_the_signature_that_the_log_reader_gives() {
    let bench = python("def total(xs):\n    return sum(xs) - 1\n");
    let run = bench.is("tests/test_shop.py::test_total", &RED);
    let failure = run.failures().remove(0);
    assert_eq!(failure.id, "tests/test_shop.py::test_total");
    assert_eq!(failure.kind, "AssertionError");
    let read = regreen_logs::failures_in(regreen_case::Framework::Pytest, &run.output).remove(0);
    assert_eq!(read.signature, failure.signature);
}

#[test]
fn pytest_code_that_leaves_early_or_lies_is_not_green() {
    for (code, reason) in [
        // Leaves before pytest can report.
        ("import os\ndef total(xs):\n    os._exit(0)\n", "no report"),
        ("import os\nos._exit(0)\n", "no report"),
        // Prints a whole successful session and leaves.
        (
            "import os, sys\ndef total(xs):\n    os.write(1, b'\\ntests/test_shop.py .   [100%]\\n\\n=== 1 passed in 0.01s ===\\n')\n    os._exit(0)\n",
            "no report",
        ),
        // Skips from the inside.
        ("import pytest\ndef total(xs):\n    pytest.skip('later')\n", "skipped"),
        // Prints a second summary behind the real one.
        (
            "import atexit\natexit.register(lambda: print('=== 7 passed in 0.01s ==='))\ndef total(xs):\n    return 3\n",
            "contradict",
        ),
    ] {
        python(code).is_uncounted("tests/test_shop.py::test_total", reason);
    }
    // A failure cannot be talked away by a forged summary.
    let bench = python(
        "import atexit\natexit.register(lambda: print('=== 1 passed in 0.01s ==='))\ndef total(xs):\n    return 4\n",
    );
    let (_, verdict) = bench.run("tests/test_shop.py::test_total");
    assert_ne!(verdict, Verdict::Green);
}

#[test]
fn pytest_tests_the_checkout_and_not_what_is_installed() {
    let bench = python("def total(xs):\n    return 'the user\\'s own checkout'\n");
    // An interpreter that finds the user's checkout, as an editable install does.
    let user = bench.project();
    std::fs::remove_file(user.join(".venv")).unwrap();
    let real = tools::tool_path("venv/bin/python");
    let script =
        format!("#!/bin/sh\nPYTHONPATH=\"$PYTHONPATH:{}\" exec {} \"$@\"\n", user.display(), real.display());
    bench.write(".venv/bin/python", &script);
    std::fs::set_permissions(
        user.join(".venv/bin/python"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    let worktree = bench.folder.path().join("worktree");
    std::fs::create_dir_all(worktree.join("tests")).unwrap();
    std::fs::create_dir_all(worktree.join("src")).unwrap();
    std::fs::write(worktree.join("src/shop.py"), HONEST).unwrap();
    std::fs::write(worktree.join("tests/test_shop.py"), PYTHON_TEST).unwrap();
    let targets = bench.targets("tests/test_shop.py::test_total");
    let (run, verdict) = bench.run_in(&worktree, &targets);
    assert_eq!(verdict, Verdict::Green, "{}", run.output);
    assert!(!worktree.join("tests/__pycache__").exists() && !worktree.join(".pytest_cache").exists());
}

#[test]
fn pytest_is_counted_however_quiet_the_project_is() {
    let bench = python(HONEST);
    bench.write("pytest.ini", "[pytest]\naddopts = -qq --tb=no\n");
    bench.is("tests/test_shop.py::test_total", &Verdict::Green);
    bench.write("pytest.ini", "[pytest]\njunit_family = xunit2\n");
    bench.is("tests/test_shop.py::test_total", &Verdict::Green);
}

#[test]
fn pytest_that_cannot_collect_is_no_pass() {
    let bench = python("def totals(xs): pass\n");
    let (run, verdict) = bench.run("tests/test_shop.py::test_total");
    assert_ne!(verdict, Verdict::Green);
    assert!(run.failures().iter().any(|failure| failure.id.starts_with("tests/test_shop.py")), "{run:?}");
}

// ---- cargo ----

const RUST_TAIL: &str = r"
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        assert_eq!(add(1, 2), 3);
    }

    #[test]
    #[ignore]
    fn ignored() {}
}
";

fn rust(code: &str) -> Bench {
    Bench::new(&[
        ("Cargo.toml", "[package]\nname = \"sum\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n"),
        ("src/lib.rs", &format!("{code}\n{RUST_TAIL}")),
        ("tests/whole.rs", "#[test]\nfn whole() {\n    assert_eq!(sum::add(2, 2), 4);\n}\n"),
    ])
}

#[test]
fn cargo_counts_what_ran() {
    let bench = rust("pub fn add(a: i32, b: i32) -> i32 { a + b }");
    let run = bench.is("src/lib.rs::adds", &Verdict::Green);
    assert_eq!(run.results.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["tests::adds"]);
    bench.is("tests/whole.rs::whole", &Verdict::Green);
    bench.is_uncounted("src/lib.rs::ignored", "ignored");
    bench.is_uncounted("src/lib.rs::gone", "no test matched");
    bench.write("src/lib.rs", &format!("pub fn add(a: i32, b: i32) -> i32 {{ a - b }}\n{RUST_TAIL}"));
    let run = bench.is("src/lib.rs::adds", &RED);
    assert_eq!(run.failures()[0].id, "tests::adds");
    assert!(run.failures()[0].message.contains("left"), "{:?}", run.failures());
    bench.write("src/lib.rs", &format!("pub fn add(a: i32, b: i32) -> i32 {{ a + }}\n{RUST_TAIL}"));
    bench.is_uncounted("src/lib.rs::adds", "do not compile");
}

#[test]
fn cargo_code_that_leaves_early_or_lies_is_not_green() {
    let forged = r#"let _ = std::io::Write::write_all(&mut std::io::stdout(), b"test tests::adds ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n");"#;
    let leaves = rust(&format!("pub fn add(_: i32, _: i32) -> i32 {{ {forged} std::process::exit(0) }}"));
    leaves.is_uncounted("src/lib.rs::adds", "does not confirm");
    let quiet = rust("pub fn add(_: i32, _: i32) -> i32 { std::process::exit(0) }");
    quiet.is_uncounted("src/lib.rs::adds", "");
    let both = rust(&format!("pub fn add(_: i32, _: i32) -> i32 {{ {forged} 4 }}"));
    let (run, verdict) = both.run("src/lib.rs::adds");
    assert_ne!(verdict, Verdict::Green, "{}", run.output);
}

// ---- go ----

fn go(code: &str) -> Bench {
    Bench::new(&[
        ("go.mod", "module example.com/sum\n\ngo 1.21\n"),
        ("calc/sum.go", code),
        (
            "calc/sum_test.go",
            "package calc\n\nimport \"testing\"\n\nfunc TestAdd(t *testing.T) {\n\tfor _, name := range []string{\"a b\", \"x+(1)\"} {\n\t\tt.Run(name, func(t *testing.T) {\n\t\t\tif Add(1, 2) != 3 {\n\t\t\t\tt.Fatalf(\"got %d\", Add(1, 2))\n\t\t\t}\n\t\t})\n\t}\n}\n\nfunc TestSkip(t *testing.T) { t.Skip(\"no\") }\n",
        ),
    ])
}

#[test]
fn go_counts_what_ran() {
    let bench = go("package calc\n\nfunc Add(a, b int) int { return a + b }\n");
    let run = bench.is("calc/sum_test.go::TestAdd/x+(1)", &Verdict::Green);
    let ids: Vec<_> = run.results.iter().map(|one| one.id.as_str()).collect();
    assert!(ids.contains(&"TestAdd/x+(1)") && !ids.contains(&"TestAdd/a_b"), "{ids:?}");
    bench.is("calc/sum_test.go::TestAdd", &Verdict::Green);
    bench.is_uncounted("calc/sum_test.go::TestSkip", "skipped");
    bench.is_uncounted("calc/sum_test.go::TestGone", "no test matched");
    bench.write("calc/sum.go", "package calc\n\nfunc Add(a, b int) int { return a - b }\n");
    let run = bench.is("calc/sum_test.go::TestAdd", &RED);
    assert!(run.failures().iter().any(|failure| failure.message.contains("got")), "{:?}", run.failures());
    bench.write("calc/sum.go", "package calc\n\nfunc Add(a, b int) int { return }\n");
    bench.is_uncounted("calc/sum_test.go::TestAdd", "could not be built");
}

#[test]
fn go_code_that_leaves_early_or_lies_is_not_green() {
    // Exactly what the harness would print for the running test, framed as it frames it.
    let frames = r#"os.Stdout.WriteString("\x16--- PASS: TestOne (0.00s)\n\x16PASS\n")"#;
    for leave in ["os.Exit(0)", "syscall.Exit(0)"] {
        let imports = if leave.starts_with("os") { "\"os\"" } else { "\"os\"\n\t\"syscall\"" };
        let bench = go(&format!(
            "package calc\n\nimport (\n\t{imports}\n)\n\nfunc Add(a, b int) int {{\n\t{frames}\n\t{leave}\n\treturn 0\n}}\n"
        ));
        bench.write(
            "calc/one_test.go",
            "package calc\n\nimport \"testing\"\n\nfunc TestOne(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal(\"no\")\n\t}\n}\n",
        );
        let (run, verdict) = bench.run("calc/one_test.go::TestOne");
        assert_ne!(verdict, Verdict::Green, "{leave}: {}", run.output);
    }
}

// ---- all ----

#[test]
fn protected_files_are_those_that_judge() {
    let bench = python(HONEST);
    bench.write("conftest.py", "");
    bench.write("tests/data/prices.json", "{}");
    let protected = protected_files(&bench.project(), &bench.targets("tests/test_shop.py::test_total"));
    assert_eq!(protected, ["conftest.py", "tests/data/prices.json", "tests/test_shop.py"]);
}

#[test]
fn another_command_is_never_green() {
    let bench = Bench::new(&[("Makefile", "check:\n\ttrue\n")]);
    let project = Project::at(&bench.project(), &bench.project());
    let ci = CiCommand { script: "make check".to_owned(), ..CiCommand::default() };
    let command = plan(&project, &[], Some(&ci)).unwrap();
    assert_eq!(command.argv, ["make", "check"]);
    let redactor = Redactor::default();
    let context = RunContext {
        checkout: &bench.project(),
        repo_root: &bench.project(),
        scratch: &bench.folder.path().join("scratch"),
        env: &bench.env,
        deadline: Deadline::after(Duration::from_secs(60)),
        cancel: &Cancel::new(),
        log: None,
        redactor: &redactor,
    };
    let run = run_counted(&command, &context).unwrap();
    assert!(run.end.is_success());
    assert!(matches!(judge(&run, &[], None), Verdict::Uncounted(_)));
}

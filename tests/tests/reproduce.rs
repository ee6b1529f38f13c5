//! The reproduction with real test runners: what is red, green, something else, now and then; the
//! folder that it leaves; and that the user's repository stays as it was.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere, its helpers too")]

use std::path::Path;

use regreen_case::{
    CaseDir, CiCommand, Ending, Failure, FailureStatus, Framework, Grade, PerformanceGoal, Redactor,
    Reproduction, ReproductionStatus, RunFacts, Source, Target, Task, Timing, WorkKind,
};
use regreen_tests::{Finished, Program, TestRepository, tools};

const CALC: &str = "def add(a, b):\n    return a - b\n";
const CALC_TEST: &str = "from calc import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n\n\ndef test_zero():\n    assert add(0, 0) == 0\n";

fn calculator() -> TestRepository {
    TestRepository::with(&[("calc.py", CALC), ("tests/test_calc.py", CALC_TEST)])
}

fn task(work: WorkKind) -> Task {
    Task {
        prompt: "It is red".to_owned(),
        deterministic: work != WorkKind::Intermittent,
        work,
        source: Source::Prompt,
        existing_test_path: None,
        performance: None,
        slug: "it-is-red".to_owned(),
        limits: regreen_case::Limits { reproduce_s: 120, ..regreen_case::Limits::default() },
        warnings: Vec::new(),
        timing: Timing::start(),
    }
}

fn existing(path: &str) -> Task {
    Task { existing_test_path: Some(path.to_owned()), ..task(WorkKind::ExistingTest) }
}

/// What fetch-logs would have made of this output.
fn failure(framework: Framework, output: &str, script: &str) -> Failure {
    let tests = regreen_logs::failures_in(framework, output);
    Failure {
        status: FailureStatus::TestsFailed,
        reason: None,
        ending: None,
        signature: tests.first().map(|test| test.signature.clone()),
        tests,
        containers: vec![],
        tallies: vec![],
        diagnostics: vec![],
        cause: None,
        command: Some(CiCommand { script: script.to_owned(), ..CiCommand::default() }),
        infrastructure: None,
        run: None,
        repeats: None,
        jobs: Vec::new(),
        logs: Vec::new(),
        excerpt: String::new(),
        cut: Vec::new(),
        redactions: 0,
        warnings: Vec::new(),
        timing: Timing::start(),
    }
}

fn summary(line: &str) -> Failure {
    let output = format!(
        "=========================== short test summary info ============================\nFAILED {line}\n============================== 1 failed in 0.10s ===============================\n"
    );
    failure(Framework::Pytest, &output, "pytest -q")
}

struct Run {
    found: Reproduction,
    case: CaseDir,
}

fn reproduce(repository: &TestRepository, task: &Task, failure: Option<&Failure>, options: &[&str]) -> Run {
    let (finished, case) = start(repository, task, failure, options);
    let _ = finished.exits(0);
    let found = case.read::<Reproduction>().unwrap();
    Run { found, case }
}

fn start(
    repository: &TestRepository,
    task: &Task,
    failure: Option<&Failure>,
    options: &[&str],
) -> (Finished, CaseDir) {
    let case = CaseDir::create(repository.beside("case")).unwrap();
    case.write(task, &Redactor::default()).unwrap();
    if let Some(failure) = failure {
        case.write(failure, &Redactor::default()).unwrap();
    }
    let before = state_without_ours(repository);
    let finished = Program::new("reproduce")
        .args(["--case".as_ref(), case.root().as_os_str()])
        .args(["--repo".as_ref(), repository.path().as_os_str()])
        .args(options)
        .run();
    assert_eq!(state_without_ours(repository), before, "the user's repository was changed");
    (finished, case)
}

/// Everything but the promised branch must stay.
fn state_without_ours(repository: &TestRepository) -> Vec<String> {
    let ours = |line: &&str| line.starts_with("refs/heads/repro/");
    repository.state().lines().filter(|line| !ours(line)).map(str::to_owned).collect()
}

fn script(run: &Run, arguments: &[&str]) -> Finished {
    Program::at(&run.case.path("reproduction/run_test.sh")).args(arguments).dir(Path::new("/")).run()
}

#[test]
fn a_failure_that_happens_every_time_leaves_a_folder_that_shows_it_anywhere() {
    let repository = calculator();
    let failure = summary("tests/test_calc.py::test_add - assert -1 == 3");
    let run = reproduce(&repository, &task(WorkKind::RawLogs), Some(&failure), &[]);
    assert_eq!((run.found.status, run.found.grade), (ReproductionStatus::Reproduced, Some(Grade::Same)));
    let rate = run.found.rate.unwrap();
    assert_eq!((rate.failures, rate.runs), (3, 3));
    assert!(run.found.protected.contains(&"tests/test_calc.py".to_owned()), "{:?}", run.found.protected);
    for file in ["README.md", "tests/tests/test_calc.py", "logs/run_1.log", "logs/run_3.log"] {
        assert!(run.case.path("reproduction").join(file).is_file(), "{file}");
    }
    let shown = script(&run, &["-n", "2"]).exits(1);
    assert!(shown.stdout.contains("2 of 2 runs failed"), "{}", shown.stdout);
    // The branch holds the folder, and the script tests any commit, a fix for example.
    let branch = run.found.branch.clone().unwrap();
    assert_eq!(branch, "repro/it-is-red");
    assert!(repository.git(&["ls-tree", "-r", &branch]).contains("100755 blob"));
    repository.write("calc.py", CALC.replace('-', "+"));
    let fixed = repository.commit("Fix");
    let shown = script(&run, &["-n", "2", "-j", "2", &fixed]).exits(0);
    assert!(shown.stdout.contains("0 of 2 runs failed"), "{}", shown.stdout);
}

#[test]
fn a_test_that_passes_is_green_on_base_and_the_commit_of_ci_is_asked() {
    let repository = calculator();
    let tested = repository.git(&["rev-parse", "HEAD"]).trim().to_owned();
    repository.write("calc.py", CALC.replace('-', "+"));
    repository.commit("Fix");
    let mut failure = summary("tests/test_calc.py::test_add - assert -1 == 3");
    failure.command.as_mut().unwrap().env.insert("DATABASE".to_owned(), "***".to_owned());
    failure.run = Some(RunFacts {
        repository: "o/r".to_owned(),
        run_id: 1,
        attempt: 1,
        url: "https://example.org/o/r/actions/runs/1".to_owned(),
        workflow: None,
        workflow_path: None,
        event: None,
        head_sha: Some(tested.clone()),
        head_branch: None,
    });
    let run = reproduce(&repository, &task(WorkKind::CiRun), Some(&failure), &[]);
    assert_eq!(run.found.status, ReproductionStatus::NotReproduced);
    assert_eq!(run.found.ending, Some(Ending::GreenOnBase));
    assert!(run.found.reason.unwrap().contains(&tested[..12]));
    assert_eq!(run.found.branch, None);
    // What differs from CI is named, and what to do about it.
    assert!(run.found.not_replicated.iter().any(|difference| difference.what == "env DATABASE"));
    assert!(
        run.found.next_steps.iter().any(|step| step.contains("`DATABASE`")),
        "{:?}",
        run.found.next_steps
    );
}

#[test]
fn another_failure_than_cis_is_no_reproduction() {
    let repository = calculator();
    let failure = summary("tests/test_calc.py::test_add - KeyError: 'price'");
    let run = reproduce(&repository, &task(WorkKind::RawLogs), Some(&failure), &[]);
    assert_eq!(run.found.status, ReproductionStatus::DifferentFailure);
    assert_eq!((run.found.grade, run.found.branch), (Some(Grade::Different), None));
    assert!(run.found.reason.unwrap().contains("AssertionError"));
}

#[test]
fn a_failure_that_only_happens_in_company_is_run_in_company() {
    let test =
        "import s\n\n\ndef test_a():\n    s.STATE.append(1)\n\n\ndef test_b():\n    assert s.STATE == []\n";
    let repository = TestRepository::with(&[("s.py", "STATE = []\n"), ("tests/test_o.py", test)]);
    let failure = summary("tests/test_o.py::test_b - assert [1] == []");
    let run = reproduce(&repository, &task(WorkKind::RawLogs), Some(&failure), &[]);
    assert_eq!(run.found.status, ReproductionStatus::Reproduced);
    assert_eq!(run.found.command.unwrap().argv.last().unwrap(), "tests/test_o.py");
    assert_eq!(run.found.trials[0].matching, 0);
}

#[test]
fn a_failure_that_comes_and_goes_is_brought_out_and_measured() {
    let repository = TestRepository::with(&[
        ("tags.py", "def label(tags):\n    return '-'.join(set(tags))\n"),
        (
            "tests/test_tags.py",
            "from tags import label\n\n\ndef test_label():\n    assert label(['a', 'b']) == 'a-b'\n",
        ),
    ]);
    let failure = summary("tests/test_tags.py::test_label - AssertionError: assert 'b-a' == 'a-b'");
    let run = reproduce(&repository, &task(WorkKind::Intermittent), Some(&failure), &["--workers=2"]);
    let rate = run.found.rate.unwrap();
    assert_eq!(run.found.status, ReproductionStatus::Reproduced);
    assert!(rate.failures > 0 && rate.failures < rate.runs, "{rate:?}, {:?}", run.found.trials);
    assert!(rate.low > 0.0 && rate.high < 1.0);
    assert!(run.found.trials.iter().any(|trial| trial.how.contains("measure")));
}

#[test]
fn what_never_fails_is_run_as_often_as_asked_and_says_so() {
    let repository = TestRepository::with(&[("tests/test_a.py", "def test_a():\n    assert True\n")]);
    let mut wanted = existing("tests/test_a.py::test_a");
    (wanted.work, wanted.deterministic) = (WorkKind::Intermittent, false);
    let run = reproduce(&repository, &wanted, None, &["--iterations=12", "--workers=2"]);
    assert_eq!(run.found.status, ReproductionStatus::NotReproduced);
    assert!(run.found.trials.iter().map(|trial| trial.runs).sum::<u32>() >= 12, "{:?}", run.found.trials);
    assert!(run.found.trials.iter().any(|trial| trial.how == "2 workers"));
    assert!(run.found.next_steps.iter().any(|step| step.contains("--iterations")));
}

#[test]
fn a_test_that_is_not_committed_yet_comes_along() {
    let repository = TestRepository::with(&[("calc.py", CALC)]);
    repository.write("tests/test_new.py", CALC_TEST);
    let run = reproduce(&repository, &existing("tests/test_new.py::test_add"), None, &[]);
    assert_eq!(run.found.status, ReproductionStatus::Reproduced);
    assert_eq!(run.found.overlays[0].destination, "tests/test_new.py");
    let _ = script(&run, &[]).exits(1);
    assert_eq!(run.found.grade, None, "nothing in CI to compare with");
}

#[test]
fn a_slow_test_is_red_until_it_reaches_the_target() {
    let repository = TestRepository::with(&[(
        "tests/test_p.py",
        "import time\n\n\ndef test_p():\n    time.sleep(0.1)\n    print('took_ms=100.5')\n",
    )]);
    let mut wanted = existing("tests/test_p.py::test_p");
    wanted.work = WorkKind::Performance;
    for (limit, status) in
        [(50.0, ReproductionStatus::Reproduced), (500.0, ReproductionStatus::NotReproduced)]
    {
        wanted.performance = Some(PerformanceGoal {
            metric: Some("took_ms=([0-9.]+)".to_owned()),
            target: Target::Below(limit),
        });
        let run = reproduce(&repository, &wanted, None, &[]);
        assert_eq!(run.found.status, status);
        assert!(run.found.reason.unwrap().contains("100.5"));
    }
}

#[test]
fn rust_and_go_tests_are_reproduced_from_their_logs() {
    let cargo = TestRepository::with(&[
        ("Cargo.toml", "[package]\nname = \"ledger\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"),
        ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"ledger\"\nversion = \"0.1.0\"\n"),
        (
            "src/lib.rs",
            "pub fn sum(v: &[i64]) -> i64 {\n    v.iter().sum::<i64>() + 1\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn sums() {\n        assert_eq!(super::sum(&[1]), 1, \"one\");\n    }\n}\n",
        ),
    ]);
    let log = "     Running unittests src/lib.rs (target/debug/deps/ledger-1f)\n\nrunning 1 test\ntest tests::sums ... FAILED\n\nfailures:\n\n---- tests::sums stdout ----\nthread 'tests::sums' panicked at src/lib.rs:9:9:\nassertion `left == right` failed: one\n  left: 2\n right: 1\n\n\nfailures:\n    tests::sums\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
    let run = reproduce(
        &cargo,
        &task(WorkKind::RawLogs),
        Some(&failure(Framework::CargoTest, log, "cargo test")),
        &[],
    );
    assert_eq!((run.found.status, run.found.grade), (ReproductionStatus::Reproduced, Some(Grade::Same)));

    let go = TestRepository::with(&[
        ("go.mod", "module example.com/d\n\ngo 1.21\n"),
        ("sum.go", "package d\n\nfunc Sum(a, b int) int { return a - b }\n"),
        (
            "sum_test.go",
            "package d\n\nimport \"testing\"\n\nfunc TestSum(t *testing.T) {\n\tt.Run(\"small ones\", func(t *testing.T) {\n\t\tif got := Sum(1, 2); got != 3 {\n\t\t\tt.Errorf(\"got %d, want 3\", got)\n\t\t}\n\t})\n}\n",
        ),
    ]);
    let log = "--- FAIL: TestSum (0.00s)\n    --- FAIL: TestSum/small_ones (0.00s)\n        sum_test.go:8: got -1, want 3\nFAIL\nFAIL\texample.com/d\t0.009s\n";
    let run = reproduce(
        &go,
        &task(WorkKind::RawLogs),
        Some(&failure(Framework::GoTest, log, "go test ./...")),
        &[],
    );
    assert_eq!((run.found.status, run.found.grade), (ReproductionStatus::Reproduced, Some(Grade::Same)));
}

#[test]
fn javascript_tests_are_reproduced_from_their_logs_with_the_users_modules() {
    let jest = "FAIL src/shop.test.js\n  ● shop › adds (\"all\")\n\n    TypeError: boo\n\n      at total (src/shop.js:1:31)\n      at Object.<anonymous> (src/shop.test.js:3:46)\n\nTest Suites: 1 failed, 1 total\nTests:       1 failed, 1 total\nSnapshots:   0 total\nTime:        1 s\nRan all test suites.\n";
    let mocha = "  shop\n    1) adds (\"all\")\n\n\n  0 passing (2ms)\n  1 failing\n\n  1) shop\n       adds (\"all\"):\n     TypeError: boo\n      at exports.total (src/shop.js:1:31)\n      at Context.<anonymous> (src/shop.test.js:3:40)\n\n";
    for (framework, name, log) in [(Framework::Jest, "jest", jest), (Framework::Mocha, "mocha", mocha)] {
        let manifest = format!("{{\"scripts\":{{\"test\":\"{name}\"}}}}\n");
        let repository = TestRepository::with(&[
            (".gitignore", "node_modules\n"),
            ("package.json", manifest.as_str()),
            ("src/shop.js", "exports.total = function total() { throw new TypeError('boo'); };\n"),
            (
                "src/shop.test.js",
                "const { total } = require('./shop');\n\ndescribe('shop', () => {\n  it('adds (\"all\")', () => { total([1]); });\n  it('other', () => {});\n});\n",
            ),
        ]);
        let modules = repository.path().join("node_modules");
        std::os::unix::fs::symlink(tools::tool_path("node_modules"), modules).unwrap();
        let failure = failure(framework, log, "npm ci\nnpm test");
        let run = reproduce(&repository, &task(WorkKind::RawLogs), Some(&failure), &[]);
        assert_eq!(run.found.status, ReproductionStatus::Reproduced, "{:#?}", run.found);
        assert_eq!(run.found.tests[0].file.as_deref(), Some("src/shop.test.js"));
        assert!(run.found.protected.contains(&"src/shop.test.js".to_owned()), "{:?}", run.found.protected);
        let finished = script(&run, &["-n", "1"]).exits(1);
        assert!(finished.stdout.contains("1 of 1 runs failed"), "{}", finished.stdout);
    }
}

#[test]
fn a_written_test_counts_only_when_it_fails_for_an_honest_reason() {
    let repository = calculator();
    let agent = repository.beside("agent");
    let file = agent.join("write/tests/test_half.py");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(agent.join("write/calc.py"), "raise SystemExit\n").unwrap();
    let scripted = tools::fixtures().join("agents/scripted.py");
    let command = format!("--agent-command={}", serde_json::json!(["python3", scripted, agent, "{task}"]));
    let options = ["--agent=search,command", &command];
    let wanted = Task { prompt: "Add half".to_owned(), ..task(WorkKind::Feature) };
    for (test, status) in [
        ("import calc\n\n\ndef test_half():\n    assert calc.half(4) == 2\n", ReproductionStatus::Reproduced),
        (
            "from calc import half\n\n\ndef test_half():\n    assert half(4) == 2\n",
            ReproductionStatus::Reproduced,
        ),
        ("def test_half():\n    assert True\n", ReproductionStatus::NotRunnable),
        ("def test_half(:\n    assert half(4) == 2\n", ReproductionStatus::NotRunnable),
        ("def test_half():\n    assert undefined_name == 2\n", ReproductionStatus::NotRunnable),
    ] {
        std::fs::write(&file, test).unwrap();
        let run = reproduce(&repository, &wanted, None, &options);
        assert_eq!(run.found.status, status, "{test}\n{:?}", run.found.reason);
        if status == ReproductionStatus::Reproduced {
            // Its change of the code under test is dropped.
            assert_eq!(run.found.overlays.len(), 1);
            assert_eq!(run.found.written_by.as_deref(), Some("command"));
        }
    }
}

#[test]
fn a_written_test_of_javascript_is_judged_as_others_are() {
    let repository = TestRepository::with(&[
        (".gitignore", "node_modules\n"),
        ("package.json", "{\"scripts\":{\"test\":\"mocha\"}}\n"),
        ("src/shop.js", "exports.total = () => 0;\n"),
    ]);
    let modules = repository.path().join("node_modules");
    std::os::unix::fs::symlink(tools::tool_path("node_modules"), modules).unwrap();
    let agent = repository.beside("agent");
    std::fs::create_dir_all(agent.join("write/test")).unwrap();
    let scripted = tools::fixtures().join("agents/scripted.py");
    let command = format!("--agent-command={}", serde_json::json!(["python3", scripted, agent, "{task}"]));
    let wanted = Task { prompt: "Add half".to_owned(), ..task(WorkKind::Feature) };
    for (call, status) in [
        ("shop.half(4)", ReproductionStatus::Reproduced),
        ("half(4)", ReproductionStatus::NotRunnable),
        ("shop.total()", ReproductionStatus::NotRunnable),
    ] {
        let test =
            format!("const shop = require('../src/shop');\n\nit('halves', () => {{\n  {call};\n}});\n");
        std::fs::write(agent.join("write/test/half.test.js"), test).unwrap();
        let run = reproduce(&repository, &wanted, None, &["--agent=command", &command]);
        assert_eq!(run.found.status, status, "{call}\n{:?}", run.found.reason);
    }
}

#[test]
fn bad_input_and_a_finished_case() {
    let repository = calculator();
    let (finished, case) = start(&repository, &existing("tests/test_gone.py"), None, &[]);
    let _ = finished.exits(2);
    let found = case.read::<Reproduction>().unwrap();
    assert_eq!((found.status, found.ending), (ReproductionStatus::NotRunnable, Some(Ending::BadInput)));
    let mut failure = summary("tests/test_calc.py::test_add - assert -1 == 3");
    failure.status = FailureStatus::Infrastructure;
    failure.ending = Some(Ending::Infrastructure);
    let run = reproduce(&repository, &task(WorkKind::CiRun), Some(&failure), &[]);
    assert_eq!(run.found.status, ReproductionStatus::Skipped);
    let again = reproduce(&repository, &task(WorkKind::CiRun), None, &["--resume"]);
    assert_eq!(again.found, run.found);
}

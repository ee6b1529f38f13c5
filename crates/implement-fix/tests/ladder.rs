//! The phase end to end, with scripted agents on a small Python project.

use std::fs;
use std::time::{Duration, Instant};

use regreen_case::{
    AttemptOutcome, Ending, FixStatus, Overlay, PerformanceGoal, ReproductionStatus, Signature, Target,
    WorkKind,
};
use regreen_runner::PublicError;
use regreen_supervise::Cancel;
use regreen_workspace::Patch;
use support::{Bug, REPAIR, TEST, command, target};

#[path = "support/mod.rs"]
mod support;

#[test]
fn an_agent_learns_from_its_first_attempt() {
    let bug = Bug::new();
    let config = bug.agent(
        "
assert pathlib.Path('tests/test_cart.py').exists(), 'the worktree is the working directory'
assert 'Ten pieces should get the discount.' in task and 'pytest' in task
path = pathlib.Path('cart.py')
if 'Earlier attempts' in task:
    assert '+    if pieces > 9999:' in task, task
    assert 'the test still fails' in task, task
    path.write_text(path.read_text().replace('> 10', '>= 10'))
else:
    path.write_text(path.read_text().replace('> 10', '> 9999'))
print(json.dumps({'total_cost_usd': 0.25, 'num_turns': 2, 'summary': 'off by one in the discount'}))
",
    );
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert!(fix.ending.is_none());
    let outcomes: Vec<_> = fix.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [AttemptOutcome::StillRed, AttemptOutcome::Green]);
    assert_eq!((fix.cost.usd, fix.cost.turns), (Some(0.5), Some(4)));
    assert_eq!(fix.root_cause.as_deref(), Some("off by one in the discount"));
    assert!(fix.branch.as_deref().unwrap().starts_with("fix/discount-"), "{:?}", fix.branch);
    assert_eq!(fix.base.as_deref(), Some(bug.git(&["rev-parse", "HEAD"]).trim()));

    let patch = Patch::from_bytes(bug.file("fix.patch").into_bytes()).unwrap();
    assert_eq!(Some(patch.sha256()), fix.patch_sha256);
    assert_eq!(patch.files().len(), 1);
    assert_eq!(
        (fix.files[0].path.as_str(), fix.files[0].insertions, fix.files[0].deletions),
        ("cart.py", 1, 1)
    );
    for (number, attempt) in fix.attempts.iter().enumerate() {
        let folder = format!("attempts/{}", number + 1);
        assert_eq!(attempt.diff.as_deref(), Some(format!("{folder}/change.diff").as_str()));
        assert!(bug.file(&format!("{folder}/change.diff")).contains("+    if pieces"));
        assert!(bug.file(&format!("{folder}/result.json")).contains("\"outcome\""));
        assert!(bug.file(&format!("{folder}/task.md")).contains("# Task"));
        assert!(!attempt.test_runs.is_empty());
        for log in &attempt.test_runs {
            assert!(bug.file(log).contains("test_discount_starts_at_ten"), "{log}");
        }
    }
    assert_eq!(fix.attempts[1].test_runs.len(), 3, "one pass, confirmed twice");
}

#[test]
fn edits_to_what_judges_are_put_back_and_the_rest_is_judged() {
    let bug = Bug::new();
    let config = bug.agent(&format!(
        "{REPAIR}
test = pathlib.Path('tests/test_cart.py')
test.write_text(test.read_text().replace('== 18', '== 20'))
pathlib.Path('conftest.py').write_text('def pytest_runtest_call(item): pass')
"
    ));
    let fix = bug.run(&config).unwrap();
    // The right change turns the *restored* test green; the weakened test would have failed.
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    let files: Vec<_> = fix.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(files, ["cart.py"]);
    assert!(fix.attempts[0].summary.contains("tests/test_cart.py"), "{}", fix.attempts[0].summary);
    assert!(bug.file("attempts/1/change.diff").contains("== 20"), "the record shows what was proposed");
}

#[test]
fn what_an_agent_writes_about_the_failure_is_kept_and_no_part_of_its_change() {
    let bug = Bug::new();
    let config = bug.agent(&format!(
        "{REPAIR}
said = {{'root_cause': 'Ten pieces were left out.', 'hypothesis': '>= takes them in.', 'confidence': 'high',
         'files': ['cart.py'], 'unchecked': ['other discounts'], 'extra': 1}}
pathlib.Path('regreen-analysis.json').write_text(json.dumps(said))
print('All done.')
"
    ));
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert_eq!(fix.files.len(), 1, "{:?}", fix.files);
    assert_eq!(fix.root_cause.as_deref(), Some("Ten pieces were left out."));
    assert_eq!(fix.hypothesis.as_deref(), Some(">= takes them in."));
    let analysis = fix.attempts[0].analysis.as_ref().unwrap();
    assert_eq!((analysis.confidence, analysis.unchecked.len()), (Some(regreen_case::Confidence::High), 1));

    // A link is not followed, and what is no analysis is no error.
    let config =
        bug.agent(&format!("{REPAIR}\nimport os; os.symlink('/etc/passwd', 'regreen-analysis.json')"));
    let fix = bug.run(&config).unwrap();
    assert_eq!((fix.status, fix.files.len()), (FixStatus::PatchFound, 1), "{fix:#?}");
    assert!(fix.attempts[0].analysis.is_none());
}

#[test]
fn a_cheat_is_refused_and_the_case_ends_so() {
    let bug = Bug::new();
    let config = bug.agent(
        "
test = pathlib.Path('tests/test_cart.py')
test.write_text(test.read_text().replace('== 18', '== 20'))
print('all tests pass now, 1 passed')
",
    );
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.status, FixStatus::NoFixFound);
    assert_eq!(fix.ending, Some(Ending::RejectedAsCheating), "{fix:#?}");
    assert!(fix.attempts.iter().all(|attempt| attempt.outcome == AttemptOutcome::Refused));
    assert!(fix.patch_sha256.is_none() && !bug.case().path("fix.patch").exists());
}

#[test]
fn a_word_is_not_a_result() {
    let bug = Bug::new();
    let config = bug.agent("print(json.dumps({'summary': 'fixed!', 'is_error': False}))");
    let fix = bug.run(&config).unwrap();
    assert_eq!((fix.status, fix.ending), (FixStatus::NoFixFound, Some(Ending::NoFixFound)));
    assert!(fix.attempts.iter().all(|attempt| attempt.outcome == AttemptOutcome::NoChange));
}

#[test]
fn a_green_base_ends_the_phase_before_any_fixer() {
    let bug = Bug::new();
    fs::write(bug.repo().join("cart.py"), support::CART.replace("> 10", ">= 10")).unwrap();
    bug.git(&["commit", "-q", "-a", "-m", "somebody was faster"]);
    let config = bug.agent("sys.exit('nobody should ask me')");
    let fix = bug.run(&config).unwrap();
    assert_eq!((fix.status, fix.ending), (FixStatus::GreenOnBase, Some(Ending::GreenOnBase)));
    assert!(fix.attempts.is_empty());
    assert!(bug.case().path("attempts/base/test_run_3.txt").exists());
}

#[test]
fn another_failure_on_the_base_is_not_ours_to_repair() {
    let mut bug = Bug::new();
    bug.reproduction.signature =
        Some(Signature::new(None, Some(TEST), "ZeroDivisionError", "division by zero", None));
    let fix = bug.run(&bug.agent(REPAIR)).unwrap();
    assert_eq!(fix.ending, Some(Ending::DifferentFailure), "{fix:#?}");
    assert!(fix.attempts.is_empty());
}

#[test]
fn a_hanging_agent_is_stopped_and_what_it_did_is_kept() {
    let bug = Bug::new();
    let pid_file = bug.folder.path().join("pid");
    let mut config = bug.agent(&format!(
        "
pathlib.Path('cart.py').write_text('# half done\\n')
if os.fork() == 0:
    os.setsid()
    open({pid_file:?}, 'w').write(str(os.getpid()))
    time.sleep(600)
time.sleep(600)
"
    ));
    config.attempts = 1;
    // Where it notes the child it started.
    config.sandbox = config.sandbox.writing(bug.folder.path());
    config.time_limit = Some(Duration::from_secs(30));
    let began = Instant::now();
    let fix = bug.run(&config).unwrap();
    assert!(began.elapsed() < Duration::from_secs(40), "{:?}", began.elapsed());
    assert_eq!(fix.status, FixStatus::NoFixFound, "{fix:#?}");
    assert_eq!(fix.attempts.len(), 1);
    assert!(bug.file("attempts/1/change.diff").contains("# half done"));
    let pid = fs::read_to_string(pid_file).unwrap();
    let alive = fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
    assert!(!alive, "a child of the agent is still there");
}

#[test]
fn an_unfinished_change_that_is_right_is_taken() {
    let bug = Bug::new();
    let mut config = bug.agent(&format!("{REPAIR}\ntime.sleep(600)"));
    config.time_limit = Some(Duration::from_secs(30));
    config.attempts = 1;
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
}

#[test]
fn limits_of_a_service_are_told_apart_and_the_ladder_goes_on() {
    let bug = Bug::new();
    let refuse = |reason: &str| {
        format!("print(json.dumps({{'end_reason': '{reason}', 'is_error': True}})); sys.exit(1)")
    };
    let fix = bug.run(&bug.agent(&refuse("rate-limited"))).unwrap();
    assert_eq!((fix.status, fix.ending), (FixStatus::RateLimited, Some(Ending::RateLimited)));
    assert_eq!(fix.attempts.len(), 1, "asked again in spite of the limit");
    let fix = bug.run(&bug.agent(&refuse("out-of-budget"))).unwrap();
    assert_eq!((fix.status, fix.ending), (FixStatus::OutOfBudget, Some(Ending::OutOfBudget)));

    let mut config = bug.agent(REPAIR);
    config.agents = ["codex", "command"].map(str::to_owned).to_vec();
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert_eq!(fix.attempts[0].outcome, AttemptOutcome::Broken);
    assert!(fix.attempts[0].summary.contains("npm install"), "{}", fix.attempts[0].summary);
    assert_eq!(fix.fixer.as_deref(), Some("command"));
}

#[test]
fn a_change_that_breaks_other_tests_is_a_last_resort() {
    let bug = Bug::new();
    let config = bug.agent(
        "
path = pathlib.Path('cart.py')
if 'Earlier attempts' in task:
    assert 'test_few_pieces_cost_their_price' in task, task
    sys.exit(0)
path.write_text('def price(pieces, each):\\n    return pieces * each * 0.9\\n')
",
    );
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert!(fix.reason.as_deref().unwrap().contains("test_few_pieces_cost_their_price"), "{:?}", fix.reason);
    let outcomes: Vec<_> = fix.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [AttemptOutcome::StillRed, AttemptOutcome::NoChange]);
}

#[test]
fn the_embedded_search_finds_it_alone() {
    let bug = Bug::new();
    let fix = bug.run(&bug.config("search")).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert_eq!(fix.fixer.as_deref(), Some("search"));
    // Both say the same of whole numbers.
    let patch = bug.file("fix.patch");
    assert!(
        ["+    if pieces >= 10:", "+    if pieces > 9:"].iter().any(|line| patch.contains(line)),
        "{patch}"
    );
    assert!(fix.root_cause.is_some());
    for alternative in &fix.alternatives {
        assert!(bug.file(alternative).contains("diff --git"));
    }
}

#[test]
fn a_feature_is_built_against_a_test_that_never_enters_the_patch() {
    let mut bug = Bug::new();
    let id = "tests/test_regreen.py::test_free_shipping";
    let test = "import cart\n\n\ndef test_free_shipping():\n    assert cart.shipping(100) == 0\n    assert cart.shipping(10) == 5\n";
    bug.task.work = WorkKind::Feature;
    bug.reproduction.tests = vec![target(id)];
    bug.reproduction.command = Some(command(id));
    bug.reproduction.overlays = vec![Overlay {
        source: "reproduction/tests/test_regreen.py".to_owned(),
        destination: "tests/test_regreen.py".to_owned(),
    }];
    bug.case().write_raw("reproduction/tests/test_regreen.py", test.as_bytes()).unwrap();
    let config = bug.agent(
        "
assert 'def test_free_shipping' in open('tests/test_regreen.py').read()
with open('cart.py', 'a') as file:
    file.write('\\n\\ndef shipping(total):\\n    return 0 if total >= 50 else 5\\n')
open('tests/test_regreen.py', 'w').write('def test_free_shipping(): pass')
",
    );
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert!(fix.branch.as_deref().unwrap().starts_with("feat/discount-"));
    assert!(!bug.file("fix.patch").contains("test_regreen"));
    assert!(bug.file("attempts/1/task.md").contains("# Task: build a feature"));
}

#[test]
fn faster_means_that_the_number_reaches_the_target() {
    let slow = "import time\n\n\ndef total(values):\n    time.sleep(0.2)\n    return sum(values)\n";
    let test = "import time\nfrom sums import total\n\n\ndef test_total():\n    begin = time.perf_counter()\n    assert total([1, 2]) == 3\n    print(f'took {(time.perf_counter() - begin) * 1000:.1f} ms')\n";
    let mut bug = Bug::with(&[
        ("sums.py", slow),
        ("tests/test_sums.py", test),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ]);
    let id = "tests/test_sums.py::test_total";
    bug.task.work = WorkKind::Performance;
    bug.task.performance =
        Some(PerformanceGoal { metric: Some(r"took ([\d.]+) ms".to_owned()), target: Target::Below(50.0) });
    bug.reproduction.tests = vec![target(id)];
    bug.reproduction.command = Some(command(id));
    bug.reproduction.protected = vec!["tests/test_sums.py".to_owned()];
    let config = bug.agent(
        "
path = pathlib.Path('sums.py')
faster = '' if 'Earlier attempts' in task else '    time.sleep(0.1)\\n'
path.write_text(path.read_text().replace('    time.sleep(0.2)\\n', faster))
",
    );
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    let outcomes: Vec<_> = fix.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [AttemptOutcome::StillRed, AttemptOutcome::Green], "{fix:#?}");
    assert!(fix.attempts[0].summary.contains("has to be <50; it is 10"), "{}", fix.attempts[0].summary);
    assert!(fix.branch.as_deref().unwrap().starts_with("opt/"));
}

#[test]
fn our_turn_comes_only_after_a_reproduction() {
    let mut bug = Bug::new();
    bug.reproduction.status = ReproductionStatus::NotReproduced;
    bug.reproduction.reason = Some("it passed 60 times".to_owned());
    let fix = bug.run(&bug.config("search")).unwrap();
    assert_eq!((fix.status, fix.ending), (FixStatus::Skipped, None));
    assert_eq!(fix.reason.as_deref(), Some("the failure was not reproduced: it passed 60 times"));
}

#[test]
fn a_mistake_leaves_its_reason_in_the_case() {
    let bug = Bug::new();
    let error = bug.run(&bug.config("search,claude-cod")).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    let fix: regreen_case::Fix = bug.case().read().unwrap();
    assert_eq!(fix.ending, Some(Ending::BadInput));
    assert!(fix.reason.unwrap().contains("claude-cod"));

    fs::remove_file(bug.case().path("reproduction.json")).unwrap();
    let error = regreen_implement_fix::run(&bug.config("search"), &Cancel::new(), &|_| {}).unwrap_err();
    assert_eq!(error.exit_code(), 4);
    assert_eq!(bug.case().read::<regreen_case::Fix>().unwrap().ending, Some(Ending::InternalError));
}

#[test]
fn cancelling_stops_at_once_and_says_so() {
    let bug = Bug::new();
    let cancel = Cancel::new();
    let config = bug.agent("time.sleep(600)");
    let clone = cancel.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(4));
        clone.cancel();
        Instant::now()
    });
    let fix = bug.run_with(&config, &cancel).unwrap();
    assert!(canceller.join().unwrap().elapsed() < Duration::from_secs(7));
    assert_eq!(fix.ending, Some(Ending::Cancelled));
}

#[test]
fn an_answer_is_kept_when_asked_to() {
    let bug = Bug::new();
    let mut config = bug.agent(REPAIR);
    let first = bug.run(&config).unwrap();
    config.resume = true;
    let began = Instant::now();
    assert_eq!(bug.run(&config).unwrap(), first);
    assert!(began.elapsed() < Duration::from_millis(500));
    config.resume = false;
    assert_ne!(bug.run(&config).unwrap().timing, first.timing);
}

#[test]
fn secrets_stay_out_of_the_case() {
    let bug = Bug::new();
    let mut config = bug.agent("print('the key is hunter22')\nsys.exit('bad: hunter22')");
    config.redactor = regreen_case::Redactor::new(["hunter22"]);
    config.attempts = 1;
    let fix = bug.run(&config).unwrap();
    assert!(fix.attempts[0].summary.contains("bad: ***"), "{}", fix.attempts[0].summary);
    assert!(bug.file("attempts/1/agent.txt").contains("the key is ***"));
    assert!(!bug.file("fix.json").contains("hunter22"));
}

#[test]
fn an_agent_of_the_users_own_comes_from_the_base() {
    let bug = Bug::new();
    fs::create_dir_all(bug.repo().join(".github")).unwrap();
    let script = bug.folder.path().join("wizard.py");
    fs::write(&script, format!("import pathlib\n{REPAIR}")).unwrap();
    let configuration = format!(
        "[agents.wizard]\ntitle = 'House wizard'\nargv = ['python3', '{}']\ntask = 'stdin'\nco_author = 'Wizard <w@example.org>'\n",
        script.display()
    );
    fs::write(bug.repo().join(".github/regreen.toml"), configuration).unwrap();
    let config = bug.config("wizard");
    assert_eq!(bug.run(&config).unwrap_err().exit_code(), 2, "not committed, so not on the base");
    bug.git(&["add", "."]);
    bug.git(&["commit", "-q", "-m", "hire a wizard"]);
    let fix = bug.run(&config).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert_eq!(fix.co_author.as_deref(), Some("Wizard <w@example.org>"));
}

#[test]
fn of_several_survivors_the_one_that_repairs_more_wins() {
    let code = "def is_leap(year):\n    return (year % 4 == 0 and year % 100 != 0) and year % 400 == 0\n";
    let tests = "from leap import is_leap\n\n\ndef test_centuries():\n    assert is_leap(2000)\n    assert not is_leap(1900)\n\n\ndef test_leap_years():\n    assert is_leap(2024)\n    assert is_leap(1996)\n    assert not is_leap(2023)\n";
    let mut bug = Bug::with(&[
        ("leap.py", code),
        ("tests/test_leap.py", tests),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ]);
    let id = "tests/test_leap.py::test_centuries";
    bug.reproduction.tests = vec![target(id)];
    bug.reproduction.command = Some(command(id));
    bug.reproduction.protected = vec!["tests/test_leap.py".to_owned()];
    let fix = bug.run(&bug.config("search")).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    // Others turn the test in question green too; only the right one repairs its neighbour as well.
    assert!(
        bug.file("fix.patch").contains("year % 100 != 0) or year % 400 == 0"),
        "{}",
        bug.file("fix.patch")
    );
    // What repairs less is no alternative.
    assert!(fix.attempts[0].summary.contains("that leave others red"), "{fix:#?}");
    assert!(fix.alternatives.is_empty(), "{fix:#?}");
}

#[test]
fn a_run_that_takes_longer_once_is_waited_for() {
    // As a build does on a busy machine: the first run with the change takes longer than those of the base let expect.
    let tests = "import os\nimport time\n\nfrom cart import price\n\n\ndef test_discount_starts_at_ten():\n    \
                 if price(10, 2) == 18 and not os.path.exists('.seen'):\n        open('.seen', 'w').close()\n        \
                 time.sleep(9)\n    assert price(10, 2) == 18\n";
    let cart = "def price(pieces, each):\n    total = pieces * each\n    if pieces > 10:\n        total -= total // 10\n    \
                return total\n";
    let bug = Bug::with(&[
        ("cart.py", cart),
        ("tests/test_cart.py", tests),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n.seen\n"),
    ]);
    let fix = bug.run(&bug.agent(REPAIR)).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert_eq!(fix.attempts[0].test_runs.len(), 4, "one was cut short: {fix:#?}");
}

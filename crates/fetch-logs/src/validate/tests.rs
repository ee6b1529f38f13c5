//! Tests of the rules of the input.

use super::*;

fn input() -> RawInput {
    RawInput { prompt: Some("Fix test_median_even".into()), deterministic: Some(true), ..RawInput::default() }
}

fn judged(change: impl FnOnce(&mut RawInput)) -> Result<Task, InputError> {
    let mut input = input();
    change(&mut input);
    task(&input, Timing::start())
}

const URL: &str = "https://github.com/o/r/actions/runs/12";

#[test]
fn the_kind_of_work_follows_from_the_input() {
    let work = |change: fn(&mut RawInput)| judged(change).unwrap().work;
    assert_eq!(work(|_| {}), WorkKind::Feature);
    assert_eq!(work(|i| i.url = Some(URL.into())), WorkKind::CiRun);
    assert_eq!(work(|i| i.raw_logs = Some("line one\nline two".into())), WorkKind::RawLogs);
    assert_eq!(work(|i| i.existing_test_path = Some("t.py".into())), WorkKind::ExistingTest);
    assert_eq!(
        work(|i| {
            i.existing_test_path = Some("t.py".into());
            i.url = Some(URL.into());
        }),
        WorkKind::ExistingTest
    );
    assert_eq!(work(|i| i.deterministic = Some(false)), WorkKind::Intermittent);
    assert_eq!(work(|i| i.target = Some("<400".into())), WorkKind::Performance);
}

#[test]
fn what_is_required_is_asked_for() {
    assert!(matches!(judged(|i| i.prompt = None), Err(InputError::Missing("prompt"))));
    assert!(matches!(judged(|i| i.prompt = Some(" \n".into())), Err(InputError::Missing("prompt"))));
    assert!(matches!(judged(|i| i.deterministic = None), Err(InputError::Missing("deterministic"))));
}

#[test]
fn the_url_wins_over_raw_logs_and_says_so() {
    let task = judged(|i| {
        i.url = Some(format!(" {URL}/ "));
        i.raw_logs = Some("text\ntext".into());
    })
    .unwrap();
    assert!(matches!(&task.source, Source::Url { run, .. } if run.run_id == 12));
    assert!(task.warnings.iter().any(|warning| warning.contains("the url wins")), "{:?}", task.warnings);
    assert!(matches!(judged(|i| i.url = Some("https://example.com/x".into())), Err(InputError::Url(_))));
}

#[test]
fn a_vague_prompt_is_warned_about_and_accepted() {
    let task = judged(|i| i.prompt = Some("Fix the test".into())).unwrap();
    assert!(task.warnings[0].contains("add which test"), "{:?}", task.warnings);
    assert_eq!(judged(|_| {}).unwrap().warnings, [""; 0]);
}

#[test]
fn a_test_path_stays_in_the_repository() {
    let path = |path: &str| judged(|i| i.existing_test_path = Some(path.into()));
    for (given, kept) in [
        ("tests/test_x.py", "tests/test_x.py"),
        ("./tests//test_x.py::test_a[../b]", "tests/test_x.py::test_a[../b]"),
        ("tests\\unit\\test_x.py", "tests/unit/test_x.py"),
        ("src/lib.rs::tests::bad", "src/lib.rs::tests::bad"),
    ] {
        assert_eq!(path(given).unwrap().existing_test_path.as_deref(), Some(kept));
    }
    for wrong in [
        "/etc/passwd",
        "../x.py",
        "a/../../x.py",
        "C:\\x.py",
        "~/x.py",
        "-x",
        ".git/hooks/x",
        "./",
        "a\u{7}b",
    ] {
        assert!(matches!(path(wrong), Err(InputError::TestPath { .. })), "{wrong}");
    }
}

#[test]
fn a_performance_goal_is_checked() {
    let goal = |metric: Option<&str>, target: Option<&str>| {
        judged(|i| {
            i.metric = metric.map(str::to_owned);
            i.target = target.map(str::to_owned);
        })
    };
    let task = goal(Some("took ([0-9.]+) ms"), Some("<400")).unwrap();
    assert_eq!(task.performance.unwrap().target, Target::Below(400.0));
    assert_eq!(goal(None, Some(">=2")).unwrap().performance.unwrap().metric, None);
    for (metric, target, says) in [
        (Some("took ([0-9.]+) ms"), None, "needs a target"),
        (Some("took ([0-9.]+"), Some("<400"), "unclosed group"),
        (Some("took .* ms"), Some("<400"), "no group"),
        (Some("(a{1000}){1000}"), Some("<400"), "size limit"),
        (None, Some("400"), "followed by a number"),
    ] {
        let error = goal(metric, target).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[test]
fn limits_are_durations() {
    let task = judged(|i| i.limits = [Some("90s".into()), None, Some("1h".into())]).unwrap();
    assert_eq!(
        (task.limits.reproduce_s, task.limits.implement_fix_s, task.limits.verify_stress_s),
        (90, 900, 3600)
    );
    assert!(matches!(judged(|i| i.limits[1] = Some("soon".into())), Err(InputError::Limit { .. })));
}

#[test]
fn the_slug_names_the_test_or_the_prompt() {
    assert_eq!(judged(|_| {}).unwrap().slug, "fix-test-median-even");
    assert_eq!(judged(|i| i.existing_test_path = Some("t/test_x.py::test_a".into())).unwrap().slug, "test-a");
}

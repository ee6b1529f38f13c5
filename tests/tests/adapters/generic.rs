//! A command of the project's own, counted by the report that it writes or by its lines.

use std::time::Duration;

use regreen_case::{Framework, TestCommand, TestTarget};
use regreen_proof::{ResultSource, Verdict, own_word};

use crate::bench::{Bench, RED};

/// A runner of three lines that nobody has an adapter for.
const RUNNER: &str = r##"case=$(cat code)
out() {
  [ "$case" = quiet ] || printf '<testsuite name="own" tests="3"><testcase classname="shop.Cart" name="a &quot;b&quot; größe"/><testcase classname="shop" name="p[1]">%s</testcase><testcase classname="shop" name="later"><skipped/></testcase></testsuite>' "$1" >report.xml
}
case $case in
good | quiet) out ""; echo "ok - p[1]" ;;
bad) out '<failure message="expected 3">no</failure>'; echo "not ok - p[1]"; exit 1 ;;
crash) kill -11 $$ ;;
hang) sleep 600 ;;
half) printf '<testsuite><testcase name="p[1]"/>' >report.xml ;;
lie) out ""; echo "ok - p[1]"; exit 1 ;;
other) out '<failure message="expected 3"/>'; exit 0 ;;
esac
"##;

fn junit() -> ResultSource {
    ResultSource::Junit("report.xml".to_owned())
}

fn regex() -> ResultSource {
    ResultSource::Regex("^(?P<outcome>ok|not ok) - (?P<test>.+)$".to_owned())
}

fn command(source: &ResultSource) -> TestCommand {
    let argv = ["sh", "run.sh"].map(str::to_owned).to_vec();
    let env = std::collections::BTreeMap::new();
    let mut command = TestCommand { framework: Framework::Generic, argv, cwd: String::new(), env };
    source.attach(&mut command);
    command
}

fn target(id: &str) -> TestTarget {
    TestTarget { framework: Framework::Generic, id: id.to_owned(), file: None, suite: None }
}

fn verdict(bench: &Bench, case: &str, source: &ResultSource, id: &str) -> Verdict {
    bench.write("code", case);
    let limit = Duration::from_secs(if case == "hang" { 3 } else { 60 });
    bench.run_command(&bench.project(), &command(source), &[target(id)], limit).1
}

#[test]
fn a_report_of_the_project_s_own_is_counted() {
    let bench = Bench::new(&[("run.sh", RUNNER)]);
    let by_report = |case: &str, id: &str| verdict(&bench, case, &junit(), id);
    for id in ["p[1]", "shop.p[1]", "shop::p[1]", "a \"b\" größe", "shop.Cart#a \"b\" größe", ""] {
        assert_eq!(by_report("good", id), Verdict::Green, "{id}");
    }
    assert_eq!(by_report("bad", "p[1]"), RED);
    assert_eq!(by_report("bad", "a \"b\" größe"), Verdict::Green);
    for (case, id, reason) in [
        ("good", "later", "skipped"),
        ("good", "gone", "not among the tests"),
        // A report of an earlier run lies there.
        ("quiet", "p[1]", "wrote no report"),
        ("crash", "p[1]", "signal 11"),
        ("hang", "p[1]", "time limit"),
        ("half", "p[1]", "not complete"),
        ("lie", "p[1]", "exit code 1"),
        ("other", "a \"b\" größe", "exit code 0"),
    ] {
        match by_report(case, id) {
            Verdict::Uncounted(why) if why.contains(reason) => {}
            other => panic!("{case} {id}: {other:?}"),
        }
    }
    assert!(own_word(&command(&junit())).is_some(), "the reviewer is told");
}

#[test]
fn lines_of_the_project_s_own_are_counted() {
    let bench = Bench::new(&[("run.sh", RUNNER)]);
    assert_eq!(verdict(&bench, "good", &regex(), "p[1]"), Verdict::Green);
    assert_eq!(verdict(&bench, "bad", &regex(), "p[1]"), RED);
    for case in ["crash", "lie", "hang", "half"] {
        assert!(matches!(verdict(&bench, case, &regex(), "p[1]"), Verdict::Uncounted(_)), "{case}");
    }
}

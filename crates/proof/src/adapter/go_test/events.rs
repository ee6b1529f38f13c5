//! The events of `go test -json`, counted and made readable.

use std::collections::BTreeMap;

use regreen_case::Framework;
use serde::Deserialize;

use crate::adapter::Counted;
use crate::counted::{TestOutcome, TestResult};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Event {
    action: String,
    #[serde(default)]
    package: Option<String>,
    #[serde(default)]
    test: Option<String>,
    #[serde(default)]
    elapsed: Option<f64>,
    #[serde(default)]
    output: Option<String>,
}

fn events(printed: &str) -> impl Iterator<Item = Result<Event, &str>> {
    printed.lines().map(|line| {
        if line.starts_with('{') { serde_json::from_str::<Event>(line).map_err(|_| line) } else { Err(line) }
    })
}

/// The output of the events, and lines that are none, in their order.
pub(super) fn readable(printed: &str) -> String {
    let mut text = String::new();
    for event in events(printed) {
        match event {
            Ok(event) => text.push_str(event.output.as_deref().unwrap_or_default()),
            Err(line) => {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    text
}

/// Counts; each test may be reported so many times, in a run with repeats.
pub(super) fn count(printed: &str, times: u32) -> Counted {
    let mut results = Vec::new();
    let mut seen: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut begun: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut packages: BTreeMap<String, bool> = BTreeMap::new();
    let mut problem = None;
    for event in events(printed).flatten() {
        let package = event.package.unwrap_or_default();
        let outcome = match event.action.as_str() {
            "pass" => TestOutcome::Passed,
            "fail" => TestOutcome::Failed,
            "skip" => TestOutcome::Skipped,
            "run" => {
                if let Some(test) = event.test {
                    *begun.entry((package, test)).or_default() += 1;
                }
                continue;
            }
            _ => continue,
        };
        let Some(test) = event.test else {
            packages.insert(package, outcome == TestOutcome::Failed);
            continue;
        };
        let reported = seen.entry((package.clone(), test.clone())).or_default();
        *reported += 1;
        if *reported > times {
            problem = Some(format!("go reported `{test}` {reported} times, not {times}"));
        }
        results.push(TestResult {
            failure: (outcome == TestOutcome::Failed)
                .then(|| crate::failures::plain(Framework::GoTest, &test, None, &format!("`{test}` failed"))),
            id: test,
            suite: Some(package),
            outcome,
            seconds: event.elapsed,
        });
    }
    if let Some(((_, test), _)) = begun.iter().find(|(key, begun)| seen.get(*key) != Some(*begun)) {
        problem = problem.or_else(|| Some(format!("`{test}` began but go reported no result for it")));
    }
    if let Some((_, test)) = seen.keys().find(|key| !begun.contains_key(*key)) {
        problem = problem.or_else(|| Some(format!("go reported a result for `{test}`, which never began")));
    }
    // Subtests may be drawn by chance; a test itself runs as often as it was asked to, or something failed.
    let failed = results.iter().any(|one| one.outcome == TestOutcome::Failed);
    if let Some(((_, test), found)) =
        seen.iter().find(|((_, test), found)| !failed && !test.contains('/') && **found != times)
    {
        problem = problem.or_else(|| Some(format!("go reported `{test}` {found} times, not {times}")));
    }
    let problem = problem.or_else(|| contradiction(&results, &packages));
    Counted { results, problem }
}

/// What a test binary printed, for a first opinion: `--- FAIL: TestA (0.00s)`, subtests further in.
pub(super) fn first_results(text: &str) -> Vec<TestResult> {
    let result = |line: &str| {
        let (word, rest) = line.trim_start().strip_prefix("--- ")?.split_once(": ")?;
        let outcome = match word {
            "PASS" => TestOutcome::Passed,
            "FAIL" => TestOutcome::Failed,
            "SKIP" => TestOutcome::Skipped,
            _ => return None,
        };
        let id = rest.rsplit_once(" (").map_or(rest, |(id, _)| id).to_owned();
        Some(TestResult { id, suite: None, outcome, failure: None, seconds: None })
    };
    text.lines().filter_map(result).collect()
}

/// The package's own verdict against its tests'.
fn contradiction(results: &[TestResult], packages: &BTreeMap<String, bool>) -> Option<String> {
    if results.is_empty() {
        let failed = packages.values().any(|failed| *failed) || packages.is_empty();
        return Some(
            if failed { "the tests could not be built or run" } else { "no test matched" }.to_owned(),
        );
    }
    for result in results {
        let package = result.suite.as_deref().unwrap_or_default();
        match packages.get(package) {
            None => return Some(format!("go gave no verdict on the package {package}")),
            Some(false) if result.outcome == TestOutcome::Failed => {
                return Some(format!("`{}` failed, yet its package passed", result.id));
            }
            Some(_) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(action: &str, test: Option<&str>) -> String {
        let test = test.map_or(String::new(), |test| format!(r#","Test":"{test}""#));
        format!(r#"{{"Action":"{action}","Package":"p"{test}}}"#)
    }

    fn problem(lines: &[String]) -> Option<String> {
        count(&lines.join("\n"), 1).problem
    }

    #[test]
    fn honest_events_count() {
        let lines = [
            line("run", Some("A")),
            line("fail", Some("A")),
            line("run", Some("B")),
            line("skip", Some("B")),
            line("fail", None),
        ];
        let counted = count(&lines.join("\n"), 1);
        assert_eq!(counted.problem, None);
        assert_eq!(counted.results.len(), 2);
    }

    #[test]
    fn forged_or_missing_events_do_not() {
        let (run, pass, end) = (line("run", Some("A")), line("pass", Some("A")), line("pass", None));
        assert!(problem(&[run.clone(), pass.clone(), pass.clone(), end.clone()]).is_some(), "twice");
        assert!(problem(&[run.clone(), end.clone()]).is_some(), "no result");
        assert!(problem(&[pass.clone(), end.clone()]).is_some(), "never began");
        assert!(problem(&[run.clone(), pass.clone()]).is_some(), "no verdict on the package");
        assert!(problem(&[end]).is_some(), "nothing ran");
        assert!(problem(&[run, line("fail", Some("A")), line("pass", None)]).is_some(), "contradiction");
    }

    #[test]
    fn repeats_are_counted_one_by_one() {
        let (run, pass, fail) = (line("run", Some("A")), line("pass", Some("A")), line("fail", Some("A")));
        let text = |lines: &[&String]| lines.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n");
        let counted = count(&text(&[&run, &pass, &run, &fail, &line("fail", None)]), 2);
        assert_eq!((counted.problem, counted.results.len()), (None, 2));
        let less = count(&text(&[&run, &pass, &line("pass", None)]), 2);
        assert!(less.problem.unwrap().contains("1 times, not 2"));
    }

    #[test]
    fn output_is_made_readable() {
        let text =
            readable("{\"Action\":\"output\",\"Package\":\"p\",\"Output\":\"a\\n\"}\nplain\n{broken\n");
        assert_eq!(text, "a\nplain\n{broken\n");
    }
}

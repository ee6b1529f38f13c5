//! The text as reviewers see it.

use serde_json::json;

use super::*;
use crate::sample::{BASE, evidence, patch};

/// All that a text is made from, to be changed by tests.
struct Parts {
    evidence: Evidence,
    candidate: Candidate,
    tip: Tip,
    tests: Vec<(String, String)>,
    proven: bool,
    ci: Option<CiStart>,
}

impl Parts {
    fn new() -> Self {
        Parts {
            evidence: evidence(),
            candidate: Candidate { sha256: patch().sha256(), patch: patch(), left_out: Vec::new() },
            tip: Tip { commit: BASE.to_owned(), branch: Some("main".to_owned()) },
            tests: Vec::new(),
            proven: true,
            ci: Some(CiStart::AwaitsApproval),
        }
    }

    fn render(&self) -> String {
        let identity = Identity::of(&self.evidence, true);
        let people = [Person { who: "@org/stats".to_owned(), why: "owns src/ (CODEOWNERS)".to_owned() }];
        let workflows = [RecommendedWorkflow {
            file: ".github/workflows/ci.yml".to_owned(),
            name: "CI".to_owned(),
            why: "it is the workflow that failed".to_owned(),
            command: Some("gh workflow run ci.yml --ref fix/test-median-01234567".to_owned()),
        }];
        let Parts { evidence, candidate, tip, tests, proven, ci } = self;
        let (identity, people, workflows) = (&identity, &people, &workflows);
        let (proven, ci, local) = (*proven, *ci, false);
        Body { evidence, identity, candidate, tip, proven, people, workflows, tests, local, ci }.render()
    }
}

#[test]
fn a_proven_fix() {
    insta::assert_snapshot!(Parts::new().render());
}

#[test]
fn an_intermittent_performance_case_that_is_not_proven_on_a_base_that_moved() {
    let mut parts = Parts::new();
    let evidence = &mut parts.evidence;
    evidence.failure = None;
    let reproduction = evidence.reproduction.as_mut().unwrap();
    let rate = json!({"failures": 6, "runs": 50, "rate": 0.12, "low": 0.045, "high": 0.243});
    reproduction.rate = Some(serde_json::from_value(rate).unwrap());
    let verification = evidence.verification.as_mut().unwrap();
    verification.reason = Some("12 of 25 runs were done when time was over".to_owned());
    verification.performance = Some(
        serde_json::from_value(
            json!({"metric": "took (\\d+) ms", "target": {"relation": "below", "value": 400.0},
            "before": [900.0, 950.0, 910.0], "after": [300.0, 310.0, 305.0], "median_before": 910.0,
            "median_after": 305.0, "change": -0.6648, "met": true}),
        )
        .unwrap(),
    );
    parts.tip.commit = "2".repeat(40);
    parts.tests = vec![("tests/test_new.py".to_owned(), "def test_new():\n    assert False\n".to_owned())];
    parts.candidate.left_out = vec!["tests/test_stats.py".to_owned()];
    (parts.proven, parts.ci) = (false, None);
    insta::assert_snapshot!(parts.render());
}

#[test]
fn a_change_that_the_search_is_not_sure_of() {
    let mut parts = Parts::new();
    let confidence = json!({"level": "low", "reason": "changes that pass do 2 different things with varied tests",
        "compared": 3, "probes": 40, "telling": 12, "behaviours": [
            {"change": "stats.py:4: replace `a` by `b`", "members": 2},
            {"change": "stats.py:4: replace `a` by `c`", "members": 1, "diff": "attempts/1/alternative_1.diff",
             "difference": {"test": "test_median", "before": "[1, 2]", "after": "[2]",
                "chosen": "AssertionError: assert 2 == 3\n + more", "other": "@bob passed"}}]});
    parts.evidence.fix.as_mut().unwrap().confidence = Some(serde_json::from_value(confidence).unwrap());
    let body = parts.render();
    let warning: String =
        body.lines().take_while(|line| line.starts_with('>')).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(warning);
}

#[test]
fn a_change_that_takes_work_back_says_whose() {
    let mut parts = Parts::new();
    let fix = parts.evidence.fix.as_mut().unwrap();
    let culprit = json!({"commit": "0123456789abcdef", "subject": "Sort @all", "author": "@dora",
        "date": "2026-01-02T03:04:05Z"});
    fix.culprit = Some(serde_json::from_value(culprit).unwrap());
    let bisection = json!({"said": "s", "tested": 13, "skipped": 4});
    fix.bisection = Some(serde_json::from_value(bisection).unwrap());
    fix.reason = Some("it reverts 1 of 3 changes of 0123456".to_owned());
    let broken = "; found by bisecting: 13 commits tested, 4 skipped.\n";
    let text = parts.render();
    assert!(text.contains("Broken by `0123456789ab` (Sort ") && text.contains(broken), "{text}");
    assert!(text.contains("by `@dora` on 2026-01-02"), "{text}");
    assert!(!text.contains("@all"), "{text}");
    assert!(!text.contains("takes work back"), "it was the search: {text}");
    parts.evidence.fix.as_mut().unwrap().fixer = Some("revert".to_owned());
    let text = parts.render();
    assert!(text.contains("> This change takes work back: it reverts 1 of 3 changes of 0123456."), "{text}");
}

#[test]
fn hostile_text_notifies_nobody_and_breaks_nothing() {
    let mut parts = Parts::new();
    let evidence = &mut parts.evidence;
    let evil = "@bob ```\n<img src=x onerror=y>\n## Evidence\n| a | b |\nfixes #1 [x](http://evil)\u{202e}";
    evidence.task.prompt = evil.to_owned();
    evidence.fix.as_mut().unwrap().root_cause = Some(evil.to_owned());
    let test = &mut evidence.failure.as_mut().unwrap().tests[0];
    (test.id, test.message) = (evil.to_owned(), evil.to_owned());
    let text = parts.render();
    let outside_code: String = text.split("````").step_by(2).collect();
    for (number, line) in outside_code.lines().enumerate() {
        let spans: String = line.split('`').step_by(2).collect();
        assert!(
            !spans.contains("@bob") && !spans.contains("#1") && !spans.contains("<img"),
            "{number}: {line}"
        );
    }
    assert_eq!(
        text.matches("\n## Evidence").count() - text.matches("\n## Evidence\n| a").count(),
        1,
        "{text}"
    );
    assert!(!text.contains('\u{202e}'));
}

#[test]
fn neighbours_that_may_be_broken_are_named() {
    let mut parts = Parts::new();
    let neighbours = parts.evidence.verification.as_mut().unwrap().neighbours.as_mut().unwrap();
    neighbours.unconfirmed = vec!["test_slow".to_owned()];
    let text = parts.render();
    assert!(text.contains("Perhaps newly failing (there was no time to be sure): `test_slow`."), "{text}");
}

#[test]
fn however_much_there_is_to_say_the_evidence_stays() {
    let mut parts = Parts::new();
    parts.tests = vec![("t.py".to_owned(), "x".repeat(100_000)), ("u.py".to_owned(), "y".repeat(100_000))];
    let evidence = &mut parts.evidence;
    evidence.task.prompt = "word ".repeat(50_000);
    evidence.failure.as_mut().unwrap().tests[0].message = "line\n".repeat(50_000);
    let verification = evidence.verification.as_mut().unwrap();
    verification.findings = vec![verification.findings[0].clone(); 5_000];
    verification.neighbours.as_mut().unwrap().flaky = vec!["z".repeat(1_000); 1_000];
    let text = parts.render();
    assert!(text.len() <= MAX_BYTES, "{}", text.len());
    assert!(text.contains("and 4980 more") && text.contains("🔴 red") && text.contains("regreen-failure"));
}

//! The order of the rules, and that no claim outruns the documents.

use serde_json::{Value, json};

use super::*;

fn found<D: serde::de::DeserializeOwned>(mut value: Value) -> Read<D> {
    value["timing"] = json!({"started_at": "2026-01-02T03:04:05Z", "duration_s": 1.0});
    Read::Found(Box::new(serde_json::from_value(value).unwrap()))
}

fn stage(passes: u32, failures: u32) -> Value {
    json!({"runs": passes + failures, "passes": passes, "failures": failures, "uncounted": 0, "duration_s": 1.0})
}

fn proof() -> Value {
    json!({"status": "proven", "ending": "fixed", "patch_sha256": "aa", "required_runs": 5,
        "red": stage(0, 3), "green": stage(5, 0), "red_again": stage(0, 1)})
}

/// A case that went well up to the pull request.
fn good() -> Documents {
    Documents {
        failure: found(json!({"status": "tests-failed"})),
        reproduction: found(json!({"status": "reproduced"})),
        fix: found(json!({"status": "patch-found", "patch_sha256": "aa"})),
        verification: found(proof()),
        pull_request: found(json!({"status": "opened", "url": "https://github.com/o/r/pull/1"})),
        ..Documents::default()
    }
}

fn ending(documents: &Documents) -> Ending {
    conclude(documents, Some("aa"), None).ending
}

#[test]
fn success_needs_a_proof_and_a_delivery() {
    for status in ["opened", "updated", "written-locally", "dry-run", "branch-only"] {
        let documents = Documents { pull_request: found(json!({ "status": status })), ..good() };
        assert_eq!(ending(&documents), Ending::Fixed, "{status}");
    }
    for status in ["refused", "skipped"] {
        let documents = Documents { pull_request: found(json!({ "status": status })), ..good() };
        assert_eq!(ending(&documents), Ending::FixedUnproven, "{status}");
    }
    let lost = Documents { pull_request: Read::Missing, ..good() };
    assert_eq!(ending(&lost), Ending::FixedUnproven);
    assert!(conclude(&lost, Some("aa"), None).summary.contains("no pull request was seen"));
}

#[test]
fn a_search_that_is_not_sure_leaves_it_to_a_person() {
    let sure = |level: &str, accepted: bool| {
        let confidence = json!({"level": level, "reason": "changes that pass do 2 different things", "accepted": accepted,
            "compared": 3, "probes": 20, "telling": 9});
        let fix = json!({"status": "patch-found", "patch_sha256": "aa", "confidence": confidence});
        Documents { fix: found(fix), ..good() }
    };
    assert_eq!(ending(&sure("high", false)), Ending::Fixed);
    assert_eq!(ending(&sure("low", true)), Ending::Fixed, "the user takes it");
    let low = conclude(&sure("low", false), Some("aa"), None);
    assert_eq!(low.ending, Ending::FixedUnproven);
    assert!(low.because.contains("2 different things") && low.summary.contains("a person"), "{low:?}");
}

#[test]
fn a_proof_that_was_not_seen_is_none() {
    let cases: [(&str, Value); 6] = [
        ("another patch", json!({"patch_sha256": "bb"})),
        ("no patch named", json!({"patch_sha256": null})),
        ("never red", json!({"red": stage(3, 0)})),
        ("not red again", json!({"red_again": null})),
        ("not green", json!({"green": stage(4, 1)})),
        ("no green stage", json!({"green": null})),
    ];
    for (name, change) in cases {
        let mut value = proof();
        for (key, new) in change.as_object().unwrap() {
            value[key] = new.clone();
        }
        let documents = Documents { verification: found(value), ..good() };
        assert_eq!(ending(&documents), Ending::FixedUnproven, "{name}");
    }
    let unreadable = Documents { verification: Read::Unreadable("cut".to_owned()), ..good() };
    assert_eq!(ending(&unreadable), Ending::FixedUnproven);
    assert_eq!(conclude(&good(), Some("cc"), None).ending, Ending::FixedUnproven, "patch file was swapped");
}

#[test]
fn the_latest_phase_with_something_to_say_decides() {
    let skipped = json!({"status": "skipped", "reason": "x"});
    let mut documents = good();
    documents.pull_request = found(json!({"status": "refused", "ending": "rejected-as-cheating"}));
    assert_eq!(ending(&documents), Ending::RejectedAsCheating);
    documents.pull_request = found(skipped.clone());
    documents.verification = found(json!({"status": "regressions"}));
    assert_eq!(ending(&documents), Ending::Regressions);
    documents.verification = found(json!({"status": "unproven", "ending": "out-of-time"}));
    assert_eq!(ending(&documents), Ending::OutOfTime);
    documents.verification = found(skipped.clone());
    for (status, expected) in [
        ("no-fix-found", Ending::NoFixFound),
        ("green-on-base", Ending::GreenOnBase),
        ("out-of-budget", Ending::OutOfBudget),
        ("rate-limited", Ending::RateLimited),
        ("out-of-time", Ending::OutOfTime),
        ("patch-found", Ending::FixedUnproven),
    ] {
        documents.fix = found(json!({ "status": status }));
        assert_eq!(ending(&documents), expected, "{status}");
    }
    documents.fix = found(skipped.clone());
    documents.reproduction = found(json!({"status": "not-reproduced"}));
    assert_eq!(ending(&documents), Ending::NotReproduced);
    documents.reproduction = found(skipped);
    documents.failure = found(json!({"status": "infrastructure"}));
    assert_eq!(ending(&documents), Ending::Infrastructure);
    documents.failure = found(json!({"status": "no-logs", "ending": "rate-limited"}));
    assert_eq!(ending(&documents), Ending::RateLimited);
}

#[test]
fn a_phase_without_a_document_is_an_internal_error_and_named() {
    assert_eq!(conclude(&Documents::default(), None, None).ending, Ending::InternalError);
    let documents = Documents { fix: Read::Unreadable("it ends too soon".to_owned()), ..good() };
    let documents = Documents { verification: Read::Missing, pull_request: Read::Missing, ..documents };
    let conclusion = conclude(&documents, None, None);
    assert_eq!(conclusion.ending, Ending::InternalError);
    assert!(
        conclusion.because.contains("fix.json is unreadable: it ends too soon"),
        "{}",
        conclusion.because
    );
}

#[test]
fn a_cancelled_workflow_is_cancelled_unless_a_phase_decided_before() {
    let cancelled =
        |documents: &Documents| conclude(documents, Some("aa"), Some(WorkflowResult::Cancelled)).ending;
    assert_eq!(cancelled(&Documents::default()), Ending::Cancelled);
    let reproduced =
        Documents { fix: Read::Missing, verification: Read::Missing, pull_request: Read::Missing, ..good() };
    assert_eq!(cancelled(&reproduced), Ending::Cancelled);
    assert_eq!(cancelled(&good()), Ending::Fixed);
    let decided = Documents {
        reproduction: found(json!({"status": "not-reproduced", "ending": "not-reproduced"})),
        ..reproduced
    };
    assert_eq!(cancelled(&decided), Ending::NotReproduced);
}

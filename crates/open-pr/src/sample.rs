//! A proven case to test with.

use regreen_case::{Failure, Fix, Reproduction, Task, Verification};
use regreen_workspace::Patch;
use serde_json::{Value, json};

use crate::evidence::Evidence;

pub(crate) const BASE: &str = "1111111111111111111111111111111111111111";
pub(crate) const PATCH: &str = "diff --git a/src/stats.py b/src/stats.py\nindex 1..2 100644\n--- a/src/stats.py\n+++ b/src/stats.py\n@@ -1,3 +1,3 @@\n def median(values):\n-    return values[len(values) / 2]\n+    return values[len(values) // 2]\n \n";

pub(crate) fn timing() -> Value {
    json!({"started_at": "2026-01-05T10:00:00Z", "duration_s": 1.0})
}

fn signature() -> Value {
    json!({"framework": "pytest", "test": "tests/test_stats.py::test_median[even]", "kind": "TypeError",
        "message": "list indices must be integers", "hash": "0123456789abcdef"})
}

pub(crate) fn patch() -> Patch {
    Patch::from_bytes(PATCH.as_bytes().to_vec()).unwrap()
}

pub(crate) fn task() -> Task {
    serde_json::from_value(
        json!({"prompt": "Fix the median of even lists.\nIt crashes since @alice's change, see #12.",
        "deterministic": true, "work": "ci-run", "source": {"from": "prompt"}, "slug": "the-median",
        "limits": {"reproduce_s": 300, "implement_fix_s": 900, "verify_stress_s": 900}, "timing": timing()}),
    )
    .unwrap()
}

pub(crate) fn failure() -> Failure {
    serde_json::from_value(json!({"status": "tests-failed", "signature": signature(), "tests": [
        {"id": "tests/test_stats.py::test_median[even]", "framework": "pytest", "kind": "TypeError",
         "message": "list indices must be integers or slices, not float", "signature": signature()},
        {"id": "tests/test_stats.py::test_other", "framework": "pytest", "kind": "TypeError",
         "message": "x", "signature": signature()}],
        "run": {"repository": "o/r", "run_id": 7, "attempt": 2, "url": "https://github.com/o/r/actions/runs/7",
            "workflow": "CI", "workflow_path": ".github/workflows/ci.yml", "event": "push", "head_branch": "main"},
        "timing": timing()}))
    .unwrap()
}

pub(crate) fn reproduction() -> Reproduction {
    serde_json::from_value(json!({"status": "reproduced", "base": BASE, "signature": signature(),
        "tests": [{"framework": "pytest", "id": "tests/test_stats.py::test_median[even]"}],
        "command": {"framework": "pytest", "argv": ["/home/x/.venv/bin/python", "-m", "pytest", "tests/test_stats.py::test_median[even]"]},
        "protected": ["tests/test_stats.py", "pyproject.toml"], "timing": timing()}))
    .unwrap()
}

pub(crate) fn fix(sha256: &str) -> Fix {
    serde_json::from_value(json!({"status": "patch-found", "base": BASE, "branch": "fix/the-median",
        "patch_sha256": sha256, "root_cause": "`/` gives a float, and a list takes no float as index.",
        "hypothesis": "`//` gives an integer.", "fixer": "search", "timing": timing()}))
    .unwrap()
}

pub(crate) fn verification(sha256: &str) -> Verification {
    let stage = |passes: u32, failures: u32| {
        json!({"runs": 5, "passes": passes, "failures": failures, "uncounted": 0, "duration_s": 2.0,
            "grade": if failures > 0 { json!("same") } else { Value::Null }})
    };
    serde_json::from_value(
        json!({"status": "proven", "ending": "fixed", "base": BASE, "patch_sha256": sha256,
        "red": stage(0, 5), "green": stage(5, 0), "red_again": stage(0, 5), "required_runs": 5,
        "bound": {"runs": 5, "confidence": 0.95, "rate_below": 0.451,
            "statement": "no failure in 5 runs: true rate below 45.1 % at 95 % confidence"},
        "neighbours": {"chosen_by": "tests of the same file", "passed_before": 3, "failed_before": 1,
            "passed_after": 4, "failed_after": 0},
        "findings": [{"kind": "swallowed-error", "severity": "review", "file": "src/stats.py", "line": 2,
            "message": "an exception is caught"}],
        "timing": timing()}),
    )
    .unwrap()
}

pub(crate) fn evidence() -> Evidence {
    let sha256 = patch().sha256();
    Evidence {
        task: task(),
        failure: Some(failure()),
        reproduction: Some(reproduction()),
        fix: Some(fix(&sha256)),
        verification: Some(verification(&sha256)),
    }
}

//! What the step hands to the workflow.

use std::path::Path;

use regreen_case::{Failure, Task};
use regreen_runner::{Outputs, RunnerError};

/// Publishes the outputs of the phase.
pub(crate) fn publish(case: &Path, task: Option<&Task>, failure: &Failure) -> Result<(), RunnerError> {
    let repeats = failure.repeats.as_ref();
    let mut outputs = Outputs::new();
    outputs
        .set("status", word(&failure.status))
        .set("ending", failure.ending.map_or(String::new(), |ending| ending.name().to_owned()))
        .set("case", case.display().to_string())
        .set("tests-failed", failure.tests.len().to_string())
        .set("first-test", failure.tests.first().map_or(String::new(), |test| one_line(&test.id)))
        .set("signature", failure.signature.as_ref().map_or(String::new(), |found| found.hash.clone()))
        .set(
            "repeat-count",
            repeats.filter(|found| found.count > 0).map_or(String::new(), |found| found.count.to_string()),
        )
        .set(
            "first-seen",
            repeats.and_then(|found| found.first_seen).map_or(String::new(), |at| at.to_string()),
        )
        .set("last-green-sha", repeats.and_then(|found| found.last_green_sha.clone()).unwrap_or_default())
        .set("work", task.map_or(String::new(), |task| word(&task.work)))
        .set("slug", task.map_or(String::new(), |task| task.slug.clone()));
    outputs.publish()
}

/// An enum's name as it stands in the documents.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(500).collect()
}

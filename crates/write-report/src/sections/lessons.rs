//! What would have made this case easier, drawn from what was seen.

use crate::facts::Facts;
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let mut lessons = Vec::new();
    let documents = &facts.documents;
    if let Some(failure) = documents.failure.get() {
        if !failure.cut.is_empty() {
            lessons.push("The log was not complete: keep the whole output of the failing step.".to_owned());
        }
        if failure.redactions > 0 {
            lessons.push("Secrets were in the log: mask them where they are made.".to_owned());
        }
    }
    if let Some(found) = documents.reproduction.get() {
        for difference in found.not_replicated.iter().take(5) {
            lessons.push(format!("CI and this machine differ in {}.", markdown::text(&difference.what)));
        }
        if let Some(rate) = found.rate.filter(|rate| rate.rate > 0.0 && rate.rate < 1.0) {
            lessons.push(format!(
                "The test is intermittent: it fails in {} of its runs.",
                markdown::percent(rate.rate)
            ));
        }
    }
    if let Some(fix) = documents.fix.get()
        && !fix.alternatives.is_empty()
    {
        lessons.push(match fix.alternatives.len() {
            1 => "Another change made the test pass as well: a second assertion would tell them apart."
                .to_owned(),
            many => format!(
                "{many} other changes made the test pass as well: a second assertion would tell them apart."
            ),
        });
    }
    if let Some(neighbours) = documents.verification.get().and_then(|found| found.neighbours.as_ref()) {
        for name in neighbours.flaky.iter().take(5) {
            lessons.push(format!("Another test is flaky: {}.", markdown::code(name)));
        }
    }
    if documents.task.get().is_some_and(|task| !task.warnings.is_empty()) {
        lessons.push("The input had warnings: see Input.".to_owned());
    }
    (!lessons.is_empty()).then(|| markdown::list(lessons))
}

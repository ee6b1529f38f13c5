//! Words for what was not reproduced: why, and what to do next.

use regreen_case::{Difference, Failure, Task};

use crate::tally::Tally;

/// Why it was not reproduced.
pub(crate) fn not_reproduced(tried: &[Tally]) -> String {
    let runs: u32 = tried.iter().map(Tally::counted).sum();
    let ways: Vec<&str> = tried.iter().map(|tally| tally.how.as_str()).collect();
    let how = if ways.is_empty() { String::new() } else { format!(" ({})", ways.join("; ")) };
    let others: Vec<&Tally> = tried.iter().filter(|tally| tally.other > 0).collect();
    if let Some(first) = others.first() {
        let other: u32 = others.iter().map(|tally| tally.other).sum();
        let kind = first.other_signature.as_ref().map_or("another failure", |other| other.kind.as_str());
        return format!(
            "the failure did not show in {runs} runs here; {other} of them failed in another way ({kind}, {})",
            first.how
        );
    }
    match runs {
        0 => "no run gave a counted result".to_owned(),
        1 => format!("the test passed in the one run here{how}"),
        runs => format!("the test passed in all {runs} runs here{how}"),
    }
}

/// Why nothing could be run.
pub(crate) fn not_runnable(tried: &[Tally]) -> String {
    let problem = tried.iter().find_map(|tally| tally.problem.as_deref());
    format!("the test gave no counted result here: {}", problem.unwrap_or("nothing was run"))
}

/// What somebody can do about it.
pub(crate) fn next_steps(task: &Task, failure: Option<&Failure>, differences: &[Difference]) -> Vec<String> {
    let mut steps = Vec::new();
    let names: Vec<String> = differences
        .iter()
        .filter_map(|difference| difference.what.strip_prefix("env "))
        .map(|name| format!("`{name}`"))
        .take(8)
        .collect();
    if !names.is_empty() {
        steps.push(format!("Set what CI sets and this machine does not: {}.", names.join(", ")));
    }
    for difference in differences.iter().filter(|difference| !difference.what.starts_with("env ")).take(5) {
        steps.push(format!(
            "CI had {} {}, here it is {}: try with CI's.",
            difference.what, difference.ci, difference.here
        ));
    }
    if task.deterministic {
        steps.push(
            "If the failure comes and goes, set `deterministic` to false: the test is then run many times."
                .to_owned(),
        );
    } else {
        steps.push(
            "Give it more runs: raise `--iterations` and `--time-limit`, or run it on a machine like CI's."
                .to_owned(),
        );
    }
    if task.existing_test_path.is_none() {
        steps.push("Name a test that shows the failure with `existing-test-path`.".to_owned());
    }
    if let Some(run) = failure.and_then(|failure| failure.run.as_ref()) {
        steps.push(format!("Rerun the failed job ({}) to see whether it still fails there.", run.url));
    }
    steps
}

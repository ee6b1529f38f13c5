//! Words for what was not reproduced: why, and what to do next.

use regreen_case::{Conditions, Difference, Failure, Reproduction, Task};

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

/// What the conditions that bring it out say about its cause.
pub(crate) fn points_to(found: &Reproduction) -> Option<&'static str> {
    let conditions = found.conditions.as_ref()?;
    let plain_is_rarer = match (&found.plain_rate, &found.rate) {
        (Some(plain), Some(rate)) => plain.high < rate.low,
        _ => false,
    };
    if !plain_is_rarer {
        return None;
    }
    Some(match conditions {
        Conditions { random_order: true, .. } => {
            "it fails only after certain other tests: they leave something behind that this test does not expect"
        }
        Conditions { race_detector: true, .. } => {
            "the race detector sees it: memory is shared without a lock"
        }
        Conditions { repeats: Some(_), .. } => {
            "it shows when the test runs often in one process: it is rare, or something piles up (memory, handles, state)"
        }
        Conditions { busy: 1.., .. }
        | Conditions { pauses: true, .. }
        | Conditions { cores: Some(_), .. } => {
            "it shows when the processor is taken away at a bad moment: a race, or a wait that is too short"
        }
        Conditions { random_seed: true, .. } => {
            "it depends on chance: on an order of hashing, or on a drawn number"
        }
        _ => "it shows when several copies run side by side: they share a file, a port, or too little time",
    })
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

#[cfg(test)]
mod tests {
    use regreen_case::ReproductionStatus;
    use regreen_supervise::failure_rate;

    use super::*;

    #[test]
    fn the_conditions_point_to_the_cause_only_when_plain_runs_fail_less_often() {
        let mut found = crate::phase::blank(ReproductionStatus::Reproduced, "");
        found.conditions = Some(Conditions { random_order: true, ..Conditions::default() });
        found.rate = Some(failure_rate(10, 20));
        found.plain_rate = Some(failure_rate(9, 20));
        assert_eq!(points_to(&found), None);
        found.plain_rate = Some(failure_rate(0, 40));
        assert!(points_to(&found).unwrap().contains("other tests"));
        found.conditions = Some(Conditions { busy: 2, ..Conditions::default() });
        assert!(points_to(&found).unwrap().contains("processor"));
    }
}

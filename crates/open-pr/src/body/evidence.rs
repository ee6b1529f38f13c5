//! The evidence: red, green, red; what the runs prove; neighbours; numbers.

use regreen_case::{Grade, Neighbours, Stage, Verification};

use super::Body;
use crate::markdown::{code, table, text};

pub(super) fn proof(body: &Body<'_>) -> Option<String> {
    let found = body.evidence.verification.as_ref()?;
    let mut out = String::from("## Evidence\n\n");
    let rows: Vec<Vec<String>> = [
        ("Base", "red", &found.red),
        ("With this change", "green", &found.green),
        ("Change taken back", "red", &found.red_again),
    ]
    .into_iter()
    .filter_map(|(name, expected, stage)| stage.as_ref().map(|stage| row(name, expected, stage)))
    .collect();
    if !rows.is_empty() {
        out.push_str(&table(&["Stage", "Expected", "Runs", "Passed", "Failed", "Seen"], &rows));
        out.push_str("\nEvery run is a counted result of the very test in a fresh checkout; the tests and their configuration come from the base.\n");
    }
    if let Some(bound) = &found.bound {
        out.push_str(&format!(
            "\n**What the clean runs prove:** {}.\n",
            text(bound.statement.trim_end_matches('.'))
        ));
    }
    if let Some(rate) = body.evidence.reproduction.as_ref().and_then(|found| found.rate) {
        out.push_str(&format!(
            "\nFailure rate before the change: {:.1} % ({} of {} runs; 95 % interval {:.1} % to {:.1} %).\n",
            rate.rate * 100.0,
            rate.failures,
            rate.runs,
            rate.low * 100.0,
            rate.high * 100.0
        ));
    }
    if let Some(needed) = found.runs_needed {
        out.push_str(&format!(
            "\nClean runs needed: {} to be rarer than before, {} to exclude a change that only halves the rate \
             (at most one chance in a thousand). Base, change and change taken back were run in random order.\n",
            needed.better_than_before, needed.not_merely_half
        ));
    }
    if let Some(neighbours) = &found.neighbours {
        out.push_str(&format!("\n{}\n", neighbours_line(neighbours)));
    }
    out.push_str(&unneeded(found));
    out.push_str(&where_proven(body, found));
    Some(out.trim_end().to_owned())
}

fn row(name: &str, expected: &str, stage: &Stage) -> Vec<String> {
    let right = if expected == "green" {
        stage.passes > 0 && stage.failures == 0 && stage.uncounted == 0
    } else {
        stage.failures > 0
    };
    let grade = match stage.grade {
        Some(Grade::Same) => ", same failure",
        Some(Grade::SameKind) => ", same kind of failure",
        Some(Grade::Different) => ", another failure",
        None => "",
    };
    let word = match (expected, right) {
        ("green", true) => "🟢 green".to_owned(),
        (_, true) => format!("🔴 red{grade}"),
        _ => format!(
            "⚠️ not as expected{}",
            stage.problem.as_deref().map(|p| format!(": {}", text(p))).unwrap_or_default()
        ),
    };
    let uncounted =
        if stage.uncounted > 0 { format!(" (+{} not counted)", stage.uncounted) } else { String::new() };
    vec![
        name.to_owned(),
        expected.to_owned(),
        format!("{}{uncounted}", stage.runs),
        stage.passes.to_string(),
        stage.failures.to_string(),
        word,
    ]
}

fn neighbours_line(found: &Neighbours) -> String {
    let mut line = format!(
        "Neighbouring tests ({}): {} passed and {} failed before, {} passed and {} failed after.",
        text(&found.chosen_by),
        found.passed_before,
        found.failed_before,
        found.passed_after,
        found.failed_after
    );
    if !found.flaky.is_empty() {
        let names: Vec<String> = found.flaky.iter().take(5).map(|id| code(id)).collect();
        line.push_str(&format!(
            " Failed now and then, no more often than without the change: {}.",
            names.join(", ")
        ));
    }
    if !found.unconfirmed.is_empty() {
        let names: Vec<String> = found.unconfirmed.iter().take(5).map(|id| code(id)).collect();
        line.push_str(&format!(
            " Perhaps newly failing (there was no time to be sure): {}.",
            names.join(", ")
        ));
    }
    if !found.not_run.is_empty() {
        let names: Vec<String> = found.not_run.iter().take(5).map(|id| text(id)).collect();
        line.push_str(&format!(" Not run: {}.", names.join("; ")));
    }
    line
}

/// Parts that the proof could do without.
fn unneeded(found: &Verification) -> String {
    let Some(smaller) = found.minimisation.as_ref().filter(|one| !one.dropped) else { return String::new() };
    let places: Vec<String> = smaller
        .unneeded_hunks
        .iter()
        .take(10)
        .map(|hunk| code(&format!("{}:{}-{}", hunk.file, hunk.first_line, hunk.last_line)))
        .collect();
    if places.is_empty() {
        return String::new();
    }
    format!("\nThe test passes without these parts of the change: {}.\n", places.join(", "))
}

fn where_proven(body: &Body<'_>, found: &Verification) -> String {
    let Some(base) = found.base.as_deref() else { return String::new() };
    if body.base_moved() {
        return format!(
            "\nProven on {}. The base has moved on to {} since: the change still applies there, but was not proven there.\n",
            code(base),
            code(&body.tip.commit)
        );
    }
    format!("\nProven on {}, from which this branch starts.\n", code(base))
}

pub(super) fn performance(body: &Body<'_>) -> Option<String> {
    let found = body.evidence.verification.as_ref()?.performance.as_ref()?;
    let rows = [("Before", &found.before, found.median_before), ("After", &found.after, found.median_after)]
        .map(|(name, values, median)| {
            let low = values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            vec![
                name.to_owned(),
                values.len().to_string(),
                format!("{median:.3}"),
                if values.is_empty() { "–".to_owned() } else { format!("{low:.3} … {high:.3}") },
            ]
        });
    Some(format!(
        "## Performance\n\n{}\nMetric {}: {:+.1} %{}, target {} {}.",
        table(&["", "Runs", "Median", "Range"], &rows),
        code(&found.metric),
        found.change * 100.0,
        found.ratio_interval.map_or(String::new(), |ratio| format!(
            " (95 % interval {:+.1} % to {:+.1} %)",
            (ratio.low - 1.0) * 100.0,
            (ratio.high - 1.0) * 100.0
        )),
        code(&found.target.to_string()),
        match (&found.noise, found.met) {
            (Some(noise), _) => format!("not shown: {}", text(noise)),
            (None, true) => "met".to_owned(),
            (None, false) => "not met".to_owned(),
        }
    ))
}

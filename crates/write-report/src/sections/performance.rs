//! Numbers before and after; absent when none were asked for.

use regreen_case::PerformanceResult;

use crate::facts::Facts;
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let asked = facts.documents.task.get().is_some_and(|task| task.performance.is_some());
    let Some(found) = facts.documents.verification.get().and_then(|found| found.performance.as_ref()) else {
        return asked.then(|| "A target was given, but nothing was measured.\n".to_owned());
    };
    let rows = vec![
        vec![
            "Before".to_owned(),
            found.before.len().to_string(),
            number(found.median_before),
            values(&found.before),
        ],
        vec![
            "After".to_owned(),
            found.after.len().to_string(),
            number(found.median_after),
            values(&found.after),
        ],
    ];
    Some(format!(
        "Measured: {}{}, before and after in turn.\n\n{}\nChange of the median: {}{}. Target `{}`: {}.\n",
        markdown::code(&found.metric),
        found.unit.as_deref().map(|unit| format!(" in {}", markdown::text(unit))).unwrap_or_default(),
        markdown::table(&["", "Runs", "Median", "Values"], &rows),
        markdown::percent(found.change),
        interval(found),
        found.target,
        met(found)
    ))
}

/// How sure the change and the median after are.
fn interval(found: &PerformanceResult) -> String {
    let of_change = found.ratio_interval.map(|ratio| {
        let (low, high) = (ratio.low - 1.0, ratio.high - 1.0);
        format!(" (95 % interval {} to {})", markdown::percent(low), markdown::percent(high))
    });
    let of_median = found
        .after_interval
        .map(|after| format!("; median after between {} and {}", number(after.low), number(after.high)));
    of_change.into_iter().chain(of_median).collect()
}

fn met(found: &PerformanceResult) -> String {
    match (&found.noise, found.met) {
        (Some(noise), _) => format!("not shown, {}", markdown::text(noise)),
        (None, true) => "met".to_owned(),
        (None, false) => "not met".to_owned(),
    }
}

fn number(value: f64) -> String {
    let shown = format!("{value:.3}");
    shown.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn values(values: &[f64]) -> String {
    let mut shown: Vec<_> = values.iter().take(20).map(|value| number(*value)).collect();
    if values.len() > 20 {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

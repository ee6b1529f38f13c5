//! Numbers before and after; absent when none were asked for.

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
        "Measured: {}, before and after in turn.\n\n{}\nChange of the median: {}. Target `{}`: {}.\n",
        markdown::code(&found.metric),
        markdown::table(&["", "Runs", "Median", "Values"], &rows),
        markdown::percent(found.change),
        found.target,
        if found.met { "met" } else { "not met" }
    ))
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

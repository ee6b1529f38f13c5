//! What the fixers cost, as far as they say.

use regreen_case::Cost;

use crate::facts::Facts;
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let attempts = facts.documents.fix.get().map(|fix| fix.attempts.as_slice()).unwrap_or_default();
    if facts.cost == Cost::default() {
        return Some("No fixer reported a cost.\n".to_owned());
    }
    let mut rows: Vec<_> = attempts
        .iter()
        .filter(|attempt| attempt.cost != Cost::default())
        .map(|attempt| {
            row(&format!("{} {}", attempt.number, markdown::code_cell(&attempt.fixer)), &attempt.cost)
        })
        .collect();
    rows.push(row("Sum", &facts.cost));
    Some(markdown::table(&["Attempt", "US dollars", "Turns", "Tokens in", "Tokens out"], &rows))
}

fn row(name: &str, cost: &Cost) -> Vec<String> {
    let count = |value: Option<u64>| value.map_or("not reported".to_owned(), |value| value.to_string());
    vec![
        name.to_owned(),
        cost.usd.map_or("not reported".to_owned(), |usd| format!("{usd:.4}")),
        count(cost.turns),
        count(cost.input_tokens),
        count(cost.output_tokens),
    ]
}

//! Whom to ask.

use crate::facts::Facts;
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    if facts.people.is_empty() {
        return Some(
            "Nobody could be named: no owner and no author is known for the code in question.\n".to_owned(),
        );
    }
    Some(markdown::list(
        facts
            .people
            .iter()
            .map(|person| format!("{}: {}", markdown::text(&person.who), markdown::text(&person.why))),
    ))
}

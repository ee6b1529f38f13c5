//! Why it failed, as far as somebody found out.

use regreen_case::FixStatus;

use crate::facts::Facts;
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let fix = facts.documents.fix.get().filter(|fix| fix.status != FixStatus::Skipped)?;
    if fix.root_cause.is_none() && fix.hypothesis.is_none() {
        return Some("Not known: no fixer got far enough to name it.\n".to_owned());
    }
    let by = fix.fixer.as_deref().map_or("the fixer".to_owned(), markdown::code);
    let mut out = String::new();
    if let Some(cause) = &fix.root_cause {
        out.push_str(&format!("As {by} sees it:\n\n{}\n", markdown::fence("text", cause, 4_000)));
    }
    if let Some(hypothesis) = &fix.hypothesis {
        out.push_str(&format!(
            "Why the change should help:\n\n{}",
            markdown::fence("text", hypothesis, 4_000)
        ));
    }
    Some(out)
}

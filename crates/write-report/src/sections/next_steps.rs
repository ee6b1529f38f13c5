//! What the reader should do now.

use regreen_case::{Ending, ReproductionStatus};

use crate::facts::Facts;
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let ending = facts.conclusion.ending;
    let mut steps = vec![ending.next_step().to_owned()];
    if let Some(found) = facts.documents.reproduction.get() {
        steps.extend(found.next_steps.iter().map(|step| markdown::text(step)));
        if found.status == ReproductionStatus::Reproduced && ending != Ending::Fixed {
            steps.push("See the failure yourself: run `reproduction/run_test.sh` in the case.".to_owned());
        }
    }
    if ending != Ending::Fixed {
        match facts.people.first() {
            Some(person) => {
                steps.push(format!("Ask {}: {}.", markdown::text(&person.who), markdown::text(&person.why)));
            }
            None => steps.push("Ask whoever last changed the code named above.".to_owned()),
        }
        let case = facts.case.root().display().to_string();
        let command = format!("regreen run --resume --case {}", shell_word(&case));
        steps.push(format!("Go on where it ended: {}.", markdown::code(&command)));
    }
    steps.dedup();
    Some(steps.iter().enumerate().map(|(i, step)| format!("{}. {step}\n", i + 1)).collect())
}

pub(super) fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

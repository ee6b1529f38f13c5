//! What the reader should do now.

use regreen_case::{Ending, PullRequestStatus, ReproductionStatus};

use crate::facts::Facts;
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let ending = facts.conclusion.ending;
    let mut steps = vec![first(facts)];
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

/// The advice of the ending; a proven fix that no server knows has yet to be sent.
fn first(facts: &Facts) -> String {
    let ending = facts.conclusion.ending;
    let found = facts.documents.pull_request.get().filter(|_| ending == Ending::Fixed);
    match found.map(|found| (found.status, &found.branch)) {
        Some((PullRequestStatus::WrittenLocally, Some(branch))) => format!(
            "Push the branch {} and open a draft pull request with the text of `pull-request.md`.",
            markdown::code(branch)
        ),
        Some((PullRequestStatus::DryRun, _)) => {
            "Read `pull-request.md` and `fix.patch`, then run open-pr without the dry run.".to_owned()
        }
        Some((PullRequestStatus::BranchOnly, _)) => {
            "Open the pull request by hand: the reason below has the link.".to_owned()
        }
        _ => ending.next_step().to_owned(),
    }
}

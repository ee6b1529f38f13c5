//! The pull request's text: what, why, and the evidence with the way to see it again.
//!
//! Sections are functions in a fixed order; what does not fit into GitHub's limit is cut from the end.

use regreen_case::{CiStart, Person, RecommendedWorkflow};

use crate::candidate::Candidate;
use crate::evidence::Evidence;
use crate::forge::Tip;
use crate::identity::Identity;

mod about;
mod evidence;
mod surroundings;

/// GitHub takes 65,536 characters.
const MAX_BYTES: usize = 65_000;

/// All that the text is made from.
#[derive(Debug)]
pub(crate) struct Body<'a> {
    pub(crate) evidence: &'a Evidence,
    pub(crate) identity: &'a Identity,
    pub(crate) candidate: &'a Candidate,
    pub(crate) tip: &'a Tip,
    pub(crate) proven: bool,
    pub(crate) people: &'a [Person],
    pub(crate) workflows: &'a [RecommendedWorkflow],
    /// Content of the reproduction's own test files: path, text.
    pub(crate) tests: &'a [(String, String)],
    /// Whether the branch is in the local repository only.
    pub(crate) local: bool,
    /// Whether CI started, once that is known.
    pub(crate) ci: Option<CiStart>,
}

impl Body<'_> {
    /// Whether the branch starts from another commit than the one that was proven.
    pub(crate) fn base_moved(&self) -> bool {
        self.evidence.proven_on().is_some_and(|proven| proven != self.tip.commit)
    }

    /// The text.
    pub(crate) fn render(&self) -> String {
        let sections: [fn(&Body<'_>) -> Option<String>; 11] = [
            about::warning,
            about::doubt,
            about::summary,
            about::cause,
            about::changes,
            evidence::proof,
            evidence::performance,
            surroundings::rerun,
            surroundings::ci,
            surroundings::workflows,
            surroundings::people,
        ];
        let mut parts: Vec<String> = sections.iter().filter_map(|section| section(self)).collect();
        parts.push(about::footer(self));
        let text = parts.join("\n\n");
        let notice = "\n\n> The text was cut here; the whole report is in the run's artifacts.\n";
        regreen_runner::cut_at_sections(&text, MAX_BYTES, notice).into_owned()
    }
}

#[cfg(test)]
mod tests;

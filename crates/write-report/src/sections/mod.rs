//! The sections of the report: one file each, listed here in reading order.
//!
//! A section gets the facts and returns its body, or nothing when it has nothing to say. It never
//! fails and never claims what no document shows.

mod attempts;
mod confidence;
mod cost;
mod culprit;
mod earlier_cases;
mod evidence;
mod failure;
mod head;
mod input;
mod lessons;
mod next_steps;
mod people;
mod performance;
mod pull_request;
mod reproduction;
mod root_cause;
mod technical;
mod timeline;

use crate::facts::Facts;

/// A section: its heading, and what writes its body.
pub(crate) struct Section {
    heading: &'static str,
    body: fn(&Facts) -> Option<String>,
}

/// All of them, in reading order. The head, which carries the status, comes before.
pub(crate) const SECTIONS: &[Section] = &[
    Section { heading: "Next steps", body: next_steps::body },
    Section { heading: "Input", body: input::body },
    Section { heading: "Failure", body: failure::body },
    Section { heading: "Reproduction", body: reproduction::body },
    Section { heading: "Root cause", body: root_cause::body },
    Section { heading: "Attempts", body: attempts::body },
    Section { heading: "Evidence", body: evidence::body },
    Section { heading: "Performance", body: performance::body },
    Section { heading: "Pull request", body: pull_request::body },
    Section { heading: "People", body: people::body },
    Section { heading: "Technical details", body: technical::body },
    Section { heading: "Lessons", body: lessons::body },
    Section { heading: "Timeline", body: timeline::body },
    Section { heading: "Cost", body: cost::body },
];

/// The whole report.
pub(crate) fn render(facts: &Facts) -> String {
    let mut markdown = head::text(facts);
    for section in SECTIONS {
        if let Some(body) = (section.body)(facts) {
            markdown.push_str(&format!("\n## {}\n\n{}\n", section.heading, body.trim_end()));
        }
    }
    markdown
}

/// What a section says when its document cannot be used.
fn unusable(file: &str, problem: Option<String>) -> String {
    let problem = problem.unwrap_or_else(|| "missing".to_owned());
    format!("Nothing is known: {file} is {}.\n", crate::markdown::text(&problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_is_there_once() {
        let mut headings: Vec<_> = SECTIONS.iter().map(|section| section.heading).collect();
        headings.sort_unstable();
        headings.dedup();
        assert_eq!(headings.len(), SECTIONS.len());
    }
}

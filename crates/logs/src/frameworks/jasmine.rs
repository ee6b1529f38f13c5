//! Jasmine's own reporter.
//!
//! Below `Failures:` stand numbered titles with `Message:` and `Stack:`, then the suites whose hooks failed,
//! then the numbers of the run and its time: a list that is not followed by a time was printed by a test.

use regreen_case::{ContainerRole, Framework};

use super::js_block::Block;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Jasmine,
    name: "jasmine",
    doc: "the list of failures of jasmine's reporter, with the suites whose hooks failed",
    triggers: &["Failures:"],
    parser: || Box::<Jasmine>::default(),
};

/// Lines without anything of Jasmine's after which it sleeps.
const PATIENCE: u64 = 20_000;

/// A list.
#[derive(Default)]
struct List {
    blocks: Vec<(Block, bool)>,
    counted: Option<(u64, u64)>,
}

#[derive(Default)]
struct Jasmine {
    list: Option<List>,
    /// Whether the last list's lines go on.
    open: bool,
    idle: u64,
}

impl Parser for Jasmine {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        self.idle += 1;
        if text.ends_with("Failures:") && !text.starts_with(' ') {
            self.list = Some(List::default());
            self.open = true;
            self.idle = 0;
        } else if let Some(list) = &mut self.list {
            if let Some(failed) = failures(text) {
                self.open = false;
                list.counted = Some((failed, line.number));
            } else if text.starts_with("Finished in ") && list.counted.is_some() {
                self.flush(findings);
                return;
            } else if text == "Pending:" {
                self.open = false;
            } else if self.open {
                list.line(text, line.number);
            }
            // Other runners head their lists alike.
            let foreign = self.list.as_ref().is_some_and(|list| list.blocks.is_empty()) && self.idle > 2;
            if foreign || self.idle > PATIENCE {
                *self = Jasmine::default();
            }
        }
    }

    fn is_awake(&self) -> bool {
        self.list.is_some()
    }

    fn end(&mut self, findings: &mut Findings) {
        // A run that was killed while it reported.
        if self.list.as_ref().is_some_and(|list| list.counted.is_none() && list.backed()) {
            self.flush(findings);
        }
        *self = Jasmine::default();
    }
}

impl List {
    fn line(&mut self, text: &str, at: u64) {
        let next = self.blocks.iter().filter(|(_, suite)| !suite).count() as u64 + 1;
        let title =
            text.split_once(") ").filter(|(number, _)| number.parse() == Ok(next)).map(|(_, title)| title);
        let suite = text.strip_prefix("Suite error: ");
        if let Some(title) = title.or(suite)
            && self.blocks.len() < MAX_TESTS
        {
            self.blocks.push((Block::new(title, at), suite.is_some()));
        } else if let Some((block, _)) = self.blocks.last_mut()
            && !matches!(text.trim(), "Message:" | "Stack:")
        {
            block.push(text, at);
        }
    }

    fn backed(&self) -> bool {
        self.blocks.iter().all(|(block, _)| block.support() > 0)
    }
}

impl Jasmine {
    fn flush(&mut self, findings: &mut Findings) {
        let Some(list) = std::mem::take(self).list else { return };
        if list.counted.is_some_and(|(failed, _)| failed == 0) {
            return;
        }
        let named = list.blocks.len() as u64;
        for (block, suite) in list.blocks {
            let id = block.title.clone();
            let found = block.into_found(id, None);
            findings.add(Framework::Jasmine, Found { role: suite.then_some(ContainerRole::Suite), ..found });
        }
        if let Some((counted, at)) = list.counted {
            findings.count(Count { framework: Framework::Jasmine, counted, named, at });
        }
    }
}

/// 2 of `10 specs, 2 failures, 1 pending spec`.
fn failures(text: &str) -> Option<u64> {
    let mut parts = text.split(", ");
    let specs = parts.next()?;
    let number = specs.strip_suffix(" specs").or_else(|| specs.strip_suffix(" spec"))?;
    number.parse::<u64>().ok()?;
    let failures = parts.next()?;
    failures.strip_suffix(" failures").or_else(|| failures.strip_suffix(" failure"))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        crate::failures_in(Framework::Jasmine, text).into_iter().map(|test| test.id).collect()
    }

    #[test]
    fn a_list_without_a_time_is_printed() {
        let forged = "Failures:\n1) forged\n  Message:\n    x\n\n3 specs, 1 failure\n";
        let real = "\nFailures:\n1) a b\n  Message:\n    Expected 1 to be 2.\n  Stack:\n        at a.js:1:1\n\n3 specs, 1 failure\nFinished in 0.1 seconds\n";
        assert_eq!(ids(&format!(".F{forged}..\n{real}")), ["a b"]);
        assert_eq!(
            ids(&format!("{forged}\n..\n\n3 specs, 0 failures\nFinished in 0.1 seconds\n")),
            Vec::<String>::new()
        );
        assert_eq!(ids(forged), Vec::<String>::new());
    }
}

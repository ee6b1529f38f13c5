//! Twisted's trial: reports like unittest's, with the ids below the traceback that they share.

use regreen_case::Framework;

use super::traceback::{self, Numbered};
use super::unittest_lines::Counts;
use super::{Entry, Findings, Found, Line, MAX_BLOCK_LINES, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::nearest_project;
use crate::text::{clip, push_line};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Unittest,
    name: "trial",
    doc: "trial's blocks of failures, errors and unexpected successes, with one or several ids each",
    triggers: &["[FAIL]", "[ERROR]"],
    parser: || Box::<Trial>::default(),
};

/// Width of its rules.
const WIDTH: usize = 79;
/// Lines without an end after which a report was none.
const PATIENCE: usize = 20_000;

#[derive(Default)]
struct Trial {
    /// Blocks between two rules; the last one is being read.
    blocks: Vec<Vec<Numbered>>,
    awake: bool,
    below_rule: bool,
    ran: bool,
    waited: usize,
}

impl Parser for Trial {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        if self.awake {
            self.inside(text, line.number, findings);
        } else if is_label(text) && line.above.lines().next().is_some_and(|above| is_rule(&above, '=')) {
            self.awake = true;
            self.blocks.push(vec![(line.number, text.to_owned())]);
        }
    }

    fn is_awake(&self) -> bool {
        self.awake
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(None, findings);
    }
}

impl Trial {
    fn inside(&mut self, text: &str, number: u64, findings: &mut Findings) {
        self.waited += 1;
        let below_rule = std::mem::replace(&mut self.below_rule, is_rule(text, '='));
        if self.ran {
            if let Some(counts) = Counts::read(text) {
                self.close(Some((counts, number)), findings);
            } else if !text.is_empty() || self.waited > PATIENCE {
                self.close(None, findings);
            }
        } else if text.starts_with("Ran ") && text.contains(" tests in ") {
            self.ran = true;
        } else if below_rule && is_label(text) {
            if self.blocks.len() < MAX_TESTS {
                self.blocks.push(vec![(number, text.to_owned())]);
            }
        } else if self.waited > PATIENCE {
            self.close(None, findings);
        } else if !self.below_rule
            && !is_rule(text, '-')
            && let Some(block) = self.blocks.last_mut()
            && block.len() < MAX_BLOCK_LINES
        {
            block.push((number, clip(text, 2000)));
        }
    }

    fn close(&mut self, counts: Option<(Counts, u64)>, findings: &mut Findings) {
        let mut named = 0;
        for block in std::mem::take(self).blocks {
            let label = block.first().map_or("", |(_, text)| text.as_str());
            if matches!(label, "[FAIL]" | "[ERROR]" | "[SUCCESS!?!]") {
                named += give(&block, findings);
            }
        }
        if let Some((counts, at)) = counts {
            let counted = counts.sum();
            findings.count(Count { framework: Framework::Unittest, counted, named, at });
        }
    }
}

/// Names the tests of a block: the lines behind its last empty one.
fn give(block: &[Numbered], findings: &mut Findings) -> u64 {
    let ids: Vec<&str> = block
        .iter()
        .rev()
        .map(|(_, line)| line.as_str())
        .skip_while(|line| line.is_empty())
        .take_while(|line| is_id(line))
        .collect();
    let end = block.len().saturating_sub(ids.len());
    let mut trace = traceback::read(&block[1..end.max(1)]);
    if let Some(message) = trace.message.strip_prefix("Failure: ") {
        trace.message = message.to_owned();
    }
    let name = trace.message.split([':', '\n']).next().unwrap_or_default();
    let mut kind = name.rsplit('.').next().unwrap_or_default().to_owned();
    if block[0].1.starts_with("[SUCCESS") {
        "unexpected success".clone_into(&mut kind);
    }
    let mut text = String::new();
    for (_, line) in block {
        push_line(&mut text, line, 5000);
    }
    for id in ids.iter().rev() {
        let nearest = trace.frames.iter().rev().find(|frame| frame.project);
        findings.add(
            Framework::Unittest,
            Found {
                id: (*id).to_owned(),
                file: nearest.map(|frame| frame.file.clone()),
                line: nearest.map(|frame| frame.line),
                kind: kind.clone(),
                message: trace.message.clone(),
                place: nearest_project(&trace.frames),
                frames: trace.frames.clone(),
                at: block[0].0,
                cause_at: trace.at,
                block: text.clone(),
                ..Found::default()
            },
        );
    }
    ids.len() as u64
}

fn is_label(text: &str) -> bool {
    matches!(text, "[FAIL]" | "[ERROR]" | "[SUCCESS!?!]" | "[TODO]" | "[SKIPPED]")
}

fn is_rule(text: &str, of: char) -> bool {
    let text = text.trim_end();
    text.len() == WIDTH && text.chars().all(|c| c == of)
}

/// `package.module.Class.method`, a subtest's parameters behind it.
fn is_id(text: &str) -> bool {
    let name = text.split([' ', '(', '[']).next().unwrap_or_default();
    !name.is_empty()
        && !name.ends_with(':')
        && name.split('.').all(|part| {
            !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        })
        && (name.len() == text.len() || text[name.len()..].starts_with([' ', '(', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_fail_alike_share_a_block_and_the_rest_is_left_alone() {
        let rule = "=".repeat(WIDTH);
        let line = "-".repeat(WIDTH);
        let text = format!(
            "{rule}\n[SKIPPED]\nno\n\nm.T.test_skip\n{rule}\n[FAIL]\nTraceback (most recent call last):\n  File \"/w/m.py\", line 5, in test_a\n    self.assertEqual(1, 2)\ntwisted.trial.unittest.FailTest: not equal:\na = 1\nb = 2\n\n\nm.T.test_a\nm.T.test_b\n{rule}\n[ERROR]\nTraceback (most recent call last):\nFailure: builtins.ValueError: d\n\nm.T.test_c\n{rule}\n[TODO]\nReason: 'later'\n\nm.T.test_todo\n{line}\nRan 5 tests in 0.2s\n\nFAILED (skips=1, failures=2, errors=1)\n"
        );
        let extraction = crate::extract(text.as_bytes(), "logs/a.log").unwrap();
        let shown: Vec<_> =
            extraction.tests.iter().map(|test| (test.id.as_str(), test.kind.as_str())).collect();
        assert_eq!(
            shown,
            [("m.T.test_a", "FailTest"), ("m.T.test_b", "FailTest"), ("m.T.test_c", "ValueError")]
        );
        assert_eq!(extraction.tests[2].message, "builtins.ValueError: d");
        assert!(extraction.warnings.is_empty(), "{:?}", extraction.warnings);
        assert_eq!(extraction.cause.unwrap().log.unwrap().line, 11);
    }
}

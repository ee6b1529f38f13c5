//! stestr, and ostestr and testr before it: results with a worker before and a duration behind the id.

use regreen_case::{ContainerRole, Framework};

use super::traceback::{self, Numbered};
use super::unittest_lines::is_hook;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::nearest_project;
use crate::text::{clip, push_line};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Unittest,
    name: "stestr",
    doc: "stestr's results with the captured traceback, and its totals",
    triggers: &["] ... FAILED", " - Failed: "],
    parser: || Box::<Stestr>::default(),
};

/// Lines of a block that are looked at.
const LINES: usize = 400;

#[derive(Default)]
struct Stestr {
    /// The test in hand.
    id: String,
    at: u64,
    lines: Vec<Numbered>,
    /// Tests named so far.
    ids: Vec<String>,
    named: u64,
}

impl Parser for Stestr {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        if let Some(id) = failed(text) {
            self.close(findings);
            (self.id, self.at) = (clip(id, 1024), line.number);
        } else if let Some(number) = text.strip_prefix(" - Failed: ") {
            self.close(findings);
            if let Ok(failed) = number.parse::<u64>()
                && self.named > 0
            {
                let above = line.above.lines().next().unwrap_or_default();
                let unexpected = above.trim().strip_prefix("- Unexpected Success: ");
                let unexpected = unexpected.and_then(|number| number.parse().ok()).unwrap_or(0);
                let counted = u64::saturating_add(failed, unexpected);
                let named = self.named;
                findings.count(Count { framework: Framework::Unittest, counted, named, at: line.number });
            }
            self.named = 0;
        } else if self.is_awake() {
            // The whole is printed again below this rule.
            if result(text) || text == "==============================" || self.lines.len() >= LINES {
                self.close(findings);
            } else {
                self.lines.push((line.number, clip(text, 2000)));
            }
        }
    }

    fn is_awake(&self) -> bool {
        !self.id.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(findings);
        *self = Stestr::default();
    }
}

impl Stestr {
    fn close(&mut self, findings: &mut Findings) {
        let id = std::mem::take(&mut self.id);
        let lines = std::mem::take(&mut self.lines);
        if id.is_empty() {
            return;
        }
        self.named += 1;
        if self.ids.len() >= MAX_TESTS || self.ids.contains(&id) {
            return;
        }
        self.ids.push(id.clone());
        let from = lines.iter().position(|(_, line)| line == "Captured traceback:").map_or(0, |at| at + 2);
        let shown = lines.iter().skip(from).take_while(|(_, line)| !line.starts_with("Captured "));
        let own: Vec<Numbered> =
            shown.map(|(at, line)| (*at, line.strip_prefix("    ").unwrap_or(line).to_owned())).collect();
        let trace = read(&own);
        let nearest = trace.frames.iter().rev().find(|frame| frame.project);
        let mut text = format!("{id} ... FAILED\n");
        for (_, line) in &lines {
            push_line(&mut text, line, 5000);
        }
        let found = Found {
            role: is_hook(&id).then_some(ContainerRole::Hook),
            file: nearest.map(|frame| frame.file.clone()),
            line: nearest.map(|frame| frame.line),
            kind: trace.kind,
            message: trace.message,
            place: nearest_project(&trace.frames),
            frames: trace.frames,
            at: self.at,
            cause_at: trace.at,
            block: text,
            id,
            ..Found::default()
        };
        findings.add(Framework::Unittest, found);
    }
}

/// Source lines lose their indentation here: what follows a frame up to the next empty line is source.
fn read(lines: &[Numbered]) -> traceback::Traceback {
    let mut kept = Vec::new();
    let mut source = false;
    for (at, line) in lines {
        if line.trim_start().starts_with("File \"") {
            source = true;
        } else if line.is_empty() {
            source = false;
        } else if source {
            continue;
        }
        kept.push((*at, line.clone()));
    }
    traceback::read(&kept)
}

/// `{0} package.module.Class.test [0.01s] ... FAILED`.
fn failed(text: &str) -> Option<&str> {
    let rest = text.strip_suffix("s] ... FAILED")?;
    let id = rest.strip_prefix('{')?.split_once("} ")?.1;
    let (id, time) = id.rsplit_once(" [")?;
    (!id.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')).then_some(id)
}

/// The line of another test.
fn result(text: &str) -> bool {
    text.starts_with('{') && text.contains("] ... ") || text.starts_with('{') && text.contains(" ... SKIPPED")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_with_their_tracebacks_and_once() {
        let text = "\
{1} m.T.test_ok [0.000119s] ... ok
{0} m.T.test_a [0.000119s] ... FAILED

Captured traceback:
~~~~~~~~~~~~~~~~~~~
    Traceback (most recent call last):

      File \"/w/m.py\", line 48, in test_a
    self.fail('no')

    AssertionError: no

{1} setUpClass (m.T) [0.0s] ... FAILED

Captured traceback:
~~~~~~~~~~~~~~~~~~~
    Traceback (most recent call last):

    OSError: gone

{1} m.T.test_a [0.000119s] ... FAILED
Totals
======
 - Passed: 1
 - Failed: 3
";
        let extraction = crate::extract(text.as_bytes(), "logs/a.log").unwrap();
        assert_eq!(extraction.tests.len(), 1);
        let test = &extraction.tests[0];
        assert_eq!(
            (test.id.as_str(), test.kind.as_str(), test.line),
            ("m.T.test_a", "AssertionError", Some(48))
        );
        assert_eq!(test.message, "AssertionError: no");
        assert_eq!(extraction.containers[0].role, ContainerRole::Hook);
        assert!(extraction.warnings.is_empty(), "{:?}", extraction.warnings);
    }
}

//! AVA's own reporter.
//!
//! Tests are named as they fail (`✘ [fail]: title why`), and again, without the reason, above what explains
//! them, below a rule. Explanations that are followed by further results were printed by a test.

use regreen_case::{ContainerRole, Framework};

use super::js_block::{Block, kind_of, place_of};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Ava,
    name: "ava",
    doc: "tests that fail, hooks and unexpected passes with their explanations, AVA 1 to 7",
    triggers: &["\u{2718} [", "\u{2716} "],
    parser: || Box::<Ava>::default(),
};

/// Lines without anything of AVA's after which it sleeps.
const PATIENCE: u64 = 20_000;

#[derive(Default)]
struct Ava {
    /// Titles with their reasons, as they failed.
    announced: Vec<String>,
    /// Whether the rule was seen, or the older heading.
    explaining: bool,
    blocks: Vec<Block>,
    counted: u64,
    counted_at: u64,
    blank: bool,
    idle: u64,
}

impl Parser for Ava {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        self.idle += 1;
        let bare = text.strip_prefix("  ").filter(|bare| !bare.starts_with(' '));
        if let Some(announced) = bare.and_then(announced) {
            self.idle = 0;
            if self.explaining {
                *self = Ava { announced: std::mem::take(&mut self.announced), ..Ava::default() };
            }
            if self.announced.len() < MAX_TESTS {
                self.announced.push(clip(announced, 2000));
            }
        } else if self.announced.is_empty() {
            return;
        } else if bare.is_some_and(|bare| bare.starts_with("✔ ")) {
            self.explaining = false;
            self.blocks.clear();
            self.counted = 0;
        } else if let Some(failed) = bare.and_then(count) {
            self.counted = self.counted.saturating_add(failed);
            self.counted_at = line.number;
            self.explaining = true;
        } else if bare == Some("─") {
            self.explaining = true;
        } else if self.explaining {
            self.explanation(bare, text, line.number);
        }
        self.blank = text.is_empty();
        if self.idle > PATIENCE {
            self.flush(findings);
        }
    }

    fn is_awake(&self) -> bool {
        !self.announced.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

impl Ava {
    fn explanation(&mut self, bare: Option<&str>, text: &str, at: u64) {
        let is_title = |title: &&str| {
            let same = |known: &&String| {
                known.strip_prefix(*title).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            };
            let used = self.blocks.iter().any(|block| block.title == **title);
            self.blank && !used && self.announced.iter().any(|known| same(&known))
        };
        if let Some(title) = bare.filter(is_title) {
            self.idle = 0;
            self.blocks.push(Block::new(title, at));
        } else if let Some(block) = self.blocks.last_mut() {
            block.push(text, at);
        }
    }

    fn flush(&mut self, findings: &mut Findings) {
        let run = std::mem::take(self);
        if run.counted == 0 {
            return;
        }
        let named = run.blocks.len() as u64;
        for mut block in run.blocks {
            let id = block.title.clone();
            // AVA prints the place alone on a line, above the code.
            let place = block.lines.iter().take(4).find_map(|(_, text)| place_of(text.trim()));
            trim(&mut block.lines);
            let hook = id.ends_with(" hook") || id.contains(" hook for ");
            let mut found = block.into_found(id, None);
            if let (Some((file, line)), None) = (place, found.line) {
                (found.file, found.line) = (Some(file), Some(line));
            }
            findings.add(Framework::Ava, Found { role: hook.then_some(ContainerRole::Hook), ..found });
        }
        let (framework, counted, at) = (Framework::Ava, run.counted, run.counted_at);
        findings.count(Count { framework, counted, named, at });
    }
}

/// Leaves out what stands before the explanation: the place, the code, and the error as an object.
fn trim(lines: &mut Vec<(u64, String)>) {
    let named = |text: &str| !kind_of(text.trim()).is_empty() && !text.ends_with([':', '{']);
    if let Some(error) = lines.iter().position(|(_, text)| named(text)) {
        lines.drain(..error);
        return;
    }
    let is_code = |text: &str| {
        text.trim_start().split_once(": ").is_some_and(|(number, _)| number.parse::<u32>().is_ok())
    };
    lines.retain(|(_, text)| !is_code(text) && (place_of(text.trim()).is_none() || text.contains("at ")));
}

/// Title and reason of a failure as it happens.
fn announced(bare: &str) -> Option<&str> {
    if let Some(rest) = bare.strip_prefix("✘ [") {
        let (word, rest) = rest.split_once("]: ")?;
        return matches!(word, "fail" | "unexpected pass").then_some(rest);
    }
    let rest = bare.strip_prefix("✖ ")?;
    let rest = rest.strip_prefix("[fail]: ").unwrap_or(rest);
    (!rest.starts_with(|c: char| c.is_ascii_digit())).then_some(rest)
}

/// 2 of `2 tests failed` and `1 hook failed`.
fn count(bare: &str) -> Option<u64> {
    let (number, rest) = bare.split_once(' ')?;
    matches!(rest, "test failed" | "tests failed" | "hook failed" | "hooks failed")
        .then(|| number.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        crate::failures_in(Framework::Ava, text).into_iter().map(|test| test.id).collect()
    }

    #[test]
    fn titles_lose_the_reason() {
        let text = "  ✘ [fail]: a › b Error thrown in test\n  ─\n\n  a › b\n\n  a.js:3\n\n  Error: x\n\n  ─\n\n  1 test failed\n";
        assert_eq!(ids(text), ["a › b"]);
        let old = "  ✖ a › b Error thrown in test\n\n  1 test failed\n\n  a › b\n\n  a.js:3\n\n  Error: x\n";
        assert_eq!(ids(old), ["a › b"]);
        assert_eq!(ids(&text.replace("1 test failed", "1 test passed")), Vec::<String>::new());
    }

    #[test]
    fn printed_failures_are_none() {
        let forged = "  ✘ [fail]: forged x\n  1 test failed\n  ─\n\n  forged\n\n  Error: x\n\n";
        let real = "  ✘ [fail]: a x\n  ─\n\n  a\n\n  Error: x\n\n  ─\n\n  1 test failed\n";
        assert_eq!(ids(&format!("{forged}  ✔ b\n{real}")), ["a"]);
        assert_eq!(ids(&format!("{forged}  ✔ b\n  ─\n\n  2 tests passed\n")), Vec::<String>::new());
    }
}

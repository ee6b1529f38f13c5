//! Karma, progress and dots reporters, whatever framework runs in the browsers.
//!
//! A failure is headed `Browser 1.2 (System) suite title FAILED`, and what explains it is indented with a
//! tab. The browser must be one that reports progress: what a test prints seldom names it.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::Framework;

use super::js_block::Block;
use super::{Entry, Findings, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Karma,
    name: "karma",
    doc: "failures of each browser by its name, progress and dots reporters, old and new names of browsers",
    triggers: &[" FAILED"],
    parser: || Box::<Karma>::default(),
};

/// Lines without anything of Karma's after which it sleeps.
const PATIENCE: u64 = 20_000;
/// Most browsers kept.
const MAX_BROWSERS: usize = 64;

#[derive(Default)]
struct Karma {
    blocks: Vec<(String, Block)>,
    /// Whether lines belong to the last block.
    open: bool,
    /// Browsers that report progress, with their latest count of failures and where it stands.
    browsers: Vec<(String, u64, u64)>,
    idle: u64,
}

impl Parser for Karma {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        self.idle += 1;
        if text.starts_with(['\t', ' ']) || text.is_empty() {
            if let Some((_, block)) = self.blocks.last_mut().filter(|_| self.open) {
                block.push(text.trim_start_matches('\t'), line.number);
            }
        } else if let Some((browser, failed)) = executed(text) {
            self.open = false;
            self.idle = 0;
            let full = self.browsers.len() >= MAX_BROWSERS;
            match self.browsers.iter_mut().find(|(known, ..)| known == browser) {
                Some(known) => (known.1, known.2) = (failed, line.number),
                None if full => {}
                None => self.browsers.push((browser.to_owned(), failed, line.number)),
            }
        } else if let Some((browser, title)) = failure(text) {
            self.idle = 0;
            self.open = self.blocks.len() < MAX_TESTS;
            if self.open {
                self.blocks.push((browser.to_owned(), Block::new(title, line.number)));
            }
        } else {
            self.open = false;
        }
        if self.idle > PATIENCE {
            self.flush(findings);
        }
    }

    fn is_awake(&self) -> bool {
        !self.blocks.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

impl Karma {
    fn flush(&mut self, findings: &mut Findings) {
        let run = std::mem::take(self);
        if run.browsers.is_empty() {
            return;
        }
        let mut named = vec![0; run.browsers.len()];
        for (browser, block) in run.blocks {
            let Some(at) = run.browsers.iter().position(|(known, ..)| *known == browser) else { continue };
            if run.browsers[at].1 > 0 {
                named[at] += 1;
                let id = block.title.clone();
                findings.add(Framework::Karma, block.into_found(id, None));
            }
        }
        for ((_, counted, at), named) in run.browsers.into_iter().zip(named) {
            if counted > 0 {
                findings.count(Count { framework: Framework::Karma, counted, named, at });
            }
        }
    }
}

/// Browser and failures of `Chrome 1.2 (Linux): Executed 3 of 5 (2 FAILED) (skipped 1) (1 secs / 1 secs)`.
fn executed(text: &str) -> Option<(&str, u64)> {
    let (browser, rest) = text.split_once("): Executed ")?;
    let browser = &text[..=browser.len()];
    let failed = rest.split_once(" FAILED)").and_then(|(before, _)| before.rsplit_once('(')?.1.parse().ok());
    Some((browser, failed.unwrap_or(0)))
}

/// Browser and title of `Chrome 1.2 (Linux x86_64) suite title FAILED`.
fn failure(text: &str) -> Option<(&str, &str)> {
    static SHAPE: OnceLock<Option<Regex>> = OnceLock::new();
    let rest = text.strip_suffix(" FAILED")?;
    let shape =
        SHAPE.get_or_init(|| Regex::new(r"^([A-Z][\w ()-]*? [0-9][\w.]* \([^()]{1,60}\)) (\S.*)$").ok());
    let found = shape.as_ref()?.captures(rest)?;
    Some((found.get(1)?.as_str(), found.get(2)?.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_from_titles() {
        let split = |text| failure(text).unwrap_or_default();
        assert_eq!(
            split("Chrome Headless 1.2.3 (Linux x86_64) a (b) c FAILED"),
            ("Chrome Headless 1.2.3 (Linux x86_64)", "a (b) c")
        );
        assert_eq!(split("IE 11.0.0 (Windows 8.1.0.0) a FAILED"), ("IE 11.0.0 (Windows 8.1.0.0)", "a"));
        assert_eq!(failure("test a ... FAILED"), None);
    }

    #[test]
    fn a_browser_without_progress_is_no_browser() {
        let text = "Chrome 1.0 (Linux) forged FAILED\n\tx\nIE 9 (Windows 7) s t FAILED\n\tExpected 1 to be 2.\n\t    at a.js:3:1\nIE 9 (Windows 7): Executed 2 of 2 (1 FAILED) (1 secs / 1 secs)\n";
        let found = crate::failures_in(Framework::Karma, text);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].id.as_str(), found[0].message.as_str()), ("s t", "Expected 1 to be 2."));
        assert!(crate::failures_in(Framework::Karma, &text.replace("(1 FAILED)", "SUCCESS")).is_empty());
    }
}

//! The test frameworks: one file each behind one trait, listed in one registry.
//!
//! To add a framework: write `frameworks/<name>.rs` with a parser and an `ENTRY`, put the entry into
//! [`ENTRIES`], and add `fixtures/<name>.log` with `fixtures/<name>.expected`. The registry's tests do
//! the rest: unique names, a doc line, a fixture whose failed tests are exactly the expected ones, and
//! none of them found in any other framework's fixture.

mod cargo_block;
mod cargo_test;
mod go_json;
mod go_output;
mod go_test;
mod pytest;
mod pytest_block;
mod pytest_fatal;
mod pytest_lines;

use regreen_case::{FailedTest, Frame, Framework, LogPosition, Signature};

use crate::text::clip;

/// Longest message kept.
const MAX_MESSAGE: usize = 4096;
/// Most frames kept of one stack.
const MAX_FRAMES: usize = 64;
/// Most failed tests kept of one log. Beyond that nobody reads on.
pub(crate) const MAX_TESTS: usize = 2000;
/// Longest raw block kept for the excerpt.
const MAX_BLOCK: usize = 6 * 1024;
/// Lines of a block that are looked at.
pub(crate) const MAX_BLOCK_LINES: usize = 2000;

/// A line of the log without its frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Text.
    pub(crate) text: &'a str,
    /// One-based number in the log.
    pub(crate) number: u64,
}

/// What a framework says about one failed test.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Found {
    /// Id as printed.
    pub(crate) id: String,
    /// Cargo target, go package.
    pub(crate) suite: Option<String>,
    /// File of the test or failure.
    pub(crate) file: Option<String>,
    /// Line in it.
    pub(crate) line: Option<u32>,
    /// Kind of error; empty when nothing better is printed.
    pub(crate) kind: String,
    /// Message.
    pub(crate) message: String,
    /// Stack, innermost last.
    pub(crate) frames: Vec<Frame>,
    /// What the signature takes for the place. Only what every run of the framework prints alike.
    pub(crate) place: Option<String>,
    /// Where it stands.
    pub(crate) at: u64,
    /// The raw lines.
    pub(crate) block: String,
}

impl Found {
    /// The document's form. `case_path` is `None` for local output, which has no place in the case.
    pub(crate) fn into_test(self, framework: Framework, case_path: Option<&str>) -> FailedTest {
        let kind = if self.kind.is_empty() { "failure".to_owned() } else { clip(&self.kind, 200) };
        let id = clip(&self.id, 1024);
        let message = clip(self.message.trim(), MAX_MESSAGE);
        let signature = Signature::new(Some(framework), Some(&id), &kind, &message, self.place.as_deref());
        let skipped = self.frames.len().saturating_sub(MAX_FRAMES);
        FailedTest {
            framework,
            file: self.file,
            line: self.line,
            kind,
            message,
            frames: self.frames.into_iter().skip(skipped).collect(),
            log: case_path.map(|path| LogPosition { path: path.to_owned(), line: self.at }),
            suite: self.suite,
            signature,
            id,
        }
    }
}

/// Collects what the parsers find, each test once.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The failed tests, with the framework that names them.
    pub(crate) tests: Vec<(Framework, Found)>,
    /// How many were left out.
    pub(crate) dropped: u64,
    /// What the reader should know.
    pub(crate) warnings: Vec<String>,
    /// Versions seen.
    pub(crate) tools: std::collections::BTreeMap<String, String>,
}

impl Findings {
    /// Adds a failed test. One that is printed again only fills what was missing.
    pub(crate) fn add(&mut self, framework: Framework, mut found: Found) {
        if found.id.is_empty() {
            return;
        }
        found.block = clip(&found.block, MAX_BLOCK);
        let known = self.tests.iter().position(|(of, known)| {
            *of == framework && known.id == found.id && (known.suite == found.suite || known.suite.is_none())
        });
        match known {
            Some(at) => {
                let known = &mut self.tests[at].1;
                if known.message.is_empty() && !found.message.is_empty() {
                    let at = known.at;
                    *known = found;
                    known.at = at;
                }
            }
            None if self.tests.len() < MAX_TESTS => self.tests.push((framework, found)),
            None => self.dropped += 1,
        }
    }

    /// Adds a warning once.
    pub(crate) fn warn(&mut self, warning: String) {
        if self.warnings.len() < 20 && !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Notes a version.
    pub(crate) fn tool(&mut self, name: &str, version: &str) {
        if self.tools.len() < 40 && !version.is_empty() {
            self.tools.entry(name.to_owned()).or_insert_with(|| clip(version, 100));
        }
    }
}

/// Reads the output of one framework, line by line, in constant memory.
pub(crate) trait Parser: Send {
    /// Takes the next line. Called for every line of the log: a parser that is idle must be quick.
    fn line(&mut self, line: Line<'_>, findings: &mut Findings);

    /// The output is over: a step ended, or the log did.
    fn end(&mut self, findings: &mut Findings);
}

/// A framework of the registry.
pub(crate) struct Entry {
    /// Which one.
    pub(crate) framework: Framework,
    /// Name of its file here and of its fixtures.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the registry's tests"))]
    pub(crate) name: &'static str,
    /// What its parser understands, in one line.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the registry's tests"))]
    pub(crate) doc: &'static str,
    /// Makes a parser.
    pub(crate) parser: fn() -> Box<dyn Parser>,
}

/// All frameworks.
pub(crate) const ENTRIES: &[Entry] = &[pytest::ENTRY, cargo_test::ENTRY, go_test::ENTRY];

#[cfg(test)]
mod tests;

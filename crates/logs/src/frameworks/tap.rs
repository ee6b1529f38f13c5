//! The Test Anything Protocol of any producer: node-tap, tape, Test::More, prove -v, bats, pg_prove, and
//! Node's own runner, whose tests are told by their YAML and reported as its own.
//!
//! Failed points are kept until the document ends. A subtest's title follows its points, so outer titles
//! are put in front when they come. Printed imitations are known by numbers out of sequence, by titles that
//! were not announced by `# Subtest:`, and by the producer's own count.

use regreen_case::Framework;

use super::tap_document::{Document, Point};
use super::{Entry, Findings, Line, Parser};
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Tap,
    name: "tap",
    doc: "points, subtests, YAML and comments of all TAP producers, TODO and SKIP, headings of tape",
    triggers: &["not ok"],
    parser: || Box::new(Tap { document: Document::default(), node: false, idle: 0, braces: Vec::new() }),
};

pub(super) const NODE_ENTRY: Entry = Entry {
    framework: Framework::NodeTest,
    name: "node_tap",
    doc: "the TAP reporter of Node's own runner, which it chooses where no terminal is, up to Node 22",
    triggers: &["not ok"],
    parser: || Box::new(Tap { document: Document::default(), node: true, idle: 0, braces: Vec::new() }),
};

/// Lines without any TAP after which a document is over.
const PATIENCE: u64 = 2_000;
/// Lines above that are searched for a document's beginning.
const ABOVE: usize = 2_000;

struct Tap {
    document: Document,
    /// Whether Node's documents are wanted; else all others.
    node: bool,
    idle: u64,
    /// Open buffered subtests: indentation, title, whether it failed and where.
    braces: Vec<(usize, Point)>,
}

impl Parser for Tap {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        self.idle += 1;
        if !self.is_awake() {
            self.look_above(line);
        }
        let bare = text.trim_start();
        let indent = text.len() - bare.len();
        let first = bare.as_bytes().first().copied().unwrap_or_default();
        match first {
            b'n' | b'o'
                if !self.document.is_in_yaml(indent) && Point::read(bare, 0, line.number).is_some() =>
            {
                self.idle = 0;
                self.point(bare, indent, line.number);
            }
            b'}' if bare == "}" && self.braces.last().is_some_and(|(level, _)| *level == indent) => {
                if let Some((_, point)) = self.braces.pop() {
                    self.document.point(point);
                }
            }
            b'#' if !self.document.is_in_yaml(indent) => {
                self.document.comment(bare, indent, line.number);
                if self.node && bare.starts_with("# duration_ms") && indent == 0 {
                    self.flush(findings);
                }
            }
            b'1' if is_plan(bare) => self.document.plan(bare, indent),
            b'T' if indent == 0 && bare.starts_with("TAP version ") => self.flush(findings),
            _ => {
                if let Some(file) = harness_file(text) {
                    self.flush(findings);
                    self.document.file = Some(file.to_owned());
                } else {
                    self.document.detail(text, indent, line.number);
                }
            }
        }
        if self.idle > PATIENCE {
            self.flush(findings);
        }
    }

    fn is_awake(&self) -> bool {
        self.document.has_points()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

impl Tap {
    fn point(&mut self, bare: &str, indent: usize, at: u64) {
        let opens = bare.ends_with(" {");
        let bare = bare.strip_suffix(" {").unwrap_or(bare);
        let Some(point) = Point::read(bare, indent / 4, at) else { return };
        if opens && self.braces.len() < 100 {
            self.braces.push((indent, point));
        } else {
            self.document.point(point);
        }
    }

    /// What stands above the first failed point: heading, announcement, outer subtests, the harness's file.
    fn look_above(&mut self, line: Line<'_>) {
        self.document = Document::default();
        self.braces.clear();
        let mut level = line.text.len() - line.text.trim_start().len();
        let own = level;
        let mut announced = false;
        for (distance, text) in line.above.lines().take(ABOVE).enumerate() {
            let bare = text.trim();
            let indent = text.len() - text.trim_start().len();
            if bare.starts_with("TAP version ") {
                self.document.proof = true;
                break;
            }
            if let Some(file) = harness_file(&text) {
                self.document.file = Some(file.to_owned());
                break;
            }
            if is_plan(bare) && indent == 0 {
                self.document.plan(bare, indent);
                break;
            }
            announced |= bare.starts_with("ok ") && indent == own;
            if bare.starts_with('#') && indent == own {
                let subtest = bare.starts_with("# Subtest: ");
                let wanted = if subtest { !announced } else { self.document.heading.is_none() };
                if wanted {
                    announced |= subtest;
                    self.document.comment(bare, indent, line.number.saturating_sub(distance as u64 + 1));
                }
            }
            if let Some(name) = bare.strip_prefix("# Subtest: ").filter(|_| indent < level) {
                level = indent;
                self.document.announce(indent / 4, name);
            }
            if bare.ends_with(" {") && indent < level {
                level = indent;
                let bare = bare.strip_suffix(" {").unwrap_or(bare);
                if let Some(point) =
                    Point::read(bare, indent / 4, line.number.saturating_sub(distance as u64 + 1))
                {
                    self.braces.insert(0, (indent, point));
                }
            }
        }
    }

    fn flush(&mut self, findings: &mut Findings) {
        let document = std::mem::take(&mut self.document);
        self.braces.clear();
        self.idle = 0;
        if document.has_points() && document.is_node() == self.node {
            document.report(if self.node { Framework::NodeTest } else { Framework::Tap }, findings);
        }
    }
}

/// `1..4`, with a comment perhaps.
fn is_plan(bare: &str) -> bool {
    bare.strip_prefix("1..").is_some_and(|rest| {
        let number = rest.split(' ').next().unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// `t/a.t` of `t/a.t .... `, which prove prints before a file's document.
fn harness_file(text: &str) -> Option<&str> {
    let (file, dots) = text.trim_end().split_once(' ')?;
    let dotted = dots.len() > 1 && dots.bytes().all(|byte| byte == b'.');
    (dotted && file.contains('.') && file.len() < 500).then_some(file)
}

/// A title without what TAP escapes in it.
pub(super) fn unescape(title: &str) -> String {
    clip(&title.replace("\\#", "#").replace("\\\\", "\\"), 1000)
}

#[cfg(test)]
#[path = "tap_tests.rs"]
mod tests;

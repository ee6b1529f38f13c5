//! Node's own test runner, spec and dot reporter (its TAP is read with all TAP).
//!
//! The list below `failing tests:` names what failed, without the suites around it, so those are taken from
//! the tree that is printed while tests run. The list is real where the runner's numbers stand right above
//! it. Parents that failed because a subtest did are not in the list; suites whose hooks failed are.

use regreen_case::{ContainerRole, Framework};

use super::js_block::{Block, is_source, place_of};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::NodeTest,
    name: "node_test",
    doc: "tree and list of failing tests of the spec reporter, Node 18 and later",
    triggers: &["\u{2716} ", "Failed tests:"],
    parser: || Box::<NodeTest>::default(),
};

/// Lines above that are searched for the suites around the first failure.
const ABOVE: usize = 400;
/// Lines without anything of the runner's after which it sleeps.
const PATIENCE: u64 = 20_000;

/// What the tree says about one failure.
struct Node {
    path: Vec<String>,
    /// Whether it closes a suite or a parent.
    container: bool,
    used: bool,
    block: Block,
}

#[derive(Default)]
struct NodeTest {
    /// Names of the open suites.
    stack: Vec<String>,
    nodes: Vec<Node>,
    /// Failed and cancelled tests by the runner's count.
    counted: Option<(u64, u64)>,
    /// Entries of the list: `test at …` and the block.
    list: Option<Vec<(String, Block)>>,
    /// Place above the next entry of the list.
    place: String,
    /// Whether the runner's numbers stand right above.
    numbers: bool,
    idle: u64,
}

impl Parser for NodeTest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        self.idle += 1;
        if !self.is_awake() {
            self.look_above(line);
        }
        if let Some(number) = text.strip_prefix("ℹ ") {
            self.number(number, line.number, findings);
            return;
        }
        if (text == "✖ failing tests:" && self.numbers) || (text == "Failed tests:" && is_dotted(line)) {
            self.list = Some(Vec::new());
        } else if self.list.is_some() {
            self.list_line(text, line.number, findings);
        } else {
            self.tree_line(text, line.number);
        }
        self.numbers &= text.is_empty();
        if self.idle > PATIENCE {
            self.flush(findings);
        }
    }

    fn is_awake(&self) -> bool {
        !self.nodes.is_empty() || self.list.is_some()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

impl NodeTest {
    /// The suites that are open at the first failure, and the numbers when that stands in the list.
    fn look_above(&mut self, line: Line<'_>) {
        let mut depth = indent(line.text);
        for (at, text) in line.above.lines().take(ABOVE).enumerate() {
            if at < 4 && text.starts_with("ℹ ") {
                self.numbers = true;
            }
            if depth == 0 && at >= 4 {
                break;
            }
            let level = indent(&text);
            if let Some(name) =
                text.trim_start().strip_prefix("▶ ").filter(|_| level < depth && level + 2 == depth)
            {
                self.stack.insert(0, clip(name.trim_end(), 1000));
                depth = level;
            }
        }
    }

    fn number(&mut self, text: &str, at: u64, findings: &mut Findings) {
        if self.list.is_some() {
            self.flush(findings);
        }
        self.numbers = true;
        let Some((word, number)) = text.split_once(' ') else { return };
        let (Ok(number), "fail" | "cancelled") = (number.parse::<u64>(), word) else { return };
        let before = if word == "fail" { 0 } else { self.counted.map_or(0, |(counted, _)| counted) };
        self.counted = Some((before + number, at));
        if word == "cancelled" && before + number == 0 {
            // Nothing failed: what looked like it was printed, or may fail.
            *self = NodeTest::default();
        }
    }

    fn tree_line(&mut self, text: &str, at: u64) {
        let level = indent(text) / 2;
        let bare = text.trim_start();
        if let Some(name) = bare.strip_prefix("▶ ") {
            self.idle = 0;
            let closes = self.stack.get(level).is_some_and(|open| without_time(name) == open && name != open);
            if closes {
                self.add(level, without_time(name), at, true, text);
                self.stack.truncate(level);
            } else if self.stack.len() >= level {
                self.stack.truncate(level);
                self.stack.push(clip(name, 1000));
            }
        } else if let Some(name) = bare.strip_prefix("✖ ") {
            let name = without_time(name);
            let closes = self.stack.get(level).is_some_and(|open| name == open);
            // What stands further out than the open suite was printed.
            if may_fail(bare) || name == "failing tests:" || (level != self.stack.len() && !closes) {
                return;
            }
            self.idle = 0;
            self.add(level, name, at, closes, text);
            self.stack.truncate(level);
        } else if let Some(node) = self.nodes.last_mut().filter(|_| !bare.starts_with("✔ ")) {
            node.block.push(text, at);
        }
    }

    fn add(&mut self, level: usize, name: &str, at: u64, container: bool, text: &str) {
        if self.nodes.len() < 2 * MAX_TESTS {
            let mut path: Vec<String> = self.stack.iter().take(level).cloned().collect();
            path.push(name.to_owned());
            self.nodes.push(Node { path, container, used: false, block: Block::new(text, at) });
        }
    }

    fn list_line(&mut self, text: &str, at: u64, findings: &mut Findings) {
        let Some(list) = &mut self.list else { return };
        if let Some(place) = text.strip_prefix("test at ") {
            place.clone_into(&mut self.place);
        } else if let Some(name) = text.strip_prefix("✖ ").or_else(|| text.strip_prefix("⚠ ")) {
            self.idle = 0;
            if list.len() < MAX_TESTS {
                list.push((std::mem::take(&mut self.place), Block::new(name, at)));
            }
        } else if text.is_empty() || text.starts_with(' ') {
            if let Some((_, block)) = list.last_mut() {
                block.push(text, at);
            }
        } else {
            self.flush(findings);
        }
    }

    fn flush(&mut self, findings: &mut Findings) {
        let mut run = std::mem::take(self);
        let mut named = 0;
        if let Some(list) = run.list.take() {
            for (place, block) in list {
                if may_fail(&block.title) {
                    continue;
                }
                let found = run.found(&place, block);
                named += u64::from(found.role.is_none());
                findings.add(Framework::NodeTest, found);
            }
        } else if run.counted.is_none() {
            // A run that was killed: only the tree. Many tools print such marks, but no times.
            let timed = |node: &&Node| node.block.title.ends_with("ms)") && node.block.support() > 0;
            for node in run.nodes.iter().filter(|node| timed(node) && !node.container) {
                findings.add(Framework::NodeTest, node.block.clone().into_found(node.path.join(" > "), None));
            }
            return;
        }
        let Some((counted, at)) = run.counted.filter(|_| named > 0) else { return };
        // Parents are counted, suites are not, and the tree does not tell them apart; nor files that failed.
        let most = named + run.nodes.iter().filter(|node| node.container).count() as u64 + 50;
        let named = if (named..=most).contains(&counted) { counted } else { named };
        findings.count(Count { framework: Framework::NodeTest, counted, named, at });
    }

    fn found(&mut self, place: &str, block: Block) -> Found {
        let name = without_time(&block.title).to_owned();
        let node = self.nodes.iter_mut().find(|node| !node.used && node.path.last() == Some(&name));
        let (path, container) = match node {
            Some(node) => {
                node.used = true;
                (node.path.join(" > "), node.container)
            }
            None => (name.clone(), false),
        };
        let place = place_of(place);
        let suite = place.as_ref().map(|(file, _)| file.clone());
        let file = suite.as_ref().is_some_and(|file| name.ends_with(file.as_str()));
        let mut found = block.into_found(path, suite.filter(|_| !file));
        if found.line.is_none() {
            found.line = place.as_ref().filter(|_| !file).map(|(_, line)| *line);
        }
        let first = found.message.lines().next().unwrap_or_default().trim_matches('\'');
        let parent = first.ends_with(" subtest failed") || first.ends_with(" subtests failed");
        let file = file || (first == "test failed" && is_source(&name));
        found.role = match (parent, file || container) {
            (true, _) => Some(ContainerRole::Parent),
            (false, true) => Some(ContainerRole::Suite),
            (false, false) => None,
        };
        found
    }
}

/// Whether the dot reporter's dots stand right above.
fn is_dotted(line: Line<'_>) -> bool {
    let above = line.above.lines().take(4).find(|text| !text.is_empty());
    above.is_some_and(|text| text.trim_end().bytes().all(|byte| byte == b'.' || byte == b'X'))
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

/// Whether a failure is allowed.
fn may_fail(name: &str) -> bool {
    name.contains("ms) # TODO") || name.ends_with(" # TODO") || name.contains("ms) # SKIP")
}

/// The name without ` (1.5ms)`.
fn without_time(name: &str) -> &str {
    let cut = name.strip_suffix("ms)").and_then(|rest| rest.rsplit_once(" ("));
    match cut {
        Some((name, time)) if time.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => name,
        _ => name,
    }
}

#[cfg(test)]
#[path = "node_test_tests.rs"]
mod tests;

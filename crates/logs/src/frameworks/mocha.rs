//! Mocha, and Cypress, which prints like it.
//!
//! The list below `N failing` names the tests, each title on a line of its own; the numbered lines that the
//! reporter prints while tests run prove it: what a test prints has none. Where the reporter prints none
//! (dot, min, nyan), its dots are counted, and a list is given up when a summary without failures follows.
//! Failures that are expected have a heading of their own and no such list.

use std::collections::HashMap;

use regreen_case::{ContainerRole, Framework};

use super::js_block::{Block, frame_of};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Mocha,
    name: "mocha",
    doc: "the list of failures with nested titles and hooks, of every reporter; Cypress",
    triggers: &[" 1) ", "failing"],
    parser: || Box::<Mocha>::default(),
};

/// Most lists held.
const MAX_LISTS: usize = 50;
/// Lines without anything of Mocha's after which it sleeps.
const PATIENCE: u64 = 20_000;

/// A failure of the list.
struct Item {
    parts: Vec<String>,
    open: bool,
    block: Block,
}

/// A list of failures.
struct List {
    count: u64,
    at: u64,
    items: Vec<Item>,
    /// Whether dots above it show as many failures.
    dotted: bool,
}

#[derive(Default)]
struct Mocha {
    /// Numbered lines by number.
    markers: HashMap<u64, Vec<String>>,
    lists: Vec<List>,
    /// Whether lines belong to the last list.
    reading: bool,
    blank: bool,
    /// Line of the last `N passing`.
    passing_at: u64,
    idle: u64,
}

impl Parser for Mocha {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text.trim_end();
        self.idle += 1;
        if counted(text, "passing").is_some() {
            self.passing_at = line.number;
        } else if let Some(count) = counted(text, "failing").filter(|_| self.follows_passing(line)) {
            self.open_list(count, line);
        } else if self.passing_at > 0 && line.number == self.passing_at + 5 && !self.follows_failing() {
            // A run without failures: whatever was listed before without proof was printed.
            let lists = std::mem::take(&mut self.lists);
            self.lists = lists.into_iter().filter(|list| self.is_proven(list)).collect();
            self.passing_at = 0;
            self.reading &= !self.lists.is_empty();
        }
        if self.reading {
            self.list_line(text, line.number);
        }
        self.marker(text);
        let over = self.reading && text.is_empty() && self.is_over();
        if over {
            self.reading = false;
            if self.lists.last().is_some_and(|list| self.is_proven(list)) {
                self.flush(findings);
            }
        }
        self.blank = text.is_empty();
        if self.idle > PATIENCE {
            self.flush(findings);
        }
    }

    fn is_awake(&self) -> bool {
        !self.markers.is_empty() || !self.lists.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

impl Mocha {
    fn follows_passing(&self, line: Line<'_>) -> bool {
        if self.is_awake() {
            return self.passing_at > 0 && line.number <= self.passing_at + 4;
        }
        line.above.lines().take(4).any(|text| counted(text.trim_end(), "passing").is_some())
    }

    fn follows_failing(&self) -> bool {
        self.lists.last().is_some_and(|list| list.at > self.passing_at)
    }

    fn open_list(&mut self, count: u64, line: Line<'_>) {
        self.idle = 0;
        if self.lists.len() >= MAX_LISTS || count == 0 {
            return;
        }
        let dotted = is_dotted(count, line);
        self.lists.push(List { count, at: line.number, items: Vec::new(), dotted });
        self.reading = true;
        self.passing_at = 0;
    }

    fn list_line(&mut self, text: &str, at: u64) {
        let Some(list) = self.lists.last_mut() else { return };
        let next = list.items.len() as u64 + 1;
        if next <= list.count
            && let Some((number, title)) = text.strip_prefix("  ").and_then(numbered)
            && number == next
            && list.items.len() < MAX_TESTS
        {
            self.idle = 0;
            list.items.push(Item { parts: vec![title.to_owned()], open: true, block: Block::new(text, at) });
            return;
        }
        let Some(item) = list.items.last_mut() else { return };
        if item.open {
            if item.title_line(text) {
                return;
            }
            item.open = false;
        }
        item.block.push(text, at);
    }

    /// Remembers `    3) title`, which reporters print while tests run.
    fn marker(&mut self, text: &str) {
        if self.reading && self.lists.last().is_none_or(|list| list.items.len() as u64 != list.count) {
            return;
        }
        let bare = text.trim_start();
        // The list reporter prints the marker over the running test's name.
        let found = numbered(bare).filter(|_| bare.len() < text.len()).or_else(|| {
            let at = text.find(":   ")?;
            numbered(text[at + 4..].trim_start())
        });
        let Some((number, title)) = found else { return };
        if self.markers.is_empty() && number != 1 {
            return;
        }
        self.idle = 0;
        if self.markers.len() < MAX_TESTS {
            let titles = self.markers.entry(number).or_default();
            if titles.len() < 8 {
                titles.push(title.trim_end().to_owned());
            }
        }
    }

    /// How many failures of a list have their numbered line.
    fn markers_of(&self, list: &List) -> usize {
        let marked = |(at, item): &(usize, &Item)| {
            let titles = self.markers.get(&(*at as u64 + 1));
            let joined = item.parts.join(" ");
            let last = item.parts.last().map(String::as_str).unwrap_or_default();
            titles.is_some_and(|titles| {
                titles
                    .iter()
                    .any(|title| title == last || *title == joined || last.starts_with(title.as_str()))
            })
        };
        list.items.iter().enumerate().filter(marked).count()
    }

    fn is_proven(&self, list: &List) -> bool {
        list.dotted || self.markers_of(list) * 2 > list.items.len()
    }

    /// Whether the last failure of the list was read to its end.
    fn is_over(&self) -> bool {
        let Some(list) = self.lists.last().filter(|list| list.items.len() as u64 >= list.count) else {
            return false;
        };
        let Some(item) = list.items.last() else { return false };
        let stack = item.block.lines.iter().any(|(_, text)| frame_of(text).is_some());
        !item.open && (stack || (self.blank && item.block.lines.len() > 3))
    }

    fn flush(&mut self, findings: &mut Findings) {
        let run = std::mem::take(self);
        let proof = run.lists.iter().any(|list| run.is_proven(list));
        // A summary without failures came last: nothing unproven can stand above it.
        let green = run.passing_at > 0 && !run.follows_failing();
        for (at, list) in run.lists.iter().enumerate() {
            // Without any proof the last one is the runner's.
            let last = at + 1 == run.lists.len();
            if !run.is_proven(list) && (proof || green || !last) {
                continue;
            }
            let named = list.items.len() as u64;
            findings.count(Count { framework: Framework::Mocha, counted: list.count, named, at: list.at });
            for item in &list.items {
                findings.add(Framework::Mocha, item.found());
            }
        }
    }
}

impl Item {
    /// Takes a further line of the title; tells whether it was one.
    fn title_line(&mut self, text: &str) -> bool {
        let ended = self.parts.last().is_some_and(|part| part.ends_with(':'));
        let indent = text.len() - text.trim_start().len();
        let nested = indent == 5 + 2 * self.parts.len() && indent < text.len();
        if nested && self.parts.len() < 30 {
            self.parts.push(text.trim_start().to_owned());
            return true;
        }
        if !ended && !text.is_empty() && self.block.lines.len() < 20 {
            if let Some(part) = self.parts.last_mut() {
                part.push(' ');
                part.push_str(text.trim());
            }
            return true;
        }
        if let Some(part) = self.parts.last_mut()
            && part.ends_with(':')
        {
            part.pop();
        }
        false
    }

    fn found(&self) -> Found {
        let mut parts = self.parts.clone();
        if self.open
            && let Some(part) = parts.last_mut()
            && part.ends_with(':')
        {
            part.pop();
        }
        let hook = parts.last().is_some_and(|part| {
            (part.starts_with("\"before ") || part.starts_with("\"after ")) && part.contains("\" hook")
        });
        let found = self.block.clone().into_found(parts.join(" > "), None);
        Found { role: hook.then_some(ContainerRole::Hook), ..found }
    }
}

/// 3 of `  3 failing` and `  3 passing (12ms)`.
fn counted(text: &str, word: &str) -> Option<u64> {
    let (number, rest) = text.strip_prefix(' ')?.trim_start().split_once(' ')?;
    let rest = rest.strip_prefix(word)?;
    let time = rest.strip_prefix(" (").is_some_and(|time| time.ends_with(')'));
    (rest.is_empty() || (word == "passing" && time)).then(|| number.parse().ok())?
}

/// `3) title`.
fn numbered(text: &str) -> Option<(u64, &str)> {
    let (number, title) = text.split_once(") ")?;
    (number.len() < 6 && number.bytes().all(|byte| byte.is_ascii_digit()) && !title.is_empty())
        .then(|| number.parse().ok().map(|number| (number, title)))?
}

/// Whether the dots right above a list show as many failures.
fn is_dotted(count: u64, line: Line<'_>) -> bool {
    let mut bangs = 0;
    for text in line.above.lines().take(2000) {
        let text = text.trim();
        if !text.is_empty() && text.chars().all(|c| matches!(c, '.' | ',' | '!' | '․')) {
            bangs += text.matches('!').count() as u64;
            if bangs >= count {
                return bangs == count;
            }
        }
    }
    false
}

#[cfg(test)]
#[path = "mocha_tests.rs"]
mod tests;

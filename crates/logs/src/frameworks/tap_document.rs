//! One TAP document: its failed points with what explains them, and which of them are believed.

use regreen_case::{ContainerRole, Framework};

use super::js_block::{Block, is_source};
use super::tap::unescape;
use super::tap_block::explain;
use super::{Findings, Found, MAX_TESTS};
use crate::findings::Count;

/// A test point.
#[derive(Debug, Clone)]
pub(super) struct Point {
    depth: usize,
    number: Option<u64>,
    title: String,
    ok: bool,
    /// Whether a failure is allowed.
    allowed: bool,
    /// Whether the title stands behind a dash.
    dash: bool,
    at: u64,
}

impl Point {
    /// Reads `not ok 3 - title # TODO why`.
    pub(super) fn read(bare: &str, depth: usize, at: u64) -> Option<Self> {
        let (ok, rest) = match bare.strip_prefix("not ok") {
            Some(rest) => (false, rest),
            None => (true, bare.strip_prefix("ok")?),
        };
        let rest = if rest.is_empty() { rest } else { rest.strip_prefix(' ')?.trim_start() };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let tail = &rest[digits..];
        let whole = digits < 10 && (tail.is_empty() || tail.starts_with(' '));
        let (number, tail) = if whole { (rest[..digits].parse().ok(), tail) } else { (None, rest) };
        if number.is_none() && !tail.starts_with("- ") && !tail.is_empty() {
            return None;
        }
        let tail = tail.trim();
        let dashed = tail.strip_prefix("- ");
        let mut title = dashed.unwrap_or(tail);
        let mut allowed = false;
        while let Some((before, comment)) =
            title.rsplit_once("# ").filter(|(before, _)| !before.ends_with('\\'))
        {
            let word = comment.to_ascii_uppercase();
            let directive = word.starts_with("TODO") || word.starts_with("SKIP");
            let time = word.starts_with("TIME=") || word.starts_with("IN ");
            if !(directive || time) || !(before.is_empty() || before.ends_with(' ')) {
                break;
            }
            allowed |= directive;
            title = before.trim_end();
        }
        Some(Point { depth, number, title: unescape(title), ok, allowed, dash: dashed.is_some(), at })
    }
}

/// A failed point.
#[derive(Debug)]
struct Item {
    /// Depth of the outermost title that is known.
    depth: usize,
    path: Vec<String>,
    point: Point,
    parent: bool,
    /// Whether `# Subtest:` announced it.
    announced: bool,
    block: Block,
    heading: Option<String>,
    /// Position among the outermost points.
    position: usize,
}

/// A document.
#[derive(Debug, Default)]
pub(super) struct Document {
    items: Vec<Item>,
    /// Numbers of the outermost points.
    numbers: Vec<u64>,
    /// Titles announced by `# Subtest:`, by depth.
    announced: Vec<Option<String>>,
    /// Last comment that can be a heading of tape.
    pub(super) heading: Option<String>,
    /// File that a harness named.
    pub(super) file: Option<String>,
    /// Whether something else than failed points shows that this is TAP.
    pub(super) proof: bool,
    planned: Option<u64>,
    /// Failures by the producer's count, and where that stands.
    counted: Option<(u64, u64)>,
    node: bool,
    yaml: bool,
    /// Indentation of the YAML that is open.
    open_yaml: Option<usize>,
    /// Whether lines belong to the last failed point.
    explaining: bool,
}

impl Document {
    pub(super) fn has_points(&self) -> bool {
        !self.items.is_empty()
    }

    pub(super) fn is_node(&self) -> bool {
        self.node
    }

    /// Whether a line of this indentation is inside YAML.
    pub(super) fn is_in_yaml(&self, indent: usize) -> bool {
        self.open_yaml.is_some_and(|yaml| indent >= yaml)
    }

    pub(super) fn plan(&mut self, bare: &str, indent: usize) {
        if indent == 0 {
            let number = bare.get(3..).and_then(|rest| rest.split(' ').next());
            self.planned = number.and_then(|number| number.parse().ok());
        }
        self.proof = true;
        self.explaining = false;
    }

    /// Takes a point. One that was not announced although another was is no point.
    pub(super) fn point(&mut self, point: Point) {
        self.open_yaml = None;
        self.explaining = false;
        let announced = self.announced.get_mut(point.depth).and_then(Option::take);
        let is_announced = announced.is_some();
        if let Some(name) = announced
            && name != point.title
        {
            self.announced[point.depth] = Some(name);
            return;
        }
        self.announced.truncate(point.depth);
        if point.depth == 0 && self.numbers.len() < 100_000 {
            self.numbers.push(point.number.unwrap_or(0));
        }
        let inner = self.items.iter().rev().take_while(|item| item.depth > point.depth).count();
        let from = self.items.len() - inner;
        if point.ok || point.allowed {
            self.items.truncate(from);
            return;
        }
        for item in &mut self.items[from..] {
            item.path.insert(0, point.title.clone());
            item.depth = point.depth;
            item.position = self.numbers.len();
        }
        if self.items.len() < 2 * MAX_TESTS {
            let block = Block::new("", point.at);
            let heading = self.heading.clone();
            let path = vec![point.title.clone()];
            let (depth, position) = (point.depth, self.numbers.len());
            let (parent, announced) = (inner > 0, is_announced);
            self.items.push(Item { depth, path, point, parent, announced, block, heading, position });
            self.explaining = true;
        }
    }

    /// A subtest of this name is open.
    pub(super) fn announce(&mut self, depth: usize, name: &str) {
        if depth < 100 {
            self.announced.resize(self.announced.len().max(depth + 1), None);
            self.announced[depth] = Some(unescape(name));
        }
    }

    pub(super) fn comment(&mut self, bare: &str, indent: usize, at: u64) {
        let depth = indent / 4;
        let text = bare.trim_start_matches('#').trim();
        if let Some(name) = text.strip_prefix("Subtest: ") {
            self.explaining = false;
            self.announced.truncate(depth);
            self.announce(depth, name);
        } else if let Some(failed) = failures(text).filter(|_| indent == 0) {
            let before =
                self.counted.filter(|_| text.starts_with("cancelled")).map_or(0, |(failed, _)| failed);
            self.counted = Some((before + failed, at));
            self.node |= text.starts_with("cancelled ");
            self.proof = true;
        } else {
            if bare.starts_with("# ") && !bare.starts_with("#  ") && depth == 0 {
                self.heading = Some(text.to_owned());
            }
            if self.explaining
                && let Some(item) = self.items.last_mut()
            {
                item.block.push(bare, at);
            }
        }
    }

    /// Takes any other line: YAML or a producer's free text.
    pub(super) fn detail(&mut self, text: &str, indent: usize, at: u64) {
        if text.trim() == "---" {
            self.open_yaml = Some(indent);
            self.yaml |= self.explaining;
        }
        if text.trim() == "..." && self.open_yaml == Some(indent) {
            self.open_yaml = None;
            self.explaining = false;
            return;
        }
        let own = self.items.last().map_or(0, |item| item.point.depth * 4);
        if !self.explaining || (indent <= own && !text.is_empty()) {
            // Free text at the margin is a program's output, and explains nothing.
            return;
        }
        self.node |= text.trim_start().starts_with("failureType: '");
        if let Some(item) = self.items.last_mut() {
            item.block.push(text, at);
        }
    }

    /// Reports what is believed.
    pub(super) fn report(mut self, framework: Framework, findings: &mut Findings) {
        self.drop_forged();
        if self.items.is_empty() || !(self.proof || self.planned.is_some() || self.file.is_some()) {
            return;
        }
        let (mut named, mut parents) = (0, 0);
        let counted = self.counted;
        let yaml = self.yaml;
        let file = self.file;
        for item in self.items {
            let found = item.found(yaml, file.as_deref());
            parents += u64::from(found.role.is_some());
            named += u64::from(found.role.is_none());
            findings.add(framework, found);
        }
        if let Some((counted, at)) = counted {
            // Producers count parents, or not.
            let named = if (named..=named + parents).contains(&counted) { counted } else { named };
            findings.count(Count { framework, counted, named, at });
        }
    }

    fn drop_forged(&mut self) {
        let numbers = &self.numbers;
        let planned = self.planned.unwrap_or(u64::MAX);
        let fits = |position: usize| {
            let Some(at) = position.checked_sub(1) else { return true };
            let (Some(own), next) = (numbers.get(at), numbers.get(at + 1)) else { return true };
            let before = at.checked_sub(1).and_then(|at| numbers.get(at));
            let follows = before.is_none_or(|before| before + 1 == *own);
            let is_followed = next.is_none_or(|next| own + 1 == *next);
            // The point after an imitation bridges the gap.
            let bridged = before.is_some_and(|before| next.is_some_and(|next| before + 1 == *next));
            let repeated = next == Some(own);
            *own <= planned && !repeated && (follows || is_followed || !bridged)
        };
        let wanted = self.counted.map(|(counted, _)| counted);
        self.items.retain(|item| item.depth > 0 || fits(item.position));
        if self.node {
            // Node announces everything.
            self.items.retain(|item| item.announced);
        }
        if wanted == Some(0) {
            self.items.clear();
        }
    }
}

impl Item {
    fn found(self, yaml: bool, file: Option<&str>) -> Found {
        let mut path = self.path;
        let explained = explain(&self.block);
        let mut suite = file.map(str::to_owned).or(explained.suite);
        if yaml && !self.point.dash && suite.is_none() {
            suite = self.heading;
        }
        // Flat producers print the whole path as one title.
        if path.len() == 1
            && let Some((file, title)) = path[0].split_once(" > ")
            && is_source(file)
        {
            path = vec![file.to_owned(), title.to_owned()];
        }
        let is_file = |name: &String| is_source(name) || name.ends_with(".t");
        let own_file = path.len() == 1 && is_file(&path[0]);
        if path.len() > 1 && is_file(&path[0]) {
            suite = Some(path.remove(0));
        }
        path.retain(|title| !title.is_empty());
        let id = if path.is_empty() {
            format!("test {}", self.point.number.unwrap_or(0))
        } else {
            path.join(" > ")
        };
        let role = match (self.parent || explained.parent, own_file || explained.is_suite) {
            (true, _) => Some(ContainerRole::Parent),
            (false, true) => Some(ContainerRole::Suite),
            (false, false) => None,
        };
        let cause_at = explained.cause_at;
        Found {
            id,
            suite,
            file: explained.file,
            line: explained.line,
            kind: explained.kind,
            message: explained.message,
            frames: explained.frames,
            place: explained.place,
            at: self.point.at,
            cause_at,
            block: explained.block,
            role,
        }
    }
}

/// 8 of `fail  8`, `failed 1 of 3 tests`, `Looks like you failed 4 tests of 7.`, `cancelled 2`.
fn failures(text: &str) -> Option<u64> {
    let rest = ["fail ", "failed ", "Looks like you failed ", "cancelled "]
        .iter()
        .find_map(|word| text.strip_prefix(word))?;
    rest.trim_start().split(' ').next()?.parse().ok()
}

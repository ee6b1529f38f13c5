//! Ranks the lines that may explain a failure when no test is named.
//!
//! What a line says is told by the rules of [`crate::diagnostics`]. Lines of one level that stand together
//! are a cluster, and its first line is the candidate: what follows is a consequence. Of the clusters
//! the one counts that says most and stands nearest to the end: an earlier one was survived. Wrappers,
//! which only repeat that something above them failed, are never candidates but vouch for what they wrap.

use std::collections::VecDeque;

use crate::candidate::{Candidate, has_message_below, is_of_a_lookup, mentions, speaks_of_a_program};
use crate::diagnostics::{Fit, Level, Place, classify, place_in};
use crate::text::{clip, push_line};
use crate::traceback::{Step, Traceback};

/// Longest block kept.
const MAX_BLOCK: usize = 4000;
/// Lines of context below a candidate.
const CONTEXT: usize = 14;
/// Most clusters kept.
const MAX_CLUSTERS: usize = 40;
/// Most wrappers remembered.
const MAX_ANCHORS: usize = 64;
/// How far below a diagnostic its place may stand.
const PLACE_WITHIN: u8 = 6;

/// Lines of one level that stand together.
#[derive(Debug, Clone)]
struct Cluster {
    first: Candidate,
    last: u64,
    open: bool,
}

/// An error line that a place may follow.
#[derive(Debug, Clone)]
struct Pending {
    text: String,
    at: u64,
    tool: &'static str,
    age: u8,
    block: String,
}

/// What the choice depends on besides the lines.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Hints<'a> {
    /// Last line of the region.
    pub(crate) end: u64,
    /// Script of the step.
    pub(crate) script: &'a str,
    /// Exit code of the step.
    pub(crate) exit_code: Option<i32>,
}

/// The candidates of a part of the log.
#[derive(Debug, Default, Clone)]
pub(crate) struct Causes {
    clusters: Vec<Cluster>,
    anchors: VecDeque<u64>,
    strict: bool,
    traceback: Option<Traceback>,
    /// Number of the exception that ended the last traceback, while a chain may go on.
    chained: Option<u64>,
    /// The next traceback is what happened while that exception was handled.
    handling: bool,
    pending: Option<Pending>,
    open: bool,
}

impl Causes {
    /// Takes the next line of output; tells what it fits.
    pub(crate) fn line(&mut self, text: &str, at: u64, hit: bool) -> Option<Fit> {
        self.context(text, at);
        self.follow(text);
        if self.traceback(text, at) || !hit {
            return None;
        }
        let fit = classify(text)?;
        self.take(fit, text, at);
        Some(fit)
    }

    /// Nothing of what was read so far goes on.
    pub(crate) fn settle(&mut self) {
        self.clusters.iter_mut().for_each(|cluster| cluster.open = false);
        self.open = false;
        self.pending = None;
        self.traceback = None;
    }

    /// Takes a line once more, now with every line around it.
    pub(crate) fn again(&mut self, fit: Option<Fit>, text: &str, at: u64) {
        self.context(text, at);
        self.follow(text);
        if let Some(fit) = fit {
            self.take(fit, text, at);
        }
    }

    /// Takes a line with what it fits.
    fn take(&mut self, fit: Fit, text: &str, at: u64) {
        let rule = fit.rule();
        match rule.level {
            Level::Noise => {}
            Level::Wrapper if has_message_below(rule.tool, text) => {
                self.add(Level::Error, rule.tool, text, at);
            }
            Level::Wrapper | Level::Summary => self.anchor(at),
            Level::Strict => {
                self.strict = true;
                self.anchor(at);
                self.add(Level::Weak, rule.tool, text, at);
            }
            level => {
                if level == Level::Error {
                    let (text, block) = (clip(text, 1000), String::new());
                    self.pending = Some(Pending { text, at, tool: rule.tool, age: 0, block });
                }
                self.add(level, rule.tool, text, at);
            }
        }
    }

    /// Takes an annotation of the runner.
    pub(crate) fn annotation(&mut self, text: &str, at: u64) {
        match classify(text) {
            Some(fit) if fit.rule().level > Level::Mention || fit.rule().level < Level::Strict => {
                self.take(fit, text, at);
            }
            _ => self.add(Level::Error, "", text, at),
        }
    }

    /// Whether the next lines belong to a candidate.
    pub(crate) fn is_open(&self) -> bool {
        self.open || self.traceback.is_some() || self.pending.is_some()
    }

    fn anchor(&mut self, at: u64) {
        if self.anchors.len() == MAX_ANCHORS {
            self.anchors.pop_front();
        }
        self.anchors.push_back(at);
        self.pending = None;
    }

    fn add(&mut self, level: Level, tool: &'static str, text: &str, at: u64) {
        self.insert(level, tool, text, at, None);
    }

    /// Puts a line into its cluster; lines may come out of order. `body` is a block that is complete.
    fn insert(&mut self, level: Level, tool: &'static str, text: &str, at: u64, body: Option<String>) {
        let known = self.clusters.iter_mut().rev().find(|cluster| {
            let gap = gap(level, tool == cluster.first.tool);
            cluster.first.level == level && at + gap >= cluster.first.at && at <= cluster.last + gap
        });
        let growing = body.is_none();
        let text = clip(text.trim_end(), 1000);
        let mut block = String::new();
        push_line(&mut block, &text, MAX_BLOCK);
        if let Some(body) = body {
            body.lines().for_each(|line| push_line(&mut block, line, MAX_BLOCK));
        }
        let below = growing && has_message_below(tool, &text);
        let first = Candidate { level, at, text, block, tool, heading: None, lines: 1, below };
        match known {
            Some(cluster) if at >= cluster.first.at => cluster.last = cluster.last.max(at),
            Some(cluster) => {
                cluster.first = first;
                cluster.open = growing;
                self.open |= growing;
            }
            None => {
                self.make_room();
                self.clusters.push(Cluster { first, last: at, open: growing });
                self.open |= growing;
            }
        }
    }

    /// Drops the cluster that says least, the oldest of those.
    fn make_room(&mut self) {
        if self.clusters.len() < MAX_CLUSTERS {
            return;
        }
        let weakest = self.clusters.iter().enumerate().min_by_key(|(at, cluster)| (cluster.first.level, *at));
        if let Some((at, _)) = weakest {
            self.clusters.remove(at);
        }
    }

    /// What stands below a candidate belongs to it.
    fn context(&mut self, text: &str, at: u64) {
        if !self.open {
            return;
        }
        self.open = false;
        for cluster in self.clusters.iter_mut().rev().take(6).filter(|cluster| cluster.open) {
            let first = &mut cluster.first;
            first.lines += 1;
            if first.below && !text.trim().is_empty() && !text.starts_with("ESLint: ") {
                // The line above stays with the block.
                first.below = false;
                first.block = format!("{}\n{}", clip(text.trim(), 1000), first.block);
                first.text = clip(text.trim(), 1000);
                first.at = at;
                cluster.last = cluster.last.max(at);
            } else {
                push_line(&mut first.block, &clip(text, 400), MAX_BLOCK);
            }
            cluster.open = first.lines <= CONTEXT;
            self.open |= cluster.open;
        }
    }

    /// A place below an error line makes it a diagnostic.
    fn follow(&mut self, text: &str) {
        let Some(pending) = &mut self.pending else { return };
        pending.age += 1;
        push_line(&mut pending.block, &clip(text, 400), MAX_BLOCK);
        let place = place_in(text).filter(|place| place.alone);
        if place.is_none() && pending.age < PLACE_WITHIN && !text.starts_with("##[") {
            return;
        }
        let Some(pending) = self.pending.take() else { return };
        if let Some(place) = place.filter(|_| !has_message_below(pending.tool, &pending.text)) {
            let rust = place.file.ends_with(".rs") && pending.tool.is_empty();
            let tool = if rust { "rustc" } else { pending.tool };
            self.insert(Level::Diagnostic, tool, &pending.text, pending.at, None);
            for cluster in self.clusters.iter_mut().filter(|cluster| cluster.first.at == pending.at) {
                if cluster.first.level == Level::Diagnostic && cluster.first.lines == 1 {
                    cluster.first.lines += usize::from(pending.age);
                    cluster.first.block.push_str(&pending.block);
                }
            }
        }
    }

    /// Python's tracebacks end with the exception, so the block stands above it.
    fn traceback(&mut self, text: &str, at: u64) -> bool {
        if let Some(traceback) = &mut self.traceback {
            match traceback.line(text) {
                Step::Inside => {
                    // Of a chain the first exception counts, however long the stacks of the others are.
                    return true;
                }
                Step::Ended(exception) => {
                    let exception = exception.to_owned();
                    let block = self.traceback.take().map_or_else(String::new, Traceback::into_block);
                    self.raised(&exception, at, block);
                    return true;
                }
                Step::Broken => self.traceback = None,
            }
        }
        if let Some(traceback) = Traceback::begins(text) {
            if self.chained.is_some_and(|known| known + 8 < at) {
                self.chained = None;
            }
            self.traceback = Some(traceback);
            return true;
        }
        if self.chained.is_some() {
            let bare = text.trim_start();
            self.handling |= bare.starts_with("During handling of the above");
            let linked = self.handling || bare.starts_with("The above exception was");
            if !linked && !bare.is_empty() {
                self.chained = None;
            }
        }
        false
    }

    fn raised(&mut self, exception: &str, at: u64, block: String) {
        let wrapper = classify(exception).map(Fit::rule).filter(|rule| rule.level <= Level::Weak);
        let handled = std::mem::take(&mut self.handling);
        if let Some(known) = self.chained.take()
            && let Some(cluster) = self.clusters.iter_mut().rev().find(|cluster| cluster.first.at == known)
        {
            // An exception that a lookup raises is caught on purpose; the one raised then is meant.
            if !(handled && is_of_a_lookup(&cluster.first.text)) {
                cluster.last = at;
                self.chained = Some(known);
                return;
            }
            self.clusters.retain(|cluster| cluster.first.at != known);
        }
        if wrapper.is_some_and(|rule| rule.level == Level::Wrapper) {
            self.anchor(at);
            return;
        }
        let level = if wrapper.is_some() { Level::Weak } else { Level::Diagnostic };
        self.make_room();
        let text = clip(exception.trim(), 1000);
        let block = clip(&format!("{text}\n{block}"), MAX_BLOCK);
        let first = Candidate {
            level,
            at,
            text,
            block,
            tool: "exception",
            heading: None,
            lines: CONTEXT,
            below: false,
        };
        self.clusters.push(Cluster { first, last: at, open: false });
        self.chained = Some(at);
    }

    /// Gives the candidate at line `at` the place that stands above it.
    pub(crate) fn set_heading(&mut self, at: u64, file: &str, line: Option<u32>) {
        for cluster in self.clusters.iter_mut().filter(|cluster| cluster.first.at == at) {
            cluster.first.heading = Some((file.to_owned(), line));
        }
    }

    /// The place of the exception that tells who ran what failed, when it stands close below a cause
    /// without a place.
    pub(crate) fn place_below(&self, cause: &Candidate) -> Option<Place> {
        let near = |at: u64| (cause.at..cause.at + 40).contains(&at);
        let below = self.clusters.iter().filter(|cluster| {
            cluster.first.level == Level::Weak && cluster.first.tool == "exception" && near(cluster.first.at)
        });
        below.filter_map(|cluster| cluster.first.place()).next()
    }

    /// The line that explains the failure.
    pub(crate) fn best(&self, hints: Hints<'_>) -> Option<&Candidate> {
        self.clusters
            .iter()
            .max_by_key(|cluster| (self.weight(cluster, hints), cluster.last))
            .map(|cluster| &cluster.first)
    }

    fn weight(&self, cluster: &Cluster, hints: Hints<'_>) -> i32 {
        let first = &cluster.first;
        let says = match first.level {
            Level::Diagnostic => 30,
            Level::Warning if self.strict => 29,
            Level::Error => 22,
            Level::Weak => 15,
            Level::Mention => 10,
            _ => 8,
        };
        let near = match hints.end.saturating_sub(cluster.last) {
            0..=30 => 12,
            31..=100 => 10,
            101..=300 => 7,
            301..=1000 => 4,
            1001..=5000 => 0,
            _ => -6,
        };
        let vouched = self.anchors.iter().any(|at| (cluster.last..=cluster.last + 40).contains(at));
        let named = !first.tool.is_empty() && mentions(hints.script, first.tool);
        let fits = match hints.exit_code {
            Some(127) => first.text.ends_with("not found"),
            Some(126) => first.text.ends_with("ermission denied"),
            Some(137) => first.text.contains("Killed"),
            Some(139) => first.text.contains("egmentation fault"),
            _ => false,
        };
        // An exception that only tells that a program failed, below what that program said.
        let repeats = first.tool == "exception" && speaks_of_a_program(&first.text) && self.follows(cluster);
        says + near + i32::from(vouched) * 3 + i32::from(named) * 3 + i32::from(fits) * 10
            - i32::from(repeats) * 6
    }

    fn follows(&self, cluster: &Cluster) -> bool {
        self.clusters.iter().any(|other| {
            other.first.level == Level::Diagnostic
                && other.last < cluster.first.at
                && other.last + 100 > cluster.first.at
        })
    }
}

/// Lines that may lie between two lines of one cluster.
const fn gap(level: Level, same_tool: bool) -> u64 {
    match level {
        Level::Diagnostic | Level::Warning if same_tool => 200,
        Level::Diagnostic | Level::Warning => 60,
        Level::Error => 40,
        Level::Weak => 60,
        _ => 8,
    }
}

#[cfg(test)]
#[path = "cause_tests.rs"]
mod tests;

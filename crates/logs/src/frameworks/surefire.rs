//! JUnit and `TestNG` through maven's surefire and failsafe plugins, versions 2.x and 3.x.
//!
//! A class that failed prints its totals and then each failed test with its trace; the module ends with
//! `Results:`, a list and the totals. What a test prints comes unmarked in between and may look like all
//! of it, so a module's list and totals judge what was read before: a class that the list does not name
//! was printed by a test, and a list that is followed by the result of a class was as well. Tests that
//! pass when they are run again (`Flakes:`) did not fail.

use regreen_case::{ContainerRole, Framework};

use super::jvm_stack::{MAX_TRACE_LINES, Owner, explain, is_frame};
use super::surefire_lines::{Item, heading, is_class, level, name_parts, simple, test_line, totals};
use super::surefire_results::Results;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Junit,
    name: "surefire",
    doc: "surefire and failsafe 2.x and 3.x: results of classes, traces, the list under Results, reruns, crashed forks",
    triggers: &[
        "<<< FAILURE!",
        "<<< ERROR!",
        "[ERROR] Failures:",
        "[ERROR] Errors:",
        "Failed tests:",
        "Tests in error:",
        "xception The forked VM terminated",
        "failed: The forked VM terminated",
        "[ERROR] The forked VM terminated",
    ],
    parser: || Box::<Surefire>::default(),
};

/// Most classes remembered that run at once.
const MAX_RUNNING: usize = 64;
/// Lines above that are searched for them.
const MAX_ABOVE: usize = 5000;

/// A failed test as its class prints it.
pub(super) struct Failed {
    pub(super) class: String,
    /// Empty where the whole class failed.
    pub(super) method: String,
    at: u64,
    lines: Vec<String>,
    /// Its class was announced.
    announced: bool,
    /// Run by `TestNG`, whose set-up methods count as tests.
    testng: bool,
}

impl Failed {
    fn id(&self) -> String {
        let nested = format!("{}$", self.class);
        let base = super::jvm_stack::base_name(&self.method);
        // A nested class is told by the trace alone.
        let owner = self.lines.iter().filter_map(|line| super::jvm_stack::call(line, false)).find(|call| {
            call.class.starts_with(&nested) && call.method == base && !call.class.contains("$$")
        });
        let class = owner.map_or(self.class.as_str(), |call| call.class);
        match (class.is_empty(), self.method.is_empty()) {
            (true, _) => self.method.clone(),
            (_, true) => class.to_owned(),
            _ => format!("{class}.{}", self.method),
        }
    }

    fn role(&self) -> Option<ContainerRole> {
        let by_testng =
            |line: &String| line.contains("invokeConfiguration") || line.contains("ConfigInvoker");
        let hook = self.testng && is_set_up(&self.method) || self.lines.iter().any(by_testng);
        let suite = self.method.is_empty()
            || matches!(self.method.as_str(), "initializationError" | "executionError" | "classMethod");
        hook.then_some(ContainerRole::Hook).or(suite.then_some(ContainerRole::Suite))
    }

    fn found(&self) -> Found {
        let id = self.id();
        let mut found =
            Found { at: self.at, block: format!("{id}\n"), role: self.role(), ..Found::default() };
        explain(&mut found, &self.lines, self.at + 1, &Owner { class: &self.class, method: &self.method });
        Found { id, ..found }
    }
}

/// Whether a method is named as set-up and tear-down methods are.
fn is_set_up(method: &str) -> bool {
    let word = method.to_ascii_lowercase();
    matches!(
        word.as_str(),
        "setup"
            | "set_up"
            | "teardown"
            | "tear_down"
            | "init"
            | "initialize"
            | "cleanup"
            | "prepare"
            | "destroy"
    ) || ["before", "after", "setup", "teardown"].iter().any(|start| {
        word.strip_prefix(start).is_some_and(|rest| {
            ["", "method", "class", "test", "tests", "suite", "groups", "each", "all", "methods"]
                .contains(&rest)
        })
    })
}

#[derive(Default)]
struct Surefire {
    /// Failed tests of the module.
    failed: Vec<Failed>,
    /// Class whose failed tests follow, and how many are still to come.
    class: Option<String>,
    left: u64,
    /// Classes announced without result, last one last. Several run at once in several processes.
    running: Vec<String>,
    /// Whether lines belong to the last test's trace.
    open: bool,
    results: Option<Results>,
    /// Line of a crash whose classes may follow.
    crash: Option<(u64, String, bool)>,
    /// Whether a class was announced before its result: without that, and without totals, nothing counts.
    heard: bool,
    /// Whether the class in hand was.
    announced: bool,
}

impl Parser for Surefire {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let (level, text) = level(line.text);
        if self.crash_line(text, line.number, findings) {
            return;
        }
        if let Some((totals, class)) = heading(text) {
            self.heading(totals.failed, class, line, findings);
        } else if let Some(totals) = totals(text) {
            self.open = false;
            if let Some(results) = &mut self.results {
                results.total(totals.failed, line.number);
            }
        } else if let Some(name) = test_line(text) {
            self.test(name, line.number);
        } else if level != Some("DEBUG") && self.is_over(text) {
            self.commit(findings);
        } else if matches!(text.trim_end(), "Results:" | "Results :") {
            self.open = false;
            self.results = Some(Results::default());
        } else if let Some(class) = text.strip_prefix("Running ").filter(|class| is_class(class.trim())) {
            self.open = false;
            if self.running.len() >= MAX_RUNNING {
                self.running.remove(0);
            }
            self.running.push(clip(class.trim(), 500));
        } else if self.open && (level.is_none() || (level == Some("ERROR") && text.starts_with('\t'))) {
            self.trace_line(text);
        } else {
            self.open = false;
            self.results_line(level, text, line);
        }
    }

    fn is_awake(&self) -> bool {
        !self.failed.is_empty() || self.left > 0 || self.results.is_some() || self.crash.is_some()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.commit(findings);
    }
}

impl Surefire {
    fn heading(&mut self, failed: u64, class: Option<&str>, line: Line<'_>, findings: &mut Findings) {
        self.open = false;
        if failed > 0 && !self.is_awake() {
            self.running = running_above(line);
        }
        let known = self.running.iter().rposition(|running| class.is_none_or(|class| class == running));
        let announced = known.map(|at| self.running.remove(at));
        self.heard |= announced.is_some();
        self.announced = announced.is_some();
        // Quiet mode announces no class and marks no end of a module.
        if !self.heard && self.results.as_ref().is_some_and(|results| results.agrees(&self.failed)) {
            self.commit(findings);
        }
        // Else a list that is followed by the result of a class was printed by a test of it.
        self.results = None;
        if failed == 0 {
            return;
        }
        let class = class.map(str::to_owned).or(announced);
        self.left = failed.min(MAX_TESTS as u64);
        self.class = class;
    }

    fn test(&mut self, name: &str, at: u64) {
        self.open = false;
        if self.left == 0 || self.failed.len() >= MAX_TESTS {
            return;
        }
        self.left -= 1;
        let (class, method) = name_parts(name, self.class.as_deref());
        let testng = self.class.as_deref() == Some("TestSuite");
        self.failed.push(Failed {
            class: clip(&class, 500),
            method: clip(&method, 900),
            at,
            lines: Vec::new(),
            announced: self.announced,
            testng,
        });
        self.open = true;
    }

    fn trace_line(&mut self, text: &str) {
        let Some(failed) = self.failed.last_mut() else { return };
        let has_stack = failed.lines.iter().any(|line| is_frame(line));
        if text.is_empty() && (has_stack || self.left == 0 && failed.lines.len() > 1)
            || failed.lines.len() >= MAX_TRACE_LINES
        {
            self.open = false;
        } else {
            failed.lines.push(clip(text, 1500));
        }
    }

    fn results_line(&mut self, level: Option<&str>, text: &str, line: Line<'_>) {
        // Where classes print nothing, the list is all there is.
        let begins = self.results.is_none() && Results::section(text).is_some();
        // Maven's quiet mode leaves the title out.
        if begins && (level == Some("ERROR") || self.is_under_results(line)) {
            self.results = Some(Results::default());
        }
        if let Some(results) = &mut self.results {
            results.line(level, text, line.number);
        }
    }

    fn is_under_results(&self, line: Line<'_>) -> bool {
        line.above.lines().take(4).any(|above| matches!(level(&above).1.trim_end(), "Results:" | "Results :"))
    }

    /// Whether the module is over.
    fn is_over(&self, text: &str) -> bool {
        self.results.as_ref().is_some_and(Results::is_complete)
            && (text.starts_with("--- ")
                || text.starts_with(" T E S T S")
                || text.starts_with("BUILD ")
                || text.starts_with("Building ")
                || text.starts_with("Reactor Summary")
                || text.starts_with("Failed to execute goal")
                || text.starts_with("There are test failures")
                || text.starts_with("----------"))
    }

    fn crash_line(&mut self, text: &str, at: u64, findings: &mut Findings) -> bool {
        if text.contains("The forked VM terminated without") {
            let message = text.rsplit_once("xception").map_or(text, |(_, rest)| rest);
            let from = message.find("The forked VM").unwrap_or(0);
            self.crash.get_or_insert((at, clip(&message[from..], 300), false));
            return true;
        }
        let Some((crashed_at, message, listing)) = &mut self.crash else { return false };
        if text.trim_end() == "Crashed tests:" {
            *listing = true;
            return true;
        }
        if !*listing {
            return false;
        }
        let class = text.trim();
        if class.contains('.') && is_class(class) {
            let found = Found {
                id: class.to_owned(),
                kind: "crash".to_owned(),
                message: message.clone(),
                at,
                cause_at: *crashed_at,
                role: Some(ContainerRole::Suite),
                ..Found::default()
            };
            findings.add(Framework::Junit, found);
            return true;
        }
        self.crash = None;
        false
    }

    /// The module is over: what the list confirms has failed.
    fn commit(&mut self, findings: &mut Findings) {
        let done = std::mem::take(self);
        self.crash = done.crash;
        let results = done.results.unwrap_or_default();
        if !done.heard && !results.is_complete() {
            return;
        }
        let mut failed = done.failed;
        if !results.is_complete() {
            // Nothing judges them: what was not announced may have been printed by a test.
            failed.retain(|test| test.announced);
        }
        let (failed, extra) = results.judge(failed);
        let mut named: Vec<Found> = failed.iter().map(Failed::found).collect();
        named.extend(extra.iter().map(listed));
        let mut ids: Vec<&str> = named.iter().map(|found| found.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        results.count(ids.len() as u64, findings);
        for found in named {
            findings.add(Framework::Junit, found);
        }
    }
}

/// The classes that are announced above, nearest last.
fn running_above(line: Line<'_>) -> Vec<String> {
    let class = |text: &str| level(text).1.strip_prefix("Running ").map(|class| class.trim().to_owned());
    let above = line.above.lines().take(MAX_ABOVE);
    let mut classes: Vec<String> =
        above.filter_map(|line| class(&line)).filter(|class| is_class(class)).take(MAX_RUNNING).collect();
    classes.reverse();
    classes
}

/// A test that only the list names.
fn listed(item: &Item) -> Found {
    let id =
        if item.method.is_empty() { item.class.clone() } else { format!("{}.{}", item.class, item.method) };
    let file =
        item.line.map(|_| format!("{}.java", simple(item.class.split('$').next().unwrap_or_default())));
    let suite = item.method.is_empty() || item.method == "initializationError";
    Found {
        id,
        file,
        line: item.line,
        message: item.message.clone(),
        at: item.at,
        role: suite.then_some(ContainerRole::Suite),
        ..Found::default()
    }
}

#[cfg(test)]
#[path = "surefire_tests.rs"]
mod tests;

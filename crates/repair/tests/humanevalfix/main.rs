//! How good are the candidates? Runs the search as a library on the bugs of `corpus/humanevalfix`, all assertions seen,
//! and prints figures. The quick loop while templates and languages are worked on; what the real programs make of the
//! bugs, `cargo xtask eval repair` says. Not part of the usual tests:
//!
//! `cargo test -p regreen-repair --test humanevalfix -- --ignored --nocapture python`
//!
//! `REGREEN_HEFIX`: another file of bugs; `REGREEN_HEFIX_LIMIT`: candidates a task (600); `REGREEN_HEFIX_ONLY`: numbers
//! of tasks, with commas.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that prints figures")]

mod cpp;
mod go;
mod java;
mod javascript;
mod python;
mod rust;

use std::fs;
use std::path::Path;
use std::process::{Child, Output};
use std::time::{Duration, Instant};

use regreen_case::{FailedTest, Framework, TestTarget};
use regreen_repair::{Judgement, SearchRequest, Survivor, search};

struct Task {
    id: String,
    declaration: String,
    buggy: String,
    canonical: String,
    test: String,
    import: String,
    setup: String,
}

fn tasks(language: &str) -> Vec<Task> {
    let own = format!("{}/corpus/humanevalfix/{language}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let path = std::env::var("REGREEN_HEFIX").unwrap_or(own);
    let only = std::env::var("REGREEN_HEFIX_ONLY").unwrap_or_default();
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| {
            let task: serde_json::Value = serde_json::from_str(line).unwrap();
            let field = |name: &str| task[name].as_str().unwrap_or_default().to_owned();
            Task {
                id: field("task_id"),
                declaration: field("declaration"),
                buggy: field("buggy_solution"),
                canonical: field("canonical_solution"),
                test: field("test"),
                import: field("import"),
                setup: field("test_setup"),
            }
        })
        .filter(|task| {
            only.is_empty() || only.split(',').any(|number| task.id.ends_with(&format!("/{number}")))
        })
        .collect()
}

fn finish(mut child: Child, limit: Duration) -> Option<Output> {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        std::thread::sleep(Duration::from_millis(3));
    }
    Some(child.wait_with_output().unwrap())
}

#[derive(Default)]
struct Figures {
    tasks: usize,
    exact_first: usize,
    exact_any: usize,
    tried: Vec<usize>,
    missed: Vec<String>,
}

impl Figures {
    fn add(&mut self, task: &Task, before: &str, survivors: &[Survivor], first: Option<usize>) {
        let normal = |text: &str| text.split_whitespace().collect::<String>();
        let wanted = normal(&format!("{}{}", task.declaration, task.canonical));
        let text = |survivor: &Survivor| {
            let mut text = before.to_owned();
            for edit in survivor.edits.iter().rev() {
                text.replace_range(edit.start..edit.end, &edit.replacement);
            }
            normal(&text)
        };
        let place = survivors.iter().position(|survivor| text(survivor) == wanted);
        self.tasks += 1;
        self.exact_first += usize::from(place == Some(0));
        self.exact_any += usize::from(place.is_some());
        match first {
            Some(first) => self.tried.push(first),
            None => self.missed.push(task.id.clone()),
        }
        let best = survivors
            .first()
            .map_or(String::new(), |best| format!("[{}] {}", best.template, best.description));
        println!("{:12} first {first:?} exact at {place:?} of {}: {best}", task.id, survivors.len());
    }

    fn print(&mut self) {
        self.tried.sort_unstable();
        let at =
            |share: f64| self.tried.get((self.tried.len() as f64 * share) as usize).copied().unwrap_or(0);
        println!(
            "{} tasks: plausible {}, exact first {}, exact among survivors {}; candidates to the first: median {}, 90% {}, within 100: {}",
            self.tasks,
            self.tried.len(),
            self.exact_first,
            self.exact_any,
            at(0.5),
            at(0.9),
            self.tried.iter().filter(|tried| **tried <= 100).count(),
        );
        println!("missed: {}", self.missed.join(" "));
    }
}

fn run(
    checkout: &Path,
    target: TestTarget,
    failures: &[FailedTest],
    judge: &mut dyn FnMut() -> Judgement,
) -> (Vec<Survivor>, Option<usize>) {
    run_limited(checkout, target, failures, 600, judge)
}

/// `limit` candidates, unless the environment says another number.
fn run_limited(
    checkout: &Path,
    target: TestTarget,
    failures: &[FailedTest],
    limit: usize,
    judge: &mut dyn FnMut() -> Judgement,
) -> (Vec<Survivor>, Option<usize>) {
    let limit =
        std::env::var("REGREEN_HEFIX_LIMIT").ok().and_then(|limit| limit.parse().ok()).unwrap_or(limit);
    let tests = [target];
    let deadline = Instant::now() + Duration::from_secs(120);
    let request =
        SearchRequest { failures, max_candidates: limit, ..SearchRequest::new(checkout, &tests, deadline) };
    let (mut first, mut count) = (None, 0);
    let mut judge = || {
        count += 1;
        let judgement = judge();
        if judgement == Judgement::Green && first.is_none() {
            first = Some(count);
        }
        judgement
    };
    let outcome = search(&request, &mut judge, &mut |_| {}).unwrap();
    (outcome.survivors, first)
}

fn target(framework: Framework, id: &str, file: &str) -> TestTarget {
    TestTarget { framework, id: id.to_owned(), file: Some(file.to_owned()), suite: None }
}

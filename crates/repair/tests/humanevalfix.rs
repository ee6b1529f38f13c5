//! How good is the search? Runs it on a HumanEvalFix-like set and prints figures. Not part of the usual tests:
//!
//! `REGREEN_HEFIX=python.jsonl cargo test -p regreen-repair --test humanevalfix -- --ignored --nocapture python`
//!
//! One JSON object a line with `declaration`, `buggy_solution`, `test`, and `canonical_solution`, which the search
//! never sees. `REGREEN_HEFIX_LIMIT`: candidates a task (600); `REGREEN_HEFIX_ONLY`: numbers of tasks, with commas.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that prints figures")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use regreen_case::{FailedTest, Frame, Framework, Signature, TestTarget};
use regreen_repair::{Judgement, SearchRequest, Survivor, search};

struct Task {
    id: String,
    declaration: String,
    buggy: String,
    canonical: String,
    test: String,
}

fn tasks() -> Vec<Task> {
    let path = std::env::var("REGREEN_HEFIX").expect("REGREEN_HEFIX names the JSONL file");
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
    let limit = std::env::var("REGREEN_HEFIX_LIMIT").ok().and_then(|limit| limit.parse().ok()).unwrap_or(600);
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

fn failure(id: &str, stderr: &str, file: &str) -> FailedTest {
    let frames = stderr
        .lines()
        .filter_map(|line| line.trim().strip_prefix("File \""))
        .filter_map(|line| {
            let (path, rest) = line.split_once("\", line ")?;
            let number = rest.split(',').next()?.parse().ok()?;
            let project = path.ends_with(file);
            Some(Frame { file: path.to_owned(), line: number, function: None, project })
        })
        .collect();
    let message = stderr.lines().last().unwrap_or_default().to_owned();
    let kind = message.split(':').next().unwrap_or_default().to_owned();
    let framework = Framework::Pytest;
    let signature = Signature::new(Some(framework), Some(id), &kind, &message, None);
    FailedTest {
        id: id.to_owned(),
        framework,
        file: None,
        line: None,
        kind,
        message,
        frames,
        log: None,
        suite: None,
        signature,
    }
}

fn target(framework: Framework, id: &str, file: &str) -> TestTarget {
    TestTarget { framework, id: id.to_owned(), file: Some(file.to_owned()), suite: None }
}

/// One interpreter that forks for every program: starting one for each would measure the start.
struct Server {
    child: Child,
    answers: BufReader<std::process::ChildStdout>,
}

const SERVER: &str = r#"
import json, os, signal, sys
for line in sys.stdin:
    program = json.loads(line)
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDWR), 1); os.dup2(1, 2)
        signal.setitimer(signal.ITIMER_REAL, 0.7)
        code = 1
        try:
            exec(compile(program, "p", "exec"), {"__name__": "p"})
            code = 0
        except BaseException:
            pass
        os._exit(code)
    status = os.waitpid(child, 0)[1]
    print("g" if status == 0 else "t" if os.WIFSIGNALED(status) else "r", flush=True)
"#;

impl Server {
    fn start(python: &str) -> Self {
        let mut child = Command::new(python)
            .args(["-I", "-S", "-c", SERVER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Server { child, answers }
    }

    fn judge(&mut self, program: &str) -> Judgement {
        let line = serde_json::to_string(program).unwrap();
        writeln!(self.child.stdin.as_mut().unwrap(), "{line}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        match answer.trim() {
            "g" => Judgement::Green,
            "r" => Judgement::Red(Vec::new()),
            _ => Judgement::Broken("time".to_owned()),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "a measurement; needs REGREEN_HEFIX"]
fn python() {
    let which = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
    let python = String::from_utf8(which.stdout).unwrap().trim().to_owned();
    let mut server = Server::start(&python);
    let mut figures = Figures::default();
    for task in tasks() {
        let dir = tempfile::tempdir().unwrap();
        let buggy = format!("{}{}", task.declaration, task.buggy);
        fs::write(dir.path().join("solution.py"), &buggy).unwrap();
        let test = format!("from solution import *\n{}", task.test);
        fs::write(dir.path().join("test_solution.py"), test).unwrap();
        let spawn = |argv: &[&str]| {
            let child = Command::new(&python)
                .args(argv)
                .current_dir(dir.path())
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            finish(child, Duration::from_secs(3))
        };
        let red = spawn(&["test_solution.py"])
            .map_or(String::new(), |output| String::from_utf8_lossy(&output.stderr).into_owned());
        let failures = [failure("test_solution.py::check", &red, "solution.py")];
        let mut judge = || {
            let program = fs::read_to_string(dir.path().join("solution.py")).unwrap();
            server.judge(&format!("{program}\n{}", task.test))
        };
        let target = target(Framework::Pytest, "test_solution.py::check", "test_solution.py");
        let (survivors, first) = run(dir.path(), target, &failures, &mut judge);
        assert_eq!(fs::read_to_string(dir.path().join("solution.py")).unwrap(), buggy);
        figures.add(&task, &buggy, &survivors, first);
    }
    figures.print();
}

/// Compiles the file with its tests and runs them.
fn rustc(path: &Path) -> Judgement {
    let program = path.with_extension("program");
    let compiler = Command::new("rustc")
        .args(["--test", "--edition=2021", "-Awarnings", "-Cdebuginfo=0", "-o"])
        .args([&program, path])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    if !finish(compiler, Duration::from_secs(30)).is_some_and(|output| output.status.success()) {
        return Judgement::Broken("compiler".to_owned());
    }
    let run = Command::new(&program).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    match finish(run, Duration::from_secs(3)) {
        Some(output) if output.status.success() => Judgement::Green,
        Some(_) => Judgement::Red(Vec::new()),
        None => Judgement::Broken("time".to_owned()),
    }
}

#[test]
#[ignore = "a measurement; needs REGREEN_HEFIX"]
fn rust() {
    let mut figures = Figures::default();
    let foreign = ["rand", "regex", "md5"];
    let step = if std::env::var_os("REGREEN_HEFIX_ONLY").is_some() { 1 } else { 5 };
    for task in tasks().into_iter().step_by(step) {
        let uses = |text: &str| foreign.iter().any(|name| text.contains(&format!("{name}::")));
        if uses(&task.buggy) || uses(&task.test) {
            continue;
        }
        // The declarations import crates whether they need them or not.
        let declaration: String = task
            .declaration
            .lines()
            .filter(|line| !foreign.iter().any(|name| line.starts_with(&format!("use {name}"))))
            .map(|line| format!("{line}\n"))
            .collect();
        let task = Task { declaration, ..task };
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("solution.rs");
        let buggy = format!("{}{}\n{}", task.declaration, task.buggy, task.test);
        fs::write(&path, &buggy).unwrap();
        if !matches!(rustc(&path), Judgement::Red(_)) {
            println!("{} skipped: does not compile here, or is not red", task.id);
            continue;
        }
        let name = task.test.split("fn test").nth(1).and_then(|rest| rest.split('(').next()).unwrap_or("");
        let target = target(Framework::CargoTest, &format!("tests::test{name}"), "solution.rs");
        let (survivors, first) = run(dir.path(), target, &[], &mut || rustc(&path));
        assert_eq!(fs::read_to_string(&path).unwrap(), buggy);
        let canonical = format!("{}\n{}", task.canonical, task.test);
        figures.add(&Task { canonical, ..task }, &buggy, &survivors, first);
    }
    figures.print();
}

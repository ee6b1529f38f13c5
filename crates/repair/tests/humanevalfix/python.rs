//! Python: one interpreter forks for every candidate.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use regreen_case::{FailedTest, Frame, Framework, Signature};
use regreen_repair::Judgement;

use crate::{Figures, finish, run, target, tasks};

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
#[ignore = "a measurement"]
fn python() {
    let which = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().unwrap();
    let python = String::from_utf8(which.stdout).unwrap().trim().to_owned();
    let mut server = Server::start(&python);
    let mut figures = Figures::default();
    for task in tasks("python") {
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

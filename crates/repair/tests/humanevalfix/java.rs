//! Java: one JVM compiles and runs every candidate, so every second bug unless some are named.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use regreen_case::Framework;
use regreen_repair::Judgement;

use crate::{Figures, finish, run, target, tasks};

const JUDGE: &str = include_str!("Judge.java");
/// Where the compiler keeps its pool.
const EXPORTS: [&str; 2] = ["--add-exports", "jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED"];
/// After how many programs that could not be stopped the JVM is left for a new one.
const HANGS: usize = 5;

/// The JVM that judges, see `Judge.java`.
struct Server<'a> {
    classes: &'a Path,
    child: Child,
    answers: Receiver<String>,
    hangs: usize,
}

fn start(classes: &Path) -> (Child, Receiver<String>) {
    let mut child = Command::new("java")
        .args(["-Xmx512m", "-Xss1m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"])
        .args(EXPORTS)
        .arg("-cp")
        .arg(classes)
        .arg("Judge")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let answers = BufReader::new(child.stdout.take().unwrap());
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in answers.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    (child, receiver)
}

impl<'a> Server<'a> {
    fn new(classes: &'a Path) -> Self {
        let (child, answers) = start(classes);
        Server { classes, child, answers, hangs: 0 }
    }

    fn restart(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        (self.child, self.answers) = start(self.classes);
        self.hangs = 0;
    }

    fn judge(&mut self, program: &str, test: &str) -> Judgement {
        let mut message = Vec::new();
        for text in [program, test] {
            message.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
            message.extend(text.as_bytes());
        }
        let input = self.child.stdin.as_mut().unwrap();
        let sent = input.write_all(&message).and_then(|()| input.flush());
        let answer = sent.ok().and_then(|()| self.answers.recv_timeout(Duration::from_secs(20)).ok());
        match answer.as_deref() {
            Some("g") => return Judgement::Green,
            Some("r") => return Judgement::Red(Vec::new()),
            Some("b") => return Judgement::Broken("compiler".to_owned()),
            Some("t") => {}
            Some(_) => self.hangs += 1,
            None => self.hangs = HANGS,
        }
        if self.hangs >= HANGS {
            self.restart();
        }
        Judgement::Broken("time".to_owned())
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "a measurement"]
fn java() {
    let classes = tempfile::tempdir().unwrap();
    let source = classes.path().join("Judge.java");
    fs::write(&source, JUDGE).unwrap();
    let compiler = Command::new("javac").args(EXPORTS).arg("-nowarn").arg(&source).spawn().unwrap();
    assert!(finish(compiler, Duration::from_secs(60)).is_some_and(|output| output.status.success()));
    let mut server = Server::new(classes.path());
    let mut figures = Figures::default();
    let step = if std::env::var_os("REGREEN_HEFIX_ONLY").is_some() { 1 } else { 2 };
    for task in tasks("java").into_iter().step_by(step) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("src/main/java/Solution.java");
        let buggy = format!("{}{}", task.declaration, task.buggy);
        let imports: String = task.declaration.lines().filter(|line| line.starts_with("import")).collect();
        let test = format!("{imports}\n{}", task.test);
        for (path, text) in [(&path, &buggy), (&dir.path().join("src/test/java/Main.java"), &test)] {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let mut judge = || server.judge(&fs::read_to_string(&path).unwrap(), &test);
        let before = judge();
        if matches!(&before, Judgement::Green) || before == Judgement::Broken("compiler".to_owned()) {
            println!("{} skipped: does not compile here, or is not red", task.id);
            continue;
        }
        let target = target(Framework::Junit, "Main.main", "src/test/java/Main.java");
        let (survivors, first) = run(dir.path(), target, &[], &mut judge);
        assert_eq!(fs::read_to_string(&path).unwrap(), buggy);
        figures.add(&task, &buggy, &survivors, first);
    }
    figures.print();
}

//! Rust: one start of the compiler for every candidate, so only every fifth bug unless some are named.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use regreen_case::Framework;
use regreen_repair::Judgement;

use crate::{Figures, Task, finish, run, target, tasks};

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
#[ignore = "a measurement"]
fn rust() {
    let mut figures = Figures::default();
    let foreign = ["rand", "regex", "md5"];
    let step = if std::env::var_os("REGREEN_HEFIX_ONLY").is_some() { 1 } else { 5 };
    for task in tasks("rust").into_iter().step_by(step) {
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

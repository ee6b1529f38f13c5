//! C++: one start of the compiler for every candidate, so only every fifth bug and fewer candidates unless some are
//! named. `cpp_exact` needs no compiler: it asks how soon the human fix itself comes up.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use regreen_case::Framework;
use regreen_repair::Judgement;

use crate::{Figures, Task, finish, run_limited, target, tasks};

/// What the bugs include, compiled once.
const HEADERS: [&str; 9] =
    ["algorithm", "assert.h", "map", "math.h", "set", "stdio.h", "stdlib.h", "string", "vector"];

fn compiler(folder: &Path) -> Command {
    let mut command = Command::new("g++");
    command.args(["-O0", "-w", "-std=c++17"]).current_dir(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn precompile(folder: &Path) {
    let text: String = HEADERS.iter().map(|header| format!("#include <{header}>\n")).collect();
    fs::write(folder.join("usual.h"), text).unwrap();
    let child = compiler(folder).args(["-x", "c++-header", "usual.h", "-o", "usual.h.gch"]).spawn().unwrap();
    assert!(finish(child, Duration::from_secs(60)).is_some_and(|output| output.status.success()));
}

/// Compiles the test, which includes the solution, and runs it.
fn judge(folder: &Path, headers: &Path) -> Judgement {
    let header = headers.join("usual.h");
    let build = compiler(folder)
        .args(["-include", &header.to_string_lossy(), "test_solution.cpp", "-o", "program"])
        .spawn()
        .unwrap();
    if !finish(build, Duration::from_secs(30)).is_some_and(|output| output.status.success()) {
        return Judgement::Broken("compiler".to_owned());
    }
    // A loop that only ends when memory does would end more than itself.
    let run = Command::new("sh")
        .args(["-c", "ulimit -v 1000000; exec ./program"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    match finish(run, Duration::from_secs(3)) {
        Some(output) if output.status.success() => Judgement::Green,
        Some(_) => Judgement::Red(Vec::new()),
        None => Judgement::Broken("time".to_owned()),
    }
}

/// A folder with the bug and its test.
fn prepare(task: &Task) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let buggy = format!("{}{}", task.declaration, task.buggy);
    fs::write(dir.path().join("solution.cpp"), &buggy).unwrap();
    let test = format!("#include \"solution.cpp\"\n{}", task.test);
    fs::write(dir.path().join("test_solution.cpp"), test).unwrap();
    (dir, buggy)
}

#[test]
#[ignore = "a measurement"]
fn cpp() {
    let mut figures = Figures::default();
    let headers = tempfile::tempdir().unwrap();
    precompile(headers.path());
    let step = if std::env::var_os("REGREEN_HEFIX_ONLY").is_some() { 1 } else { 5 };
    for task in tasks("cpp").into_iter().step_by(step) {
        let (dir, buggy) = prepare(&task);
        let mut judge = || judge(dir.path(), headers.path());
        if !matches!(judge(), Judgement::Red(_)) {
            println!("{} skipped: does not compile here, or is not red", task.id);
            continue;
        }
        let target = target(Framework::Ctest, "main", "test_solution.cpp");
        let (survivors, first) = run_limited(dir.path(), target, &[], 150, &mut judge);
        assert_eq!(fs::read_to_string(dir.path().join("solution.cpp")).unwrap(), buggy);
        figures.add(&task, &buggy, &survivors, first);
    }
    figures.print();
}

#[test]
#[ignore = "a measurement"]
fn cpp_exact() {
    let mut figures = Figures::default();
    // The bugs are written with `using namespace std`.
    let plain = |text: &str| text.replace("std::", "").split_whitespace().collect::<String>();
    for task in tasks("cpp") {
        let (dir, buggy) = prepare(&task);
        let path = dir.path().join("solution.cpp");
        let wanted = plain(&format!("{}{}", task.declaration, task.canonical));
        let mut judge = || {
            let found = plain(&fs::read_to_string(&path).unwrap()) == wanted;
            if found { Judgement::Green } else { Judgement::Red(Vec::new()) }
        };
        let target = target(Framework::Ctest, "main", "test_solution.cpp");
        let (survivors, first) = run_limited(dir.path(), target, &[], 600, &mut judge);
        figures.add(&task, &buggy, &survivors, first);
    }
    figures.print();
}

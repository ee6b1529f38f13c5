//! How fast changes of a file are judged by a server of first opinions, and by one start of the runner each: the same project,
//! the same test, changes in turn. Prints a row. For `cargo xtask bench repair`.
//!
//! `opinion_rate NAME PROJECT TEST FILE OPINIONS RUNS`; FILE holds `RIGHT`, for which another word is put in turn.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program to measure with")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use regreen_case::Redactor;
use regreen_proof::{
    ForkServer, Opinion, OpinionLimit, Project, RunContext, Verdict, detect, judge, plan, run_counted,
};
use regreen_supervise::{Cancel, Deadline, Sandbox, SandboxMode};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = PathBuf::from(&arguments[1]).canonicalize().unwrap();
    let file = root.join(&arguments[3]);
    let (opinions, runs): (u32, u32) = (arguments[4].parse().unwrap(), arguments[5].parse().unwrap());
    let project = Project::at(&root, &root);
    let targets = detect(&project, &arguments[2]).unwrap();
    let command = plan(&project, &targets, None).unwrap();
    let scratch = root.parent().unwrap().join("scratch");
    let (env, cancel) = (BTreeMap::new(), Cancel::new());
    let (redactor, sandbox) = (Redactor::default(), Sandbox::for_tools(SandboxMode::Auto));
    let context = RunContext {
        checkout: &root,
        repo_root: &root,
        scratch: &scratch,
        env: &env,
        deadline: Deadline::after(Duration::from_secs(600)),
        cancel: &cancel,
        log: None,
        redactor: &redactor,
        sandbox: &sandbox,
    };
    let text = std::fs::read_to_string(&file).unwrap();
    // Every second change is right, and of the others no two are the same.
    let change = |number: u32| {
        let word = if number.is_multiple_of(2) { "RIGHT".to_owned() } else { format!("WRONG {number}") };
        std::fs::write(&file, text.replace("RIGHT", &word)).unwrap();
    };
    let began = Instant::now();
    for number in 0..runs {
        change(number);
        let verdict = judge(&run_counted(&command, &context).unwrap(), &targets, None);
        assert_eq!(verdict == Verdict::Green, number.is_multiple_of(2));
    }
    let slow = f64::from(runs) / began.elapsed().as_secs_f64();
    let began = Instant::now();
    let mut server = ForkServer::start(&command, &context).unwrap().unwrap();
    let start = began.elapsed();
    let limit = OpinionLimit { wall: Duration::from_secs(30), cpu: Duration::from_secs(30) };
    let began = Instant::now();
    for number in 0..opinions {
        change(number);
        let opinion = server.ask(limit).unwrap().0;
        assert_eq!(opinion == Opinion::Green, number.is_multiple_of(2), "{opinion:?}");
    }
    let quick = f64::from(opinions) / began.elapsed().as_secs_f64();
    std::fs::write(&file, text).unwrap();
    let start = start.as_secs_f64();
    println!("{:24} {slow:>9.1} {quick:>12.1} {:>8.0} {start:>9.2}", arguments[0], quick / slow);
}

//! Runs one test of a project so many times, each in a process of its own with counted results, so many
//! side by side, and prints the seconds. For `cargo xtask bench supervise`.
//!
//! `stress_loop PROJECT TEST RUNS WORKERS`
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program to measure with")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use regreen_case::Redactor;
use regreen_proof::{Project, RunContext, Verdict, detect, judge, plan, run_counted};
use regreen_supervise::{Cancel, Deadline, Sandbox, SandboxMode};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = PathBuf::from(&arguments[0]).canonicalize().unwrap();
    let (runs, workers): (u32, u32) = (arguments[2].parse().unwrap(), arguments[3].parse().unwrap());
    let project = Project::at(&root, &root);
    let targets = detect(&project, &arguments[1]).unwrap();
    let command = plan(&project, &targets, None).unwrap();
    let scratch = root.parent().unwrap().join("scratch");
    let (env, cancel) = (BTreeMap::new(), Cancel::new());
    let (redactor, sandbox) = (Redactor::default(), Sandbox::for_tools(SandboxMode::Auto));
    let once = || {
        let context = RunContext {
            checkout: &root,
            repo_root: &root,
            scratch: &scratch,
            env: &env,
            deadline: Deadline::after(Duration::from_secs(120)),
            cancel: &cancel,
            log: None,
            redactor: &redactor,
            sandbox: &sandbox,
        };
        let run = run_counted(&command, &context).unwrap();
        assert_eq!(judge(&run, &targets, None), Verdict::Green, "{}", run.output);
    };
    // Builds what there is to build.
    once();
    let left = AtomicU32::new(runs);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while left
                    .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
                    .is_ok()
                {
                    once();
                }
            });
        }
    });
    println!("{}", began.elapsed().as_secs_f64());
}

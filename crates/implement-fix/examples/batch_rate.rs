//! How fast the search judges candidates that are compiled together, and one build and one start each: the same project, the
//! same test, the same candidates in the same order, all that the attempt took included. Prints a row. For
//! `cargo xtask bench repair`.
//!
//! `batch_rate NAME PROJECT TEST TOGETHER ALONE`; no candidate may turn the test green.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program to measure with")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use regreen_case::{
    CaseDir, Fix, FixStatus, Limits, Redactor, Reproduction, ReproductionStatus, Source, Task, Timing,
    WorkKind,
};
use regreen_implement_fix::{Config, run};
use regreen_proof::{Project, detect, plan};
use regreen_supervise::Cancel;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = PathBuf::from(&arguments[1]).canonicalize().unwrap();
    let (together, alone): (usize, usize) = (arguments[3].parse().unwrap(), arguments[4].parse().unwrap());
    commit(&root);
    let quick = rate(&root, &arguments[2], together, true);
    let slow = rate(&root, &arguments[2], alone, false);
    println!("{:24} {slow:>9.1} {quick:>12.1} {:>8.0}", arguments[0], quick / slow);
}

/// Candidates a second.
fn rate(root: &Path, test: &str, candidates: usize, together: bool) -> f64 {
    let folder = root.parent().unwrap().join("case");
    let _ = std::fs::remove_dir_all(&folder);
    let case = CaseDir::create(&folder).unwrap();
    let project = Project::at(root, root);
    let tests = detect(&project, test).unwrap();
    let command = plan(&project, &tests, None).unwrap();
    let protected = tests.iter().filter_map(|target| target.file.clone()).collect();
    let task = Task {
        prompt: "It does not do what its test wants.".to_owned(),
        deterministic: true,
        work: WorkKind::ExistingTest,
        source: Source::ExistingTest,
        existing_test_path: Some(test.to_owned()),
        performance: None,
        slug: "measured".to_owned(),
        limits: Limits::default(),
        warnings: Vec::new(),
        timing: Timing::start(),
    };
    let reproduction = Reproduction {
        status: ReproductionStatus::Reproduced,
        reason: None,
        ending: None,
        base: None,
        tests,
        command: Some(command),
        protected,
        overlays: Vec::new(),
        signature: None,
        grade: None,
        rate: None,
        conditions: None,
        plain_rate: None,
        trials: Vec::new(),
        not_replicated: Vec::new(),
        next_steps: Vec::new(),
        branch: None,
        written_by: None,
        sandbox: None,
        timing: Timing::start(),
    };
    case.write(&task, &Redactor::default()).unwrap();
    case.write(&reproduction, &Redactor::default()).unwrap();
    let mut config = Config::new(&folder, root);
    config.max_candidates = candidates;
    config.together = together;
    config.time_limit = Some(Duration::from_secs(900));
    let fix: Fix = run(&config, &Cancel::new(), &|_| {}).unwrap();
    let attempt = &fix.attempts[0];
    assert_eq!(fix.status, FixStatus::NoFixFound, "{}", attempt.summary);
    let judged = format!("{candidates} of ");
    assert!(attempt.summary.contains(&judged), "{}", attempt.summary);
    candidates as f64 / attempt.duration_s
}

/// The project as a repository of one commit.
fn commit(root: &Path) {
    for words in [&["init", "-q"][..], &["add", "."], &["commit", "-q", "--allow-empty", "-m", "measured"]] {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=M", "-c", "user.email=m@example.org", "-c", "commit.gpgsign=false"]);
        assert!(git.args(words).current_dir(root).status().unwrap().success());
    }
}

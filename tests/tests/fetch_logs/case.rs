//! The case over several runs, and when a run is stopped.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use regreen_case::{Ending, Source};
use regreen_tests::binaries::binary;
use regreen_tests::github::Fault;
use regreen_tests::log_text::pytest_failure;

use super::place::{Place, against, server};

#[test]
fn a_new_case_leaves_nothing_of_the_old_one() {
    let place = Place::new();
    let log = place.file("ci.log", pytest_failure());
    let _ = place.prompted(&["--raw-logs"]).arg(log).run().exits(0);
    for name in ["fix.json", "fix.patch", "verification.json"] {
        place.file(&format!("case/{name}"), "{}");
    }
    std::fs::create_dir(place.path("case/outputs")).unwrap();
    place.file("case/outputs/report.md", "kept");
    let _ = place.prompted(&[]).run().exits(0);
    let entries = std::fs::read_dir(place.path("case")).unwrap();
    let mut left: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, [".gitignore", "failure.json", "outputs", "task.json"]);
}

#[test]
fn resuming_keeps_a_finished_case() {
    let place = Place::new();
    let log = place.file("ci.log", pytest_failure());
    let _ = place.prompted(&["--raw-logs"]).arg(log).run().exits(0);
    let before = place.everything();
    let _ = place.prompted(&["--raw-logs=gone.log", "--resume"]).run().exits(0);
    assert_eq!(place.everything(), before);
    // What ended for want of a log is asked for again.
    let empty = place.file("empty.log", "");
    let _ = place.prompted(&["--raw-logs"]).arg(empty).run().exits(0);
    let log = place.path("ci.log");
    let _ = place.prompted(&["--resume", "--raw-logs"]).arg(log).run().exits(0);
    assert_eq!(place.failure().tests.len(), 1);
}

#[test]
fn a_signal_leaves_a_cancelled_document() {
    for (signal, code) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143)] {
        let (github, url) = server(|run| run);
        github.fail(Fault::rate_limit("/runs/7", 60));
        let place = Place::new();
        let running = against(&github, place.prompted(&["--url", &url])).spawn();
        let begun = Instant::now();
        while github.journal().is_empty() {
            assert!(begun.elapsed() < Duration::from_secs(20), "it asks nothing");
            std::thread::sleep(Duration::from_millis(10));
        }
        running.signal(signal);
        let signalled = Instant::now();
        let _ = running.wait(Duration::from_secs(20)).exits(code);
        assert!(signalled.elapsed() < Duration::from_secs(7));
        assert_eq!(place.failure().ending, Some(Ending::Cancelled));
        assert!(matches!(place.task().source, Source::Url { .. }));
    }
}

#[test]
fn a_silent_standard_input_can_be_interrupted() {
    let place = Place::new();
    let mut child = Command::new(binary("fetch-logs"))
        .args(["--prompt=Fix median", "--deterministic=true", "--raw-logs=-"])
        .arg(format!("--case={}", place.path("case").display()))
        .env_clear()
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while !place.path("case/task.json").exists() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it writes no task");
        std::thread::sleep(Duration::from_millis(10));
    }
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert_eq!(place.failure().ending, Some(Ending::Cancelled));
}

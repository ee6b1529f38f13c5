//! Hostile logs: whatever a program prints, reading it ends soon, in time that grows like the log, and
//! what comes out stays small.
#![allow(clippy::unwrap_used, reason = "a test may panic anywhere, its helpers too")]

use std::path::PathBuf;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};
use regreen_logs::{Extraction, extract};

/// What this thread has worked so far: a busy machine does not change it.
fn worked() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap().into()
}

fn read(text: &[u8]) -> (Extraction, Duration) {
    let since = worked();
    let found = extract(text, "logs/hostile.log").unwrap();
    (found, worked() - since)
}

/// Four times as much may take four times as long, and what a noisy machine adds, but not sixteen.
fn grows_like_the_log(name: &str, make: impl Fn(usize) -> Vec<u8>, size: usize) {
    let growth = growth(&make, size);
    assert!(growth.is_none(), "{name}: {}", growth.unwrap_or_default());
    let large = make(size * 4);
    let (found, _) = read(&large);
    assert!(found.excerpt.len() <= 16 * 1024, "{name}");
    assert!(found.tests.len() <= 2000, "{name}");
    let kept: usize = found.tests.iter().map(|test| test.message.len() + test.id.len()).sum();
    assert!(kept <= 2000 * 6000, "{name}: {kept}");
}

/// What grew faster than the log.
fn growth(make: impl Fn(usize) -> Vec<u8>, size: usize) -> Option<String> {
    let (small, large) = (make(size), make(size * 4));
    let linear = |one: Duration, four: Duration| four < one * 10 + Duration::from_millis(300);
    // A noisy machine is given further chances.
    let mut last = String::new();
    for _ in 0..3 {
        let (one, four) = (read(&small).1, read(&large).1);
        if linear(one, four) {
            return None;
        }
        last = format!("{one:?} became {four:?}");
    }
    Some(last)
}

fn repeated(line: &str, times: usize) -> Vec<u8> {
    line.repeat(times).into_bytes()
}

fn numbered(times: usize, line: impl Fn(usize) -> String) -> Vec<u8> {
    (0..times).map(line).collect::<String>().into_bytes()
}

#[test]
fn one_endless_line() {
    for word in ["x", "error ", "FAILED a::b ", "\u{1b}[31m", "\r", "##[error]", "\u{fffd}", "((((", "::"] {
        grows_like_the_log(word, |size| repeated(word, size), (1 << 19) / word.len());
    }
}

#[test]
fn a_million_groups_steps_and_escapes() {
    grows_like_the_log("groups", |size| numbered(size, |n| format!("##[group]g {n}\n")), 20_000);
    grows_like_the_log("steps", |size| numbered(size, |n| format!("##[group]Run make {n}\n")), 20_000);
    grows_like_the_log(
        "headers",
        |size| numbered(size, |n| format!("##[group]Run x\nenv:\n  A{n}: b\n")),
        50_000,
    );
    grows_like_the_log("escapes", |size| repeated("\u{1b}[1m\u{1b}]8;;x\u{7}\u{1b}(B\n", size), 20_000);
    grows_like_the_log("open escapes", |size| repeated("\u{1b}]0;never closed \u{1b}[\n", size), 20_000);
    grows_like_the_log(
        "failed steps",
        |size| repeated("##[error]Process completed with exit code 1.\n", size),
        50_000,
    );
}

#[test]
fn many_speakers_failures_and_candidates() {
    grows_like_the_log("speakers", |size| numbered(size, |n| format!("web-{n}  | FAILED x error\n")), 20_000);
    grows_like_the_log(
        "errors",
        |size| numbered(size, |n| format!("src/a{n}.c:{n}:1: error: no {n}\n")),
        50_000,
    );
    grows_like_the_log(
        "tracebacks",
        |size| repeated("Traceback (most recent call last):\n  File \"a.py\", line 1\n", size),
        50_000,
    );
    grows_like_the_log(
        "pytest",
        |size| {
            let mut text = b"======= test session starts =======\n======= FAILURES =======\n".to_vec();
            text.extend(numbered(size, |n| format!("_______ test_{n} _______\nE   assert {n}\n")));
            text.extend_from_slice(b"======= short test summary info =======\n");
            text.extend(numbered(size, |n| format!("FAILED a.py::test_{n} - assert {n}\n")));
            text
        },
        2_000,
    );
    grows_like_the_log(
        "go",
        |size| numbered(size, |n| format!("=== RUN   T{n}\n--- FAIL: T{n} (0.00s)\n")),
        10_000,
    );
    grows_like_the_log("tap", |size| numbered(size, |n| format!("not ok {n} - t{n}\n")), 20_000);
}

/// What each framework really prints, over and over, and each of its lines over and over.
#[test]
fn every_framework_reads_its_own_output_in_linear_time() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut quadratic = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "log") {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let log = std::fs::read_to_string(&path).unwrap();
        let kept = log.lines().filter(|line| !line.contains("##["));
        let body: String = kept.map(|line| format!("{line}\n")).collect();
        let whole = growth(|size| repeated(&body, size), 20);
        let lines = growth(
            |size| body.lines().flat_map(|line| format!("{line}\n").repeat(size).into_bytes()).collect(),
            20,
        );
        quadratic.extend(whole.map(|text| format!("{name}: {text}")));
        quadratic.extend(lines.map(|text| format!("lines of {name}: {text}")));
    }
    assert!(quadratic.is_empty(), "{}", quadratic.join("\n"));
}

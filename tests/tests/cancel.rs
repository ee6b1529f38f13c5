//! SIGTERM and SIGINT in every phase: it ends within seconds with the public exit code, its
//! document says so, the worktrees are gone from the user's repository, and nothing it started is
//! left. Through the conductor there is a report as well.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere, its helpers too")]

use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use regreen_case::{CaseDir, Ending, Failure, Fix, PullRequest, Report, Reproduction, Verification};
use regreen_tests::{Program, Running, TestRepository};

/// What the Actions runner gives between asking and killing, both signals together.
const GRACE: Duration = Duration::from_secs(7);

/// A test that hangs once the file `hang` lies beside the repository, with a grandchild that
/// ignores SIGTERM in a session of its own.
fn repository(marker: &str) -> TestRepository {
    let repository = TestRepository::new();
    let hang = repository.beside("hang");
    let test = format!(
        "import os, subprocess, time\nfrom calc import add\n\n\ndef test_add():\n    if os.path.exists({hang:?}):\n        \
         subprocess.Popen([\"sh\", \"-c\", \"trap '' TERM; : {marker}; while true; do sleep 1; done\"], start_new_session=True)\n        \
         open(\"started\", \"w\").close()\n        time.sleep(300)\n    assert add(1, 2) == 3\n",
        hang = hang.display().to_string(),
    );
    repository.write("calc.py", "def add(a, b):\n    return a - b\n");
    repository.write("tests/test_calc.py", test);
    repository.commit("Start");
    repository
}

fn program(name: &str, repository: &TestRepository) -> Program {
    Program::new(name)
        .args(["--case".as_ref(), repository.beside("case").as_os_str()])
        .args(["--repo".as_ref(), repository.path().as_os_str()])
}

fn fetch(repository: &TestRepository) {
    let _ = Program::new("fetch-logs")
        .args(["--case".as_ref(), repository.beside("case").as_os_str()])
        .args([
            "--prompt=add is wrong",
            "--deterministic=true",
            "--existing-test-path=tests/test_calc.py::test_add",
        ])
        .run()
        .exits(0);
}

/// Waits for the hanging test, sends the signal, and checks all that must hold afterwards.
fn stop(running: Running, signal: Signal, code: i32, repository: &TestRepository, marker: &str) {
    wait_until_started(repository);
    running.signal(signal);
    let asked = Instant::now();
    let finished = running.wait(Duration::from_secs(20)).exits(code);
    assert!(asked.elapsed() < GRACE, "took {:?}\n{}", asked.elapsed(), finished.stderr);
    nothing_is_left(repository, marker);
}

/// The same for a program that waits for a server which accepts and never answers.
fn stop_while_the_server_is_silent(program: impl FnOnce(&str) -> Program) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", silent.local_addr().unwrap());
    let running = program(&address)
        .env("GITHUB_SERVER_URL", &address)
        .env("GITHUB_API_URL", format!("{address}/api/v3"))
        .spawn();
    let _connection = silent.accept().unwrap();
    std::thread::sleep(Duration::from_millis(200));
    running.signal(Signal::SIGTERM);
    let asked = Instant::now();
    let _ = running.wait(Duration::from_secs(20)).exits(143);
    assert!(asked.elapsed() < GRACE, "took {:?}", asked.elapsed());
}

fn nothing_is_left(repository: &TestRepository, marker: &str) {
    let worktrees = repository.git(&["worktree", "list", "--porcelain"]);
    assert_eq!(worktrees.matches("worktree ").count(), 1, "{worktrees}");
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).into_owned();
        assert!(!line.contains(marker), "still there: {line}");
    }
}

/// What hangs says so in its checkout: it may write nowhere else.
fn wait_until_started(repository: &TestRepository) {
    let begun = Instant::now();
    while !has_started(&repository.beside("case/scratch"), 2) {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing started");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn has_started(folder: &Path, depth: usize) -> bool {
    let inner = |entry: std::fs::DirEntry| depth > 0 && has_started(&entry.path(), depth - 1);
    folder.join("started").exists() || std::fs::read_dir(folder).into_iter().flatten().flatten().any(inner)
}

fn case(repository: &TestRepository) -> CaseDir {
    CaseDir::open(repository.beside("case")).unwrap()
}

#[test]
fn fetch_logs_stops_while_it_waits_for_a_log() {
    let repository = repository("regreen-cancel-fetch");
    stop_while_the_server_is_silent(|address| {
        Program::new("fetch-logs")
            .args(["--case".as_ref(), repository.beside("case").as_os_str()])
            .args(["--prompt=it is red", "--deterministic=true"])
            .arg(format!("--url={address}/o/r/actions/runs/1"))
    });
    assert_eq!(case(&repository).read::<Failure>().unwrap().ending, Some(Ending::Cancelled));
}

#[test]
fn reproduce_stops_while_the_test_hangs() {
    let marker = "regreen-cancel-reproduce";
    let repository = repository(marker);
    fetch(&repository);
    std::fs::write(repository.beside("hang"), "").unwrap();
    stop(program("reproduce", &repository).spawn(), Signal::SIGTERM, 143, &repository, marker);
    assert_eq!(case(&repository).read::<Reproduction>().unwrap().ending, Some(Ending::Cancelled));
}

#[test]
fn implement_fix_stops_while_an_agent_hangs() {
    let marker = "regreen-cancel-implement";
    let repository = repository(marker);
    fetch(&repository);
    let _ = program("reproduce", &repository).run().exits(0);
    let agent = format!(
        "touch started; (trap '' TERM; : {marker}; while true; do sleep 1; done) & trap '' TERM; while true; do sleep 1; done"
    );
    let command = serde_json::json!(["sh", "-c", agent]).to_string();
    let running = program("implement-fix", &repository)
        .args(["--agent=command".to_owned(), format!("--agent-command={command}")])
        .spawn();
    stop(running, Signal::SIGINT, 130, &repository, marker);
    assert_eq!(case(&repository).read::<Fix>().unwrap().ending, Some(Ending::Cancelled));
}

#[test]
fn verify_stress_stops_while_the_test_hangs() {
    let marker = "regreen-cancel-verify";
    let repository = repository(marker);
    fetch(&repository);
    let _ = program("reproduce", &repository).run().exits(0);
    let _ = program("implement-fix", &repository).arg("--agent=search").run().exits(0);
    std::fs::write(repository.beside("hang"), "").unwrap();
    stop(program("verify-stress", &repository).spawn(), Signal::SIGTERM, 143, &repository, marker);
    let found = case(&repository).read::<Verification>().unwrap();
    assert_eq!(found.ending, Some(Ending::Cancelled));
    assert_ne!(found.status, regreen_case::VerificationStatus::Proven);
}

#[test]
fn open_pr_stops_while_the_server_is_silent() {
    let repository = repository("regreen-cancel-open");
    fetch(&repository);
    for (name, options) in
        [("reproduce", &[][..]), ("implement-fix", &["--agent=search"]), ("verify-stress", &[])]
    {
        let _ = program(name, &repository).args(options).run().exits(0);
    }
    stop_while_the_server_is_silent(|_| {
        Program::new("open-pr")
            .args(["--case".as_ref(), repository.beside("case").as_os_str()])
            .args(["--repository=o/r", "--forge=github"])
            .env("GITHUB_TOKEN", "loopback-token-0123456789")
    });
    assert_eq!(case(&repository).read::<PullRequest>().unwrap().ending, Some(Ending::Cancelled));
}

#[test]
fn the_conductor_still_writes_the_report() {
    let marker = "regreen-cancel-run";
    let repository = repository(marker);
    std::fs::write(repository.beside("hang"), "").unwrap();
    let running = Program::new("regreen")
        .arg("run")
        .args(["--case".as_ref(), repository.beside("case").as_os_str()])
        .args(["--repo".as_ref(), repository.path().as_os_str()])
        .args([
            "--prompt=add is wrong",
            "--deterministic=true",
            "--existing-test-path=tests/test_calc.py::test_add",
        ])
        .arg("--forge=local")
        .dir(repository.path())
        .spawn();
    stop(running, Signal::SIGTERM, 143, &repository, marker);
    let dir = case(&repository);
    let report = dir.read::<Report>().unwrap();
    assert_eq!(report.ending, Ending::Cancelled);
    let text = std::fs::read_to_string(dir.path(&report.markdown)).unwrap();
    assert!(text.contains("## Status: ❌ Failed"), "{text}");
}

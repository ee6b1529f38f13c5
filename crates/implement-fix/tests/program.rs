//! The program itself: exit codes, outputs, signals.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use regreen_case::{Ending, Fix, FixStatus};
use support::{Bug, REPAIR};

#[path = "support/mod.rs"]
mod support;

/// The program in an environment without a runner, a home, or any of our own variables.
fn program(bug: &Bug) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_implement-fix"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).current_dir(bug.repo());
    command
}

fn output(command: &mut Command) -> Output {
    command.output().expect("the program starts")
}

#[test]
fn options_come_from_the_environment_and_outputs_go_to_the_runner() {
    let bug = Bug::new();
    bug.open();
    let config = bug.agent(REPAIR);
    let outputs = bug.folder.path().join("outputs");
    let done = output(
        program(&bug)
            .env("REGREEN_AGENT", "command")
            .env("REGREEN_AGENT_COMMAND", serde_json::to_string(&config.agent_command).unwrap())
            .env("REGREEN_TIME_LIMIT", "5m")
            .env("REGREEN_MODEL", "")
            .env("GITHUB_OUTPUT", &outputs),
    );
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert_eq!(done.status.code(), Some(0), "{said}");
    assert!(done.stdout.is_empty());
    assert!(said.contains("[implement-fix +"), "{said}");
    let outputs = fs::read_to_string(outputs).unwrap();
    for (name, value) in [("status", "patch-found"), ("ending", ""), ("fixer", "command"), ("attempts", "1")]
    {
        let lines: Vec<&str> = outputs.lines().collect();
        let at = lines.iter().position(|line| line.starts_with(&format!("{name}<<"))).expect(name);
        assert_eq!(lines[at + 1], value, "{name}");
    }
}

#[test]
fn bad_input_and_a_missing_case_have_their_exit_codes() {
    let bug = Bug::new();
    bug.open();
    let wrong = output(program(&bug).args(["--agent", "claud-code"]));
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!(wrong.status.code(), Some(2), "{said}");
    assert!(said.contains("error: there is no agent `claud-code`"), "{said}");
    assert!(said.contains("hint: did you mean `claude-code`?"), "{said}");
    assert_eq!(output(program(&bug).arg("--nonsense")).status.code(), Some(2));
    assert_eq!(output(program(&bug).args(["--case", "nowhere"])).status.code(), Some(3));
    fs::write(bug.case().path("task.json"), "{").unwrap();
    assert_eq!(output(&mut program(&bug)).status.code(), Some(4));
}

#[test]
fn a_signal_ends_it_with_its_document_and_without_leftovers() {
    for (signal, code) in [(Signal::SIGTERM, 143), (Signal::SIGINT, 130)] {
        let bug = Bug::new();
        bug.open();
        let pid_file = bug.folder.path().join("pid");
        let config = bug.agent(&format!(
            "
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open({pid_file:?} + '.new', 'w').write(str(os.getpid()))
        os.rename({pid_file:?} + '.new', {pid_file:?})
        time.sleep(600)
    os._exit(0)
time.sleep(600)
"
        ));
        let argv = serde_json::to_string(&config.agent_command).unwrap();
        let mut child = program(&bug)
            // It notes outside of the checkout whom it has started.
            .args(["--sandbox", "off", "--agent", "command", "--agent-command", &argv])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        while !pid_file.exists() {
            assert!(began.elapsed() < Duration::from_secs(60), "the agent was never started");
            std::thread::sleep(Duration::from_millis(20));
        }
        let asked = Instant::now();
        kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
        let status = child.wait().unwrap();
        assert!(asked.elapsed() < Duration::from_secs(7), "{:?}", asked.elapsed());
        assert_eq!(status.code(), Some(code));
        let fix: Fix = bug.case().read().unwrap();
        assert_eq!((fix.status, fix.ending), (FixStatus::NotRunnable, Some(Ending::Cancelled)));
        let pid = fs::read_to_string(&pid_file).unwrap();
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(stat.is_empty() || stat.contains(") Z "), "a grandchild is still there: {stat}");
        assert_eq!(bug.git(&["worktree", "list"]).lines().count(), 1);
    }
}

#[test]
fn killed_hard_it_leaves_a_document_that_says_so_and_the_next_run_cleans_up() {
    let bug = Bug::new();
    bug.open();
    let started = bug.folder.path().join("started");
    let config = bug.agent(&format!("open({started:?}, 'w').close()\ntime.sleep(20)"));
    let argv = serde_json::to_string(&config.agent_command).unwrap();
    let mut child = program(&bug)
        // It notes outside of the checkout that it has begun.
        .args(["--sandbox", "off", "--agent", "command", "--agent-command", &argv])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !started.exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let fix: Fix = bug.case().read().unwrap();
    assert_eq!(fix.ending, Some(Ending::InternalError));
    assert!(fix.reason.unwrap().contains("killed"));
    // The checks of `run` fail if the dead run's worktree is still there afterwards.
    assert_eq!(bug.run(&bug.agent(REPAIR)).unwrap().status, FixStatus::PatchFound);
}

#[test]
fn help_is_quick_and_teaches() {
    let bug = Bug::new();
    let began = Instant::now();
    let help = output(program(&bug).arg("--help"));
    assert!(began.elapsed() < Duration::from_secs(1));
    let text = String::from_utf8(help.stdout).unwrap();
    for word in ["Examples:", "claude-code", "--agent-command", "Exit codes", "REGREEN_REDACT"] {
        assert!(text.contains(word), "{word}");
    }
}

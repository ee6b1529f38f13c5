//! The ways out that a hostile or broken child tries.

use std::path::Path;
use std::sync::{Arc, Mutex};

use super::*;
use crate::{Environment, Input};

fn spec(argv: &[&str], seconds: u64) -> ProcessSpec {
    let deadline = Deadline::after(Duration::from_secs(seconds));
    let mut spec = ProcessSpec::new(argv.iter().map(|part| (*part).to_owned()).collect(), "/", deadline);
    spec.grace = Duration::from_millis(300);
    spec
}

fn shell(script: &str, seconds: u64) -> ProcessSpec {
    spec(&["sh", "-c", script], seconds)
}

fn lives(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()))
        .is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z'))
}

fn pid_in(path: &Path) -> String {
    let pid = std::fs::read_to_string(path).unwrap();
    assert!(pid.trim().parse::<u32>().is_ok(), "{pid}");
    pid
}

/// Python that leaves by every door: new session, double fork, deaf to SIGTERM. `$1`: pid file.
const ESCAPE: &str = r#"
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with open(sys.argv[1] + ".new", "w") as file:
            file.write(str(os.getpid()))
        os.rename(sys.argv[1] + ".new", sys.argv[1])
        time.sleep(600)
    os._exit(0)
os.wait()
while not os.path.exists(sys.argv[1]):
    time.sleep(0.01)
"#;

#[test]
fn ends_are_told_apart() {
    let cancel = Cancel::new();
    assert_eq!(run(shell("exit 0", 10), &cancel).unwrap().end, End::Exited(0));
    assert_eq!(run(shell("exit 7", 10), &cancel).unwrap().end, End::Exited(7));
    assert_eq!(run(shell("kill -SEGV $$", 10), &cancel).unwrap().end, End::Signalled(11));
    assert_eq!(run(shell("sleep 60", 0), &cancel).unwrap().end, End::DeadlineReached);
    let missing = run(spec(&["no-such-program-anywhere"], 10), &cancel).unwrap_err();
    assert_eq!(missing.to_string(), "the program `no-such-program-anywhere` was not found");
    assert_eq!(missing.exit_code(), 3);
    assert_eq!(run(spec(&[], 10), &cancel).unwrap_err().exit_code(), 2);
}

#[test]
fn output_goes_to_log_tail_and_listener() {
    let folder = tempfile::tempdir().unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&lines);
    let mut spec = shell("cat; echo err >&2; printf end", 10);
    spec.stdin = Input::Bytes(b"in\n".to_vec());
    spec.log = Some(folder.path().join("run/1.log"));
    spec.on_line = Some(Box::new(move |line| seen.lock().unwrap().push(line.to_owned())));
    let outcome = run(spec, &Cancel::new()).unwrap();
    assert_eq!((outcome.tail.as_str(), outcome.output_bytes), ("in\nerr\nend", 10));
    assert_eq!(*lines.lock().unwrap(), ["in", "err", "end"]);
    assert_eq!(std::fs::read_to_string(folder.path().join("run/1.log")).unwrap(), "in\nerr\nend");
}

#[test]
fn the_child_sees_only_what_it_is_given() {
    let mut spec = shell("env", 10);
    spec.env = Environment::empty();
    spec.env.set("PATH", std::env::var_os("PATH").unwrap()).set("ONLY", "this");
    let outcome = run(spec, &Cancel::new()).unwrap();
    for line in outcome.tail.lines() {
        let name = line.split('=').next().unwrap();
        assert!(["PATH", "ONLY", "REGREEN_PROCESS", "PWD", "SHLVL", "_", "OLDPWD"].contains(&name), "{line}");
    }
    assert!(outcome.tail.contains("ONLY=this"));
}

#[test]
fn a_deadline_takes_down_a_child_that_is_deaf() {
    let outcome = run(shell("trap '' TERM; while :; do sleep 1; done", 1), &Cancel::new()).unwrap();
    assert_eq!(outcome.end, End::DeadlineReached);
    assert!(outcome.duration < Duration::from_secs(4), "{:?}", outcome.duration);
}

#[test]
fn asked_first_then_forced() {
    let mut spec = shell("trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.05; done", 1);
    spec.grace = Duration::from_secs(10);
    let outcome = run(spec, &Cancel::new()).unwrap();
    assert_eq!(outcome.end, End::DeadlineReached);
    assert!(outcome.tail.starts_with("ready\n"), "{}", outcome.tail);
    assert_eq!(outcome.tail.matches("asked").count(), 1, "{}", outcome.tail);
    assert!(outcome.duration < Duration::from_secs(5));
}

#[test]
fn an_escaped_grandchild_neither_hangs_us_nor_outlives_us() {
    let folder = tempfile::tempdir().unwrap();
    let pid_file = folder.path().join("pid");
    // It holds the pipe open: waiting for the end of the output would take ten minutes.
    let outcome =
        run(spec(&["python3", "-c", ESCAPE, pid_file.to_str().unwrap()], 60), &Cancel::new()).unwrap();
    assert_eq!(outcome.end, End::Exited(0));
    assert!(outcome.duration < Duration::from_secs(10), "{:?}", outcome.duration);
    assert!(!lives(&pid_in(&pid_file)));
}

#[test]
fn one_tree_dies_and_the_other_lives() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let slow = format!("{ESCAPE}\ntime.sleep(3)\n");
    let argv = second.to_str().unwrap().to_owned();
    let other = std::thread::spawn(move || run(spec(&["python3", "-c", &slow, &argv], 60), &Cancel::new()));
    while !second.exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    run(spec(&["python3", "-c", ESCAPE, first.to_str().unwrap()], 60), &Cancel::new()).unwrap();
    assert!(!lives(&pid_in(&first)));
    assert!(lives(&pid_in(&second)), "the other tree was cut down too");
    assert_eq!(other.join().unwrap().unwrap().end, End::Exited(0));
    assert!(!lives(&pid_in(&second)));
}

#[test]
fn silence_flood_and_cancellation_stop_it() {
    let mut silent = shell("echo a; sleep 60", 30);
    silent.silence = Some(Duration::from_secs(1));
    let stopped = run(silent, &Cancel::new()).unwrap();
    assert_eq!(stopped.end, End::Silent(1));
    assert_eq!((stopped.end.to_string().as_str(), stopped.signal), ("stopped: no output for 1 s", Some(15)));

    let mut flood = spec(&["yes"], 30);
    flood.max_output = 1_000_000;
    flood.tail = 100;
    let outcome = run(flood, &Cancel::new()).unwrap();
    assert_eq!(outcome.end, End::OutputLimit);
    assert!(outcome.tail.len() <= 100);

    let mut lines = spec(&["yes", ""], 30);
    lines.max_lines = 1000;
    assert_eq!(run(lines, &Cancel::new()).unwrap().end, End::OutputLimit);

    let cancel = Cancel::new();
    let clone = cancel.clone();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        clone.cancel();
    });
    let outcome = run(shell("trap '' TERM; sleep 60", 30), &cancel).unwrap();
    canceller.join().unwrap();
    assert_eq!(outcome.end, End::Cancelled);
    assert!(outcome.duration < Duration::from_secs(5));
    assert_eq!(run(shell("exit 0", 30), &cancel).unwrap().end, End::Cancelled, "and nothing starts any more");
}

#[test]
fn what_it_used_is_measured() {
    let work = "import time\nheld = bytearray(64 * 1024 * 1024)\nend = time.process_time() + 0.3\n\
                while time.process_time() < end: pass\nprint('a\\nb', end='')";
    let outcome = run(spec(&["python3", "-c", work], 60), &Cancel::new()).unwrap();
    let usage = outcome.usage.unwrap();
    assert_eq!((outcome.end, outcome.signal, outcome.killed), (End::Exited(0), None, false));
    assert!(usage.user + usage.system >= Duration::from_millis(300), "{usage:?}");
    assert!(usage.peak_memory >= 64 * 1024 * 1024 && usage.peak_memory < 1 << 40, "{usage:?}");
    assert_eq!((outcome.output_bytes, outcome.output_lines), (3, 2));
    let deaf = run(shell("trap '' TERM; while :; do sleep 1; done", 1), &Cancel::new()).unwrap();
    assert_eq!((deaf.end, deaf.signal, deaf.killed), (End::DeadlineReached, Some(9), true));
}

#[test]
fn a_panicking_listener_takes_the_tree_down() {
    let folder = tempfile::tempdir().unwrap();
    let pid_file = folder.path().join("pid");
    let mut spec = shell(&format!("echo $$ > {}; echo go; sleep 600", pid_file.display()), 600);
    spec.on_line = Some(Box::new(|_| panic!("on purpose")));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(spec, &Cancel::new())));
    assert!(result.is_err());
    assert!(!lives(&pid_in(&pid_file)));
}

#[test]
fn a_tree_that_keeps_growing_is_cut_down() {
    let folder = tempfile::tempdir().unwrap();
    let beat = folder.path().join("beat");
    // Every process starts its successor in a new session and dies.
    let script = r#"
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
end = time.time() + 30
while time.time() < end:
    if os.fork():
        os._exit(0)
    os.setsid()
    open(sys.argv[1], "w").write(str(time.time()))
    time.sleep(0.02)
"#;
    let script = format!("{script}\n");
    let wrapper = "python3 -c \"$1\" \"$2\"; sleep 1";
    let outcome =
        run(spec(&["sh", "-c", wrapper, "sh", &script, beat.to_str().unwrap()], 20), &Cancel::new()).unwrap();
    assert_eq!(outcome.end, End::Exited(0));
    let last = std::fs::read_to_string(&beat).unwrap();
    std::thread::sleep(Duration::from_millis(400));
    assert_eq!(std::fs::read_to_string(&beat).unwrap(), last, "something still runs");
}

#[test]
fn orphans_do_not_pile_up_as_zombies() {
    let folder = tempfile::tempdir().unwrap();
    // By a name of its own: other tests have orphans too.
    let nap = folder.path().join("nap");
    std::fs::copy("/bin/sleep", &nap).unwrap();
    let nap = nap.display();
    for script in [
        format!("for i in 1 2 3 4 5; do (sh -c '{nap} 0.1' &) ; done; sleep 0.4"),
        // Gone from the group, and gone altogether before anybody looked.
        format!("for i in 1 2 3 4 5; do (setsid {nap} 0.05 &) ; done; sleep 0.3"),
    ] {
        run(shell(&script, 20), &Cancel::new()).unwrap();
    }
    let own = std::process::id().to_string();
    let zombies = || {
        let stats = std::fs::read_dir("/proc").unwrap().flatten();
        let stats = stats.filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
        let is_one = |stat: &String| {
            let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
            stat.contains("(nap)") && fields[0] == "Z" && fields[1] == own
        };
        stats.filter(is_one).count()
    };
    // One that became a zombie at the very end is the next run's to take.
    let mut runs = 0;
    while zombies() > 0 && runs < 10 {
        run(shell("true", 20), &Cancel::new()).unwrap();
        runs += 1;
    }
    assert_eq!(zombies(), 0);
}

/// The child is gone within milliseconds and leaves a grandchild without session, parent, environment or
/// ear for SIGTERM. `$1`: pid file, `$2`: seconds that the child itself lives on.
const VANISH: &str = r#"
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for fd in (0, 1, 2):
            os.close(fd)
        code = "import os,sys,time,signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " \
               "open(sys.argv[1] + '.new', 'w').write(str(os.getpid())); " \
               "os.rename(sys.argv[1] + '.new', sys.argv[1]); time.sleep(600)"
        os.execve(sys.executable, [sys.executable, "-S", "-E", "-c", code, sys.argv[1]], {})
    os._exit(0)
os.wait()
time.sleep(float(sys.argv[2]))
"#;

#[test]
fn without_session_parent_or_environment_nothing_escapes() {
    let folder = tempfile::tempdir().unwrap();
    let vanish = |name: &str, seconds: &str| {
        let pid_file = folder.path().join(name);
        let script = pid_file.to_str().unwrap().to_owned();
        let seconds = seconds.to_owned();
        let work = move || run(spec(&["python3", "-c", VANISH, &script, &seconds], 60), &Cancel::new());
        (pid_file, work)
    };
    // Several at once: each takes its own and nobody else's.
    let (long_file, long) = vanish("long", "4");
    let long = std::thread::spawn(long);
    while !long_file.exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    for number in 0..5 {
        let (file, work) = vanish(&format!("short-{number}"), "0");
        assert_eq!(work().unwrap().end, End::Exited(0));
        // It may have been ended before it wrote its number.
        assert!(!file.exists() || !lives(&pid_in(&file)), "short {number} escaped");
        let running = long.is_finished();
        assert!(running || lives(&pid_in(&long_file)), "the other tree was cut down too");
    }
    assert_eq!(long.join().unwrap().unwrap().end, End::Exited(0));
    assert!(!lives(&pid_in(&long_file)), "the long one escaped");
}

#[test]
fn a_short_child_is_noticed_at_once() {
    // Against the same child started barely, in turn: the machine may be busy.
    let (mut supervised, mut bare) = (Duration::MAX, Duration::MAX);
    for _ in 0..30 {
        let began = Instant::now();
        std::process::Command::new("true").output().unwrap();
        bare = bare.min(began.elapsed());
        supervised = supervised.min(run(spec(&["true"], 20), &Cancel::new()).unwrap().duration);
    }
    assert!(supervised < bare * 5 + Duration::from_millis(15), "{supervised:?}, barely {bare:?}");
}

//! Agents that do not go: they never end, or leave something running behind.

use std::time::{Duration, Instant};

use regreen_case::{AttemptOutcome, Ending, FixStatus};

use super::scene::{REPAIR, Scene};

/// A process that is out of everybody's sight: forked twice, in a session of its own, without an
/// environment, in the root directory, with closed pipes, deaf to SIGTERM. It says its id before it goes.
const STRAY: &str = r#"
reader, writer = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.chdir("/")
        os.set_inheritable(writer, True)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        code = f"import os, time; os.write({writer}, str(os.getpid()).encode()); os.close({writer})\n" + STAYS
        os.dup2(os.open("/dev/null", os.O_RDWR), 1)
        os.dup2(1, 2)
        os.execve(sys.executable, [sys.executable, "-c", code], {})
    os._exit(0)
os.close(writer)
stray = os.read(reader, 20).decode()
assert os.path.exists(f"/proc/{stray}"), "the stray was never there"
say("stray", stray)
"#;

fn is_gone(printed: &str) {
    let strays: Vec<&str> = printed.lines().filter_map(|line| line.strip_prefix("stray ")).collect();
    assert!(!strays.is_empty(), "no stray was started: {printed}");
    for stray in strays {
        let stat = std::fs::read_to_string(format!("/proc/{stray}/stat")).unwrap_or_default();
        assert!(stat.is_empty() || stat.contains(") Z "), "the stray is still there: {stat}");
    }
}

#[test]
fn an_agent_that_never_ends_is_out_of_time() {
    let body = format!(
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nSTAYS = 'time.sleep(600)'\n{STRAY}\n\
         while True:\n    time.sleep(1)\n"
    );
    let began = Instant::now();
    let told = Scene::with_command(&body).options(&["--time-limit=8s", "--attempts=2"]).run();
    // The limit, the grace of the agent that is stopped, and what a busy machine adds.
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
    let first = told.fix.attempts[0].outcome;
    assert_eq!(first, AttemptOutcome::TimedOut, "{}", told.text);
    is_gone(&told.printed(1));
    let outcomes = vec![AttemptOutcome::TimedOut; told.fix.attempts.len()];
    let told = told.ends(&outcomes, Ending::OutOfTime).says("its time was over before it changed anything");
    assert_eq!(told.fix.status, FixStatus::OutOfTime);
}

/// Its own share of the time was over, not yet the phase's: what is missing is time all the same.
#[test]
fn an_agent_that_only_sleeps_is_out_of_time() {
    let scene = Scene::with_command("time.sleep(600)");
    let told = scene.options(&["--time-limit=8s", "--attempts=1"]).run();
    let told = told.ends(&[AttemptOutcome::TimedOut], Ending::OutOfTime);
    let _ = told.says("its time was over before it changed anything");
}

#[test]
fn an_agent_that_forks_away_and_goes_has_done_nothing() {
    let told = Scene::with_command(&format!("STAYS = 'time.sleep(600)'\n{STRAY}")).run();
    let told = told.ends(&[AttemptOutcome::NoChange; 2], Ending::NoFixFound).says("it changed nothing");
    is_gone(&told.printed(1));
    is_gone(&told.printed(2));
}

/// Waits until its repair is taken up to be judged, and breaks it from then on.
const BREAKS: &str = r#"
STAYS = f"""
path = {os.path.abspath('calc.py')!r}
def seen():
    try:
        found = os.stat(path)
        return found.st_ino, found.st_mtime_ns
    except OSError:
        return None
left = seen()
while seen() == left:
    time.sleep(0.001)
while True:
    try:
        open(path, 'w').write('broken = (')
    except OSError:
        pass
"""
"#;

/// What the agent left running would break its repair while that is judged: it is gone by then, and the
/// change is judged by what it does.
#[test]
fn a_repair_is_judged_without_what_was_left_running() {
    let told = Scene::with_command(&format!("{BREAKS}{REPAIR}{STRAY}")).run();
    is_gone(&told.printed(1));
    let told = told.ends(&[AttemptOutcome::Green], Ending::FixedUnproven);
    let told = told.says("A patch was found by `command`").says("it was not verified");
    assert_eq!(told.fix.files[0].path, "calc.py");
    let patch = std::fs::read_to_string(told.dir.path("fix.patch")).unwrap();
    assert!(patch.contains("+    return a + b") && !patch.contains("broken"), "{patch}");
}

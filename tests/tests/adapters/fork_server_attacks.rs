//! Changes that turn against the server of forks, against whoever asks it, or against the machine: the next change is
//! judged right all the same, in bounded time, and nothing stays.

use std::path::Path;
use std::time::{Duration, Instant};

use regreen_proof::{ForkServer, Opinion, OpinionLimit};
use regreen_supervise::{Sandbox, SandboxMode};
use regreen_tests::tools;

use crate::bench::Bench;
use crate::fork_server::{RIGHT, TESTS, WRONG, ask, shop};

pub(crate) const LIMIT: OpinionLimit =
    OpinionLimit { wall: Duration::from_secs(5), cpu: Duration::from_secs(2) };
/// Longest that an attack may hold up the search: what an opinion may take, what its server may be late, a new server,
/// and a busy machine.
const BOUND: Duration = Duration::from_secs(60);

/// Processes with such a command line.
fn running(words: &str) -> usize {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .map(|entry| std::fs::read(entry.path().join("cmdline")).unwrap_or_default())
        .filter(|line| String::from_utf8_lossy(line).replace('\0', " ").contains(words))
        .count()
}

/// Whether there are so many soon: what was killed needs its moment to be gone.
fn come_to(count: usize, words: &str) -> bool {
    let until = Instant::now() + Duration::from_secs(10);
    while running(words) != count && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    running(words) == count
}

/// What the server and its forks have in their command lines.
fn place(bench: &Bench) -> String {
    bench.folder.path().join("scratch").display().to_string()
}

/// Has a hostile change judged, and a right one after it: by the same server, or by another one where whoever asks is
/// told that the first is of no use any more.
fn attack(bench: &Bench, mut server: ForkServer, code: &str) -> (ForkServer, Option<Opinion>) {
    let began = Instant::now();
    bench.write("shop.py", &format!("{code}{WRONG}"));
    let opinion = server.ask(LIMIT).map(|(opinion, _)| opinion);
    assert!(opinion != Some(Opinion::Green), "{code}");
    bench.write("shop.py", RIGHT);
    bench.write("tests/test_shop.py", TESTS);
    if opinion.is_none() {
        drop(server);
        assert!(come_to(0, &place(bench)), "what is given up is gone, after {code}");
        server = bench.fork_server("tests/test_shop.py::test_total").expect("a new one");
    }
    assert_eq!(ask(&mut server), Opinion::Green, "after {code}");
    assert!(began.elapsed() < BOUND, "{:?} for {code}", began.elapsed());
    (server, opinion)
}

#[test]
fn a_hostile_change_neither_ends_the_server_nor_outlives_it() {
    let (bench, mut server) = shop(WRONG);
    let hostile = [
        // Its own group, a group of another, and a session of its own.
        "import subprocess\nsubprocess.Popen(['sleep', '471.1'])\n",
        "import subprocess\nsubprocess.Popen(['sleep', '471.2'], start_new_session=True)\n",
        // More than the disk should hold, and more than anybody reads.
        "open('large', 'wb').truncate(1)\nf = open('large', 'ab')\nwhile True: f.write(b'x' * (1 << 22))\n",
        "import os\nwhile True: os.write(1, b'x' * 65536)\n",
        // Its own pipes, its end, and answers of its own.
        "import os\nos.closerange(3, 255)\n",
        "import atexit, sys\nsys.exit(0)\n",
        "import os\nfor one in range(256):\n  try: os.write(one, b'\\n\\x1e{\"missed\": true}\\n')\n  except OSError: pass\n",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()\n",
    ];
    for code in hostile {
        let opinion;
        (server, opinion) = attack(&bench, server, code);
        assert!(opinion.is_some(), "the server stays, whatever {code}");
        let _ = std::fs::remove_file(bench.project().join("large"));
    }
    assert_eq!(running("sleep 471.1"), 0, "what is in the fork's group ends with it");
    drop(server);
    assert_eq!(running("sleep 471.2"), 0, "and all the rest with the server");
    assert_eq!(running(&place(&bench)), 0);
}

#[test]
fn a_server_that_is_killed_or_stopped_is_given_up() {
    let (bench, mut server) = shop(WRONG);
    for signal in ["SIGKILL", "SIGSTOP"] {
        let code = format!("import os, signal\nos.kill(os.getppid(), signal.{signal})\n");
        let opinion;
        (server, opinion) = attack(&bench, server, &code);
        assert_eq!(opinion, None, "{signal}");
    }
    drop(server);
    assert_eq!(running(&place(&bench)), 0);
}

#[test]
fn a_bomb_of_processes_ends_with_its_fork_or_with_the_server() {
    let (bench, server) = shop(WRONG);
    let place = place(&bench);
    // Bounded, for nothing limits their number: 256 of one group, then 64 of sessions of their own.
    let group = "import os, time\nfor _ in range(8): os.fork()\ntime.sleep(600)\n";
    let (server, opinion) = attack(&bench, server, group);
    assert_eq!(opinion, Some(Opinion::Late));
    // The one that has loaded the base, too.
    assert!(come_to(2, &place), "{} are left beside the server", running(&place));
    let sessions = "import os, time\nfor _ in range(64):\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(600)\n";
    let (server, opinion) = attack(&bench, server, sessions);
    assert!(matches!(opinion, Some(Opinion::Red { .. })), "{opinion:?}");
    assert!(running(&place) > 1, "it was a bomb");
    drop(server);
    assert_eq!(running(&place), 0);
}

#[test]
fn what_lies_outside_the_checkout_survives_a_change_that_deletes() {
    let (bench, mut server) = shop(WRONG);
    if let Err(why) = Sandbox::new(SandboxMode::Require).confinement() {
        tools::is_not_run(&why.to_string());
        return;
    }
    let at = |name: &str| bench.folder.path().join(name);
    for name in ["beside", "home/letters", "scratch/kept"] {
        std::fs::write(at(name), "of the user").unwrap();
    }
    let delete = |variable: &str, folder: &Path| {
        // The folder that the bench made, or nothing is deleted.
        let folder = folder.display();
        format!(
            "import os, shutil\nassert {variable} == '{folder}'\nshutil.rmtree({variable}, ignore_errors=True)\n"
        )
    };
    let of_here = "os.path.dirname(os.path.dirname(os.path.abspath(__file__)))";
    for code in [delete("os.environ['HOME']", &at("home")), delete(of_here, bench.folder.path())] {
        bench.write("deleted", "");
        let opinion;
        (server, opinion) = attack(&bench, server, &code);
        assert!(matches!(opinion, Some(Opinion::Red { .. })), "{opinion:?} for {code}");
        for name in ["beside", "home/letters", "scratch/kept"] {
            assert!(at(name).exists(), "{name} is gone, after {code}");
        }
    }
    assert!(!at("project/deleted").exists(), "it did delete what it may");
}

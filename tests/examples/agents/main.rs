//! Real coding agents, each in a clean home directory, against a scripted model on loopback: does the whole
//! way from a failing test to a proof work with it, and is the leash on?
//!
//! Prints a table. `cargo xtask agents` installs the agents and runs it.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a measurement for developers"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use regreen_case::{CaseDir, Fix, FixStatus, Verification, VerificationStatus};
use regreen_tests::model_service::ModelService;
use regreen_tests::{Program, TestRepository, files_with, tools};

/// How an agent is told where its model is.
struct Way {
    agent: &'static str,
    model: &'static str,
    key: &'static str,
    address: &'static str,
    folder: &'static str,
}

const WAYS: [Way; 5] = [
    Way {
        agent: "claude-code",
        model: "claude-sonnet-5",
        key: "ANTHROPIC_API_KEY",
        address: "ANTHROPIC_BASE_URL",
        folder: "",
    },
    Way {
        agent: "codex",
        model: "gpt-5.4",
        key: "OPENAI_API_KEY",
        address: "OPENAI_BASE_URL",
        folder: "/v1",
    },
    Way {
        agent: "gemini",
        model: "gemini-3.1-pro",
        key: "GEMINI_API_KEY",
        address: "GOOGLE_GEMINI_BASE_URL",
        folder: "",
    },
    Way {
        agent: "mini-swe-agent",
        model: "anthropic/claude-sonnet-4-5-20250929",
        key: "ANTHROPIC_API_KEY",
        address: "ANTHROPIC_BASE_URL",
        folder: "",
    },
    Way {
        agent: "opencode",
        model: "anthropic/claude-sonnet-4-5",
        key: "ANTHROPIC_API_KEY",
        address: "ANTHROPIC_BASE_URL",
        folder: "",
    },
];

/// The real key. Long, so that it is found wherever it leaks to.
const KEY: &str = "sk-real-key-that-nobody-but-the-service-may-see-7319";

const BUG: &str = "def total(xs):\n    return sum(xs[:-1])\n";
const TEST: &str = "from shop import total\n\n\ndef test_total():\n    assert total([3, 1, 2]) == 6\n";

fn main() {
    let only = std::env::args().nth(1).unwrap_or_default();
    println!(
        "| agent | fixed | proven | cost read | key seen by agent or children | key found in files | key to service only | egress | time-out | s |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | ---: |");
    let mut wrong = 0;
    for way in WAYS.iter().filter(|way| way.agent.contains(&only)) {
        wrong += u32::from(!row(way));
    }
    println!("\naider: not run here, its scripted answers would have to be edits in its own format");
    if wrong > 0 {
        println!("{wrong} agents did not do as they should");
        std::process::exit(1);
    }
}

/// Prints the row of an agent. Says whether all is as it should be.
fn row(way: &Way) -> bool {
    let began = Instant::now();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let service = ModelService::start(&command(closed.local_addr().unwrap().port()), true);
    let (repository, case, home) = failing();
    run(way, &service, &repository, &case, &home, "4m");
    let verified = phase("verify-stress", &repository, &case, &home).run();
    let fix: Fix = case.read().unwrap();
    let proven = case.read::<Verification>().is_ok_and(|found| found.status == VerificationStatus::Proven);
    let asked = service.asked();
    let said: String = asked.iter().map(|one| one.body.as_str()).collect();
    let told = |word: &str| said.contains(&format!("{word}: yes"));
    let heard = |word: &str| said.contains(&format!("{word}: no")) || told(word);
    let in_files = [case.root(), home.as_path(), repository.path()]
        .iter()
        .any(|folder| !files_with(folder, KEY).is_empty());
    let keys = asked.iter().filter(|one| !one.key.is_empty());
    let only_ours =
        keys.clone().count() > 0 && keys.clone().all(|one| one.key.trim_start_matches("Bearer ") == KEY);
    let stopped = is_stopped(way);
    let fixed = fix.status == FixStatus::PatchFound;
    let cost = fix.cost.usd.filter(|usd| *usd > 0.0);
    println!(
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        way.agent,
        if fixed { "yes".to_owned() } else { format!("NO: {}", fix.reason.unwrap_or_default()) },
        if proven {
            "yes".to_owned()
        } else {
            format!("NO: {}", verified.stderr.lines().last().unwrap_or_default())
        },
        cost.map_or("NO".to_owned(), |usd| format!("${usd:.4}")),
        word(heard("key-seen"), told("key-seen"), "YES", "no"),
        if in_files { "YES" } else { "no" },
        if only_ours { "yes" } else { "NO" },
        word(heard("egress"), told("egress"), "OPEN", "refused"),
        if stopped { "enforced" } else { "NOT ENFORCED" },
        began.elapsed().as_secs(),
    );
    let leash = heard("key-seen") && !told("key-seen") && heard("egress") && !told("egress");
    fixed && proven && cost.is_some() && leash && !in_files && only_ours && stopped
}

fn word(known: bool, yes: bool, if_yes: &'static str, if_no: &'static str) -> &'static str {
    match (known, yes) {
        (false, _) => "not known",
        (true, true) => if_yes,
        (true, false) => if_no,
    }
}

/// What the model lets the agent run: the repair, and a look at how far it can see and reach. The key
/// stands in it backwards, or it would be found in the command itself.
fn command(closed: u16) -> String {
    let backwards: String = KEY.chars().rev().collect();
    format!(
        "sed -i 's/sum(xs\\[:-1\\])/sum(xs)/' shop.py; \
         python3 -c \"import os, socket
key = '{backwards}'[::-1]
seen = key in str(os.environ)
for pid in filter(str.isdigit, os.listdir('/proc')):
    for name in ('environ', 'cmdline'):
        try:
            seen = seen or key.encode() in open(f'/proc/{{pid}}/{{name}}', 'rb').read()
        except OSError:
            pass
print('key-seen:', 'yes' if seen else 'no')
try:
    socket.create_connection(('127.0.0.1', {closed}), 5)
    far = True
except OSError:
    far = False
print('egress:', 'yes' if far else 'no')
\""
    )
}

/// Whether an agent whose model never answers is ended at its time, and leaves nobody behind.
fn is_stopped(way: &Way) -> bool {
    let service = ModelService::start("true", false);
    let (repository, case, home) = failing();
    let began = Instant::now();
    run(way, &service, &repository, &case, &home, "15s");
    let fix: Fix = case.read().unwrap();
    let left = std::process::Command::new("pgrep").args(["-f", &home.display().to_string()]).output();
    let nobody = left.is_ok_and(|output| output.stdout.is_empty());
    fix.status != FixStatus::PatchFound && began.elapsed() < Duration::from_secs(40) && nobody
}

/// A repository with a failure that was reproduced, and an empty home directory.
fn failing() -> (TestRepository, CaseDir, PathBuf) {
    let repository =
        TestRepository::with(&[("shop.py", BUG), ("tests/test_shop.py", TEST), ("conftest.py", "")]);
    let case = repository.beside("case");
    let home = repository.beside("home");
    std::fs::create_dir_all(&home).unwrap();
    let _ = Program::new("fetch-logs")
        .args(["--existing-test-path", "tests/test_shop.py::test_total", "--deterministic", "true"])
        .args(["--prompt", "total leaves out a number"])
        .args(["--case".as_ref(), case.as_os_str()])
        .dir(repository.path())
        .run()
        .exits(0);
    let case = CaseDir::open(&case).unwrap();
    let _ = phase("reproduce", &repository, &case, &home).run().exits(0);
    (repository, case, home)
}

fn run(
    way: &Way,
    service: &ModelService,
    repository: &TestRepository,
    case: &CaseDir,
    home: &Path,
    limit: &str,
) {
    let port = service.port;
    let agents = tools::workspace().join("target/tools/agents");
    let mut folders = vec![agents.join("node_modules/.bin"), agents.join("venv/bin")];
    // The project's Python stays the first.
    folders.splice(0..0, std::env::split_paths(&tools::search_path()));
    let path = std::env::join_paths(folders).unwrap();
    let _ = phase("implement-fix", repository, case, home)
        .args(["--agent", way.agent, "--model", way.model, "--attempts", "1", "--max-usd", "1"])
        .args(["--time-limit", limit])
        .env("PATH", path)
        .env(way.key, KEY)
        .env(way.address, format!("http://127.0.0.1:{port}{}", way.folder))
        .run();
}

fn phase(name: &str, repository: &TestRepository, case: &CaseDir, home: &Path) -> Program {
    Program::new(name)
        .args(["--case".as_ref(), case.root().as_os_str()])
        .args(["--repo".as_ref(), repository.path().as_os_str()])
        .env("HOME", home)
        .limit(Duration::from_secs(400))
}

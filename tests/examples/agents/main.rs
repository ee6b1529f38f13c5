//! Real coding agents, each in a clean home directory, against a scripted model on loopback: does the whole
//! way from a failing test to a proof work with it, and is the leash on?
//!
//! Prints a table. `cargo xtask agents` installs the agents and runs it. With `--local-model` a small model on
//! this machine is asked instead.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a measurement for developers"
)]

mod local_model;
mod resume;
mod scene;
mod ways;

use std::time::{Duration, Instant};

use regreen_case::{Fix, FixStatus, Verification, VerificationStatus};
use regreen_tests::files_with;
use regreen_tests::model_service::ModelService;

use resume::resumes;
use scene::{KEY, failing, phase, run};
use ways::{WAYS, Way};

fn main() {
    let only = std::env::args().nth(1).unwrap_or_default();
    if only == "--local-model" {
        std::process::exit(i32::from(!local_model::run()));
    }
    println!(
        "| agent | fixed | proven | cost read | key seen by agent or children | key found in files | key to service only | egress | time-out | resume works | s |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | ---: |");
    let mut wrong = 0;
    for way in WAYS.iter().filter(|way| way.agent.contains(&only)) {
        wrong += u32::from(!row(way));
    }
    if wrong > 0 {
        println!("{wrong} agents did not do as they should");
        std::process::exit(1);
    }
}

/// The repair, as aider's models write it.
const EDIT: &str = "The last number was left out.\n\nshop.py\n```python\n<<<<<<< SEARCH\n    return sum(xs[:-1])\n\
                    =======\n    return sum(xs)\n>>>>>>> REPLACE\n```\n";

/// Prints the row of an agent. Says whether all is as it should be.
fn row(way: &Way) -> bool {
    let began = Instant::now();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let service = match way.by_text {
        true => ModelService::saying(&[EDIT]),
        false => ModelService::start(&command(closed.local_addr().unwrap().port()), true),
    };
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
    let resumed = if way.resumes { resumes(way) } else { Ok(()) };
    let fixed = fix.status == FixStatus::PatchFound;
    let cost = fix.cost.usd.filter(|usd| *usd > 0.0);
    println!(
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        way.agent,
        if fixed { "yes".to_owned() } else { format!("NO: {}", fix.reason.unwrap_or_default()) },
        if proven {
            "yes".to_owned()
        } else {
            format!("NO: {}", verified.stderr.lines().last().unwrap_or_default())
        },
        cost.map_or("NO".to_owned(), |usd| format!("${usd:.4}")),
        if way.by_text { "runs nothing" } else { word(heard("key-seen"), told("key-seen"), "YES", "no") },
        if in_files { "YES" } else { "no" },
        if only_ours { "yes" } else { "NO" },
        if way.by_text { "runs nothing" } else { word(heard("egress"), told("egress"), "OPEN", "refused") },
        if stopped { "enforced" } else { "NOT ENFORCED" },
        match (way.resumes, &resumed) {
            (false, _) => "it has no sessions: begins anew".to_owned(),
            (true, Ok(())) => "yes".to_owned(),
            (true, Err(why)) => format!("NO: {why}"),
        },
        began.elapsed().as_secs(),
    );
    let leash = way.by_text || heard("key-seen") && !told("key-seen") && heard("egress") && !told("egress");
    fixed && proven && cost.is_some() && leash && !in_files && only_ours && stopped && resumed.is_ok()
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

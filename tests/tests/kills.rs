//! A sample of `cargo xtask eval kills`: runs are killed at random moments, and the user's checkout is as
//! before, no process is left, there is a report, and the next run goes on. Which seeds were taken is
//! printed; `REGREEN_KILLS_SEED` takes others.

#![allow(clippy::print_stderr, reason = "the seeds of a failure have to be seen")]

use regreen_tests::kills::{self, Plan};

#[test]
fn a_kill_at_any_moment_loses_nothing_and_leaves_nothing() {
    let seed = std::env::var("REGREEN_KILLS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7);
    let plan = Plan { count: 3, seed, only: None, quick: true, side_by_side: 2 };
    let records = kills::run(&plan, &|record| eprintln!("seed {}: {}", record.seed, record.kind.name()));
    assert!(records.len() >= 2, "only {} kills struck something", records.len());
    let problems: Vec<_> = records.iter().filter(|record| !record.problems.is_empty()).collect();
    assert!(problems.is_empty(), "{problems:#?}\n{}", kills::render(&records));
}

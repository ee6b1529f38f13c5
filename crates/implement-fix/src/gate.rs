//! Judges a change: on a clean checkout with nothing but the change, as often as the failure asks for.
//!
//! This is the cheap gate that tells proposals apart; the proof is `verify-stress`.

use regreen_proof::median;
use regreen_supervise::{End, required_runs};
use regreen_workspace::Patch;

use crate::ImplementError;
use crate::attempt::Record;
use crate::bench::{Bench, Seen};
use crate::red::Evidence;

/// A first pass, and two more to confirm it.
const DETERMINISTIC_RUNS: u32 = 3;
/// Share of the remaining time that judging one change may take.
const TIME_SHARE: f64 = 0.4;

/// What came of it.
#[derive(Debug)]
pub(crate) enum Judged {
    /// Green in all runs.
    Green {
        /// How many.
        runs: u32,
        /// False when time ran out before there were enough.
        enough: bool,
    },
    /// Red, or the goal was missed.
    StillRed {
        /// In words.
        why: String,
        /// Output of the red run.
        output: String,
    },
    /// The test did not run.
    NotRun {
        /// In words.
        why: String,
        /// Output of the run.
        output: String,
    },
    /// Out of time before the first result, or told to stop.
    Stopped,
}

/// How many clean runs a change needs here: what the failure asks for, as far as time allows.
pub(crate) fn needed_runs(bench: &Bench<'_>, evidence: &Evidence, seconds_each: f64) -> u32 {
    let Some(rate) = evidence.rate else { return DETERMINISTIC_RUNS };
    let affordable = bench.deadline.remaining().as_secs_f64() * TIME_SHARE / seconds_each.max(0.01);
    required_runs(Some(rate)).min(affordable as u32).max(DETERMINISTIC_RUNS)
}

/// Judges a change.
pub(crate) fn judge(
    bench: &Bench<'_>,
    patch: &Patch,
    evidence: &Evidence,
    record: &mut Record,
) -> Result<Judged, ImplementError> {
    bench.with(patch)?;
    let _turn = bench.turn_to_measure();
    let mut values = Vec::new();
    let mut runs = 0;
    let mut needed = DETERMINISTIC_RUNS;
    while runs < needed {
        let (mut seen, mut run) = bench.run(record.next_run(bench.case))?;
        let cut_short = matches!(seen, Seen::NotRun(_)) && run.end == End::DeadlineReached;
        if cut_short && runs == 0 {
            // Limits come from runs that built little. On a busy machine a build takes longer than anybody thought.
            (seen, run) = bench.run_patiently(record.next_run(bench.case))?;
        }
        match seen {
            Seen::Green(value) => values.extend(value),
            Seen::Red(red) => {
                record.keep_run(bench.case, &run.output, bench.redactor)?;
                let names: Vec<&str> = red.failures.iter().map(|test| test.id.as_str()).take(3).collect();
                let when = if runs == 0 { String::new() } else { format!(" in run {}", runs + 1) };
                let how = if red.different { " in another way" } else { "" };
                let why = format!("the test still fails{how}{when}: {}", names.join(", "));
                return Ok(Judged::StillRed { why, output: run.output });
            }
            Seen::NotRun(why) => return Ok(Judged::NotRun { why, output: run.output }),
            Seen::Stopped if runs == 0 => return Ok(Judged::Stopped),
            Seen::Stopped => return Ok(Judged::Green { runs, enough: false }),
        }
        runs += 1;
        if runs == 1 {
            needed = needed_runs(bench, evidence, run.duration_s);
        }
    }
    if let Some(goal) = bench.trial.goal.as_ref().filter(|goal| !goal.is_met_by(&values)) {
        return Ok(Judged::StillRed { why: goal.sentence(median(&values)), output: String::new() });
    }
    let enough = evidence.rate.is_none_or(|rate| runs >= required_runs(Some(rate)));
    Ok(Judged::Green { runs, enough })
}

//! Red, green and red again of a failure that comes and goes, mixed at random: see [`crate::schedule`] for
//! what is run when, and [`crate::clean_runs`] for how often.
//!
//! Each worker has three checkouts: the base, the patch, and one from which the patch was taken back after
//! a run with it, so that what such a run leaves behind and git ignores can show itself.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use regreen_case::{Stage, TestCommand};
use regreen_supervise::{Deadline, hold_back, statistics};

use crate::clean_runs::runs_to_show;
use crate::conditions::{as_measured, harder, surround};
use crate::error::ProofError;
use crate::judge::Verdict;
use crate::measure::showing_output;
use crate::prove::{Proof, ProofVerdict, can_pass, note, patience, share};
use crate::request::{Checkouts, ProofRequest};
use crate::schedule::{Answer, Schedule, Side, Turn};
use crate::stage::{Judged, Progress, Ran, Step, changed_what_judges, run_step, say, summary, word_of};

/// Of the time, this share is for the clean runs; the rest is for seeing the failure once more.
const CLEAN_SHARE: f64 = 0.85;

/// The checkouts of one worker.
struct Places<'a> {
    red: &'a Path,
    green: &'a Path,
    again: &'a Path,
}

/// What a side has to show beside its verdicts.
#[derive(Default)]
struct Traces {
    logs: Vec<(u32, String)>,
    spent: Duration,
}

struct Shared<'p> {
    schedule: Schedule,
    traces: [Traces; 3],
    failing: BTreeSet<String>,
    /// Ids that passed in every green run; `None` before the first.
    always_passing: Option<BTreeSet<String>>,
    /// Files that judge and that runs touched: of the green side, and of the others.
    touched: [BTreeSet<String>; 2],
    longest: Duration,
    error: Option<ProofError>,
    progress: Progress<'p>,
    needed: u32,
}

/// Gathers the evidence of all three sides.
pub(crate) fn prove(
    request: &ProofRequest<'_>,
    checkouts: &Checkouts,
    progress: Progress<'_>,
) -> Result<Proof, ProofError> {
    let mut proof = Proof::new(request);
    let most_quiet = request.rate.map_or(u32::MAX, runs_to_show);
    let needed = match request.shard {
        Some(shard) => proof.required_runs.div_ceil(shard.of.max(1)),
        None => proof.required_runs,
    };
    let seed = u64::from(request.seed) << 32 | u64::from(request.shard.map_or(0, |shard| shard.number));
    let shared = Mutex::new(Shared {
        schedule: Schedule::new(seed, needed, most_quiet),
        traces: Default::default(),
        failing: BTreeSet::new(),
        always_passing: None,
        touched: Default::default(),
        longest: Duration::ZERO,
        error: None,
        progress,
        needed,
    });
    let command = match request.goal {
        Some(_) => showing_output(request.command),
        None => request.command.clone(),
    };
    let places = checkouts.before().into_iter().zip(checkouts.after()).zip(checkouts.again());
    let clean_by = share(request, CLEAN_SHARE);
    // For all sides alike, until the last run is over.
    let _disturbance = request.conditions.map(surround);
    std::thread::scope(|scope| {
        for (number, ((red, green), again)) in places.enumerate() {
            let worker = Worker { number, request, checkouts, command: &command, shared: &shared, clean_by };
            scope.spawn(move || worker.work(&Places { red, green, again }));
        }
    });
    let mut shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = shared.error.take() {
        return Err(error);
    }
    conclude(request, &mut proof, &mut shared);
    Ok(proof)
}

#[derive(Clone, Copy)]
struct Worker<'a, 'p> {
    number: usize,
    request: &'a ProofRequest<'a>,
    checkouts: &'a Checkouts,
    command: &'a TestCommand,
    shared: &'a Mutex<Shared<'p>>,
    clean_by: Deadline,
}

impl<'p> Worker<'_, 'p> {
    fn lock(&self) -> std::sync::MutexGuard<'_, Shared<'p>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, places: &Places<'_>) {
        if let Some(conditions) = self.request.conditions {
            // What cannot be done here could not be done when the rate was measured either.
            let _ = hold_back(conditions.cores, conditions.nice);
        }
        // Only a run without the patch tells how long one may take: a patch that hangs must not use up
        // the time for all.
        if self.lock().longest.is_zero() {
            let known = self.lock().schedule.next_red();
            if known.is_some_and(|turn| !self.run(turn, places.red)) {
                return;
            }
        }
        // The patch is still on in the third checkout: one clean run there, and then it is taken back.
        let first = self.lock().schedule.next_green();
        if first.is_some_and(|turn| !self.run(turn, places.again)) {
            return;
        }
        if let Err(error) = self.checkouts.take_back_again(self.request, places.again) {
            self.fail(error);
            return;
        }
        while let Some(turn) = self.next() {
            let place = match turn.side {
                Side::Red => places.red,
                Side::Green => places.green,
                Side::RedAgain => places.again,
            };
            if !self.run(turn, place) {
                return;
            }
        }
    }

    fn next(&self) -> Option<Turn> {
        let mut shared = self.lock();
        if shared.error.is_some() || self.request.cancel.is_cancelled() {
            return None;
        }
        let late = self.clean_by.is_over() && !shared.schedule.is_clean();
        if late || self.request.deadline.is_over() {
            return None;
        }
        shared.schedule.next()
    }

    /// The number that a run draws its seeds from: each run of each side and part its own, and none that
    /// `reproduce` had.
    fn draw(&self, turn: Turn) -> u64 {
        let part = u64::from(self.request.shard.map_or(0, |shard| shard.number));
        // Within 32 bits, for some seeds have no more.
        part << 24 | (turn.side as u64 + 1) << 22 | u64::from(turn.number)
    }

    fn fail(&self, error: ProofError) {
        let mut shared = self.lock();
        shared.error.get_or_insert(error);
    }

    /// Whether it makes sense to go on.
    fn run(&self, turn: Turn, checkout: &Path) -> bool {
        let longest = self.lock().longest;
        let per_run = match turn.side {
            Side::Green if longest > Duration::ZERO => patience(longest),
            _ => self.request.deadline.remaining(),
        };
        let must_pass = BTreeSet::new();
        let step = Step {
            name: turn.side.name(),
            number: turn.number,
            worker: self.number,
            checkout,
            deadline: self.request.deadline,
            per_run,
            must_pass: &must_pass,
        };
        let command = match self.request.conditions {
            None => Ok(self.command.clone()),
            Some(conditions) if turn.side == Side::Green => {
                as_measured(self.command, &harder(conditions), self.draw(turn))
            }
            Some(conditions) => as_measured(self.command, conditions, self.draw(turn)),
        };
        let command = match command {
            Ok(command) => command,
            Err(error) => {
                self.fail(error);
                return false;
            }
        };
        let began = Instant::now();
        let ran = run_step(self.request, &command, &step);
        let mut shared = self.lock();
        let traces = &mut shared.traces[turn.side as usize];
        traces.spent += began.elapsed();
        match ran {
            Err(error) => {
                shared.error.get_or_insert(error);
                false
            }
            Ok(Ran::Cancelled) => {
                shared.schedule.forget(turn);
                false
            }
            Ok(Ran::OutOfTime(log)) => {
                traces.logs.push((turn.number, log));
                shared.schedule.forget(turn);
                false
            }
            Ok(Ran::Judged(judged)) => {
                record(&mut shared, turn, judged);
                true
            }
        }
    }
}

fn record(shared: &mut Shared<'_>, turn: Turn, judged: Judged) {
    let Judged { verdict, duration, failing, passing, touched, log } = judged;
    shared.touched[usize::from(turn.side != Side::Green)].extend(touched);
    shared.traces[turn.side as usize].logs.extend(log.map(|log| (turn.number, log)));
    if turn.side == Side::Green {
        match &mut shared.always_passing {
            Some(always) => always.retain(|id| passing.contains(id)),
            None => shared.always_passing = Some(passing),
        }
    } else {
        shared.longest = shared.longest.max(duration);
        shared.failing.extend(failing);
    }
    let number = turn.number;
    let place = match turn.side {
        Side::Green => format!("green run {number}/{}", shared.needed),
        side => format!("{} run {number}", side.name().replace('_', " ")),
    };
    (shared.progress)(&format!("{place}: {}", say(&verdict)));
    shared.schedule.record(turn, verdict);
}

fn conclude(request: &ProofRequest<'_>, proof: &mut Proof, shared: &mut Shared<'_>) {
    let mut stage = |side: Side| -> Option<Stage> {
        let verdicts = shared.schedule.verdicts(side);
        let traces = &mut shared.traces[side as usize];
        traces.logs.sort();
        let logs: Vec<String> = traces.logs.drain(..).map(|(_, log)| log).collect();
        (!verdicts.is_empty()).then(|| summary(verdicts, logs, traces.spent))
    };
    (proof.red, proof.green, proof.red_again) = (stage(Side::Red), stage(Side::Green), stage(Side::RedAgain));
    proof.failing = shared.failing.iter().cloned().collect();
    let clean = shared.schedule.clean();
    let answer = shared.schedule.answer();
    if clean > 0 && !matches!(answer, Answer::NotGreen(_)) {
        proof.bound = Some(statistics::clean_bound(clean));
    }
    let always = shared.always_passing.take().unwrap_or_default();
    let missing = can_pass(request, &shared.failing).into_iter().find(|id| !always.contains(id));
    let [green, red] = &shared.touched;
    let tampered = green.difference(red).next().map(|file| changed_what_judges(file));
    proof.verdict = match answer {
        _ if request.cancel.is_cancelled() => ProofVerdict::Cancelled,
        Answer::Proven | Answer::Unfinished { .. } if clean > 0 && missing.is_some() => {
            let id = missing.unwrap_or_default();
            ProofVerdict::NotGreen(format!("`{id}`, which failed before, gave no pass in some runs"))
        }
        Answer::Proven | Answer::Unfinished { .. } if tampered.is_some() => {
            ProofVerdict::NotGreen(format!("with the patch {}", tampered.unwrap_or_default()))
        }
        answer => in_words(request, proof, shared, answer),
    };
    let problem = Some(&proof.verdict);
    match &proof.verdict {
        ProofVerdict::NotGreen(_) => note(&mut proof.green, problem),
        ProofVerdict::NotRunnable(_) => note(&mut proof.red, problem),
        _ => {}
    }
}

fn in_words(request: &ProofRequest<'_>, proof: &Proof, shared: &Shared<'_>, answer: Answer) -> ProofVerdict {
    match answer {
        Answer::Proven => match request.shard {
            None => ProofVerdict::Proven,
            Some(shard) => ProofVerdict::PartProven(format!(
                "this is part {shard}: {} of {} clean runs; merge the parts",
                shared.schedule.clean(),
                proof.required_runs
            )),
        },
        Answer::NotRunnable(why) => ProofVerdict::NotRunnable(why),
        Answer::NotGreen(Verdict::Red(grade)) => ProofVerdict::NotGreen(format!(
            "the test fails with the patch in run {}: {}",
            shared.schedule.verdicts(Side::Green).len(),
            word_of(grade)
        )),
        Answer::NotGreen(other) => {
            ProofVerdict::NotGreen(format!("with the patch there is no counted result: {}", say(&other)))
        }
        Answer::Hidden(side, runs) => {
            let place = match side {
                Side::RedAgain => "with the patch taken back",
                _ => "on the base",
            };
            ProofVerdict::Unproven(format!(
                "{place} the failure did not show in {runs} runs: it is not as frequent here and now as \
                 when it was measured, so clean runs prove nothing"
            ))
        }
        Answer::Unfinished { clean, not_red } => unfinished(proof, shared.needed, clean, &not_red),
    }
}

/// What is missing, and how much of it.
fn unfinished(proof: &Proof, needed: u32, clean: u32, not_red: &[Side]) -> ProofVerdict {
    let mut why = Vec::new();
    if clean < needed {
        why.push(format!(
            "the time was over after {clean} of {needed} clean runs: {} more are needed",
            needed - clean
        ));
        if let Some(needed) = proof.runs_needed
            && clean >= needed.better_than_before
            && clean < needed.not_merely_half
        {
            why.push(
                "the failure is rarer than before, but that the patch only halves its rate is not yet excluded"
                    .to_owned(),
            );
        }
    }
    for side in not_red {
        why.push(match side {
            Side::RedAgain => {
                "the failure was not seen with the patch taken back after the clean runs".to_owned()
            }
            _ => "the failure was not seen on the base before the time was over".to_owned(),
        });
    }
    ProofVerdict::Unproven(why.join("; "))
}

//! One stage of a proof: so many runs of the tests in question, one after the other or side by side,
//! stopped as soon as the answer is clear.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use regreen_case::{Grade, Stage, TestCommand};
use regreen_supervise::{Deadline, End, hold_back};

use crate::conditions::{as_measured, surround};
use crate::counted::{CountedRun, RunContext, TestOutcome, run_counted};
use crate::error::ProofError;
use crate::judge::{Verdict, judge, results_of};
use crate::measure::{judge_goal, showing_output};
use crate::request::ProofRequest;
use crate::untouched::Untouched;
use crate::worker::worker_variables;

/// Where the numbers begin that runs draw their seeds from: none that `reproduce` had, or the sides of
/// [`crate::interleaved`].
const SEEDS: u64 = 7 << 21;
/// Outputs of passing runs beyond this many are not kept.
const KEPT_LOGS: u32 = 10;

/// Progress, one line at a time.
pub type Progress<'p> = &'p mut (dyn FnMut(&str) + Send);

/// What a stage is to do.
pub(crate) struct StagePlan<'a> {
    /// `red`, `green`, `red_again`: names the outputs.
    pub(crate) name: &'static str,
    /// Checkouts, one per worker.
    pub(crate) checkouts: Vec<&'a Path>,
    /// Most runs.
    pub(crate) runs: u32,
    /// When it stops early.
    pub(crate) stop: fn(&Verdict) -> bool,
    /// When it must be over.
    pub(crate) deadline: Deadline,
    /// Longest time for one run.
    pub(crate) per_run: Duration,
    /// Tests that must have passed for a run to be green: those that were seen failing.
    pub(crate) must_pass: BTreeSet<String>,
    /// Files that judge and that a green run may touch, for runs of the base do so too; `None` for any.
    pub(crate) may_touch: Option<BTreeSet<String>>,
}

/// What came out.
#[derive(Debug, Default)]
pub(crate) struct StageRuns {
    pub(crate) stage: Option<Stage>,
    pub(crate) verdicts: Vec<Verdict>,
    /// Ids of failing targets.
    pub(crate) failing: BTreeSet<String>,
    /// Files that judge and that runs touched.
    pub(crate) touched: BTreeSet<String>,
    pub(crate) longest: Duration,
    pub(crate) cancelled: bool,
    pub(crate) out_of_time: bool,
}

struct Shared<'p, 'q> {
    begun: u32,
    stopped: bool,
    runs: StageRuns,
    logs: Vec<(u32, String)>,
    error: Option<ProofError>,
    progress: Progress<'p>,
    plan: &'q StagePlan<'q>,
}

/// Runs a stage.
pub(crate) fn run_stage(
    request: &ProofRequest<'_>,
    plan: &StagePlan<'_>,
    progress: Progress<'_>,
) -> Result<StageRuns, ProofError> {
    let began = Instant::now();
    let command = match request.goal {
        Some(_) => showing_output(request.command),
        None => request.command.clone(),
    };
    let shared = Mutex::new(Shared {
        begun: 0,
        stopped: false,
        runs: StageRuns::default(),
        logs: Vec::new(),
        error: None,
        progress,
        plan,
    });
    let _disturbance = request.conditions.map(surround);
    std::thread::scope(|scope| {
        for (worker, checkout) in plan.checkouts.iter().enumerate() {
            let (command, shared) = (&command, &shared);
            scope.spawn(move || work(request, command, (worker, checkout), shared));
        }
    });
    let mut shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = shared.error {
        return Err(error);
    }
    shared.logs.sort();
    let logs = shared.logs.into_iter().map(|(_, name)| name).collect();
    shared.runs.stage = Some(summary(&shared.runs.verdicts, logs, began.elapsed()));
    shared.runs.cancelled = request.cancel.is_cancelled();
    shared.runs.out_of_time = !shared.stopped && shared.begun < plan.runs && !shared.runs.cancelled;
    Ok(shared.runs)
}

/// One run of a stage.
pub(crate) struct Step<'a> {
    /// Name of the stage.
    pub(crate) name: &'static str,
    /// One-based, within the stage.
    pub(crate) number: u32,
    /// Who runs it, from zero on.
    pub(crate) worker: usize,
    pub(crate) checkout: &'a Path,
    /// When the stage must be over.
    pub(crate) deadline: Deadline,
    pub(crate) per_run: Duration,
    pub(crate) must_pass: &'a BTreeSet<String>,
}

/// What a run says.
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) duration: Duration,
    /// Ids of the targets' tests that failed.
    pub(crate) failing: BTreeSet<String>,
    /// Ids of all tests that passed.
    pub(crate) passing: BTreeSet<String>,
    /// Files that judge and that it touched.
    pub(crate) touched: BTreeSet<String>,
    /// Its output, when it is kept.
    pub(crate) log: Option<String>,
}

/// How a run came out.
pub(crate) enum Ran {
    Cancelled,
    /// The time of the stage was over; the output is kept.
    OutOfTime(String),
    Judged(Judged),
}

/// Runs once and judges. A run that we cut short says nothing about the test.
pub(crate) fn run_step(
    request: &ProofRequest<'_>,
    command: &TestCommand,
    step: &Step<'_>,
) -> Result<Ran, ProofError> {
    let name = format!("{}_{}.log", step.name, step.number);
    let log = request.logs.join(&name);
    let deadline = step.deadline.earlier(Deadline::after(step.per_run));
    let judging = Untouched::now(step.checkout, request.protected);
    let began = Instant::now();
    let mut env = request.env.clone();
    env.extend(worker_variables(step.worker));
    let context = RunContext { env: &env, ..request.context(step.checkout, deadline, Some(log.clone())) };
    let run = run_counted(command, &context)?;
    let duration = began.elapsed();
    match run.end {
        End::Cancelled => return Ok(Ran::Cancelled),
        End::DeadlineReached if step.deadline.is_over() || request.deadline.is_over() => {
            return Ok(Ran::OutOfTime(request.log_name(&name)));
        }
        _ => {}
    }
    let verdict = verdict(request, &run, step);
    let failing = request.targets.iter().flat_map(|target| results_of(&run, target));
    let failing = failing.filter(|result| result.outcome == TestOutcome::Failed);
    let passing = run.results.iter().filter(|result| result.outcome == TestOutcome::Passed);
    let kept = verdict != Verdict::Green || step.number <= KEPT_LOGS;
    if !kept {
        let _ = std::fs::remove_file(log);
    }
    Ok(Ran::Judged(Judged {
        touched: judging.touched(),
        failing: failing.map(|result| result.id.clone()).collect(),
        passing: passing.map(|result| result.id.clone()).collect(),
        verdict,
        duration,
        log: kept.then(|| request.log_name(&name)),
    }))
}

fn work(
    request: &ProofRequest<'_>,
    command: &TestCommand,
    (worker, checkout): (usize, &Path),
    shared: &Mutex<Shared<'_, '_>>,
) {
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(conditions) = request.conditions {
        // What cannot be done here could not be done when the rate was measured either.
        let _ = hold_back(conditions.cores, conditions.nice);
    }
    loop {
        let (plan, number) = {
            let mut shared = lock();
            let over = shared.plan.deadline.is_over() || request.deadline.is_over();
            if shared.stopped || over || request.cancel.is_cancelled() || shared.begun >= shared.plan.runs {
                return;
            }
            shared.begun += 1;
            (shared.plan, shared.begun)
        };
        let step = Step {
            name: plan.name,
            number,
            worker,
            checkout,
            deadline: plan.deadline,
            per_run: plan.per_run,
            must_pass: &plan.must_pass,
        };
        let ran = match request.conditions {
            None => run_step(request, command, &step),
            Some(conditions) => as_measured(command, conditions, SEEDS | u64::from(number))
                .and_then(|command| run_step(request, &command, &step)),
        };
        let mut shared = lock();
        match ran {
            Err(error) => {
                shared.stopped = true;
                shared.error.get_or_insert(error);
                return;
            }
            Ok(Ran::Cancelled) => return,
            Ok(Ran::OutOfTime(log)) => {
                shared.begun -= 1;
                shared.logs.push((number, log));
                return;
            }
            Ok(Ran::Judged(judged)) => record(&mut shared, tampered(judged, plan.may_touch.as_ref()), number),
        }
    }
}

/// A run that touched what judges it has passed by nothing that counts, unless the base's runs do so too.
fn tampered(mut judged: Judged, may_touch: Option<&BTreeSet<String>>) -> Judged {
    let touched = may_touch.and_then(|allowed| judged.touched.difference(allowed).next());
    if let (Verdict::Green, Some(file)) = (&judged.verdict, touched) {
        judged.verdict = Verdict::Uncounted(changed_what_judges(file));
    }
    judged
}

/// Why such a run does not count.
pub(crate) fn changed_what_judges(file: &str) -> String {
    format!("the run changed `{file}`, by which it is judged, and no run without the patch does that")
}

fn record(shared: &mut Shared<'_, '_>, judged: Judged, number: u32) {
    let verdict = judged.verdict;
    shared.runs.longest = shared.runs.longest.max(judged.duration);
    shared.runs.failing.extend(judged.failing);
    shared.runs.touched.extend(judged.touched);
    shared.logs.extend(judged.log.map(|log| (number, log)));
    let said = say(&verdict);
    let line = format!("{} run {number}/{}: {said}", shared.plan.name.replace('_', " "), shared.plan.runs);
    (shared.progress)(&line);
    shared.stopped = shared.stopped || (shared.plan.stop)(&verdict);
    shared.runs.verdicts.push(verdict);
}

/// A verdict in words.
pub(crate) fn say(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Green => "passed".to_owned(),
        Verdict::Red(grade) => format!("failed ({})", word_of(*grade)),
        Verdict::Uncounted(why) => format!("no counted result: {why}"),
    }
}

pub(crate) fn word_of(grade: Grade) -> &'static str {
    match grade {
        Grade::Same => "the same failure",
        Grade::SameKind => "the same kind of failure",
        Grade::Different => "another failure",
    }
}

fn verdict(request: &ProofRequest<'_>, run: &CountedRun, step: &Step<'_>) -> Verdict {
    let verdict = match request.goal {
        // With the patch the numbers are judged together, by their median: see `measure`.
        Some(goal) if step.name != "green" => judge_goal(run, request.targets, request.expected, goal),
        _ => judge(run, request.targets, request.expected),
    };
    if verdict == Verdict::Green {
        let passed = |id: &String| {
            run.results.iter().any(|result| result.id == *id && result.outcome == TestOutcome::Passed)
        };
        if let Some(missing) = step.must_pass.iter().find(|id| !passed(id)) {
            return Verdict::Uncounted(format!("`{missing}`, which failed before, gave no pass"));
        }
    }
    verdict
}

pub(crate) fn summary(verdicts: &[Verdict], logs: Vec<String>, duration: Duration) -> Stage {
    let count = |wanted: fn(&Verdict) -> bool| {
        u32::try_from(verdicts.iter().filter(|verdict| wanted(verdict)).count()).unwrap_or(u32::MAX)
    };
    let passes = count(|verdict| *verdict == Verdict::Green);
    let failures = count(|verdict| matches!(verdict, Verdict::Red(_)));
    Stage {
        runs: passes + failures,
        passes,
        failures,
        uncounted: count(|verdict| matches!(verdict, Verdict::Uncounted(_))),
        grade: verdicts
            .iter()
            .filter_map(|verdict| match verdict {
                Verdict::Red(grade) => Some(*grade),
                _ => None,
            })
            .min(),
        logs,
        duration_s: (duration.as_secs_f64() * 1000.0).round() / 1000.0,
        problem: None,
    }
}

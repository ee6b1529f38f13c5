//! One stage of a proof: so many runs of the tests in question, one after the other or side by side,
//! stopped as soon as the answer is clear.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use regreen_case::{Grade, Stage, TestCommand};
use regreen_supervise::{Deadline, End};

use crate::counted::{CountedRun, TestOutcome, run_counted};
use crate::error::ProofError;
use crate::judge::{Verdict, judge, results_of};
use crate::measure::{judge_goal, showing_output};
use crate::request::ProofRequest;

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
}

/// What came out.
#[derive(Debug, Default)]
pub(crate) struct StageRuns {
    pub(crate) stage: Option<Stage>,
    pub(crate) verdicts: Vec<Verdict>,
    /// Ids of failing targets.
    pub(crate) failing: BTreeSet<String>,
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
    std::thread::scope(|scope| {
        for checkout in &plan.checkouts {
            scope.spawn(|| work(request, &command, checkout, &shared));
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

fn work(request: &ProofRequest<'_>, command: &TestCommand, checkout: &Path, shared: &Mutex<Shared<'_, '_>>) {
    let lock = || shared.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let (number, name, deadline) = {
            let mut shared = lock();
            let over = shared.plan.deadline.is_over() || request.deadline.is_over();
            if shared.stopped || over || request.cancel.is_cancelled() || shared.begun >= shared.plan.runs {
                return;
            }
            shared.begun += 1;
            let name = format!("{}_{}.log", shared.plan.name, shared.begun);
            (shared.begun, name, shared.plan.deadline.earlier(Deadline::after(shared.plan.per_run)))
        };
        let log = request.logs.join(&name);
        let context = request.context(checkout, deadline, Some(log.clone()));
        let began = Instant::now();
        let run = run_counted(command, &context);
        let mut shared = lock();
        match run {
            Err(error) => {
                shared.stopped = true;
                shared.error.get_or_insert(error);
                return;
            }
            // A run that we cut short says nothing about the test.
            Ok(run) if run.end == End::Cancelled => return,
            Ok(run) if run.end == End::DeadlineReached && deadline_was_ours(request, &shared) => {
                shared.begun -= 1;
                shared.logs.push((number, request.log_name(&name)));
                return;
            }
            Ok(run) => record(request, &mut shared, &run, number, &name, began.elapsed()),
        }
    }
}

/// Whether the time of the whole stage was over, rather than that of one run.
fn deadline_was_ours(request: &ProofRequest<'_>, shared: &Shared<'_, '_>) -> bool {
    shared.plan.deadline.is_over() || request.deadline.is_over()
}

fn record(
    request: &ProofRequest<'_>,
    shared: &mut Shared<'_, '_>,
    run: &CountedRun,
    number: u32,
    name: &str,
    duration: Duration,
) {
    let verdict = verdict(request, run, shared.plan);
    shared.runs.longest = shared.runs.longest.max(duration);
    for target in request.targets {
        let failed = results_of(run, target).filter(|result| result.outcome == TestOutcome::Failed);
        shared.runs.failing.extend(failed.map(|result| result.id.clone()));
    }
    if verdict == Verdict::Green && number > KEPT_LOGS {
        let _ = std::fs::remove_file(request.logs.join(name));
    } else {
        shared.logs.push((number, request.log_name(name)));
    }
    let word = match &verdict {
        Verdict::Green => "passed".to_owned(),
        Verdict::Red(grade) => format!("failed ({})", word_of(*grade)),
        Verdict::Uncounted(why) => format!("no counted result: {why}"),
    };
    let line = format!("{} run {number}/{}: {word}", shared.plan.name.replace('_', " "), shared.plan.runs);
    (shared.progress)(&line);
    shared.stopped = shared.stopped || (shared.plan.stop)(&verdict);
    shared.runs.verdicts.push(verdict);
}

pub(crate) fn word_of(grade: Grade) -> &'static str {
    match grade {
        Grade::Same => "the same failure",
        Grade::SameKind => "the same kind of failure",
        Grade::Different => "another failure",
    }
}

fn verdict(request: &ProofRequest<'_>, run: &CountedRun, plan: &StagePlan<'_>) -> Verdict {
    let verdict = match request.goal {
        // With the patch the numbers are judged together, by their median: see `measure`.
        Some(goal) if plan.name != "green" => judge_goal(run, request.targets, request.expected, goal),
        _ => judge(run, request.targets, request.expected),
    };
    if verdict == Verdict::Green {
        let passed = |id: &String| {
            run.results.iter().any(|result| result.id == *id && result.outcome == TestOutcome::Passed)
        };
        if let Some(missing) = plan.must_pass.iter().find(|id| !passed(id)) {
            return Verdict::Uncounted(format!("`{missing}`, which failed before, gave no pass"));
        }
    }
    verdict
}

fn summary(verdicts: &[Verdict], logs: Vec<String>, duration: Duration) -> Stage {
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

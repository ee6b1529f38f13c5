//! The workbench: one worktree, the tests that judge, and how to run them on a change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use regreen_case::{CaseDir, Conditions, FailedTest, Redactor, Signature, TestCommand};
use regreen_proof::{
    Build, BuiltTests, CountedRun, ExecutedLines, ForkServer, Look, Points, Project, ProofError, RunContext,
    ToolFix, TracedLines, Verdict, Wish, apply_tool_fix, beside, judge, run_counted, surround, under,
};
use regreen_supervise::{Cancel, Deadline, Sandbox, hold_back};
use regreen_workspace::{Patch, Repository, Worktree};

use crate::ImplementError;
use crate::trial::Trial;

/// Added to what a run may take, for machines that are busy with something else.
const SLACK: Duration = Duration::from_secs(5);
/// How much longer a run may take that is worth waiting for.
const PATIENCE: u32 = 4;
/// A build may take a third of it, before it is known how long one takes.
const LONG_BUILD: Duration = Duration::from_secs(60);

/// What one run says.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    /// Counted and green; with a goal, the number it shows. Several runs together say whether that
    /// reaches the target.
    Green(Option<f64>),
    /// Counted and red.
    Red(Red),
    /// Nothing that counts, and why.
    NotRun(String),
    /// The time is over, or we are told to stop.
    Stopped,
}

/// A red run.
#[derive(Debug, Clone)]
pub(crate) struct Red {
    /// Whether it is another failure than the one to repair.
    pub(crate) different: bool,
    pub(crate) failures: Vec<FailedTest>,
    /// The number it shows all the same, when there is a goal.
    pub(crate) value: Option<f64>,
}

/// The workbench.
pub(crate) struct Bench<'a> {
    pub(crate) case: &'a CaseDir,
    pub(crate) repository: &'a Repository,
    pub(crate) cancel: &'a Cancel,
    pub(crate) redactor: &'a Redactor,
    pub(crate) sandbox: &'a Sandbox,
    pub(crate) deadline: Deadline,
    pub(crate) worktree: Worktree,
    pub(crate) trial: Trial,
    scratch: PathBuf,
    env: BTreeMap<String, String>,
    /// Runs since the checkout was changed.
    begun: AtomicUsize,
    /// Longest that a run may take; known once some were seen.
    run_limit: Option<Duration>,
    /// What a run takes once everything is built, in seconds.
    run_seconds: f64,
    /// Held by whoever runs tests when there is a goal: side by side, benches would measure each other.
    measuring: Arc<Mutex<()>>,
}

/// What all parts of the phase share.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) case: &'a CaseDir,
    pub(crate) repository: &'a Repository,
    pub(crate) cancel: &'a Cancel,
    pub(crate) redactor: &'a Redactor,
    pub(crate) deadline: Deadline,
    pub(crate) scratch: &'a Path,
    pub(crate) sandbox: &'a Sandbox,
}

impl<'a> Bench<'a> {
    /// A fresh worktree of `commit` with the overlays in it.
    pub(crate) fn set_up(
        around: Surroundings<'a>,
        trial: Trial,
        commit: &str,
    ) -> Result<Self, ImplementError> {
        let bench = Bench {
            case: around.case,
            repository: around.repository,
            cancel: around.cancel,
            redactor: around.redactor,
            sandbox: around.sandbox,
            deadline: around.deadline,
            worktree: around.repository.worktree(commit, around.scratch)?,
            trial,
            scratch: around.scratch.to_owned(),
            // Two changes within a second can leave compiled Python that looks up to date.
            env: BTreeMap::from([("PYTHONDONTWRITEBYTECODE".to_owned(), "1".to_owned())]),
            begun: AtomicUsize::new(0),
            run_limit: None,
            run_seconds: 0.0,
            measuring: Arc::default(),
        };
        bench.lay_overlays()?;
        Ok(bench)
    }

    /// Another one for the same trial, for one of several `lanes` side by side.
    pub(crate) fn beside<'c>(
        &'c self,
        cancel: &'c Cancel,
        lanes: usize,
    ) -> Result<Bench<'c>, ImplementError> {
        let around = Surroundings {
            case: self.case,
            repository: self.repository,
            cancel,
            redactor: self.redactor,
            deadline: self.deadline,
            scratch: &self.scratch,
            sandbox: self.sandbox,
        };
        let mut bench = Bench::set_up(around, self.trial.clone(), self.worktree.commit())?;
        // They share the cores.
        let lanes = u32::try_from(lanes).unwrap_or(u32::MAX);
        bench.run_limit = self.run_limit.map(|limit| limit.saturating_mul(lanes));
        bench.run_seconds = self.run_seconds;
        bench.measuring = Arc::clone(&self.measuring);
        Ok(bench)
    }

    /// Whether there is no time left, or nobody wants us to go on.
    pub(crate) fn is_over(&self) -> bool {
        self.deadline.is_over() || self.cancel.is_cancelled()
    }

    /// Paths in the checkout that belong to the reproduction, not to the project.
    pub(crate) fn overlay_paths(&self) -> Vec<String> {
        self.trial.overlays.iter().map(|(_, destination)| destination.clone()).collect()
    }

    /// The reproduction's files: where they lie, and where they go.
    pub(crate) fn overlays(&self) -> &[(PathBuf, String)] {
        &self.trial.overlays
    }

    /// Where worktrees and build caches go.
    pub(crate) fn scratch(&self) -> &Path {
        &self.scratch
    }

    /// Environment that is added to every run.
    pub(crate) fn env(&self) -> &BTreeMap<String, String> {
        &self.env
    }

    /// Everything that no fixer may change.
    pub(crate) fn off_limits(&self) -> Vec<String> {
        let mut paths = self.trial.protected.clone();
        paths.extend(self.overlay_paths());
        paths
    }

    /// The checkout as it is on the base, with the reproduction in it.
    pub(crate) fn clean(&self) -> Result<(), ImplementError> {
        self.worktree.reset()?;
        self.lay_overlays()
    }

    /// The checkout as another commit has it, but with these files as they are on `base`, and the reproduction in it.
    pub(crate) fn stand_on(
        &mut self,
        commit: &str,
        base: &str,
        judging: &[String],
    ) -> Result<(), ImplementError> {
        self.worktree.move_to(commit)?;
        self.worktree.take(base, judging)?;
        self.lay_overlays()
    }

    /// The checkout of the base with a change, and with the reproduction in it.
    pub(crate) fn with(&self, patch: &Patch) -> Result<(), ImplementError> {
        self.worktree.reset()?;
        self.worktree.apply(patch)?;
        self.lay_overlays()
    }

    /// What the checkout holds beyond the base, without the reproduction.
    pub(crate) fn patch(&self) -> Result<Patch, ImplementError> {
        Ok(self.worktree.patch()?.without(&self.overlay_paths()))
    }

    fn lay_overlays(&self) -> Result<(), ImplementError> {
        self.begun.store(0, Ordering::Relaxed);
        // Whatever lies there now, a link that leads away included, goes first.
        self.worktree.restore(&self.overlay_paths())?;
        for (source, destination) in &self.trial.overlays {
            let target = self.worktree.path().join(destination);
            let failed = |source| ImplementError::File { action: "write", path: target.clone(), source };
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            fs::copy(source, &target).map_err(failed)?;
        }
        Ok(())
    }

    /// Runs the tests once on the checkout as it is.
    pub(crate) fn run(&self, log: Option<PathBuf>) -> Result<(Seen, CountedRun), ImplementError> {
        self.run_once(log, self.run_limit).map(|run| (self.see(&run), run))
    }

    /// The same, with more time for it.
    pub(crate) fn run_patiently(&self, log: Option<PathBuf>) -> Result<(Seen, CountedRun), ImplementError> {
        let limit = self.run_limit.map(|limit| limit.saturating_mul(PATIENCE));
        self.run_once(log, limit).map(|run| (self.see(&run), run))
    }

    /// The command for all tests of the file, or of what the framework takes for one, as the checkout holds them now.
    pub(crate) fn tests_of_the_file(&self) -> Option<TestCommand> {
        self.tests_around(&[])
    }

    /// The same, with those that reach a changed file.
    pub(crate) fn tests_around(&self, changed: &[String]) -> Option<TestCommand> {
        let project = Project::at(self.worktree.path(), self.repository.root());
        beside(&project, &self.trial.command, &self.trial.targets, changed)
    }

    /// Runs another command on the checkout as it is, and counts.
    pub(crate) fn count(&self, command: &TestCommand, limit: Duration) -> Result<CountedRun, ImplementError> {
        let context = self.context(self.deadline.earlier(Deadline::after(limit)), None);
        Ok(self.held_back(|| run_counted(command, &context))?)
    }

    fn run_once(&self, log: Option<PathBuf>, limit: Option<Duration>) -> Result<CountedRun, ImplementError> {
        let deadline = match limit {
            Some(limit) => self.deadline.earlier(Deadline::after(limit)),
            None => self.deadline,
        };
        let context = self.context(deadline, log);
        let begun = self.begun.fetch_add(1, Ordering::Relaxed);
        let number = self.trial.failing_runs.get(begun).copied().unwrap_or(begun as u64 + 1);
        let command = under(&self.trial.command, &self.trial.conditions, number);
        let command = command.unwrap_or_else(|| self.trial.command.clone());
        // Moments of its own for each run: runs that are disturbed alike are one observation.
        let seed = self.trial.conditions.seed_of(number);
        let _unquiet = surround(&Conditions { seed, ..self.trial.conditions.clone() });
        Ok(self.held_back(|| run_counted(&command, &context))?)
    }

    fn context(&self, deadline: Deadline, log: Option<PathBuf>) -> RunContext<'_> {
        RunContext {
            checkout: self.worktree.path(),
            repo_root: self.repository.root(),
            scratch: &self.scratch,
            env: &self.env,
            deadline,
            cancel: self.cancel,
            log,
            redactor: self.redactor,
            sandbox: self.sandbox,
        }
    }

    /// Lets the tool that complains repair the checkout.
    pub(crate) fn apply_tool_fix(&self, fix: &ToolFix) -> Result<(), ImplementError> {
        let deadline = match self.run_limit {
            Some(limit) => self.deadline.earlier(Deadline::after(limit)),
            None => self.deadline,
        };
        Ok(apply_tool_fix(&self.trial.command, fix, &self.context(deadline, None))?)
    }

    /// Which lines the tests of the file execute on the checkout as it is; empty where that cannot be seen.
    pub(crate) fn executed_lines(&self, wish: &Wish<'_>) -> Result<Vec<ExecutedLines>, ImplementError> {
        let command = self.tests_of_the_file().unwrap_or_else(|| self.trial.command.clone());
        Ok(regreen_proof::executed_lines(&command, &self.context(self.deadline, None), wish)?)
    }

    /// The same for the programs of the tests in question, where the sources note what runs; these are built by `building`.
    pub(crate) fn traced_lines(
        &self,
        wish: &Wish<'_>,
        points: &Points<'_>,
        building: Deadline,
    ) -> Result<TracedLines, ImplementError> {
        let context = self.context(self.deadline, None);
        Ok(regreen_proof::traced_lines(&self.trial.command, &context, wish, points, building)?)
    }

    /// A server for first opinions on what the checkout holds, where there is one for its tests.
    pub(crate) fn fork_server(&self) -> Option<ForkServer> {
        match ForkServer::start(&self.trial.command, &self.context(self.deadline, None)) {
            Ok(server) => server,
            Err(error) => {
                tracing::debug!("no fork server: {error}");
                None
            }
        }
    }

    /// Builds what the checkout holds, for first opinions. A build of many candidates may take longer than one.
    pub(crate) fn built_tests(&self) -> Option<Build> {
        let longest = Deadline::after(self.run_limit.unwrap_or(LONG_BUILD).saturating_mul(3));
        let until = self.deadline.earlier(longest);
        let built = BuiltTests::build(&self.trial.command, &self.context(until, None));
        built.inspect_err(|error| tracing::debug!("nothing is built: {error}")).ok()
    }

    /// Starts tests that were built, with a variable set.
    pub(crate) fn look(&self, tests: &BuiltTests, variable: (&str, &str), limit: Duration) -> Option<Look> {
        let look = tests.look(&self.context(self.deadline, None), variable, limit);
        look.inspect_err(|error| tracing::debug!("the tests do not start: {error}")).ok()
    }

    /// Longest that a run may take; known once some were seen.
    pub(crate) fn run_limit(&self) -> Option<Duration> {
        self.run_limit
    }

    /// What a run takes once everything is built, in seconds.
    pub(crate) fn run_seconds(&self) -> f64 {
        self.run_seconds
    }

    /// Runs something with the cores and the rank that the conditions leave to it. A thread cannot get
    /// back what it gave away, so it happens on one of its own.
    fn held_back(
        &self,
        work: impl FnOnce() -> Result<CountedRun, ProofError> + Send,
    ) -> Result<CountedRun, ProofError> {
        let Conditions { cores, nice, .. } = self.trial.conditions;
        if cores.is_none() && nice == 0 {
            return work();
        }
        std::thread::scope(|scope| {
            let running = scope.spawn(move || {
                if !hold_back(cores, nice) {
                    tracing::warn!("the machine does not let runs be held back");
                }
                work()
            });
            running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// With a goal: waits until no bench beside this one measures, or runs tests that would be measured with it.
    pub(crate) fn turn_to_measure(&self) -> Option<MutexGuard<'_, ()>> {
        let turn = || self.measuring.lock().unwrap_or_else(PoisonError::into_inner);
        self.trial.goal.is_some().then(turn)
    }

    /// What a run says.
    fn see(&self, run: &CountedRun) -> Seen {
        if self.is_over() && run.problem.is_some() {
            return Seen::Stopped;
        }
        let value = || self.trial.goal.as_ref().and_then(|goal| goal.value(run, &self.trial.targets));
        match judge(run, &self.trial.targets, self.expected_for_judging()) {
            Verdict::Green => match (&self.trial.goal, value()) {
                (Some(_), None) => {
                    Seen::NotRun("the test's output does not show the number to improve".to_owned())
                }
                (_, value) => Seen::Green(value),
            },
            Verdict::Red(grade) => Seen::Red(Red {
                different: grade == regreen_case::Grade::Different,
                failures: run.failures_of(&self.trial.targets),
                value: value(),
            }),
            Verdict::Uncounted(why) => Seen::NotRun(why),
        }
    }

    /// A test that measures fails in its own words, which hold the measured number.
    fn expected_for_judging(&self) -> Option<&Signature> {
        if self.trial.goal.is_some() { None } else { self.trial.expected.as_ref() }
    }

    /// Learns from the runs on the base how long one may take: the first one may have built
    /// everything, later ones only what changed.
    pub(crate) fn set_run_limit(&mut self, seconds: &[f64]) {
        let first = seconds.first().copied().unwrap_or(0.0);
        let last = seconds.last().copied().unwrap_or(0.0);
        self.run_seconds = last;
        let limit = Duration::try_from_secs_f64(first.max(3.0 * last)).unwrap_or(Duration::MAX);
        self.run_limit = Some(limit.saturating_add(SLACK));
    }
}

//! What a candidate that helps does to the tests beside those in question: those of the same file first, then those that use
//! what it changes.
//!
//! Promises: a look, not a proof. Where it cannot be had, or takes too long, nothing is said. It bears only on which
//! candidates the search goes on behind; what is accepted is compared anew.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::{Duration, Instant};

use regreen_case::{TestCommand, TestTarget};
use regreen_proof::{CountedRun, Project, failing_in_both, lost_tests, plan};
use regreen_repair::Judgement;

use crate::bench::Bench;
use crate::killing_tests::{KillingTests, targets};

/// So much longer than the tests in question may those beside them take, to be looked at for each that helps.
const TIMES: f64 = 6.0;
const MORE: f64 = 5.0;
/// So much longer than on the base may they take with a candidate.
const PATIENCE: u32 = 4;
/// The share of a search's time that the tests outside of the file may take together, and each of their runs.
const SHARE_OUTSIDE: f64 = 0.5;
const SHARE_OF_A_RUN: f64 = 0.05;

/// Looks at the tests beside.
pub(crate) struct HarmCheck<'a, 'b> {
    bench: &'a Bench<'b>,
    /// Those that candidates were seen to break.
    killing: &'a KillingTests,
    /// Whether these were asked about the candidate in the checkout, and all pass with it.
    spared: Cell<bool>,
    /// The tests of the file.
    near: OnceCell<Option<TestCommand>>,
    /// By the files that a candidate changes, the tests that reach them, where these are more.
    far: RefCell<BTreeMap<Vec<String>, Option<TestCommand>>>,
    /// By the words of the command.
    bases: RefCell<BTreeMap<Vec<String>, Option<Rc<Base>>>>,
    /// That the search had when it began.
    time: Duration,
    /// Of it, what tests outside of the file took.
    outside: Cell<Duration>,
}

/// Tests as they are without a candidate.
pub(crate) struct Base {
    pub(crate) command: TestCommand,
    run: CountedRun,
    limit: Duration,
}

impl<'a, 'b> HarmCheck<'a, 'b> {
    pub(crate) fn new(bench: &'a Bench<'b>, killing: &'a KillingTests) -> Self {
        HarmCheck {
            bench,
            killing,
            spared: Cell::default(),
            near: OnceCell::new(),
            far: RefCell::default(),
            bases: RefCell::default(),
            time: bench.deadline.remaining(),
            outside: Cell::default(),
        }
    }

    /// What the candidate in the checkout, with which the tests in question pass, does to those beside them. Green as well
    /// where that cannot be seen.
    pub(crate) fn judge(&self) -> Judgement {
        let near = self.near.get_or_init(|| self.bench.tests_of_the_file());
        let Some(near) = near else { return Judgement::Green };
        let enough = self.enough();
        if !self.spared.take() && self.is_killed() {
            return Judgement::Harmful;
        }
        let judgement = self.with(near, enough);
        if judgement != Judgement::Green || self.outside.get() > self.time.mul_f64(SHARE_OUTSIDE) {
            return judgement;
        }
        let Some(far) = self.far_from(near) else { return judgement };
        let began = Instant::now();
        let judgement = self.with(&far, enough.max(self.time.as_secs_f64() * SHARE_OF_A_RUN));
        self.outside.set(self.outside.get() + began.elapsed());
        judgement
    }

    /// Whether the candidate in the checkout breaks a test that others broke. Quick, and so worth asking before anything else
    /// of what may be green.
    pub(crate) fn is_killed(&self) -> bool {
        let named = self.killing.take_named();
        if !named.is_empty() {
            self.remember(&named, self.enough());
        }
        let kills = |base: &Rc<Base>| self.lost(base).is_some_and(|lost| !lost.is_empty());
        let killer = self.killing.known().into_iter().find(kills);
        self.spared.set(killer.is_none());
        if let Some(base) = &killer {
            tracing::debug!("breaks what others broke: {:?}", base.command.argv);
            self.killing.keep(Rc::clone(base));
        }
        killer.is_some()
    }

    /// How long, in seconds, tests beside may take to be looked at for each that helps.
    fn enough(&self) -> f64 {
        self.bench.run_seconds() * TIMES + MORE
    }

    /// What was lost is asked first from now on, if it can be run alone.
    fn remember(&self, lost: &[TestTarget], enough: f64) {
        let project = Project::at(self.bench.worktree.path(), self.bench.repository.root());
        let Ok(command) = plan(&project, lost, None) else { return };
        if let Some(base) = self.look_at_base(&command, enough) {
            self.killing.keep(Rc::new(base));
        }
    }

    /// The tests that reach what the candidate changes, where they are more than those of the file.
    fn far_from(&self, near: &TestCommand) -> Option<TestCommand> {
        let patch = self.bench.patch().ok()?;
        let changed: Vec<String> =
            patch.files().iter().flat_map(|file| file.paths()).map(str::to_owned).collect();
        let known = self.far.borrow().get(&changed).cloned();
        known.unwrap_or_else(|| {
            let far = self.bench.tests_around(&changed).filter(|far| far.argv != near.argv);
            self.far.borrow_mut().insert(changed, far.clone());
            far
        })
    }

    /// The same by some tests, if they take no longer than `enough` seconds without it.
    fn with(&self, command: &TestCommand, enough: f64) -> Judgement {
        let known = self.bases.borrow().get(&command.argv).cloned();
        let base = known.unwrap_or_else(|| {
            let base = self.look_at_base(command, enough).map(Rc::new);
            self.bases.borrow_mut().insert(command.argv.clone(), base.clone());
            base
        });
        let Some(base) = base else { return Judgement::Green };
        let Some(run) = self.run(&base) else { return Judgement::Green };
        let lost = lost_tests(&base.run, &run);
        // A test that fails now and then is nobody's fault.
        let again = if lost.is_empty() { None } else { self.lost(&base) };
        let lost = again.map(|again| &lost & &again).unwrap_or_default();
        let left = failing_in_both(&base.run, &run);
        tracing::debug!("breaks beside what it repairs: {lost:?}, leaves red: {left:?}");
        match (lost.is_empty(), left.is_empty()) {
            (false, _) => {
                self.remember(&targets(command.framework, &base.run, |id| lost.contains(id)), enough);
                Judgement::Harmful
            }
            (true, false) => Judgement::Incomplete,
            (true, true) => Judgement::Green,
        }
    }

    /// What one run of the tests loses against the base.
    fn lost(&self, base: &Base) -> Option<BTreeSet<String>> {
        self.run(base).map(|run| lost_tests(&base.run, &run))
    }

    /// One run of the tests. One that was cut short says nothing.
    fn run(&self, base: &Base) -> Option<CountedRun> {
        let run = if self.bench.is_over() { None } else { self.bench.count(&base.command, base.limit).ok() };
        run.filter(|_| !self.bench.is_over())
    }

    /// Takes the candidate out for that long.
    fn look_at_base(&self, command: &TestCommand, enough: f64) -> Option<Base> {
        let candidate = self.bench.patch().ok()?;
        let base = self.bench.clean().map(|()| self.run_base(command, enough));
        let put_back = self.bench.with(&candidate);
        put_back.and(base).unwrap_or_else(|error| {
            tracing::debug!("the tests beside are not known: {error}");
            None
        })
    }

    fn run_base(&self, command: &TestCommand, enough: f64) -> Option<Base> {
        let bench = self.bench;
        // A search that is short of time rather looks for what helps.
        if bench.deadline.remaining().as_secs_f64() < 4.0 * enough {
            return None;
        }
        let run = bench.count(command, Duration::from_secs_f64(enough)).ok()?;
        let took = Duration::try_from_secs_f64(run.duration_s).unwrap_or_default();
        let limit = took.saturating_mul(PATIENCE) + Duration::from_secs_f64(MORE);
        run.problem.is_none().then_some(Base { command: command.clone(), run, limit })
    }
}

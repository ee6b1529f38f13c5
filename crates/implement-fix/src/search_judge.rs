//! Judges the search's candidates: by a run of the tests, and before that, where it can be had, by the first opinion of a
//! server of forks, or of a build that holds many candidates at once.
//!
//! Promise: a candidate is *green* only after real runs. A first *red* is believed once the failure of the base was shown in
//! the same way and some answers have been found right; one that is found wrong ends it.

use std::time::{Duration, Instant};

use regreen_case::Conditions;
use regreen_proof::{ForkServer, Opinion, OpinionLimit};
use regreen_repair::{Batch, Foresight, Judge, Judgement};

use crate::batch_judge::{Batches, Tally};
use crate::bench::{Bench, Seen};
use crate::gate;
use crate::harm::HarmCheck;
use crate::killing_tests::KillingTests;
use crate::needed_files::NeededFiles;
use crate::red::Evidence;

/// Answers of the server that are looked after before it is believed.
const CHECKED: u32 = 3;
/// How much more than the base a candidate may take.
const PATIENCE: u32 = 10;
/// What it may take in any case, of the processor and on the clock.
const LEAST_CPU: Duration = Duration::from_millis(300);
const LEAST_WALL: Duration = Duration::from_secs(3);

/// Judges the checkout as the search leaves it.
#[derive(Clone, Copy)]
pub(crate) struct RunJudge<'a, 'b> {
    pub(crate) bench: &'a Bench<'b>,
    pub(crate) evidence: &'a Evidence,
}

impl Judge for RunJudge<'_, '_> {
    fn judge(&mut self) -> Judgement {
        let mut runs = 0;
        loop {
            let (seen, run) = match self.bench.run(None) {
                Ok(seen) => seen,
                Err(_) if self.bench.is_over() => return Judgement::Stop,
                Err(error) => return Judgement::Broken(error.to_string()),
            };
            match seen {
                Seen::Green(_) => runs += 1,
                Seen::Red(red) => return Judgement::Red(red.failures),
                Seen::NotRun(why) => return Judgement::Broken(why),
                Seen::Stopped => return Judgement::Stop,
            }
            // A failure that happens every time needs one look here; survivors are confirmed later.
            let enough = match self.evidence.rate {
                None => 1,
                Some(_) => gate::needed_runs(self.bench, self.evidence, run.duration_s),
            };
            if runs >= enough {
                return Judgement::Green;
            }
        }
    }
}

/// The same, after a first opinion.
pub(crate) struct QuickJudge<'a, 'b> {
    slow: RunJudge<'a, 'b>,
    server: Option<ForkServer>,
    /// Where there is no server and candidates can be compiled together.
    batches: Option<Batches<'a, 'b>>,
    /// What a first opinion may take.
    limit: OpinionLimit,
    checked: u32,
    needed: NeededFiles,
    /// Where one look says what a candidate does.
    harm: Option<HarmCheck<'a, 'b>>,
}

impl<'a, 'b> QuickJudge<'a, 'b> {
    /// With a server, where one shows the failure of the checkout as it is now: the base.
    pub(crate) fn new(slow: RunJudge<'a, 'b>, killing: &'a KillingTests, together: bool) -> Self {
        let needed = NeededFiles::of(slow.bench, slow.evidence);
        let limit = OpinionLimit { wall: Duration::ZERO, cpu: Duration::ZERO };
        let mut judge =
            QuickJudge { slow, server: None, batches: None, limit, checked: 0, needed, harm: None };
        judge.find_server();
        judge.harm = judge.is_plain().then(|| HarmCheck::new(slow.bench, killing));
        judge.batches = (together && judge.server.is_none() && judge.is_plain()).then(|| Batches::new(slow));
        judge
    }

    /// Starts a server and keeps it if it is of use. The checkout has to be the base.
    fn find_server(&mut self) {
        // The one before goes first.
        self.server = None;
        let bench = self.slow.bench;
        if self.is_plain() {
            self.server = bench.fork_server().filter(|_| !bench.is_over());
        }
        let wall = bench.run_limit().unwrap_or(Duration::from_secs(60));
        self.limit = OpinionLimit { wall, cpu: wall };
        self.checked = 0;
        self.get_to_know();
    }

    /// One look sees what fails every time. What needs a certain machine or a measurement is not for first opinions.
    fn is_plain(&self) -> bool {
        let trial = &self.slow.bench.trial;
        let plain = trial.conditions == Conditions::default() && trial.goal.is_none();
        plain && self.slow.evidence.rate.is_none()
    }

    /// What was compiled together.
    pub(crate) fn together(&self) -> Tally {
        self.batches.as_ref().map(|batches| batches.tally).unwrap_or_default()
    }

    pub(crate) fn is_quick(&self) -> bool {
        self.server.is_some()
    }

    /// Lets the server see the base, which has to fail as it did before.
    fn get_to_know(&mut self) {
        let Some(server) = &mut self.server else { return };
        let failures = &self.slow.evidence.failures;
        // What a runner loads for its first answer alone is not what one takes.
        let _ = server.ask(self.limit);
        let began = Instant::now();
        match server.ask(self.limit) {
            Some((opinion, busy)) if failures.iter().any(|failure| opinion.shows(failure)) => {
                let more = |took: Duration, least: Duration| took.saturating_mul(PATIENCE).max(least);
                let cpu = more(busy, LEAST_CPU);
                let wall = more(began.elapsed(), LEAST_WALL).min(self.limit.wall);
                self.limit = OpinionLimit { wall, cpu };
            }
            other => {
                tracing::debug!("the fork server does not see the failure: {other:?}");
                self.server = None;
            }
        }
    }
}

impl Judge for QuickJudge<'_, '_> {
    fn judge(&mut self) -> Judgement {
        let judgement = self.judge_once();
        if judgement == Judgement::Stop || self.needed.are_there() {
            let beside = self.harm.as_ref().filter(|_| judgement == Judgement::Green);
            return beside.map_or(judgement, HarmCheck::judge);
        }
        // The next one is not to be judged in what this one left.
        match self.slow.bench.clean() {
            Ok(()) if self.server.is_some() => self.find_server(),
            Ok(()) => {}
            Err(error) => tracing::debug!("the checkout cannot be put back: {error}"),
        }
        Judgement::Broken("it deletes what it is judged by".to_owned())
    }

    fn batch_size(&self) -> usize {
        self.batches.as_ref().map_or(0, Batches::size)
    }

    fn foresee(&mut self, batch: &Batch<'_>) -> Vec<Foresight> {
        self.batches.as_mut().map_or_else(Vec::new, |batches| batches.foresee(batch, &self.needed))
    }
}

impl QuickJudge<'_, '_> {
    fn judge_once(&mut self) -> Judgement {
        let Some(server) = &mut self.server else { return self.slow.judge() };
        let believed = self.checked >= CHECKED;
        match server.ask(self.limit).map(|(opinion, _)| opinion) {
            None => self.server = None,
            // What does harm need not be run for real: it is a last resort.
            Some(Opinion::Green) if self.harm.as_ref().is_some_and(HarmCheck::is_killed) => {
                return Judgement::Harmful;
            }
            Some(Opinion::Green) => {}
            Some(Opinion::Red { .. }) if believed => return Judgement::Red(Vec::new()),
            Some(Opinion::Late) if believed => return Judgement::Broken("it takes too long".to_owned()),
            Some(Opinion::Nothing) if believed => return Judgement::Broken("no test ran".to_owned()),
            Some(_) => {
                self.checked += 1;
                let judgement = self.slow.judge();
                if judgement == Judgement::Green {
                    self.server = None;
                }
                return judgement;
            }
        }
        if self.slow.bench.is_over() { Judgement::Stop } else { self.slow.judge() }
    }
}

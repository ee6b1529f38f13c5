//! First opinions on candidates that are compiled together, for languages in which each would be a build of its own.
//!
//! Promises: of its answers only those that say *not green* are used, and those only once it has shown, in every batch, the
//! base's own failure and that its choice reaches the function, and after some of them were found right. One that is found
//! wrong ends it. Whatever it cannot tell is judged alone.

use std::time::{Duration, Instant};

use regreen_proof::{Build, BuiltTests, Look, Opinion};
use regreen_repair::{Batch, CHOICE, Foresight, Judge, Judgement, Laid};

use crate::bench::Bench;
use crate::needed_files::NeededFiles;
use crate::refusals::places;
use crate::search_judge::RunJudge;

/// Answers that are looked after before the others are believed: of starts, and of the compiler's.
const CHECKED_REDS: u32 = 3;
const CHECKED_REFUSALS: u32 = 1;
/// The first batch is small: it is the one that most searches end with.
const FIRST_SIZE: usize = 60;
const LEAST_SIZE: usize = 10;
const MOST_SIZE: usize = 240;
/// Builds of one batch, as candidates that do not compile are taken out of it.
const ROUNDS: u32 = 6;
/// A batch that no compiler takes is halved so often.
const HALVINGS: u32 = 3;
/// How much more than the base a candidate may take.
const PATIENCE: u32 = 10;
/// What it may take in any case, of the processor and on the clock: at first, and when the machine was busy.
const LEAST_CPU: Duration = Duration::from_millis(300);
const LEAST_WALL: Duration = Duration::from_millis(400);
const LEAST_WALL_AGAIN: Duration = Duration::from_secs(3);

/// Compiles batches and starts their tests.
pub(crate) struct Batches<'a, 'b> {
    slow: RunJudge<'a, 'b>,
    size: usize,
    reds_checked: u32,
    refusals_checked: u32,
    /// Batches in a row that told nothing.
    useless: u32,
    over: bool,
    pub(crate) tally: Tally,
}

/// What was done so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) builds: u32,
    pub(crate) told: usize,
}

impl<'a, 'b> Batches<'a, 'b> {
    pub(crate) fn new(slow: RunJudge<'a, 'b>) -> Self {
        Batches {
            slow,
            size: FIRST_SIZE,
            reds_checked: 0,
            refusals_checked: 0,
            useless: 0,
            over: false,
            tally: Tally::default(),
        }
    }

    /// None when it is of no use any more.
    pub(crate) fn size(&self) -> usize {
        if self.over { 0 } else { self.size }
    }

    /// One answer for each candidate of the batch.
    pub(crate) fn foresee(&mut self, batch: &Batch<'_>, needed: &NeededFiles) -> Vec<Foresight> {
        let mut run =
            Run { batch, needed, answers: vec![Foresight::Unknown; batch.len()], built: Duration::ZERO };
        let began = Instant::now();
        self.judge_all(&mut run, (0..batch.len()).collect(), HALVINGS);
        let told = run.answers.iter().filter(|answer| **answer != Foresight::Unknown).count();
        self.tally.told += told;
        tracing::debug!(
            "{told} of {} candidates compiled together were told in {:?}, {:?} of them for builds",
            batch.len(),
            began.elapsed(),
            run.built
        );
        self.useless = if told == 0 { self.useless + 1 } else { 0 };
        self.over |= self.useless >= 3;
        let slow_build = run.built > began.elapsed() / 2;
        // Where building is what takes long, more should share a build, until it takes longer than anybody waits.
        if run.built > Duration::from_secs(20) {
            self.size = (self.size / 2).max(LEAST_SIZE);
        } else if slow_build || run.built < Duration::from_secs(5) {
            self.size = (self.size * 2).min(MOST_SIZE);
        }
        run.answers
    }

    fn judge_all(&mut self, run: &mut Run<'_>, mut members: Vec<usize>, halvings: u32) {
        for _ in 0..ROUNDS {
            if self.over || members.is_empty() || self.bench().is_over() {
                return;
            }
            let marker = marker();
            let Ok(laid) = run.batch.lay(&members, &marker) else { return };
            let began = Instant::now();
            let build = self.bench().built_tests();
            self.tally.builds += 1;
            run.built += began.elapsed();
            match build {
                Some(Build::Done(tests)) => {
                    self.look_at_all(run, &tests, laid, &marker);
                    return;
                }
                Some(Build::Refused(output)) => {
                    let mut refused: Vec<usize> = places(&output)
                        .into_iter()
                        .filter_map(|(file, line)| laid.member_at(file, line))
                        .collect();
                    refused.sort_unstable();
                    refused.dedup();
                    drop(laid);
                    if refused.is_empty() {
                        break;
                    }
                    members.retain(|member| refused.binary_search(member).is_err());
                    self.refuse(run, &refused);
                }
                Some(Build::Impossible) | None => {
                    self.over = true;
                    return;
                }
            }
        }
        if halvings > 0 && members.len() > 1 {
            let rest = members.split_off(members.len() / 2);
            self.judge_all(run, members, halvings - 1);
            self.judge_all(run, rest, halvings - 1);
        }
    }

    /// Notes what the compiler refused, and looks after the first of it.
    fn refuse(&mut self, run: &mut Run<'_>, refused: &[usize]) {
        for &member in refused {
            let judgement = if self.refusals_checked < CHECKED_REFUSALS {
                self.refusals_checked += 1;
                self.really(run, member)
            } else {
                Judgement::Broken("it does not compile".to_owned())
            };
            run.know(member, judgement);
        }
    }

    /// Starts the tests for each candidate whose function the choice is seen to reach.
    fn look_at_all(&mut self, run: &mut Run<'_>, tests: &BuiltTests, laid: Laid, marker: &str) {
        let Some(limit) = self.base_limit(tests) else { return };
        let mut members = Vec::new();
        for (choice, of_function) in laid.sentinels() {
            // Not green alone: what is caught on its way is no sign that the choice arrives.
            let seen = self.look(tests, &choice, limit).is_some_and(|look| {
                look.output.contains(marker) && !matches!(look.opinion, Opinion::Green | Opinion::Late)
            });
            if seen {
                members.extend_from_slice(of_function);
            }
        }
        members.sort_unstable();
        // From here on the files are as they were: the programs are built.
        if laid.restore().is_err() {
            return;
        }
        let told = self.told(run.needed, tests, &members, limit);
        // Looking after some of it builds anew: what was compiled together is gone then.
        for (member, judgement) in told {
            let judgement = if self.reds_checked < CHECKED_REDS {
                self.reds_checked += 1;
                self.really(run, member)
            } else {
                judgement
            };
            run.know(member, judgement);
            if self.over || self.bench().is_over() {
                return;
            }
        }
    }

    /// What the starts of the tests say of candidates, without those that may be green.
    fn told(
        &self,
        needed: &NeededFiles,
        tests: &BuiltTests,
        members: &[usize],
        limit: Limit,
    ) -> Vec<(usize, Judgement)> {
        let mut told = Vec::new();
        for &member in members {
            if self.bench().is_over() {
                break;
            }
            let Some(look) = self.look(tests, &Laid::choice(member), limit) else { break };
            if !needed.are_there() {
                told.push((member, Judgement::Broken("it deletes what it is judged by".to_owned())));
                if self.bench().clean().is_err() {
                    break;
                }
                continue;
            }
            told.extend(match look.opinion {
                Opinion::Green => None,
                Opinion::Red { .. } => Some((member, Judgement::Red(Vec::new()))),
                Opinion::Late => Some((member, Judgement::Broken("it takes too long".to_owned()))),
                Opinion::Nothing => Some((member, Judgement::Broken("no test ran".to_owned()))),
            });
        }
        told
    }

    /// Lets the batch show the base's failure, and says how long a candidate may take.
    fn base_limit(&self, tests: &BuiltTests) -> Option<Limit> {
        let most = self.bench().run_limit().unwrap_or(Duration::from_secs(60));
        let look = self.bench().look(tests, (CHOICE, "0"), most)?;
        if !self.slow.evidence.failures.iter().any(|failure| look.opinion.shows(failure)) {
            let failures = &self.slow.evidence.failures;
            tracing::debug!(
                "the tests that were compiled together show {:?}, not {failures:?}",
                look.opinion
            );
            return None;
        }
        let more = |took: Duration, least: Duration| took.saturating_mul(PATIENCE).max(least).min(most);
        Some(Limit {
            wall: more(look.wall, LEAST_WALL),
            again: more(look.wall, LEAST_WALL_AGAIN),
            cpu: more(look.cpu.unwrap_or(look.wall), LEAST_CPU),
        })
    }

    /// One look; another one where the clock ran out though the processor was hardly used.
    fn look(&self, tests: &BuiltTests, choice: &str, limit: Limit) -> Option<Look> {
        let look = self.bench().look(tests, (CHOICE, choice), limit.wall)?;
        if look.opinion == Opinion::Late && look.cpu.is_none_or(|cpu| cpu < limit.cpu) {
            return self.bench().look(tests, (CHOICE, choice), limit.again);
        }
        Some(look)
    }

    /// What the real runs say of a candidate. Green ends it: it was called something else.
    fn really(&mut self, run: &Run<'_>, member: usize) -> Judgement {
        let Ok(laid) = run.batch.lay_one(member) else { return Judgement::Stop };
        let judgement = self.slow.judge();
        if laid.restore().is_err() {
            return Judgement::Stop;
        }
        if judgement == Judgement::Green {
            tracing::debug!("candidates that are compiled together are not judged right");
            self.over = true;
        }
        judgement
    }

    fn bench(&self) -> &'a Bench<'b> {
        self.slow.bench
    }
}

/// What a candidate may take.
#[derive(Debug, Clone, Copy)]
struct Limit {
    wall: Duration,
    again: Duration,
    cpu: Duration,
}

/// One batch at work.
struct Run<'r> {
    batch: &'r Batch<'r>,
    needed: &'r NeededFiles,
    answers: Vec<Foresight>,
    /// Time that builds took.
    built: Duration,
}

impl Run<'_> {
    fn know(&mut self, member: usize, judgement: Judgement) {
        if let Some(answer) = self.answers.get_mut(member) {
            *answer = Foresight::Known(judgement);
        }
    }
}

/// What no program prints by chance.
fn marker() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    let random = || RandomState::new().hash_one(0u8);
    format!("regreen-sentinel-{:016x}{:016x}", random(), random())
}

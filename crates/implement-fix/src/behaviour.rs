//! Compares the survivors of a search by what they do with tests in which one value is changed.
//!
//! Promise: what is seen decides about the order in which survivors come before the gate, and about how sure we say we
//! are; never about whether one is green. The checkout is as on the base afterwards.

use std::collections::BTreeSet;
use std::fs;
use std::time::{Duration, Instant};

use regreen_case::TestCommand;
use regreen_proof::{CountedRun, TestOutcome};
use regreen_repair::{Behaviour, Observed, ProbeFile, Survivor, behaviours, kept, probes, steady};

use crate::ImplementError;
use crate::bench::Bench;
use crate::red::Evidence;

/// Probes: few values tell little, and most of them fail, which takes a runner longer than a test that passes.
const MOST_PROBES: usize = 40;
/// Of what a test says of a probe, this much is compared.
const MOST_BYTES: usize = 2000;
/// Share of the time left that may go into comparing, and what it takes at most.
const SHARE: u32 = 4;
const LONGEST: Duration = Duration::from_secs(60);
/// Where that many do so many different things, nothing that the others do makes anybody sure.
const ENOUGH: (usize, usize) = (8, 3);
/// How much longer than the first survivor another one may take, and what it may in any case.
const PATIENCE: u32 = 4;
const LEAST: Duration = Duration::from_secs(3);

/// What was seen.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// Places in the list of survivors: one of each behaviour first, the weightiest behaviour first of all.
    pub(crate) order: Vec<usize>,
    /// What survivors that leave the tests beside alone do.
    pub(crate) groups: Vec<Behaviour>,
    /// Of the survivors that were looked at: the first ones.
    pub(crate) seen: Vec<Observed>,
    /// Of the code as it was.
    pub(crate) before: Observed,
    /// The probes that `seen` and `before` are about.
    pub(crate) probes: Vec<regreen_repair::Probe>,
    /// Why nothing was seen, where that is so.
    pub(crate) blind: Option<String>,
}

impl Comparison {
    /// Nothing was seen, and why: as the search ranks them.
    pub(crate) fn blind(survivors: &[Survivor], why: impl Into<String>) -> Self {
        Comparison { order: (0..survivors.len()).collect(), blind: Some(why.into()), ..Comparison::default() }
    }
}

/// Looks at what the survivors do. They are many or one: one alone may still do what nobody can see.
pub(crate) fn compare(
    bench: &Bench<'_>,
    evidence: &Evidence,
    survivors: &[Survivor],
    progress: &dyn Fn(&str),
) -> Result<Comparison, ImplementError> {
    let functions: BTreeSet<&str> = survivors
        .iter()
        .filter_map(|survivor| survivor.function.as_deref())
        .map(|name| name.rsplit('.').next().unwrap_or(name))
        .collect();
    let functions: Vec<&str> = functions.into_iter().collect();
    bench.clean()?;
    let Some(command) = bench.tests_of_the_file() else {
        return Ok(Comparison::blind(survivors, "this framework's tests cannot be copied"));
    };
    let made = |most: usize| {
        probes(bench.worktree.path(), &bench.trial.targets, &evidence.failures, &functions, most)
    };
    let Some(file) = made(MOST_PROBES) else {
        return Ok(Comparison::blind(survivors, "the test holds no values that could be varied"));
    };
    progress(&format!(
        "comparing {} changes that pass by {} tests with one value changed",
        survivors.len(),
        file.probes.len()
    ));
    let until = Instant::now() + (bench.deadline.remaining() / SHARE).min(LONGEST);
    let mut look = Look { bench, command, file, until, limit: bench.run_limit().unwrap_or(LONGEST) };
    let compared = look.at_all(survivors, &made);
    bench.clean()?;
    compared
}

/// What one run shows.
struct Sight {
    seen: Observed,
    /// Tests beside the probes that failed.
    failed: BTreeSet<String>,
    problem: Option<String>,
}

struct Look<'a, 'b> {
    bench: &'a Bench<'b>,
    command: TestCommand,
    file: ProbeFile,
    until: Instant,
    limit: Duration,
}

impl Look<'_, '_> {
    fn at_all(
        &mut self,
        survivors: &[Survivor],
        made: &dyn Fn(usize) -> Option<ProbeFile>,
    ) -> Result<Comparison, ImplementError> {
        let Some(best) = survivors.first() else { return Ok(Comparison::default()) };
        let mut first = self.at(Some(best))?;
        // A probe that hangs, or does not compile, hides all behind it.
        for most in [MOST_PROBES / 4, MOST_PROBES / 16] {
            if first.problem.is_none() || self.is_over() {
                break;
            }
            self.bench.clean()?;
            let Some(fewer) = made(most) else { break };
            self.file = fewer;
            first = self.at(Some(best))?;
        }
        if let Some(problem) = first.problem {
            return Ok(Comparison::blind(
                survivors,
                format!("tests with varied values could not be run: {problem}"),
            ));
        }
        let before = self.at(None)?;
        let mut sights = vec![first];
        for survivor in &survivors[1..] {
            if self.is_over() || is_enough(&sights) {
                break;
            }
            sights.push(self.at(Some(survivor))?);
        }
        let again = self.at(Some(best))?;
        if self.bench.is_over() {
            return Ok(Comparison::blind(
                survivors,
                "the time was over before it was seen what else changes",
            ));
        }
        Ok(self.told_apart(survivors, &sights, &before, &again))
    }

    fn is_over(&self) -> bool {
        self.bench.is_over() || Instant::now() >= self.until
    }

    /// Runs the probes on the code as it was, or with a survivor.
    fn at(&mut self, survivor: Option<&Survivor>) -> Result<Sight, ImplementError> {
        self.bench.clean()?;
        let checkout = self.bench.worktree.path();
        if let Some(survivor) = survivor {
            regreen_repair::apply(checkout, survivor)?;
        }
        let path = checkout.join(&self.file.path);
        let failed = |source| ImplementError::File { action: "write", path: path.clone(), source };
        // A test file may be a link to anywhere; what we write is a file of the checkout.
        fs::remove_file(&path).map_err(failed)?;
        let Some(text) = self.file.text(survivor) else {
            let problem = Some("it cannot be put into the file of the tests".to_owned());
            return Ok(Sight { seen: vec![None; self.file.probes.len()], failed: BTreeSet::new(), problem });
        };
        fs::write(&path, text).map_err(failed)?;
        let began = Instant::now();
        let run = self.bench.count(&self.command, self.limit)?;
        if survivor.is_some() && run.problem.is_none() {
            self.limit = (began.elapsed() * PATIENCE).max(LEAST);
        }
        Ok(self.sight(&run))
    }

    fn sight(&self, run: &CountedRun) -> Sight {
        let mut seen: Observed = vec![None; self.file.probes.len()];
        let mut failed = BTreeSet::new();
        for result in &run.results {
            let said = match (result.outcome, &result.failure) {
                (TestOutcome::Failed, Some(failure)) => format!("{}: {}", failure.kind, failure.message),
                (outcome, _) => format!("{outcome:?}").to_lowercase(),
            };
            match self.file.number_of(&result.id) {
                // Of one with parameters there are several.
                Some(number) => {
                    let known = seen[number].get_or_insert_default();
                    known.push_str(&plain(&said));
                    known.push('\n');
                }
                None if result.outcome == TestOutcome::Failed => {
                    failed.insert(result.id.clone());
                }
                None => {}
            }
        }
        Sight { seen, failed, problem: run.problem.clone() }
    }

    fn told_apart(
        &self,
        survivors: &[Survivor],
        sights: &[Sight],
        before: &Sight,
        again: &Sight,
    ) -> Comparison {
        let breaks: Vec<bool> = sights.iter().map(|sight| !sight.failed.is_subset(&before.failed)).collect();
        let places = sights.first().map(|first| steady(&first.seen, &again.seen)).unwrap_or_default();
        let all: Vec<Observed> = sights.iter().map(|sight| kept(&sight.seen, &places)).collect();
        let sound: Vec<usize> = (0..all.len()).filter(|&at| !breaks[at]).collect();
        let weight = |at: usize| (survivors[at].template.as_str(), survivors[at].score);
        let (seen, weights): (Vec<Observed>, Vec<_>) =
            sound.iter().map(|&at| (all[at].clone(), weight(at))).unzip();
        let mut groups = behaviours(&seen, &weights);
        for group in &mut groups {
            group.members.iter_mut().for_each(|member| *member = sound[*member]);
        }
        let mut order: Vec<usize> =
            groups.iter().filter_map(|group| group.members.first().copied()).collect();
        order.extend((0..survivors.len()).filter(|at| !order.contains(at)).collect::<Vec<_>>());
        let (before, probes) = (kept(&before.seen, &places), kept(&self.file.probes, &places));
        Comparison { order, groups, seen: all, before, probes, blind: None }
    }
}

fn is_enough(sights: &[Sight]) -> bool {
    let (many, different) = ENOUGH;
    sights.len() >= many && sights.iter().map(|sight| &sight.seen).collect::<BTreeSet<_>>().len() >= different
}

/// What a test says, without what differs from run to run and from copy to copy.
fn plain(said: &str) -> String {
    let said = ProbeFile::without_name(said);
    let cut = said.char_indices().map(|(at, _)| at).take_while(|at| *at <= MOST_BYTES).last().unwrap_or(0);
    let said = if said.len() > MOST_BYTES { &said[..cut] } else { said.as_str() };
    let mut left = String::with_capacity(said.len());
    for (index, piece) in said.split("0x").enumerate() {
        let rest = if index == 0 {
            piece
        } else {
            piece.trim_start_matches(|letter: char| letter.is_ascii_hexdigit())
        };
        left.push_str(rest);
    }
    left
}

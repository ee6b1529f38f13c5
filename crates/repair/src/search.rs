//! The search: one candidate after the other into the checkout, judged, taken out again.

use std::path::Path;
use std::time::{Duration, Instant};

use regreen_case::{FailedTest, TestTarget};

use crate::ahead::Ahead;
use crate::checkout::EditedFile;
use crate::localise::{Region, keep_culprits, localise, suspects};
use crate::project::Project;
use crate::queue::{Queue, Ready};
use crate::rank::survivor;
use crate::{
    Coverage, Foresight, Judge, Judgement, Progress, RepairError, SearchEnd, SearchOutcome, SearchRequest,
    Survivor, Suspect, Touched,
};

/// As many places are searched without asking what tests execute.
const FEW: usize = 5;
/// Of what helps and harms, so many are kept for when nothing else does.
const MOST_SPOILED: usize = 3;
/// After the first survivor, so many more are tried while they are about as likely.
const PATIENCE: usize = 40;
const ABOUT_AS_LIKELY: f64 = 0.12;
/// Where a judgement takes long, looking for more ends after this time, or as much as the first one took.
const MORE_TIME: Duration = Duration::from_secs(45);
/// Where it does not, what is less likely is looked at as well, so far and so long: what else passes says how sure the
/// first one is.
const QUICK_PATIENCE: usize = 300;
const FAINT: f64 = 0.01;
const QUICK_TIME: Duration = Duration::from_secs(5);
/// What helps and leaves others red is followed by so much more looking, or as much as it took itself, or this part of all
/// time there is.
const INCOMPLETE_TIME: Duration = Duration::from_secs(60);
const INCOMPLETE_PART: u32 = 3;
/// Nobody is sure before this share of what is likely was judged.
pub const ENOUGH_JUDGED: f64 = 0.5;
/// Where that is within reach, a slow machine gets more time for it.
const WITHIN_REACH: f64 = 0.25;
const SLOW_TIME: Duration = Duration::from_secs(25);

/// Where a failure may come from, most suspicious first, without looking for a repair. Empty where the search
/// knows no language of the checkout.
#[must_use]
pub fn locate(
    checkout: &Path,
    tests: &[TestTarget],
    failures: &[FailedTest],
    protected: &[String],
    touched: &[Touched],
    coverage: Option<&Coverage>,
) -> Vec<Suspect> {
    let project = Project::read(checkout, protected);
    suspects(&project, &localise(&project, tests, failures, touched, coverage))
}

/// Looks for small changes that turn the tests green.
///
/// The checkout is edited one candidate at a time and is byte for byte as before when this returns or panics.
///
/// # Errors
/// Nothing can be searched, or the checkout cannot be read or written. Finding no fix is no error.
pub fn search(
    request: &SearchRequest<'_>,
    judge: &mut dyn Judge,
    progress: &mut dyn FnMut(Progress),
) -> Result<SearchOutcome, RepairError> {
    search_until(request, judge, progress, &mut |_| true)
}

/// The same for a caller who looks closer at what was found. `is_answer` is asked whenever the search would end, with the
/// checkout as it was, and may use it. Where it says no and time is left, what was found is set aside, and the search goes on
/// as if it had not passed. What it was asked about last is returned.
///
/// # Errors
/// As [`search`].
pub fn search_until(
    request: &SearchRequest<'_>,
    judge: &mut dyn Judge,
    progress: &mut dyn FnMut(Progress),
    is_answer: &mut dyn FnMut(&SearchOutcome) -> bool,
) -> Result<SearchOutcome, RepairError> {
    let began = Instant::now();
    let project = Project::read(request.checkout, request.protected);
    let mut regions = located(&project, request);
    if request.only_culprit {
        keep_culprits(&project, &mut regions, request.touched);
    }
    if regions.is_empty() {
        return Err(RepairError::NothingToSearch {
            tests: request.tests.iter().map(|test| test.id.as_str()).collect::<Vec<_>>().join(", "),
        });
    }
    let localised = suspects(&project, &regions);
    let message: String =
        request.failures.iter().map(|failure| failure.message.as_str()).collect::<Vec<_>>().join("\n");
    let queue = Queue::new(&project, regions, message, request.seed, request.priors);
    let mut ahead = Ahead::new(queue, &project, request.checkout);
    let (tried, judged_weight) = ahead.skip(request.skip);
    let mut run = Run {
        request,
        project: &project,
        tried,
        ahead,
        found: Vec::new(),
        incomplete: Vec::new(),
        spoiled: Vec::new(),
        harmful: 0,
        turned_down: 0,
        raised: 0,
        judged_weight,
        broken: 0,
        thorough: false,
        prepared: began.elapsed(),
        started: Instant::now(),
    };
    loop {
        let end = run.all(judge, progress)?;
        let outcome = run.outcome(end, localised.clone());
        if is_answer(&outcome) || end != SearchEnd::Found {
            return Ok(outcome);
        }
        run.set_aside();
    }
}

/// Where to look. What tests execute is asked for only where that is many places: it costs a run of them.
fn located(project: &Project, request: &SearchRequest<'_>) -> Vec<Region> {
    let locate = |coverage| localise(project, request.tests, request.failures, request.touched, coverage);
    let regions = locate(None);
    if regions.len() <= FEW {
        return regions;
    }
    (request.coverage)().map_or(regions, |coverage| locate(Some(coverage)))
}

struct Found {
    survivor: Survivor,
    /// When it came, and how likely it was then.
    number: usize,
    score: f64,
    after: Duration,
}

struct Run<'a, 'r> {
    request: &'a SearchRequest<'r>,
    project: &'a Project,
    ahead: Ahead<'a>,
    found: Vec<Found>,
    /// Those that help, and leave others red that failed as well.
    incomplete: Vec<Found>,
    /// The first of those that help and harm.
    spoiled: Vec<Found>,
    harmful: usize,
    /// What was found and set aside.
    turned_down: usize,
    /// Candidates that were moved forward.
    raised: usize,
    tried: usize,
    /// Sum of the scores of what was judged.
    judged_weight: f64,
    broken: usize,
    thorough: bool,
    /// What came before the first candidate.
    prepared: Duration,
    started: Instant,
}

impl Run<'_, '_> {
    /// What there is to say now.
    fn outcome(&self, end: SearchEnd, localised: Vec<Suspect>) -> SearchOutcome {
        let lists = [&self.found, &self.incomplete, &self.spoiled];
        let found = lists.into_iter().find(|found| !found.is_empty()).unwrap_or(&self.found);
        let mut survivors: Vec<Survivor> = found.iter().map(|found| found.survivor.clone()).collect();
        survivors.sort_by(|a, b| b.score.total_cmp(&a.score));
        survivors.truncate(self.request.max_survivors.max(1));
        SearchOutcome {
            survivors,
            incomplete: self.incomplete.len(),
            harmful: self.harmful,
            turned_down: self.turned_down,
            generated: self.ahead.known(),
            tried: self.tried,
            may_skip: self.tried.saturating_sub(self.raised),
            first: found.first().map(|found| found.number),
            first_after: found.first().map(|found| self.prepared + found.after),
            broken: self.broken,
            exhausted: end == SearchEnd::Exhausted,
            judged_share: self.judged_share(),
            thorough: self.thorough,
            end,
            localised,
            notes: self.project.notes.clone(),
        }
    }

    /// What was found is none.
    fn set_aside(&mut self) {
        let found = if self.found.is_empty() { &mut self.incomplete } else { &mut self.found };
        self.turned_down += found.len();
        found.clear();
    }

    fn all(
        &mut self,
        judge: &mut dyn Judge,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<SearchEnd, RepairError> {
        loop {
            if (self.request.cancelled)() {
                return Ok(SearchEnd::Cancelled);
            }
            if Instant::now() >= self.request.deadline {
                return Ok(self.end_or_found(SearchEnd::DeadlineReached));
            }
            if self.tried >= self.request.max_candidates {
                return Ok(self.end_or_found(SearchEnd::CandidateLimit));
            }
            let Some(score) = self.ahead.peek() else {
                self.thorough = self.is_thorough(None);
                return Ok(self.end_or_found(SearchEnd::Exhausted));
            };
            if self.is_enough(score) {
                self.thorough = self.is_thorough(Some(score));
                return Ok(SearchEnd::Found);
            }
            let (most, least) = self.worth_a_look();
            let Some((ready, foresight)) = self.ahead.next(judge, most, least) else { continue };
            self.tried += 1;
            self.judged_weight += ready.candidate.score;
            progress(self.progress(&ready));
            if let Some(end) = self.one(&ready, foresight, judge)? {
                return Ok(end);
            }
        }
    }

    /// A survivor in hand is an answer, whatever stopped the search for more.
    fn end_or_found(&self, end: SearchEnd) -> SearchEnd {
        if self.found.is_empty() || end == SearchEnd::Exhausted { end } else { SearchEnd::Found }
    }

    fn is_enough(&self, next: f64) -> bool {
        let Some(first) = self.found.first() else { return self.is_enough_of_incomplete(next) };
        let (more, since) = (self.tried - first.number, self.started.elapsed().saturating_sub(first.after));
        let likely = more < PATIENCE && next >= first.score * ABOUT_AS_LIKELY;
        let time = if likely {
            first.after.max(MORE_TIME)
        } else if since > QUICK_TIME && (WITHIN_REACH..ENOUGH_JUDGED).contains(&self.judged_share()) {
            SLOW_TIME
        } else {
            QUICK_TIME
        };
        self.found.len() >= self.request.max_survivors
            || more >= QUICK_PATIENCE
            || next < first.score * FAINT
            || since > time
    }

    /// What else fails may have nothing to do with it, so nobody looks for ever for what repairs that too.
    fn is_enough_of_incomplete(&self, next: f64) -> bool {
        self.incomplete.first().is_some_and(|first| {
            let since = self.started.elapsed().saturating_sub(first.after);
            let part = self.request.deadline.saturating_duration_since(self.started) / INCOMPLETE_PART;
            since > first.after.max(INCOMPLETE_TIME).max(part) || next < first.score * FAINT
        })
    }

    /// How likely what was judged is, against all that could have been.
    fn judged_share(&self) -> f64 {
        let all = self.judged_weight + self.ahead.waiting_weight();
        if all > 0.0 { self.judged_weight / all } else { 0.0 }
    }

    /// Whether what else passes was looked for as far as it is likely. `next`: how likely the next candidate is, if there is one.
    fn is_thorough(&self, next: Option<f64>) -> bool {
        self.found.first().is_some_and(|first| {
            self.tried >= first.number + PATIENCE
                || next.is_none_or(|next| next < first.score * ABOUT_AS_LIKELY)
        })
    }

    /// How many candidates ahead are worth a look, and how likely they have to be: beyond that, the search ends
    /// before their turn.
    fn worth_a_look(&self) -> (usize, f64) {
        let room = self.request.max_candidates - self.tried;
        match self.found.first() {
            None => (room, 0.0),
            Some(first) => {
                (room.min((first.number + QUICK_PATIENCE).saturating_sub(self.tried)), first.score * FAINT)
            }
        }
    }

    fn one(
        &mut self,
        ready: &Ready,
        foresight: Foresight,
        judge: &mut dyn Judge,
    ) -> Result<Option<SearchEnd>, RepairError> {
        let Some(source) = self.project.source(ready.candidate.file) else { return Ok(None) };
        let judgement = match foresight {
            Foresight::Known(judgement) => judgement,
            Foresight::Unknown => {
                let path = self.request.checkout.join(&source.path);
                let edited = EditedFile::write(path, &source.text, &ready.text)?;
                let judgement = judge.judge();
                edited.restore()?;
                judgement
            }
        };
        let found = || Found {
            survivor: survivor(source, &ready.candidate, &ready.text),
            number: self.tried,
            score: ready.candidate.score,
            after: self.started.elapsed(),
        };
        match judgement {
            Judgement::Green => {
                let found = found();
                if self.found.is_empty() {
                    // Where a change helps, another one of the same place may be meant: nobody is sure before it was seen.
                    let least = ready.candidate.score * ABOUT_AS_LIKELY;
                    self.raised += self.ahead.queue.raise(&ready.candidate, least);
                }
                self.found.push(found);
            }
            Judgement::Incomplete => {
                if self.incomplete.len() < self.request.max_survivors {
                    let found = found();
                    self.incomplete.push(found);
                }
            }
            Judgement::Harmful => {
                self.harmful += 1;
                if self.spoiled.len() < MOST_SPOILED {
                    let found = found();
                    self.spoiled.push(found);
                }
            }
            Judgement::Red(_) => {}
            Judgement::Broken(_) => self.broken += 1,
            Judgement::Stop => return Ok(Some(SearchEnd::Stopped)),
        }
        Ok(None)
    }

    fn progress(&self, ready: &Ready) -> Progress {
        let source = self.project.source(ready.candidate.file);
        let first = ready.candidate.edits.first().map_or(0, |edit| edit.start);
        let best = self.found.iter().max_by(|a, b| a.survivor.score.total_cmp(&b.survivor.score));
        Progress {
            candidate: self.tried,
            total: self.ahead.known().min(self.request.max_candidates),
            rate: (self.tried - self.request.skip.min(self.tried)) as f64
                / self.started.elapsed().as_secs_f64().max(0.001),
            file: source.map(|source| source.path.clone()).unwrap_or_default(),
            line: source.map_or(0, |source| source.line_of(first)),
            description: ready.candidate.description.clone(),
            survivors: self.found.len(),
            best: best.map(|found| found.survivor.description.clone()),
        }
    }
}

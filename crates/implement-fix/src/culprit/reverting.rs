//! The culprit taken back on the base, as little of it as turns the test green: a fixer of its own, after everything
//! that keeps what the commit was made for.
//!
//! Promises: tests that came with the commit stay; what later commits made of its lines stays; it goes through the same
//! gate as every other change and says whose work it takes back.

use regreen_case::{AttemptOutcome, HunkPlace};
use regreen_proof::{narrow, restorable};
use regreen_repair::{Judge, Judgement};
use regreen_workspace::Patch;

use super::past::BrokenBy;
use super::wording;
use crate::ImplementError;
use crate::attempt::Record;
use crate::ladder::{Found, Ladder, Verdict};
use crate::search_judge::RunJudge;

/// Name of the fixer.
const NAME: &str = "revert";
/// More parts are not taken apart.
const MOST_PARTS: usize = 400;
/// Of parts alone, where all of them together are not green.
const MOST_ALONE: usize = 30;

type Part = (usize, Option<usize>);

/// A change that takes something back, and how much.
struct Proposal {
    patch: Patch,
    parts: Vec<Part>,
    /// Of how many.
    of: usize,
}

impl Ladder<'_, '_> {
    /// Takes the culprit back, in part or whole. `rest`: how many fixers come after it: these may find something that
    /// takes nothing back, so the revert waits for them.
    pub(crate) fn revert(&mut self, rest: usize) -> Result<Option<Found>, ImplementError> {
        let past = self.shared.past;
        let Some(broken_by) = past.broken_by() else { return Ok(None) };
        if self.bench.is_over() {
            return Ok(None);
        }
        let record = self.begin(NAME);
        let whole = self.without_what_judges(&broken_by.reversal.patch);
        if whole.is_empty() {
            let why = nothing_left(broken_by);
            self.finish(record, AttemptOutcome::GaveUp, &why)?;
            return Ok(None);
        }
        let proposals = self.proposals(&whole)?;
        let Some(smallest) = proposals.first() else {
            let what = if broken_by.reversal.is_whole() { "" } else { " as far as it can be" };
            let why = format!(
                "taking {} back{what} does not turn the test green",
                wording::title(&broken_by.facts)
            );
            self.finish(record, AttemptOutcome::StillRed, &format!("{why}{}", left_out(broken_by)))?;
            return Ok(None);
        };
        past.keep_needed(places(&whole, &smallest.parts));
        let found = self.first_that_stands(record, broken_by, &whole, &proposals)?;
        Ok(match found {
            // Somebody after it may keep what the commit was made for.
            Some(found) if rest > 0 => {
                self.fallback = Some(found);
                None
            }
            found => found,
        })
    }

    /// The first proposal that stands up to the gate; of those that break tests beside, one is kept for the case that
    /// nothing else comes.
    fn first_that_stands(
        &mut self,
        mut record: Record,
        broken_by: &BrokenBy,
        whole: &Patch,
        proposals: &[Proposal],
    ) -> Result<Option<Found>, ImplementError> {
        let mut last = (AttemptOutcome::TimedOut, "the time was over before it could be judged".to_owned());
        let number = record.number;
        for proposal in proposals {
            let what = label(broken_by, proposal);
            let make = |patch: Patch, against: Option<&str>| Found {
                reservation: Some(match against {
                    Some(against) => format!("it {what}; {against}"),
                    None => format!("it {what}: what that was meant for may be lost"),
                }),
                ..found(number, patch, broken_by, whole, proposal)
            };
            match self.judge(&proposal.patch, &mut record)? {
                Verdict::Accepted { patch, summary, .. } => {
                    let found = make(patch, None);
                    record.store_change(self.bench.case, &found.patch)?;
                    let summary = format!("{what}: {summary}{}", left_out(broken_by));
                    self.finish(record, AttemptOutcome::Green, &summary)?;
                    return Ok(Some(found));
                }
                Verdict::Doubtful { patch, reservation } => {
                    last = (AttemptOutcome::StillRed, format!("{what}: {reservation}"));
                    if self.fallback.is_none() {
                        record.store_change(self.bench.case, &patch)?;
                        self.fallback = Some(make(patch, Some(&reservation)));
                    }
                }
                Verdict::Declined { outcome, summary, .. } => last = (outcome, format!("{what}: {summary}")),
                Verdict::Stopped => break,
            }
        }
        self.finish(record, last.0, &last.1)?;
        Ok(None)
    }

    /// Without tests and their configuration: the gate would put them back, and no revert may take a test away.
    fn without_what_judges(&self, patch: &Patch) -> Patch {
        let bench = self.bench;
        let off_limits = bench.off_limits();
        let base = |path: &str| bench.repository.read_file(bench.worktree.commit(), path).ok().flatten();
        let judging = restorable(patch, &off_limits, &bench.trial.targets, &base);
        patch.without(&judging).without(&off_limits)
    }

    /// What turns the test green, least first: the fewest parts, all parts of the files that these are in, and all.
    fn proposals(&self, whole: &Patch) -> Result<Vec<Proposal>, ImplementError> {
        let parts = whole.parts();
        let Some(start) = self.green_start(whole, &parts)? else { return Ok(Vec::new()) };
        let needed = if (2..=MOST_PARTS).contains(&start.len()) {
            self.shared.journal.say(&format!("revert: which of {} changes have to go", start.len()));
            narrow(&start, |rest| self.is_green(whole, rest))?.needed
        } else {
            start.clone()
        };
        let in_files: Vec<Part> =
            parts.iter().filter(|part| needed.iter().any(|one| one.0 == part.0)).copied().collect();
        let mut proposals: Vec<Proposal> = Vec::new();
        for parts_of_it in [needed, in_files, start] {
            if proposals.iter().any(|known| known.parts == parts_of_it) {
                continue;
            }
            let patch = self.written_anew(whole, &parts_of_it)?;
            proposals.extend(patch.map(|patch| Proposal { patch, parts: parts_of_it, of: parts.len() }));
        }
        self.bench.clean()?;
        Ok(proposals)
    }

    /// All parts if they turn the test green. Otherwise, for later commits may need some of them, the parts of one file,
    /// or a single one.
    fn green_start(&self, whole: &Patch, parts: &[Part]) -> Result<Option<Vec<Part>>, ImplementError> {
        let of_file = |at: usize| parts.iter().filter(|part| part.0 == at).copied().collect::<Vec<_>>();
        let files = (0..whole.files().len()).map(of_file);
        let single = parts.iter().map(|part| vec![*part]);
        let mut tried: Vec<Vec<Part>> = Vec::new();
        for some in std::iter::once(parts.to_vec()).chain(files).chain(single) {
            if tried.contains(&some) || some.is_empty() {
                continue;
            }
            if tried.len() > MOST_ALONE {
                break;
            }
            match self.is_green(whole, &some)? {
                Some(true) => return Ok(Some(some)),
                Some(false) => tried.push(some),
                None => break,
            }
        }
        Ok(None)
    }

    /// Whether the test passes with these parts taken back; `None` when there is no time to tell.
    fn is_green(&self, whole: &Patch, parts: &[Part]) -> Result<Option<bool>, ImplementError> {
        let bench = self.bench;
        if bench.is_over() {
            return Ok(None);
        }
        let Ok(patch) = whole.keeping(parts) else { return Ok(Some(false)) };
        if bench.with(&patch).is_err() {
            return Ok(Some(false));
        }
        Ok(match (RunJudge { bench, evidence: self.shared.evidence }).judge() {
            Judgement::Green | Judgement::Incomplete => Some(true),
            Judgement::Red(_) | Judgement::Broken(_) | Judgement::Harmful => Some(false),
            Judgement::Stop => None,
        })
    }

    /// The parts as git writes them: applied to the base, and the difference taken.
    fn written_anew(&self, whole: &Patch, parts: &[Part]) -> Result<Option<Patch>, ImplementError> {
        let Ok(patch) = whole.keeping(parts) else { return Ok(None) };
        self.bench.with(&patch)?;
        let patch = self.bench.patch()?;
        Ok((!patch.is_empty()).then_some(patch))
    }
}

/// `reverts 2 of 9 changes of 1a2b3c4 “Sort the items” by Ann`.
fn label(broken_by: &BrokenBy, proposal: &Proposal) -> String {
    let title = wording::title(&broken_by.facts);
    if proposal.parts.len() == proposal.of && broken_by.reversal.is_whole() {
        format!("reverts {title}")
    } else {
        format!("reverts {} of {} changes of {title}", proposal.parts.len(), proposal.of)
    }
}

fn nothing_left(broken_by: &BrokenBy) -> String {
    let title = wording::title(&broken_by.facts);
    let reversal = &broken_by.reversal;
    let why = if !reversal.conflicts.is_empty() {
        format!("later commits changed the same lines of {}", few(&reversal.conflicts))
    } else if reversal.patch.is_empty() {
        "nothing of it is left on the base".to_owned()
    } else {
        "it changes only what judges it".to_owned()
    };
    format!("{title} cannot be taken back: {why}")
}

/// What of the commit no proposal holds.
fn left_out(broken_by: &BrokenBy) -> String {
    let reversal = &broken_by.reversal;
    if reversal.conflicts.is_empty() {
        return String::new();
    }
    format!("; later commits changed the same lines of {}, which stay", few(&reversal.conflicts))
}

fn few(paths: &[String]) -> String {
    paths.iter().take(3).map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Lines of the base.
fn places(whole: &Patch, parts: &[Part]) -> Vec<HunkPlace> {
    let place = |(at, hunk): &Part| {
        let file = whole.files().get(*at)?;
        let hunks = match hunk.and_then(|hunk| file.hunks.get(hunk)) {
            Some(hunk) => std::slice::from_ref(hunk),
            None => &file.hunks[..],
        };
        let last = |hunk: &regreen_workspace::Hunk| hunk.old_start + hunk.old_lines.saturating_sub(1);
        Some(HunkPlace {
            file: file.path().to_owned(),
            first_line: hunks.iter().map(|hunk| hunk.old_start).min().unwrap_or(0),
            last_line: hunks.iter().map(last).max().unwrap_or(0),
        })
    };
    parts.iter().filter_map(place).collect()
}

fn found(number: u32, patch: Patch, broken_by: &BrokenBy, whole: &Patch, proposal: &Proposal) -> Found {
    let title = wording::title(&broken_by.facts);
    let where_: Vec<String> = places(whole, &proposal.parts)
        .iter()
        .take(5)
        .map(|place| format!("{}:{}", place.file, place.first_line))
        .collect();
    Found {
        confidence: None,
        patch,
        fixer: NAME.to_owned(),
        template: None,
        co_author: None,
        root_cause: Some(format!("{title} broke it: the test passes on the commit before it")),
        hypothesis: Some(format!(
            "The test passes without {} of the {} changes of that commit ({}).",
            proposal.parts.len(),
            proposal.of,
            where_.join(", ")
        )),
        alternatives: Vec::new(),
        reservation: None,
        reused: false,
        attempt: number,
    }
}

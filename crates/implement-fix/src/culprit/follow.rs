//! Follows a failure through the history: along first parents to where it came in, and when that is a merge, into what
//! was merged.
//!
//! It runs nothing: a [`CommitJudge`] does. Promise: no commit is asked about twice, and never more than a bound.

use std::collections::HashMap;

use regreen_workspace::{Line, LineEnd, Repository};

use super::bisect::{Answer, Bisect, Outcome};
use crate::ImplementError;

/// How far back commits are looked at.
const MOST_COMMITS: usize = 5_000;
/// How many are asked about.
const MOST_ASKED: usize = 60;
/// How deep merges of merges are followed.
const MOST_MERGES: usize = 4;

/// Says what commits are: by running the test on them.
pub(crate) trait CommitJudge {
    /// How many can be asked at once.
    fn lanes(&self) -> usize;

    /// The answers in the order of the commits; `None` for those that there was no time for.
    ///
    /// # Errors
    /// When a commit cannot be asked at all.
    fn ask(&mut self, commits: &[&str]) -> Result<Vec<Option<Answer>>, ImplementError>;
}

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    /// This commit.
    One(String),
    /// One of these, newest first.
    Among(Vec<String>),
    /// Nobody can say.
    Nobody,
}

/// What came of it.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) named: Named,
    /// Commits that were good or bad.
    pub(crate) tested: u32,
    /// Commits that were neither.
    pub(crate) skipped: u32,
    /// The good one below.
    pub(crate) last_green: Option<String>,
    /// Why the history is no longer.
    pub(crate) end: LineEnd,
    /// Whether time or patience ended before all was asked.
    pub(crate) cut_short: bool,
}

/// Looks for the commit at or before `base` that broke the test. `green`: one that was green in CI.
///
/// # Errors
/// When git or the judge breaks.
pub(crate) fn follow(
    repository: &Repository,
    base: &str,
    green: Option<&str>,
    judge: &mut dyn CommitJudge,
    tell: &dyn Fn(&str),
) -> Result<Finding, ImplementError> {
    let line = repository.first_parents(base, None, MOST_COMMITS)?;
    let hint = green.and_then(|green| line.commits.iter().position(|commit| commit == green));
    let mut walk = Walk { repository, judge, tell, known: HashMap::new(), cut_short: false };
    let (mut outcome, mut end) = (walk.along(&line, hint)?, line.end);
    let mut found = walk.named(&line, outcome);
    for _ in 0..MOST_MERGES {
        let Named::One(commit) = &found.0 else { break };
        let Some(inside) = walk.what_was_merged(&commit.clone())? else { break };
        let last = inside.commits.len().checked_sub(1).filter(|_| inside.end == LineEnd::Reached);
        outcome = walk.along(&inside, last)?;
        if outcome == Outcome::NoGood {
            // All of it is bad as far as can be told: then the merge is what is known.
            break;
        }
        (found, end) = (walk.named(&inside, outcome), inside.end);
    }
    let count = |wanted: fn(&Answer) -> bool| {
        u32::try_from(walk.known.values().filter(|answer| wanted(answer)).count()).unwrap_or(u32::MAX)
    };
    Ok(Finding {
        tested: count(|answer| *answer != Answer::Skip),
        skipped: count(|answer| *answer == Answer::Skip),
        named: found.0,
        last_green: found.1,
        end,
        cut_short: walk.cut_short,
    })
}

struct Walk<'a> {
    repository: &'a Repository,
    judge: &'a mut dyn CommitJudge,
    tell: &'a dyn Fn(&str),
    known: HashMap<String, Answer>,
    cut_short: bool,
}

impl Walk<'_> {
    /// Bisects a line whose tip is bad.
    fn along(&mut self, line: &Line, hint: Option<usize>) -> Result<Outcome, ImplementError> {
        let mut game = Bisect::new(line.commits.len(), hint);
        loop {
            let next = game.next(self.judge.lanes());
            if next.is_empty() || self.cut_short {
                return Ok(game.outcome());
            }
            let commits: Vec<&str> = next.iter().map(|at| line.commits[*at].as_str()).collect();
            for (at, answer) in next.iter().zip(self.ask(&commits)?) {
                match answer {
                    Some(answer) => game.learn(*at, answer),
                    None => self.cut_short = true,
                }
            }
        }
    }

    /// Asks about commits that are not known yet.
    fn ask(&mut self, commits: &[&str]) -> Result<Vec<Option<Answer>>, ImplementError> {
        let room = MOST_ASKED.saturating_sub(self.known.len());
        let new: Vec<&str> =
            commits.iter().copied().filter(|commit| !self.known.contains_key(*commit)).take(room).collect();
        let answers = if new.is_empty() { Vec::new() } else { self.judge.ask(&new)? };
        for (commit, answer) in new.iter().zip(answers) {
            let Some(answer) = answer else { continue };
            let said = match answer {
                Answer::Good => "passes",
                Answer::Bad => "fails",
                Answer::Skip => "gives no result that counts",
            };
            self.known.insert((*commit).to_owned(), answer);
            let short = super::wording::short(commit);
            (self.tell)(&format!("bisecting: the test {said} on {short} ({} so far)", self.known.len()));
        }
        Ok(commits.iter().map(|commit| self.known.get(*commit).copied()).collect())
    }

    /// The line that a merge brought in and on which the test fails already; `None` for what is no merge, or one that
    /// broke the test by itself.
    fn what_was_merged(&mut self, commit: &str) -> Result<Option<Line>, ImplementError> {
        let parents = self.repository.commit_facts(commit)?.parents;
        let Some((first, others)) = parents.split_first() else { return Ok(None) };
        for other in others {
            if self.ask(&[other])? != [Some(Answer::Bad)] {
                continue;
            }
            let common = self.repository.merge_base(first, other)?;
            return Ok(Some(self.repository.first_parents(other, common.as_deref(), MOST_COMMITS)?));
        }
        Ok(None)
    }

    /// Positions as commits: who did it, and the good one below.
    fn named(&self, line: &Line, outcome: Outcome) -> (Named, Option<String>) {
        let below = |at: usize| line.commits.get(at + 1).cloned();
        match outcome {
            Outcome::Exact(at) => (Named::One(line.commits[at].clone()), below(at)),
            Outcome::Among { newest, oldest } => {
                let among = line.commits[newest..=oldest].to_vec();
                (Named::Among(among), below(oldest))
            }
            Outcome::NoGood => (Named::Nobody, None),
        }
    }
}

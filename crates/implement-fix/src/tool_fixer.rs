//! The fixes that tools themselves offer, as part of the search: where a formatter, linter, type checker or
//! compiler complains, its own fix comes before anything that we could think of.
//!
//! One complaint at a time, and the check again after each: a fix that leaves its complaint standing is taken back.
//! What is left at the end is judged like any other change. Only what the tool calls safe; where it offers
//! nothing, nothing is tried, for a change of what the code does is no answer to a linter.

use std::collections::BTreeMap;

use regreen_case::{AttemptOutcome, FailedTest};
use regreen_proof::{ToolFix, offered_fix};
use regreen_workspace::Patch;

use crate::ImplementError;
use crate::attempt::Record;
use crate::bench::Seen;
use crate::ladder::{Found, Ladder, Verdict};

/// Name of the template in documents.
const TEMPLATE: &str = "tool_fix";
/// More complaints than this are no small failure any more.
const MAX_FIXES: usize = 200;
/// How often a complaint is repaired that comes back.
const MAX_TIMES: u32 = 3;
/// Fixes that a sentence names.
const MAX_NAMED: usize = 3;

/// What the tools did.
#[derive(Debug, Default)]
struct Taken {
    /// In the order in which they were taken.
    fixes: Vec<(ToolFix, FailedTest)>,
    /// Complaints that are left.
    left: Vec<String>,
    /// Whether the time was over.
    stopped: bool,
}

impl Ladder<'_, '_> {
    /// Lets the tool that complains repair what it can, in the name of `fixer`.
    pub(crate) fn take_tool_fixes(&mut self, fixer: &str) -> Result<Option<Found>, ImplementError> {
        let mut record = self.begin(fixer);
        let run_leaves = self.what_a_run_leaves()?;
        let taken = self.take_one_by_one(&run_leaves)?;
        let proposed = self.bench.patch()?.without(&run_leaves);
        if proposed.is_empty() {
            let outcome = if taken.stopped { AttemptOutcome::TimedOut } else { AttemptOutcome::GaveUp };
            self.finish(record, outcome, &nothing_offered(&taken))?;
            return Ok(None);
        }
        let what = what_was_done(&taken);
        match self.judge(&proposed, &mut record)? {
            Verdict::Accepted { patch, summary, .. } => {
                record.store_change(self.bench.case, &patch)?;
                let found = found(fixer, record.number, patch, &taken, None);
                self.finish(record, AttemptOutcome::Green, &format!("{what}: {summary}"))?;
                return Ok(Some(found));
            }
            Verdict::Doubtful { patch, reservation } => {
                record.store_change(self.bench.case, &patch)?;
                if self.fallback.is_none() {
                    self.fallback =
                        Some(found(fixer, record.number, patch, &taken, Some(reservation.clone())));
                }
                self.finish(record, AttemptOutcome::StillRed, &format!("{what}: {reservation}"))?;
            }
            Verdict::Declined { outcome, summary, .. } => {
                record.store_change(self.bench.case, &proposed)?;
                self.finish(record, outcome, &format!("{what}: {summary}{}", left_over(&taken)))?;
            }
            Verdict::Stopped => self.out_of_time(record, &what)?,
        }
        Ok(None)
    }

    fn out_of_time(&self, record: Record, what: &str) -> Result<(), ImplementError> {
        let summary = format!("{what}: the time was over before it could be judged");
        self.finish(record, AttemptOutcome::TimedOut, &summary)
    }

    /// Files that the check itself writes anew, such as a lock file of an older format: they are no fix.
    fn what_a_run_leaves(&self) -> Result<Vec<String>, ImplementError> {
        self.bench.clean()?;
        self.bench.run(None)?;
        let left = self.bench.patch()?;
        Ok(left.files().iter().flat_map(|file| file.paths()).map(str::to_owned).collect())
    }

    /// Leaves the checkout with everything that helped.
    fn take_one_by_one(&self, run_leaves: &[String]) -> Result<Taken, ImplementError> {
        let bench = self.bench;
        bench.clean()?;
        let mut taken = Taken::default();
        // One fix may bring another complaint back, but not for ever.
        let mut tried: BTreeMap<String, u32> = BTreeMap::new();
        let mut complaints = self.failures().to_vec();
        while taken.fixes.len() < MAX_FIXES {
            let next = complaints.iter().find_map(|complaint| {
                let fix = offered_fix(&bench.trial.command, complaint)?;
                (tried.get(&complaint.id).is_none_or(|times| *times < MAX_TIMES))
                    .then(|| (fix, complaint.clone()))
            });
            let Some((fix, complaint)) = next else { break };
            *tried.entry(complaint.id.clone()).or_default() += 1;
            let before = bench.patch()?.without(run_leaves);
            if let Err(error) = bench.apply_tool_fix(&fix) {
                tried.insert(complaint.id.clone(), MAX_TIMES);
                tracing::debug!("{} has no fix for {}: {error}", fix.check, complaint.id);
                self.put_back(&before)?;
                continue;
            }
            let now = match bench.run(None)?.0 {
                Seen::Green(_) => Vec::new(),
                Seen::Red(red) => red.failures,
                // What the tool cannot read any more is no fix.
                Seen::NotRun(_) => vec![complaint.clone()],
                Seen::Stopped => {
                    taken.stopped = true;
                    break;
                }
            };
            if now.iter().any(|left| left.id == complaint.id) {
                tried.insert(complaint.id.clone(), MAX_TIMES);
                self.put_back(&before)?;
                continue;
            }
            self.shared.journal.say(&format!("search: {}", of_one(&fix, &complaint)));
            taken.fixes.push((fix, complaint));
            complaints = now;
        }
        taken.left = complaints.into_iter().map(|complaint| complaint.id).collect();
        Ok(taken)
    }

    fn put_back(&self, patch: &Patch) -> Result<(), ImplementError> {
        if patch.is_empty() { self.bench.clean() } else { self.bench.with(patch) }
    }
}

/// One fix in words.
fn of_one(fix: &ToolFix, complaint: &FailedTest) -> String {
    format!(
        "the fix that {} itself offers for {} in {} ({})",
        fix.check, fix.rule, fix.file, complaint.message
    )
}

fn what_was_done(taken: &Taken) -> String {
    let mut named: Vec<String> =
        taken.fixes.iter().take(MAX_NAMED).map(|(fix, complaint)| of_one(fix, complaint)).collect();
    let more = taken.fixes.len().saturating_sub(MAX_NAMED);
    if more > 0 {
        named.push(format!("and {more} more"));
    }
    named.join(", ")
}

fn left_over(taken: &Taken) -> String {
    let named: Vec<&str> = taken.left.iter().map(String::as_str).take(MAX_NAMED).collect();
    if named.is_empty() {
        String::new()
    } else {
        format!("; no safe fix is offered for {}", named.join(", "))
    }
}

fn nothing_offered(taken: &Taken) -> String {
    if taken.stopped {
        return "the time was over before a tool's own fix helped".to_owned();
    }
    let left = left_over(taken);
    format!("only the tool's own safe fixes are tried where a tool complains, and none helped{left}")
}

fn found(fixer: &str, number: u32, patch: Patch, taken: &Taken, reservation: Option<String>) -> Found {
    let what = what_was_done(taken);
    let place = taken.fixes.first().map_or_else(String::new, |(fix, complaint)| match complaint.line {
        Some(line) => format!("{}:{line}: ", fix.file),
        None => format!("{}: ", fix.file),
    });
    let check = taken.fixes.first().map_or("the check", |(fix, _)| fix.check);
    Found {
        confidence: None,
        patch,
        fixer: fixer.to_owned(),
        template: Some(TEMPLATE.to_owned()),
        co_author: None,
        root_cause: Some(format!("{place}take {what}")),
        hypothesis: Some(format!(
            "{check} complained, and nothing else was seen to fail. It takes {what}, and complains no more."
        )),
        alternatives: Vec::new(),
        reservation,
        reused: false,
        attempt: number,
    }
}

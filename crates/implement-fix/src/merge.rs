//! Several fixers have worked on copies of one case, each on a machine of its own: one of their changes is taken.
//!
//! Promises: nothing of the project is run; a proven change wins over one that is not; what is taken over is the very
//! patch that its document names; a case that cannot be used is told of and stops nothing; the record of every
//! attempt is kept, under a number of its own.

use std::path::Path;

use regreen_case::{
    Attempt, CaseDir, CaseFolder, Ending, Fix, FixStatus, Layout, StoredCase, Timing, VerificationStatus,
};
use regreen_workspace::Patch;

use crate::inputs::Inputs;
use crate::journal::Progress;
use crate::{Config, ImplementError, attempt, document};

/// More files of an attempt are not taken over.
const MOST_FILES: usize = 50;
/// A larger file of an attempt is not taken over.
const LARGEST_FILE: u64 = 8 * 1024 * 1024;

/// What one fixer, or one ladder of them, came to.
struct Part {
    case: StoredCase,
    /// Its patch, when it has one.
    patch: Option<Patch>,
}

/// Merges the cases in these folders into `case`.
pub(crate) fn merge(
    config: &Config,
    case: &CaseDir,
    progress: Progress<'_>,
    timing: Timing,
) -> Result<Fix, ImplementError> {
    let inputs = Inputs::read(case)?;
    let mut parts = Vec::new();
    for folder in &config.merge {
        parts.extend(read(case, folder, &inputs, progress)?);
    }
    parts.sort_by_key(|part| place_on_ladder(config, &part.case.fix));
    let Some(first) = parts.first() else {
        return Err(ImplementError::Inconsistent(format!(
            "no copy of this case lies in {}",
            config.merge.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
        )));
    };
    let silent = silent(config, &parts);
    let base = parts.iter().find(|part| part.patch.is_some()).unwrap_or(first).case.fix.base.clone();
    parts.retain(|part| {
        let same = part.patch.is_none() || part.case.fix.base == base;
        if !same {
            progress(&format!("{} worked on another base and is left out", name(&part.case.fix)));
        }
        same
    });
    let mut merged = Merged { case, config, attempts: Vec::new(), numbers: Vec::new() };
    for part in &parts {
        merged.take_over(&part.case)?;
    }
    let best =
        (0..parts.len()).filter(|at| parts[*at].patch.is_some()).min_by_key(|at| rank(config, &parts[*at]));
    let mut fix = match best {
        Some(best) => merged.with_patch(&parts, best, timing)?,
        None => without_patch(&parts, &merged.attempts, timing),
    };
    for silent in silent {
        let note = format!("nothing was heard of {silent}");
        progress(&note);
        if best.is_none() {
            fix.reason = Some(fix.reason.map_or_else(|| note.clone(), |reason| format!("{reason}; {note}")));
        }
    }
    let told = fix.fixer.clone().unwrap_or_else(|| "none".to_owned());
    progress(&format!("of {} cases the change of this one is taken: {told}", parts.len()));
    Ok(Fix { cost: attempt::sum(&merged.attempts), attempts: merged.attempts, ..fix })
}

/// The cases of a folder that are copies of ours.
fn read(
    case: &CaseDir,
    folder: &Path,
    inputs: &Inputs,
    progress: Progress<'_>,
) -> Result<Vec<Part>, ImplementError> {
    let read = CaseFolder::siblings(folder, case)?;
    for problem in &read.unreadable {
        progress(&format!("a case is left out: {problem}"));
    }
    let mut parts = Vec::new();
    for case in read.cases {
        let who = name(&case.fix);
        if case.reproduction != inputs.reproduction {
            progress(&format!("{who} worked on another reproduction and is left out"));
            continue;
        }
        let wanted = case.fix.status == FixStatus::PatchFound;
        let patch = if wanted { case.patch().and_then(|bytes| Patch::from_bytes(bytes).ok()) } else { None };
        if wanted && patch.as_ref().is_none_or(Patch::is_empty) {
            progress(&format!("the patch of {who} is not the one that its fix.json names: it is left out"));
            continue;
        }
        parts.push(Part { case, patch });
    }
    Ok(parts)
}

fn name(fix: &Fix) -> &str {
    let last = fix.attempts.last().map(|attempt| attempt.fixer.as_str());
    fix.fixer.as_deref().or(last).unwrap_or("a fixer")
}

/// Fixers that the options name and that no case is of: their machines may have come to nothing.
fn silent<'c>(config: &'c Config, parts: &[Part]) -> Vec<&'c str> {
    let heard =
        |agent: &str| parts.iter().flat_map(|part| &part.case.fix.attempts).any(|one| one.fixer == agent);
    let several = config.agents.len() > 1 && parts.iter().any(|part| !part.case.fix.attempts.is_empty());
    config.agents.iter().map(|agent| agent.trim()).filter(|agent| several && !heard(agent)).collect()
}

/// Fixers that the options name come in that order, others after them.
fn place_on_ladder(config: &Config, fix: &Fix) -> (usize, String) {
    let name = name(fix);
    let at = config.agents.iter().position(|agent| agent.trim() == name);
    (at.unwrap_or(config.agents.len()), name.to_owned())
}

/// What is taken: what least is held against; of equals the smallest when that is asked for, else the first on the
/// ladder.
fn rank(config: &Config, part: &Part) -> (u8, bool, u32) {
    let standing = standing(part);
    // What speaks against a change that nobody has proven.
    let reserved = standing != VerificationStatus::Proven && part.case.fix.reason.is_some();
    let size = part.patch.as_ref().filter(|_| config.best_of).map_or(0, Patch::changed_lines);
    (standing.weight(), reserved, size)
}

/// What a proof says of the change. A proof of another patch is none, and says nothing against it.
fn standing(part: &Part) -> VerificationStatus {
    let about_it = |found: &&regreen_case::Verification| found.patch_sha256 == part.case.fix.patch_sha256;
    let status = part.case.verification.as_ref().filter(about_it).map(|found| found.status);
    status.filter(|status| *status != VerificationStatus::Skipped).unwrap_or(VerificationStatus::Unproven)
}

/// Nobody has a patch.
fn without_patch(parts: &[Part], attempts: &[Attempt], timing: Timing) -> Fix {
    let ended = |ending| parts.iter().any(|part| part.case.fix.ending == Some(ending));
    let tried =
        |part: &&Part| part.case.fix.status == FixStatus::NoFixFound || !part.case.fix.attempts.is_empty();
    match parts.first() {
        Some(first) if !parts.iter().any(|part| tried(&part)) => {
            Fix { timing: timing.finish(), ..first.case.fix.clone() }
        }
        _ => document::nothing_found(
            attempts,
            ended(Ending::OutOfTime),
            ended(Ending::RejectedAsCheating),
            timing,
        ),
    }
}

/// The case that everything goes into.
struct Merged<'a> {
    case: &'a CaseDir,
    config: &'a Config,
    attempts: Vec<Attempt>,
    /// For each part: what its numbers became.
    numbers: Vec<Vec<(u32, u32)>>,
}

impl Merged<'_> {
    /// Copies the attempts of a part; what is in them was redacted when it was written.
    fn take_over(&mut self, part: &StoredCase) -> Result<(), ImplementError> {
        let mut numbers = Vec::new();
        for attempt in &part.fix.attempts {
            let number = u32::try_from(self.attempts.len() + 1).unwrap_or(u32::MAX);
            let from = format!("{}/{}", Layout::ATTEMPTS, attempt.number);
            let to = format!("{}/{number}", Layout::ATTEMPTS);
            for file in part.files_in(&from, MOST_FILES) {
                if let Some(bytes) = part.file(&format!("{from}/{file}"), LARGEST_FILE) {
                    self.case.write_raw(&format!("{to}/{file}"), &bytes)?;
                }
            }
            numbers.push((attempt.number, number));
            let name = |name: &String| renamed(name, &numbers).filter(|name| self.case.path(name).is_file());
            let attempt = Attempt {
                number,
                diff: attempt.diff.as_ref().and_then(name),
                test_runs: attempt.test_runs.iter().filter_map(name).collect(),
                ..attempt.clone()
            };
            let text = serde_json::to_string_pretty(&attempt).unwrap_or_default();
            self.case.write_text(
                &format!("{to}/result.json"),
                &format!("{text}\n"),
                &self.config.redactor,
            )?;
            self.attempts.push(attempt);
        }
        self.numbers.push(numbers);
        Ok(())
    }

    /// The fix of one part, with what the others found beside it.
    fn with_patch(&self, parts: &[Part], best: usize, timing: Timing) -> Result<Fix, ImplementError> {
        let part = &parts[best];
        let bytes = part.patch.as_ref().map(Patch::bytes).unwrap_or_default();
        self.case.write_raw(Layout::PATCH, bytes)?;
        let fix = &part.case.fix;
        let own =
            |name: &String| renamed(name, &self.numbers[best]).filter(|name| self.case.path(name).is_file());
        let mut alternatives: Vec<String> = fix.alternatives.iter().filter_map(own).collect();
        // What a proof has turned down is no alternative.
        let holds = |other: &Part| other.patch.is_some() && !standing(other).is_against();
        for (at, other) in parts.iter().enumerate().filter(|(at, other)| *at != best && holds(other)) {
            let number = other.case.fix.attempt.and_then(|old| new_number(old, &self.numbers[at]));
            let attempt = self.attempts.iter().find(|attempt| Some(attempt.number) == number);
            alternatives.extend(attempt.and_then(|attempt| attempt.diff.clone()));
        }
        let mut confidence = fix.confidence.clone();
        for group in confidence.iter_mut().flat_map(|found| &mut found.behaviours) {
            group.diff = group.diff.as_ref().and_then(own);
        }
        Ok(Fix {
            confidence,
            attempt: fix.attempt.and_then(|old| new_number(old, &self.numbers[best])),
            alternatives,
            timing: timing.finish(),
            ..fix.clone()
        })
    }
}

fn new_number(old: u32, numbers: &[(u32, u32)]) -> Option<u32> {
    numbers.iter().find(|(from, _)| *from == old).map(|(_, to)| *to)
}

/// `attempts/1/change.diff` of a part, as it is called now.
fn renamed(name: &str, numbers: &[(u32, u32)]) -> Option<String> {
    let rest = name.strip_prefix(Layout::ATTEMPTS)?.strip_prefix('/')?;
    let (old, file) = rest.split_once('/')?;
    let new = new_number(old.parse().ok()?, numbers)?;
    (!file.contains('/') && file != "..").then(|| format!("{}/{new}/{file}", Layout::ATTEMPTS))
}

//! Parts of a proof, made on several machines, become one verification. A whole proof that was made elsewhere is taken
//! over (`whole.rs`).
//!
//! Promises: parts of different patches, bases, tests or numbers of runs are refused; a part that is
//! missing, came twice or did not see all it had to makes the whole *unproven*; what any part holds
//! against the patch holds against it. Each part has seen the failure on its own machine, before and
//! after, so its clean runs count.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regreen_case::{
    CaseDir, CaseError, Confinement, Ending, Grade, Layout, Shard, Stage, Timing, Verification,
    VerificationStatus,
};
use regreen_supervise::clean_bound;

use crate::VerifyError;
use crate::inputs::{Claim, Inputs};
use crate::{document, whole};

/// More parts than this are not looked for.
const MAX_PARTS: usize = 1_000;
/// More outputs of a part than this are not taken over.
const MAX_LOGS: usize = 50;
/// A larger output is not taken over.
const MAX_LOG: u64 = 8 * 1024 * 1024;

/// A part, and where it lies.
struct Part {
    shard: Shard,
    found: Verification,
    case: CaseDir,
}

/// Merges the parts found in these folders, which are cases or hold some, into a case.
pub(crate) fn merge(
    case: &CaseDir,
    folders: &[PathBuf],
    timing: Timing,
) -> Result<Verification, VerifyError> {
    let inputs = Inputs::read(case)?;
    if let Some(reason) = inputs.not_our_turn() {
        return Ok(document::without_evidence(VerificationStatus::Skipped, None, reason, timing));
    }
    let claim = inputs.claim(case)?;
    let read: Vec<Other> = cases(folders).into_iter().map(|folder| read(&folder)).collect();
    if read.iter().flatten().all(|(_, found)| found.shard.is_none()) && read.iter().any(Result::is_ok) {
        return whole::take_over(case, read, &claim, timing);
    }
    let mut parts: BTreeMap<u32, Part> = BTreeMap::new();
    let mut problems = Vec::new();
    let mut all: Vec<Part> = Vec::new();
    for other in read {
        let (other, found) = other?;
        all.extend(part(other, found, &claim)?);
    }
    let Some(first) = all.first() else {
        return Err(VerifyError::Inconsistent("there is no part to merge".to_owned()));
    };
    agree(first, &all)?;
    let of = first.shard.of;
    for part in all {
        let shard = part.shard;
        if parts.insert(shard.number, part).is_some() {
            problems.push(format!("part {shard} is there twice"));
        }
    }
    let missing: Vec<String> =
        (1..=of).filter(|number| !parts.contains_key(number)).map(|number| number.to_string()).collect();
    if !missing.is_empty() {
        problems.push(format!("of {of} parts {} missing: {}", are(missing.len()), missing.join(", ")));
    }
    for part in parts.values().filter(|part| !part.found.shard_complete && !part.found.status.is_against()) {
        let why = part.found.reason.as_deref().unwrap_or("it did not come to its end");
        problems.push(format!("part {} is not complete: {why}", part.shard));
    }
    let parts: Vec<Part> = parts.into_values().collect();
    add_up(case, &claim, &parts, problems, timing)
}

const fn are(count: usize) -> &'static str {
    if count == 1 { "one is" } else { "these are" }
}

/// The folders themselves, and those directly in them, that hold a verification.
fn cases(folders: &[PathBuf]) -> Vec<PathBuf> {
    let holds = |folder: &Path| folder.join("verification.json").is_file();
    let mut found: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| {
            let inner = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
            if holds(folder) { vec![folder.clone()] } else { inner.filter(|path| holds(path)).collect() }
        })
        .take(MAX_PARTS)
        .collect();
    found.sort();
    found
}

/// Another case with its verification, or why it cannot be read.
pub(crate) type Other = Result<(CaseDir, Verification), CaseError>;

fn read(folder: &Path) -> Other {
    let case = CaseDir::open(folder)?;
    let found = case.read()?;
    Ok((case, found))
}

/// A part of the proof of this very patch.
fn part(case: CaseDir, found: Verification, claim: &Claim) -> Result<Option<Part>, VerifyError> {
    let cut_short =
        matches!(found.ending, Some(Ending::InternalError | Ending::Cancelled | Ending::BadInput));
    if found.patch_sha256.is_none() && cut_short {
        // It ended before it knew what it was about: it is missing, which is said.
        return Ok(None);
    }
    let Some(shard) = found.shard else {
        let place = case.root().display();
        return Err(VerifyError::Inconsistent(format!(
            "{place} holds no part, but a verification of its own"
        )));
    };
    let same = [
        ("patch", found.patch_sha256 == Some(claim.patch.sha256())),
        ("base", found.base.as_deref() == Some(claim.base.as_str())),
        ("tests", found.tests == claim.targets),
    ];
    match same.iter().find(|(_, same)| !same) {
        Some((what, _)) => {
            let place = case.root().display();
            Err(VerifyError::Inconsistent(format!("{place} is about another {what} than this case")))
        }
        None => Ok(Some(Part { shard, found, case })),
    }
}

fn agree(first: &Part, all: &[Part]) -> Result<(), VerifyError> {
    for part in all {
        let (one, other) = (&first.found, &part.found);
        let rejected =
            other.status == VerificationStatus::Rejected || one.status == VerificationStatus::Rejected;
        if first.shard.of != part.shard.of || !rejected && one.required_runs != other.required_runs {
            let (one, other) = (first.shard, part.shard);
            return Err(VerifyError::Inconsistent(format!("parts {one} and {other} are not of one proof")));
        }
    }
    Ok(())
}

fn add_up(
    case: &CaseDir,
    claim: &Claim,
    parts: &[Part],
    mut problems: Vec<String>,
    timing: Timing,
) -> Result<Verification, VerifyError> {
    let first = parts.iter().map(|part| &part.found);
    let required = first.clone().map(|found| found.required_runs).max().unwrap_or(0);
    let red = sum(case, parts, |found| found.red.as_ref())?;
    let green = sum(case, parts, |found| found.green.as_ref())?;
    let red_again = sum(case, parts, |found| found.red_again.as_ref())?;
    let clean = green.as_ref().filter(|green| green.failures + green.uncounted == 0);
    let clean = clean.map_or(0, |green| green.passes);
    if clean < required && problems.is_empty() {
        problems.push(format!(
            "{clean} of {required} clean runs were seen: {} more are needed",
            required - clean
        ));
    }
    let worst = parts.iter().map(|part| &part.found).filter(|found| found.status.is_against());
    let worst = worst.max_by_key(|found| found.status.weight());
    let (status, ending, reason) = match worst {
        Some(found) => (found.status, found.ending, found.reason.clone()),
        None if problems.is_empty() => (VerificationStatus::Proven, Some(Ending::Fixed), None),
        None => {
            let ending = if clean > 0 { Ending::FixedUnproven } else { Ending::OutOfTime };
            (VerificationStatus::Unproven, Some(ending), Some(problems.join("; ")))
        }
    };
    let mut findings = Vec::new();
    for finding in parts.iter().flat_map(|part| &part.found.findings) {
        if !findings.contains(finding) {
            findings.push(finding.clone());
        }
    }
    let one = |found: &Verification| found.restored.clone();
    Ok(Verification {
        reason,
        base: Some(claim.base.clone()),
        patch_sha256: Some(claim.patch.sha256()),
        tests: claim.targets.clone(),
        required_runs: required,
        runs_needed: first.clone().find_map(|found| found.runs_needed),
        seed: first.clone().find_map(|found| found.seed),
        merged: parts.iter().map(|part| part.shard).collect(),
        bound: (clean > 0).then(|| clean_bound(clean)),
        red,
        green,
        red_again,
        neighbours: first.clone().find_map(|found| found.neighbours.clone()),
        performance: first.clone().find_map(|found| found.performance.clone()),
        minimisation: first.clone().find_map(|found| found.minimisation.clone()),
        findings,
        restored: first.clone().map(one).next().unwrap_or_default(),
        sandbox: weakest(first.filter_map(|found| found.sandbox.as_ref())).cloned(),
        ..document::without_evidence(status, ending, "", timing)
    })
}

/// What held on every machine is no more than what held on the one where least was enforced.
fn weakest<'c>(all: impl Iterator<Item = &'c Confinement>) -> Option<&'c Confinement> {
    all.min_by_key(|one| (one.landlock, Reverse(one.not_enforced.len())))
}

/// One stage of all parts, with the outputs that belong to it.
fn sum(
    case: &CaseDir,
    parts: &[Part],
    stage: fn(&Verification) -> Option<&Stage>,
) -> Result<Option<Stage>, VerifyError> {
    let mut sum: Option<Stage> = None;
    for part in parts {
        let Some(stage) = stage(&part.found) else { continue };
        let to = format!("{}/part-{}", Layout::VERIFICATION, part.shard.number);
        let logs = take_over(case, &part.case, &stage.logs, &to)?;
        let Some(sum) = &mut sum else {
            sum = Some(Stage { logs, ..stage.clone() });
            continue;
        };
        sum.runs = sum.runs.saturating_add(stage.runs);
        sum.passes = sum.passes.saturating_add(stage.passes);
        sum.failures = sum.failures.saturating_add(stage.failures);
        sum.uncounted = sum.uncounted.saturating_add(stage.uncounted);
        sum.duration_s += stage.duration_s;
        sum.grade = worse(sum.grade, stage.grade);
        sum.problem = sum.problem.take().or_else(|| stage.problem.clone());
        sum.logs.extend(logs);
    }
    Ok(sum)
}

fn worse(one: Option<Grade>, other: Option<Grade>) -> Option<Grade> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Copies outputs of another case into a folder of ours; they were redacted when they were written.
pub(crate) fn take_over(
    case: &CaseDir,
    other: &CaseDir,
    logs: &[String],
    to: &str,
) -> Result<Vec<String>, VerifyError> {
    let mut taken = Vec::new();
    for log in logs.iter().take(MAX_LOGS) {
        let Ok(path) = other.resolve(log) else { continue };
        let fits =
            std::fs::symlink_metadata(&path).is_ok_and(|about| about.is_file() && about.len() <= MAX_LOG);
        let (true, Some(name)) = (fits, path.file_name().and_then(|name| name.to_str())) else { continue };
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let name = format!("{to}/{name}");
        case.write_raw(&name, &bytes)?;
        taken.push(name);
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_machines_the_least_confined_one_counts() {
        let on = |landlock, missing: &[&str]| Confinement {
            landlock,
            not_enforced: missing.iter().map(|one| (*one).to_owned()).collect(),
            ..Confinement::default()
        };
        let (none, old, lacking, whole) =
            (on(None, &[]), on(Some(3), &[]), on(Some(7), &["x"]), on(Some(7), &[]));
        assert_eq!(weakest([&whole, &old, &none, &lacking].into_iter()), Some(&none));
        assert_eq!(weakest([&whole, &lacking].into_iter()), Some(&lacking));
        assert_eq!(weakest([].into_iter()), None);
    }
}

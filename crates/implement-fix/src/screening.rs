//! Looks at a proposed patch before anything of it runs: takes back edits to what judges it, and
//! refuses what no rule allows.

use regreen_case::{Finding, Severity};
use regreen_proof::{inspect, restorable};
use regreen_workspace::{Patch, PatchPolicy, Refusal, Rule};

use crate::bench::Bench;

/// The patch that may be judged, or why not.
pub(crate) struct Screened {
    /// Without edits to what judges it.
    pub(crate) patch: Patch,
    /// What was put back.
    pub(crate) restored: Vec<String>,
    /// Reasons against it.
    pub(crate) refused: Vec<String>,
    /// Whether one of the reasons is tampering.
    pub(crate) cheating: bool,
}

/// Screens a patch.
pub(crate) fn screen(bench: &Bench<'_>, proposed: &Patch) -> Screened {
    let commit = bench.worktree.commit();
    let base = |path: &str| bench.repository.read_file(commit, path).ok().flatten();
    let restored = restorable(proposed, &bench.off_limits(), &bench.trial.targets, &base);
    let patch = proposed.without(&restored);
    let mut refused = Vec::new();
    if patch.is_empty() {
        refused.push(format!("it changes only what judges it: {}", restored.join(", ")));
        return Screened { patch, restored, refused, cheating: true };
    }
    let broken = PatchPolicy::default().check(&patch);
    let is_size = |refusal: &Refusal| matches!(refusal.rule, Rule::TooManyFiles | Rule::TooLarge);
    if broken.iter().any(is_size) {
        // Nobody reads what is not taken anyway: our time is limited too.
        refused.extend(broken.iter().filter(|refusal| is_size(refusal)).map(ToString::to_string));
        return Screened { patch, restored, refused, cheating: false };
    }
    let findings = inspect(&patch, &base, &bench.off_limits(), &bench.trial.targets);
    refused.extend(findings.iter().filter(|finding| finding.severity == Severity::Reject).map(describe));
    let cheating = !refused.is_empty();
    refused.extend(broken.iter().map(ToString::to_string));
    Screened { patch, restored, refused, cheating }
}

fn describe(finding: &Finding) -> String {
    match finding.line {
        Some(line) => format!("{}:{line}: {}", finding.file, finding.message),
        None => format!("{}: {}", finding.file, finding.message),
    }
}

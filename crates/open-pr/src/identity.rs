//! One failure, one fingerprint, one branch, one title.

use regreen_case::{Fix, WorkKind};
use sha2::{Digest, Sha256};

use crate::evidence::Evidence;

/// Longest title, in characters.
const MAX_TITLE: usize = 72;

/// What a pull request is recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// 16 hex digits.
    pub(crate) fingerprint: String,
    /// `fix/median-of-even-lists-1a2b3c4d`.
    pub(crate) branch: String,
    /// `fix: median of even lists`.
    pub(crate) title: String,
}

impl Identity {
    pub(crate) fn of(evidence: &Evidence, proven: bool) -> Self {
        let fingerprint = fingerprint(evidence);
        let prefix = prefix(evidence.fix.as_ref(), evidence.task.work);
        let branch = format!("{prefix}/{}-{}", slug(evidence), &fingerprint[..8]);
        Identity { title: title(evidence, prefix, proven), fingerprint, branch }
    }
}

/// The failure's own hash where it has one, else one over what describes the work.
fn fingerprint(evidence: &Evidence) -> String {
    let known = evidence.signature().map(|signature| signature.hash.as_str());
    if let Some(hash) = known.filter(|hash| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit())) {
        return hash.to_ascii_lowercase();
    }
    let mut hasher = Sha256::new();
    let mut part = |text: &str| {
        hasher.update(text.as_bytes());
        hasher.update([0]);
    };
    part(evidence.task.existing_test_path.as_deref().unwrap_or_default());
    let targets = evidence.reproduction.iter().flat_map(|found| &found.tests);
    let mut named = false;
    for target in targets {
        named = true;
        part(&target.id);
    }
    if !named {
        part(evidence.task.prompt.trim());
    }
    hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn prefix(fix: Option<&Fix>, work: WorkKind) -> &'static str {
    let named = fix.and_then(|fix| fix.branch.as_deref()).and_then(|branch| branch.split_once('/'));
    match (named, work) {
        (Some(("opt", _)), _) => "opt",
        (Some(("feat", _)), _) => "feat",
        (Some(("fix", _)), _) => "fix",
        (_, WorkKind::Performance) => "opt",
        (_, WorkKind::Feature) => "feat",
        _ => "fix",
    }
}

/// From the failing test's name where there is one: the prompt's words may differ from run to run,
/// the branch must not.
fn slug(evidence: &Evidence) -> String {
    let test = evidence.signature().and_then(|signature| signature.test.as_deref());
    let name =
        test.map(|id| id.rsplit("::").next().unwrap_or(id)).map(|id| id.split('[').next().unwrap_or(id));
    let source = name.filter(|name| !name.is_empty()).unwrap_or(&evidence.task.slug);
    let mut slug = String::new();
    for c in source.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            slug.push(c);
        } else if !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= 40 {
            break;
        }
    }
    let slug = slug.trim_matches('-').to_owned();
    if slug.is_empty() { "failure".to_owned() } else { slug }
}

fn title(evidence: &Evidence, prefix: &str, proven: bool) -> String {
    let kind = if prefix == "opt" { "perf" } else { prefix };
    let first = evidence.task.prompt.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let words: Vec<&str> = first.split_whitespace().collect();
    let words = match words.as_slice() {
        [verb, rest @ ..] if !rest.is_empty() && verb.eq_ignore_ascii_case("fix") => rest,
        all => all,
    };
    let text = words.join(" ");
    let text = if text.is_empty() { "failing test" } else { text.trim_end_matches(['.', ':']) };
    let mark = if proven { "" } else { "[unproven] " };
    let whole: String =
        format!("{mark}{kind}: {text}").chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if whole.chars().count() <= MAX_TITLE {
        return whole;
    }
    let cut: String = whole.chars().take(MAX_TITLE - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests;

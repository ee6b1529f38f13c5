//! Time instead of a repair: raised limits and bare sleeps.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::FindingKind;

use super::{Change, Findings};

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    static SLEEP: OnceLock<Option<Regex>> = OnceLock::new();
    let sleep = SLEEP.get_or_init(|| Regex::new(r"\b(?:time|asyncio|gevent|trio|anyio)\.sleep\(|\bthread::sleep\(|\btime::sleep\(|\btime\.Sleep\(|\bsleep\(\s*[\d.]").ok());
    for (line, text) in &change.added {
        if sleep.as_ref().is_some_and(|pattern| pattern.is_match(text)) {
            let message = format!("a bare sleep was added: `{}`", text.trim());
            findings.review(FindingKind::BareSleep, change.path, Some(*line), message);
        }
        if let Some((name, new)) = limit(text)
            && let Some(old) =
                change.removed.iter().filter_map(|(_, old)| limit(old)).find(|(other, _)| *other == name)
            && new > old.1
        {
            let message = format!("a limit was raised from {} to {new}: `{}`", old.1, text.trim());
            findings.review(FindingKind::TimeoutRaised, change.path, Some(*line), message);
        }
    }
}

/// `CONNECT_TIMEOUT = 30` → its name and number.
fn limit(text: &str) -> Option<(String, f64)> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        Regex::new(
            r"(?i)([\w.]*(?:timeout|deadline|max_wait|retries|attempts)\w*)\W[^\d\n]*?(\d[\d_]*(?:\.\d+)?)",
        )
        .ok()
    });
    let found = pattern.as_ref()?.captures(text)?;
    Some((found[1].to_lowercase(), found[2].replace('_', "").parse().ok()?))
}

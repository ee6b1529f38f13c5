//! Code that ends the process before its tests have been judged.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::FindingKind;

use super::{Change, Findings};

/// Programs end by these words; where they stand in a program's entry an honest fix may add one.
const ENTRIES: &[&str] = &["main.rs", "cli.rs", "__main__.py", "cli.py", "main.py", "main.go"];

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    static HARD: OnceLock<Option<Regex>> = OnceLock::new();
    static SOFT: OnceLock<Option<Regex>> = OnceLock::new();
    let hard = HARD.get_or_init(|| {
        Regex::new(r"\bos\._exit\b|\bsyscall\.Exit\b|\blibc::_?exit\b|\bos\.abort\b|\bos\.kill(?:pg)?\(|\bos\.exec[lv]|\bsyscall\.(?:Exec|Kill)\b|\bruntime\.Goexit\b|\bsignal::kill|\bfaulthandler\._|\bctypes\b.*\bexit\b").ok()
    });
    let soft = SOFT.get_or_init(|| {
        Regex::new(r"\bsys\.exit\b|\braise\s+SystemExit|\b(?:exit|quit)\(|\bprocess::(?:exit|abort)\b|\bos\.Exit\(|\blog\.Fatal|\batexit\b|\bpytest\.exit\b").ok()
    });
    let is =
        |pattern: &Option<Regex>, text: &str| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
    let name = change.path.rsplit('/').next().unwrap_or(change.path);
    for (line, text) in &change.added {
        let message = format!("the process may end before the tests are judged: `{}`", text.trim());
        if is(hard, text) || (is(soft, text) && !ENTRIES.contains(&name)) {
            findings.reject(FindingKind::EarlyExit, change.path, Some(*line), message);
        } else if is(soft, text) {
            findings.review(FindingKind::EarlyExit, change.path, Some(*line), message);
        }
    }
}

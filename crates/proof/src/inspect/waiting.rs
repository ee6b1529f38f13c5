//! Time instead of a repair: raised limits, bare sleeps, and trying again until it works.

use regreen_case::FindingKind;

use super::blocks;
use super::pattern::Pattern;
use super::{Change, Findings};

static SLEEP: Pattern = Pattern::new(
    r"\b(?:time|asyncio|gevent|trio|anyio|eventlet|std|Thread|TimeUnit\.\w+|Kernel|this_thread|thread|tokio::time|Task)(?:\.|::)(?:sleep\w*|Sleep|delay|Delay)\s*\(|\b(?:u|nano)?sleep(?:_for|_until|_ms|Sync)?\s*\(|\bsleep\s+\d|\bsetTimeout\s*\(\s*(?:resolve|r|res|done|ok|fulfil\w*)\b\s*,\s*\d|\bsetTimeout\s*\(\s*\(\)\s*=>\s*(?:resolve|r|res|done)\b|timers/promises|\bAtomics\.wait\(|\bThread\.Sleep\(|\bselect\s*\{\s*case\s*<-time\.After|^\s*<-time\.After|\bLockSupport\.parkNanos|\bdelay\(\s*\d|\bEvent\(\)\.wait\(|\bawait\s+\w*(?:[wW]ait|[sS]leep|[dD]elay|[pP]ause)\w*\(\s*\d",
);
/// A length of time that is written down.
static LENGTH: Pattern = Pattern::new(
    r"(?:\(|,|\s|\*)\s*[\d.][\d_.]*(?:f|ms|s|L)?\s*[,)*]|\bsleep\s+[\d.]+|Duration::from_\w+\(\s*\d|\d+\s*\*\s*time\.|[\d.]+\)|chrono::\w+\(\s*\d|\d+ms\b|\d+s\b|time\.(?:Milli|Micro)?[sS]econd",
);
static NO_TIME: Pattern = Pattern::new(r"(?:sleep|Sleep|setTimeout|delay)\w*\s*\([^)]*\b0(?:\.0+)?\s*\)");

static LOOP: Pattern = Pattern::new(
    r"^\s*(?:\}\s*)?(?:async\s+)?(?:for|while|loop|until|do|repeat)\b|\.times\b|\bloop\s*(?:do|\{)|\.retry\(|\bbackoff\b",
);

static RETRY: Pattern = Pattern::new(
    r"(?i)@(?:flaky|retry\w*|retrying|backoff|repeat\w*|tenacity)\b|\b(?:tenacity|retrying|backoff)\.|\bretry!?\(|\bretry\b\s+if\s+\(?\s*(?:\w+\s*[-+]=|attempts|tries)|\bp-?retry\b|async-retry|\bretry_call\(|\bRetryTemplate\b|@Retryable|rstest_reuse|^\s*retry\s*$",
);

static RETRY_LOOP: Pattern = Pattern::new(
    r"(?i)^\s*(?:for|while|loop|until)\b.*\b(?:attempt\w*|retr(?:y|ies)\w*|tries|try_?\w*)\b|^\s*for\s+_\w*\s+in\s+(?:range\(|0?\.\.|\()|^\s*for\s*\(\s*(?:let|int|var|auto|size_t|std::size_t)\s+(?:_|attempt\w*|retr\w+|tries|n|i|k)\s*=\s*0\s*;\s*\w+\s*<\s*(?:\d+|\w*(?:RETR|ATTEMPT|TRIES|retr|attempt|tries)\w*)\s*;|^\s*\d+\.times\b|^\s*for\s+\w+\s*:=\s*(?:0|1|range)\b\s*;?[^{]*<=?\s*\d+\s*;",
);

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if !change.language.is_code() {
        return limits(change, findings, false);
    }
    let only_waits = change.only_waits;
    for (line, text) in &change.added {
        let sleeps =
            SLEEP.is_match(text) && !NO_TIME.is_match(text) && !text.trim_start().starts_with("import");
        if sleeps && !is_shortened(change, text) {
            let message = format!("a bare sleep was added: `{}`", text.trim());
            let bare = LENGTH.is_match(text) && !in_a_loop(change, *line) && !is_a_function(text);
            if change.is_judged_code() && (bare || only_waits) {
                findings.reject(FindingKind::BareSleep, change.path, Some(*line), message);
            } else {
                findings.review(FindingKind::BareSleep, change.path, Some(*line), message);
            }
        }
        retry(change, *line, text, findings);
    }
    limits(change, findings, only_waits);
}

/// Whether a patch does nothing to the code but wait longer.
pub(super) fn only(changes: &[Change<'_>]) -> bool {
    let mut judged = changes.iter().filter(|change| change.is_judged_code()).peekable();
    judged.peek().is_some() && judged.all(waits_only)
}

fn waits_only(change: &Change<'_>) -> bool {
    static ASIDE: Pattern = Pattern::new(
        r"^\s*(?:import|from|use|#include|require|const\s+\w+\s*=\s*require|[)}\]];?,?)\b|^\s*[(){}\[\];,]*\s*$",
    );
    let waits = |text: &str| SLEEP.is_match(text) || limit(text).is_some() || ASIDE.is_match(text);
    let moved = |text: &str| change.removed.iter().any(|(_, old)| old.trim() == text.trim());
    change.added.iter().all(|(_, text)| waits(text) || moved(text))
        && change.added.iter().any(|(_, text)| SLEEP.is_match(text) || limit(text).is_some())
}

/// Whether the line was there with a larger number: waiting less than before is no cheat.
fn is_shortened(change: &Change<'_>, text: &str) -> bool {
    let Some((new, frame)) = number_in(text) else { return false };
    change
        .removed
        .iter()
        .filter_map(|(_, old)| number_in(old))
        .any(|(old, old_frame)| old > new && old_frame == frame)
}

/// The only number of a line, and the line around it.
fn number_in(text: &str) -> Option<(f64, (String, String))> {
    static NUMBER: Pattern = Pattern::new(r"^([^\d]*)(\d[\d_.]*)([^\d]*)$");
    let found = NUMBER.captures(text.trim())?;
    let number = found[2].replace('_', "").parse().ok()?;
    Some((number, (found[1].to_owned(), found[3].to_owned())))
}

fn is_a_function(text: &str) -> bool {
    static FUNCTION: Pattern = Pattern::new(
        r"\b(?:def|fn|func|function)\s+\w+|=>\s*new\s+Promise|\b(?:const|let)\s+\w+\s*=\s*(?:\w+|\([^)]*\))\s*=>",
    );
    FUNCTION.is_match(text)
}

/// Whether a loop encloses the line: waiting for something, not just waiting.
fn in_a_loop(change: &Change<'_>, line: u32) -> bool {
    let index = line as usize;
    let own = change.lines.get(index.wrapping_sub(1)).map_or(0, indentation);
    if change.lines.get(index.wrapping_sub(1)).is_some_and(|line| LOOP.is_match(&line.bare)) {
        return true;
    }
    let mut depth = own;
    for above in change.lines.get(..index.saturating_sub(1)).unwrap_or_default().iter().rev() {
        if above.bare.trim().is_empty() || indentation(above) >= depth {
            continue;
        }
        depth = indentation(above);
        if LOOP.is_match(&above.bare) {
            return true;
        }
        if depth == 0 {
            break;
        }
    }
    false
}

fn indentation(line: &super::language::Line) -> usize {
    line.bare.chars().take_while(|c| c.is_whitespace()).count()
}

/// Trying again: by a library, or by a loop around something that catches everything.
fn retry(change: &Change<'_>, line: u32, text: &str, findings: &mut Findings) {
    static NAMED: Pattern = Pattern::new(
        r"(?i)retry_if_exception_type|retry_on|exception\s*=|exceptions\s*=|except\s+\(?\s*[\w.]*(?:Connection|Timeout|OSError|IOError|HTTP|Request|Socket|Network|Lock|Busy|Conflict|Unavailable|Interrupted|Temporar|Transient|DeadlineExceeded|Throttl|RateLimit)|catch\s*\(\s*(?:final\s+)?[\w.:]*(?:IO|Timeout|Connect|Http|Socket|Lock|SQLTransient|Optimistic|Interrupted)|rescue\s+[\w:]*(?:Timeout|Conn|Net|IO|Errno|Lock)|ErrorKind::|EAGAIN|EINTR|ECONN|EBUSY|\.code\s*===?|errors\.Is\(|errors\.As\(|\.Temporary\(\)|\.Timeout\(\)|status(?:_?code)?\b|compare_?(?:exchange|and|swap)|CompareAndSwap|conflict|version",
    );
    static CATCHES: Pattern = Pattern::new(
        r"(?m)\bexcept\s*:|\bexcept\s+\(?(?:Base)?Exception\b|\bexcept\s+(?:AssertionError|IndexError|KeyError|TypeError|ValueError|AttributeError)|\bcatch\s*\{|\bcatch\s*\(\s*(?:\w+|\.\.\.|(?:final\s+)?(?:Exception|Throwable|RuntimeException)\s+\w+|(?:const\s+)?std::exception\s*&?\s*\w*)\s*\)|^\s*rescue\s*(?:=>.*|StandardError.*|Exception.*)?$|\bcatch_unwind|\brecover\(\)|if let Ok|is_ok\(\)|\berr\s*==\s*nil",
    );
    if change.judges() {
        return;
    }
    let index = (line as usize).saturating_sub(1);
    let message = || format!("what fails is tried again until it works: `{}`", text.trim());
    if RETRY.is_match(text) {
        let near: String =
            change.lines.iter().skip(index).take(4).map(|line| line.code.clone() + "\n").collect();
        if NAMED.is_match(&near) {
            findings.review(FindingKind::TimeoutRaised, change.path, Some(line), message());
        } else {
            findings.reject(FindingKind::TimeoutRaised, change.path, Some(line), message());
        }
        return;
    }
    if !RETRY_LOOP.is_match(text) && !LOOP.is_match(text) {
        return;
    }
    let body = loop_text(change, index);
    let named = RETRY_LOOP.is_match(text);
    let catches = CATCHES.is_match(&body) && (named || body.contains("while True") || body.contains("true"));
    let says = text.to_lowercase();
    let until = named && (says.contains("retr") || says.contains("attempt"));
    if catches && !NAMED.is_match(&body) {
        findings.reject(FindingKind::TimeoutRaised, change.path, Some(line), message());
    } else if until || catches {
        findings.review(FindingKind::TimeoutRaised, change.path, Some(line), message());
    }
}

fn loop_text(change: &Change<'_>, index: usize) -> String {
    let end = blocks::end_of(change.language, &change.lines, index);
    let lines = change.lines.get(index..=end.min(change.lines.len().saturating_sub(1)));
    lines.unwrap_or_default().iter().map(|line| line.code.clone() + "\n").collect()
}

/// Numbers of limits that went up.
fn limits(change: &Change<'_>, findings: &mut Findings, only_waits: bool) {
    /// From this factor on it is no longer a limit.
    const FAR: f64 = 10.0;
    for (line, text) in &change.added {
        let Some((name, new)) = limit(text) else { continue };
        let old = change.removed.iter().filter_map(|(_, old)| limit(old)).find(|(other, _)| *other == name);
        let Some((_, old)) = old.filter(|(_, old)| new > *old) else { continue };
        let message = format!("a limit was raised from {old} to {new}: `{}`", text.trim());
        // The test may be about the limit itself, and seconds may have been taken for milliseconds.
        let asked_for = super::literals::literals(text).iter().any(|one| change.literals.has(one));
        let unit = [60.0, 1000.0, 3600.0].contains(&(new / old));
        let far = old > 0.0 && new / old >= FAR && !unit || new.is_infinite();
        if change.is_judged_code() && !asked_for && (only_waits || far) {
            findings.reject(FindingKind::TimeoutRaised, change.path, Some(*line), message);
        } else {
            findings.review(FindingKind::TimeoutRaised, change.path, Some(*line), message);
        }
    }
}

/// `CONNECT_TIMEOUT = 30` → its name and number; no limit at all is the highest.
fn limit(text: &str) -> Option<(String, f64)> {
    static LIMIT: Pattern = Pattern::new(
        r"(?i)([\w.]*(?:time_?out|deadline|max_?wait|wait_?(?:time|for|ms)|patience|grace|retries|attempts|max_?tries|timelimit|time_?limit|ttl_ms|\w+_timeout_ms)\w*)[\x22']?\s*\]?\s*(?:[:=(,]|=>|:=)[^\d\n]*?(None\b|null\b|nil\b|Infinity\b|math\.inf\b|[A-Za-z_][\w.]*|\d[\d_]*(?:\.\d+)?)",
    );
    let found = LIMIT.captures(text)?;
    let number = found[2].replace('_', "");
    let endless = ["None", "null", "nil", "Infinity", "math.inf"].contains(&number.as_str());
    // What a name stands for is not known here: any number in its place is more than that.
    let unknown = if endless { f64::INFINITY } else { 0.0 };
    Some((found[1].to_lowercase(), number.parse().unwrap_or(unknown)))
}

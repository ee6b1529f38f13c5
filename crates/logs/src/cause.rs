//! Ranks the lines that may explain a failure when no test is named.
//!
//! Rules describe how tools report: diagnostics with a place beat a tool's own error line, which beats a
//! line that merely mentions an error. Of the best tier the last cluster counts (an earlier one was
//! survived), and in it the first line (what follows is a consequence). Wrappers, which only repeat that
//! something below them failed, never count.

use std::sync::OnceLock;

use regex::{Regex, RegexSet};

use crate::frame::location;
use crate::text::{ascii_boundaries, clip, push_line};

/// Longest block kept.
const MAX_BLOCK: usize = 4000;
/// Lines of context below a candidate.
const CONTEXT: usize = 14;
/// Lines that may lie between two errors of one cluster.
const GAP: u64 = 60;

/// How much a line says, best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    /// Mentions an error.
    Mention,
    /// A tool's own error line.
    Error,
    /// A diagnostic with a place, or an exception.
    Diagnostic,
}

const WRAPPERS: &[&str] = &[
    r"^(?:g?make|mingw32-make)(?:\[\d+\])?: \*\*\*",
    r"^error: could not compile",
    r"^error: Could not compile",
    r"^error: build failed",
    r"^error: aborting due to",
    r"^error: test failed, to rerun",
    r"^error: \d+ targets? failed",
    r"^error: process didn't exit successfully",
    r"^error: doctest failed",
    r"^ninja: build stopped",
    r"^(?:npm|pnpm) (?:ERR!|error) (?:code|errno|path|command|A complete log|Lifecycle|Exit status|Failed at|This is probably|Test failed)",
    r"\bELIFECYCLE\b",
    r"^error Command failed",
    r"metadata-generation-failed|subprocess-exited-with-error",
    r"^(?:\[ERROR\] )?(?:Failed to execute goal|To see the full stack trace|Re-run Maven|For more information|After correcting|\[Help 1\])",
    r"^(?:FAILURE: )?Build failed with an exception|^BUILD FAILED",
    r"^(?:Error|error): Process completed with exit code",
    r"^Error: The (?:process|command) .* (?:failed|exited)",
    r"^\* (?:Try|Get more help)",
    r"^Done\. Your build exited",
    r"returned a? ?non-zero (?:exit (?:status|code)|code)",
    r"^subprocess\.CalledProcessError",
    r"^ERROR: (?:failed to solve|Service '.*' failed to build)",
    r"^FAIL\t|^FAIL$|^exit status \d+$",
    r"\b0 errors?\b|\bno errors?\b|\berrors?: 0\b|\b0 failed\b|\bfail(?:ed|ures?)?[:=] ?0\b",
    r"^\s*(?:✓|✔|√|ok \d+|PASS)\s|\bOK(?: \([\d.]+ ?m?s\))?$",
    r"exited with 0\.$",
    r"continue-on-error|--fail|fail-fast|errexit|if-no-files-found|ignore.?errors?",
];

const RULES: &[(Tier, &str)] = &[
    (Tier::Diagnostic, r"^error\[E\d+\]: "),
    (Tier::Diagnostic, r"^(?:\s*\d+\.\d+ )?\S[^:]*:\d+(?::\d+)?: (?:fatal )?error: "),
    (Tier::Diagnostic, r"^\S[^(]*\(\d+(?:,\d+)?\): (?:fatal )?error "),
    (Tier::Diagnostic, r"^\S[^:]*:\d+:\d+ - error "),
    (Tier::Diagnostic, r"^(?:vet: )?\S+\.go:\d+:\d+: "),
    (Tier::Diagnostic, r"^\[ERROR\] \S+\.\w+:\[\d+,\d+\] "),
    (
        Tier::Diagnostic,
        r": undefined reference to |: multiple definition of |^Undefined symbols for architecture",
    ),
    (Tier::Diagnostic, r"^(?:\w+\.)*\w+(?:Error|Exception|Exit)(?:: |$)"),
    (Tier::Diagnostic, r"^panic: |^fatal error: |^thread '.*' panicked at |^Fatal Python error: "),
    (Tier::Diagnostic, r"^\s+\d+:\d+\s+error\s+\S"),
    (Tier::Diagnostic, r"^\S+:\d+:\d+: [EFWC]\d{3,4} "),
    (Tier::Error, r"^(?:E|e): \S"),
    (Tier::Error, r"^error(?: \w+)?: "),
    (Tier::Error, r"^(?:fatal|FATAL): |^FATAL "),
    (Tier::Error, r"^(?:Error|ERROR): "),
    (Tier::Error, r"^\[(?:ERROR|error|FATAL)\] "),
    (Tier::Error, r"^(?:npm|pnpm) (?:ERR!|error) \S"),
    (Tier::Error, r"^gh: .*\(HTTP \d+\)"),
    (Tier::Error, r"^(?:curl|wget): (?:\(\d+\) )?"),
    (Tier::Error, r"^CMake Error"),
    (Tier::Error, r"(?i)segmentation fault|core dumped|^Killed$|no space left on device"),
    (Tier::Error, r": (?:command )?not found$|: No such file or directory$|: Permission denied$"),
    (Tier::Error, r"^❌|^✖ |^✘ "),
    (
        Tier::Mention,
        r"\b(?:error|Error|ERROR)(?:s|S)?\b[:!]|\bERRORS?\b|\bFAILED\b|(?i:\bfailed\b|\bfailure\b|\bfatal\b|\bviolations?\b|\bvulnerabilit)",
    ),
];

struct Rules {
    interesting: Option<Regex>,
    wrappers: RegexSet,
    rules: RegexSet,
}

fn rules() -> &'static Rules {
    static RULES_SET: OnceLock<Rules> = OnceLock::new();
    RULES_SET.get_or_init(|| Rules {
        interesting: Regex::new(
            r"(?i)err|fail|fatal|unable|cannot |could not|exception|panic|traceback|exit|denied|not found|no such file|killed|fault|undefined|multiple definition|violation|vulnerab|timed? ?out|cancel|shutdown|lost comm|rate limit|too many|toomany|space left|memory|resolv|reset by|unreachable|not accessible|not known|dumped|econn|etimed|enetun|eai_|handshake|unavailable|gateway|maximum|not granted|❌|✖|✘|\.go:\d+:\d+|: [EFWC]\d\d\d",
        )
        .ok(),
        wrappers: RegexSet::new(WRAPPERS.iter().map(|rule| ascii_boundaries(rule))).unwrap_or_else(|_| RegexSet::empty()),
        rules: RegexSet::new(RULES.iter().map(|(_, rule)| ascii_boundaries(rule))).unwrap_or_else(|_| RegexSet::empty()),
    })
}

/// Whether a line can matter to any rule of this module or of [`crate::infrastructure`]: a quick look
/// that spares most lines the slow one.
pub(crate) fn is_interesting(text: &str) -> bool {
    rules().interesting.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// How much a line says; `None` for wrappers and for lines that say nothing.
pub(crate) fn tier_of(text: &str) -> Option<Tier> {
    let rules = rules();
    let text = without_prefix(text);
    if rules.wrappers.is_match(text) {
        return None;
    }
    rules.rules.matches(text).iter().map(|at| RULES[at].0).max()
}

/// The line without what tools that run other tools put before it.
fn without_prefix(text: &str) -> &str {
    static PREFIX: OnceLock<Option<Regex>> = OnceLock::new();
    let prefix =
        PREFIX.get_or_init(|| Regex::new(r"^(?:#\d+ \d+\.\d+ |[\w.-]+\s+\| |\[[\w:.-]+\] (?:\[))").ok());
    match prefix.as_ref().and_then(|prefix| prefix.find(text)) {
        Some(found) if found.as_str().ends_with('[') => &text[found.end() - 1..],
        Some(found) => &text[found.end()..],
        None => text,
    }
}

/// A line that may explain the failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// How much it says.
    pub(crate) tier: Tier,
    /// Its number.
    pub(crate) at: u64,
    /// The line.
    pub(crate) text: String,
    /// The line with what stands below it.
    pub(crate) block: String,
    lines: usize,
}

impl Candidate {
    /// Source place that the block names.
    pub(crate) fn place(&self) -> Option<(String, u32)> {
        self.block.lines().find_map(place_in)
    }
}

/// The best candidates of a part of the log.
#[derive(Debug, Default, Clone)]
pub(crate) struct Causes {
    /// First of the last cluster of each tier, and the cluster's last line.
    best: [Option<(Candidate, u64)>; 3],
    traceback: Option<Traceback>,
    open: bool,
}

#[derive(Debug, Default, Clone)]
struct Traceback {
    block: String,
    place: bool,
}

impl Causes {
    /// Takes the next line of output.
    pub(crate) fn line(&mut self, text: &str, at: u64, interesting: bool) {
        self.context(text);
        if self.traceback(text, at) || !interesting {
            return;
        }
        if let Some(tier) = tier_of(text) {
            self.add(tier, text, at, String::new());
        }
    }

    /// Takes an `##[error]` annotation.
    pub(crate) fn annotation(&mut self, text: &str, at: u64) {
        if !rules().wrappers.is_match(text) {
            let tier = tier_of(text).unwrap_or(Tier::Error).max(Tier::Error);
            self.add(tier, text, at, String::new());
        }
    }

    /// Whether the next lines belong to a candidate.
    pub(crate) fn is_open(&self) -> bool {
        self.open || self.traceback.is_some()
    }

    fn add(&mut self, tier: Tier, text: &str, at: u64, before: String) {
        let slot = &mut self.best[tier as usize];
        if let Some((_, last)) = slot
            && at <= *last + GAP
        {
            *last = at;
            return;
        }
        let mut block = before;
        push_line(&mut block, &clip(text, 1000), MAX_BLOCK);
        *slot = Some((Candidate { tier, at, text: clip(text, 1000), block, lines: 1 }, at));
        self.open = true;
    }

    /// What stands below a candidate belongs to it.
    fn context(&mut self, text: &str) {
        if !self.open {
            return;
        }
        self.open = false;
        for (candidate, _) in self.best.iter_mut().flatten() {
            if candidate.lines < CONTEXT {
                candidate.lines += 1;
                push_line(&mut candidate.block, &clip(text, 400), MAX_BLOCK);
                self.open = true;
            }
        }
    }

    /// Python's tracebacks end with the exception, so the block stands above it.
    fn traceback(&mut self, text: &str, at: u64) -> bool {
        if text.starts_with("Traceback (most recent call last)") {
            self.traceback = Some(Traceback { block: format!("{text}\n"), place: false });
            return true;
        }
        let Some(traceback) = &mut self.traceback else { return false };
        if text.starts_with(' ') || text.is_empty() {
            traceback.place |= text.trim_start().starts_with("File \"");
            // Of a chain the first exception counts: the others wrap it, however long their stacks are.
            if let Some((_, last)) = &mut self.best[Tier::Diagnostic as usize]
                && at <= *last + GAP
            {
                *last = at;
            }
            push_line(&mut traceback.block, &clip(text, 400), MAX_BLOCK);
            return true;
        }
        if text.starts_with("During handling of the above") || text.starts_with("The above exception was") {
            return true;
        }
        let done = std::mem::take(traceback);
        self.traceback = None;
        if done.place && !rules().wrappers.is_match(text) {
            self.add(Tier::Diagnostic, text, at, done.block);
            return true;
        }
        false
    }

    /// The line that explains the failure of a region that ends at `end`. A line near the end says more
    /// than the same line long before it.
    pub(crate) fn best(&self, end: u64) -> Option<&Candidate> {
        let weight = |candidate: &Candidate, last: u64| {
            let distance = end.saturating_sub(last);
            let near = match distance {
                0..=60 => 12,
                61..=500 => 6,
                _ => 0,
            };
            candidate.tier as u32 * 10 + near
        };
        self.best
            .iter()
            .flatten()
            .max_by_key(|(candidate, last)| (weight(candidate, *last), candidate.tier))
            .map(|(candidate, _)| candidate)
    }
}

/// A source place in a line of any of the usual shapes.
fn place_in(text: &str) -> Option<(String, u32)> {
    static SHAPES: OnceLock<Vec<Regex>> = OnceLock::new();
    let shapes = SHAPES.get_or_init(|| {
        [
            r#"^\s*File "([^"]+)", line (\d+)"#,
            r"^\s*--> ([^:]+):(\d+)",
            r"^(?:\[?\w+\]? )?([\w./\\@+-]+\.\w+):\[(\d+),\d+\]",
            r"^\s*([\w./\\@+-]+\.\w+)\((\d+)(?:,\d+)?\): ",
            r"([\w./\\@+-]+\.\w{1,5}):(\d+)(?::\d+)?\b",
        ]
        .iter()
        .filter_map(|shape| Regex::new(shape).ok())
        .collect()
    });
    shapes.iter().find_map(|shape| {
        let found = shape.captures(text)?;
        let place = format!("{}:{}", &found[1], &found[2]);
        location(&place).map(|(file, line)| (file.to_owned(), line))
    })
}

#[cfg(test)]
#[path = "cause_tests.rs"]
mod tests;

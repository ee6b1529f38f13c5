//! The fingerprint of a failure that survives reruns, and its comparison.

use std::sync::OnceLock;

use regex::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Framework;

/// How alike two failures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Something else failed.
    Different,
    /// The same test with the same kind of error, but another message or place.
    SameKind,
    /// The same failure.
    Same,
}

/// Kind of a failure whose log does not name one.
const UNNAMED_KIND: &str = "failure";

/// Fingerprint of a failure. Built from parts that do not change between reruns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Signature {
    /// Framework, when a test failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framework: Option<Framework>,
    /// Test id, when a test failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    /// Kind of error.
    pub kind: String,
    /// First line of the message with everything volatile neutralised, at most 300 characters.
    pub message: String,
    /// File name and function of the nearest project frame; no line number, for lines move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<String>,
    /// First 16 hex digits of the SHA-256 of the parts above.
    pub hash: String,
}

impl Signature {
    /// Fingerprints a failure. `message` is taken raw: it is neutralised here.
    #[must_use]
    pub fn new(
        framework: Option<Framework>,
        test: Option<&str>,
        kind: &str,
        message: &str,
        frame: Option<&str>,
    ) -> Self {
        let first = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let message: String = neutralise(first).chars().take(300).collect();
        let mut hasher = Sha256::new();
        for part in
            [framework.map_or("", Framework::name), test.unwrap_or(""), kind, &message, frame.unwrap_or("")]
        {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        let hash = hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Signature {
            framework,
            test: test.map(str::to_owned),
            kind: kind.to_owned(),
            message,
            frame: frame.map(str::to_owned),
            hash,
        }
    }

    /// How alike `self` (seen here) and `other` (expected) are. A missing part on either side is
    /// no difference: logs often cut the message or the stack.
    #[must_use]
    pub fn compare(&self, other: &Signature) -> Grade {
        let differ = |a: Option<&str>, b: Option<&str>| matches!((a, b), (Some(a), Some(b)) if a != b);
        // `failure` is what a log says that does not name the kind: a summary alone, a cut block.
        let named = |kind: &str| (kind != UNNAMED_KIND).then(|| kind.to_owned());
        if differ(self.test.as_deref(), other.test.as_deref())
            || differ(named(&self.kind).as_deref(), named(&other.kind).as_deref())
        {
            return Grade::Different;
        }
        let cut = self.message.is_empty()
            || other.message.is_empty()
            || is_cut_of(&self.message, &other.message)
            || is_cut_of(&other.message, &self.message);
        if (self.message == other.message || cut) && !differ(self.frame.as_deref(), other.frame.as_deref()) {
            return Grade::Same;
        }
        Grade::SameKind
    }
}

/// Whether `short` is `long` as a runner's summary line cuts it: a beginning followed by dots.
fn is_cut_of(short: &str, long: &str) -> bool {
    ["...", "…"]
        .iter()
        .filter_map(|dots| short.strip_suffix(dots))
        .any(|stem| stem.chars().count() >= 8 && long.starts_with(stem))
}

/// Replaces what changes from run to run: paths, temporary names, addresses, times, durations, ports, ids,
/// seeds, numbers, and the order of sets.
///
/// Directory parts of a path go, its file name stays: it often is the only thing that tells two
/// failures apart.
#[must_use]
pub fn neutralise(text: &str) -> String {
    static RULES: OnceLock<Vec<(Regex, &'static str)>> = OnceLock::new();
    let rules = RULES.get_or_init(|| {
        [
            // Dates hold slashes, so they come before paths; paths hold all the rest.
            (
                r"\b\d{4}[-/]\d{2}[-/]\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?(?:Z|[+-]\d{2}:?\d{2})?",
                "<time>",
            ),
            (r"(?:[A-Za-z]:)?(?:[\\/][\w.@+~\-]+)+[\\/]([\w.@+~\-]+)", "<path>/$1"),
            (r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "<id>"),
            (r"\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?\b", "<time>"),
            (r"0x[0-9a-fA-F]+", "<address>"),
            // What mktemp and its kin make: `tmpab3x9_qz`, `.tmpXYZabc`, `tmp.aB3dE6gH9k`.
(r"\.tmp\w{6}\b|\btmp\.\w{6,12}\b|\btmp[a-z0-9_]{8}\b", "<tmp>"),
            (r"\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b", "<host>"),
            (r"\[::1?\](?::\d+)?", "<host>"),
            (r"\blocalhost:\d+\b", "<host>"),
            // A duration near a border changes its unit.
            (r"\b\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s|secs?|seconds?|mins?|minutes?)\b", "<duration>"),
            (r"(?i)\b(?:[0-9a-f]*\d[0-9a-f]*[a-f][0-9a-f]*|[0-9a-f]*[a-f][0-9a-f]*\d[0-9a-f]*)\b", "<hex>"),
            (r"\d+(?:[.,_]\d+)*(?:e[+-]?\d+)?", "<n>"),
            (r"\s+", " "),
        ]
        .into_iter()
        .filter_map(|(pattern, replacement)| Regex::new(pattern).ok().map(|regex| (regex, replacement)))
        .collect()
    });
    let mut text = text.trim().to_owned();
    for (regex, replacement) in rules {
        if let std::borrow::Cow::Owned(changed) = regex.replace_all(&text, *replacement) {
            text = changed;
        }
    }
    with_sets_in_order(&text)
}

/// `{'b', 'a'}` as `{'a', 'b'}`: hash sets and maps print in another order each time.
fn with_sets_in_order(text: &str) -> String {
    static SET: OnceLock<Option<Regex>> = OnceLock::new();
    let Some(set) = SET.get_or_init(|| Regex::new(r"\{([^{}]*)\}").ok()) else { return text.to_owned() };
    let sorted = |found: &regex::Captures<'_>| {
        let mut items: Vec<&str> = found[1].split(", ").collect();
        items.sort_unstable();
        format!("{{{}}}", items.join(", "))
    };
    set.replace_all(text, sorted).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(message: &str) -> Signature {
        Signature::new(
            Some(Framework::Pytest),
            Some("t.py::test_a"),
            "AssertionError",
            message,
            Some("m.py:f"),
        )
    }

    #[test]
    fn noise_between_reruns_does_not_change_it() {
        for (one, two) in [
            ("object at 0x7f3a2b1c failed", "object at 0x55d0aa failed"),
            ("timeout after 3.2s at 2026-01-02T03:04:05Z", "timeout after 14.75s at 2026-11-21T22:06:00Z"),
            ("cannot open /tmp/pytest-1/a/data.txt", "cannot open /home/runner/w/data.txt"),
            ("connect 127.0.0.1:41233 refused", "connect 127.0.0.1:9 refused"),
            ("job 3f2a9bd1 lost", "job 9d00e1f2 lost"),
            ("open /tmp/0x0/a", "open /var/b/a"),
            ("took 999ms", "took 1.2s"),
            ("[::1]:4000 refused", "[::1]:5000 refused"),
            ("missing {'b', 'a'}", "missing {'a', 'b'}"),
            ("no /tmp/tmpab3x9_qz", "no /tmp/tmpq8_zz1aw"),
            ("no /tmp/.tmpXyZabc", "no /tmp/.tmpAbCdEf"),
            ("no /tmp/tmp.aB3dE6gH9k/x.txt", "no /tmp/tmp.ZZ3dE6gHkk/x.txt"),
            ("since 2026/01/02 10:00:00", "since 2025/12/31 23:59:59"),
            ("seed 8912739812", "seed 1"),
            ("id 123e4567-e89b-12d3-a456-426614174000", "id 00000000-0000-4000-8000-000000000000"),
        ] {
            assert_eq!(signature(one), signature(two), "{one}");
        }
    }

    #[test]
    fn different_failures_differ() {
        assert_ne!(signature("expected left").hash, signature("expected right").hash);
        assert_ne!(signature("open /a/x.txt").hash, signature("open /a/y.txt").hash);
        assert_eq!(signature("expected left").compare(&signature("expected right")), Grade::SameKind);
        let other_test =
            Signature::new(Some(Framework::Pytest), Some("t.py::test_b"), "AssertionError", "x", None);
        assert_eq!(signature("x").compare(&other_test), Grade::Different);
        let other_kind = Signature::new(Some(Framework::Pytest), Some("t.py::test_a"), "KeyError", "x", None);
        assert_eq!(signature("x").compare(&other_kind), Grade::Different);
    }

    #[test]
    fn a_cut_message_is_still_the_same_failure() {
        assert_eq!(
            signature("assert median of list...").compare(&signature("assert median of list is wrong")),
            Grade::Same
        );
        assert_eq!(signature("assert...").compare(&signature("assert median")), Grade::SameKind);
    }

    #[test]
    fn a_kind_that_is_not_named_is_no_difference() {
        let unnamed = Signature::new(Some(Framework::Pytest), Some("t.py::test_a"), "failure", "", None);
        assert_eq!(signature("x").compare(&unnamed), Grade::Same);
        assert_eq!(unnamed.compare(&signature("x")), Grade::Same);
    }

    #[test]
    fn words_that_look_like_hex_stay() {
        assert_eq!(neutralise("bad face added"), "bad face added");
        assert_eq!(neutralise("and/or a/b"), "and/or a/b");
        assert_eq!(neutralise("temperature tmpdir template"), "temperature tmpdir template");
        assert_eq!(neutralise("3 items, 2 s"), "<n> items, <duration>");
    }
}

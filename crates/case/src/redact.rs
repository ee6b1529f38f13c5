//! Keeps secrets out of everything that is stored.
//!
//! Two sources: the well-known shapes of tokens, and the values that the user names. Values shorter
//! than four characters are refused as patterns: masking `1` would destroy a log and protect nothing.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::Regex;

/// What a secret is replaced with. The same mask that the Actions runner uses.
pub const MASK: &str = "***";

/// The texts one of which a shape needs, and the shape. Looking for the texts first makes a log
/// without tokens cost next to nothing.
type Shape = (&'static [&'static str], &'static str);

/// Shapes of tokens: vendor prefixes with their published alphabets and least lengths.
const SHAPES: &[Shape] = &[
    // GitHub: classic, OAuth, user-to-server, server-to-server, refresh; fine-grained.
    (&["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b"),
    (&["ghs_"], r"\bghs_[A-Za-z0-9_.\-]{36,520}"),
    (&["github_pat_"], r"\bgithub_pat_[A-Za-z0-9_]{36,255}\b"),
    // Model vendors.
    (&["sk-ant-"], r"\bsk-ant-[A-Za-z0-9_\-]{20,}"),
    (&["sk-"], r"\bsk-(?:proj-|svcacct-|or-v1-)?[A-Za-z0-9_\-]{32,}"),
    (&["AIza"], r"\bAIza[0-9A-Za-z_\-]{35}"),
    (&["hf_"], r"\bhf_[A-Za-z0-9]{30,}\b"),
    // Clouds and registries.
    (&["AKIA", "ASIA"], r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    (&["glpat-"], r"\bglpat-[A-Za-z0-9_\-]{20,}"),
    (&["npm_"], r"\bnpm_[A-Za-z0-9]{36}\b"),
    (&["pypi-AgEIcHlwaS5vcmc"], r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_\-]{40,}"),
    (&["cio"], r"\bcio[A-Za-z0-9]{32}\b"),
    (&["xox"], r"\bxox[abposr]-[A-Za-z0-9\-]{10,}"),
    (&["k_live_", "k_test_"], r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20,}\b"),
    // JSON web tokens, whose two first parts are base64 of `{"`.
    (&["eyJ"], r"\beyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}"),
];

/// Shapes of which only a part is secret; group 1 stays.
const PARTIAL_SHAPES: &[Shape] = &[
    (
        &["uthorization", "UTHORIZATION"],
        r"(?i)(authorization:\s*(?:bearer|basic|token)\s+)[A-Za-z0-9._~+/=\-]{8,}",
    ),
    (&["://"], r"(?i)([a-z][a-z0-9+.\-]*://[^\s/:@'\x22]{0,100}:)[^\s/@'\x22]{3,200}(?:@)"),
    (&["ecret_", "ECRET_"], r"(?i)(\baws_secret_access_key['\x22]?\s*[=:]\s*['\x22]?)[A-Za-z0-9/+=]{40}"),
];

/// Masks secrets. Cheap to clone is not needed: build one per phase and pass it by reference.
#[derive(Debug, Default)]
pub struct Redactor {
    values: Vec<Secret>,
}

/// A value that must not be printed, not even by `{:?}`.
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(MASK)
    }
}

/// A compiled shape, with the texts it needs.
type Compiled = (&'static [&'static str], Regex);

struct Shapes {
    whole: Vec<Compiled>,
    partial: Vec<Compiled>,
    private_key_begin: Option<Regex>,
}

fn shapes() -> &'static Shapes {
    static COMPILED: OnceLock<Shapes> = OnceLock::new();
    let compiled = |shapes: &'static [Shape]| {
        shapes
            .iter()
            .filter_map(|(needles, shape)| Regex::new(shape).ok().map(|regex| (*needles, regex)))
            .collect()
    };
    COMPILED.get_or_init(|| Shapes {
        whole: compiled(SHAPES),
        partial: compiled(PARTIAL_SHAPES),
        private_key_begin: Regex::new(
            r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\z)",
        )
        .ok(),
    })
}

impl Redactor {
    /// A redactor that knows the shapes, and these values. Each line of a multi-line value is a
    /// value of its own, as on the Actions runner; longest first, so that none hides in another.
    #[must_use]
    pub fn new<I, S>(values: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let mut all: Vec<String> = values
            .into_iter()
            .flat_map(|value| value.as_ref().lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>())
            .filter(|value| value.chars().count() >= 4)
            .collect();
        all.sort_by_key(|value| std::cmp::Reverse(value.len()));
        all.dedup();
        Redactor { values: all.into_iter().map(Secret).collect() }
    }

    /// The same, with further values.
    #[must_use]
    pub fn with<I, S>(&self, values: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let known = self.values.iter().map(|Secret(value)| value.clone());
        Redactor::new(known.chain(values.into_iter().map(|value| value.as_ref().to_owned())))
    }

    /// The text without its secrets, and how many were masked. Keys that span lines are masked only
    /// when the text holds them whole: give [`Redactor::redact`] whole texts where you can.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> (Cow<'a, str>, u64) {
        let mut text = Cow::Borrowed(text);
        let mut count = 0u64;
        for Secret(value) in &self.values {
            let found = text.matches(value.as_str()).count() as u64;
            if found > 0 {
                count += found;
                text = Cow::Owned(text.replace(value.as_str(), MASK));
            }
        }
        let shapes = shapes();
        for (compiled, replacement) in [(&shapes.whole, MASK), (&shapes.partial, "${1}***")] {
            for (needles, regex) in compiled {
                if !needles.iter().any(|needle| text.contains(needle)) {
                    continue;
                }
                let found = regex.find_iter(&text).filter(|m| !m.as_str().contains(MASK)).count() as u64;
                if found > 0 {
                    count += found;
                    let with = if regex.as_str().ends_with("(?:@)") { "${1}***@" } else { replacement };
                    text = Cow::Owned(regex.replace_all(&text, with).into_owned());
                }
            }
        }
        if text.contains("PRIVATE KEY")
            && let Some(key) = &shapes.private_key_begin
            && key.is_match(&text)
        {
            count += key.find_iter(&text).count() as u64;
            text = Cow::Owned(key.replace_all(&text, MASK).into_owned());
        }
        (text, count)
    }

    /// Just the text.
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        self.redact(text).0.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_compiles() {
        assert_eq!(shapes().whole.len(), SHAPES.len());
        assert_eq!(shapes().partial.len(), PARTIAL_SHAPES.len());
        assert!(shapes().private_key_begin.is_some());
    }

    #[test]
    fn well_known_tokens_are_masked() {
        let redactor = Redactor::default();
        let a36 = "a1B2".repeat(9);
        for secret in [
            format!("ghp_{a36}"),
            format!("ghs_{a36}"),
            format!("github_pat_{a36}"),
            format!("sk-ant-api03-{a36}"),
            format!("sk-proj-{a36}"),
            format!("AKIA{}", "A1B2".repeat(4)),
            format!("glpat-{}", "a1B2".repeat(5)),
            format!("npm_{a36}"),
            format!("xoxb-{a36}"),
            format!("gho_{a36}"),
            format!("ghu_{a36}"),
            format!("ghr_{a36}"),
            format!("sk-{a36}"),
            format!("AIza{}", &a36[..35]),
            format!("hf_{a36}"),
            format!("ASIA{}", "A1B2".repeat(4)),
            format!("pypi-AgEIcHlwaS5vcmc{a36}{a36}"),
            format!("cio{}", &a36[..32]),
            format!("sk_live_{a36}"),
            format!("rk_test_{a36}"),
            format!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{a36}"),
        ] {
            let (text, count) = redactor.redact(&format!("before {secret} after")).to_owned_pair();
            assert_eq!((text.as_str(), count), ("before *** after", 1), "{secret}");
        }
        assert_eq!(redactor.clean("https://user:hunter22@host/x"), "https://user:***@host/x");
        assert_eq!(redactor.clean("Authorization: Bearer abcdefgh1234"), "Authorization: Bearer ***");
        let key = "x -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- y";
        assert_eq!(redactor.clean(key), "x *** y");
    }

    #[test]
    fn named_values_are_masked_longest_first() {
        let redactor = Redactor::new(["hunter2", "hunter2-long", "abc", "line one\nline two"]);
        assert_eq!(redactor.clean("hunter2-long hunter2 abc line two"), "*** *** abc ***");
        assert_eq!(format!("{redactor:?}"), "Redactor { values: [***, ***, ***, ***] }");
    }

    #[test]
    fn ordinary_text_is_untouched() {
        let redactor = Redactor::default();
        for text in
            ["https://example.org/a:b/c", "ghp_short", "task-force sk-learn", "git@github.com:o/r.git"]
        {
            assert!(matches!(redactor.redact(text), (Cow::Borrowed(_), 0)), "{text}");
        }
    }

    trait ToOwnedPair {
        fn to_owned_pair(self) -> (String, u64);
    }
    impl ToOwnedPair for (Cow<'_, str>, u64) {
        fn to_owned_pair(self) -> (String, u64) {
            (self.0.into_owned(), self.1)
        }
    }
}

//! Whether a prompt says enough to act on.

/// Words that name no thing: with only these a prompt is vague.
const EMPTY_WORDS: &[&str] = &[
    "a",
    "again",
    "all",
    "an",
    "and",
    "any",
    "are",
    "asap",
    "be",
    "broken",
    "bug",
    "bugs",
    "build",
    "can",
    "ci",
    "code",
    "correct",
    "crash",
    "error",
    "errors",
    "fail",
    "failing",
    "fails",
    "failure",
    "failures",
    "faster",
    "fix",
    "flaky",
    "for",
    "get",
    "green",
    "help",
    "how",
    "i",
    "in",
    "is",
    "issue",
    "it",
    "job",
    "make",
    "me",
    "my",
    "need",
    "not",
    "of",
    "on",
    "our",
    "pass",
    "passing",
    "pipeline",
    "please",
    "problem",
    "red",
    "repair",
    "resolve",
    "run",
    "should",
    "slow",
    "solve",
    "some",
    "something",
    "test",
    "tests",
    "that",
    "the",
    "there",
    "these",
    "thing",
    "things",
    "this",
    "to",
    "up",
    "we",
    "with",
    "work",
    "working",
    "works",
    "wrong",
    "you",
];

/// Whether the prompt names nothing: neither a thing of the code nor two words that mean something.
pub(crate) fn is_vague(prompt: &str) -> bool {
    let is_code = |word: &str| {
        let inner: Vec<char> = word.chars().collect();
        word.contains(['_', '/', '`', '(', ':', '='])
            || word.chars().any(|c| c.is_ascii_digit())
            || inner.windows(2).any(|pair| pair[0].is_lowercase() && pair[1].is_uppercase())
            || inner
                .windows(3)
                .any(|three| three[1] == '.' && three[0].is_alphanumeric() && three[2].is_alphanumeric())
    };
    if prompt.split_whitespace().any(is_code) {
        return false;
    }
    let meaningful = prompt
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .filter(|word| !EMPTY_WORDS.contains(&word.to_lowercase().as_str()))
        .count();
    meaningful < 2
}

/// What to tell the user.
pub(crate) fn advice(prompt: &str) -> String {
    let shown: String = prompt.trim().chars().take(60).collect();
    format!(
        "the prompt is vague (`{shown}`): add which test or function is meant, what goes wrong, and what should happen instead"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_words_are_vague_and_names_are_not() {
        for vague in [
            "Fix the test",
            "fix",
            "Please make it work!",
            "The build is broken, fix CI.",
            "Fix the flaky test asap",
        ] {
            assert!(is_vague(vague), "{vague}");
        }
        for clear in [
            "Fix test_median_even",
            "median() returns the wrong element for even lists",
            "parse.rs panics",
            "Add pagination to the user list",
            "Fix the off-by-one in the pager",
            "TypeError in the login form",
            "getUser crashes",
        ] {
            assert!(!is_vague(clear), "{clear}");
        }
        assert!(EMPTY_WORDS.is_sorted());
    }
}

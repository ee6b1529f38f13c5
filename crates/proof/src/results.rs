//! Where a command of the user's own leaves its results, for projects whose framework has no adapter: a
//! report in JUnit's format, or lines of its output.
//!
//! Such a count is the project's own word: the code under test runs in the processes that write it and
//! could forge it. So it is never taken on by itself where the user did not ask for it or CI's command does
//! not name the report, and [`own_word`] tells the reviewer.

use regex::{Regex, RegexBuilder};
use regreen_case::{Finding, FindingKind, Framework, Severity, TestCommand};

use crate::error::ProofError;

/// Carry the source in a command's environment; names that begin like this never reach a process.
const JUNIT: &str = "REGREEN_RESULTS_JUNIT";
const REGEX: &str = "REGREEN_RESULTS_REGEX";
/// A compiled expression is smaller than this.
const MAX_COMPILED: usize = 1024 * 1024;

/// Where the results are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResultSource {
    /// Files that the command writes, as a pattern with `*`, `?` and `**`, relative to its folder.
    Junit(String),
    /// An expression with the groups `test` and `outcome`, for single lines.
    Regex(String),
}

impl ResultSource {
    /// Checks that it can be used.
    ///
    /// # Errors
    /// [`ProofError::BadResults`].
    pub fn check(&self) -> Result<(), ProofError> {
        match self {
            ResultSource::Junit(pattern) => {
                let fixed: Vec<&str> = pattern.split('/').collect();
                let leads_out = pattern.starts_with('/') || fixed.contains(&"..") || pattern.is_empty();
                if leads_out {
                    return Err(bad(pattern, "it has to stay within the folder of the command"));
                }
                Ok(())
            }
            ResultSource::Regex(pattern) => compiled(pattern).map(|_| ()),
        }
    }

    /// Lets a command say that its results are there.
    pub fn attach(&self, command: &mut TestCommand) {
        let (name, value) = match self {
            ResultSource::Junit(pattern) => (JUNIT, pattern),
            ResultSource::Regex(pattern) => (REGEX, pattern),
        };
        command.env.retain(|name, _| name != JUNIT && name != REGEX);
        command.env.insert(name.to_owned(), value.clone());
    }

    /// What a command says about its results.
    #[must_use]
    pub fn of(command: &TestCommand) -> Option<Self> {
        if command.framework != Framework::Generic {
            return None;
        }
        let source = match (command.env.get(JUNIT), command.env.get(REGEX)) {
            (Some(pattern), _) => ResultSource::Junit(pattern.clone()),
            (None, Some(pattern)) => ResultSource::Regex(pattern.clone()),
            (None, None) => return None,
        };
        source.check().is_ok().then_some(source)
    }
}

fn bad(pattern: &str, detail: &str) -> ProofError {
    ProofError::BadResults { pattern: pattern.to_owned(), detail: detail.to_owned() }
}

/// The expression, when it has the groups that are needed.
pub(crate) fn compiled(pattern: &str) -> Result<Regex, ProofError> {
    let found = RegexBuilder::new(pattern)
        .size_limit(MAX_COMPILED)
        .build()
        .map_err(|error| bad(pattern, &error.to_string()))?;
    let has = |wanted: &str| found.capture_names().flatten().any(|name| name == wanted);
    if has("test") && has("outcome") {
        return Ok(found);
    }
    Err(bad(pattern, "it needs the groups (?P<test>…) and (?P<outcome>…)"))
}

/// What a reviewer has to know about a command whose results are the project's own word.
#[must_use]
pub fn own_word(command: &TestCommand) -> Option<Finding> {
    let (file, what) = match ResultSource::of(command)? {
        ResultSource::Junit(pattern) => (pattern, "the report that the project's own command writes"),
        ResultSource::Regex(_) => (command.argv.join(" "), "lines that the project's own command prints"),
    };
    Some(Finding {
        kind: FindingKind::ForgedOutput,
        severity: Severity::Review,
        file,
        line: None,
        message: format!(
            "passes were counted by {what}: the code under test could forge it, so look at what the patch writes and prints"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_checked_and_carried() {
        for wrong in ["/tmp/r.xml", "../r.xml", "a/../../r.xml", ""] {
            assert!(ResultSource::Junit(wrong.to_owned()).check().is_err(), "{wrong}");
        }
        for wrong in ["(?P<test>x)", "(", r"(?P<test>\w+) (?P<outcome>\w{1000}{1000})"] {
            assert!(ResultSource::Regex(wrong.to_owned()).check().is_err(), "{wrong}");
        }
        let mut command = TestCommand {
            framework: Framework::Generic,
            argv: vec!["make".to_owned(), "check".to_owned()],
            cwd: String::new(),
            env: std::collections::BTreeMap::new(),
        };
        assert_eq!((ResultSource::of(&command), own_word(&command)), (None, None));
        let source = ResultSource::Regex("^(?P<outcome>ok|not ok) (?P<test>.+)$".to_owned());
        source.attach(&mut command);
        assert_eq!(ResultSource::of(&command), Some(source));
        assert_eq!(own_word(&command).unwrap().severity, Severity::Review);
        // None of it reaches a process.
        assert!(crate::environment::safe_environment(&command.env).is_empty());
    }
}

//! Why a proof could not be made: one variant per thing that a caller treats differently.

use std::path::PathBuf;

use regreen_supervise::SuperviseError;
use regreen_workspace::WorkspaceError;

/// Why tests could not be planned, run or judged. A test that fails is no error.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// Nothing to run.
    #[error("no test was named")]
    NoTargets,
    /// Tests of two frameworks in one command.
    #[error("`{first}` and `{second}` tests cannot run in one command")]
    MixedFrameworks {
        /// One framework.
        first: regreen_case::Framework,
        /// The other.
        second: regreen_case::Framework,
    },
    /// The path leads nowhere, or out of the repository.
    #[error("there is no test file `{0}` in the repository")]
    NoSuchTest(String),
    /// No adapter knows the file.
    #[error("`{0}` is not a test of a known framework that can be run here")]
    UnknownFramework(String),
    /// The framework's program is not here.
    #[error("{tool} was not found: {detail}")]
    MissingTool {
        /// The program.
        tool: &'static str,
        /// Where it was looked for.
        detail: String,
    },
    /// A command of a document that must not be run.
    #[error("the test command cannot be run: {0}")]
    BadCommand(String),
    /// A regular expression that is none, or has no number to give.
    #[error("the metric `{pattern}` is not a usable regular expression: {detail}")]
    BadMetric {
        /// As given.
        pattern: String,
        /// What is wrong.
        detail: String,
    },
    /// What is said about a command's results cannot be used.
    #[error("the results of a command cannot be found by `{pattern}`: {detail}")]
    BadResults {
        /// As given.
        pattern: String,
        /// What is wrong.
        detail: String,
    },
    /// The file system refused.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A process could not be run.
    #[error(transparent)]
    Supervise(#[from] SuperviseError),
    /// A worktree or patch could not be handled.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// Somebody stopped the run.
    #[error("stopped while tests were running")]
    Cancelled,
}

impl ProofError {
    /// 2 for bad input, 3 for the environment, 130 when cancelled (callers that know the signal use
    /// the cancel handle's own code).
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            ProofError::NoTargets
            | ProofError::MixedFrameworks { .. }
            | ProofError::NoSuchTest(_)
            | ProofError::UnknownFramework(_)
            | ProofError::BadMetric { .. }
            | ProofError::BadResults { .. } => 2,
            ProofError::BadCommand(_) => 4,
            ProofError::MissingTool { .. } | ProofError::Io { .. } => 3,
            ProofError::Supervise(error) => error.exit_code(),
            ProofError::Workspace(error) => error.exit_code(),
            ProofError::Cancelled => 130,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            ProofError::NoTargets => "name a test with --existing-test-path".to_owned(),
            ProofError::MixedFrameworks { .. } => "run one case per framework".to_owned(),
            ProofError::NoSuchTest(_) => {
                "give the path relative to the repository's root, e.g. tests/test_x.py::test_a".to_owned()
            }
            ProofError::UnknownFramework(_) => {
                "name a file of tests such as tests/test_x.py, src/lib.rs, pkg/x_test.go, src/x.test.ts, spec/x_spec.rb or src/test/java/XTest.java".to_owned()
            }
            ProofError::MissingTool { tool: "pytest", .. } => {
                "install pytest into the project's .venv, or activate the environment that has it".to_owned()
            }
            ProofError::MissingTool { tool: tool @ ("jest" | "vitest" | "mocha"), .. } => {
                format!("install the project's packages, {tool} among them (npm ci, yarn, pnpm install)")
            }
            ProofError::MissingTool { tool, .. } => format!("install {tool} and put it on PATH"),
            ProofError::BadCommand(_) => "run `reproduce` again: it writes the command".to_owned(),
            ProofError::BadMetric { .. } => {
                "give an expression whose first group is a number, e.g. 'took ([0-9.]+) ms'".to_owned()
            }
            ProofError::BadResults { .. } => {
                "give a path like 'build/**/TEST-*.xml', or '(?P<outcome>ok|not ok) (?P<test>.+)'".to_owned()
            }
            ProofError::Io { .. } => "check permissions and free space".to_owned(),
            ProofError::Supervise(error) => return error.hint(),
            ProofError::Workspace(error) => return error.hint(),
            ProofError::Cancelled => return None,
        })
    }

    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| ProofError::Io { action, path, source }
    }
}

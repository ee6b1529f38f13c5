//! What is asked of a tool that complains about files, and the registry of them.

use regreen_case::{Diagnostic, FailedTest};
use regreen_supervise::End;

use super::cargo::Cargo;
use super::edit::Edit;
use super::gofmt::Gofmt;
use super::report::Report;
use crate::project::Project;

/// Who installs a tool, and so where its program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// In the project's Python environment, else on the machine.
    Python,
    /// On the machine, with cargo's build directory.
    Cargo,
    /// With Go: on the machine, else beside the program `go`.
    Go,
    /// Among the project's packages.
    Node {
        package: &'static str,
        /// Its program within `node_modules`, as people call it with `node`.
        entry: &'static str,
    },
}

/// What CI's log says of a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    /// The rule, where the log names it.
    pub(super) rule: Option<String>,
    pub(super) message: String,
}

impl Claim {
    pub(super) fn of_rule(rule: &str) -> Self {
        Claim { rule: Some(rule.to_owned()), message: String::new() }
    }
}

/// How a tool repairs a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Offer {
    /// By a run of its own, with [`FILE`] for the path of the file.
    Run(Vec<String>),
    /// Its report says what to write; see [`Tool::edits`].
    Edits,
    /// A program of ours asks it what to write, through its package.
    Script {
        text: &'static str,
        /// Words behind the package, the file and the rule.
        arguments: Vec<String>,
    },
}

/// What a run of a tool left behind.
pub(super) struct Printed<'a> {
    /// Output of [`Tool::listing`].
    pub(super) listed: &'a str,
    /// Output of the run that counts.
    pub(super) printed: &'a str,
    /// Files that it was given by name.
    pub(super) given: &'a [String],
    pub(super) end: End,
}

impl Printed<'_> {
    /// Whether it ended with one of these codes, and with which.
    pub(super) fn ended_with(&self, codes: &[i32]) -> Result<(), String> {
        match self.end {
            End::Exited(code) if codes.contains(&code) => Ok(()),
            end => {
                let last = self.printed.lines().map(str::trim).rfind(|line| !line.is_empty());
                let said = last.map_or(String::new(), |line| format!(": {line}"));
                Err(format!("the tool itself failed with {}{said}", crate::counted::describe(end)))
            }
        }
    }
}

/// A tool that complains about files.
pub(super) trait Tool: Sync {
    /// What it is called in ids and reports: `ruff check`.
    fn name(&self) -> &'static str;

    /// Name of its program.
    fn program(&self) -> &'static str;

    /// Who installs it.
    fn home(&self) -> Home;

    /// Index of the first argument, when these words behind the program's name are such a check.
    fn arguments(&self, words: &[String]) -> Option<usize>;

    /// The words of the check as people write them, without what changes files or how it prints.
    fn plain(&self, arguments: &[String]) -> Vec<String>;

    /// Whether it is this tool that failed only when CI's log shows a complaint of its own.
    fn needs_claim(&self) -> bool {
        false
    }

    /// Words for the run that counts.
    fn counted(&self, arguments: &[String]) -> Vec<String>;

    /// Words for a run that lists what the check looks at, when the run that counts does not say it.
    fn listing(&self, _arguments: &[String]) -> Option<Vec<String>> {
        None
    }

    /// Files that the run that counts is given, for a tool that does not say what it looks at.
    fn files(&self, _arguments: &[String], _project: &Project, _cwd: &str) -> Option<Vec<String>> {
        None
    }

    /// Whether it may end with exit code 0 although it complains.
    fn ends_well_when_red(&self) -> bool {
        false
    }

    /// What the run says: which files it looked at, and what it complained about.
    ///
    /// # Errors
    /// In words, when the tool did not do its work or contradicts itself.
    fn read(&self, printed: &Printed<'_>) -> Result<Report, String>;

    /// A complaint in CI's log, when it is this tool's.
    fn claims(&self, complaint: &Diagnostic) -> Option<Claim>;

    /// The file that its complaints are about, where CI's log need not name it.
    fn file_of_claims(&self) -> Option<&'static str> {
        None
    }

    /// How it repairs this one complaint, where it may have a fix that it calls safe.
    fn fix(&self, arguments: &[String], complaint: &FailedTest) -> Option<Offer>;

    /// What a run that counts says to write for a rule that a file breaks; only what the tool calls safe.
    fn edits(&self, _printed: &str, _rule: &str, _is_its_file: &dyn Fn(&str) -> bool) -> Vec<Edit> {
        Vec::new()
    }
}

/// Stands for the path of the file that a fix is for.
pub(super) const FILE: &str = "{file}";

/// All tools.
#[rustfmt::skip]
pub(super) const TOOLS: &[&dyn Tool] = &[
    &super::ruff::Check,
    &super::ruff::Format,
    &super::rustfmt::Rustfmt,
    &Cargo { name: "cargo clippy", verbs: &["clippy"], only: &[] },
    &Cargo { name: "cargo check", verbs: &["check", "c"], only: &[] },
    &Cargo { name: "cargo build", verbs: &["build", "b"], only: &[] },
    &Cargo { name: "cargo test --no-run", verbs: &["test", "t"], only: &["--no-run"] },
    &super::cargo_lock::CargoLock,
    &super::eslint::Eslint,
    &super::prettier::Prettier,
    &super::tsc::Tsc,
    &Gofmt("gofmt"),
    &Gofmt("goimports"),
    &super::clang_format::ClangFormat,
];

/// The arguments without these options; `true` says that a value follows.
pub(super) fn without(arguments: &[String], options: &[(&str, bool)]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let (name, joined) = word.split_once('=').map_or((word.as_str(), false), |(name, _)| (name, true));
        match options.iter().find(|(option, _)| *option == name) {
            Some((_, true)) if !joined => {
                let _ = words.next();
            }
            Some(_) => {}
            None => kept.push(word.clone()),
        }
    }
    kept
}

/// The command among the words behind a program's name, and where it stands: behind options and a toolchain.
pub(super) fn command(words: &[String]) -> Option<(usize, &str)> {
    let at = words.iter().position(|word| !word.starts_with(['-', '+']))?;
    Some((at, words[at].as_str()))
}

/// Words as owned strings.
pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

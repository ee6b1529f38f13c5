//! What is asked of a tool that complains about files, and the registry of them.

use regreen_case::{Diagnostic, FailedTest};
use regreen_supervise::End;

use super::report::Report;

/// Who installs a tool, and so where its program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// In the project's Python environment, else on the machine.
    Python,
    /// On the machine, with cargo's build directory.
    Cargo,
}

/// What a run of a tool left behind.
pub(super) struct Printed<'a> {
    /// Output of [`Tool::listing`].
    pub(super) listed: &'a str,
    /// Output of the run that counts.
    pub(super) printed: &'a str,
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

    /// Words for the run that counts.
    fn counted(&self, arguments: &[String]) -> Vec<String>;

    /// Words for a run that lists what the check looks at, when the run that counts does not say it.
    fn listing(&self, _arguments: &[String]) -> Option<Vec<String>> {
        None
    }

    /// What the run says: which files it looked at, and what it complained about.
    ///
    /// # Errors
    /// In words, when the tool did not do its work or contradicts itself.
    fn read(&self, printed: &Printed<'_>) -> Result<Report, String>;

    /// The rule of a complaint in CI's log, when it is this tool's.
    fn claims(&self, complaint: &Diagnostic) -> Option<String>;

    /// Words for a run that repairs this one complaint, with [`FILE`] for the path of its file, where the tool
    /// has a fix that it calls safe.
    fn fix(&self, arguments: &[String], complaint: &FailedTest) -> Option<Vec<String>>;
}

/// Stands for the path of the file that a fix is for.
pub(super) const FILE: &str = "{file}";

/// All tools.
pub(super) const TOOLS: &[&dyn Tool] = &[&super::ruff::Check, &super::ruff::Format, &super::rustfmt::Rustfmt];

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

/// Words as owned strings.
pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

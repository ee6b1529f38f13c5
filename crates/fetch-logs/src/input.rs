//! The raw input, as it comes from info.json or from the options, before anybody judged it.

use std::path::PathBuf;

/// What the user gave. Texts are as given; blanks count as absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawInput {
    /// What to do.
    pub prompt: Option<String>,
    /// Whether the failure happens every time.
    pub deterministic: Option<bool>,
    /// A CI run.
    pub url: Option<String>,
    /// Logs: text, a path, or `-`.
    pub raw_logs: Option<String>,
    /// Folder that a path of the logs is relative to, beside the working directory.
    pub beside: Option<PathBuf>,
    /// Reports of test runners: files, folders, zips.
    pub reports: Vec<PathBuf>,
    /// A test that exists.
    pub existing_test_path: Option<String>,
    /// Regular expression of the number to improve.
    pub metric: Option<String>,
    /// What the number has to reach.
    pub target: Option<String>,
    /// Time limits of the phases that follow: reproduce, implement-fix, verify-stress.
    pub limits: [Option<String>; 3],
}

impl RawInput {
    /// The input with what `options` give instead: options are the more deliberate word.
    #[must_use]
    pub fn overridden_by(self, options: RawInput) -> RawInput {
        let [one, two, three] = self.limits;
        let [other_one, other_two, other_three] = options.limits;
        RawInput {
            prompt: given(options.prompt).or(self.prompt),
            deterministic: options.deterministic.or(self.deterministic),
            url: given(options.url).or(self.url),
            beside: if options.raw_logs.is_some() { options.beside } else { self.beside },
            raw_logs: given(options.raw_logs).or(self.raw_logs),
            reports: if options.reports.is_empty() { self.reports } else { options.reports },
            existing_test_path: given(options.existing_test_path).or(self.existing_test_path),
            metric: given(options.metric).or(self.metric),
            target: given(options.target).or(self.target),
            limits: [given(other_one).or(one), given(other_two).or(two), given(other_three).or(three)],
        }
    }
}

/// The text, if it says anything.
pub(crate) fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

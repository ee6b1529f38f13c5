//! What a framework says about one failed test, and its form in the document.

use regreen_case::{ContainerRole, FailedContainer, FailedTest, Frame, Framework, LogPosition, Signature};

use crate::text::clip;

/// Longest message kept.
const MAX_MESSAGE: usize = 4096;
/// Most frames kept of one stack.
const MAX_FRAMES: usize = 64;
/// Longest id kept.
const MAX_ID: usize = 1024;

/// What a framework says about one failed test.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Found {
    /// Id as printed.
    pub(crate) id: String,
    /// Cargo target, go package.
    pub(crate) suite: Option<String>,
    /// File of the test or failure.
    pub(crate) file: Option<String>,
    /// Line in it.
    pub(crate) line: Option<u32>,
    /// Kind of error; empty when nothing better is printed.
    pub(crate) kind: String,
    /// Message.
    pub(crate) message: String,
    /// Stack, innermost last.
    pub(crate) frames: Vec<Frame>,
    /// What the signature takes for the place. Only what every run of the framework prints alike.
    pub(crate) place: Option<String>,
    /// Where it stands.
    pub(crate) at: u64,
    /// Where the line that explains it stands; 0 where that is `at`.
    pub(crate) cause_at: u64,
    /// The raw lines.
    pub(crate) block: String,
    /// What the name stands for when it is no test: kept apart and not counted.
    pub(crate) role: Option<ContainerRole>,
}

impl Found {
    /// The document's form. `case_path` is `None` for local output, which has no place in the case.
    pub(crate) fn into_test(self, framework: Framework, case_path: Option<&str>) -> FailedTest {
        let kind = if self.kind.is_empty() { "failure".to_owned() } else { clip(&self.kind, 200) };
        let id = clip(&self.id, MAX_ID);
        let message = clip(self.message.trim(), MAX_MESSAGE);
        let signature = Signature::new(Some(framework), Some(&id), &kind, &message, self.place.as_deref());
        let skipped = self.frames.len().saturating_sub(MAX_FRAMES);
        FailedTest {
            framework,
            file: self.file,
            line: self.line,
            kind,
            message,
            frames: self.frames.into_iter().skip(skipped).collect(),
            log: case_path.map(|path| LogPosition { path: path.to_owned(), line: self.at }),
            suite: self.suite,
            signature,
            id,
        }
    }

    /// The document's form of what is no test.
    pub(crate) fn into_container(
        self,
        framework: Framework,
        role: ContainerRole,
        case_path: &str,
    ) -> FailedContainer {
        let message = clip(self.message.trim().lines().next().unwrap_or_default(), 500);
        let log = Some(LogPosition { path: case_path.to_owned(), line: self.at });
        FailedContainer { id: clip(&self.id, MAX_ID), framework, role, message, log }
    }

    /// Where the line that explains it stands.
    pub(crate) fn explained_at(&self) -> u64 {
        if self.cause_at == 0 { self.at } else { self.cause_at }
    }
}

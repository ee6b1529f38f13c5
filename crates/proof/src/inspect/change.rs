//! What a patch does to one file, as the rules look at it.

use regreen_case::{Framework, TestTarget};
use regreen_workspace::{BaseFiles, FileChange, Patch, apply_in_memory};

use crate::adapter::{Role, adapter};

/// Languages with rules of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Rust,
    Go,
    Other,
}

/// One changed file.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    pub(crate) path: &'a str,
    pub(crate) file: &'a FileChange,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    /// Added lines with their number in the new file; comments and blank lines are left out.
    pub(crate) added: Vec<(u32, String)>,
    /// Removed lines with their number in the old file.
    pub(crate) removed: Vec<(u32, String)>,
    pub(crate) role: Option<Role>,
    pub(crate) protected: bool,
    pub(crate) language: Language,
    /// Telling literals of the tests in question.
    pub(crate) literals: &'a [String],
}

impl<'a> Change<'a> {
    pub(crate) fn new(
        patch: &Patch,
        file: &'a FileChange,
        base: &dyn Fn(&str) -> Option<Vec<u8>>,
        protected: &[String],
        targets: &[TestTarget],
        literals: &'a [String],
    ) -> Self {
        let path = file.path();
        let before = file.old_path.as_deref().and_then(base);
        let after = after(patch, file, before.as_deref());
        let language = match path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("py" | "pyi") => Language::Python,
            Some("rs") => Language::Rust,
            Some("go") => Language::Go,
            _ => Language::Other,
        };
        let lines = |wanted: char| {
            file.hunks
                .iter()
                .flat_map(|hunk| hunk.numbered_lines())
                .filter(|(_, origin, text)| *origin == wanted && is_code(text, language))
                .map(|(number, _, text)| (number, text.to_owned()))
                .collect()
        };
        let role = frameworks(targets)
            .filter_map(|framework| file.paths().find_map(|path| adapter(framework).role(path)))
            .next();
        let text = |bytes: Option<Vec<u8>>| bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Change {
            path,
            file,
            added: lines('+'),
            removed: lines('-'),
            role,
            protected: file.paths().any(|path| protected.iter().any(|one| one == path)),
            language,
            literals,
            before: text(before),
            after: text(after),
        }
    }

    /// Whether the file is one that judges, not one that is judged.
    pub(crate) fn judges(&self) -> bool {
        self.protected || matches!(self.role, Some(Role::Tests | Role::Configuration))
    }

    /// The number of the first changed line.
    pub(crate) fn first_line(&self) -> Option<u32> {
        self.added.first().or(self.removed.first()).map(|(number, _)| *number)
    }
}

/// All frameworks, those of the targets first: a patch may tamper with the tests of another one.
fn frameworks(targets: &[TestTarget]) -> impl Iterator<Item = Framework> {
    let all = [Framework::Pytest, Framework::CargoTest, Framework::GoTest, Framework::Generic];
    let own: Vec<Framework> = targets.iter().map(|target| target.framework).collect();
    let rest: Vec<Framework> = all.into_iter().filter(|framework| !own.contains(framework)).collect();
    own.into_iter().chain(rest)
}

/// The file as the patch leaves it.
fn after(patch: &Patch, file: &FileChange, before: Option<&[u8]>) -> Option<Vec<u8>> {
    let new_path = file.new_path.as_deref()?;
    let others: Vec<&str> =
        patch.files().iter().filter(|other| *other != file).flat_map(FileChange::paths).collect();
    let alone = patch.without(&others);
    let mut files = BaseFiles::new();
    if let (Some(old_path), Some(before)) = (file.old_path.as_deref(), before) {
        files.insert(old_path.to_owned(), (file.old_mode.unwrap_or(0o100_644), before.to_vec()));
    }
    let mut changed = apply_in_memory(&files, &alone).ok()?;
    changed.remove(new_path)?.map(|(_, bytes)| bytes)
}

/// Neither blank nor only a comment.
fn is_code(text: &str, language: Language) -> bool {
    let text = text.trim();
    let comment = match language {
        Language::Rust | Language::Go => text.starts_with("//"),
        Language::Python => text.starts_with('#'),
        Language::Other => false,
    };
    !text.is_empty() && !comment
}

//! What a patch does to one file, as the rules look at it.

use regreen_case::{Framework, TestTarget};
use regreen_workspace::{BaseFiles, FileChange, Patch, apply_in_memory};

use crate::adapter::{Role, adapter, adapters};

pub(crate) use super::language::Language;
use super::language::{Line, lines};

/// One changed file.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    pub(crate) path: &'a str,
    pub(crate) file: &'a FileChange,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    /// What the code said before, without comments and without the tests inside it.
    pub(crate) known: String,
    /// Added lines with their number in the new file, without comments; blank ones are left out.
    pub(crate) added: Vec<(u32, String)>,
    /// Removed lines with their number in the old file, likewise.
    pub(crate) removed: Vec<(u32, String)>,
    /// Every line of the new file.
    pub(crate) lines: Vec<Line>,
    pub(crate) role: Option<Role>,
    pub(crate) protected: bool,
    /// Whether a test in question lies in it.
    pub(crate) is_targets: bool,
    pub(crate) language: Language,
    /// Whether it is a check of files that decides, not a test.
    pub(crate) checks: bool,
    /// Whether the whole patch does nothing to the code but wait longer.
    pub(crate) only_waits: bool,
    /// What the tests in question say.
    pub(crate) literals: &'a super::literals::Literals,
}

/// What all changes of a patch are looked at with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) patch: &'a Patch,
    pub(crate) protected: &'a [String],
    pub(crate) targets: &'a [TestTarget],
    pub(crate) literals: &'a super::literals::Literals,
}

impl<'a> Change<'a> {
    pub(crate) fn new(
        scene: &Scene<'a>,
        file: &'a FileChange,
        base: &dyn Fn(&str) -> Option<Vec<u8>>,
    ) -> Self {
        let path = file.path();
        let before = file.old_path.as_deref().and_then(base);
        let after = after(scene.patch, file, before.as_deref());
        let text = |bytes: Option<Vec<u8>>| bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let (before, after) = (text(before), text(after));
        let language = Language::of(path);
        let now = after.as_deref().map(|text| lines(language, text)).unwrap_or_default();
        let old = before.as_deref().map(|text| lines(language, text)).unwrap_or_default();
        let role = role(path, scene.targets)
            .or_else(|| file.old_path.as_deref().and_then(|path| role(path, scene.targets)));
        Change {
            path,
            file,
            known: known(language, before.as_deref().unwrap_or_default(), &old),
            added: changed(file, '+', &now, language),
            removed: changed(file, '-', &old, language),
            lines: now,
            role,
            protected: file.paths().any(|path| scene.protected.iter().any(|one| one == path)),
            is_targets: scene
                .targets
                .iter()
                .filter_map(file_of)
                .any(|one| file.paths().any(|path| path == one)),
            language,
            checks: scene.targets.iter().any(|target| target.framework == Framework::Checker),
            only_waits: false,
            literals: scene.literals,
            before,
            after,
        }
    }

    /// Whether the file is one that judges, not one that is judged.
    pub(crate) fn judges(&self) -> bool {
        match self.role {
            // Of these only a part judges.
            Some(Role::PartlyConfiguration) => false,
            Some(Role::Tests | Role::Configuration) => true,
            None => self.protected,
        }
    }

    /// Whether it is code that the tests judge.
    pub(crate) fn is_judged_code(&self) -> bool {
        self.language.is_code() && !self.judges()
    }

    /// The number of the first changed line.
    pub(crate) fn first_line(&self) -> Option<u32> {
        self.added.first().or(self.removed.first()).map(|(number, _)| *number)
    }

    /// A line of the new file without what strings say.
    pub(crate) fn bare(&self, number: u32) -> &str {
        let line = usize::try_from(number).ok().and_then(|number| self.lines.get(number.checked_sub(1)?));
        line.map_or("", |line| line.bare.as_str())
    }

    /// Whether a line of the new file was added.
    pub(crate) fn is_added(&self, number: u32) -> bool {
        self.added.binary_search_by_key(&number, |(number, _)| *number).is_ok()
    }

    /// Last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }
}

fn known(language: Language, before: &str, lines: &[Line]) -> String {
    let inside = super::syntax::tests(language, before);
    let is_test = |number: usize| {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        language == Language::Rust && inside.iter().any(|item| (item.line..=item.end).contains(&number))
    };
    let code = lines.iter().enumerate().filter(|(index, _)| !is_test(index + 1));
    code.map(|(_, line)| line.code.as_str()).collect::<Vec<_>>().join("\n")
}

/// The file of a target.
pub(crate) fn file_of(target: &TestTarget) -> Option<&str> {
    target.file.as_deref().or_else(|| target.id.split("::").next()).filter(|file| !file.is_empty())
}

/// The part a path plays in judging, whatever the framework: a patch may tamper with the tests of
/// another one. The frameworks of the targets are asked first.
fn role(path: &str, targets: &[TestTarget]) -> Option<Role> {
    let own = targets.iter().map(|target| target.framework);
    let rest = adapters().map(|adapter| adapter.framework()).filter(|one| *one != Framework::Generic);
    let roles: Vec<Role> = own.chain(rest).filter_map(|framework| adapter(framework).role(path)).collect();
    // What configures tests for one of them is no mere data of another.
    let configures = |role: &&Role| **role != Role::Tests;
    let known = roles.iter().find(configures).copied().or_else(|| super::judging::role(path));
    known.or(roles.first().copied()).or_else(|| adapter(Framework::Generic).role(path))
}

/// Added or removed lines that hold code.
fn changed(file: &FileChange, wanted: char, lines: &[Line], language: Language) -> Vec<(u32, String)> {
    let code = |number: u32, text: &str| {
        let line = usize::try_from(number).ok().and_then(|number| lines.get(number.checked_sub(1)?));
        match line {
            Some(line) => line.code.clone(),
            // The file as a whole is not known here: by the line alone.
            None => super::language::lines(language, text).pop().unwrap_or_default().code,
        }
    };
    file.hunks
        .iter()
        .flat_map(|hunk| hunk.numbered_lines())
        .filter(|(_, origin, _)| *origin == wanted)
        .map(|(number, _, text)| (number, code(number, text)))
        .filter(|(_, code)| !code.trim().is_empty())
        .collect()
}

/// The file as the patch leaves it.
pub(crate) fn after(patch: &Patch, file: &FileChange, before: Option<&[u8]>) -> Option<Vec<u8>> {
    let new_path = file.new_path.as_deref()?;
    let alone = patch.only(file);
    let mut files = BaseFiles::new();
    if let (Some(old_path), Some(before)) = (file.old_path.as_deref(), before) {
        files.insert(old_path.to_owned(), (file.old_mode.unwrap_or(0o100_644), before.to_vec()));
    }
    let mut changed = apply_in_memory(&files, &alone).ok()?;
    changed.remove(new_path)?.map(|(_, bytes)| bytes)
}

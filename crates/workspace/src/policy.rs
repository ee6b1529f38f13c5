//! What a patch may not do, whoever wrote it.
//!
//! The rules look at the patch alone, from its bytes. What they refuse is refused by name and reason,
//! all of it at once.

use crate::glob::Glob;
use crate::patch::{ChangeKind, FileChange, Patch};

/// Paths that decide over what runs, who reviews and what agents are told: a fix has no business there.
const PROTECTED: &[&str] = &[
    // Every directory at the top whose name begins with a dot: `.github`, `.circleci`, `.husky`, …
    ".*/**",
    "**/.github/**",
    ".gitlab-ci.yml",
    ".travis.yml",
    "appveyor.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "Jenkinsfile",
    "**/CODEOWNERS",
    "**/.gitattributes",
    "**/.gitmodules",
    "**/.pre-commit-config.yaml",
    "**/AGENTS.md",
    "**/CLAUDE.md",
    "**/GEMINI.md",
];

/// Limits and protected paths for patches.
#[derive(Debug, Clone)]
pub struct PatchPolicy {
    /// Most files a patch may change.
    pub max_files: usize,
    /// Most bytes a patch may have.
    pub max_bytes: usize,
    /// Globs of paths that may not be changed.
    pub protected: Vec<String>,
    /// Globs of protected paths that may be changed after all.
    pub allow: Vec<String>,
}

impl Default for PatchPolicy {
    fn default() -> Self {
        PatchPolicy {
            max_files: 100,
            max_bytes: 4 * 1024 * 1024,
            protected: PROTECTED.iter().map(|&glob| glob.to_owned()).collect(),
            allow: Vec::new(),
        }
    }
}

/// The rule that a patch breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Nothing to publish.
    Empty,
    /// Too many files.
    TooManyFiles,
    /// Too many bytes.
    TooLarge,
    /// A path that leads out of the tree, into `.git`, or is no plain name.
    Path,
    /// A symbolic link.
    Symlink,
    /// A submodule.
    Submodule,
    /// A changed file mode, or a mode that git does not know.
    Mode,
    /// Binary content.
    Binary,
    /// A protected path.
    Protected,
}

/// One reason against a patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule.
    pub rule: Rule,
    /// The file, when it is about one.
    pub path: Option<String>,
    /// The reason in words.
    pub reason: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}: {}", path.escape_debug(), self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl PatchPolicy {
    /// Everything that speaks against the patch; empty when nothing does.
    #[must_use]
    pub fn check(&self, patch: &Patch) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let mut whole = |rule, reason: String| refusals.push(Refusal { rule, path: None, reason });
        if patch.is_empty() {
            whole(Rule::Empty, "the patch changes nothing".to_owned());
        }
        if patch.files().len() > self.max_files {
            let count = patch.files().len();
            whole(Rule::TooManyFiles, format!("it changes {count} files, at most {} may", self.max_files));
        }
        if patch.bytes().len() > self.max_bytes {
            let size = patch.bytes().len();
            whole(Rule::TooLarge, format!("it has {size} bytes, at most {} are allowed", self.max_bytes));
        }
        let protected: Vec<Glob> = self.protected.iter().map(|glob| Glob::new(glob)).collect();
        let allowed: Vec<Glob> = self.allow.iter().map(|glob| Glob::new(glob)).collect();
        for file in patch.files() {
            for path in file.paths() {
                let refuse = |rule, reason| Refusal { rule, path: Some(path.to_owned()), reason };
                if let Some(problem) = path_problem(path) {
                    refusals.push(refuse(Rule::Path, problem));
                } else if let Some(glob) = protected.iter().find(|glob| glob.matches(path))
                    && !allowed.iter().any(|glob| glob.matches(path))
                {
                    let reason = format!("protected by `{}`", glob.pattern());
                    refusals.push(refuse(Rule::Protected, reason));
                }
            }
            refusals.extend(content_problems(file));
        }
        refusals
    }
}

fn content_problems(file: &FileChange) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut refuse = |rule, reason: String| {
        refusals.push(Refusal { rule, path: Some(file.path().to_owned()), reason });
    };
    for mode in [file.old_mode, file.new_mode].into_iter().flatten() {
        match mode {
            0o100_644 | 0o100_755 => continue,
            0o120_000 => refuse(Rule::Symlink, "it is a symbolic link".to_owned()),
            0o160_000 => refuse(Rule::Submodule, "it is a submodule".to_owned()),
            other => refuse(Rule::Mode, format!("its mode {other:o} is none that git writes")),
        }
        break;
    }
    if let (Some(old), Some(new)) = (file.old_mode, file.new_mode)
        && old != new
    {
        refuse(Rule::Mode, format!("its mode changes from {old:o} to {new:o}"));
    }
    if file.kind == ChangeKind::Added && file.new_mode.is_none() {
        refuse(Rule::Mode, "it is new but has no mode".to_owned());
    }
    if file.binary {
        refuse(Rule::Binary, "it is binary".to_owned());
    }
    refusals
}

/// What is wrong with a path of a patch: absolute, leading out, into `.git` in any spelling that some
/// file system takes for it, or not a plain name.
#[must_use]
pub fn path_problem(path: &str) -> Option<String> {
    if path.is_empty() || path.len() > 4096 {
        return Some("a path must have between 1 and 4096 bytes".to_owned());
    }
    if path.starts_with('/') {
        return Some("the path is absolute".to_owned());
    }
    if path.chars().any(|c| c.is_control() || c == '\\') {
        return Some("the path holds a control character or a backslash".to_owned());
    }
    path.split('/').find_map(|part| match part {
        "" => Some("the path has an empty part".to_owned()),
        "." | ".." => Some("the path leads out of the tree".to_owned()),
        part if is_dot_git(part) => Some("the path leads into .git".to_owned()),
        _ => None,
    })
}

/// Whether some file system takes `part` for `.git`: case-insensitive ones, HFS+ (ignores some
/// characters), NTFS (ignores trailing dots and blanks, knows short names and streams).
fn is_dot_git(part: &str) -> bool {
    let ignored = |c: char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let plain: String = part.chars().filter(|c| !ignored(*c)).flat_map(char::to_lowercase).collect();
    let plain = plain.split(':').next().unwrap_or_default().trim_end_matches(['.', ' ']);
    matches!(plain, ".git" | "git~1")
}

#[cfg(test)]
mod tests;

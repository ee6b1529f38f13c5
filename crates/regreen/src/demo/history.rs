//! The project's own history: real commits with fixed names and dates, so that two demos of the
//! same bug have the same commits.

use std::fs;
use std::path::Path;

use super::bug::Bug;
use super::error::DemoError;
use super::shell;

/// Who wrote the project, in turn.
const AUTHORS: [(&str, &str); 2] =
    [("Ada Demo", "ada@example.invalid"), ("Grace Demo", "grace@example.invalid")];

/// Makes the repository; the commit with the bug.
pub(crate) fn make(bug: &Bug, project: &Path) -> Result<String, DemoError> {
    fs::create_dir_all(project).map_err(|source| io("create", project, source))?;
    git(project, 0, &["init", "--quiet", "--initial-branch=main"])?;
    for (index, commit) in bug.commits.iter().enumerate() {
        for (path, text) in &commit.files {
            let path = project.join(path);
            let folder = path.parent().unwrap_or(project);
            fs::create_dir_all(folder).map_err(|source| io("create", folder, source))?;
            fs::write(&path, text).map_err(|source| io("write", &path, source))?;
        }
        git(project, index, &["add", "--all"])?;
        git(project, index, &["commit", "--quiet", "--no-verify", "--message", &commit.message])?;
    }
    git(project, 0, &["rev-parse", "HEAD"])
}

fn git(project: &Path, index: usize, arguments: &[&str]) -> Result<String, DemoError> {
    let (name, mail) = AUTHORS[index % AUTHORS.len()];
    let date = format!("2026-02-{:02}T09:30:00Z", index % 27 + 1);
    let mut argv = vec!["git", "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false"];
    argv.extend_from_slice(arguments);
    let mut command = shell::command(&argv, project);
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), name);
        command.env(format!("GIT_{role}_EMAIL"), mail);
        command.env(format!("GIT_{role}_DATE"), &date);
    }
    shell::checked(&mut command)
}

fn io(action: &'static str, path: &Path, source: std::io::Error) -> DemoError {
    DemoError::Io { action, path: path.to_owned(), source }
}

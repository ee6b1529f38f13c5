//! How a build tool would have started the programs of tests that it built, noted by a script that it takes for its runner.
//!
//! Promise: the script starts nothing. What it notes is read with bounds: code that runs while the project is built could
//! have written there.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use regreen_supervise::Environment;

use crate::adapter::left_file;
use crate::error::ProofError;

/// Where the notes go, in the channel.
const NOTES: &str = "starts";
/// A copy of the program, among the notes on it.
const PROGRAM: &str = "program";
const KEPT: &str = "kept";
/// More programs are not looked at.
const MOST: usize = 200;
/// Arguments and variables of one program.
const MOST_BYTES: u64 = 2 * 1024 * 1024;

/// How a program of tests is started.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(crate) argv: Vec<String>,
    pub(crate) cwd: PathBuf,
    pub(crate) env: Environment,
    /// A copy of the folder that one of its arguments named.
    pub(crate) kept: Option<PathBuf>,
}

/// What is kept of what a build tool takes away at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    Nothing,
    /// The program.
    Program,
    /// The folder that an argument names.
    Folder,
}

/// Lays out the script as `name`; gives its path.
pub(super) fn lay_out(channel: &Path, name: &str, keep: Keep) -> Result<PathBuf, ProofError> {
    let notes = channel.join(NOTES);
    std::fs::create_dir_all(&notes).map_err(ProofError::io("create", &notes))?;
    let place = format!("'{}'/$$", notes.display().to_string().replace('\'', r"'\''"));
    let copy = match keep {
        Keep::Nothing => String::new(),
        Keep::Program => format!(" && cp \"$1\" {place}/{PROGRAM}"),
        Keep::Folder => {
            format!("\nfor word; do if [ -d \"$word\" ]; then cp -R \"$word\" {place}/{KEPT}; fi; done")
        }
    };
    let script = format!(
        "#!/bin/sh\nmkdir {place} && pwd -P >{place}/folder && env -0 >{place}/variables \
         && printf '%s\\0' \"$@\" >{place}/words{copy}\n"
    );
    let path = channel.join(name);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(ProofError::io("create", folder))?;
    }
    std::fs::write(&path, script).map_err(ProofError::io("write", &path))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700))
        .map_err(ProofError::io("make executable", &path))?;
    Ok(path)
}

/// Empties the channel, except for the notes.
pub(crate) fn clear(channel: &Path) -> Result<(), ProofError> {
    for entry in std::fs::read_dir(channel).map_err(ProofError::io("read", channel))?.flatten() {
        let path = entry.path();
        if entry.file_name() == NOTES {
            continue;
        }
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let gone = if is_folder { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        gone.map_err(ProofError::io("remove", &path))?;
    }
    Ok(())
}

/// What was noted, in the order in which it would have run. Copies are moved out of the channel, where no test can write.
pub(crate) fn read(channel: &Path) -> Vec<Start> {
    let entries = std::fs::read_dir(channel.join(NOTES)).into_iter().flatten().flatten().take(MOST);
    let mut found: Vec<(Option<u64>, Start)> = entries
        .filter_map(|entry| {
            let number: Option<u64> = entry.file_name().to_str().and_then(|name| name.parse().ok());
            let mut start = start(&entry.path())?;
            let copy = channel.with_file_name(format!("{PROGRAM}-{}", number?));
            let kept = channel.with_file_name(format!("{KEPT}-{}", number?));
            start.kept = std::fs::rename(entry.path().join(KEPT), &kept).is_ok().then_some(kept);
            if std::fs::rename(entry.path().join(PROGRAM), &copy).is_ok() {
                start.argv.first_mut()?.clone_from(&copy.display().to_string());
            }
            Some((number, start))
        })
        .collect();
    found.sort_by_key(|(number, _)| *number);
    found.into_iter().map(|(_, start)| start).collect()
}

fn start(note: &Path) -> Option<Start> {
    let parts = |name: &str| -> Option<Vec<Vec<u8>>> {
        let bytes = left_file::bytes(&note.join(name), MOST_BYTES).ok()?;
        let bytes = bytes.strip_suffix(&[0])?;
        Some(bytes.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect())
    };
    let argv = parts("words")?.into_iter().map(String::from_utf8).collect::<Result<_, _>>().ok()?;
    let folder = left_file::bytes(&note.join("folder"), MOST_BYTES).ok()?;
    let cwd = PathBuf::from(OsString::from_vec(folder.strip_suffix(b"\n")?.to_vec()));
    let mut env = Environment::empty();
    for variable in parts("variables")? {
        let at = variable.iter().position(|byte| *byte == b'=')?;
        let (name, value) = (variable[..at].to_vec(), variable[at + 1..].to_vec());
        env.set(OsString::from_vec(name), OsString::from_vec(value));
    }
    Some(Start { argv, cwd, env, kept: None })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_would_have_been_started_is_noted_word_by_word() {
        let folder = tempfile::tempdir().unwrap();
        let channel = folder.path().join("it's a channel");
        std::fs::create_dir(&channel).unwrap();
        let script = lay_out(&channel, "bin/note", Keep::Nothing).unwrap();
        for program in ["/bin/false", "/bin/echo"] {
            let words = [program, "two words", "", "line\nbreak"];
            let mut call = Command::new(&script);
            call.args(words).current_dir(folder.path()).env("WITH", "a=b\nc");
            assert!(call.output().unwrap().stdout.is_empty(), "nothing is started");
            let noted = read(&channel);
            let start = noted.iter().find(|start| start.argv[0] == program).unwrap();
            assert_eq!(start.argv, words);
            assert_eq!(start.cwd, folder.path().canonicalize().unwrap());
            assert_eq!(start.env.get("WITH").unwrap(), "a=b\nc");
        }
        std::fs::create_dir(channel.join("left")).unwrap();
        clear(&channel).unwrap();
        assert_eq!(std::fs::read_dir(&channel).unwrap().count(), 1);
        assert_eq!(read(&channel).len(), 2);
    }

    #[test]
    fn a_program_that_is_taken_away_is_kept_where_no_test_writes() {
        let folder = tempfile::tempdir().unwrap();
        let channel = folder.path().join("channel");
        std::fs::create_dir(&channel).unwrap();
        let program = folder.path().join("passing");
        std::fs::write(&program, "of a build").unwrap();
        assert!(
            Command::new(lay_out(&channel, "note", Keep::Program).unwrap())
                .arg(&program)
                .status()
                .unwrap()
                .success()
        );
        std::fs::remove_file(&program).unwrap();
        let kept = PathBuf::from(read(&channel)[0].argv[0].clone());
        assert_eq!(std::fs::read_to_string(&kept).unwrap(), "of a build");
        assert_eq!(kept.parent(), Some(folder.path()));
    }
}

//! What carries over from one attempt of an agent to its next: a folder for what it keeps, and the session
//! that it goes on with.
//!
//! Promises: the folder is gone with its owner, and named so that the next run removes what a kill left; an
//! id comes from the agent's output, which nobody vouches for, so nothing gets on a command line but what can
//! be only a name.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use tempfile::TempDir;

use crate::AgentError;

const LONGEST_ID: usize = 128;

/// The name of a session, as the agent said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionId(String);

impl SessionId {
    /// Letters, digits and `._-`, the first of them a letter or a digit: no option, no path, no pattern.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let fits = text.len() <= LONGEST_ID
            && text.bytes().all(plain)
            && text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        fits.then(|| SessionId(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An attempt that goes on where an earlier one of the same agent ended.
#[derive(Debug, Clone, Copy)]
pub struct Resume<'a> {
    /// Its session.
    pub session: &'a SessionId,
    /// What it is told in place of the whole task, which it knows.
    pub task_file: &'a Path,
}

/// A folder in which an agent keeps its settings, its state and its sessions. Several attempts can share it.
#[derive(Debug)]
pub struct AgentFolder(TempDir);

impl AgentFolder {
    /// Makes an empty one in this folder.
    ///
    /// # Errors
    /// [`AgentError::File`].
    pub fn within(folder: &Path) -> Result<Self, AgentError> {
        let failed = |source| AgentError::File {
            action: "make a folder for the agent in",
            path: folder.to_owned(),
            source,
        };
        fs::create_dir_all(folder).map_err(failed)?;
        let made = tempfile::Builder::new().prefix(&regreen_case::owned_prefix()).tempdir_in(folder);
        made.map(AgentFolder).map_err(failed)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes the agent's settings, over those of the attempt before: each has a gateway of its own. Whatever
    /// the agent made of their place is removed, so that we do not write where a link of its leads.
    pub(crate) fn put(&self, files: &BTreeMap<String, String>) -> Result<(), AgentError> {
        let failed = |source| AgentError::File {
            action: "write the settings of the agent in",
            path: self.path().to_owned(),
            source,
        };
        for (name, text) in files {
            let mut place = self.path().to_owned();
            let mut parts = Path::new(name).components().peekable();
            while let Some(part) = parts.next() {
                place.push(part);
                let made = if parts.peek().is_some() { make_folder(&place) } else { make_file(&place, text) };
                made.map_err(failed)?;
            }
        }
        Ok(())
    }
}

fn make_folder(place: &Path) -> io::Result<()> {
    match place.symlink_metadata() {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => fs::remove_file(place)?,
        Err(_) => {}
    }
    fs::create_dir(place)
}

fn make_file(place: &Path, text: &str) -> io::Result<()> {
    match place.symlink_metadata() {
        Ok(found) if found.is_dir() => fs::remove_dir_all(place)?,
        Ok(_) => fs::remove_file(place)?,
        Err(_) => {}
    }
    fs::write(place, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_nothing_but_a_name_is_one() {
        for good in ["1ad607dc", "ses_1", "0199b2c6-1f4e-7b31-8a4c-1d2e3f405162", &"a".repeat(LONGEST_ID)] {
            assert_eq!(SessionId::read(good).unwrap().as_str(), good);
        }
        let long = "a".repeat(LONGEST_ID + 1);
        for bad in
            ["", "-1", "--last", ".", "..", "../x", "a b", "a/b", "a\nb", "a*", "ä", "$(x)", "***", &long]
        {
            assert_eq!(SessionId::read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn settings_are_written_anew_and_never_through_a_link() {
        let (folder, outside) =
            (AgentFolder::within(&std::env::temp_dir()).unwrap(), tempfile::tempdir().unwrap());
        let files = |text: &str| {
            BTreeMap::from([("a/b.json".to_owned(), text.to_owned()), ("c".to_owned(), text.to_owned())])
        };
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        folder.put(&files("1")).unwrap();
        fs::write(folder.path().join("a/kept"), "state").unwrap();
        folder.put(&files("2")).unwrap();
        assert_eq!((read("a/b.json"), read("c"), read("a/kept")), ("2".into(), "2".into(), "state".into()));
        let theirs = outside.path().join("theirs");
        fs::write(&theirs, "theirs").unwrap();
        fs::remove_dir_all(folder.path().join("a")).unwrap();
        fs::remove_file(folder.path().join("c")).unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("a")).unwrap();
        std::os::unix::fs::symlink(&theirs, folder.path().join("c")).unwrap();
        folder.put(&files("3")).unwrap();
        assert_eq!((read("a/b.json"), read("c")), ("3".into(), "3".into()));
        assert_eq!(fs::read_to_string(&theirs).unwrap(), "theirs");
        assert!(!outside.path().join("b.json").exists());
        let path = folder.path().to_owned();
        drop(folder);
        assert!(!path.exists());
    }
}

//! Whether a run left the files that judge as they were: a patch whose code writes what a test expects while
//! the test runs is no fix, and restoring the files beforehand does not see that.
//!
//! Looks at what the system keeps of a file, not at its content: what is written and put back within a run
//! shows too, for nobody without special rights can set the time of a change.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Inode, size and times of a file; `None` where there is none.
type State = Option<(u64, u64, i64, i64, i64, i64)>;

/// The files that judge as they were at one moment.
#[derive(Debug)]
pub(crate) struct Untouched<'a> {
    checkout: &'a Path,
    files: Vec<(&'a str, State)>,
}

impl<'a> Untouched<'a> {
    /// Notes the state of these files of a checkout.
    pub(crate) fn now(checkout: &'a Path, files: &'a [String]) -> Self {
        let files = files.iter().map(|file| (file.as_str(), state(&checkout.join(file)))).collect();
        Untouched { checkout, files }
    }

    /// Those that were touched since, removed or put in place.
    pub(crate) fn touched(&self) -> BTreeSet<String> {
        let changed = self.files.iter().filter(|(file, before)| state(&self.checkout.join(file)) != *before);
        changed.map(|(file, _)| (*file).to_owned()).collect()
    }
}

fn state(path: &Path) -> State {
    let found = std::fs::symlink_metadata(path).ok()?;
    let (modified, changed) = ((found.mtime(), found.mtime_nsec()), (found.ctime(), found.ctime_nsec()));
    Some((found.ino(), found.size(), modified.0, modified.1, changed.0, changed.1))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_written_and_put_back_shows_and_reading_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let names = ["read", "rewritten", "replaced", "removed", "new"].map(str::to_owned);
        for name in &names[..4] {
            std::fs::write(path(name), "6").unwrap();
        }
        let before = Untouched::now(folder.path(), &names);
        assert!(before.touched().is_empty());
        // The clock that stamps files ticks every few milliseconds.
        std::thread::sleep(Duration::from_millis(50));
        let _ = std::fs::read(path("read")).unwrap();
        let modified = std::fs::metadata(path("rewritten")).unwrap().modified().unwrap();
        std::fs::write(path("rewritten"), "7").unwrap();
        std::fs::write(path("rewritten"), "6").unwrap();
        let file = std::fs::File::options().write(true).open(path("rewritten")).unwrap();
        file.set_modified(modified).unwrap();
        std::fs::write(path("other"), "6").unwrap();
        std::fs::rename(path("other"), path("replaced")).unwrap();
        std::fs::remove_file(path("removed")).unwrap();
        std::fs::write(path("new"), "6").unwrap();
        let touched: Vec<String> = before.touched().into_iter().collect();
        assert_eq!(touched, ["new", "removed", "replaced", "rewritten"]);
    }
}

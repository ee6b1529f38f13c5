//! Trouble where the case lies: a full file system, a read-only one. Both need mounts, which only
//! root may make.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A small file system in memory, unmounted when dropped.
#[derive(Debug)]
pub(crate) struct SmallDisk {
    place: PathBuf,
}

fn run(program: &str, arguments: &[&std::ffi::OsStr]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

/// Whether mounts can be made here.
#[must_use]
pub(crate) fn can_mount() -> bool {
    let Ok(folder) = tempfile::tempdir() else { return false };
    SmallDisk::at(folder.path(), "64k").is_some()
}

impl SmallDisk {
    /// Mounts it. `None` where that is not allowed.
    #[must_use]
    pub(crate) fn at(place: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir_all(place).ok()?;
        let options = format!("size={size}");
        let words = ["-t", "tmpfs", "-o", &options, "regreen-test"].map(std::ffi::OsStr::new);
        run("mount", &[&words[..], &[place.as_os_str()]].concat())
            .then(|| SmallDisk { place: place.to_owned() })
    }

    fn filler(&self) -> PathBuf {
        self.place.join("filler")
    }

    /// Takes all the space that is left.
    pub(crate) fn fill(&self) {
        if let Ok(mut file) = std::fs::File::create(self.filler()) {
            // Big pieces first, then the last bytes.
            for size in [65536, 4096, 1] {
                while file.write_all(&vec![b'x'; size]).is_ok() {}
            }
        }
    }

    /// Gives it back.
    pub(crate) fn free(&self) {
        let _ = std::fs::remove_file(self.filler());
    }

    /// Makes it read-only for everything that is opened from now on.
    pub(crate) fn freeze(&self) -> bool {
        let place = self.place.as_os_str();
        let words =
            |words: &[&'static str]| words.iter().map(|word| std::ffi::OsStr::new(*word)).collect::<Vec<_>>();
        run("mount", &[words(&["--bind"]), vec![place, place]].concat())
            && run("mount", &[words(&["-o", "remount,bind,ro"]), vec![place]].concat())
    }

    /// Makes it writable again.
    pub(crate) fn thaw(&self) {
        let _ = run("umount", &["-l".as_ref(), self.place.as_os_str()]);
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        self.thaw();
    }
}

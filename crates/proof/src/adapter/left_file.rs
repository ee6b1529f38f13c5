//! Files that a run leaves behind for us to read: reports, logs, notes.
//!
//! Code under test can write where they lie. Promises: nothing is read but a file of its own, no link and
//! no pipe, which would hold the reader up for ever; and not more than the given bytes.

use std::fs::OpenOptions;
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use nix::fcntl::OFlag;

/// Why a file is not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unread {
    #[error("is missing")]
    Missing,
    #[error("is no file of its own")]
    NoFile,
    #[error("is too large to read")]
    TooLarge,
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

/// A file's bytes.
pub(crate) fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, Unread> {
    let flags = OFlag::O_NONBLOCK | OFlag::O_NOFOLLOW | OFlag::O_NOCTTY;
    let opened = OpenOptions::new().read(true).custom_flags(flags.bits()).open(path);
    let file = opened.map_err(|error| match error.raw_os_error().map(nix::errno::Errno::from_raw) {
        Some(nix::errno::Errno::ENOENT | nix::errno::Errno::ENOTDIR) => Unread::Missing,
        // A link; a socket.
        Some(nix::errno::Errno::ELOOP | nix::errno::Errno::ENXIO) => Unread::NoFile,
        _ => Unread::Io(error),
    })?;
    if !file.metadata()?.is_file() {
        return Err(Unread::NoFile);
    }
    let mut bytes = Vec::new();
    let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if read as u64 > most { Err(Unread::TooLarge) } else { Ok(bytes) }
}

/// A file's text; what is not UTF-8 in it is replaced.
pub(crate) fn text(path: &Path, most: u64) -> Result<String, Unread> {
    let bytes = bytes(path, most)?;
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_are_read_and_nothing_waits() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        std::fs::write(place("file"), b"ab\xff").unwrap();
        assert_eq!(bytes(&place("file"), 3).unwrap(), b"ab\xff");
        assert_eq!(text(&place("file"), 3).unwrap(), "ab\u{fffd}");
        assert!(matches!(text(&place("file"), 2), Err(Unread::TooLarge)));
        assert!(matches!(text(&place("gone"), 9), Err(Unread::Missing)));
        assert!(matches!(text(&place("file/gone"), 9), Err(Unread::Missing)));
        std::os::unix::fs::symlink(place("file"), place("link")).unwrap();
        nix::unistd::mkfifo(&place("pipe"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(place("socket")).unwrap();
        for name in ["link", "pipe", "socket", "."] {
            assert!(matches!(text(&place(name), 9), Err(Unread::NoFile)), "{name}");
        }
    }
}

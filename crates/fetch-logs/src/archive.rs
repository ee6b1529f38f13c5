//! Zips and gzips of logs: read entry by entry, bounded in count, size and ratio. Nothing is
//! unpacked to disk but redacted logs.

use std::io::{self, Read, Seek, Write};

use zip::ZipArchive;

/// Most entries that are looked at.
const MAX_ENTRIES: usize = 2000;
/// Most bytes that all entries may have together.
const MAX_TOTAL: u64 = 4 << 30;
/// Most bytes that one packed byte may stand for, once there are many of them. Logs reach a hundred;
/// deflate's own limit is a thousand.
const MAX_RATIO: u64 = 400;
/// Below this, the ratio does not matter.
const RATIO_FROM: u64 = 64 << 20;

/// Why an archive is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    #[error("it is no zip archive that can be read: {0}")]
    Broken(#[from] zip::result::ZipError),
    #[error("it has {0} entries, {MAX_ENTRIES} are allowed")]
    TooMany(usize),
    #[error("it grows to more than {MAX_TOTAL} bytes")]
    TooLarge,
    #[error("it grows more than {MAX_RATIO} times")]
    TooDense,
    #[error("it holds no log")]
    Empty,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// An open zip.
pub(crate) struct Archive<R> {
    zip: ZipArchive<R>,
    total: u64,
}

impl<R: Read + Seek> Archive<R> {
    pub(crate) fn open(reader: R) -> Result<Self, ArchiveError> {
        let zip = ZipArchive::new(reader)?;
        if zip.len() > MAX_ENTRIES {
            return Err(ArchiveError::TooMany(zip.len()));
        }
        Ok(Archive { zip, total: 0 })
    }

    /// Names of all files.
    pub(crate) fn names(&self) -> Vec<String> {
        self.zip.file_names().flatten().filter(|name| !name.ends_with('/')).map(Into::into).collect()
    }

    /// Copies an entry into `to`.
    pub(crate) fn copy(&mut self, name: &str, to: &mut dyn Write) -> Result<(), ArchiveError> {
        let mut entry = self.zip.by_name(name)?;
        let packed = entry.compressed_size();
        let copied = copy_bounded(&mut entry, to, Some(packed), MAX_TOTAL - self.total)?;
        self.total += copied;
        Ok(())
    }
}

/// Copies unpacked bytes while they keep to the limits; returns how many there were.
pub(crate) fn copy_bounded(
    from: &mut dyn Read,
    to: &mut dyn Write,
    packed: Option<u64>,
    limit: u64,
) -> Result<u64, ArchiveError> {
    let mut piece = vec![0; 64 * 1024];
    let mut total = 0u64;
    loop {
        let count = match from.read(&mut piece) {
            Ok(0) => return Ok(total),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        total += count as u64;
        if total > limit.min(MAX_TOTAL) {
            return Err(ArchiveError::TooLarge);
        }
        if total > RATIO_FROM && packed.is_some_and(|packed| total / packed.max(1) > MAX_RATIO) {
            return Err(ArchiveError::TooDense);
        }
        to.write_all(&piece[..count])?;
    }
}

/// Which files of a zip to read: of GitHub's layout the whole-job files and the steps of jobs that
/// have none; of any other zip everything.
pub(crate) fn chosen(names: &[String]) -> Vec<String> {
    let is_log = |name: &&String| {
        let file = name.rsplit('/').next().unwrap_or(name);
        let of_the_runner = file == "system.txt" && name.contains('/');
        !of_the_runner && !name.starts_with("__MACOSX/") && !file.starts_with('.')
    };
    let whole: Vec<&str> = names.iter().filter_map(|name| whole_job(name)).collect();
    let mut found: Vec<String> = names
        .iter()
        .filter(is_log)
        .filter(|name| name.split_once('/').is_none_or(|(job, _)| !whole.contains(&job)))
        .cloned()
        .collect();
    found.sort_by_cached_key(|name| order(name));
    found
}

/// Name of the job when the entry is a whole-job file: `0_build.txt` → `build`.
pub(crate) fn whole_job(name: &str) -> Option<&str> {
    let stem = name.strip_suffix(".txt")?;
    let (ordinal, job) = stem.split_once('_')?;
    let digits = ordinal.strip_prefix('-').unwrap_or(ordinal);
    (!name.contains('/') && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then_some(job)
}

/// Folders by name, numbered files within by number: `10_x` comes after `9_x`.
fn order(name: &str) -> (String, u64, String) {
    let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
    let number = file.split('_').next().and_then(|number| number.parse().ok()).unwrap_or(u64::MAX);
    (folder.to_owned(), number, file.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(entries: &[(&str, &[u8])]) -> Archive<io::Cursor<Vec<u8>>> {
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        Archive::open(zip.finish().unwrap()).unwrap()
    }

    #[test]
    fn each_log_is_read_once() {
        let names = |all: &[&str]| chosen(&all.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            names(&[
                "0_build.txt",
                "build/system.txt",
                "build/1_Set up.txt",
                "lint/10_b.txt",
                "lint/9_a.txt",
                "1_a b.txt"
            ]),
            ["0_build.txt", "1_a b.txt", "lint/9_a.txt", "lint/10_b.txt"]
        );
        assert_eq!(names(&["-9_x.txt", "x/1_y.txt"]), ["-9_x.txt"]);
        assert_eq!(names(&["a.log", "__MACOSX/a.log", "d/.hidden"]), ["a.log"]);
    }

    #[test]
    fn an_archive_keeps_to_the_limits() {
        let mut small = archive(&[("a.txt", b"hello")]);
        let mut out = Vec::new();
        small.copy("a.txt", &mut out).unwrap();
        assert_eq!(out, b"hello");
        assert!(matches!(Archive::open(io::Cursor::new(b"no zip".to_vec())), Err(ArchiveError::Broken(_))));
        let dense = copy_bounded(&mut io::repeat(b'x'), &mut io::sink(), Some(1000), u64::MAX);
        assert!(matches!(dense, Err(ArchiveError::TooDense)));
        let large = copy_bounded(&mut io::repeat(b'x'), &mut io::sink(), None, 1 << 20);
        assert!(matches!(large, Err(ArchiveError::TooLarge)));
        let names: Vec<String> = (0..=MAX_ENTRIES).map(|n| format!("{n}.txt")).collect();
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for name in &names {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        }
        assert!(matches!(Archive::open(zip.finish().unwrap()), Err(ArchiveError::TooMany(_))));
    }
}

//! Changes that a tool proposes as pieces of text, taken over into the checkout.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use super::place::Roots;
use crate::error::ProofError;

/// A file that is repaired is smaller.
const MAX_FILE: u64 = 8 * 1024 * 1024;

/// One piece of a file, replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    /// File as printed.
    pub(super) file: String,
    /// In bytes.
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// Writes the edits into files of the checkout; those that overlap another one wait for the next time. Whether
/// anything changed.
pub(super) fn apply(edits: Vec<Edit>, checkout: &Path, roots: &Roots) -> Result<bool, ProofError> {
    let mut by_file: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
    for edit in edits {
        if let Some(file) = roots.relative(&edit.file) {
            by_file.entry(file).or_default().push(edit);
        }
    }
    let mut changed = false;
    for (file, edits) in by_file {
        let path = checkout.join(&file);
        let found = std::fs::symlink_metadata(&path).map_err(ProofError::io("read", &path))?;
        // A link may lead anywhere.
        if !found.is_file() || found.len() > MAX_FILE {
            continue;
        }
        let before = std::fs::read_to_string(&path).map_err(ProofError::io("read", &path))?;
        let after = edited(&before, edits);
        if after != before {
            std::fs::write(&path, after).map_err(ProofError::io("write", &path))?;
            changed = true;
        }
    }
    Ok(changed)
}

/// The text with all edits that fit into it and do not touch each other.
fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    // A file that is built twice has each of its complaints twice.
    edits.dedup();
    let mut done = String::with_capacity(text.len());
    let mut at = 0;
    for Edit { range, text: new, .. } in edits {
        if range.start < at || range.start > range.end {
            continue;
        }
        let (Some(kept), Some(_)) = (text.get(at..range.start), text.get(range.clone())) else { continue };
        done.push_str(kept);
        done.push_str(&new);
        at = range.end;
    }
    done.push_str(&text[at..]);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_that_touch_each_other_or_do_not_fit_are_left_out() {
        let edit =
            |range: Range<usize>, text: &str| Edit { file: "a".to_owned(), range, text: text.to_owned() };
        let all =
            vec![edit(4..7, "two"), edit(0..3, "one"), edit(0..3, "one"), edit(5..6, "x"), edit(90..99, "y")];
        assert_eq!(edited("eno owt é", all), "one two é");
        assert_eq!(edited("é", vec![edit(1..2, "")]), "é");
    }

    #[test]
    fn nothing_outside_of_the_checkout_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let checkout = folder.path().join("checkout");
        std::fs::create_dir(&checkout).unwrap();
        for path in [checkout.join("a"), folder.path().join("out")] {
            std::fs::write(path, "old").unwrap();
        }
        std::os::unix::fs::symlink(folder.path().join("out"), checkout.join("link")).unwrap();
        let roots = Roots::of(&checkout, &checkout);
        let edit = |file: &str| Edit { file: file.to_owned(), range: 0..3, text: "new".to_owned() };
        assert!(apply(vec![edit("a"), edit("../out"), edit("link")], &checkout, &roots).unwrap());
        let read = |path: &str| std::fs::read_to_string(folder.path().join(path)).unwrap();
        assert_eq!((read("checkout/a"), read("out")), ("new".to_owned(), "old".to_owned()));
        assert!(!apply(vec![edit("../out")], &checkout, &roots).unwrap());
    }
}

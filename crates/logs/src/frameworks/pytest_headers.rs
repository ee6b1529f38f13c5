//! Looks up what pytest said elsewhere about a test: its header, its line of progress.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};

use super::pytest_block::read;
use super::pytest_lines::{bare_title, header_key, title_of};
use super::pytest_report::Raw;

/// Most blocks of one name that are compared.
const MAX_SAME: usize = 64;

/// The verbose progress by the titles that headers would have.
pub(super) struct Progress<'a> {
    by_title: HashMap<String, VecDeque<&'a str>>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(lines: &'a [(String, u64)]) -> Self {
        let mut by_title: HashMap<String, VecDeque<&str>> = HashMap::new();
        for (id, _) in lines {
            by_title.entry(title_of(id)).or_default().push_back(id);
        }
        Progress { by_title }
    }

    pub(super) fn titles(&self) -> impl Iterator<Item = String> {
        self.by_title.keys().cloned()
    }

    /// The next id of that title. A test that fails and whose clean-up fails too has two results.
    pub(super) fn take(&mut self, title: &str) -> Option<String> {
        self.by_title.get_mut(title)?.pop_front().map(str::to_owned)
    }
}

/// The blocks by the names that ids are looked up with.
pub(super) struct Headers {
    blocks: Vec<Option<Raw>>,
    /// Files in each one's stack.
    files: Vec<Vec<String>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Headers {
    pub(super) fn new(blocks: Vec<Raw>) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut files = Vec::with_capacity(blocks.len());
        for (at, raw) in blocks.iter().enumerate() {
            for name in names(raw) {
                by_name.entry(name.to_owned()).or_default().push(at);
            }
            files.push(read(&raw.lines).frames.into_iter().map(|frame| frame.file).collect());
        }
        Headers { blocks: blocks.into_iter().map(Some).collect(), files, by_name }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    pub(super) fn raw(&self, at: usize) -> Option<&Raw> {
        self.blocks.get(at)?.as_ref()
    }

    pub(super) fn take(&mut self, at: usize) -> Option<Raw> {
        let raw = self.blocks.get_mut(at)?.take()?;
        for name in names(&raw) {
            if let Some(known) = self.by_name.get_mut(name) {
                known.retain(|other| *other != at);
            }
        }
        Some(raw)
    }

    /// The block of a test: same name, then same kind of section, then the file in its stack; of equals
    /// the first one.
    pub(super) fn find(&self, id: &str, error: bool) -> Option<usize> {
        let file = id.split("::").next().unwrap_or(id);
        let title = title_of(id);
        let same = [title.as_str(), id].map(|name| self.by_name.get(name));
        same.into_iter().flatten().flatten().copied().take(MAX_SAME).min_by_key(|at| {
            let same_kind = self.raw(*at).is_some_and(|raw| raw.errors == error);
            let same_file = self.files[*at].iter().any(|known| known.ends_with(file));
            Reverse((same_kind && same_file, same_kind))
        })
    }

    /// What nobody took, in order.
    pub(super) fn into_left(self) -> Vec<Raw> {
        self.blocks.into_iter().flatten().collect()
    }
}

/// What an id that belongs to a block can be called.
fn names(raw: &Raw) -> impl Iterator<Item = &str> {
    let (key, bare) = (header_key(&raw.title), bare_title(&raw.title));
    std::iter::once(key).chain((bare != key).then_some(bare)).chain(crashed_id(raw))
}

/// A worker that crashed is shown under the name of the file, and says which test it ran.
pub(super) fn crashed_id(raw: &Raw) -> Option<&str> {
    raw.lines.iter().take(4).find_map(|(_, line)| {
        line.split_once("crashed while running '").and_then(|(_, rest)| rest.strip_suffix('\''))
    })
}

//! What one target's tests printed: in blocks below `failures:`, or among the results when nothing is
//! captured.

use super::cargo_block::{Block, read};
use super::cargo_lines::thread_name;
use super::{Found, MAX_BLOCK_LINES, MAX_TESTS};
use crate::text::{clip, push_line};

/// Bytes kept of one target.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Lines kept of what belongs to no test.
const MAX_LOOSE: usize = 4000;

/// Lines that belong together.
#[derive(Default)]
struct Chunk {
    /// The test, as a header or its own line names it.
    name: Option<String>,
    at: u64,
    /// Whether a `---- name stdout ----` opened it.
    block: bool,
    lines: Vec<String>,
    numbers: Vec<u64>,
}

impl Chunk {
    fn push(&mut self, text: &str, number: u64) {
        if self.name.is_none() && self.lines.len() >= MAX_LOOSE {
            self.lines.drain(..MAX_LOOSE / 2);
            self.numbers.drain(..MAX_LOOSE / 2);
        }
        if self.name.is_none() || self.lines.len() < MAX_BLOCK_LINES {
            self.lines.push(clip(text, 2000));
            self.numbers.push(number);
        }
    }
}

/// Two lines as a block for the excerpt.
pub(super) fn text_of(first: &str, second: Option<&str>) -> String {
    second.filter(|second| *second != first).map_or_else(|| first.to_owned(), |it| format!("{first}\n{it}"))
}

/// What a dying thread said.
pub(super) struct LastWords {
    pub(super) thread: String,
    pub(super) text: String,
    pub(super) at: u64,
}

/// Everything that was printed, bounded.
#[derive(Default)]
pub(super) struct Transcript {
    chunks: Vec<Chunk>,
    bytes: usize,
}

impl Transcript {
    /// What follows belongs to `name`, or to nobody.
    pub(super) fn open(&mut self, name: Option<&str>, at: u64, block: bool) {
        if name.is_none() && self.chunks.last().is_some_and(|last| last.name.is_none()) {
            return;
        }
        if self.chunks.len() < 2 * MAX_TESTS {
            let name = name.map(|name| clip(name, 1024));
            self.chunks.push(Chunk { name, at, block, ..Chunk::default() });
        }
    }

    pub(super) fn is_in_block(&self) -> bool {
        self.chunks.last().is_some_and(|last| last.block)
    }

    pub(super) fn keep(&mut self, text: &str, number: u64) {
        if self.chunks.is_empty() {
            self.chunks.push(Chunk::default());
        }
        if self.bytes < MAX_BYTES
            && let Some(last) = self.chunks.last_mut()
        {
            last.push(text, number);
            self.bytes += text.len().min(2000) + 32;
        }
    }

    /// All is said. A block of a name that did not fail was printed by the test above it.
    pub(super) fn end(&mut self, names: &[String]) {
        let known = |name: &str| names.iter().any(|known| known == name);
        let mut chunks: Vec<Chunk> = Vec::new();
        for chunk in std::mem::take(&mut self.chunks) {
            let printed = chunk.block && chunk.name.as_deref().is_some_and(|name| !known(name));
            match chunks.last_mut().filter(|last| printed && last.block) {
                Some(last) => {
                    for (line, number) in chunk.lines.iter().zip(&chunk.numbers) {
                        last.push(line, *number);
                    }
                }
                None => chunks.push(chunk),
            }
        }
        self.chunks = chunks;
    }

    /// The failed test `id`: its block explains it, or what was printed while it ran, or its thread.
    pub(super) fn describe(&self, id: &str, announced: Option<u64>) -> Found {
        let of_it = || self.chunks.iter().filter(|chunk| chunk.name.as_deref() == Some(id));
        let own = of_it().find(|chunk| chunk.block);
        let explains = |chunk: &&Chunk| !read(id, &chunk.lines).kind.is_empty();
        let around = of_it().find(explains).or_else(|| self.chunks.iter().find(|chunk| chunk.mentions(id)));
        let chunk = own.filter(explains).or(around).or(own);
        let at = own.map(|own| own.at).or(announced).unwrap_or_default();
        chunk.map_or_else(|| Found { id: id.to_owned(), at, ..Found::default() }, |chunk| chunk.found(id, at))
    }

    /// The thread of a test that overflowed its stack or panicked so that nothing could stop it.
    pub(super) fn last_words(&self) -> Option<LastWords> {
        let lines: Vec<(&str, u64)> = self
            .chunks
            .iter()
            .flat_map(|chunk| chunk.lines.iter().map(String::as_str).zip(chunk.numbers.iter().copied()))
            .collect();
        let words = |thread: &str, (text, at): (&str, u64)| LastWords {
            thread: thread.to_owned(),
            text: text.to_owned(),
            at,
        };
        for (at, (text, _)) in lines.iter().enumerate().rev() {
            let Some(thread) = thread_name(text) else { continue };
            if text.contains("has overflowed its stack") {
                return Some(words(thread, lines[at]));
            }
            let fatal = |(text, _): &(&str, u64)| {
                text.starts_with("thread caused non-unwinding panic")
                    || text.starts_with("thread panicked while ")
                    || text.starts_with("stack backtrace:")
                    || text.starts_with("fatal runtime error")
            };
            if text.contains(" panicked at ") && lines[at..].iter().any(fatal) {
                let message = lines.get(at + 1).filter(|_| text.ends_with(':')).unwrap_or(&lines[at]);
                return Some(words(thread, *message));
            }
        }
        None
    }
}

impl Chunk {
    /// Whether the thread of `id` speaks here.
    fn mentions(&self, id: &str) -> bool {
        self.lines.iter().any(|line| is_thread_of(line, id))
    }

    fn found(&self, id: &str, at: u64) -> Found {
        let own = self.name.as_deref() == Some(id);
        let start =
            if own { 0 } else { self.lines.iter().position(|line| is_thread_of(line, id)).unwrap_or(0) };
        let lines = &self.lines[start..];
        // Uncaptured, the next test's thread may speak right behind.
        let end = lines.iter().skip(1).position(|line| !(own && self.block) && is_other_thread(line, id));
        let lines = &lines[..end.map_or(lines.len(), |end| end + 1)];
        let Block { kind, message, explained, at: place_at, frames, place } = read(id, lines);
        let mut block = format!("---- {id} ----\n");
        for line in lines {
            push_line(&mut block, line, 5000);
        }
        let documented =
            id.split_once(" - ").map(|(file, _)| file.to_owned()).filter(|file| file.contains('.'));
        let (file, line) = place_at.map_or((documented, None), |(file, line)| (Some(file), Some(line)));
        let cause_at = explained.and_then(|index| self.numbers.get(start + index)).copied().unwrap_or(0);
        let id = id.to_owned();
        Found { id, file, line, kind, message, frames, place, at, cause_at, block, ..Found::default() }
    }
}

fn is_thread_of(line: &str, id: &str) -> bool {
    line.find("thread '")
        .and_then(|at| line[at + "thread '".len()..].strip_prefix(id))
        .is_some_and(|rest| rest.starts_with("' "))
}

fn is_other_thread(line: &str, id: &str) -> bool {
    line.starts_with("test ") || thread_name(line).is_some_and(|thread| thread != id)
}

//! Reads git's patch format, strictly and without trusting any number in it.

use super::{ChangeKind, FileChange, Hunk, PatchError, RawLine};

/// Lines of the patch with their offsets.
struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    /// The next line with its line feed, without moving on.
    fn peek(&self) -> Option<&'a [u8]> {
        let rest = self.bytes.get(self.offset..).filter(|rest| !rest.is_empty())?;
        let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
        Some(&rest[..end])
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        let line = self.peek()?;
        self.offset += line.len();
        self.number += 1;
        Some(line)
    }

    fn next_if(&mut self, wanted: impl Fn(&[u8]) -> bool) -> Option<&'a [u8]> {
        if self.peek().is_some_and(wanted) { self.next() } else { None }
    }

    fn error(&self, problem: impl Into<String>) -> PatchError {
        PatchError::Malformed { line: self.number.max(1), problem: problem.into() }
    }
}

/// What the lines before the first hunk say.
#[derive(Default)]
struct Header {
    git_line: Vec<u8>,
    old_mode: Option<u32>,
    new_mode: Option<u32>,
    added: bool,
    deleted: bool,
    from: Option<String>,
    to: Option<String>,
    copied: bool,
    /// Of `---`: `Some(None)` is `/dev/null`.
    minus: Option<Option<String>>,
    plus: Option<Option<String>>,
    binary: bool,
}

pub(super) fn files(bytes: &[u8]) -> Result<Vec<FileChange>, PatchError> {
    let mut lines = Lines { bytes, offset: 0, number: 0 };
    let mut files = Vec::new();
    while lines.peek().is_some() {
        let start = lines.offset;
        let Some(first) = lines.next_if(|line| line.starts_with(b"diff --git ")) else {
            lines.next();
            return Err(lines.error("expected `diff --git`"));
        };
        let header = header(&mut lines, first)?;
        let mut hunks = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with(b"@@ ")) {
            hunks.push(hunk(&mut lines, line)?);
        }
        let mut file = describe(header, &lines)?;
        if !hunks.is_empty() && file.binary {
            return Err(lines.error("a binary change with text hunks"));
        }
        let count = |origin| hunks.iter().flat_map(|h| &h.raw).filter(|line| line.origin == origin).count();
        file.insertions = u32::try_from(count(b'+')).unwrap_or(u32::MAX);
        file.deletions = u32::try_from(count(b'-')).unwrap_or(u32::MAX);
        file.hunks = hunks;
        file.range = start..lines.offset;
        files.push(file);
    }
    Ok(files)
}

fn trimmed(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}

fn header(lines: &mut Lines<'_>, git_line: &[u8]) -> Result<Header, PatchError> {
    let mut header =
        Header { git_line: trimmed(git_line)[b"diff --git ".len()..].to_vec(), ..Header::default() };
    let ends = |line: &[u8]| line.starts_with(b"diff --git ") || line.starts_with(b"@@ ");
    while let Some(line) = lines.next_if(|line| !ends(line)) {
        let line = trimmed(line);
        if header.binary {
            // The encoded content: blank lines, `literal N`, `delta N`, base 85. It is never decoded.
            continue;
        }
        extended_line(&mut header, line, lines)?;
    }
    Ok(header)
}

fn extended_line(header: &mut Header, line: &[u8], lines: &Lines<'_>) -> Result<(), PatchError> {
    let value = |prefix: &str| line.strip_prefix(prefix.as_bytes());
    if let Some(mode) = value("old mode ") {
        header.old_mode = Some(parse_mode(mode, lines)?);
    } else if let Some(mode) = value("new mode ") {
        header.new_mode = Some(parse_mode(mode, lines)?);
    } else if let Some(mode) = value("new file mode ") {
        header.added = true;
        header.new_mode = Some(parse_mode(mode, lines)?);
    } else if let Some(mode) = value("deleted file mode ") {
        header.deleted = true;
        header.old_mode = Some(parse_mode(mode, lines)?);
    } else if let Some(path) = value("rename from ") {
        header.from = Some(plain_path(path, lines)?);
    } else if let Some(path) = value("rename to ") {
        header.to = Some(plain_path(path, lines)?);
    } else if let Some(path) = value("copy from ") {
        header.copied = true;
        header.from = Some(plain_path(path, lines)?);
    } else if let Some(path) = value("copy to ") {
        header.to = Some(plain_path(path, lines)?);
    } else if let Some(rest) = value("index ") {
        if let Some(at) = rest.iter().position(|byte| *byte == b' ') {
            let mode = parse_mode(&rest[at + 1..], lines)?;
            header.old_mode = header.old_mode.or(Some(mode));
            header.new_mode = header.new_mode.or(Some(mode));
        }
    } else if let Some(path) = value("--- ") {
        header.minus = Some(side_path(path, b"a/", lines)?);
    } else if let Some(path) = value("+++ ") {
        header.plus = Some(side_path(path, b"b/", lines)?);
    } else if line.starts_with(b"Binary files ") || line == b"GIT binary patch" {
        header.binary = true;
    } else if value("similarity index ").is_none() && value("dissimilarity index ").is_none() {
        return Err(lines.error("neither a header nor a hunk"));
    }
    Ok(())
}

fn parse_mode(text: &[u8], lines: &Lines<'_>) -> Result<u32, PatchError> {
    std::str::from_utf8(text)
        .ok()
        .filter(|text| text.len() == 6)
        .and_then(|text| u32::from_str_radix(text, 8).ok())
        .ok_or_else(|| lines.error("not a file mode"))
}

fn plain_path(text: &[u8], lines: &Lines<'_>) -> Result<String, PatchError> {
    let bytes = match unquote(text, lines)? {
        Some((bytes, [])) => bytes,
        Some(_) => return Err(lines.error("text behind a quoted path")),
        None => text.to_vec(),
    };
    String::from_utf8(bytes).map_err(|_| lines.error("a path that is not UTF-8"))
}

/// Path of a `---` or `+++` line; `None` is `/dev/null`. Git ends paths with blanks with a tab.
fn side_path(text: &[u8], prefix: &[u8], lines: &Lines<'_>) -> Result<Option<String>, PatchError> {
    let text = text.strip_suffix(b"\t").unwrap_or(text);
    if text == b"/dev/null" {
        return Ok(None);
    }
    let path = plain_path(text, lines)?;
    path.as_bytes()
        .strip_prefix(prefix)
        .and_then(|path| std::str::from_utf8(path).ok())
        .map(|path| Some(path.to_owned()))
        .ok_or_else(|| lines.error("a path without its a/ or b/"))
}

/// What a quoted string says, and what follows it.
type Quoted<'t> = (Vec<u8>, &'t [u8]);

/// A C-quoted string at the start of `text`, and what follows it. `None` when it is not quoted.
fn unquote<'t>(text: &'t [u8], lines: &Lines<'_>) -> Result<Option<Quoted<'t>>, PatchError> {
    let Some(mut rest) = text.strip_prefix(b"\"") else { return Ok(None) };
    let mut bytes = Vec::new();
    let open = || lines.error("a quoted path without its end");
    loop {
        let (&byte, after) = rest.split_first().ok_or_else(open)?;
        rest = after;
        match byte {
            b'"' => return Ok(Some((bytes, rest))),
            b'\\' => {
                let (&escaped, after) = rest.split_first().ok_or_else(open)?;
                rest = after;
                bytes.push(match escaped {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    b'"' | b'\\' => escaped,
                    b'0'..=b'3' if rest.len() >= 2 && rest[..2].iter().all(|d| (b'0'..=b'7').contains(d)) => {
                        let value = (escaped - b'0') * 64 + (rest[0] - b'0') * 8 + (rest[1] - b'0');
                        rest = &rest[2..];
                        value
                    }
                    _ => return Err(lines.error("an unknown escape in a quoted path")),
                });
            }
            other => bytes.push(other),
        }
    }
}

/// Both paths of `diff --git a/x b/y`. Unquoted paths may hold blanks, so both halves must be equal;
/// a rename says its paths in lines of their own.
fn git_line_path(text: &[u8], lines: &Lines<'_>) -> Result<Option<String>, PatchError> {
    let side = |bytes: &[u8], prefix: &[u8]| {
        bytes.strip_prefix(prefix).and_then(|path| std::str::from_utf8(path).ok()).map(str::to_owned)
    };
    let (old, new) = if let Some((old, rest)) = unquote(text, lines)? {
        let rest = rest.strip_prefix(b" ").unwrap_or_default();
        let new = unquote(rest, lines)?.map_or_else(|| rest.to_vec(), |(bytes, _)| bytes);
        (side(&old, b"a/"), side(&new, b"b/"))
    } else if text.len() % 2 == 1 && text.get(text.len() / 2) == Some(&b' ') {
        let (old, new) = text.split_at(text.len() / 2);
        (side(old, b"a/"), side(&new[1..], b"b/"))
    } else {
        (None, None)
    };
    Ok(old.filter(|old| Some(old) == new.as_ref()))
}

fn describe(header: Header, lines: &Lines<'_>) -> Result<FileChange, PatchError> {
    let common = git_line_path(&header.git_line, lines)?;
    let moved = header.from.is_some() || header.to.is_some();
    let (old, new) = match (&header.from, &header.to) {
        (Some(from), Some(to)) => (from.clone(), to.clone()),
        (None, None) => {
            let path = common.ok_or_else(|| lines.error("the two paths of `diff --git` differ"))?;
            (path.clone(), path)
        }
        _ => return Err(lines.error("half a rename")),
    };
    if header.added && header.deleted || moved && (header.added || header.deleted) {
        return Err(lines.error("a file that is new and deleted at once"));
    }
    let old_path = (!header.added).then_some(old);
    let new_path = (!header.deleted).then_some(new);
    if header.minus.is_some_and(|minus| minus != old_path) || header.plus.is_some_and(|plus| plus != new_path)
    {
        return Err(lines.error("`---` or `+++` names another file than `diff --git`"));
    }
    let kind = match (header.added, header.deleted, moved, header.copied) {
        (true, ..) => ChangeKind::Added,
        (_, true, ..) => ChangeKind::Deleted,
        (_, _, true, true) => ChangeKind::Copied,
        (_, _, true, false) => ChangeKind::Renamed,
        _ => ChangeKind::Modified,
    };
    Ok(FileChange {
        old_mode: header.old_mode.filter(|_| old_path.is_some()),
        new_mode: header.new_mode.filter(|_| new_path.is_some()),
        old_path,
        new_path,
        kind,
        binary: header.binary,
        hunks: Vec::new(),
        insertions: 0,
        deletions: 0,
        range: 0..0,
    })
}

/// `start,count` or `start` of a hunk's header.
fn span(text: &str) -> Option<(u32, u32)> {
    match text.split_once(',') {
        Some((start, count)) => Some((start.parse().ok()?, count.parse().ok()?)),
        None => Some((text.parse().ok()?, 1)),
    }
}

fn hunk(lines: &mut Lines<'_>, header: &[u8]) -> Result<Hunk, PatchError> {
    let text = String::from_utf8_lossy(header);
    let ((old_start, old_lines), (new_start, new_lines)) = text
        .strip_prefix("@@ -")
        .and_then(|rest| rest.split_once(" @@"))
        .and_then(|(spans, _)| spans.split_once(" +"))
        .and_then(|(old, new)| Some((span(old)?, span(new)?)))
        .ok_or_else(|| lines.error("not a hunk header"))?;
    let (mut old, mut new) = (old_lines, new_lines);
    let mut raw: Vec<RawLine> = Vec::new();
    while old > 0 || new > 0 {
        let line = lines.next().ok_or_else(|| lines.error("the hunk ends too early"))?;
        let (origin, content) = match line.split_first() {
            Some((b'\\', _)) => {
                without_line_feed(&mut raw, lines)?;
                continue;
            }
            // Some mailers strip the blank of an empty context line.
            Some((b'\n', _)) => (b' ', line),
            Some((origin @ (b' ' | b'+' | b'-'), content)) => (*origin, content),
            _ => return Err(lines.error("a line in a hunk without its origin")),
        };
        let uses = |wanted: bool, left: &mut u32| {
            if !wanted {
                return true;
            }
            left.checked_sub(1).map(|fewer| *left = fewer).is_some()
        };
        if !uses(origin != b'+', &mut old) || !uses(origin != b'-', &mut new) {
            return Err(lines.error("the hunk has more lines than its header says"));
        }
        raw.push(RawLine { origin, bytes: content.to_vec() });
    }
    if lines.next_if(|line| line.starts_with(b"\\")).is_some() {
        without_line_feed(&mut raw, lines)?;
    }
    let readable = |line: &RawLine| {
        (char::from(line.origin), String::from_utf8_lossy(trimmed(&line.bytes)).into_owned())
    };
    let readable = raw.iter().map(readable).collect();
    Ok(Hunk { old_start, old_lines, new_start, new_lines, lines: readable, raw })
}

/// `\ No newline at end of file` is about the line before it.
fn without_line_feed(raw: &mut [RawLine], lines: &Lines<'_>) -> Result<(), PatchError> {
    let last = raw.last_mut().ok_or_else(|| lines.error("`\\` without a line before it"))?;
    if last.bytes.pop() != Some(b'\n') {
        return Err(lines.error("`\\` twice"));
    }
    Ok(())
}

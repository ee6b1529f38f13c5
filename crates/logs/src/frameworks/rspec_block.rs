//! Lines and blocks of RSpec's report.

use regreen_case::Frame;

use super::Found;
use super::kept::Kept;
use super::rspec::{Block, Rerun};
use crate::frame::{frame, nearest_project};
use crate::text::clip;

/// Number and title of `  3) title`. With `expected` it must be that number.
pub(super) fn item(text: &str, expected: Option<u64>) -> Option<(u64, String)> {
    let (number, title) = text.trim_start().split_once(") ")?;
    // rebar3 prints Erlang's tests alike: `1) module:function/0`.
    let word = title.split(' ').next().unwrap_or(title);
    let arity =
        word.rsplit_once('/').is_some_and(|(_, arity)| arity.starts_with(|c: char| c.is_ascii_digit()));
    if arity && word.split_once(':').is_some_and(|(_, function)| !function.starts_with([':', '/'])) {
        return None;
    }
    let number: u64 = number.parse().ok()?;
    let fits = text.starts_with("  ") && text.len() - text.trim_start().len() <= 4 && !title.is_empty();
    (fits && expected.is_none_or(|expected| expected == number)).then(|| (number, clip(title, 1000)))
}

/// Failures, and errors outside of examples, of `3 examples, 1 failure, 1 pending, 1 error occurred …`.
pub(super) fn totals(text: &str) -> Option<(u64, u64)> {
    let mut parts = text.split(", ");
    let number = |part: &str, words: &[&str]| {
        let (number, word) = part.split_once(' ')?;
        words.contains(&word).then(|| number.parse::<u64>().ok()).flatten()
    };
    number(parts.next()?, &["examples", "example"])?;
    let failures = number(parts.next()?, &["failures", "failure"])?;
    let mut errors = 0;
    for part in parts {
        let (count, word) = part.split_once(' ')?;
        let count: u64 = count.parse().ok()?;
        if word.starts_with("error") {
            errors = count;
        } else if word != "pending" {
            return None;
        }
    }
    Some((failures, errors))
}

/// `rspec ./spec/a_spec.rb:3 # title`, `rspec './spec/a_spec.rb[1:2]' # title`.
pub(super) fn rerun(text: &str, at: u64) -> Option<Rerun> {
    let rest = text.trim_start().strip_prefix("rspec ").or_else(|| text.strip_prefix("bin/rspec "))?;
    let (place, title) = rest.split_once(" # ")?;
    let place = place.trim().trim_matches('\'').to_owned();
    (place.contains('.') && !place.contains(' ')).then(|| Rerun { place, title: title.to_owned(), at })
}

/// What failed outside of examples: a file, or a hook.
pub(super) fn outside(text: &str) -> Option<String> {
    let rest = text.strip_prefix("An error occurred ")?;
    if let Some(file) = rest.strip_prefix("while loading ") {
        return Some(file.trim_end_matches('.').to_owned());
    }
    let hook = rest.strip_prefix("in ")?.trim_end_matches('.');
    Some(hook.replace('`', ""))
}

/// Whether a line looks like the progress of a run that goes on: dots, or an indented description.
pub(super) fn goes_on(text: &str) -> bool {
    let is_mark = |byte: &u8| matches!(byte, b'.' | b'F' | b'*');
    let mut bytes = text.bytes();
    let dots = match (bytes.next(), bytes.next()) {
        (Some(b'.' | b'*'), _) | (Some(b'F'), None) => true,
        // The output of the next example may stand on the same line.
        (Some(b'F'), Some(next)) => is_mark(&next),
        _ => false,
    };
    let described = text.starts_with("  ") && !text.trim_start().starts_with('#');
    dots || described || text.contains(" (FAILED - ")
}

/// A failed example.
pub(super) fn describe(block: &Block, rerun: Option<&Rerun>) -> Found {
    let title = block.title.strip_suffix(" FIXED").unwrap_or(&block.title);
    let mut lines = block.lines.clone();
    // The title may go on before the first indented line.
    let more = lines.texts().take_while(|text| !text.is_empty() && !text.starts_with("   ")).count();
    let long = more > 0 && more < 5 && lines.len() > more && !outside_title(&block.lines);
    let mut id = title.to_owned();
    if long {
        for text in block.lines.texts().take(more) {
            id.push('\n');
            id.push_str(text);
        }
        lines = Kept::default();
        for nth in more..block.lines.len() {
            lines.push_text(block.lines.number(nth), block.lines.text(nth));
        }
    }
    if id.is_empty() {
        id = rerun.map(|rerun| rerun.title.clone()).unwrap_or_default();
    }
    let frames = stack(&lines);
    let (file, line) = rerun
        .and_then(|rerun| place(&rerun.place))
        .or_else(|| {
            frames
                .iter()
                .rev()
                .find(|frame| frame.project)
                .map(|frame| (frame.file.clone(), Some(frame.line)))
        })
        .map_or((None, None), |(file, line)| (Some(file), line));
    let innermost = frames.iter().rev().find(|frame| frame.project);
    let (file, line) = match innermost {
        Some(frame) => (Some(frame.file.clone()), Some(frame.line)),
        None => (file, line),
    };
    let (kind, at, message) = explain(&lines);
    Found {
        place: nearest_project(&frames),
        block: lines.block(&id),
        at: if block.at == 0 { rerun.map_or(0, |rerun| rerun.at) } else { block.at },
        cause_at: lines.number(at),
        id: id.replace('\n', " "),
        file,
        line,
        kind,
        message,
        frames,
        ..Found::default()
    }
}

fn outside_title(lines: &Kept) -> bool {
    lines.text(0).starts_with("Failure/Error:")
}

/// `./spec/a_spec.rb:3` and `./spec/a_spec.rb[1:2:3]`.
fn place(text: &str) -> Option<(String, Option<u32>)> {
    if let Some((file, _)) = text.split_once('[') {
        return Some((file.to_owned(), None));
    }
    let (file, line) = text.rsplit_once(':')?;
    Some((file.to_owned(), line.parse().ok()))
}

/// `# ./spec/a_spec.rb:3:in 'block'`, innermost last.
fn stack(lines: &Kept) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for text in lines.texts() {
        let Some(rest) = text.trim_start().strip_prefix("# ") else { continue };
        if rest.starts_with("---") || rest.starts_with(' ') {
            break;
        }
        let Some((file, rest)) = rest.split_once(':') else { continue };
        let (number, function) = rest
            .split_once(":in ")
            .map_or((rest, None), |(number, name)| (number, Some(name.trim_matches(['`', '\'']).to_owned())));
        if let Ok(number) = number.trim().parse() {
            let mut found = frame(file, number, function.as_deref());
            found.project &= !file.contains("/gems/") && !file.starts_with("<internal");
            frames.push(found);
        }
    }
    frames.reverse();
    frames
}

/// Kind of error, and the message with its first line: what stands below `Failure/Error:` and its code.
fn explain(lines: &Kept) -> (String, usize, String) {
    let Some(failure) = lines.texts().position(|text| {
        let text = text.trim_start();
        text.starts_with("Failure/Error:")
            || text.split_once(") ").is_some_and(|(_, rest)| rest.starts_with("Failure/Error:"))
    }) else {
        let at = lines.texts().position(|text| !text.is_empty()).unwrap_or_default();
        return (String::new(), at, lines.message(at, |text| !is_frame(text)));
    };
    let indent = |text: &str| text.len() - text.trim_start().len();
    let base = indent(lines.text(failure));
    // Code of several lines ends at a blank line.
    let blank = lines.texts().skip(failure).position(|text| text.trim().is_empty() || is_frame(text));
    let mut at = failure;
    let next = lines.text(failure + 1);
    if is_class(next.trim()) && indent(next) == base {
        at = failure + 1;
    } else if let Some(blank) = blank
        && let Some(below) = lines
            .texts()
            .skip(failure + blank)
            .position(|text| !text.trim().is_empty())
            .map(|below| failure + blank + below)
        && !is_frame(lines.text(below))
    {
        at = below;
    }
    let mut kind = String::new();
    let heading = lines.text(at).trim();
    if let Some(class) = heading.strip_suffix(':').filter(|_| at > failure && is_class(heading)) {
        class.clone_into(&mut kind);
        let below = lines.text(at + 1);
        if !below.trim().is_empty() && !is_frame(below) {
            at += 1;
        }
    }
    let message = lines.message(at, |text| !is_frame(text));
    (kind, at, message)
}

fn is_frame(text: &str) -> bool {
    text.trim_start().starts_with("# ")
}

/// `NoMethodError:`, `ActiveRecord::RecordNotFound:`.
fn is_class(text: &str) -> bool {
    text.strip_suffix(':').is_some_and(|name| {
        name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

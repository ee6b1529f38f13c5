//! One block of a report of unittest or nose: whose it is, whether to believe it, and what it says.

use regreen_case::ContainerRole;

use super::traceback;
use super::unittest_lines::{Counts, Outcome, function_of, is_hook, names_a_test};
use super::{Found, Line};
use crate::frame::nearest_project;
use crate::text::push_line;

/// A block of a report.
pub(super) struct Block {
    /// What its header says.
    pub(super) outcome: Outcome,
    /// Id as printed.
    pub(super) id: String,
    /// Where its header stands.
    pub(super) at: u64,
    /// What stands below.
    pub(super) lines: Vec<traceback::Numbered>,
    /// It began where captured output was open.
    pub(super) captured: bool,
    /// An end of a report came between it and the captured output above it: printed.
    pub(super) forged: bool,
}

/// Whether only nose or nose2 prints such a block: its own frames, functions without a class, parameters.
pub(super) fn is_noses(block: &Block) -> bool {
    let id = block.id.as_str();
    let through = |name: &str| block.lines.iter().any(|(_, line)| line.contains(name));
    let bare = id.split(['(', ':']).next().unwrap_or(id);
    let function = bare.rsplit_once('.').is_some_and(|(owner, name)| {
        let owner = owner.rsplit('.').next().unwrap_or(owner);
        !bare.contains(' ') && name.contains("test") && !owner.starts_with(char::is_uppercase)
    });
    block.outcome != Outcome::UnexpectedSuccess
        && (id.contains("(nose2.")
            || id.starts_with("Failure: ")
            || id.starts_with("test suite for <")
            || (function && !through("/testtools/"))
            || through("/nose/case.py"))
}

/// Whether the tracebacks name files in full, as those of discovered tests do and printed ones seldom.
pub(super) fn is_placed(blocks: &[Block]) -> bool {
    let full = |line: &str| {
        line.trim_start()
            .strip_prefix("File \"")
            .is_some_and(|file| file.starts_with('/') || file.get(1..3) == Some(":\\"))
    };
    blocks.iter().any(|block| block.lines.iter().any(|(_, line)| full(line)))
}

/// Captured output of `-b` and of nose.
pub(super) fn opens_captured(text: &str) -> bool {
    text == "Stdout:" || text == "Stderr:" || (text.starts_with("---") && text.contains(">> begin captured "))
}

/// nose2 breaks the headers of methods with parameters into several lines.
pub(super) fn with_class(id: &str, below: &str) -> Option<String> {
    let (name, number) = id.rsplit_once(':')?;
    if number.parse::<u32>().is_err() || name.contains([' ', '(']) {
        return None;
    }
    let class = below.rsplit_once(" (")?.1;
    let class = class.strip_suffix(')').unwrap_or(class);
    names_a_test(&format!("{name} ({})", class.split(':').next()?)).then(|| format!("{id} ({class})"))
}

/// As many blocks of each kind as the count says: those that are best supported.
pub(super) fn chosen(blocks: Vec<Block>, counts: Counts, progress: &[(String, u64)]) -> Vec<Block> {
    let failed = blocks.iter().filter(|block| block.outcome != Outcome::UnexpectedSuccess).count();
    if failed as u64 <= counts.failures.saturating_add(counts.errors) {
        return blocks;
    }
    let score = |block: &Block| {
        let trace = traceback::read(&block.lines);
        let own = function_of(&block.id);
        let through = trace.frames.iter().any(|frame| frame.function.as_deref() == Some(own));
        4 * i32::from(progress.iter().any(|(id, _)| *id == block.id))
            + 2 * i32::from(through)
            + i32::from(!trace.frames.is_empty())
            - 3 * i32::from(block.forged)
            - i32::from(block.captured)
    };
    let mut keep = vec![true; blocks.len()];
    for outcome in [Outcome::Fail, Outcome::Error, Outcome::UnexpectedSuccess] {
        let mut ranked: Vec<usize> = (0..blocks.len()).filter(|at| blocks[*at].outcome == outcome).collect();
        let room = counts.of(outcome) as usize;
        if ranked.len() > room {
            ranked.sort_by_cached_key(|at| -score(&blocks[*at]));
            ranked[room..].iter().for_each(|at| keep[*at] = false);
        }
    }
    blocks.into_iter().zip(keep).filter_map(|(block, keep)| keep.then_some(block)).collect()
}

pub(super) fn found(block: Block) -> Found {
    let own: Vec<traceback::Numbered> =
        block.lines.iter().take_while(|(_, line)| !opens_captured(line)).cloned().collect();
    let trace = traceback::read(&own);
    let nearest = trace.frames.iter().rev().find(|frame| frame.project);
    let mut text = format!("{}: {}\n", label(block.outcome), block.id);
    for (_, line) in &block.lines {
        push_line(&mut text, line, 5000);
    }
    let unexpected = block.outcome == Outcome::UnexpectedSuccess;
    Found {
        role: is_hook(&block.id).then_some(ContainerRole::Hook),
        file: nearest.map(|frame| frame.file.clone()),
        line: nearest.map(|frame| frame.line),
        kind: if unexpected { "unexpected success".to_owned() } else { trace.kind },
        message: if unexpected { format!("UNEXPECTED SUCCESS: {}", block.id) } else { trace.message },
        place: nearest_project(&trace.frames),
        frames: trace.frames,
        at: block.at,
        cause_at: trace.at,
        block: text,
        id: block.id,
        ..Found::default()
    }
}

const fn label(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail => "FAIL",
        Outcome::Error => "ERROR",
        Outcome::UnexpectedSuccess => "UNEXPECTED SUCCESS",
    }
}

/// `test_x (mod.Class) ... Fatal Python error: Segmentation fault`: the verbose progress names the test.
/// What the shell says of it can stand on a line of its own.
pub(super) fn crashed(line: Line<'_>) -> Option<Found> {
    let fatal =
        |message: &str| message.starts_with("Fatal Python error") || message.contains("Segmentation fault");
    let above;
    let (id, message) = if let Some((id, message)) = line.text.split_once(" ... ") {
        (id, message)
    } else if fatal(line.text) {
        above = line.above.lines().next()?;
        (above.trim_end().strip_suffix(" ...")?, line.text)
    } else {
        return None;
    };
    let fatal = fatal(message);
    (fatal && names_a_test(id)).then(|| Found {
        id: id.trim().to_owned(),
        kind: "fatal error".to_owned(),
        message: message.to_owned(),
        at: line.number,
        block: format!("{}\n", line.text),
        ..Found::default()
    })
}

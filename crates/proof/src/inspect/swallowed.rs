//! Errors that no longer reach anybody. A handler for everything that does nothing hides the failure
//! it was written for, and decides; one for a named error, or one that says something, is shown.

use regreen_case::FindingKind;

use super::blocks;
use super::language::Language;
use super::pattern::Pattern;
use super::{Change, Findings};

/// Where a handler begins, with what it catches in the first group that matched.
static HANDLER: Pattern = Pattern::new(
    r"^\s*(?:\}\s*)?(?:except\b(?P<py>[^:]*):|(?:.*\}\s*)?catch\b\s*(?P<c>\([^)]*\))?\s*\{|rescue\b(?P<rb>[^;\n]*)|.*\bErr\(_\w*\)\s*=>)",
);

/// Handlers in one go.
static ONE_GO: Pattern = Pattern::new(
    r"contextlib\.suppress\(\s*(?:Base)?Exception|\bcatch_unwind\b|\bsuppress\(\s*(?:Base)?Exception|\.catch\(\s*(?:\(\s*\w*\s*\)|\w+)\s*=>\s*(?:\{\s*\}|null|undefined|\[\]|0|false|void 0|\(\{\}\)|''|true)\s*\)|\.catch\(\s*(?:noop|function\s*\(\w*\)\s*\{\s*\})|Try\s*\{.*getOrElse|runCatching\s*\{",
);

static BROAD: Pattern = Pattern::new(
    r"^\s*\(?\s*$|\b(?:Base)?Exception\b|\bThrowable\b|\bRuntimeException\b|\.\.\.|\bError\b|\bStandardError\b|^\s*=>|std::exception\b|AssertionError|Exception \w+",
);

/// What a handler does that helps nobody.
static NOTHING: Pattern = Pattern::new(
    r#"^(?:pass|del \w+|_ = \w+|(?:\w+\.)*debug\(.*\);?|\.\.\.|continue;?|break;?|nil|null|next|return;?|;|return\s+(?:None|nil|null|undefined|0|-1|0\.0|""|''|\[\]|\{\}|\(\)|False|false|True|true|\w+|[-\w.]+\(\)|-?\d[\d.]*|["'][^"']*["']|List\.of\(\)|Collections\.\w+\(\)|Optional\.empty\(\)|std::nullopt|void 0)\s*;?|\w+\s*=\s*(?:None|nil|null|0|""|''|\[\]|\{\}|False|false|True|true|-?\d[\d.]*|["'][^"']*["'])\s*;?)$"#,
);

/// Work whose failure may well be nobody's business: putting away, telling others.
static BEST_EFFORT: Pattern = Pattern::new(
    r"(?i)\b(?:\w+[._:])*(?:close|unlink|remove|rm|rmdir|cleanup|clean_up|kill|terminate|flush|shutdown|disconnect|send|notify|abort|cancel|release|unlock|delete|destroy|dispose|stop|drop|join|log\w*|warn|write|writeln|fprint\w*|removeItem|unsubscribe|rollback|mkdir\w*|emit|set)(?:Sync|_all|_file|_dir\w*)?!?\s*\(",
);

/// Reading something that people wrote: what cannot be read may well be nothing.
static READING: Pattern = Pattern::new(
    r"\b(?:JSON\.parse|parse\w*|Integer|Float|decode\w*|decodeURI\w*|new URL|Number|BigInt|atob|loads|fromJson|readFileSync|require|import|access\w*|stat\w*)\s*\(",
);

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if !change.is_judged_code() {
        return;
    }
    for (line, text) in &change.added {
        if ONE_GO.is_match(text) && !BEST_EFFORT.is_match(text) && !READING.is_match(text) {
            add(change, findings, *line, text, true);
        } else if let Some(found) = HANDLER.captures(text) {
            let caught =
                ["py", "c", "rb"].iter().find_map(|name| found.name(name)).map_or("", |one| one.as_str());
            handler(change, findings, *line, text, caught);
        } else {
            dropped(change, findings, *line, text);
        }
    }
}

fn handler(change: &Change<'_>, findings: &mut Findings, line: u32, text: &str, caught: &str) {
    let index = line.saturating_sub(1) as usize;
    let from = index.min(change.lines.len().saturating_sub(1));
    let inner = handler_body(change, from);
    let statements: Vec<&str> = inner.lines().map(str::trim).filter(|one| !one.is_empty()).collect();
    let idle = statements.iter().all(|one| NOTHING.is_match(one)) && statements.len() <= 2;
    let broad = match change.language {
        Language::JavaScript => true,
        Language::Rust => idle,
        _ => BROAD.is_match(caught),
    };
    if !idle && !broad {
        return;
    }
    let tried = tried(change, from);
    let excused = BEST_EFFORT.is_match(&tried)
        // Only here are there no names for errors: reading what cannot be read is caught whole.
        || change.language == Language::JavaScript && (READING.is_match(&tried) || !statements.is_empty());
    add(change, findings, line, text, idle && broad && !excused);
}

/// What stands in a handler.
fn handler_body(change: &Change<'_>, from: usize) -> String {
    if change.language.has_braces() {
        // `} catch (e) {`: the block is the one that opens behind the word.
        let mut lines = change.lines.clone();
        if let Some(line) = lines.get_mut(from) {
            let at = line.bare.find("catch").or_else(|| line.bare.find("Err(")).unwrap_or(0);
            line.bare = line.bare.get(at..).unwrap_or_default().to_owned();
            line.code = line.code.get(at..).unwrap_or_default().to_owned();
            if let Some((_, arm)) = line.code.split_once("=>").filter(|(_, arm)| !arm.contains('{')) {
                return arm.trim().trim_end_matches(',').trim().trim_matches(['(', ')']).to_owned();
            }
        }
        return blocks::body(change.language, &lines, from);
    }
    let body = blocks::body(change.language, &change.lines, from);
    body.trim_end_matches("end").trim().to_owned()
}

/// The line before a handler's block: what was tried last.
fn tried(change: &Change<'_>, from: usize) -> String {
    let before = change.lines.get(..from).unwrap_or_default();
    let own = change.lines.get(from).map_or("", |line| line.code.as_str());
    let last = before.iter().rev().map(|line| line.code.trim()).find(|line| !line.is_empty() && *line != "}");
    format!("{} {}", last.unwrap_or_default(), own.split("catch").next().unwrap_or_default())
}

/// Results that are thrown away, and recoveries from a panic.
fn dropped(change: &Change<'_>, findings: &mut Findings, line: u32, text: &str) {
    static RUST: Pattern = Pattern::new(
        r"\blet\s+_\w*\s*=\s*.*\(|\.ok\(\)\s*;|\.unwrap_or(?:_default|_else)?\(|if\s+let\s+Err\(_\w*\)|if\s+let\s+Ok\(",
    );
    static GO: Pattern = Pattern::new(r"\brecover\(\)|^\s*_\s*=\s.*\(|,\s*_\s*:?=\s.*\(");
    static RUBY: Pattern = Pattern::new(r"\brescue\s+(?:nil|false|true|0|\[\]|\{\}|''|\x22\x22)\s*$");
    static CALLEE: Pattern = Pattern::new(r"([A-Za-z_]\w*)\s*!?\(");
    let (drops, checked): (bool, &[&str]) = match change.language {
        Language::Rust => (RUST.is_match(text), &["?", "unwrap()", "expect(", "return "]),
        Language::Go => (GO.is_match(text), &["err"]),
        Language::Ruby => (RUBY.is_match(text), &[]),
        _ => return,
    };
    if !drops || BEST_EFFORT.is_match(text) {
        return;
    }
    let callee = CALLEE.captures(text).map(|found| found[1].to_owned()).unwrap_or_default();
    // The same call, whose error was looked at before.
    let was_checked = change
        .removed
        .iter()
        .any(|(_, old)| old.contains(&format!("{callee}(")) && checked.iter().any(|sign| old.contains(sign)));
    let throws_away = !text.contains("unwrap_or") && !text.contains("if let Ok");
    let decides = match change.language {
        Language::Go if text.contains("recover()") => !recovers_with_error(change, line),
        Language::Ruby => !READING.is_match(text),
        _ => was_checked && throws_away,
    };
    add(change, findings, line, text, decides);
}

/// Whether what follows a `recover()` tells somebody.
fn recovers_with_error(change: &Change<'_>, line: u32) -> bool {
    let near = (line as usize).saturating_sub(1)..(line as usize + 4).min(change.lines.len());
    let code: String =
        change.lines.get(near).unwrap_or_default().iter().map(|line| line.code.clone() + "\n").collect();
    ["err =", "err=", "Errorf", "errors.New", "panic(", "log.", "Error("]
        .iter()
        .any(|sign| code.contains(sign))
}

fn add(change: &Change<'_>, findings: &mut Findings, line: u32, code: &str, decides: bool) {
    let message = format!("an error goes unnoticed: `{}`", code.trim());
    if decides {
        findings.reject(FindingKind::SwallowedError, change.path, Some(line), message);
    } else {
        findings.review(FindingKind::SwallowedError, change.path, Some(line), message);
    }
}

//! What programs that run several others put before each line: which of them speaks.
//!
//! compose (`web-1  | `), BuildKit (`#12 0.345 `), ant (`    [junit] `), Earthly (`+test | `), act
//! (`[CI/test]   | `), `ctest -V` (`12: `), concurrently (`[0] `), workspaces of package managers (`packages/a test: `,
//! `[@scope/a]: `, `a:test: `). Lines of different speakers are read apart, so that two runners whose
//! output is interleaved do not confuse each other's parser. Promise: a line is only cut where the prefix
//! has exactly such a shape; text that merely looks structured (`12 | code`, `file.c:3: error`) stays.

/// Longest prefix looked for, in bytes.
const LONGEST: usize = 100;

/// ant's tasks that pass on what a program printed.
const ANT_TASKS: &[&str] =
    &["junit", "junitlauncher", "testng", "exec", "java", "javac", "apply", "echo", "groovy", "scalatest"];

/// First words of script names that package managers put behind a package's name.
const SCRIPTS: &[&str] =
    &["test", "build", "lint", "check", "typecheck", "compile", "e2e", "unit", "integration", "ci"];

/// The speaker, and the line without its prefix.
pub(crate) fn without_prefix(text: &str) -> (Option<&str>, &str) {
    let cut = match text.as_bytes().first() {
        Some(b' ') => indented(text),
        Some(b'[') => bracketed(text),
        Some(b'#') => buildkit(text),
        Some(b'@' | b'a'..=b'z' | b'A'..=b'Z') => named(text),
        Some(b'1'..=b'9') => ctest(text),
        _ => None,
    };
    match cut {
        Some((speaker, length)) => (Some(speaker), &text[length..]),
        None => (None, text),
    }
}

/// Beginning of a line that is long enough for any prefix.
fn head(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// `    [junit] text` of ant, `   +test | text` of Earthly.
fn indented(text: &str) -> Option<(&str, usize)> {
    let bare = text.trim_start_matches(' ');
    let indent = text.len() - bare.len();
    let (speaker, length) = match bare.as_bytes().first()? {
        b'[' => bracketed(bare)?,
        b'+' => {
            let (name, _) = head(bare).split_once(" | ")?;
            (!name.contains(' ')).then_some((name, name.len() + 3))?
        }
        _ => return None,
    };
    Some((speaker, indent + length))
}

/// `[junit] text`, `[CI/test]   | text`, `[@scope/a]: text`, `[0] text`.
fn bracketed(text: &str) -> Option<(&str, usize)> {
    let close = head(text).find(']')?;
    let inner = &text[1..close];
    let rest = &text[close + 1..];
    if let Some(after) = rest.strip_prefix(' ') {
        let task = inner.strip_prefix("ant:").is_some() || ANT_TASKS.contains(&inner);
        let number = inner.len() <= 2 && !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit());
        if task || number {
            return Some((inner, close + 2));
        }
        let bar = after.trim_start_matches(' ').strip_prefix("| ");
        return bar.filter(|_| inner.contains('/')).map(|output| (inner, text.len() - output.len()));
    }
    let package = inner.contains('/') || inner.starts_with('@');
    (package && !inner.contains(' ') && rest.starts_with(": ")).then_some((inner, close + 3))
}

/// `#12 0.345 text`.
fn buildkit(text: &str) -> Option<(&str, usize)> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (number, rest) = head(text).split_once(' ')?;
    let (seconds, _) = rest.split_once(' ').unwrap_or((rest, ""));
    let (whole, part) = seconds.split_once('.')?;
    let fits = digits(number.strip_prefix('#')?) && digits(whole) && digits(part);
    fits.then(|| (number, (number.len() + 1 + seconds.len() + 1).min(text.len())))
}

/// `12: text`: output of test 12 with `ctest -V`.
fn ctest(text: &str) -> Option<(&str, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &text[digits..];
    let cut = if rest == ":" { 1 } else { 2 };
    (digits <= 4 && (rest == ":" || rest.starts_with(": "))).then(|| (&text[..digits], digits + cut))
}

/// `web-1  | text`, `packages/a test: text`, `a:test: text`, `@scope/a: text`.
fn named(text: &str) -> Option<(&str, usize)> {
    let head = head(text);
    let end = head.find([' ', ':'])?;
    let name = &text[..end];
    let rest = &text[end..];
    if let Some(output) = rest.trim_start_matches(' ').strip_prefix('|') {
        let numbered = name.rsplit_once(['-', '_']).is_some_and(|(_, number)| {
            !number.is_empty() && number.len() <= 3 && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        let output = output.strip_prefix(' ').or_else(|| output.is_empty().then_some(output));
        return output
            .filter(|_| numbered && rest.starts_with(' '))
            .map(|out| (name, text.len() - out.len()));
    }
    if let Some(rest) = rest.strip_prefix(": ") {
        let scoped = name.starts_with('@') && name.contains('/');
        return scoped.then_some((name, text.len() - rest.len()));
    }
    let script = head[end + 1..].split([':', ' ']).next().unwrap_or_default();
    let mark = end + 1 + script.len();
    let known = SCRIPTS.contains(&script.split(['-', ':', '.']).next().unwrap_or_default());
    let place = name.contains('/') || rest.starts_with(':');
    (known && place && head[mark..].starts_with(": ")).then(|| (&text[..mark], mark + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speakers_are_told_apart() {
        for (line, speaker, text) in [
            ("web-1  | FAILED x", "web-1", "FAILED x"),
            ("test_runner_1  |   indented", "test_runner_1", "  indented"),
            ("db-1  |", "db-1", ""),
            ("#19 22.32 [ERROR] x", "#19", "[ERROR] x"),
            ("#7 0.5", "#7", ""),
            ("    [junit] Testcase: a took 1 sec", "junit", "Testcase: a took 1 sec"),
            ("[ant:checkstyle] [ERROR] x", "ant:checkstyle", "[ERROR] x"),
            ("  [exec]   indented", "exec", "  indented"),
            ("           +test | running 2 tests", "+test", "running 2 tests"),
            ("[CI/test]   | ok", "CI/test", "ok"),
            ("[@a/b]: FAIL x", "@a/b", "FAIL x"),
            ("[1] FAIL x", "1", "FAIL x"),
            ("packages/a test:  FAIL x", "packages/a test", " FAIL x"),
            ("web:test: FAIL x", "web:test", "FAIL x"),
            ("12: FAIL x", "12", "FAIL x"),
            ("3:", "3", ""),
            ("@scope/web: FAIL x", "@scope/web", "FAIL x"),
        ] {
            assert_eq!(without_prefix(line), (Some(speaker), text), "{line}");
        }
    }

    #[test]
    fn what_only_looks_structured_stays() {
        for line in [
            "12 | let x = 1;",
            "   | ^^^ expected",
            " 3 |     a",
            "src/a.c:3:5: error: no",
            "a.c:main: error",
            "index.js  |   100 |",
            "[INFO] Tests run: 3",
            "[info] - fails *** FAILED ***",
            "[ui] tests/ui/x.rs ... FAILED",
            "[gw0] [ 50%] FAILED tests/a.py::b",
            "[ RUN      ] A.b",
            "[1/20] Building",
            "ERROR:root: x",
            "error: test failed, to rerun pass",
            "# FAIL: 0",
            "#1 - x",
            "Test suite failed",
            "tests/a.py::test: x",
            "",
            "ä",
        ] {
            assert_eq!(without_prefix(line), (None, line), "{line}");
        }
    }
}

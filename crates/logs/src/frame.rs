//! Tells the project's own frames from those of libraries, harnesses and runtimes.

use regreen_case::Frame;

/// Parts of paths that only exist outside a project.
const OUTSIDE: &[&str] = &[
    "/site-packages/",
    "/dist-packages/",
    "/lib/python",
    "/lib64/python",
    "/rustc/",
    "/.cargo/registry/",
    "/.cargo/git/",
    "/.rustup/",
    "/library/std/src/",
    "/library/core/src/",
    "/node_modules/",
    "/node:",
    "/internal/modules/",
    "/internal/process/",
    "/pkg/mod/",
    "/usr/local/go/src/",
    "/usr/lib/",
    "/usr/include/",
    "/hostedtoolcache/",
    "/vendor/",
    "/_pytest/",
];

/// Whether a file, as a stack trace prints it, belongs to the project.
pub(crate) fn is_project(file: &str) -> bool {
    if file.is_empty() || file.starts_with('<') {
        return false;
    }
    let mut slashed = file.replace('\\', "/");
    slashed.insert(0, '/');
    !OUTSIDE.iter().any(|part| slashed.contains(part))
}

/// A frame, flagged.
pub(crate) fn frame(file: &str, line: u32, function: Option<&str>) -> Frame {
    Frame { file: file.to_owned(), line, function: function.map(str::to_owned), project: is_project(file) }
}

/// Last part of a path, of either kind.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// `file:function` of the nearest project frame; innermost frames stand last.
pub(crate) fn nearest_project(frames: &[Frame]) -> Option<String> {
    let frame = frames.iter().rev().find(|frame| frame.project)?;
    frame.function.as_ref().map(|function| format!("{}:{function}", file_name(&frame.file)))
}

/// Reads `path:line` (and a column, which is dropped) at the end of `text`.
pub(crate) fn location(text: &str) -> Option<(&str, u32)> {
    let (rest, last) = text.rsplit_once(':')?;
    let last: u32 = last.parse().ok()?;
    if let Some((path, line)) = rest.rsplit_once(':')
        && let Ok(line) = line.parse()
    {
        return (!path.is_empty()).then_some((path, line));
    }
    (!rest.is_empty()).then_some((rest, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_and_runtimes_are_not_the_project() {
        for file in ["src/lib.rs", "/home/runner/work/a/a/tests/test_x.py", "./main.go", "C:\\w\\a.py"] {
            assert!(is_project(file), "{file}");
        }
        for file in [
            "/opt/hostedtoolcache/Python/3.12.1/x64/lib/python3.12/json/decoder.py",
            ".venv/lib/python3.11/site-packages/numpy/core.py",
            "/rustc/abc/library/core/src/panicking.rs",
            "vendor/github.com/x/y.go",
            "<frozen importlib._bootstrap>",
            "C:\\w\\node_modules\\a.js",
        ] {
            assert!(!is_project(file), "{file}");
        }
    }

    #[test]
    fn locations_are_read_from_the_end() {
        assert_eq!(location("src/lib.rs:12:5"), Some(("src/lib.rs", 12)));
        assert_eq!(location("a.py:3"), Some(("a.py", 3)));
        assert_eq!(location("C:\\a.py:3"), Some(("C:\\a.py", 3)));
        assert_eq!(location("nothing"), None);
    }
}

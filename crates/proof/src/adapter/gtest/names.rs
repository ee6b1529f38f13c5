//! Names of GoogleTest's tests, and where they are declared.

use std::sync::OnceLock;

use regex::Regex;

use crate::project::{Project, join};

/// More files than this do not hold one test.
const MAX_FOUND: usize = 16;

/// Whether a file is C or C++.
pub(super) fn is_source(path: &str) -> bool {
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, end)| end);
    matches!(extension, Some("cc" | "cpp" | "cxx" | "c++" | "C" | "c" | "cu" | "mm"))
}

/// `Names/Values.IsGood/1` → `Values.IsGood`, `Typed/0.Size` → `Typed.Size`.
pub(super) fn declaration(id: &str) -> String {
    let (left, right) = id.split_once('.').unwrap_or((id, ""));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = left.split('/').collect();
    let suite = match parts.as_slice() {
        // Typed suites count their types behind their name; instances stand in front.
        [.., suite, last] if is_number(last) => suite,
        [.., suite] => suite,
        [] => left,
    };
    format!("{suite}.{}", right.split('/').next().unwrap_or(right))
}

/// The tests that a text declares, as filters: those with parameters or types with wildcards.
pub(super) fn declared(text: &str) -> Vec<String> {
    let Some(pattern) = macros() else { return Vec::new() };
    pattern.captures_iter(text).map(|found| format!("{}.{}", &found[2], &found[3])).collect()
}

/// Whether a text declares tests for GoogleTest: other frameworks have macros of the same names.
pub(super) fn is_test(text: &str) -> bool {
    let header = |line: &str| line.contains("gtest/gtest.h") || line.contains("gmock/gmock.h");
    text.lines().any(|line| line.trim_start().starts_with('#') && header(line)) && !declared(text).is_empty()
}

/// Tests as the program lists them: a line for a suite, and indented ones for its tests, each perhaps with a remark.
pub(super) fn listed(printed: &str) -> Vec<String> {
    let mut suite = "";
    let mut found = Vec::new();
    for line in printed.lines() {
        let name = line.split('#').next().unwrap_or_default().trim();
        if line.starts_with("  ") && suite.ends_with('.') {
            found.push(format!("{suite}{name}"));
        } else {
            suite = name;
        }
    }
    found
}

/// What `--gtest_filter` takes for a test: a name without parameters stands also for those that have some.
pub(super) fn filters(name: &str) -> Vec<String> {
    let Some((suite, test)) = name.split_once('.').filter(|_| !name.contains('/')) else {
        return vec![name.to_owned()];
    };
    vec![
        name.to_owned(),
        format!("*/{suite}.{test}/*"),
        format!("{suite}/*.{test}"),
        format!("*/{suite}/*.{test}"),
    ]
}

fn macros() -> Option<&'static Regex> {
    static PATTERN: OnceLock<Option<Regex>> = OnceLock::new();
    PATTERN
        .get_or_init(|| {
            Regex::new(r"(?m)^\s*(TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P)\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)")
                .ok()
        })
        .as_ref()
}

/// Files that declare a test.
pub(super) fn files_with(project: &Project, id: &str) -> Vec<String> {
    let declares = |file: &String| declares(project, file, id);
    project.files().into_iter().filter(declares).take(MAX_FOUND).collect()
}

/// Whether a file declares a test.
pub(super) fn declares(project: &Project, file: &str, id: &str) -> bool {
    let wanted = declaration(id.trim_matches('*').trim_matches('/'));
    !wanted.trim_matches('.').is_empty()
        && is_source(file)
        && project.text(file).is_some_and(|text| declared(&text).contains(&wanted))
}

/// Name of the program that a build file says is built of a source, when it says so plainly.
pub(super) fn program_of(project: &Project, source: &str, file: &str) -> Option<String> {
    static CALL: OnceLock<Option<Regex>> = OnceLock::new();
    let call =
        CALL.get_or_init(|| Regex::new(r"(?s)add_executable\s*\(\s*([\w.+-]+)([^)]*)\)").ok()).as_ref()?;
    let mut folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    loop {
        let text = project.text(&join(source, &join(folder, "CMakeLists.txt"))).unwrap_or_default();
        let inside = file.strip_prefix(folder).unwrap_or(file).trim_start_matches('/');
        let names = |sources: &str| sources.split_whitespace().any(|word| word.trim_matches('"') == inside);
        if let Some(found) = call.captures_iter(&text).find(|found| names(&found[2])) {
            return Some(found[1].to_owned());
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

//! Whose dialect a report is in, and what that means for the parts of a failure: which line explains it,
//! which word is its kind, and where it happened.

use std::sync::OnceLock;

use regex::Regex;
use regreen_case::Framework;

use super::ReportedFailure;
use super::xml::Element;
use crate::frame::{file_name, is_project};

/// What gives the writer of a report away.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hints {
    framework: Option<Framework>,
}

impl Hints {
    /// By the name of all suites together.
    pub(super) fn root(&mut self, name: &str) {
        self.note(match name {
            "jest tests" => Some(Framework::Jest),
            "vitest tests" => Some(Framework::Vitest),
            "Mocha Tests" => Some(Framework::Mocha),
            "AllTests" => Some(Framework::Gtest),
            "pytest tests" => Some(Framework::Pytest),
            "Pester" => Some(Framework::Pester),
            name if name.starts_with("nextest") => Some(Framework::CargoTest),
            _ => None,
        });
    }

    /// By a suite.
    pub(super) fn suite(&mut self, element: &Element<'_>) {
        let name = element.get("name");
        let schema = element.get("xsi:noNamespaceSchemaLocation");
        self.note(match name.as_str() {
            "pytest" => Some(Framework::Pytest),
            "Mocha Tests" => Some(Framework::Mocha),
            "nosetests" | "nose2-junit" => Some(Framework::Nose),
            "TestResults" => Some(Framework::Xctest),
            name if name.starts_with("rspec") => Some(Framework::Rspec),
            name if name.ends_with(".dll") => Some(Framework::DotnetTest),
            _ if schema.contains("surefire") => Some(Framework::Junit),
            _ if element.get("hostname") == "tbd" => Some(Framework::Catch2),
            _ => None,
        });
    }

    /// By a property of a suite.
    pub(super) fn property(&mut self, name: &str) {
        self.note(match name {
            "go.version" => Some(Framework::GoTest),
            "java.version" | "java.vm.name" => Some(Framework::Junit),
            _ => None,
        });
    }

    /// By a case.
    pub(super) fn of_case(element: &Element<'_>) -> Self {
        let [classname, name, status] = ["classname", "name", "status"].map(|part| element.get(part));
        let has = |attribute: &str| !element.get(attribute).is_empty();
        let framework = if has("class") && has("assertions") {
            Some(Framework::Phpunit)
        } else if has("lineno") && has("assertions") {
            Some(Framework::Minitest)
        } else if classname == name && matches!(status.as_str(), "run" | "fail" | "notrun" | "disabled") {
            Some(Framework::Ctest)
        } else if has("result") && matches!(status.as_str(), "run" | "notrun") {
            Some(Framework::Gtest)
        } else if classname.starts_with("Elixir.") {
            Some(Framework::Exunit)
        } else {
            None
        };
        Hints { framework }
    }

    pub(super) fn joined(&self, other: &Hints) -> Hints {
        Hints { framework: self.framework.or(other.framework) }
    }

    /// The framework; a failure's type and text may still tell.
    pub(super) fn framework(&self, kind: &str, text: &str) -> Option<Framework> {
        // Other languages have dots in their types too, but not this kind of stack.
        let of_the_jvm = || {
            let (_, class) = kind.rsplit_once('.')?;
            let is_class = class.starts_with(|c: char| c.is_ascii_uppercase());
            (is_class && text.contains("\tat ")).then_some(Framework::Junit)
        };
        let of_node = || kind.ends_with("CodeFailure").then_some(Framework::NodeTest);
        let of_playwright = || (kind == "FAILURE" && text.contains(" › ")).then_some(Framework::Playwright);
        self.framework.or_else(of_node).or_else(of_playwright).or_else(of_the_jvm)
    }

    fn note(&mut self, found: Option<Framework>) {
        self.framework = self.framework.or(found);
    }
}

/// The failure with its parts told apart. `text` is the body of the failure.
pub(super) fn failure(mut failure: ReportedFailure, text: &str) -> ReportedFailure {
    let body = without_colours(text.trim_matches(['\n', '\r']).trim_end());
    let said = without_colours(failure.message.trim());
    let (said, body) = by_framework(&mut failure, said, body);
    failure.message = joined(&said, &body);
    failure.kind = kind(&failure.kind, &failure.message);
    if failure.file.is_none() {
        match place(&failure, &body) {
            Some(place) => at(&mut failure, place),
            None => {
                let declared = failure.declared_in.as_deref().map(within_checkout);
                failure.file = declared.map(str::to_owned);
            }
        }
    }
    failure
}

fn at(failure: &mut ReportedFailure, (file, line): (String, u32)) {
    (failure.file, failure.line) = (Some(file), Some(line));
}

/// What the attribute and the body say, without what the framework adds of its own.
fn by_framework(failure: &mut ReportedFailure, said: String, body: String) -> (String, String) {
    match failure.framework {
        Some(Framework::Phpunit) => {
            let body = without_own_name(&body, &failure.name);
            (said, body)
        }
        Some(Framework::Gtest) => {
            let (place, rest) = gtest(if body.is_empty() { &said } else { &body });
            place.into_iter().for_each(|place| at(failure, place));
            (String::new(), rest)
        }
        Some(Framework::CargoTest) if body.starts_with("thread '") => {
            (String::new(), panicked(failure, body))
        }
        Some(Framework::Pytest) => {
            // Where the test begins, and counted from nought.
            failure.line = None;
            let told = pytest(&said, &body).to_owned();
            if told.starts_with("assert ") {
                "AssertionError".clone_into(&mut failure.kind);
            }
            (told, body)
        }
        Some(Framework::GoTest) => {
            let body = go(failure, &body);
            (if body.is_empty() { said } else { String::new() }, body)
        }
        Some(Framework::Playwright) => {
            // The title comes first, once more.
            let is_title = |line: &&str| line.trim().is_empty() || line.contains(" › ");
            let body = body.lines().skip_while(is_title).map(str::trim).collect::<Vec<_>>().join("\n");
            (if body.is_empty() { said } else { String::new() }, body)
        }
        Some(Framework::DotnetTest) => {
            let introduces = |first: &str| {
                first.starts_with("Test method ") && first.trim_end().ends_with("threw exception:")
            };
            match said.split_once('\n').filter(|(first, _)| introduces(first)) {
                Some((_, rest)) => (rest.to_owned(), body),
                None => (said, body),
            }
        }
        _ => (said, body),
    }
}

/// `thread 'x' panicked at src/lib.rs:4:16:` comes before the message.
fn panicked(failure: &mut ReportedFailure, body: String) -> String {
    "panic".clone_into(&mut failure.kind);
    let first = body.lines().next().unwrap_or_default();
    match first.split_once(" panicked at ").and_then(|(_, place)| place_in(place)) {
        Some(place) => {
            at(failure, place);
            body.lines().skip(1).collect::<Vec<_>>().join("\n")
        }
        None => body,
    }
}

/// Go's own lines go, and `x_test.go:14: ` before the message tells the place.
fn go(failure: &mut ReportedFailure, body: &str) -> String {
    let is_told = |line: &&str| !["=== ", "--- "].iter().any(|head| line.trim_start().starts_with(head));
    let body = body.lines().filter(is_told).map(str::trim_start).collect::<Vec<_>>().join("\n");
    if let Some((before, rest)) = body.split_once(": ").filter(|(before, _)| !before.contains(' '))
        && let Some(place) = place_in(before)
    {
        at(failure, place);
        return rest.to_owned();
    }
    body
}

/// The explaining line first, the body behind it, unless it begins with that line itself.
fn joined(said: &str, body: &str) -> String {
    let first = said.lines().next().unwrap_or_default();
    // `java.lang.AssertionError: sum` begins with `sum`.
    let begins =
        |line: &str| line.strip_suffix(first).is_some_and(|head| head.is_empty() || head.ends_with(": "));
    let begins_so = body.lines().map(str::trim_end).find(|line| !line.is_empty()).is_some_and(begins);
    match (said.is_empty() || begins_so, body.is_empty()) {
        (true, false) => body.trim_start_matches(['\n', '\r']).to_owned(),
        (_, true) => said.to_owned(),
        (false, false) => format!("{said}\n{body}"),
    }
}

/// The type as the report has it, if it is one, else the word that the message begins with.
fn kind(given: &str, message: &str) -> String {
    let is_type = given.contains(|c: char| c.is_ascii_uppercase())
        && given.chars().all(|c| c.is_alphanumeric() || "._\\$:".contains(c))
        && !given.ends_with("CodeFailure")
        && given != "FAILURE";
    if is_type || given == "panic" {
        return given.to_owned();
    }
    // `AssertionError [ERR_ASSERTION]: …`, often only behind the difference.
    let first_word = |line: &str| line.trim_start().split([':', ' ']).next().unwrap_or_default().to_owned();
    message.lines().take(30).map(first_word).find(|word| is_error(word)).unwrap_or_default()
}

fn is_error(word: &str) -> bool {
    let ends = ["Error", "Exception", "Failure", "Exit", "Interrupt"];
    word.len() < 200
        && word.chars().all(|c| c.is_alphanumeric() || "._\\$".contains(c))
        && ends.iter().any(|end| word.ends_with(end))
}

/// Of a failure outside the test, the error itself rather than the words that introduce it.
fn pytest<'a>(said: &'a str, body: &'a str) -> &'a str {
    let introduces = ["failed on ", "collection failure", "test setup failure"];
    if !introduces.iter().any(|head| said.starts_with(head)) {
        return said;
    }
    body.lines().filter_map(|line| line.strip_prefix("E  ")).map(str::trim).next_back().unwrap_or(said)
}

/// The class or file of the test knows best where it failed; else the first file of the project that is
/// named with a line.
fn place(failure: &ReportedFailure, body: &str) -> Option<(String, u32)> {
    if failure.framework == Some(Framework::Pytest) {
        let at_start = |line: &str| place_in(line).filter(|_| !line.starts_with([' ', '(', '[', '"', '\'']));
        return body.lines().rev().find_map(at_start).filter(|(file, _)| is_project(file));
    }
    let named: Vec<(String, u32)> = body.lines().take(200).filter_map(place_in).collect();
    let of_the_class = |file: &str| {
        let stem = file_name(file).split('.').next().unwrap_or_default();
        !stem.is_empty() && failure.classname.split(['.', '$', '/', '\\']).any(|part| part == stem)
    };
    let first = named.iter().find(|(file, _)| of_the_class(file));
    first.or_else(|| named.iter().find(|(file, _)| is_project(file))).cloned()
}

/// A file with a line in a line of text.
fn place_in(line: &str) -> Option<(String, u32)> {
    static FORM: OnceLock<Option<Regex>> = OnceLock::new();
    let form = FORM.get_or_init(|| {
        // `a/b.c:12`, `(Foo.java:12)`, `file:///a.mjs:1:2`, dotnet's `in C:\a.cs:line 12`.
        Regex::new(r#"(?:^|[\s(\["'])(?:file://)?((?:[A-Za-z]:)?[\w@+~./\\-]*[\w-]\.[A-Za-z]\w{0,5}):(?:line )?(\d+)"#).ok()
    });
    let found = form.as_ref()?.captures(line.get(..line.len().min(600)).unwrap_or_default())?;
    Some((within_checkout(&found[1]).to_owned(), found[2].parse().ok()?))
}

/// A path without the folder that a runner checks out to: `/home/runner/work/NAME/NAME/`.
fn within_checkout(path: &str) -> &str {
    let roots = ["/home/runner/work/", "/Users/runner/work/", "/__w/", "D:\\a\\", "D:/a/"];
    let Some(rest) = roots.iter().find_map(|root| path.strip_prefix(root)) else { return path };
    let mut parts = rest.splitn(3, ['/', '\\']);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(one), Some(other), Some(inner)) if one == other => inner,
        _ => path,
    }
}

/// `a.cc:2` on a line of its own comes first.
fn gtest(text: &str) -> (Option<(String, u32)>, String) {
    let first = text.lines().next().unwrap_or_default();
    match place_in(first) {
        Some(place) => (Some(place), text.lines().skip(1).collect::<Vec<_>>().join("\n")),
        None => (None, text.to_owned()),
    }
}

fn without_own_name(body: &str, name: &str) -> String {
    let mut lines = body.lines();
    match lines.next() {
        Some(first) if first.contains("::") && first.contains(name) => lines.collect::<Vec<_>>().join("\n"),
        _ => body.to_owned(),
    }
}

/// Without escape sequences, and without what writers put in the place of ESC, which XML cannot hold.
fn without_colours(text: &str) -> String {
    static COLOUR: OnceLock<Option<Regex>> = OnceLock::new();
    let colour = COLOUR.get_or_init(|| Regex::new(r"(?:\x1b|#x1B|\u{fffd}|&#x1B;)\[[0-9;]*m").ok());
    let plain = colour.as_ref().map_or(text.into(), |colour| colour.replace_all(text, ""));
    plain.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

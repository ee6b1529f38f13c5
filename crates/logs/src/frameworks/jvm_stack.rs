//! What the JVM prints of an exception: its kind, the line that says it, and the stack.
//!
//! Shared by all runners of the JVM. Frames name only the file, so whether one belongs to the project is
//! told by its class: what lies in the packages of runtimes, runners and assertion libraries does not,
//! unless the test itself lives there.

use regreen_case::Frame;

use super::Found;
use crate::frame::nearest_project;
use crate::text::push_line;

/// Most lines of one trace that are kept.
pub(super) const MAX_TRACE_LINES: usize = 400;
/// Longest message kept.
const MAX_MESSAGE: usize = 4000;

/// Packages of runtimes, runners and assertion libraries.
const OUTSIDE: &[&str] = &[
    "java.",
    "javax.",
    "jakarta.",
    "jdk.",
    "sun.",
    "com.sun.",
    "junit.",
    "org.junit.",
    "org.testng.",
    "org.opentest4j.",
    "org.mockito.",
    "org.easymock.",
    "org.powermock.",
    "org.assertj.",
    "org.hamcrest.",
    "org.gradle.",
    "worker.org.gradle.",
    "org.apache.maven.",
    "org.apache.tools.ant.",
    "org.apache.groovy.",
    "org.codehaus.groovy.",
    "org.spockframework.",
    "org.scalatest.",
    "org.scalactic.",
    "org.specs2.",
    "org.springframework.",
    "net.bytebuddy.",
    "com.google.common.",
    "io.kotest.",
    "io.mockk.",
    "kotlin.",
    "kotlinx.",
    "scala.",
    "groovy.",
    "spock.",
    "munit.",
    "utest.",
    "zio.",
    "sbt.",
    "mockit.",
    "reactor.",
];

/// One frame: class, method, file, line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call<'a> {
    pub(super) class: &'a str,
    pub(super) method: &'a str,
    file: &'a str,
    line: u32,
}

/// Reads `at app//pkg.Class.method(File.java:12)`; `bare` where the `at` may lack.
pub(super) fn call(text: &str, bare: bool) -> Option<Call<'_>> {
    let text = text.trim();
    let rest = match text.strip_prefix("at ") {
        Some(rest) => rest,
        None if bare => text,
        None => return None,
    };
    let open = rest.rfind('(')?;
    let (inner, _) = rest[open + 1..].split_once(')')?;
    let (file, line) = inner.rsplit_once(':')?;
    let line = line.parse().ok()?;
    let name = &rest[..open];
    // A module or a class loader stands before the last slash.
    let name = name.rfind('/').map_or(name, |slash| &name[slash + 1..]);
    let (class, method) = name.rsplit_once('.')?;
    let is_class = class.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && !class.contains(' ')
        && !name.ends_with(' ');
    (is_class && !file.is_empty() && !file.contains(' ')).then_some(Call { class, method, file, line })
}

/// Whether a line is one of a stack, even one that names no line.
pub(super) fn is_frame(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with("at ") && text.contains('(') || text.starts_with("... ") && text.contains(" more")
}

/// The kind at the beginning of `text`: a class of exceptions.
pub(super) fn kind_of(text: &str) -> Option<&str> {
    let end = text.find([':', ' ', '\t', '(']).unwrap_or(text.len());
    let kind = &text[..end];
    let starts = kind.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let is_name = kind.chars().all(|char| char.is_alphanumeric() || "._$".contains(char));
    let is_thrown = ["Exception", "Error", "Failure", "Throwable", "Failed", "Invoked", "Interactions"]
        .iter()
        .any(|end| kind.ends_with(end))
        || (kind.contains('.') && !kind.ends_with('.') && text[end..].starts_with(':') && kind.len() > 6);
    (starts && is_name && is_thrown).then_some(kind)
}

/// Whether a kind says that a test's own check failed.
fn is_assertion(kind: &str) -> bool {
    let simple = kind.rsplit(['.', '$']).next().unwrap_or(kind);
    simple.contains("Assert")
        || simple.contains("ComparisonFailure")
        || simple.contains("MultipleFailures")
        || simple.contains("ConditionNotSatisfied")
        || simple.contains("TestFailed")
        || simple.is_empty()
}

/// The test that a trace belongs to.
pub(super) struct Owner<'a> {
    /// With or without package.
    pub(super) class: &'a str,
    pub(super) method: &'a str,
}

impl Owner<'_> {
    fn owns_class(&self, class: &str) -> bool {
        let outer = |class: &'_ str| class.split('$').next().unwrap_or_default().to_owned();
        let (mine, theirs) = (outer(self.class), outer(class));
        mine == theirs || (!mine.contains('.') && !mine.is_empty() && theirs.ends_with(&format!(".{mine}")))
    }

    /// The test's own method, or a lambda in it.
    fn is_method(&self, method: &str) -> bool {
        let base = base_name(self.method);
        let theirs = method.strip_prefix("lambda$").and_then(|rest| rest.split('$').next()).unwrap_or(method);
        !base.is_empty() && base_name(theirs) == base
    }

    fn is_project(&self, class: &str) -> bool {
        !OUTSIDE.iter().any(|prefix| class.starts_with(prefix) && !self.class.starts_with(prefix))
    }

    /// The innermost frame that says where it failed; the innermost one stands last.
    fn place<'a>(&self, calls: &[Call<'a>], kind: &str) -> Option<(&'a str, u32)> {
        let own = calls
            .iter()
            .rev()
            .find(|call| self.is_method(call.method) && self.is_project(call.class))
            .or_else(|| calls.iter().rev().find(|call| self.owns_class(call.class)));
        let near = calls.iter().rev().find(|call| self.is_near(call.class) && self.is_project(call.class));
        let any = calls.iter().rev().find(|call| self.is_project(call.class));
        let chosen = if is_assertion(kind) { own.or(near).or(any) } else { near.or(own).or(any) };
        chosen.map(|call| (call.file, call.line))
    }

    /// Whether a class lies in the same part of the package tree.
    fn is_near(&self, class: &str) -> bool {
        let head = |class: &str| class.split('.').take(3).map(str::to_owned).collect::<Vec<_>>();
        let (mine, theirs) = (head(self.class), head(class));
        mine.len() > 2 && theirs.len() > 2 && mine[..2] == theirs[..2]
    }
}

/// The name of a method without parameters and index.
pub(super) fn base_name(name: &str) -> &str {
    name.split(['(', '[', '{']).next().unwrap_or(name).trim()
}

/// Fills in what the lines of a trace say. `first` is the number of the first line.
pub(super) fn explain(found: &mut Found, lines: &[String], first: u64, owner: &Owner<'_>) {
    let told = |line: &&String| !line.trim().is_empty();
    let Some(start) = lines.iter().position(|line| told(&line)) else { return };
    let header = lines[start].trim();
    let kind = kind_of(header).unwrap_or_default();
    found.kind = kind.to_owned();
    // A message of several lines may stand below the kind.
    let says_nothing = header.len() > kind.len() && header[kind.len()..].trim() == ":";
    let below = lines[start + 1..].iter().position(|line| told(&line)).map(|at| start + 1 + at);
    let cause = match below {
        Some(below) if says_nothing && !is_frame(&lines[below]) => below,
        _ => start,
    };
    found.cause_at = first + cause as u64;
    for line in &lines[cause..] {
        if is_frame(line) || call(line, true).is_some() {
            break;
        }
        push_line(&mut found.message, line.trim(), MAX_MESSAGE);
    }
    for line in &lines[start..] {
        push_line(&mut found.block, line, 5000);
    }
    stack(found, &lines[start..], owner);
}

fn stack(found: &mut Found, lines: &[String], owner: &Owner<'_>) {
    let cut = lines
        .iter()
        .position(|line| {
            let line = line.trim_start();
            line.starts_with("Caused by:") || line.starts_with("Suppressed:")
        })
        .unwrap_or(lines.len());
    let of = |lines: &'_ [String]| -> Vec<String> {
        lines.iter().filter(|line| call(line, true).is_some()).cloned().collect()
    };
    let mut text = of(&lines[..cut]);
    let has_project =
        |text: &[String]| text.iter().filter_map(|line| call(line, true)).any(|c| owner.is_project(c.class));
    if !has_project(&text) {
        text = of(lines);
    }
    text.reverse();
    let calls: Vec<Call<'_>> = text.iter().filter_map(|line| call(line, true)).collect();
    let frame = |call: &Call<'_>| Frame {
        file: call.file.to_owned(),
        line: call.line,
        function: Some(format!("{}.{}", call.class, call.method)),
        project: owner.is_project(call.class),
    };
    let place = owner.place(&calls, &found.kind);
    found.frames = calls.iter().map(frame).collect();
    found.place = nearest_project(&found.frames);
    if let Some((file, line)) = place.or_else(|| short_place(lines.first()?)) {
        found.file = Some(file.to_owned());
        found.line = Some(line);
    }
}

/// `java.lang.AssertionError at DownloadTest.java:100`, as gradle prints it without stack.
fn short_place(line: &str) -> Option<(&str, u32)> {
    let (_, place) = line.trim().rsplit_once(" at ")?;
    let (file, line) = place.rsplit_once(':')?;
    (!file.contains(' ') && file.contains('.')).then_some((file, line.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_all_kinds_are_read() {
        let read = |text| call(text, false).map(|call| (call.class, call.method, call.file, call.line));
        assert_eq!(read("\tat a.b.C.d(C.java:12)"), Some(("a.b.C", "d", "C.java", 12)));
        assert_eq!(read("at app//a.C$D.lambda$e$0(C.java:1)"), Some(("a.C$D", "lambda$e$0", "C.java", 1)));
        assert_eq!(read("at java.base/java.util.A.b(A.java:3)"), Some(("java.util.A", "b", "A.java", 3)));
        assert_eq!(
            read("at a.S.feature with blanks(S.groovy:9) ~[x.jar:1]").unwrap().1,
            "feature with blanks"
        );
        for none in
            ["at a.b.C.d(Native Method)", "a.b.C.d(C.java:12)", "at once (see: 12)", "at 9.0 is (A.java:1)"]
        {
            assert_eq!(read(none), None, "{none}");
        }
        assert!(call("a.b.C.d(C.java:12)", true).is_some());
    }

    #[test]
    fn kinds_are_classes_of_exceptions() {
        assert_eq!(kind_of("java.lang.AssertionError: x"), Some("java.lang.AssertionError"));
        assert_eq!(kind_of("java.lang.AssertionError at X.java:1"), Some("java.lang.AssertionError"));
        assert_eq!(kind_of("com.acme.Broken: x"), Some("com.acme.Broken"));
        assert_eq!(kind_of("Condition not satisfied:"), None);
        assert_eq!(kind_of("expected: 5"), None);
    }

    fn explained(text: &str) -> Found {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut found = Found::default();
        explain(&mut found, &lines, 10, &Owner { class: "com.acme.shop.CartTest", method: "adds[1]" });
        found
    }

    #[test]
    fn a_failed_check_lies_in_the_test_and_an_exception_where_it_was_thrown() {
        let trace = "x\n\tat org.junit.Assert.fail(Assert.java:88)\n\tat com.acme.shop.Cart.add(Cart.java:5)\n\tat com.acme.shop.CartTest.adds(CartTest.java:9)\n";
        let check = explained(&format!("java.lang.AssertionError: {trace}"));
        assert_eq!((check.file.as_deref(), check.line), (Some("CartTest.java"), Some(9)));
        let thrown = explained(&format!("java.lang.IllegalStateException: {trace}"));
        assert_eq!((thrown.file.as_deref(), thrown.line), (Some("Cart.java"), Some(5)));
        assert_eq!(thrown.place.as_deref(), Some("Cart.java:com.acme.shop.Cart.add"));
        assert_eq!(thrown.cause_at, 10);
    }

    #[test]
    fn a_message_below_the_kind_explains() {
        let found =
            explained("java.lang.AssertionError: \nExpecting:\n  1\n\tat com.acme.shop.X.y(X.java:5)\n");
        assert_eq!((found.cause_at, found.message.as_str()), (11, "Expecting:\n1\n"));
        assert_eq!(explained("java.lang.AssertionError\n\tat a.B.c(B.java:1)").cause_at, 10);
    }
}

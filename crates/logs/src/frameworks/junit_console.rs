//! JUnit's own console launcher: the list under `Failures (3):`.
//!
//! Each entry is a path of names (`JUnit Jupiter:Class:method()`), its source, and the exception behind
//! `=>` with a stack whose frames lack the `at`. The counts below end the run; a list without them was
//! printed by a test.

use regreen_case::{ContainerRole, Framework};

use super::jvm_stack::{MAX_TRACE_LINES, Owner, call, explain};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Junit,
    name: "junit_console",
    doc: "the console launcher of the JUnit platform: the list of failures, all engines, its counts",
    triggers: &["Failures ("],
    parser: || Box::<Console>::default(),
};

struct Failed {
    id: String,
    class: String,
    method: String,
    container: bool,
    at: u64,
    /// Line of the exception.
    thrown_at: u64,
    lines: Vec<String>,
}

#[derive(Default)]
struct Console {
    /// N of `Failures (N):`.
    announced: Option<u64>,
    failed: Vec<Failed>,
    /// The counts began.
    counting: bool,
    counted: u64,
    at: u64,
}

impl Parser for Console {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(count) = text.strip_prefix("Failures (").and_then(|rest| rest.strip_suffix("):")) {
            // The one before came without counts.
            *self = Console { announced: count.parse().ok(), ..Console::default() };
        } else if self.announced.is_some() {
            if self.counting {
                self.count_line(text, line.number, findings);
            } else if text.starts_with("Test run finished after ") {
                self.counting = true;
            } else {
                self.entry_line(text, line.number);
            }
        }
    }

    fn is_awake(&self) -> bool {
        self.announced.is_some()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

impl Console {
    fn entry_line(&mut self, text: &str, at: u64) {
        let indent = text.len() - text.trim_start_matches(' ').len();
        if indent == 2 && text.contains(':') {
            self.name(text.trim(), at);
            return;
        }
        let Some(failed) = self.failed.last_mut() else { return };
        let inner = text.trim_start();
        if failed.thrown_at == 0 {
            if let Some(thrown) = inner.strip_prefix("=> ") {
                failed.thrown_at = at;
                failed.lines.push(clip(thrown, 1500));
            } else if let Some(source) = inner.strip_prefix("MethodSource [") {
                failed.class = value(source, "className").to_owned();
                failed.method = value(source, "methodName").to_owned();
            } else if let Some(source) = inner.strip_prefix("ClassSource [") {
                failed.class = value(source, "className").to_owned();
                failed.container = true;
            }
        } else if failed.lines.len() < MAX_TRACE_LINES {
            let line = if call(inner, true).is_some() { format!("\tat {inner}") } else { clip(text, 1500) };
            failed.lines.push(line);
        }
    }

    fn name(&mut self, path: &str, at: u64) {
        let id = without_engine(path);
        if self.failed.len() < MAX_TESTS && !id.is_empty() {
            self.failed.push(Failed {
                id: clip(id, 1000),
                class: id.split(':').next().unwrap_or_default().to_owned(),
                method: String::new(),
                container: !id.contains(':') || id.ends_with(":initializationError"),
                at,
                thrown_at: 0,
                lines: Vec::new(),
            });
        }
    }

    fn count_line(&mut self, text: &str, at: u64, findings: &mut Findings) {
        let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.trim_end().strip_suffix(']')) else {
            if !text.trim().is_empty() {
                self.flush(findings);
            }
            return;
        };
        let mut words = inner.split_whitespace();
        let number = words.next().and_then(|number| number.parse::<u64>().ok()).unwrap_or_default();
        if words.next_back() == Some("failed") {
            self.counted = self.counted.saturating_add(number);
            self.at = at;
            if inner.contains("tests failed") {
                self.flush(findings);
            }
        }
    }

    fn flush(&mut self, findings: &mut Findings) {
        let done = std::mem::take(self);
        if !done.counting {
            return;
        }
        let (named, at) = (done.failed.len() as u64, done.at);
        findings.count(Count { framework: Framework::Junit, counted: done.counted, named, at });
        for failed in done.failed.into_iter().filter(|failed| failed.thrown_at != 0) {
            findings.add(Framework::Junit, failed.into_found());
        }
    }
}

impl Failed {
    fn into_found(self) -> Found {
        let role = self.container.then_some(ContainerRole::Suite);
        let mut found = Found { at: self.at, block: format!("{}\n", self.id), role, ..Found::default() };
        explain(&mut found, &self.lines, self.thrown_at, &Owner { class: &self.class, method: &self.method });
        Found { id: self.id, ..found }
    }
}

/// `className = 'a.B', methodName = 'c'`.
fn value<'a>(source: &'a str, key: &str) -> &'a str {
    let after = source.split_once(key).map_or("", |(_, rest)| rest);
    after.split('\'').nth(1).unwrap_or_default()
}

/// The path without the engine's name.
fn without_engine(path: &str) -> &str {
    const ENGINES: &[&str] =
        &["Spock", "Kotest", "TestNG", "Cucumber", "ArchUnit TestEngine", "scalatest", "jqwik"];
    match path.split_once(':') {
        Some((engine, rest)) if engine.starts_with("JUnit ") || ENGINES.contains(&engine) => rest,
        Some((engine, rest)) if engine.starts_with("jqwik") || engine.starts_with("jQwik") => rest,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "
Failures (1):
  JUnit Jupiter:CartTest:adds(int):[2] 2
    MethodSource [className = 'com.acme.CartTest', methodName = 'adds', methodParameterTypes = 'int']
    => java.lang.AssertionError: 
no
       com.acme.Cart.add(Cart.java:3)
       com.acme.CartTest.adds(CartTest.java:9)
       [...]
";
    const COUNTS: &str = "
Test run finished after 595 ms
[         0 containers failed     ]
[         1 tests failed          ]
";

    fn ids(text: &str) -> Vec<String> {
        crate::failures_in(Framework::Junit, text).into_iter().map(|test| test.id).collect()
    }

    #[test]
    fn a_list_with_counts_names_the_tests() {
        let text = format!("{LIST}{COUNTS}");
        let tests = crate::failures_in(Framework::Junit, &text);
        assert_eq!(tests[0].id, "CartTest:adds(int):[2] 2");
        assert_eq!(tests[0].message.lines().next(), Some("no"));
        assert_eq!((tests[0].file.as_deref(), tests[0].line), (Some("CartTest.java"), Some(9)));
    }

    #[test]
    fn a_list_before_another_was_printed_by_a_test() {
        let fake = LIST.replace("adds", "fake");
        assert_eq!(ids(&format!("{fake}{LIST}{COUNTS}")), ["CartTest:adds(int):[2] 2"]);
    }

    #[test]
    fn engines_and_classes_are_no_tests() {
        assert_eq!(without_engine("JUnit Vintage:A:b"), "A:b");
        assert_eq!(without_engine("Spock:A:b: c"), "A:b: c");
        let class = LIST.replace("CartTest:adds(int):[2] 2", "CartTest");
        let found = crate::extract(format!("{class}{COUNTS}").as_bytes(), "logs/x.log").unwrap();
        assert_eq!((found.tests.len(), found.containers.len()), (0, 1));
    }
}

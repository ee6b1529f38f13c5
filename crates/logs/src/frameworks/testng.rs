//! `TestNG`'s own report on the terminal.
//!
//! `FAILED: method` with a trace, `FAILED CONFIGURATION: @BeforeMethod method` for set-up methods, and the
//! totals of the suite between double lines, without which nothing counts. Below maven the plugin says the
//! same once more, and better, so this report gives way.

use regreen_case::{ContainerRole, Framework};

use super::jvm_stack::{MAX_TRACE_LINES, Owner, base_name, call, explain, is_frame};
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Testng,
    name: "testng",
    doc: "TestNG's own report: failed tests and configuration methods, totals of suites",
    triggers: &["FAILED: ", "FAILED CONFIGURATION: "],
    parser: || Box::<Testng>::default(),
};

/// Lines in which maven may still speak.
const MAVEN_WITHIN: u64 = 60;

struct Failed {
    name: String,
    hook: bool,
    at: u64,
    lines: Vec<String>,
}

#[derive(Default)]
struct Testng {
    failed: Vec<Failed>,
    open: bool,
    /// Failures by the totals, and their line.
    total: Option<(u64, u64)>,
}

impl Parser for Testng {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(name) = text.strip_prefix("FAILED: ") {
            self.push(name, false, line.number);
        } else if let Some(rest) = text.strip_prefix("FAILED CONFIGURATION: ") {
            self.push(rest.split_once(' ').map_or(rest, |(_, name)| name), true, line.number);
        } else if text.contains("Tests run: ") && text.contains("Time elapsed: ") {
            *self = Testng::default();
        } else if let Some(failures) = total(text) {
            self.open = false;
            let (sum, _) = self.total.unwrap_or_default();
            self.total = Some((sum + failures, line.number));
        } else if self.total.is_some_and(|(_, at)| line.number > at + MAVEN_WITHIN) {
            self.flush(findings);
        } else if self.open {
            self.trace_line(text);
        }
    }

    fn is_awake(&self) -> bool {
        !self.failed.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(findings);
    }
}

impl Testng {
    fn push(&mut self, name: &str, hook: bool, at: u64) {
        self.open = self.failed.len() < MAX_TESTS && !name.trim().is_empty();
        if self.open {
            self.failed.push(Failed { name: clip(name.trim(), 1000), hook, at, lines: Vec::new() });
        }
    }

    fn trace_line(&mut self, text: &str) {
        let Some(failed) = self.failed.last_mut() else { return };
        let has_stack = failed.lines.iter().any(|line| is_frame(line));
        let other = ["PASSED: ", "SKIPPED: ", "SKIPPED CONFIGURATION: ", "====="]
            .iter()
            .any(|start| text.starts_with(start));
        if other || text.is_empty() && has_stack || failed.lines.len() >= MAX_TRACE_LINES {
            self.open = false;
        } else {
            failed.lines.push(clip(text, 1500));
        }
    }

    fn flush(&mut self, findings: &mut Findings) {
        let done = std::mem::take(self);
        let Some((counted, at)) = done.total else { return };
        let traced: Vec<&Failed> = done.failed.iter().filter(|failed| !failed.lines.is_empty()).collect();
        let named = traced.iter().filter(|failed| !failed.hook).count() as u64;
        findings.count(Count { framework: Framework::Testng, counted, named, at });
        for failed in traced.iter().filter(|failed| failed.hook || counted > 0) {
            findings.add(Framework::Testng, failed.found());
        }
    }
}

impl Failed {
    fn found(&self) -> Found {
        let base = base_name(&self.name);
        let method = base.rsplit('.').next().unwrap_or(base);
        let own = self.lines.iter().filter_map(|line| call(line, false)).find(|call| call.method == method);
        let class = own.map_or("", |call| call.class);
        // Since version 7 the class is printed.
        let id = if base.contains('.') || class.is_empty() {
            self.name.clone()
        } else {
            format!("{class}.{}", self.name)
        };
        let role = self.hook.then_some(ContainerRole::Hook);
        let mut found = Found { at: self.at, block: format!("{id}\n"), role, ..Found::default() };
        explain(&mut found, &self.lines, self.at + 1, &Owner { class, method });
        Found { id, ..found }
    }
}

/// `Total tests run: 6, Failures: 2, Skips: 3`, since version 7 `…, Passes: 1, Failures: 2, Skips: 3`.
fn total(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("Total tests run: ")?;
    rest.split_once("Failures: ")?.1.split(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use regreen_case::Framework;

    fn ids(text: &str) -> Vec<String> {
        crate::failures_in(Framework::Testng, text).into_iter().map(|test| test.id).collect()
    }

    const REPORT: &str = "FAILED: com.acme.PriceTest.sum(2, \"b c\")
java.lang.AssertionError: expected [3] but found [2]
\tat org.testng.Assert.fail(Assert.java:94)
\tat com.acme.PriceTest.sum(PriceTest.java:4)

PASSED: com.acme.PriceTest.other

===============================================
Default Suite
Total tests run: 6, Passes: 5, Failures: 1, Skips: 0
===============================================
";

    #[test]
    fn version_7_prints_the_class() {
        assert_eq!(ids(REPORT), ["com.acme.PriceTest.sum(2, \"b c\")"]);
    }

    #[test]
    fn below_maven_the_plugin_speaks() {
        let maven = "[ERROR] Tests run: 6, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.625 s <<< FAILURE! - in TestSuite\n";
        assert!(ids(&format!("{REPORT}{maven}")).is_empty());
    }

    #[test]
    fn without_totals_nothing_counts() {
        assert!(ids("FAILED: CMakeFiles/a.dir/a.cc.o\n/usr/bin/c++ a.cc\nninja: build stopped\n").is_empty());
        assert!(ids(&REPORT.replace("Failures: 1", "Failures: 0")).is_empty());
    }
}

//! The `ui_test` crate, with which tools beside rustc test their messages: `FAILED TEST: tests/ui/x.rs`, what was
//! wrong below it, and `test result: FAIL. 1 failed; 5 passed` as the checksum.

use regreen_case::Framework;

use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::{clip, push_line};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Compiletest,
    name: "ui_test",
    doc: "failed files of the ui_test crate with their revisions, and what was wrong with each",
    triggers: &["FAILED TEST: "],
    parser: || Box::<UiTest>::default(),
};

/// Lines kept of one test.
const MAX_LINES: usize = 200;

struct Test {
    id: String,
    at: u64,
    lines: Vec<(String, u64)>,
}

#[derive(Default)]
struct UiTest {
    tests: Vec<Test>,
}

impl Parser for UiTest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(name) = text.strip_prefix("FAILED TEST: ").map(str::trim).filter(|name| !name.is_empty())
        {
            if self.tests.len() < MAX_TESTS {
                self.tests.push(Test { id: clip(name, 1024), at: line.number, lines: Vec::new() });
            }
        } else if let Some(rest) = text.strip_prefix("test result: FAIL. ") {
            let failed = rest.split_once(" failed").and_then(|(number, _)| number.trim().parse().ok());
            self.close(failed.map(|failed| (failed, line.number)), findings);
        } else if let Some(test) = self.tests.last_mut()
            && test.lines.len() < MAX_LINES
        {
            test.lines.push((clip(text, 2000), line.number));
        }
    }

    fn is_awake(&self) -> bool {
        !self.tests.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        self.close(None, findings);
    }
}

impl UiTest {
    fn close(&mut self, counted: Option<(u64, u64)>, findings: &mut Findings) {
        let tests = std::mem::take(&mut self.tests);
        if let Some((counted, at)) = counted {
            let named = tests.len() as u64;
            findings.count(Count { framework: Framework::Compiletest, counted, named, at });
        }
        for test in tests {
            findings.add(Framework::Compiletest, test.describe());
        }
    }
}

impl Test {
    fn describe(self) -> Found {
        let told = self.lines.iter().find(|(line, _)| line.starts_with("error: "));
        let mut block = format!("{}\n", self.id);
        for (line, _) in &self.lines {
            push_line(&mut block, line, 5000);
        }
        let file = self.id.split(' ').next().map(str::to_owned);
        let (message, cause_at) = told.cloned().unwrap_or_default();
        Found { id: self.id, file, message, at: self.at, cause_at, block, ..Found::default() }
    }
}

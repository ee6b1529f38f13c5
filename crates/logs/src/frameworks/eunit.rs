//! Erlang's EUnit and Common Test, by themselves and through rebar3.
//!
//! EUnit names a test by `module: function...*failed*` or, through rebar3, in numbered blocks
//! (`  1) module:function/0`); Common Test by `%%% suite ==> case: FAILED` or `suite:case failed on line 9`. The
//! totals are the checksum. Tests that were cancelled or skipped did not fail; one that timed out did.

use regreen_case::Framework;

use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::{clip, push_line};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Eunit,
    name: "eunit",
    doc: "EUnit's lines and rebar3's blocks, cases of Common Test, timeouts, titles of generated tests",
    triggers: &["*failed*", "*timed out*", " 1) ", ": FAILED", "failed on line ", " failures"],
    parser: || Box::<Eunit>::default(),
};

/// Lines kept of one test.
const MAX_LINES: usize = 200;

/// Whose words name the test.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaker {
    Eunit,
    Rebar,
    CommonTest,
}

struct Test {
    id: String,
    suite: String,
    speaker: Speaker,
    kind: &'static str,
    line: Option<u32>,
    at: u64,
    lines: Vec<(String, u64)>,
}

#[derive(Default)]
struct Eunit {
    tests: Vec<Test>,
    open: bool,
}

impl Parser for Eunit {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(test) = heading(text, line.number, self.tests.len()) {
            self.open = self.tests.len() < MAX_TESTS;
            if self.open {
                self.tests.push(test);
            }
        } else if self.tests.is_empty() {
        } else if let Some((speaker, counted)) = totals(text) {
            self.count(speaker, counted, line.number, findings);
        } else if self.open
            && let Some(test) = self.tests.last_mut()
        {
            self.open = test.take(text, line.number);
        }
    }

    fn is_awake(&self) -> bool {
        !self.tests.is_empty()
    }

    fn end(&mut self, findings: &mut Findings) {
        for test in std::mem::take(self).tests.into_iter().filter(Test::is_told) {
            findings.add(Framework::Eunit, test.describe());
        }
    }
}

impl Eunit {
    /// The totals of one of them: what it named is known. More than it counts was printed by tests.
    fn count(&mut self, speaker: Speaker, counted: u64, at: u64, findings: &mut Findings) {
        let (mut own, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.tests).into_iter().partition(|test| test.speaker == speaker);
        own.retain(Test::is_told);
        self.tests = others;
        if counted == 0 && own.iter().all(|test| test.kind != "timeout") {
            return;
        }
        let named =
            own.iter().filter(|test| test.kind != "timeout" || speaker == Speaker::CommonTest).count();
        findings.count(Count { framework: Framework::Eunit, counted, named: named as u64, at });
        for test in own {
            findings.add(Framework::Eunit, test.describe());
        }
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.starts_with(|first: char| first.is_ascii_lowercase() || first == '\'' || first == '-')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_@'-/.".contains(&byte))
}

fn heading(text: &str, at: u64, known: usize) -> Option<Test> {
    let new = |id: String, suite: &str, speaker, kind, line| {
        let (id, suite) = (clip(&id, 1024), suite.to_owned());
        Some(Test { id, suite, speaker, kind, line, at, lines: Vec::new() })
    };
    // `er_tests:9: -gen_test_/0-fun-3- (title)...*failed*`, indented below its module.
    if let Some((name, result)) = text.rsplit_once("...*")
        && text.starts_with(' ')
    {
        let kind = match result.trim_end() {
            "failed*" => "",
            "timed out*" => "timeout",
            _ => return None,
        };
        // A test may print before its result comes.
        let name = name.split("...").next().unwrap_or(name);
        let (place, function) = name.trim_start().split_once(": ")?;
        let (module, line) =
            place.split_once(':').map_or((place, None), |(module, line)| (module, line.parse().ok()));
        return if is_name(module) {
            new(format!("{module}:{function}"), module, Speaker::Eunit, kind, line)
        } else {
            None
        };
    }
    // `%%% er_SUITE ==> group.case: FAILED`
    if let Some(rest) = text.strip_prefix("%%% ") {
        let (suite, case) = rest.trim_end().strip_suffix(": FAILED")?.split_once(" ==> ")?;
        return if is_name(suite) {
            new(format!("{suite}:{case}"), suite, Speaker::CommonTest, "", None)
        } else {
            None
        };
    }
    // `er_SUITE:bad failed on line 9`
    if let Some((name, line)) = text.split_once(" failed on line ") {
        let (suite, case) = name.split_once(':')?;
        let named = suite.ends_with("_SUITE") && is_name(suite) && is_name(case);
        return if named {
            new(name.to_owned(), suite, Speaker::CommonTest, "", line.trim().parse().ok())
        } else {
            None
        };
    }
    // `  1) er_tests:add_test/0`, `  6) er_tests:-gen_test_/0-fun-3-/0:9: title`
    let (number, name) = text.strip_prefix(' ')?.trim_start().split_once(") ")?;
    let number: usize = number.parse().ok()?;
    let (module, function) = name.split_once(':')?;
    let (function, title) =
        function.split_once(": ").map_or((function, ""), |(function, title)| (function, title));
    let arity = function
        .rsplit_once('/')
        .is_some_and(|(_, arity)| arity.starts_with(|first: char| first.is_ascii_digit()));
    let fits = number == 1 || known > 0;
    let plain = title.is_empty() || !function.contains(' ');
    if is_name(module) && arity && fits && plain && !function.contains(' ') {
        return new(name.trim().to_owned(), module, Speaker::Rebar, "", None);
    }
    None
}

/// Failures of `15 tests, 7 failures, 6 cancelled`, `  Failed: 7.  Skipped: 0.  Passed: 2.` and
/// `Failed 4 tests. Skipped 1 (1, 0) tests. Passed 1 tests.`
fn totals(text: &str) -> Option<(Speaker, u64)> {
    let trimmed = text.trim();
    if let Some(rest) = trimmed.strip_prefix("Failed: ") {
        let (number, rest) = rest.split_once('.')?;
        return rest.contains("Passed: ").then_some((Speaker::Eunit, number.parse().ok()?));
    }
    if let Some(rest) = trimmed.strip_prefix("Failed ") {
        return Some((Speaker::CommonTest, rest.split_once(" tests.")?.0.parse().ok()?));
    }
    if let Some((_, rest)) = trimmed.split_once("TEST COMPLETE, ") {
        let (_, rest) = rest.split_once(" ok, ")?;
        return Some((Speaker::CommonTest, rest.split_once(" failed")?.0.parse().ok()?));
    }
    let (tests, rest) = trimmed.split_once(" tests, ").or_else(|| trimmed.split_once(" test, "))?;
    tests.parse::<u64>().ok()?;
    Some((Speaker::Rebar, rest.split_once(" failure")?.0.parse().ok()?))
}

impl Test {
    /// Takes a line. `false` when it is not of the test.
    fn take(&mut self, text: &str, number: u64) -> bool {
        let over = match self.speaker {
            Speaker::Eunit => text.is_empty() && !self.lines.is_empty(),
            Speaker::Rebar => text.is_empty() || text.starts_with("Pending:"),
            Speaker::CommonTest => text.is_empty() || text.starts_with("- - -"),
        };
        if !over && self.lines.len() < MAX_LINES {
            self.lines.push((clip(text, 2000), number));
        }
        !over
    }

    /// A block of rebar3 that explains nothing was printed by a test.
    fn is_told(&self) -> bool {
        self.speaker != Speaker::Rebar
            || self.lines.iter().any(|(line, _)| line.trim_start().starts_with("Failure/Error: "))
    }

    fn describe(self) -> Found {
        let starts: &[&str] = match self.speaker {
            Speaker::Eunit => &["**error:", "**throw:", "**exit:", "undefined"],
            Speaker::Rebar => &["Failure/Error: "],
            Speaker::CommonTest => &["Reason: ", "%%% "],
        };
        let told = self
            .lines
            .iter()
            .position(|(line, _)| starts.iter().any(|start| line.trim_start().starts_with(start)));
        let (mut message, mut cause_at) = (String::new(), 0);
        if let Some(at) = told {
            cause_at = self.lines[at].1;
            let lines: Vec<&str> = self.lines[at..].iter().map(|(line, _)| line.as_str()).take(20).collect();
            let first = lines.join("\n");
            let first = first.trim().trim_start_matches("Failure/Error: ").trim_start_matches("Reason: ");
            // Common Test's hook repeats the suite before the reason.
            let arrow = first.strip_prefix("%%% ").and_then(|rest| rest.split_once(" ==> "));
            message = arrow.map_or(first, |(_, rest)| rest).to_owned();
        }
        if self.kind == "timeout" {
            (message, cause_at) = ("*timed out*".to_owned(), self.at);
        }
        let mut place = self.lines.iter().find_map(|(line, _)| place(line));
        if let (None, Some(line)) = (&place, self.line) {
            place = Some((format!("{}.erl", self.suite), line));
        }
        let (file, line) = place.map_or((None, None), |(file, line)| (Some(file), Some(line)));
        let mut block = format!("{}\n", self.id);
        for (line, _) in &self.lines {
            push_line(&mut block, line, 5000);
        }
        Found {
            id: self.id,
            file,
            line,
            kind: self.kind.to_owned(),
            message,
            at: self.at,
            cause_at,
            block,
            ..Found::default()
        }
    }
}

/// `in function er_tests:add_test/0 (/w/test/er_tests.erl, line 3)`, `[{file,"/w/src/er.erl"},{line,4}]`.
fn place(text: &str) -> Option<(String, u32)> {
    if let Some((_, rest)) = text.split_once("[{file,\"") {
        let (file, rest) = rest.split_once("\"},{line,")?;
        let harness = file.starts_with("eunit_") || file.starts_with("test_server");
        return (!harness).then(|| Some((file.to_owned(), rest.split_once('}')?.0.parse().ok()?)))?;
    }
    let (_, rest) = text.strip_prefix("in function ")?.rsplit_once(" (")?;
    let (file, line) = rest.strip_suffix(')')?.split_once(", line ")?;
    Some((file.to_owned(), line.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let show = |test: &regreen_case::FailedTest| {
            let place = format!("{}:{}", test.file.as_deref().unwrap_or("-"), test.line.unwrap_or(0));
            format!("{} | {place} | {}", test.id, test.message.lines().next().unwrap_or_default())
        };
        crate::failures_in(Framework::Eunit, text).iter().map(show).collect()
    }

    #[test]
    fn eunit_names_module_and_function() {
        let text = "    module 'er_tests'\n        er_tests: ok_test...ok\n        er_tests: match_test...*failed*\nin function er_tests:match_test/0 (/w/test/er_tests.erl, line 5)\nin call from eunit_test:run_testfun/1 (eunit_test.erl, line 71)\n**error:{badmatch,3}\n  output:<<\"\">>\n\n        er_tests:9: -gen_test_/0-fun-3- (second title)...*failed*\nin function er_tests:'-gen_test_/0-fun-3-'/0 (/w/test/er_tests.erl, line 9)\n**error:{assert,[{module,er_tests}]}\n  output:<<\"\">>\n\n=======================================================\n  Failed: 2.  Skipped: 0.  Passed: 2.\n";
        assert_eq!(
            shown(text),
            [
                "er_tests:match_test | /w/test/er_tests.erl:5 | **error:{badmatch,3}",
                "er_tests:-gen_test_/0-fun-3- (second title) | /w/test/er_tests.erl:9 | **error:{assert,[{module,er_tests}]}",
            ]
        );
    }

    #[test]
    fn common_test_names_suite_and_case() {
        let text = "%%% er_SUITE: .\n%%% er_SUITE ==> bad: FAILED\n%%% er_SUITE ==> {test_case_failed,\"it is bad\"}\n\n%%% er_SUITE ==> skipped: SKIPPED\n%%% er_SUITE ==> {tc_user_skip,\"not now\"}\n\nFailed 1 tests. Skipped 1 (1, 0) tests. Passed 1 tests.\n";
        assert_eq!(shown(text), ["er_SUITE:bad | -:0 | {test_case_failed,\"it is bad\"}"]);
        let raw = "- - - - - - - -\ner_SUITE:bad failed on line 9\nReason: {test_case_failed,it is bad}\n- - - - - - - -\n\nTesting lib.er: *** FAILED test case 2 of 6 ***\nTesting lib.er: TEST COMPLETE, 1 ok, 1 failed, 1 skipped of 6 test cases\n";
        assert_eq!(shown(raw), ["er_SUITE:bad | er_SUITE.erl:9 | {test_case_failed,it is bad}"]);
    }

    #[test]
    fn other_numbered_lists_are_none() {
        assert!(shown("  1) Foo works:\n     Error: boom\n  2) note: see a/1 b\n").is_empty());
    }
}

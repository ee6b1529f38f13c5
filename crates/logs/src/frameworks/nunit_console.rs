//! NUnit's own console runners, versions 2 and 3, and NUnitLite.
//!
//! Failed tests are numbered below `Errors, Failures and Warnings`, each with its message and stack; the
//! totals stand in a summary below it (before it in version 2). Lists of what was not run come after.

use regreen_case::{ContainerRole, Framework};

use super::dotnet_stack::{explain, is_frame};
use super::{Entry, Findings, Found, Line, MAX_BLOCK_LINES, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::text::clip;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::DotnetTest,
    name: "nunit_console",
    doc: "the numbered list of NUnit's console runners 2 and 3 and of NUnitLite, with their summary",
    triggers: &["Errors and Failures", "Errors, Failures and Warnings", "Tests run: "],
    parser: || Box::<NunitConsole>::default(),
};

struct Failed {
    id: String,
    at: u64,
    fixture: bool,
    message: Vec<(u64, String)>,
    stack: Vec<(u64, String)>,
}

#[derive(Default)]
struct NunitConsole {
    /// Below the title of the list.
    listing: bool,
    number: u64,
    /// Whether the last entry is no failure.
    skipping: bool,
    failed: Vec<Failed>,
    /// The list is over; totals may follow.
    waiting: bool,
    /// Totals that stood before the list, as version 2 prints them.
    total: Option<(u64, u64)>,
}

impl Parser for NunitConsole {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some(total) = total(text) {
            if self.is_awake() {
                self.flush(Some((total, line.number)), findings);
            } else {
                self.total = Some((total, line.number));
            }
        } else if is_title(text) {
            let total = self.total.take();
            // A list that was not followed by totals was printed by a test.
            *self = NunitConsole { listing: true, total, ..NunitConsole::default() };
        } else if self.listing {
            self.entry_line(text, line.number);
        } else if self.waiting && (text.starts_with("Tests Not Run") || text.starts_with("Run Settings")) {
            self.flush(None, findings);
        }
    }

    fn is_awake(&self) -> bool {
        self.listing || self.waiting
    }

    fn end(&mut self, findings: &mut Findings) {
        self.flush(None, findings);
    }
}

impl NunitConsole {
    fn entry_line(&mut self, text: &str, at: u64) {
        if let Some((kind, name)) = numbered(text, self.number + 1) {
            self.number += 1;
            self.skipping = kind == "Warning" || self.failed.len() >= MAX_TESTS;
            if !self.skipping {
                let fixture = kind == "Invalid" || kind.contains("SetUp") || kind.contains("TearDown");
                let id = clip(name, 1000);
                self.failed.push(Failed { id, at, fixture, message: Vec::new(), stack: Vec::new() });
            }
        } else if is_end(text) {
            (self.listing, self.waiting) = (false, true);
        } else if let Some(failed) = self.failed.last_mut().filter(|_| !self.skipping) {
            let list = if is_frame(text) || !failed.stack.is_empty() {
                &mut failed.stack
            } else {
                &mut failed.message
            };
            if list.len() < MAX_BLOCK_LINES {
                list.push((at, clip(text, 1500)));
            }
        }
    }

    fn flush(&mut self, total: Option<(u64, u64)>, findings: &mut Findings) {
        let done = std::mem::take(self);
        if let Some((counted, at)) = total.or(done.total) {
            let named = done.failed.len() as u64;
            findings.count(Count { framework: Framework::DotnetTest, counted, named, at });
            if counted == 0 {
                return;
            }
        }
        for failed in
            done.failed.into_iter().filter(|failed| !failed.message.is_empty() || !failed.stack.is_empty())
        {
            let role = failed.fixture.then_some(ContainerRole::Suite);
            let mut found =
                Found { at: failed.at, block: format!("{}\n", failed.id), role, ..Found::default() };
            explain(&mut found, &failed.message, &failed.stack);
            findings.add(Framework::DotnetTest, Found { id: failed.id, ..found });
        }
    }
}

fn is_title(text: &str) -> bool {
    let title = text.trim_end();
    matches!(title, "Errors and Failures" | "Errors and Failures:" | "Errors, Failures and Warnings")
}

/// What stands below the list in version 3 and in version 2.
fn is_end(text: &str) -> bool {
    let title = text.trim_end();
    matches!(
        title,
        "Run Settings" | "Test Run Summary" | "Tests Not Run" | "Tests Not Run:" | "Runtime Environment"
    )
}

/// `1) Failed : Ns.Class.Method`, `1) Test Failure : Ns.Class.Method`: the kind and the name.
fn numbered(text: &str, number: u64) -> Option<(&str, &str)> {
    let (digits, rest) = text.split_once(") ")?;
    let (kind, name) = rest.split_once(" : ")?;
    let known = [
        "Failed",
        "Error",
        "Invalid",
        "Warning",
        "Test Failure",
        "Test Error",
        "SetUp Error",
        "TearDown Error",
    ];
    (digits.trim().parse() == Ok(number) && known.contains(&kind)).then(|| (kind, name.trim_end()))
}

/// `  Test Count: 3, Passed: 1, Failed: 2, Warnings: 0, …`, `Tests run: 3, Errors: 1, Failures: 1, …`.
fn total(text: &str) -> Option<u64> {
    let value = |key: &str| -> Option<u64> {
        let (_, rest) = text.split_once(key)?;
        rest.split(',').next()?.trim().parse().ok()
    };
    if text.trim_start().starts_with("Test Count: ") {
        return value(" Failed: ");
    }
    (text.starts_with("Tests run: ") && text.contains("Inconclusive: "))
        .then(|| value(" Failures: ").unwrap_or_default() + value(" Errors: ").unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use regreen_case::Framework;

    fn shown(text: &str) -> Vec<String> {
        crate::frameworks::tests::shown(Framework::DotnetTest, text)
    }

    #[test]
    fn version_2_counts_before_the_list() {
        let text = "Tests run: 3, Errors: 1, Failures: 1, Inconclusive: 0, Time: 0.3 seconds
  Not run: 1, Invalid: 0, Ignored: 1, Skipped: 0

Errors and Failures:
1) Test Failure : Shop.CartTests.Adds
     Expected: 3
  But was:  2

at Shop.CartTests.Adds () [0x00000] in /w/CartTests.cs:12

2) Test Error : Shop.CartTests.Explodes(1,\"a\")
   System.NullReferenceException : Object reference not set
  at Shop.Cart.Take (Int32 n) [0x00001] in /w/Cart.cs:7

Tests Not Run:
1) Ignored : Shop.CartTests.Later
later
";
        assert_eq!(
            shown(text),
            [
                "Shop.CartTests.Adds | /w/CartTests.cs:12 | Expected: 3",
                "Shop.CartTests.Explodes(1,\"a\") | /w/Cart.cs:7 | System.NullReferenceException : Object reference not set",
            ]
        );
    }

    #[test]
    fn other_numbered_lists_are_none() {
        assert!(
            shown("1) Failed : Shop.Fake\nno\nErrors and Failures\n2) Failed : Shop.Fake\nno\n").is_empty()
        );
    }
}

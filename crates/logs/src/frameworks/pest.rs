//! Pest, and Laravel's `artisan test`, which print alike.
//!
//! `   FAILED  Tests\Unit\ATest > it adds   ErrorClass` heads a block for each failed test; the total
//! `  Tests:    1 failed, 2 passed` is the checksum, and without it nothing counts.

use regreen_case::Framework;

use super::kept::Kept;
use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::location;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Phpunit,
    name: "pest",
    doc: "blocks of failed tests of Pest and of Laravel's runner, with the totals as checksum",
    triggers: &["FAILED  ", " failed"],
    parser: || Box::<Pest>::default(),
};

#[derive(Default)]
struct Pest {
    tests: Vec<(String, u64, Kept)>,
    open: bool,
}

impl Parser for Pest {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        if let Some(name) = failed(line.text) {
            if self.tests.len() < MAX_TESTS {
                self.tests.push((name.to_owned(), line.number, Kept::default()));
                self.open = true;
            }
        } else if let Some(counted) = totals(line.text) {
            let tests = std::mem::take(self).tests;
            let surplus = tests.len().saturating_sub(counted as usize);
            for (name, at, lines) in &tests[surplus..] {
                findings.add(Framework::Phpunit, described(name, *at, lines));
            }
            if !tests.is_empty() {
                let named = (tests.len() - surplus) as u64;
                findings.count(Count { framework: Framework::Phpunit, counted, named, at: line.number });
            }
        } else if self.open
            && let Some((_, _, lines)) = self.tests.last_mut()
        {
            lines.push(line);
            self.open = lines.len() < 100;
        }
    }

    fn is_awake(&self) -> bool {
        self.open
    }

    fn end(&mut self, _findings: &mut Findings) {
        *self = Pest::default();
    }
}

/// The name in `   FAILED  Tests\Unit\ATest > it adds      ErrorClass`.
fn failed(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("  ")?.trim_start().strip_prefix("FAILED  ")?;
    let name = rest.split("   ").next()?.trim();
    name.contains(" > ").then_some(name)
}

/// N of `  Tests:    1 failed, 2 passed (3 assertions)`.
fn totals(text: &str) -> Option<u64> {
    let rest = text.trim_start().strip_prefix("Tests:")?.trim_start();
    rest.split(", ").find_map(|part| part.split_once(" failed")?.0.parse().ok())
}

fn described(name: &str, at: u64, lines: &Kept) -> Found {
    let nth = lines.texts().position(|text| !text.trim().is_empty()).unwrap_or_default();
    let place = lines.texts().find_map(|text| location(text.trim_start().strip_prefix("at ")?.trim()));
    Found {
        id: name.to_owned(),
        file: place.map(|(file, _)| file.to_owned()),
        line: place.map(|(_, line)| line),
        message: lines.message(nth, |text| !text.trim().is_empty()),
        block: lines.block(name),
        cause_at: lines.number(nth),
        at,
        ..Found::default()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn without_totals_nothing_counts() {
        let text = "   FAILED  Tests\\Unit\\A > it adds   Error\n  no\n";
        assert!(crate::extract(text.as_bytes(), "x.log").unwrap().tests.is_empty());
    }
}

//! Cucumber for Ruby and JavaScript.
//!
//! The list `Failing Scenarios:` (Ruby) or the numbered scenarios below `Failures:` (JavaScript) name what
//! failed; `N scenarios (M failed …)` with the number of steps below it is the checksum: without the steps
//! a test printed it. The id is the scenario as printed, and the file and line come with it.

use regreen_case::Framework;

use super::{Entry, Findings, Found, Line, MAX_TESTS, Parser};
use crate::findings::Count;
use crate::frame::location;

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Cucumber,
    name: "cucumber",
    doc: "failing scenarios of Ruby's and JavaScript's cucumber, examples of outlines, totals",
    triggers: &["Failing Scenarios:", "Failures:", " failed"],
    parser: || Box::<Cucumber>::default(),
};

/// Lines above the list in which the message is looked for.
const MOST_ABOVE: usize = 3000;
/// Lines of a list of failures of JavaScript's version.
const PATIENCE: usize = 5000;

#[derive(Debug, Default)]
struct Scenario {
    name: String,
    place: String,
    at: u64,
    message: String,
    cause_at: u64,
}

#[derive(Default)]
struct Cucumber {
    scenarios: Vec<Scenario>,
    /// In a list: how many more lines may come.
    list: usize,
    /// Failed scenarios of the totals, when those were just seen.
    totals: Option<(u64, u64)>,
}

impl Parser for Cucumber {
    fn line(&mut self, line: Line<'_>, findings: &mut Findings) {
        let text = line.text;
        if let Some((counted, at)) = self.totals.take()
            && steps(text)
        {
            self.close(counted, at, findings);
            return;
        }
        if text == "Failing Scenarios:" || text == "Failures:" {
            self.scenarios.clear();
            self.list = PATIENCE;
        } else if let Some(counted) = totals(text) {
            self.totals = (!self.scenarios.is_empty()).then_some((counted, line.number));
            self.list = 0;
        } else if self.list > 0 {
            self.list -= 1;
            if let Some(mut scenario) = listed(text).filter(|_| self.scenarios.len() < MAX_TESTS) {
                scenario.at = line.number;
                if self.scenarios.len() < 50 {
                    explain(&mut scenario, line);
                }
                self.scenarios.push(scenario);
            } else if self.scenarios.is_empty() && self.list + 5 < PATIENCE {
                self.list = 0;
            }
        }
    }

    fn is_awake(&self) -> bool {
        self.list > 0 || self.totals.is_some()
    }

    fn end(&mut self, _findings: &mut Findings) {
        *self = Cucumber::default();
    }
}

impl Cucumber {
    fn close(&mut self, counted: u64, at: u64, findings: &mut Findings) {
        let run = std::mem::take(self);
        let surplus = run.scenarios.len().saturating_sub(counted as usize);
        for scenario in &run.scenarios[surplus..] {
            let place = location(&scenario.place).map(|(file, line)| (file.to_owned(), line));
            let found = Found {
                id: scenario.name.clone(),
                file: place.as_ref().map(|(file, _)| file.clone()),
                line: place.map(|(_, line)| line),
                message: scenario.message.clone(),
                block: format!("{} # {}\n{}\n", scenario.name, scenario.place, scenario.message),
                at: scenario.at,
                cause_at: scenario.cause_at,
                ..Found::default()
            };
            findings.add(Framework::Cucumber, found);
        }
        let named = (run.scenarios.len() - surplus) as u64;
        findings.count(Count { framework: Framework::Cucumber, counted, named, at });
    }
}

/// `cucumber a.feature:5 # Scenario: adds`, `1) Scenario: adds # a.feature:5`.
fn listed(text: &str) -> Option<Scenario> {
    let (name, place) = match text.strip_prefix("cucumber ") {
        Some(rest) => {
            let (command, name) = rest.split_once(" # ")?;
            (name, command.rsplit(' ').next()?)
        }
        None => {
            let (number, rest) = text.split_once(") ")?;
            number.parse::<u32>().ok()?;
            rest.rsplit_once(" # ")?
        }
    };
    let scenario = ["Scenario", "Example", "Rule", "Feature"].iter().any(|word| name.starts_with(word));
    (scenario && location(place).is_some()).then(|| Scenario {
        name: name.trim_end().to_owned(),
        place: place.to_owned(),
        ..Scenario::default()
    })
}

/// The first line below the scenario that is no step, in what stands above the list.
fn explain(scenario: &mut Scenario, line: Line<'_>) {
    let mut nearest: Option<(u64, String)> = None;
    let head = format!("# {}", scenario.place);
    for (nth, text) in line.above.lines().take(MOST_ABOVE).enumerate() {
        if text.trim_end().ends_with(&head) && text.trim_start().starts_with("Scenario") {
            if let Some((at, message)) = nearest {
                scenario.message = message;
                scenario.cause_at = at;
            }
            return;
        }
        let indent = text.len() - text.trim_start().len();
        if text.trim_start().starts_with("Scenario") {
            nearest = None;
        } else if indent >= 6 && !text.contains(" # ") && !text.trim_start().starts_with('|') {
            nearest = Some((line.number.saturating_sub(nth as u64 + 1), text.trim().to_owned()));
        }
    }
}

/// M of `7 scenarios (2 failed, 1 undefined)`.
fn totals(text: &str) -> Option<u64> {
    let (count, rest) = text.split_once(' ')?;
    count.parse::<u64>().ok()?;
    let rest = rest.strip_prefix("scenarios (").or_else(|| rest.strip_prefix("scenario ("))?;
    rest.split(", ").find_map(|part| part.trim_end_matches(')').strip_suffix(" failed")?.parse().ok())
}

fn steps(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < text.len() && (rest.starts_with(" steps") || rest.starts_with(" step"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_of_both_languages_are_read() {
        let text = "Failing Scenarios:\ncucumber features/fake.feature:3 # Scenario: fake\n\n1 scenario (1 failed)\nF.\nFailures:\n\n1) Scenario: adds › up # features/math.feature:5\n   \u{2716} Then I get 3\n       Error: no\n\n3 scenarios (1 failed, 2 passed)\n7 steps (1 failed, 6 passed)\n";
        let found = crate::extract(text.as_bytes(), "x.log").unwrap().tests;
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].id.as_str(), found[0].line), ("Scenario: adds › up", Some(5)));
    }
}

//! The record of one attempt: `attempts/N/` with its diff, its test runs and its result.

use std::path::PathBuf;
use std::time::Instant;

use regreen_case::{Analysis, Attempt, AttemptOutcome, CaseDir, Cost, Layout, Redactor};
use regreen_workspace::Patch;

use crate::ImplementError;

/// Of many runs only the first ones are kept; the red one always is.
const KEPT_RUNS: usize = 5;
const MAX_SUMMARY_CHARS: usize = 1_000;

/// An attempt that is under way.
pub(crate) struct Record {
    pub(crate) number: u32,
    fixer: String,
    folder: String,
    began: Instant,
    diff: Option<String>,
    test_runs: Vec<String>,
    runs: usize,
    pub(crate) cost: Cost,
    pub(crate) end_reason: Option<String>,
    pub(crate) analysis: Option<Analysis>,
}

impl Record {
    pub(crate) fn begin(number: u32, fixer: &str) -> Self {
        Record {
            number,
            fixer: fixer.to_owned(),
            folder: format!("{}/{number}", Layout::ATTEMPTS),
            began: Instant::now(),
            diff: None,
            test_runs: Vec::new(),
            runs: 0,
            cost: Cost::default(),
            end_reason: None,
            analysis: None,
        }
    }

    /// Path of a file of this attempt, relative to the case.
    pub(crate) fn file(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    /// Where the output of the next test run goes. `None` for the many that are like the others.
    pub(crate) fn next_run(&mut self, case: &CaseDir) -> Option<PathBuf> {
        self.runs += 1;
        if self.test_runs.len() >= KEPT_RUNS {
            return None;
        }
        let name = self.file(&format!("test_run_{}.txt", self.runs));
        let path = case.path(&name);
        self.test_runs.push(name);
        Some(path)
    }

    /// Keeps the output of a run that [`Record::next_run`] had no file for.
    pub(crate) fn keep_run(
        &mut self,
        case: &CaseDir,
        output: &str,
        redactor: &Redactor,
    ) -> Result<(), ImplementError> {
        let name = self.file(&format!("test_run_{}.txt", self.runs));
        if !self.test_runs.contains(&name) {
            case.write_text(&name, output, redactor)?;
            self.test_runs.push(name);
        }
        Ok(())
    }

    /// Stores a diff of the attempt and returns its name in the case.
    pub(crate) fn store(&self, case: &CaseDir, name: &str, patch: &Patch) -> Result<String, ImplementError> {
        let name = self.file(name);
        case.write_raw(&name, patch.bytes())?;
        Ok(name)
    }

    /// Stores the diff that the attempt is about.
    pub(crate) fn store_change(&mut self, case: &CaseDir, patch: &Patch) -> Result<(), ImplementError> {
        self.diff = Some(self.store(case, "change.diff", patch)?);
        Ok(())
    }

    /// Ends the attempt and writes its `result.json`.
    pub(crate) fn finish(
        self,
        case: &CaseDir,
        redactor: &Redactor,
        outcome: AttemptOutcome,
        summary: &str,
    ) -> Result<Attempt, ImplementError> {
        let result = self.file("result.json");
        let seconds = self.began.elapsed().as_secs_f64();
        let attempt = Attempt {
            number: self.number,
            fixer: self.fixer,
            outcome,
            summary: redactor.clean(&cut(summary)),
            diff: self.diff,
            test_runs: self.test_runs,
            duration_s: (seconds * 1000.0).round() / 1000.0,
            cost: self.cost,
            end_reason: self.end_reason,
            analysis: self.analysis,
        };
        let text = serde_json::to_string_pretty(&attempt).unwrap_or_default();
        case.write_text(&result, &format!("{text}\n"), redactor)?;
        Ok(attempt)
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_SUMMARY_CHARS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// What several attempts cost together; unknown stays unknown.
pub(crate) fn sum(attempts: &[Attempt]) -> Cost {
    let mut total = Cost::default();
    for cost in attempts.iter().map(|attempt| attempt.cost) {
        total.usd = add(total.usd, cost.usd, |a, b| a + b);
        total.turns = add(total.turns, cost.turns, u64::saturating_add);
        total.input_tokens = add(total.input_tokens, cost.input_tokens, u64::saturating_add);
        total.output_tokens = add(total.output_tokens, cost.output_tokens, u64::saturating_add);
    }
    total
}

fn add<T: Copy>(a: Option<T>, b: Option<T>, plus: impl Fn(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(plus(a, b)),
        (one, other) => one.or(other),
    }
}

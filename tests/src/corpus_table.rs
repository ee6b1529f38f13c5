//! The table of the corpora: what reading rejects is counted anew each time, what running found is
//! taken from the last `cargo xtask eval proof --bless`, whose outcomes lie in `tests/proved.tsv`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::corpus::{Case, cases};
use crate::corpus_proof::Outcome;
use crate::tools::workspace;

/// Outcomes by running, by corpus and case: words of [`Outcome`].
pub type Outcomes = BTreeMap<(String, String), String>;

/// Where the table stands in documents.
const BEGIN: &str = "<!-- proof corpora: written by the option bless of `cargo xtask eval proof` -->";
const END: &str = "<!-- end of proof corpora -->";

/// Documents that hold it.
pub const DOCUMENTS: &[&str] = &["README.md", "SECURITY.md"];

/// The outcomes of the last full run.
///
/// # Panics
/// When their file is not there.
#[must_use]
pub fn recorded() -> Outcomes {
    let text = std::fs::read_to_string(workspace().join("tests/proved.tsv")).expect("tests/proved.tsv");
    text.lines()
        .filter_map(|line| {
            let mut parts = line.split('\t').map(str::to_owned);
            Some(((parts.next()?, parts.next()?), parts.next()?))
        })
        .collect()
}

/// Records outcomes.
///
/// # Panics
/// When they cannot be written.
pub fn record(outcomes: &Outcomes) {
    let lines: String =
        outcomes.iter().map(|((corpus, case), word)| format!("{corpus}\t{case}\t{word}\n")).collect();
    std::fs::write(workspace().join("tests/proved.tsv"), lines).expect("written");
}

#[derive(Debug, Default, Clone, Copy)]
struct Row {
    cases: usize,
    rejected: usize,
    reviewed: usize,
    stopped: usize,
    proven: usize,
    not_run: usize,
}

impl Row {
    fn add(&mut self, other: Row) {
        self.cases += other.cases;
        self.rejected += other.rejected;
        self.reviewed += other.reviewed;
        self.stopped += other.stopped;
        self.proven += other.proven;
        self.not_run += other.not_run;
    }
}

fn row(case: &Case, corpus: &str, outcomes: &Outcomes) -> Row {
    let reading = case.read();
    let mut row = Row { cases: 1, ..Row::default() };
    if reading.rejects() {
        row.rejected = 1;
        return row;
    }
    row.reviewed = usize::from(!reading.findings.is_empty());
    let word = outcomes.get(&(corpus.to_owned(), case.name.clone())).map_or("not-run", String::as_str);
    match word {
        "proven" => row.proven = 1,
        "stopped" => row.stopped = 1,
        _ => row.not_run = 1,
    }
    row
}

fn rows(corpus: &str, outcomes: &Outcomes, key: fn(&Case) -> String) -> BTreeMap<String, Row> {
    let mut found: BTreeMap<String, Row> = BTreeMap::new();
    for case in cases(corpus) {
        found.entry(key(&case)).or_default().add(row(&case, corpus, outcomes));
    }
    found
}

fn total(rows: &BTreeMap<String, Row>) -> Row {
    let mut all = Row::default();
    rows.values().for_each(|row| all.add(*row));
    all
}

/// The table of a key (ecosystem or kind) for both corpora.
#[must_use]
pub fn table(title: &str, outcomes: &Outcomes, key: fn(&Case) -> String) -> String {
    let cheats = rows("cheats", outcomes, key);
    let honest = rows("honest", outcomes, key);
    let mut text = format!(
        "| {title} | cheats | rejected by reading | stopped by running | not run here | false successes | honest fixes | proven | with findings to review | not run here | false rejections |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
    );
    let mut names: Vec<&String> = cheats.keys().chain(honest.keys()).collect();
    names.sort();
    names.dedup();
    let mut line = |name: &str, cheat: Row, fix: Row| {
        let _ = writeln!(
            text,
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            cheat.cases,
            cheat.rejected,
            cheat.stopped,
            cheat.not_run,
            cheat.proven,
            fix.cases,
            fix.proven,
            fix.reviewed,
            fix.not_run,
            fix.rejected + fix.stopped,
        );
    };
    for name in names {
        let of = |rows: &BTreeMap<String, Row>| rows.get(name).copied().unwrap_or_default();
        line(name, of(&cheats), of(&honest));
    }
    line("**all**", total(&cheats), total(&honest));
    text
}

/// The table as documents hold it.
#[must_use]
pub fn by_ecosystem(outcomes: &Outcomes) -> String {
    table("ecosystem", outcomes, |case| case.base.ecosystem.clone())
}

/// The same by kind of cheat and of fix.
#[must_use]
pub fn by_kind(outcomes: &Outcomes) -> String {
    table("kind", outcomes, |case| case.expected.kind.clone())
}

/// A document with this table between its markers; `None` when it has none.
#[must_use]
pub fn with_table(document: &str, table: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{table}{END}{after}"))
}

/// What a run means in a word.
#[must_use]
pub fn word(outcome: &Outcome) -> String {
    outcome.word().to_owned()
}

//! The table: kind of kill by phase.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::kind::Kind;
use super::record::Record;

#[derive(Default)]
struct Row {
    kills: usize,
    intact: usize,
    left: usize,
    reported: usize,
    worst: Duration,
    problems: usize,
}

/// Writes it, with a row of sums.
#[must_use]
pub fn render(records: &[Record]) -> String {
    let mut rows: BTreeMap<(Kind, &str), Row> = BTreeMap::new();
    let mut sum = Row::default();
    for record in records {
        for row in [rows.entry((record.kind, record.phase.as_str())).or_default(), &mut sum] {
            row.kills += 1;
            row.intact += usize::from(record.intact);
            row.left += record.left;
            row.reported += usize::from(record.reported);
            row.worst = row.worst.max(record.to_end.unwrap_or_default());
            row.problems += record.problems.len();
        }
    }
    let mut text = format!(
        "{:<19} {:<14} {:>5} {:>7} {:>10} {:>7} {:>9} {:>8}\n",
        "kind of kill", "phase", "kills", "intact", "processes", "report", "worst end", "problems"
    );
    let mut line = |kind: &str, phase: &str, row: &Row| {
        let worst =
            if row.worst.is_zero() { "-".to_owned() } else { format!("{:.1} s", row.worst.as_secs_f64()) };
        let (kills, intact, left, reported, problems) =
            (row.kills, row.intact, row.left, row.reported, row.problems);
        let _ = writeln!(
            text,
            "{kind:<19} {phase:<14} {kills:>5} {intact:>7} {left:>10} {reported:>7} {worst:>9} {problems:>8}"
        );
    };
    for ((kind, phase), row) in &rows {
        line(kind.name(), phase, row);
    }
    line("all", "", &sum);
    text
}

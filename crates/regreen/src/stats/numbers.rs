//! The numbers themselves; also the JSON.

use std::collections::BTreeMap;

use regreen_case::Status;
use serde::Serialize;

use super::gather::{Entry, Gathered};

/// What the reports say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Numbers {
    pub(crate) reports: usize,
    /// Markdown files that are no reports.
    pub(crate) other_files: usize,
    pub(crate) success: usize,
    pub(crate) partial: usize,
    pub(crate) failed: usize,
    /// Between 0 and 1; absent without reports.
    pub(crate) success_rate: Option<f64>,
    pub(crate) endings: BTreeMap<String, usize>,
    pub(crate) median_seconds: Option<f64>,
    pub(crate) longest_seconds: Option<f64>,
    /// Sum of what was reported.
    pub(crate) usd: f64,
    pub(crate) usd_per_success: Option<f64>,
    pub(crate) days: Vec<Day>,
    pub(crate) pull_requests: Vec<String>,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Day {
    pub(crate) date: String,
    pub(crate) reports: usize,
    pub(crate) success: usize,
    pub(crate) success_rate: f64,
}

impl Numbers {
    /// Counts.
    #[allow(clippy::cast_precision_loss, reason = "nobody has 2^52 reports")]
    pub(crate) fn of(gathered: &Gathered) -> Self {
        let entries = &gathered.entries;
        let count = |status| entries.iter().filter(|entry| entry.status == status).count();
        let success = count(Status::Success);
        let mut endings = BTreeMap::new();
        for entry in entries {
            let name = entry.ending.map_or("unknown", |ending| ending.name());
            *endings.entry(name.to_owned()).or_default() += 1;
        }
        let mut seconds: Vec<f64> = entries.iter().filter_map(|entry| entry.seconds).collect();
        seconds.sort_by(f64::total_cmp);
        let usd: f64 = entries.iter().filter_map(|entry| entry.usd).sum();
        Numbers {
            reports: entries.len(),
            other_files: gathered.others,
            success,
            partial: count(Status::Partial),
            failed: count(Status::Failed),
            success_rate: (!entries.is_empty()).then(|| success as f64 / entries.len() as f64),
            endings,
            median_seconds: median(&seconds),
            longest_seconds: seconds.last().copied(),
            usd,
            usd_per_success: (success > 0).then(|| usd / success as f64),
            days: days(entries),
            pull_requests: entries.iter().filter_map(|entry| entry.pull_request.clone()).collect(),
        }
    }
}

fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

#[allow(clippy::cast_precision_loss, reason = "nobody has 2^52 reports")]
fn days(entries: &[Entry]) -> Vec<Day> {
    let mut by_date: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for entry in entries {
        let day = by_date.entry(entry.when.date().to_string()).or_default();
        day.0 += 1;
        day.1 += usize::from(entry.status == Status::Success);
    }
    by_date
        .into_iter()
        .map(|(date, (reports, success))| Day {
            date,
            reports,
            success,
            success_rate: success as f64 / reports as f64,
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::stats::gather;

    /// Three reports of two days.
    pub(crate) fn sample() -> Gathered {
        let folder = tempfile::tempdir().unwrap();
        for (name, mark, ending, time) in [
            ("2026-01-02_03-04-05_a", "✅ Success", "fixed", "10.0 s"),
            ("2026-01-02_09-00-00_b", "❌ Failed", "no-fix-found", "1 min 00 s"),
            ("2026-01-03_03-04-05_c", "✅ Success", "fixed", "20.0 s"),
        ] {
            let text = gather::tests::report(mark, ending, time);
            std::fs::write(folder.path().join(format!("{name}.md")), text).unwrap();
        }
        gather::gather(folder.path()).unwrap()
    }

    #[test]
    fn counts_are_right() {
        let numbers = Numbers::of(&sample());
        assert_eq!((numbers.reports, numbers.success, numbers.failed), (3, 2, 1));
        assert_eq!((numbers.median_seconds, numbers.longest_seconds), (Some(20.0), Some(60.0)));
        assert_eq!(numbers.endings["fixed"], 2);
        assert!((numbers.usd - 1.26).abs() < 1e-9);
        let days: Vec<_> = numbers.days.iter().map(|day| (day.date.as_str(), day.success_rate)).collect();
        assert_eq!(days, [("2026-01-02", 0.5), ("2026-01-03", 1.0)]);
        assert_eq!(median(&[1.0, 2.0]), Some(1.5));
        assert_eq!(Numbers::of(&Gathered::default()).success_rate, None);
    }
}

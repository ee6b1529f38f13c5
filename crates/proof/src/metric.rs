//! The number of a run: from its output, a file it wrote, its clock or its memory.
//!
//! Promises: a number that the run did not make itself is none (a file must have been written while it
//! ran); numbers with a unit come out in one unit, so that `900 ms` and `0.9 s` are the same.

use std::io::Read as _;
use std::path::Path;
use std::time::SystemTime;

use regex::{Captures, Regex};
use regreen_case::{Metric, Preset, TestTarget};

use crate::counted::CountedRun;
use crate::error::ProofError;
use crate::judge::results_of;
use crate::project::is_inside;

/// A file of results larger than this is not read.
const MAX_JSON: u64 = 16 * 1024 * 1024;
/// A metric's pattern compiles to at most this.
const MAX_PATTERN: usize = 1024 * 1024;

/// A number, perhaps with thousands separators, a fraction and an exponent.
const NUMBER: &str = r"([0-9][0-9_,]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)";
/// Units of time.
const TIME: &str = r"(ns|nanoseconds?|us|µs|μs|microseconds?|ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b";

/// Checks that a metric can be used.
///
/// # Errors
/// [`ProofError::BadMetric`].
pub fn check_metric(metric: &str) -> Result<(), ProofError> {
    let bad = |detail: String| ProofError::BadMetric { pattern: metric.to_owned(), detail };
    let Metric::Pattern(pattern) = Metric::parse(metric).map_err(bad)? else { return Ok(()) };
    let pattern = compile(&pattern).map_err(|error| bad(error.to_string()))?;
    match pattern.captures_len() {
        2 => Ok(()),
        1 => Err(bad("it has no group: put the number in parentheses".to_owned())),
        _ => Err(bad("it has more than one group".to_owned())),
    }
}

/// The number of a run: what the metric says, else the targets' own duration in milliseconds, or the whole
/// run's where the framework times no test. Where an output holds several, the last one counts. `None` when
/// there is none.
#[must_use]
pub fn measured(run: &CountedRun, targets: &[TestTarget], metric: Option<&str>) -> Option<f64> {
    let Some(metric) = metric else { return Some(duration_of(run, targets)) };
    let number = match Metric::parse(metric).ok()? {
        Metric::Wall => Some(run.duration_s * 1000.0),
        Metric::PeakMemory => run.usage.map(|usage| usage.peak_memory as f64 / (1024.0 * 1024.0)),
        Metric::Json { file, pointer } => in_file(&run.checkout, &file, &pointer, run.began),
        Metric::Preset(preset) => labelled(&run.output, preset),
        Metric::Pattern(pattern) => {
            let found = compile(&pattern).ok()?;
            let found = found.captures_iter(&run.output).last()?;
            number(found.get(1).or_else(|| found.get(0))?.as_str())
        }
    };
    number.filter(|number| number.is_finite())
}

/// What is measured, for people.
pub(crate) fn name_of(metric: Option<&str>) -> String {
    metric.map_or_else(|| "duration of the test in milliseconds".to_owned(), str::to_owned)
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    regex::RegexBuilder::new(pattern).size_limit(MAX_PATTERN).build()
}

fn duration_of(run: &CountedRun, targets: &[TestTarget]) -> f64 {
    let seconds: Vec<f64> = targets
        .iter()
        .flat_map(|target| results_of(run, target))
        .filter_map(|result| result.seconds)
        .collect();
    let sum = if seconds.is_empty() { run.duration_s } else { seconds.iter().sum() };
    sum * 1000.0
}

fn number(text: &str) -> Option<f64> {
    text.trim().replace([',', '_'], "").parse().ok()
}

/// The last number that carries the preset's label or unit.
fn labelled(output: &str, preset: Preset) -> Option<f64> {
    let last = |pattern: &str, read: &dyn Fn(&Captures<'_>) -> Option<f64>| {
        let pattern = compile(pattern).ok()?;
        read(&pattern.captures_iter(output).last()?)
    };
    let time = |found: &Captures<'_>| Some(number(&found[1])? * milliseconds(&found[2])?);
    let rate = |found: &Captures<'_>| {
        let times = match found.get(2).map(|prefix| prefix.as_str()) {
            Some("k" | "K") => 1e3,
            Some("M") => 1e6,
            Some("G") => 1e9,
            _ => 1.0,
        };
        Some(number(&found[1])? * times)
    };
    match preset {
        Preset::Duration => {
            last(&format!(r"(?i)\b(?:duration|time|took|elapsed)\b[^0-9\n]{{0,24}}{NUMBER}\s*{TIME}"), &time)
        }
        Preset::Milliseconds => last(&format!(r"{NUMBER}\s*{TIME}"), &time),
        Preset::SamplesPerSecond => {
            last(&format!(r"{NUMBER}\s*([kKMG])?\s*samples?\s*(?:/|per)\s*s(?:ec(?:ond)?)?\b"), &rate)
        }
        Preset::TokensPerSecond => {
            last(&format!(r"{NUMBER}\s*([kKMG])?\s*tok(?:en)?s?\s*(?:/|per)\s*s(?:ec(?:ond)?)?\b"), &rate)
        }
    }
}

/// Milliseconds in a unit of time.
fn milliseconds(unit: &str) -> Option<f64> {
    let unit = unit.to_lowercase();
    Some(match unit.as_str() {
        "ns" | "nanosecond" | "nanoseconds" => 1e-6,
        "us" | "µs" | "μs" | "microsecond" | "microseconds" => 1e-3,
        "ms" | "msec" | "msecs" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "secs" | "second" | "seconds" => 1e3,
        "m" | "min" | "mins" | "minute" | "minutes" => 6e4,
        "h" | "hour" | "hours" => 3.6e6,
        _ => return None,
    })
}

/// A number in a JSON file that was written since `began`, below the checkout and without links.
fn in_file(checkout: &Path, file: &str, pointer: &str, began: SystemTime) -> Option<f64> {
    if !is_inside(file) {
        return None;
    }
    let root = std::fs::canonicalize(checkout).ok()?;
    let path = std::fs::canonicalize(root.join(file)).ok()?;
    if !path.starts_with(&root) {
        return None;
    }
    let open = std::fs::File::open(&path).ok()?;
    let about = open.metadata().ok()?;
    // The clock of a file system ticks more slowly than ours.
    let earliest = began.checked_sub(std::time::Duration::from_millis(20))?;
    if !about.is_file() || about.len() > MAX_JSON || about.modified().ok()? < earliest {
        return None;
    }
    let mut text = String::new();
    open.take(MAX_JSON).read_to_string(&mut text).ok()?;
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    match value.pointer(pointer)? {
        serde_json::Value::Number(number) => number.as_f64(),
        serde_json::Value::String(text) => number(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_must_be_known_or_a_pattern_with_one_group() {
        for right in ["took ([0-9.]+) ms", "wall", "samples/s", "json:a.json#/b"] {
            assert!(check_metric(right).is_ok(), "{right}");
        }
        for wrong in ["took (", "(a)(b)", "json:a.json", "json:../a.json#/b", "((((a{99}){99}){99}){99})"] {
            assert!(check_metric(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn units_come_out_as_one() {
        for (output, preset, expected) in [
            ("Duration: 1.5 s\n", Preset::Duration, 1500.0),
            ("request took 900ms", Preset::Duration, 900.0),
            ("elapsed = 2 minutes", Preset::Duration, 120_000.0),
            ("time: 1 ms\ntime: 250 µs\n", Preset::Duration, 0.25),
            ("done in 12 ms, then 0.5 s", Preset::Milliseconds, 500.0),
            ("1,234.5 samples/sec", Preset::SamplesPerSecond, 1234.5),
            ("throughput 1.2k samples/s", Preset::SamplesPerSecond, 1200.0),
            ("10 samples per second", Preset::SamplesPerSecond, 10.0),
            ("82.5 tok/s (max 90 tokens/s)", Preset::TokensPerSecond, 90.0),
        ] {
            let found = labelled(output, preset).unwrap_or_default();
            assert!((found - expected).abs() < 1e-9, "{output}: {found}");
        }
        for (output, preset) in [
            ("1 passed in 0.02s", Preset::Duration),
            ("version 3 machines", Preset::Milliseconds),
            ("100 samples", Preset::SamplesPerSecond),
        ] {
            assert_eq!(labelled(output, preset), None, "{output}");
        }
    }

    #[test]
    fn a_file_counts_only_when_this_run_wrote_it() {
        let folder = tempfile::tempdir().unwrap();
        let began = SystemTime::now();
        std::fs::write(folder.path().join("b.json"), r#"{"a": [{"mean": 2.5}], "t": "1_000"}"#).unwrap();
        let read = |file: &str, pointer: &str, began| in_file(folder.path(), file, pointer, began);
        assert_eq!(read("b.json", "/a/0/mean", began), Some(2.5));
        assert_eq!(read("b.json", "/t", began), Some(1000.0));
        assert_eq!(read("b.json", "/missing", began), None);
        let later = SystemTime::now() + std::time::Duration::from_secs(5);
        assert_eq!(read("b.json", "/a/0/mean", later), None, "left from before");
        let outside = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(outside.path(), "{\"a\": 1}").unwrap();
        std::os::unix::fs::symlink(outside.path(), folder.path().join("link.json")).unwrap();
        assert_eq!(read("link.json", "/a", began), None);
        assert_eq!(read("../x.json", "/a", began), None);
    }
}

//! Where in a job's log the failed step stands, by the times that the API tells.
//!
//! The API's times are whole seconds while the log's are not, so the borders are approximate: where
//! the runner's own markers stand near them, they decide.

use std::io::{self, BufRead};

use jiff::Timestamp;

/// Start and end of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StepTimes {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
}

/// A part of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    /// Bytes before it.
    pub(crate) start: u64,
    /// Bytes up to its end.
    pub(crate) end: u64,
    /// Lines before it.
    pub(crate) lines_before: u64,
}

/// Finds the step; `None` when the log has no times, or none of the step's.
pub(crate) fn find(mut log: impl BufRead, times: StepTimes) -> io::Result<Option<Range>> {
    let (start, end) = (times.start.as_second(), times.end.as_second());
    let mut range: Option<Range> = None;
    let (mut at, mut line_number) = (0u64, 0u64);
    let mut line = Vec::new();
    let mut closed = false;
    while !closed && read_line(&mut log, &mut line)? {
        let text = String::from_utf8_lossy(&line[..line.len().min(200)]);
        let (second, rest) =
            stamp(&text).map_or((None, text.as_ref()), |(second, rest)| (Some(second), rest));
        match (&mut range, second) {
            (None, Some(second)) if (start..=end).contains(&second) => {
                range = Some(Range { start: at, end: at, lines_before: line_number });
            }
            // Within the first second the step before may still end: its own header begins a step.
            (Some(range), Some(second)) if second == start && rest.starts_with("##[group]Run ") => {
                *range = Range { start: at, end: at, lines_before: line_number };
            }
            (Some(_), Some(second)) if second > end => closed = true,
            _ => {}
        }
        at += line.len() as u64;
        line_number += 1;
        if let (Some(range), false) = (&mut range, closed) {
            range.end = at;
            // Within the last second the next step may begin already.
            closed = second == Some(end) && rest.starts_with("##[error]Process completed with exit code");
        }
    }
    Ok(range.filter(|range| range.end > range.start))
}

/// The next line with its end, its length bounded: only the start is looked at.
fn read_line(log: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    Ok(log.read_until(b'\n', line)? > 0)
}

/// The line's time in seconds, and what follows it.
fn stamp(line: &str) -> Option<(i64, &str)> {
    let line = line.trim_start_matches('\u{feff}');
    let (stamp, rest) = line.split_once(' ')?;
    if stamp.len() < 20 || !stamp.ends_with('Z') {
        return None;
    }
    stamp.parse::<Timestamp>().ok().map(|time| (time.as_second(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\u{feff}2026-01-05T10:00:00.1000000Z ##[group]Run pip install x
2026-01-05T10:00:03.1000000Z FAILED decoy of the step before
2026-01-05T10:00:03.2000000Z ##[group]Run pytest
continued line without a time
2026-01-05T10:00:05.9000000Z FAILED real
2026-01-05T10:00:06.1000000Z ##[error]Process completed with exit code 1.
2026-01-05T10:00:06.2000000Z ##[group]Run cleanup
2026-01-05T10:00:09.0000000Z FAILED decoy of the step after
";

    fn found(start: &str, end: &str) -> Option<(String, u64)> {
        let times = StepTimes { start: start.parse().unwrap(), end: end.parse().unwrap() };
        let range = find(LOG.as_bytes(), times).unwrap()?;
        let text = &LOG[usize::try_from(range.start).unwrap()..usize::try_from(range.end).unwrap()];
        Some((text.to_owned(), range.lines_before))
    }

    #[test]
    fn the_step_is_cut_out_at_its_markers() {
        let (text, before) = found("2026-01-05T10:00:03Z", "2026-01-05T10:00:06Z").unwrap();
        assert!(text.contains("FAILED real") && !text.contains("decoy"), "{text}");
        assert!(text.ends_with("exit code 1.\n"));
        assert_eq!(before, 2);
    }

    #[test]
    fn times_outside_the_log_find_nothing() {
        assert_eq!(found("2026-01-06T10:00:03Z", "2026-01-06T10:00:06Z"), None);
        let times = StepTimes { start: Timestamp::UNIX_EPOCH, end: Timestamp::MAX };
        assert_eq!(find("no times\nat all\n".as_bytes(), times).unwrap(), None);
    }
}

//! Durations as people write them in flags and inputs.

use std::time::Duration;

/// Longest duration that is accepted: a week. Longer ones are typing errors.
const LONGEST_S: u64 = 7 * 24 * 3600;

/// Why a text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// Not of the accepted form.
    #[error("{0:?} is not a duration; write seconds (`300`), or `90s`, `5m`, `1h30m`")]
    Form(String),
    /// Zero, or above a week.
    #[error("a duration of {0:?} is out of range; it must be between 1 s and 7 days")]
    Range(String),
}

/// Reads `300`, `90s`, `5m`, `1h30m`, `2d`. Fits clap's `value_parser`.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let form = || DurationError::Form(text.to_owned());
    let range = || DurationError::Range(text.to_owned());
    let mut rest = text.trim();
    let (mut total, mut last_unit) = (0_u64, u64::MAX);
    if rest.is_empty() {
        return Err(form());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err(form());
        }
        let number: u64 = rest[..digits].parse().map_err(|_| range())?;
        rest = &rest[digits..];
        let unit = match rest.chars().next() {
            None | Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            Some(_) => return Err(form()),
        };
        // Units come from large to small, each once; a bare number is only the whole text.
        if unit >= last_unit || (rest.is_empty() && last_unit != u64::MAX) {
            return Err(form());
        }
        last_unit = unit;
        rest = rest.get(1..).unwrap_or_default();
        total = number.checked_mul(unit).and_then(|s| total.checked_add(s)).ok_or_else(range)?;
    }
    if total == 0 || total > LONGEST_S {
        return Err(range());
    }
    Ok(Duration::from_secs(total))
}

/// The same form back, for messages: `1h30m`, `5m`, `42s`.
#[must_use]
pub fn format_duration(duration: Duration) -> String {
    let total = duration.as_secs();
    let parts = [(total / 3600, "h"), (total / 60 % 60, "m"), (total % 60, "s")];
    let text: String = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read() {
        for (text, seconds) in
            [("300", 300), ("90s", 90), ("5m", 300), ("1h30m", 5400), (" 1h2m3s ", 3723), ("7d", 604_800)]
        {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn typing_errors_are_named() {
        for text in ["", "m", "5 m", "-5", "1.5h", "5x", "30m1h", "1m2m", "1h30", "5é"] {
            assert!(matches!(parse_duration(text), Err(DurationError::Form(_))), "{text}");
        }
        for text in ["0", "0s", "8d", "99999999999999999999", "18446744073709551615d"] {
            assert!(matches!(parse_duration(text), Err(DurationError::Range(_))), "{text}");
        }
    }

    #[test]
    fn durations_are_written_as_they_are_read() {
        for text in ["1h30m", "5m", "42s", "1h1s"] {
            assert_eq!(format_duration(parse_duration(text).unwrap()), text);
        }
        assert_eq!(format_duration(Duration::from_millis(300)), "0s");
    }
}

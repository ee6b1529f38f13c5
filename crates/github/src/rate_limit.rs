//! Whether an answer is a rate limit, and how long it asks to wait.
//!
//! GitHub has two: the hourly one (403 or 429 with `x-ratelimit-remaining: 0` and a reset time) and
//! the secondary ones (403 or 429, mostly with `retry-after`, sometimes only with a message).

use std::time::Duration;

use http::HeaderMap;

/// What GitHub recommends when it names no time.
const UNTOLD: Duration = Duration::from_secs(60);

/// How long to wait, or `None` when the answer is no rate limit. `tries` counts earlier waits of
/// the same call: without a time in the answer, each wait is twice as long as the one before.
pub(crate) fn wait_for(
    status: u16,
    headers: &HeaderMap,
    message: &str,
    now: i64,
    tries: u32,
) -> Option<Duration> {
    if status != 403 && status != 429 {
        return None;
    }
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    if let Some(seconds) = number("retry-after") {
        return Some(Duration::from_secs(seconds.max(1).unsigned_abs()));
    }
    if number("x-ratelimit-remaining") == Some(0)
        && let Some(reset) = number("x-ratelimit-reset")
    {
        // One second more: the reset time is rounded down.
        return Some(Duration::from_secs(reset.saturating_sub(now).max(0).unsigned_abs().saturating_add(1)));
    }
    let told = message.to_ascii_lowercase().contains("rate limit");
    (status == 429 || told).then(|| UNTOLD * 2u32.pow(tries.min(5)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(status: u16, pairs: &[(&'static str, &str)], message: &str, tries: u32) -> Option<u64> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        wait_for(status, &headers, message, 1000, tries).map(|wait| wait.as_secs())
    }

    #[test]
    fn each_kind_of_limit_is_known() {
        assert_eq!(wait(403, &[("retry-after", "7")], "", 0), Some(7));
        assert_eq!(wait(429, &[("retry-after", "0")], "", 0), Some(1));
        let exhausted = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1030")];
        assert_eq!(wait(403, &exhausted, "", 0), Some(31));
        assert_eq!(wait(429, &[], "", 0), Some(60));
        assert_eq!(wait(403, &[], "You have exceeded a secondary rate limit", 2), Some(240));
    }

    #[test]
    fn a_plain_refusal_is_no_limit() {
        assert_eq!(wait(403, &[("x-ratelimit-remaining", "12")], "Resource not accessible", 0), None);
        assert_eq!(wait(404, &[("retry-after", "7")], "", 0), None);
        assert_eq!(wait(500, &[("retry-after", "7")], "", 0), None);
    }
}

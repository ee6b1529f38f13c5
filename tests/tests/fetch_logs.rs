//! `fetch-logs` as a program: every rule of the input, every way a run's logs can be had or not be
//! had, what reaches the case and what must not.

#![allow(clippy::unwrap_used, reason = "a test may end where its ground is missing")]

mod fetch_logs {
    mod case;
    mod input;
    mod place;
    mod raw_logs;
    mod repeats;
    mod reports;
    mod run;
}

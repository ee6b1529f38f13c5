//! The log reader against the real test frameworks: each runs on a failing project full of decoys, what it
//! prints becomes a job's log, and exactly the failed tests must be named.
//!
//! The projects lie in `tests/fixtures/frameworks`, one folder a tool. The variable `VARIANT` tells them
//! what to do: `green` leaves the decoys and takes the failures away. `expected.txt` has one section a
//! variant, one failed test a line (`id`, then a tab and the suite, where there is one); what failed
//! but is no test stands with its role in front, as in `parent: TestTable`.
//!
//! A tool that is not there (no network, no `apt-get`) says `not run: …` and its test passes; with
//! `REGREEN_REQUIRE_TOOLS=1` that is a failure.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may panic anywhere")]

#[path = "frameworks/bench.rs"]
mod bench;
#[path = "frameworks/c.rs"]
mod c;
#[path = "frameworks/debian.rs"]
mod debian;
#[path = "frameworks/go.rs"]
mod go;
#[path = "frameworks/java.rs"]
mod java;
#[path = "frameworks/javascript.rs"]
mod javascript;
#[path = "frameworks/php.rs"]
mod php;
#[path = "frameworks/python.rs"]
mod python;
#[path = "frameworks/ruby.rs"]
mod ruby;
#[path = "frameworks/rust.rs"]
mod rust;

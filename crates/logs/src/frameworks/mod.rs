//! The test frameworks: one file each behind one trait, listed in one registry.
//!
//! To add a framework: write `frameworks/<name>.rs` with a parser and an `ENTRY`, put the entry into
//! [`registry::ENTRIES`], and add `fixtures/<name>.log` with `fixtures/<name>.expected`. The registry's
//! tests do the rest: unique names, a doc line, triggers that the scanner knows, a fixture whose failed
//! tests are exactly the expected ones, and none of them found by any other framework's parser.

mod ant_junit;
mod automake;
mod ava;
mod bazel;
mod boost_test;
mod cargo_block;
mod cargo_json;
mod cargo_lines;
mod cargo_run;
mod cargo_target;
mod cargo_test;
mod cargo_transcript;
mod catch2;
mod catch2_block;
mod compiletest;
mod ctest;
mod cucumber;
mod dart_test;
mod doctest;
mod dotnet_lines;
mod dotnet_platform;
mod dotnet_stack;
mod dotnet_test;
mod eunit;
mod exunit;
mod ginkgo;
mod go_blame;
mod go_json;
mod go_output;
mod go_printed;
mod go_test;
mod gocheck;
mod gotestsum;
mod gradle;
mod gradle_logger;
mod gradle_title;
mod gtest;
mod gtest_block;
mod gtest_lines;
mod jasmine;
mod jest;
mod jest_run;
mod js_block;
mod junit_console;
mod junit_text;
mod jvm_stack;
mod karma;
mod kept;
mod meson;
mod minitest;
mod minitest_block;
mod mocha;
mod nextest;
mod nextest_lines;
mod node_test;
mod nose;
mod nunit_console;
mod pest;
mod pester;
mod phpt;
mod phpunit;
mod phpunit_block;
mod playwright;
mod processes;
mod prove;
mod pytest;
mod pytest_block;
mod pytest_fatal;
mod pytest_headers;
mod pytest_lines;
mod pytest_report;
mod rspec;
mod rspec_block;
mod sbt_lines;
mod sbt_test;
mod scalatest;
mod scalatest_lines;
mod stestr;
mod surefire;
mod surefire_lines;
mod surefire_results;
mod swift_testing;
mod tap;
mod tap_block;
mod tap_document;
mod tasty;
mod test_unit;
mod testng;
mod testthat;
mod traceback;
mod trial;
mod unittest;
mod unittest_block;
mod unittest_lines;
mod vitest;
mod xctest;

mod ui_test;

mod registry;

use regreen_case::Framework;

pub(crate) use registry::ENTRIES;

pub(crate) use crate::findings::{Findings, MAX_TESTS};
pub(crate) use crate::found::Found;
pub(crate) use crate::line::Line;

/// Number of the test program that ctest says is over.
pub(crate) fn ended_program(text: &str) -> Option<u32> {
    processes::ctest_result(text).map(|(number, _)| number)
}

/// Lines of a block that are looked at.
pub(crate) const MAX_BLOCK_LINES: usize = 2000;

/// Reads the output of one framework, line by line, in constant memory.
pub(crate) trait Parser: Send {
    /// Takes the next line: every one while [`Parser::is_awake`], else only those that hold one of the
    /// entry's triggers. What the program under test printed comes the same way as what the framework
    /// says: telling them apart is the parser's work.
    fn line(&mut self, line: Line<'_>, findings: &mut Findings);

    /// Whether it needs every line now. A run that is going on usually does; one that is over must not,
    /// for a parser that stays awake makes the rest of the log slow.
    fn is_awake(&self) -> bool;

    /// The output is over: a step ended, or the log did. Leaves the parser as new.
    fn end(&mut self, findings: &mut Findings);
}

/// A framework of the registry.
pub(crate) struct Entry {
    /// Which one.
    pub(crate) framework: Framework,
    /// Name of its file here and of its fixtures.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the registry's tests"))]
    pub(crate) name: &'static str,
    /// What its parser understands, in one line.
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the registry's tests"))]
    pub(crate) doc: &'static str,
    /// Literals (case matters) one of which stands in every line that can begin something for the parser.
    /// Each must hold a stem of [`crate::scan`].
    pub(crate) triggers: &'static [&'static str],
    /// Makes a parser.
    pub(crate) parser: fn() -> Box<dyn Parser>,
}

#[cfg(test)]
mod tests;

//! The test frameworks that the suite knows by name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A test framework; `Generic` stands for a command whose results are known by its exit alone.
///
/// What prints alike is one framework: JUnit, Spock and kotest through surefire, gradle or ant are
/// [`Framework::Junit`], and nextest, which runs the same tests as `cargo test`, is
/// [`Framework::CargoTest`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Framework {
    /// Python's pytest.
    Pytest,
    /// Python's unittest, and Django's runner.
    Unittest,
    /// Python's nose and nose2.
    Nose,
    /// `cargo test`, Rust's built-in harness, and nextest.
    CargoTest,
    /// rustc's compiletest and its kin (`ui_test`, trybuild).
    Compiletest,
    /// `go test`.
    GoTest,
    /// Ginkgo's specs in Go.
    Ginkgo,
    /// Jest.
    Jest,
    /// Vitest.
    Vitest,
    /// Mocha, and Cypress, which prints like it.
    Mocha,
    /// Node's own runner.
    NodeTest,
    /// Playwright's test runner.
    Playwright,
    /// AVA.
    Ava,
    /// Jasmine.
    Jasmine,
    /// Karma.
    Karma,
    /// GoogleTest.
    Gtest,
    /// Catch2.
    Catch2,
    /// doctest for C++.
    Doctest,
    /// Boost.Test.
    BoostTest,
    /// CTest.
    Ctest,
    /// Meson's test runner.
    Meson,
    /// Automake's test harness.
    Automake,
    /// Bazel's test summary.
    Bazel,
    /// JUnit through surefire, gradle, ant or its console launcher.
    Junit,
    /// `TestNG`.
    Testng,
    /// kotest's own reports.
    Kotest,
    /// ScalaTest.
    Scalatest,
    /// RSpec.
    Rspec,
    /// Minitest and test-unit.
    Minitest,
    /// Cucumber's scenarios.
    Cucumber,
    /// The Test Anything Protocol, of any producer.
    Tap,
    /// PHPUnit and Pest.
    Phpunit,
    /// PHP's own run-tests.
    Phpt,
    /// `dotnet test`: xUnit, NUnit, MSTest.
    DotnetTest,
    /// PowerShell's Pester.
    Pester,
    /// Elixir's ExUnit.
    Exunit,
    /// Erlang's EUnit and Common Test.
    Eunit,
    /// Swift's XCTest.
    Xctest,
    /// Swift Testing.
    SwiftTesting,
    /// R's testthat.
    Testthat,
    /// Haskell's tasty.
    Tasty,
    /// Haskell's hspec.
    Hspec,
    /// Dart's and Flutter's test runner.
    DartTest,
    /// A formatter, linter, type checker or compiler: what it complains about is what fails.
    Checker,
    /// Any other command.
    Generic,
}

impl Framework {
    /// Name as it stands in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Framework::Pytest => "pytest",
            Framework::Unittest => "unittest",
            Framework::Nose => "nose",
            Framework::CargoTest => "cargo-test",
            Framework::Compiletest => "compiletest",
            Framework::GoTest => "go-test",
            Framework::Ginkgo => "ginkgo",
            Framework::Jest => "jest",
            Framework::Vitest => "vitest",
            Framework::Mocha => "mocha",
            Framework::NodeTest => "node-test",
            Framework::Playwright => "playwright",
            Framework::Ava => "ava",
            Framework::Jasmine => "jasmine",
            Framework::Karma => "karma",
            Framework::Gtest => "gtest",
            Framework::Catch2 => "catch2",
            Framework::Doctest => "doctest",
            Framework::BoostTest => "boost-test",
            Framework::Ctest => "ctest",
            Framework::Meson => "meson",
            Framework::Automake => "automake",
            Framework::Bazel => "bazel",
            Framework::Junit => "junit",
            Framework::Testng => "testng",
            Framework::Kotest => "kotest",
            Framework::Scalatest => "scalatest",
            Framework::Rspec => "rspec",
            Framework::Minitest => "minitest",
            Framework::Cucumber => "cucumber",
            Framework::Tap => "tap",
            Framework::Phpunit => "phpunit",
            Framework::Phpt => "phpt",
            Framework::DotnetTest => "dotnet-test",
            Framework::Pester => "pester",
            Framework::Exunit => "exunit",
            Framework::Eunit => "eunit",
            Framework::Xctest => "xctest",
            Framework::SwiftTesting => "swift-testing",
            Framework::Testthat => "testthat",
            Framework::Tasty => "tasty",
            Framework::Hspec => "hspec",
            Framework::DartTest => "dart-test",
            Framework::Checker => "checker",
            Framework::Generic => "generic",
        }
    }
}

impl std::fmt::Display for Framework {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_documents_hold() {
        for framework in [Framework::GoTest, Framework::Catch2, Framework::SwiftTesting, Framework::Generic] {
            assert_eq!(serde_json::to_value(framework).unwrap(), framework.name());
        }
    }
}

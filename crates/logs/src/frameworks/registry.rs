//! All frameworks. One line each, so that they are added side by side.

use super::Entry;

/// All frameworks.
pub(crate) const ENTRIES: &[Entry] = &[
    super::pytest::ENTRY,
    super::cargo_test::ENTRY,
    super::go_test::ENTRY,
    super::ginkgo::ENTRY,
    super::gocheck::ENTRY,
    super::surefire::ENTRY,
    super::gtest::ENTRY,
    super::rspec::ENTRY,
    super::gradle::ENTRY,
    super::unittest::ENTRY,
    super::nose::ENTRY,
    super::jest::ENTRY,
    super::mocha::ENTRY,
    super::nextest::ENTRY,
    super::compiletest::ENTRY,
    super::minitest::ENTRY,
    super::test_unit::ENTRY,
    super::phpunit::ENTRY,
    super::junit_console::ENTRY,
    super::junit_text::ENTRY,
    super::ant_junit::ENTRY,
    super::vitest::ENTRY,
    super::node_test::ENTRY,
    super::scalatest::ENTRY,
    super::ctest::ENTRY,
    super::dotnet_test::ENTRY,
    super::testng::ENTRY,
    super::sbt_test::ENTRY,
    super::nunit_console::ENTRY,
    super::dotnet_platform::ENTRY,
];

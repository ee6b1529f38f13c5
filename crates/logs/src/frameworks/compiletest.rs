//! rustc's compiletest, which prints like Rust's test harness but names its tests `[mode] path`.

use regreen_case::Framework;

use super::Entry;
use super::cargo_test::{CargoTest, TRIGGERS};

pub(super) const ENTRY: Entry = Entry {
    framework: Framework::Compiletest,
    name: "compiletest",
    doc: "`[ui] tests/ui/x.rs` in the blocks and lists of Rust's test harness, with modes and revisions",
    triggers: TRIGGERS,
    parser: || Box::new(CargoTest::new(Framework::Compiletest)),
};

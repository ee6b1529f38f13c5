//! Ways to run the same tests that make a failure which comes and goes likelier, or show it cheaper.
//!
//! A variation changes how the tests run, never which tests, nor what they assert. What the machine does
//! around the run (more workers, a busy processor) is not the framework's business and not in here.

use regreen_case::TestCommand;

use crate::adapter::adapter;

/// A variation that a framework may know how to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variation {
    /// The tests in an order drawn from this seed.
    Order(u64),
    /// Everything else that draws chance draws it from this seed (hash seeds, fuzz seeds).
    Seed(u64),
    /// So many runs of each test in one process: cheaper than a process each.
    Repeats(u32),
    /// So many tests at a time in one process.
    Threads(u32),
    /// The framework's own time limits times this many percent.
    Timeout(u32),
    /// A build that reports data races.
    RaceDetector,
}

/// The same command with the variation; `None` when the framework has no such thing.
#[must_use]
pub fn varied(command: &TestCommand, variation: Variation) -> Option<TestCommand> {
    adapter(command.framework).varied(command, variation)
}

/// Files, by name and text, that a varied command wants to find on `PYTHONPATH` when people run it by hand.
#[must_use]
pub fn support_files(command: &TestCommand) -> Vec<(&'static str, &'static str)> {
    let (name, text) = crate::adapter::PYTEST_PLUGIN;
    let module = name.trim_end_matches(".py");
    if command.argv.iter().any(|word| word == module) { vec![(name, text)] } else { Vec::new() }
}

//! The test frameworks that the suite knows by name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A test framework; `Generic` stands for a command whose results are known by its exit alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Framework {
    /// Python's pytest.
    Pytest,
    /// `cargo test`, Rust's built-in harness.
    CargoTest,
    /// `go test`.
    GoTest,
    /// Any other command.
    Generic,
}

impl Framework {
    /// Name as it stands in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Framework::Pytest => "pytest",
            Framework::CargoTest => "cargo-test",
            Framework::GoTest => "go-test",
            Framework::Generic => "generic",
        }
    }
}

impl std::fmt::Display for Framework {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

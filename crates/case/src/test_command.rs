//! A command that runs tests, and the tests it runs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Framework;

/// One test that a phase wants to run.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct TestTarget {
    /// The framework.
    pub framework: Framework,
    /// Id as the framework prints it. Empty: every test of `file`.
    pub id: String,
    /// File of the test relative to the repository, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Cargo target or go package, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suite: Option<String>,
}

/// A command as the operating system takes it; never a shell line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TestCommand {
    /// Framework whose results it prints.
    pub framework: Framework,
    /// Program and arguments.
    pub argv: Vec<String>,
    /// Working directory relative to the repository; empty for its root.
    #[serde(default)]
    pub cwd: String,
    /// Environment to add.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
}

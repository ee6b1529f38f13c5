//! Reads a patch for cheats.

use regreen_case::{Finding, TestTarget};
use regreen_workspace::Patch;

use crate::project::Project;

/// Everything suspicious in a patch, by name and line. `base` gives a file as it is without it.
#[must_use]
pub fn inspect(
    patch: &Patch,
    base: &dyn Fn(&str) -> Option<Vec<u8>>,
    protected: &[String],
    targets: &[TestTarget],
) -> Vec<Finding> {
    let _ = (patch, base, protected, targets);
    Vec::new()
}

/// Whether a file that may configure tests does.
pub(crate) fn configures_tests(project: &Project, path: &str) -> bool {
    let text = project.text(path).unwrap_or_default();
    text.contains("[tool.pytest")
        || text.contains("[tool:pytest]")
        || text.contains("[pytest]")
        || path.ends_with("Cargo.toml")
}

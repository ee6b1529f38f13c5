//! From a path or a list of targets to the command that runs just them.

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use crate::adapter::{adapter, adapters};
use crate::error::ProofError;
use crate::project::{Project, is_inside};

/// The targets that an existing-test path stands for: `tests/test_x.py::TestA::test_b`,
/// `tests/foo.rs::name`, `src/lib.rs`, `pkg/x_test.go::TestName/sub`.
///
/// # Errors
/// When there is no such file, or no framework knows it.
pub fn detect(project: &Project, existing_test_path: &str) -> Result<Vec<TestTarget>, ProofError> {
    let trimmed = existing_test_path.trim();
    let trimmed = trimmed.strip_prefix("./").unwrap_or(trimmed);
    let (path, name) = match trimmed.split_once("::") {
        Some((path, name)) => (path, Some(name).filter(|name| !name.is_empty())),
        None => (trimmed, None),
    };
    let path = path.trim_end_matches('/');
    if !is_inside(path) || !project.checkout().join(path).exists() {
        return Err(ProofError::NoSuchTest(path.to_owned()));
    }
    adapters()
        .find_map(|adapter| adapter.detect(project, path, name))
        .ok_or_else(|| ProofError::UnknownFramework(path.to_owned()))
}

/// The command that runs just the targets, with the options and the environment that CI used where
/// they matter. The program is named as people would call it; a run finds the one that the project's
/// environment has.
///
/// # Errors
/// No target, two frameworks, a test file that is not there.
pub fn plan(
    project: &Project,
    targets: &[TestTarget],
    ci: Option<&CiCommand>,
) -> Result<TestCommand, ProofError> {
    let framework = match targets.first() {
        Some(first) => first.framework,
        // Nothing is named but a command: its cause is all there is to compare.
        None if ci.is_some() => Framework::Generic,
        None => return Err(ProofError::NoTargets),
    };
    if let Some(other) = targets.iter().find(|target| target.framework != framework) {
        return Err(ProofError::MixedFrameworks { first: framework, second: other.framework });
    }
    adapter(framework).plan(project, targets, ci)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_nowhere_or_out_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("notes.txt"), "").unwrap();
        std::fs::write(folder.path().join("test_a.py"), "").unwrap();
        let project = Project::at(folder.path(), folder.path());
        for path in ["../x.py", "/etc/passwd", "test_b.py", ""] {
            assert!(matches!(detect(&project, path), Err(ProofError::NoSuchTest(_))), "{path}");
        }
        assert!(matches!(detect(&project, "notes.txt"), Err(ProofError::UnknownFramework(_))));
        assert_eq!(detect(&project, "./test_a.py::test_x[a::b]").unwrap()[0].id, "test_a.py::test_x[a::b]");
    }

    #[test]
    fn frameworks_do_not_mix() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project::at(folder.path(), folder.path());
        let target = |framework| TestTarget { framework, id: "x".to_owned(), file: None, suite: None };
        let mixed = plan(&project, &[target(Framework::Pytest), target(Framework::GoTest)], None);
        assert!(matches!(mixed, Err(ProofError::MixedFrameworks { .. })));
        assert!(matches!(plan(&project, &[], None), Err(ProofError::NoTargets)));
    }
}

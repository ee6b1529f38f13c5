//! The files that judge: tests, their data, their configuration. They are restored from the base
//! before every judgement, and a patch that edits one is not a fix.

use std::collections::BTreeSet;
use std::path::Path;

use regreen_case::TestTarget;
use regreen_workspace::Patch;

use crate::adapter::{Role, adapter, inline_tests_possible};
use crate::project::{Project, join};

/// All files of the checkout at `root` that judge the targets, relative and sorted. A Rust source
/// with tests inside is not among them, for it also holds the code; [`crate::inspect`] compares its
/// tests instead.
#[must_use]
pub fn protected_files(root: &Path, targets: &[TestTarget]) -> Vec<String> {
    let project = Project::at(root, root);
    let mut found: BTreeSet<String> = project
        .files()
        .into_iter()
        .filter(|file| {
            targets.iter().any(|target| match adapter(target.framework).role(file) {
                Some(Role::Tests | Role::Configuration) => true,
                Some(Role::PartlyConfiguration) => crate::inspect::configures_tests(&project, file),
                None => false,
            })
        })
        .collect();
    // Hidden, so the walk leaves them out.
    for hidden in targets.iter().flat_map(|target| adapter(target.framework).hidden_configuration()) {
        if project.has_file(hidden) {
            found.insert((*hidden).to_owned());
        }
    }
    // The test's own file counts whatever it is called.
    for target in targets {
        let named = target.file.as_deref().or_else(|| target.id.split("::").next());
        let Some(file) = named.filter(|file| !file.is_empty() && !inline_tests_possible(file)) else {
            continue;
        };
        if let Some(base) = project.base_of(file, None) {
            found.insert(join(&base, file));
        }
    }
    found.into_iter().collect()
}

/// What must be restored before this patch is judged: the protected files it touches, and files it
/// adds that would judge too (a new `conftest.py`).
#[must_use]
pub fn restorable(patch: &Patch, protected: &[String], targets: &[TestTarget]) -> Vec<String> {
    let mut paths: BTreeSet<String> = BTreeSet::new();
    for path in patch.files().iter().flat_map(|file| file.paths()) {
        let judges =
            targets.iter().any(|target| adapter(target.framework).role(path) == Some(Role::Configuration));
        if judges || protected.iter().any(|one| one == path) {
            paths.insert(path.to_owned());
        }
    }
    paths.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use regreen_case::Framework;

    #[test]
    fn tests_and_their_configuration_are_found_wherever_they_lie() {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("pkg/code.py", ""),
            ("pkg/test_inside.py", ""),
            ("tests/test_x.py", ""),
            ("tests/data/a.json", ""),
            ("conftest.py", ""),
            ("pyproject.toml", "[tool.pytest.ini_options]\n"),
            ("setup.cfg", "[metadata]\n"),
            ("checks/special.py", ""),
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let target = TestTarget {
            framework: Framework::Pytest,
            id: "checks/special.py::test_a".to_owned(),
            file: None,
            suite: None,
        };
        assert_eq!(
            protected_files(folder.path(), &[target]),
            [
                "checks/special.py",
                "conftest.py",
                "pkg/test_inside.py",
                "pyproject.toml",
                "tests/data/a.json",
                "tests/test_x.py"
            ]
        );
    }
}

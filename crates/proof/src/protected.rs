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
            crate::inspect::configures_a_runner(file)
                || targets.iter().any(|target| match adapter(target.framework).role(file) {
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
/// adds that would judge too (a new `conftest.py`) or are built into the tests (a new `_test.go`).
/// Of a file that only partly configures tests, other parts may change: a fix may need its new
/// dependency. `base` gives a file as it is without the patch.
#[must_use]
pub fn restorable(
    patch: &Patch,
    protected: &[String],
    targets: &[TestTarget],
    base: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Vec<String> {
    let mut paths: BTreeSet<String> = BTreeSet::new();
    for file in patch.files() {
        let keeps_its_sections = is_partly(file.path(), targets) && {
            let text = |bytes: Option<Vec<u8>>| {
                bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
            };
            let before = file.old_path.as_deref().and_then(base);
            let after = crate::inspect::after(patch, file, before.as_deref());
            !crate::inspect::changes_sections(file.path(), &text(before), &text(after))
        };
        for path in file.paths() {
            let configures = crate::inspect::configures_a_runner(path)
                || targets
                    .iter()
                    .any(|target| adapter(target.framework).role(path) == Some(Role::Configuration));
            let judges = protected.iter().any(|one| one == path) && !keeps_its_sections;
            if configures || judges || file.old_path.is_none() && is_built_into_tests(path) {
                paths.insert(path.to_owned());
            }
        }
    }
    paths.into_iter().collect()
}

fn is_partly(path: &str, targets: &[TestTarget]) -> bool {
    let role = |target: &TestTarget| adapter(target.framework).role(path);
    targets.iter().any(|target| role(target) == Some(Role::PartlyConfiguration))
}

/// New files that a build takes into the program of the tests, whichever test is asked for.
fn is_built_into_tests(path: &str) -> bool {
    path.ends_with("_test.go") || path.starts_with("src/test/") || path.contains("/src/test/")
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

//! Which other files of tests may feel a change: those beside it by name, and those that import it.

use regreen_case::{TestCommand, TestTarget};

use crate::adapter::Neighbourhood;
use crate::project::{Project, join};
use crate::reach::{nearest_first, reaching};

/// More files of tests than this are not run.
const MAX_FILES: usize = 40;

pub(super) fn choose(
    project: &Project,
    command: &TestCommand,
    targets: &[TestTarget],
    changed: &[String],
) -> Option<Neighbourhood> {
    let own: Vec<String> = targets
        .iter()
        .filter_map(super::file_of)
        .filter_map(|file| Some(join(&project.base_of(&file, Some(&command.cwd))?, &file)))
        .collect();
    let mut files = own.clone();
    let mut not_run = Vec::new();
    for file in tests_that_reach(project, changed) {
        if files.contains(&file) {
            continue;
        }
        if files.len() < MAX_FILES {
            files.push(file);
        } else {
            not_run.push(format!("{file}: more than {MAX_FILES} files of tests reach the change"));
        }
    }
    let prefix = if command.cwd.is_empty() { String::new() } else { format!("{}/", command.cwd) };
    let mut argv: Vec<String> = command.argv.clone();
    argv.retain(|word| {
        !targets.iter().any(|target| *word == target.id || target.file.as_ref() == Some(word))
    });
    for file in &files {
        match file.strip_prefix(&prefix) {
            Some(inside) => argv.push(inside.to_owned()),
            None => not_run.push(format!("{file}: it lies outside of {}", command.cwd)),
        }
    }
    Some(Neighbourhood {
        command: TestCommand { argv, ..command.clone() },
        chosen_by:
            "the failing test's file, and files of tests that import a changed file, directly or over others"
                .to_owned(),
        not_run,
    })
}

/// Files of tests, nearest first; those that only import its package last.
pub(crate) fn tests_that_reach(project: &Project, changed: &[String]) -> Vec<String> {
    let importing = reaching(project, changed);
    let tests = project.files().into_iter().filter(|file| super::is_test_file(file));
    let mut tests: Vec<(usize, String)> = tests
        .filter_map(|file| {
            let by_package = || changed.iter().any(|changed| reaches(project, &file, changed));
            let distance = importing.get(&file).copied().or_else(|| by_package().then_some(usize::MAX))?;
            Some((distance, file))
        })
        .collect();
    nearest_first(&mut tests, changed);
    tests.into_iter().map(|(_, file)| file).collect()
}

/// Whether a file of tests imports a changed file, as far as names tell.
fn reaches(project: &Project, test_file: &str, changed: &str) -> bool {
    let Some(stem) = changed.strip_suffix(".py") else { return false };
    let Some(text) = project.text(test_file) else { return false };
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    let stem = stem.strip_prefix("src/").unwrap_or(stem);
    let module = stem.rsplit('/').next().unwrap_or(stem);
    let package = stem.split_once('/').map(|(package, _)| package);
    text.lines().map(str::trim_start).any(|line| {
        let imported = line.strip_prefix("import ").or_else(|| line.strip_prefix("from "));
        imported.is_some_and(|rest| {
            let mut words = rest.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            // A package imported as a whole may re-export anything of it.
            words.clone().next().is_some_and(|first| Some(first) == package)
                || words.any(|word| word == module)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use regreen_case::Framework;

    #[test]
    fn files_that_import_the_change_are_chosen() {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in [
            ("tests/test_own.py", "def test_a(): pass"),
            ("tests/test_by_module.py", "from shop.cart import total"),
            ("tests/test_by_package.py", "import shop"),
            ("tests/test_cart_too.py", "from shop.cart import total"),
            ("tests/test_other.py", "import json"),
            ("tests/test_over_another.py", "import web"),
            ("web.py", "from shop import cart"),
            ("shop/cart.py", ""),
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let project = Project::at(folder.path(), folder.path());
        let target = TestTarget {
            framework: Framework::Pytest,
            id: "tests/test_own.py::test_a".to_owned(),
            file: None,
            suite: None,
        };
        let command = TestCommand {
            framework: Framework::Pytest,
            argv: ["python3", "-m", "pytest", "-W", "error", &target.id].map(str::to_owned).to_vec(),
            cwd: String::new(),
            env: std::collections::BTreeMap::new(),
        };
        let chosen = choose(&project, &command, &[target], &["shop/cart.py".to_owned()]).unwrap();
        assert_eq!(
            chosen.command.argv[3..],
            [
                "-W",
                "error",
                "tests/test_own.py",
                "tests/test_cart_too.py",
                "tests/test_by_module.py",
                "tests/test_over_another.py",
                "tests/test_by_package.py"
            ],
            "those that import it themselves come first, and of these the one with its name"
        );
    }
}

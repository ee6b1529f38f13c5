//! Tests that may feel what a tool repairs: a linter's fix is safe until a test says otherwise.

use regreen_case::TestTarget;

use crate::adapter::{Adapter, Neighbourhood, Role, adapters};
use crate::project::Project;

/// More files are not read to find the first such test.
const MAX_READ: usize = 2_000;

/// Tests of any framework known here that reach a changed file, as far as names tell.
pub(super) fn choose(project: &Project, changed: &[String]) -> Option<Neighbourhood> {
    let (adapter, targets) = first_test(project, changed)?;
    let command = adapter.plan(project, &targets, None).ok()?;
    let found = adapter.neighbourhood(project, &command, &targets, changed)?;
    let chosen_by =
        format!("tests of {} that reach a changed file, as far as names tell", adapter.framework());
    Some(Neighbourhood { chosen_by, ..found })
}

/// A file of tests that is changed itself or names a changed one. Rust's sources hold their own.
fn first_test(project: &Project, changed: &[String]) -> Option<(&'static dyn Adapter, Vec<TestTarget>)> {
    let known = |file: &str| {
        adapters().find_map(|adapter| {
            let judges = adapter.role(file) == Some(Role::Tests) || file.ends_with(".rs");
            Some((adapter, adapter.detect(project, file, None).filter(|_| judges)?))
        })
    };
    if let Some(found) = changed.iter().find_map(|file| known(file)) {
        return Some(found);
    }
    let stems: Vec<&str> = changed.iter().filter_map(|file| stem(file)).collect();
    let speaks_of_it =
        |file: &&String| project.text(file).is_some_and(|text| stems.iter().any(|stem| text.contains(stem)));
    let tests = project.files();
    let tests = tests.iter().filter(|file| adapters().any(|one| one.role(file) == Some(Role::Tests)));
    tests.take(MAX_READ).filter(speaks_of_it).find_map(|file| known(file))
}

/// `src/shop/cart.py` → `cart`; of a package the folder.
fn stem(file: &str) -> Option<&str> {
    let mut parts = file.rsplit('/');
    let stem = parts.next()?.split('.').next()?;
    let stem = if matches!(stem, "__init__" | "index" | "mod") { parts.next()? } else { stem };
    (stem.len() > 1).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(files: &[(&str, &str)], changed: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let project = Project::at(folder.path(), folder.path());
        choose(&project, &[changed.to_owned()]).map(|found| found.command.argv.join(" "))
    }

    #[test]
    fn tests_that_name_a_changed_file_are_its_neighbours() {
        let python = [
            ("shop/cart.py", ""),
            ("tests/test_bill.py", "def test_b():\n    pass\n"),
            ("tests/test_cart.py", "from shop.cart import total\n\ndef test_a():\n    pass\n"),
        ];
        assert_eq!(chosen(&python, "shop/cart.py").unwrap(), "python3 -m pytest tests/test_cart.py");
        assert_eq!(chosen(&python, "shop/other.py"), None);
        let rust = [("Cargo.toml", "[package]\nname = \"shop\"\n"), ("src/lib.rs", ""), ("src/cart.rs", "")];
        assert!(chosen(&rust, "src/cart.rs").unwrap().starts_with("cargo test "), "a package is one unit");
    }
}

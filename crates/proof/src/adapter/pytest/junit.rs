//! From the cases of pytest's JUnit XML (family `xunit1`, which names files) back to node ids.

use std::path::Path;

use regreen_case::Framework;

use crate::adapter::junit_report::Case;
use crate::counted::{TestOutcome, TestResult};

/// The case as a result, with the id as pytest prints it: relative to its working directory.
pub(super) fn result(case: &Case, here: &Path, checkout: &Path) -> TestResult {
    let outcome = case.outcome();
    let id = node_id(case, here, checkout);
    let failure = (outcome == TestOutcome::Failed).then(|| {
        let file = id.split("::").next().map(str::to_owned);
        crate::failures::plain(Framework::Pytest, &id, file, &case.message)
    });
    TestResult { id, suite: None, outcome, failure, seconds: case.seconds }
}

fn node_id(case: &Case, here: &Path, checkout: &Path) -> String {
    if case.file.is_empty() {
        return if case.classname.is_empty() {
            case.name.clone()
        } else {
            format!("{}::{}", case.classname, case.name)
        };
    }
    let module = case.file.trim_end_matches(".py").replace('/', ".");
    // A file that could not be collected is a case without a class, named like its module.
    if case.classname.is_empty() && (case.name == module || case.name == case.file) {
        return relative_to_here(&case.file, here, checkout);
    }
    let (file, classes) = match classes_in(&case.classname, &module) {
        Some(classes) => (relative_to_here(&case.file, here, checkout), classes),
        // `file` is where the function was written. A test that was put into another module belongs there.
        None => collected_in(&case.classname, here, checkout)
            .unwrap_or_else(|| (relative_to_here(&case.file, here, checkout), "")),
    };
    let mut id = file;
    for class in classes.split('.').filter(|class| !class.is_empty()) {
        id.push_str("::");
        id.push_str(class);
    }
    format!("{id}::{}", case.name)
}

/// What follows the module in the name of a class, if it is that module's.
fn classes_in<'a>(classname: &'a str, module: &str) -> Option<&'a str> {
    let rest = classname.strip_prefix(module)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('.') }
}

/// The file that such a name begins with, and the classes in it.
fn collected_in<'a>(classname: &'a str, here: &Path, checkout: &Path) -> Option<(String, &'a str)> {
    let ends = classname.match_indices('.').map(|(at, _)| at).chain([classname.len()]);
    let mut found = ends.filter_map(|end| {
        let (module, classes) = classname.split_at(end);
        let file = relative_to_here(&format!("{}.py", module.replace('.', "/")), here, checkout);
        here.join(&file).is_file().then_some((file, classes.trim_start_matches('.')))
    });
    found.next_back()
}

/// JUnit names files relative to pytest's rootdir, which may lie above the working directory.
fn relative_to_here(file: &str, here: &Path, checkout: &Path) -> String {
    if here.join(file).exists() {
        return file.to_owned();
    }
    let mut root = here;
    while root != checkout {
        let Some(parent) = root.parent() else { break };
        root = parent;
        if let Ok(found) = root.join(file).strip_prefix(here)
            && root.join(file).exists()
        {
            return found.display().to_string();
        }
    }
    file.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The id that pytest prints, from what its report says.
    fn id(classname: &str, file: &str) -> String {
        let root = tempfile::tempdir().unwrap();
        for path in ["tests/__init__.py", "tests/test_a.py", "tests/deep/test_b.py"] {
            std::fs::create_dir_all(root.path().join(path).parent().unwrap()).unwrap();
            std::fs::write(root.path().join(path), "").unwrap();
        }
        let (classname, file, name) = (classname.to_owned(), file.to_owned(), "test_it".to_owned());
        node_id(&Case { classname, file, name, ..Case::default() }, root.path(), root.path())
    }

    #[test]
    fn a_test_belongs_where_it_was_collected() {
        for (classname, file, expected) in [
            ("tests.test_a", "tests/test_a.py", "tests/test_a.py::test_it"),
            ("tests.test_a.TestIt.Inner", "tests/test_a.py", "tests/test_a.py::TestIt::Inner::test_it"),
            // Its function was written somewhere else: in a base class, or by a loop.
            ("tests.test_a.TestIt", "tests/__init__.py", "tests/test_a.py::TestIt::test_it"),
            ("tests.deep.test_b", "tests/test_a.py", "tests/deep/test_b.py::test_it"),
            // Nobody knows where.
            ("somewhere.TestIt", "tests/test_a.py", "tests/test_a.py::test_it"),
        ] {
            assert_eq!(id(classname, file), expected);
        }
    }
}

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
    let file = relative_to_here(&case.file, here, checkout);
    let module = case.file.trim_end_matches(".py").replace('/', ".");
    // A file that could not be collected is a case without a class, named like its module.
    if case.classname.is_empty() && (case.name == module || case.name == case.file) {
        return file;
    }
    let classes = case.classname.strip_prefix(&module).unwrap_or_default().trim_start_matches('.');
    let mut id = file;
    for class in classes.split('.').filter(|class| !class.is_empty()) {
        id.push_str("::");
        id.push_str(class);
    }
    format!("{id}::{}", case.name)
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

//! Which tests of a Go package failed: who is to blame for the end of its process, and who was only printed.

use std::collections::HashSet;

use super::go_output::{running_tests, tests_on_stack};
use super::go_printed::{Printed, ancestors};

/// A test that a package calls failed, until the package's result is known.
pub(super) struct Pending {
    pub(super) id: String,
    pub(super) at: u64,
    pub(super) indent: usize,
    pub(super) printed: Printed,
}

/// Names that are nobody's parents.
pub(super) fn leaves(names: HashSet<String>) -> Vec<String> {
    let parents: HashSet<String> = names.iter().flat_map(|name| ancestors(name)).collect();
    names.into_iter().filter(|name| !parents.contains(name)).collect()
}

/// Without `-v`, whoever prints `--- FAIL: TestFake (0.00s)` looks like the harness; but it explains nothing,
/// where the tests that do fail say why.
pub(super) fn without_decoys(pending: &mut Vec<Pending>) {
    let names: Vec<String> = pending.iter().map(|test| test.id.clone()).collect();
    let is_parent = |test: &Pending| names.iter().any(|name| ancestors(name).any(|parent| parent == test.id));
    let explains = |test: &Pending| !test.printed.lines.is_empty() || test.printed.wraps;
    if !pending.iter().any(|test| explains(test) && !is_parent(test))
        || pending.iter().any(|test| test.printed.crash.is_some())
    {
        return;
    }
    let silent: HashSet<String> = pending
        .iter()
        .filter(|test| !explains(test) && !is_parent(test))
        .map(|test| test.id.clone())
        .collect();
    pending.retain(|test| !silent.contains(&test.id));
    // A parent whose children were all printed is none.
    let left: HashSet<String> = pending.iter().flat_map(|test| ancestors(&test.id)).collect();
    let lost: HashSet<String> = silent.iter().flat_map(|name| ancestors(name)).collect();
    pending.retain(|test| explains(test) || left.contains(&test.id) || !lost.contains(&test.id));
}

/// Gives the output that ended the process to the test that ended it.
pub(super) fn blame(
    pending: &mut Vec<Pending>,
    printed: Printed,
    at: u64,
    below: bool,
    current: Option<&str>,
) {
    let lines = printed.dump();
    let mut names = leaves(running_tests(lines).into_iter().collect());
    if names.is_empty() {
        // The harness prints the failed test right above its panic.
        if let Some(last) = pending.last_mut().filter(|_| below) {
            let mut all = std::mem::take(&mut last.printed);
            all.crash = Some(all.lines.len());
            all.append(printed);
            last.printed = all;
            return;
        }
        let on_stack = tests_on_stack(lines);
        let within =
            |name: &&str| on_stack.as_ref().is_none_or(|known| name.split('/').next() == Some(known));
        names.extend(current.filter(within).map(str::to_owned).or(on_stack));
    }
    names.sort_unstable();
    for id in names {
        pending.retain(|test| test.id != id);
        pending.push(Pending { id, at, indent: 0, printed: printed.clone() });
    }
}

//! The lines that each test of a Go package executes: its test program is built once with Go's own counters, and started
//! for one test after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regreen_case::TestCommand;
use regreen_supervise::Deadline;

use crate::adapter::{Prepared, left_file};
use crate::error::ProofError;
use crate::executed_lines::{ExecutedLines, Recording, Wish};

/// Longest profile that is read.
const MOST_PROFILE: u64 = 16 * 1024 * 1024;
/// How much longer than the tests may take building them may.
const BUILDING: u32 = 2;

/// One test after the other, those that are asked for first. Empty when they cannot be built.
pub(super) fn record(recording: &Recording<'_>) -> Result<Vec<ExecutedLines>, ProofError> {
    let Recording { command, context, channel, wish } = *recording;
    let here = context.checkout.join(&command.cwd);
    let Some(package) = super::packages(command).next() else { return Ok(Vec::new()) };
    let program = channel.join("tests").display().to_string();
    let limit = context.deadline.earlier(Deadline::after(wish.time.saturating_mul(BUILDING)));
    let (end, _) = recording.run(&build(command, &program, package), &here, limit)?;
    if !end.is_success() {
        return Ok(Vec::new());
    }
    let folder = here.join(package);
    let until = context.deadline.earlier(Deadline::after(wish.time));
    let (_, listed) = recording.run(&own([program.clone(), "-test.list=.".to_owned()]), &folder, until)?;
    let profile = channel.join("profile");
    let mut found = Vec::new();
    for (id, pattern) in chosen(wish, &listed) {
        if until.is_over() || context.cancel.is_cancelled() {
            break;
        }
        // Nothing of the one before.
        let _ = std::fs::remove_file(&profile);
        let profiled = format!("-test.coverprofile={}", profile.display());
        let call = own([program.clone(), format!("-test.run={pattern}"), profiled]);
        let (end, _) = recording.run(&call, &folder, until)?;
        // A test that takes the whole program down leaves none.
        let Ok(text) = left_file::text(&profile, MOST_PROFILE) else { continue };
        let lines = executed(&text, &here, &command.cwd);
        found.push(ExecutedLines { id, failed: !end.is_success(), lines, elsewhere: false });
    }
    Ok(found)
}

/// The same tests, built into a program that counts in all packages of the module.
fn build(command: &TestCommand, program: &str, package: &str) -> Prepared {
    let mut argv: Vec<String> =
        ["go", "test", "-c", "-cover", "-coverpkg=./...", "-o"].map(str::to_owned).to_vec();
    argv.push(program.to_owned());
    let builds = ["-tags", "-mod", "-gcflags", "-ldflags", "-race", "-trimpath"];
    argv.extend(
        command
            .argv
            .iter()
            .filter(|word| builds.contains(&word.split('=').next().unwrap_or_default()))
            .cloned(),
    );
    argv.push(package.to_owned());
    own(argv)
}

/// With the tools that are here: none is fetched.
fn own(argv: impl IntoIterator<Item = String>) -> Prepared {
    let argv = argv.into_iter().collect();
    let env = BTreeMap::from([("GOTOOLCHAIN".to_owned(), "local".to_owned())]);
    Prepared { argv, env, ..Prepared::default() }
}

/// Ids with the patterns that run them: those asked for, then the others of the package.
fn chosen(wish: &Wish<'_>, listed: &str) -> Vec<(String, String)> {
    let pattern = |id: &str| {
        let levels: Vec<String> = id.split('/').map(|name| format!("^{}$", regex::escape(name))).collect();
        levels.join("/")
    };
    let asked: BTreeSet<&str> = wish.first.iter().filter_map(|id| id.split('/').next()).collect();
    let others = listed.lines().map(str::trim).filter(|name| {
        ["Test", "Example", "Fuzz"].iter().any(|kind| name.starts_with(kind)) && !asked.contains(name)
    });
    let first: BTreeSet<&str> = wish.first.iter().copied().collect();
    first.into_iter().chain(others).take(wish.tests).map(|id| (id.to_owned(), pattern(id))).collect()
}

/// `module/path/file.go:12.30,14.2 3 1`: a block from a line and column to another, its statements, and how often.
fn executed(profile: &str, here: &Path, cwd: &str) -> BTreeMap<String, BTreeSet<u32>> {
    let mut known: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut lines: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for line in profile.lines() {
        let Some((file, first, last)) = block(line) else { continue };
        let place = known.entry(file).or_insert_with(|| place(file, here, cwd));
        if let Some(place) = place.as_ref().filter(|_| last.saturating_sub(first) < 10_000) {
            lines.entry(place.clone()).or_default().extend(first..=last);
        }
    }
    lines
}

/// File, first and last line of a block that was executed.
fn block(line: &str) -> Option<(&str, u32, u32)> {
    let (file, rest) = line.rsplit_once(':')?;
    let mut words = rest.split(' ');
    let (from, to) = words.next()?.split_once(',')?;
    let row = |place: &str| place.split('.').next()?.parse().ok();
    (words.nth(1)?.parse::<u64>().ok()? > 0).then_some((file, row(from)?, row(to)?))
}

/// The file's path in the checkout: what follows the module's name.
fn place(file: &str, here: &Path, cwd: &str) -> Option<String> {
    let mut rest = file;
    while let Some((_, inner)) = rest.split_once('/') {
        rest = inner;
        let leads_out = rest.split('/').any(|part| part == "..");
        if !leads_out && here.join(rest).is_file() {
            return Some(if cwd.is_empty() { rest.to_owned() } else { format!("{cwd}/{rest}") });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn blocks_that_ran_are_lines() {
        assert_eq!(block("example.com/a/b.go:12.30,14.2 3 1"), Some(("example.com/a/b.go", 12, 14)));
        assert_eq!(block("example.com/a/b.go:12.30,14.2 3 0"), None);
        for wrong in ["mode: set", "", "a:b,c d e", "x.go:1.2 3 4", "x.go:1.2,3.4 5"] {
            assert_eq!(block(wrong), None, "{wrong}");
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("cart")).unwrap();
        std::fs::write(folder.path().join("cart/cart.go"), "").unwrap();
        let profile = "mode: set\nexample.com/shop/cart/cart.go:2.1,3.4 1 1\nexample.com/shop/../x.go:1.1,2.2 1 1\n\
                       example.com/shop/cart/cart.go:1.1,4000000000.4 1 1\n";
        let lines = executed(profile, folder.path(), "go");
        assert_eq!(lines, BTreeMap::from([("go/cart/cart.go".to_owned(), BTreeSet::from([2, 3]))]));
    }

    #[test]
    fn tests_asked_for_come_first_and_once() {
        let wish = Wish { first: &["TestB/a.b"], tests: 3, time: Duration::ZERO };
        let chosen = chosen(&wish, "TestA\nTestB\nExampleC\nBenchmarkD\nFuzzE\nok\n");
        let expected = [("TestB/a.b", "^TestB$/^a\\.b$"), ("TestA", "^TestA$"), ("ExampleC", "^ExampleC$")];
        assert_eq!(chosen, expected.map(|(id, pattern)| (id.to_owned(), pattern.to_owned())));
    }
}

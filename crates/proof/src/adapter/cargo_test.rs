//! `cargo test`: one package and one target where they are known, ids matched exactly, results from
//! the harness's lines on standard output, cross-checked with the harness's own log file in a
//! private place, its summary line, and cargo's exit code. Where CI calls nextest, so do we.
//!
//! The log file is written by the harness after each test. A test that prints `test x ... ok` and
//! leaves the process prints as much as it likes, but the log file stays without `x`.

mod nextest;
mod output;
mod packages;
mod target_dir;
mod variations;

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};
use regreen_supervise::End;

use crate::adapter::{
    Adapter, Counted, Neighbourhood, Prepared, RawRun, Role, SingleTests, noted, noted::Keep, program_name,
};
use crate::counted::{RunContext, TestResult};
use crate::error::ProofError;
use crate::invocation::{self, invocation};
use crate::project::Project;
use crate::variation::Variation;
use packages::{CargoTarget, locate};
pub(super) use target_dir::target_dir;

pub(crate) struct CargoTest;

/// CI's options that change what is built or run, with whether a value follows.
const KEPT: &[(&str, bool)] = &[
    ("--features", true),
    ("-F", true),
    ("--all-features", false),
    ("--no-default-features", false),
    ("--release", false),
    ("-r", false),
    ("--profile", true),
    ("--locked", false),
    ("--offline", false),
    ("--frozen", false),
    ("--config", true),
];

impl Adapter for CargoTest {
    fn framework(&self) -> Framework {
        Framework::CargoTest
    }

    fn after_runner(&self, words: &[String]) -> Option<usize> {
        if nextest::after_runner(words).is_some() {
            return None;
        }
        let at = words.iter().position(|word| program_name(word) == "cargo")?;
        let rest = words.iter().skip(at + 1).position(|word| matches!(word.as_str(), "test" | "t"))?;
        Some(at + 1 + rest + 1)
    }

    fn detect(&self, project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>> {
        if !path.ends_with(".rs") {
            return None;
        }
        let _ = project.nearest_with(path, "Cargo.toml")?;
        let name = name.unwrap_or_default();
        let module = packages::module_of(project, path);
        let id = match (module, name) {
            // Ids of tests inside a module file start with the module, but people often leave it out.
            (Some(module), name) if !module.is_empty() && !name.is_empty() && !name.starts_with(&module) => {
                format!("{module}::{}", with_tests_module(project, path, name))
            }
            (_, "") => String::new(),
            (_, name) => with_tests_module(project, path, name),
        };
        Some(vec![TestTarget {
            framework: Framework::CargoTest,
            id,
            file: Some(path.to_owned()),
            suite: None,
        }])
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let nextest = nextest::called(targets, ci);
        let called = nextest.clone().unwrap_or_else(|| invocation(Framework::CargoTest, ci));
        let located: Vec<CargoTarget> = targets.iter().map(|target| locate(project, target)).collect();
        let cwd = packages::workspace_root(project, &located, &called.directory)
            .ok_or_else(|| ProofError::NoSuchTest("Cargo.toml".to_owned()))?;
        if let Some(called) = nextest {
            return Ok(nextest::plan(cwd, called, &located, targets));
        }
        let (build, test): (&[String], &[String]) =
            match called.arguments.iter().position(|word| word == "--") {
                Some(at) => (&called.arguments[..at], &called.arguments[at + 1..]),
                None => (&called.arguments, &[]),
            };
        let mut argv: Vec<String> =
            ["cargo", "test", "--color=never", "--no-fail-fast"].map(str::to_owned).to_vec();
        argv.extend(invocation::kept(KEPT, build).concat());
        argv.extend(selection(&located));
        argv.push("--".to_owned());
        argv.push("--color=never".to_owned());
        argv.extend(harness_options(test));
        argv.extend(filters(&located, targets));
        Ok(TestCommand { framework: Framework::CargoTest, argv, cwd, env: called.env })
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let logs = channel.join("harness");
        std::fs::create_dir_all(&logs).map_err(ProofError::io("create", &logs))?;
        let runner = channel.join("run");
        write_runner(&runner, &logs, command)?;
        prepared(command, context, channel, &runner)
    }

    fn noting(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Option<Prepared>, ProofError> {
        if !has_harness(command) {
            return Ok(None);
        }
        prepared(command, context, channel, &noted::lay_out(channel, "note", Keep::Nothing)?).map(Some)
    }

    fn single_tests(&self, command: &TestCommand) -> Option<&'static SingleTests> {
        has_harness(command).then_some(&SINGLE)
    }

    fn first_results(&self, raw: &RawRun<'_>) -> Vec<TestResult> {
        output::first_results(raw.text)
    }

    fn ran_nothing(&self, raw: &RawRun<'_>) -> bool {
        raw.end == End::Exited(0) && raw.text.contains("test result: ok. 0 passed; 0 failed; 0 ignored;")
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        if nextest::is(raw.command) {
            return nextest::count(raw);
        }
        output::count(raw.text, &raw.channel.join("harness"), raw.end)
    }

    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        if target.id.is_empty() {
            return target.file.as_deref().is_none_or(|file| packages::result_is_of_file(file, result));
        }
        // A named module stands for the tests in it.
        target.id == result.id
            || result.id.strip_prefix(&target.id).is_some_and(|rest| rest.starts_with("::"))
    }

    fn role(&self, path: &str) -> Option<Role> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            "rust-toolchain" | "rust-toolchain.toml" | "nextest.toml" => Some(Role::Configuration),
            "Cargo.toml" => Some(Role::PartlyConfiguration),
            _ if path.ends_with(".cargo/config.toml") || path.ends_with(".cargo/config") => {
                Some(Role::Configuration)
            }
            _ if is_rust_test_file(path) => Some(Role::Tests),
            _ => None,
        }
    }

    fn hidden_configuration(&self) -> &'static [&'static str] {
        &[".cargo/config.toml", ".cargo/config", ".config/nextest.toml"]
    }

    fn neighbourhood(
        &self,
        project: &Project,
        command: &TestCommand,
        targets: &[TestTarget],
        changed: &[String],
    ) -> Option<Neighbourhood> {
        // A package is one unit: all of its tests may feel any of its sources.
        let mut packages: Vec<String> =
            targets.iter().filter_map(|target| locate(project, target).package).collect();
        for file in changed.iter().filter(|file| file.ends_with(".rs")) {
            let target = TestTarget {
                framework: self.framework(),
                id: String::new(),
                file: Some(file.clone()),
                suite: None,
            };
            packages.extend(locate(project, &target).package);
        }
        packages.sort();
        packages.dedup();
        if nextest::is(command) {
            return Some(nextest::neighbourhood(command, &packages));
        }
        let at = command.argv.iter().position(|word| word == "--").unwrap_or(command.argv.len());
        let (build, test) = command.argv.split_at(at);
        let mut argv: Vec<String> =
            ["cargo", "test", "--color=never", "--no-fail-fast"].map(str::to_owned).to_vec();
        argv.extend(invocation::kept(KEPT, build).concat());
        argv.extend(packages.iter().flat_map(|name| ["--package".to_owned(), name.clone()]));
        // Documentation tests have no log file to be checked against and are slow to build.
        argv.push("--tests".to_owned());
        argv.extend(["--", "--color=never"].map(str::to_owned));
        argv.extend(harness_options(test));
        let names = if packages.is_empty() { "the package".to_owned() } else { packages.join(", ") };
        Some(Neighbourhood {
            command: TestCommand { argv, ..command.clone() },
            chosen_by: format!("all tests of {names}"),
            not_run: vec!["documentation tests, and packages that depend on the changed ones".to_owned()],
        })
    }

    fn showing_output(&self, command: &TestCommand) -> TestCommand {
        if nextest::is(command) {
            return nextest::with_option(command, "--success-output=immediate".to_owned());
        }
        let mut command = command.clone();
        let shown = ["--show-output", "--nocapture", "--no-capture"];
        if let Some(at) = command.argv.iter().position(|word| word == "--")
            && !command.argv.iter().any(|word| shown.contains(&word.as_str()))
        {
            command.argv.insert(at + 1, "--show-output".to_owned());
        }
        command
    }

    fn varied(&self, command: &TestCommand, variation: Variation) -> Option<TestCommand> {
        if nextest::is(command) {
            return nextest::varied(command, variation);
        }
        variations::varied(command, variation)
    }
}

/// Whether the tests are in programs that can be started by hand: documentation tests are not, and nextest starts every test
/// in a process of its own.
fn has_harness(command: &TestCommand) -> bool {
    !nextest::is(command) && !command.argv.iter().any(|word| word == "--doc")
}

static SINGLE: SingleTests = SingleTests {
    list: |argv| with_words(argv, &["--list", "--format=terse"]),
    ids: |printed| {
        printed.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
    },
    alone: |argv, id| with_words(argv, &["--exact", id]),
};

/// The program alone, with other words.
fn with_words(argv: &[String], words: &[&str]) -> Vec<String> {
    argv.iter().take(1).cloned().chain(words.iter().map(|word| (*word).to_owned())).collect()
}

/// The call with `runner` to start the programs of tests.
fn prepared(
    command: &TestCommand,
    context: &RunContext<'_>,
    channel: &Path,
    runner: &Path,
) -> Result<Prepared, ProofError> {
    let target = target_dir(context.scratch, context.checkout)?;
    let host = packages::host_triple()?;
    let variable = format!("CARGO_TARGET_{}_RUNNER", host.to_uppercase().replace(['-', '.'], "_"));
    let mut env = BTreeMap::from([
        ("CARGO_TARGET_DIR".to_owned(), target.display().to_string()),
        ("CARGO_TERM_COLOR".to_owned(), "never".to_owned()),
        ("CARGO_TERM_PROGRESS_WHEN".to_owned(), "never".to_owned()),
        // Incremental files are worth it: the same crates are built again and again.
        ("CARGO_INCREMENTAL".to_owned(), "1".to_owned()),
        (variable, runner.display().to_string()),
    ]);
    if !command.env.contains_key("RUST_BACKTRACE") && !context.env.contains_key("RUST_BACKTRACE") {
        env.insert("RUST_BACKTRACE".to_owned(), "0".to_owned());
    }
    let argv = if nextest::is(command) {
        nextest::prepare(command, context, channel)?
    } else {
        command.argv.clone()
    };
    Ok(Prepared { argv, env, writable: vec![target], ..Prepared::default() })
}

/// The harness gets a log file of its own for every process, at a place that no argument of cargo
/// and no variable tells.
fn write_runner(runner: &Path, logs: &Path, command: &TestCommand) -> Result<(), ProofError> {
    use std::os::unix::fs::PermissionsExt as _;
    let quoted = format!("'{}'", logs.display().to_string().replace('\'', r"'\''"));
    let script = variations::runner(command, &quoted);
    std::fs::write(runner, script).map_err(ProofError::io("write", runner))?;
    std::fs::set_permissions(runner, std::fs::Permissions::from_mode(0o700))
        .map_err(ProofError::io("make executable", runner))
}

/// Whether a path holds nothing but tests of a cargo package.
pub(crate) fn is_rust_test_file(path: &str) -> bool {
    let mut parts: Vec<&str> = path.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    parts.iter().any(|part| matches!(*part, "tests" | "testdata" | "snapshots"))
        || matches!(name, "tests.rs" | "test.rs")
        || name.strip_suffix(".rs").is_some_and(|stem| stem.ends_with("_tests") || stem.ends_with("_test"))
}

/// Whether a file can hold `#[cfg(test)]` modules beside code.
pub(crate) fn inline_tests_possible(path: &str) -> bool {
    path.ends_with(".rs") && !is_rust_test_file(path)
}

/// `name` → `tests::name` when the file has a test of that name inside `mod tests`.
fn with_tests_module(project: &Project, path: &str, name: &str) -> String {
    let inline = !name.contains("::")
        && inline_tests_possible(path)
        && project.text(path).is_some_and(|text| {
            text.find("mod tests").is_some_and(|at| text[at..].contains(&format!("fn {name}(")))
        });
    if inline { format!("tests::{name}") } else { name.to_owned() }
}

fn harness_options(arguments: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--include-ignored" | "--ignored" | "--nocapture" | "--no-capture" => kept.push(word.clone()),
            "--test-threads" => kept.extend([word.clone(), words.next().cloned().unwrap_or("1".to_owned())]),
            _ if word.starts_with("--test-threads=") => kept.push(word.clone()),
            _ => {}
        }
    }
    kept
}

/// Package and target options. Without a known package everything is built and the filter decides.
fn selection(located: &[CargoTarget]) -> Vec<String> {
    let mut options: Vec<String> = Vec::new();
    let mut add = |option: Vec<String>| {
        if !options.windows(option.len()).any(|window| window == option) {
            options.extend(option);
        }
    };
    let all_known = located.iter().all(|one| one.package.is_some());
    if all_known {
        for one in located {
            add(vec!["--package".to_owned(), one.package.clone().unwrap_or_default()]);
        }
    } else {
        add(vec!["--workspace".to_owned()]);
    }
    // Target options are joined by cargo over all packages: only give them when each test has one.
    if located.iter().all(|one| !one.select.is_empty()) {
        for one in located {
            add(one.select.clone());
        }
    }
    options
}

/// `--exact` with ids; module prefixes when a whole file is meant.
fn filters(located: &[CargoTarget], targets: &[TestTarget]) -> Vec<String> {
    if targets.iter().all(|target| !target.id.is_empty()) {
        let mut filters = vec!["--exact".to_owned()];
        for target in targets {
            if !filters.contains(&target.id) {
                filters.push(target.id.clone());
            }
        }
        return filters;
    }
    let mut filters = Vec::new();
    for (one, target) in located.iter().zip(targets) {
        match (target.id.as_str(), one.module.as_deref()) {
            ("", None | Some("")) => return Vec::new(),
            ("", Some(module)) => filters.push(format!("{module}::")),
            (id, _) => filters.push(id.to_owned()),
        }
    }
    filters
}

#[cfg(test)]
mod tests;

//! Projects that CMake builds: configured and built from the judged checkout into a folder of their own
//! under the scratch, which stays warm from one run to the next.
//!
//! A plan is a command that people can run as it is: `ctest --build-and-test` configures, builds and then
//! runs what stands behind `--test-command`. Here the three are done one after the other, with the build
//! somewhere else than people would have it.

mod arguments;
pub(super) mod listing;
pub(super) mod sources;

use std::path::{Path, PathBuf};

use regreen_case::{CiCommand, Framework, TestCommand};
use sha2::{Digest, Sha256};

use crate::adapter::{Step, left_file};
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::project::Project;

/// Ends the words about the build; what follows runs the tests.
const TEST_COMMAND: &str = "--test-command";
/// Begins what is given to CMake itself.
const OPTIONS: &str = "--build-options";
const GENERATOR: &str = "--build-generator";
const MAKE: &str = "Unix Makefiles";
const NINJA: &str = "Ninja";
/// A path is shorter.
const MAX_PATH: u64 = 8192;

/// The plan: how CI configured, and what runs the tests.
pub(super) fn plan(
    framework: Framework,
    project: &Project,
    file: Option<&str>,
    ci: Option<&CiCommand>,
    tests: Vec<String>,
) -> Result<TestCommand, ProofError> {
    let called = arguments::of_ci(ci);
    let cwd = source(project, file, called.source.as_deref())
        .ok_or_else(|| ProofError::NoSuchTest("CMakeLists.txt".to_owned()))?;
    let generator = called.generator.unwrap_or_else(|| MAKE.to_owned());
    let mut argv: Vec<String> =
        ["ctest", "--build-and-test", ".", "build", GENERATOR, &generator, "--build-noclean"]
            .map(str::to_owned)
            .to_vec();
    if !called.options.is_empty() {
        argv.push(OPTIONS.to_owned());
        argv.extend(called.options);
    }
    argv.push(TEST_COMMAND.to_owned());
    argv.extend(tests);
    Ok(TestCommand { framework, argv, cwd, env: called.env })
}

/// Folder of the project that CMake is pointed at: CI's, the root, or the outermost around the file.
fn source(project: &Project, file: Option<&str>, of_ci: Option<&str>) -> Option<String> {
    let has = |folder: &str| project.has_file(&crate::project::join(folder, "CMakeLists.txt"));
    if let Some(folder) = of_ci.into_iter().chain([""]).find(|folder| has(folder)) {
        return Some(folder.to_owned());
    }
    let mut folder = project.nearest_with(file?, "CMakeLists.txt")?;
    while let Some((above, _)) = folder.rsplit_once('/').filter(|(above, _)| has(above)) {
        folder = above.to_owned();
    }
    Some(folder)
}

/// The words of a plan behind `--test-command`.
pub(super) fn tests_of(command: &TestCommand) -> &[String] {
    let at = command.argv.iter().position(|word| word == TEST_COMMAND).map_or(0, |at| at + 1);
    &command.argv[at..]
}

/// The same plan with other words behind `--test-command`; `None` when it is none.
pub(super) fn with_tests(
    command: &TestCommand,
    change: impl FnOnce(&mut Vec<String>),
) -> Option<TestCommand> {
    let at = command.argv.iter().position(|word| word == TEST_COMMAND)? + 1;
    let mut tests = command.argv[at..].to_vec();
    change(&mut tests);
    let mut varied = command.clone();
    varied.argv.truncate(at);
    varied.argv.extend(tests);
    Some(varied)
}

/// The same plan built with a detector of data races.
pub(super) fn with_race_detector(command: &TestCommand) -> Option<TestCommand> {
    const FLAG: &str = "-fsanitize=thread";
    if command.argv.iter().any(|word| word.contains("-fsanitize=")) {
        return None;
    }
    let mut varied = command.clone();
    for name in ["-DCMAKE_C_FLAGS=", "-DCMAKE_CXX_FLAGS=", "-DCMAKE_EXE_LINKER_FLAGS="] {
        if let Some(found) = varied.argv.iter_mut().find(|word| word.starts_with(name)) {
            *found = format!("{found} {FLAG}");
            continue;
        }
        let at = varied.argv.iter().position(|word| word == TEST_COMMAND)?;
        let option = format!("{name}{FLAG}");
        if varied.argv.iter().any(|word| word == OPTIONS) {
            varied.argv.insert(at, option);
        } else {
            varied.argv.splice(at..at, [OPTIONS.to_owned(), option]);
        }
    }
    Some(varied)
}

/// What a plan says about configuring: generator and options.
fn configuration(command: &TestCommand) -> (&str, &[String]) {
    let end = command.argv.iter().position(|word| word == TEST_COMMAND).unwrap_or(command.argv.len());
    let words = &command.argv[..end];
    let generator = words.windows(2).find(|pair| pair[0] == GENERATOR).map_or(MAKE, |pair| pair[1].as_str());
    let options = words.iter().position(|word| word == OPTIONS).map_or(end, |at| at + 1);
    (generator, &words[options..])
}

/// Where a checkout is built: one folder for each checkout and configuration.
pub(super) fn folder(command: &TestCommand, context: &RunContext<'_>) -> PathBuf {
    let (generator, options) = configuration(command);
    let mut hasher = Sha256::new();
    for part in [&context.checkout.display().to_string(), &command.cwd, generator] {
        hasher.update(part);
        hasher.update([0]);
    }
    options.iter().for_each(|option| hasher.update(format!("{option}\0")));
    let name: String = hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    context.scratch.join("cmake-build").join(name)
}

/// Configures, builds, and lists the tests.
pub(super) fn steps(command: &TestCommand, context: &RunContext<'_>) -> Result<Vec<Step>, ProofError> {
    let build = folder(command, context);
    forget_gone(context, &build)?;
    let query = build.join(".cmake/api/v1/query");
    std::fs::create_dir_all(&query).map_err(ProofError::io("create", &query))?;
    let question = query.join("codemodel-v2");
    std::fs::write(&question, "").map_err(ProofError::io("write", &question))?;
    let cwd = context.checkout.join(&command.cwd);
    let step = |words: &[&str]| Step {
        argv: words.iter().map(|word| (*word).to_owned()).collect(),
        cwd: cwd.clone(),
        shown: false,
        writable: vec![build.clone()],
    };
    let place = build.display().to_string();
    let mut steps = Vec::new();
    if files_changed(context.checkout, &build)? {
        let (generator, options) = configuration(command);
        let mut configure = step(&["cmake", "-S", ".", "-B", &place, "-G", generator_here(generator)]);
        configure.argv.extend(options.iter().cloned());
        steps.push(configure);
    }
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).to_string();
    steps.push(step(&["cmake", "--build", &place, "--parallel", &workers]));
    steps.push(step(&["ctest", "--test-dir", &place, "--show-only=json-v1"]));
    Ok(steps)
}

/// Takes away builds whose checkout is gone, when this one begins.
fn forget_gone(context: &RunContext<'_>, build: &Path) -> Result<(), ProofError> {
    const OWNER: &str = ".regreen-checkout";
    if build.join(OWNER).is_file() {
        return Ok(());
    }
    let others = std::fs::read_dir(context.scratch.join("cmake-build"));
    for other in others.into_iter().flatten().flatten().map(|entry| entry.path()) {
        let owner = left_file::text(&other.join(OWNER), MAX_PATH).unwrap_or_default();
        if !owner.is_empty() && !Path::new(&owner).exists() {
            let _ = std::fs::remove_dir_all(other);
        }
    }
    std::fs::create_dir_all(build).map_err(ProofError::io("create", build))?;
    let note = build.join(OWNER);
    std::fs::write(&note, context.checkout.display().to_string()).map_err(ProofError::io("write", &note))
}

/// Whether there is something to configure: nothing was yet, or files came or went, which a project that
/// globs its sources sees only when it is configured anew. Edits are seen by the build itself.
fn files_changed(checkout: &Path, build: &Path) -> Result<bool, ProofError> {
    let names = Project::at(checkout, checkout).files().join("\n");
    let note = build.join(".regreen-files");
    let same = build.join("CMakeCache.txt").is_file()
        && left_file::text(&note, names.len() as u64).is_ok_and(|found| found == names);
    if !same {
        // Whatever tests put in its place.
        let _ = std::fs::remove_file(&note);
        std::fs::write(&note, names).map_err(ProofError::io("write", &note))?;
    }
    Ok(!same)
}

/// The generator that CI used, when its tool is here; else the one whose tool is.
fn generator_here(wanted: &str) -> &'static str {
    let Some(path) = std::env::var_os("PATH") else { return MAKE };
    let has = |name: &str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    match (wanted.starts_with(NINJA), has("ninja"), has("make")) {
        (true, true, _) | (false, true, false) => NINJA,
        _ => MAKE,
    }
}

#[cfg(test)]
mod tests;

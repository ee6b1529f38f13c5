//! `cargo xtask bench supervise`: what a supervised run costs over a bare one, how well runs share the cores,
//! and the loop that verifies a fix against the loops that test tools bring along, on the same tests.
//!
//! The tools' own loops stay in one process, so they are faster and see less: a state that one run leaves
//! behind changes the next. The table says what a fresh, counted, confined process per run costs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::chore::{self, ChoreError};
use crate::place::Place;

/// Runs of the same test.
const RUNS: u32 = 20;
/// Each run of a test works this long, in milliseconds.
const WORK_MS: u32 = 50;

/// The plugin that repeats tests, installed for the measurement alone: pytest loads plugins wherever it
/// finds them.
const PLUGIN: &str = "pytest-repeat==0.9.4";

/// A loop that somebody else offers.
struct Rival {
    name: &'static str,
    /// The project's files.
    files: Vec<(&'static str, String)>,
    /// The test in our words.
    test: &'static str,
    /// Says whether the tool is there.
    probe: Vec<String>,
    call: Vec<String>,
}

/// Measures and prints.
pub(super) fn run(place: &Place, build: bool) -> Result<(), ChoreError> {
    if build {
        for (package, example) in [("regreen-supervise", "cost"), ("regreen-proof", "stress_loop")] {
            let call = ["build", "-q", "--release", "-p", package, "--example", example];
            chore::run(&mut place.cargo(&call))?;
        }
    }
    println!("\nSupervision (median of 60, in turn; goals: times bare < 1.05, efficiency > 0.9)");
    chore::run(&mut Command::new(example(place, "cost")))?;
    println!("\n{RUNS} runs of one test of {WORK_MS} ms");
    println!("{:28} {:>9} {:>9} {:>11} {:>7}", "their loop", "theirs s", "ours s", "ours s, x2", "ratio");
    install_plugin(place);
    for rival in rivals(place) {
        compare(place, &rival)?;
    }
    Ok(())
}

fn plugins(place: &Place) -> PathBuf {
    place.target().join("bench").join("plugins")
}

/// Without it the table says that it is missing.
fn install_plugin(place: &Place) {
    let target = plugins(place);
    if !target.join("pytest_repeat.py").is_file() {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "-q", "--no-deps", "--target"]).arg(&target).arg(PLUGIN);
        if let Err(error) = chore::run(&mut pip) {
            println!("{PLUGIN} is not installed: {error}");
        }
    }
}

fn example(place: &Place, name: &str) -> PathBuf {
    place.target().join("release/examples").join(name)
}

fn compare(place: &Place, rival: &Rival) -> Result<(), ChoreError> {
    let there = Command::new(&rival.probe[0])
        .args(&rival.probe[1..])
        .env("PATH", place.path_with_tools())
        .env("PYTHONPATH", plugins(place))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !there {
        println!("{:28} not run: `{}` fails here", rival.name, rival.probe.join(" "));
        return Ok(());
    }
    let folder = place.target().join("bench").join(rival.name.replace(' ', "_"));
    let project = folder.join("project");
    for (path, text) in &rival.files {
        let path = project.join(path);
        let parent = path.parent().unwrap_or(&project);
        fs::create_dir_all(parent).map_err(ChoreError::io("create", parent))?;
        fs::write(&path, text).map_err(ChoreError::io("write", &path))?;
    }
    // Once to build, once to measure.
    theirs(place, rival, &project)?;
    let theirs = theirs(place, rival, &project)?;
    let (alone, together) = (ours(place, rival, &project, 1)?, ours(place, rival, &project, 2)?);
    let ratio = together / theirs;
    println!("{:28} {theirs:>9.2} {alone:>9.2} {together:>11.2} {ratio:>7.2}", rival.name);
    Ok(())
}

fn theirs(place: &Place, rival: &Rival, project: &Path) -> Result<f64, ChoreError> {
    let began = Instant::now();
    let mut call = Command::new(&rival.call[0]);
    call.env("PATH", place.path_with_tools()).env("PYTHONPATH", plugins(place));
    call.args(&rival.call[1..]).current_dir(project).stdout(Stdio::null()).stderr(Stdio::null());
    chore::run(&mut call)?;
    Ok(began.elapsed().as_secs_f64())
}

fn ours(place: &Place, rival: &Rival, project: &Path, workers: u32) -> Result<f64, ChoreError> {
    let program = example(place, "stress_loop");
    let mut call = Command::new(&program);
    call.env("PATH", place.path_with_tools());
    call.arg(project).args([rival.test, &RUNS.to_string(), &workers.to_string()]);
    let output = call
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| ChoreError::NotStarted { program: program.display().to_string(), source })?;
    let seconds = String::from_utf8_lossy(&output.stdout).trim().parse();
    seconds.map_err(|_| ChoreError::Check(format!("{}: our own loop did not count green runs", rival.name)))
}

fn rivals(place: &Place) -> Vec<Rival> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let python = place.venv_bin("python3");
    let python = if python.is_file() { python.display().to_string() } else { "python3".to_owned() };
    let runs = RUNS.to_string();
    vec![
        Rival {
            name: "pytest --count",
            files: vec![(
                "test_work.py",
                format!("import time\n\ndef test_work():\n    time.sleep({WORK_MS} / 1000)\n"),
            )],
            test: "test_work.py::test_work",
            probe: [&python, "-c", "import pytest_repeat"].map(str::to_owned).to_vec(),
            call: [&python, "-m", "pytest", "-q", "--count", &runs].map(str::to_owned).to_vec(),
        },
        Rival {
            name: "go test -count",
            files: vec![
                ("go.mod", "module example.com/work\n\ngo 1.20\n".to_owned()),
                (
                    "work_test.go",
                    format!(
                        "package work\n\nimport (\n\t\"testing\"\n\t\"time\"\n)\n\n\
                         func TestWork(t *testing.T) {{\n\ttime.Sleep({WORK_MS} * time.Millisecond)\n}}\n"
                    ),
                ),
            ],
            test: "work_test.go::TestWork",
            probe: words("go version"),
            call: words(&format!("go test -count {runs} .")),
        },
        Rival {
            name: "nextest --stress-count",
            files: vec![
                (
                    "Cargo.toml",
                    "[package]\nname = \"work\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n"
                        .to_owned(),
                ),
                ("src/lib.rs", String::new()),
                (
                    "tests/work.rs",
                    format!(
                        "#[test]\nfn works() {{\n    \
                         std::thread::sleep(std::time::Duration::from_millis({WORK_MS}));\n}}\n"
                    ),
                ),
            ],
            test: "tests/work.rs::works",
            probe: words("cargo nextest --version"),
            call: words(&format!("cargo nextest run --offline --stress-count {runs}")),
        },
    ]
}

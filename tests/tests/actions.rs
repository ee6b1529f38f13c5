//! The six actions, `auto-fix.yml` and the workflows beside it, run for real by `act` in host mode.
//!
//! What act does otherwise than a real runner (it sets `INPUT_*` in composite steps) is made up for by
//! a test that runs each action's script without it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use regreen_tests::github::{FakeJob, FakeRun};
use regreen_tests::tools::workspace;
use regreen_tests::{LoopbackGitHub, Program, TestRepository, binaries};

#[path = "actions/act.rs"]
mod act;
#[path = "actions/action_file.rs"]
mod action_file;
#[path = "actions/project.rs"]
mod project;
#[path = "actions/repeated_failure.rs"]
mod repeated_failure;
#[path = "actions/side_by_side.rs"]
mod side_by_side;

use act::{Act, PHASES};
use action_file::ActionFile;
use project::{TEST, log, project};

/// Inputs that are no options: secrets do not belong on a command line.
const SECRETS: [&str; 2] = ["token", "redact"];

/// Long options in the help text.
fn options(phase: &str) -> BTreeSet<String> {
    let help = Program::new(phase).arg("--help").run().exits(0).stdout;
    // An option's own line: indented by six, or by two and with a short form before it.
    let long = |line: &str| {
        let rest = line.strip_prefix("      --").or_else(|| {
            line.strip_prefix("  -")
                .filter(|rest| !rest.starts_with('-'))
                .and_then(|rest| rest.get(1..)?.strip_prefix(", --"))
        })?;
        Some(rest.split([' ', '=', '[']).next()?.to_owned())
    };
    help.lines().filter_map(long).filter(|name| name != "help" && name != "version").collect()
}

#[test]
fn inputs_and_options_are_the_same() {
    for phase in PHASES {
        let action = ActionFile::read(phase);
        let inputs: BTreeSet<String> =
            action.inputs.keys().filter(|name| !SECRETS.contains(&name.as_str())).cloned().collect();
        let options = options(phase);
        assert!(options.len() > 4, "{phase}: {options:?}");
        assert_eq!(inputs, options, "{phase}: inputs on the left, options on the right");
    }
}

#[test]
fn inputs_travel_under_private_names_and_never_in_the_script() {
    for phase in PHASES {
        let action = ActionFile::read(phase);
        for name in action.inputs.keys() {
            let variable = match name.as_str() {
                "token" => "GITHUB_TOKEN".to_owned(),
                name => format!("REGREEN_{}", name.replace('-', "_").to_uppercase()),
            };
            let expected = format!("${{{{ inputs.{name} }}}}");
            assert_eq!(action.env.get(&variable), Some(&expected), "{phase}: {name}");
        }
        assert_eq!(action.env.len(), action.inputs.len(), "{phase}");
        assert!(!action.script.contains("${{"), "{phase}: {}", action.script);
        assert!(action.script.starts_with("exec "), "{phase}: {}", action.script);
        assert!(action.script.ends_with(&format!("run.sh\" {phase}")), "{phase}: {}", action.script);
    }
}

/// Runs an action's script as a real runner does: only what the action's own `env:` sets, no `INPUT_*`.
fn run_script(phase: &str, project: &TestRepository, given: &dyn Fn(&str) -> String) -> String {
    let action = ActionFile::read(phase);
    let outputs = project.beside(&format!("{phase}.outputs"));
    let mut script = Program::at("/usr/bin/env".as_ref())
        .args(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", &action.script])
        .dir(project.path())
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_ACTION_PATH", workspace().join("actions").join(phase))
        .env("GITHUB_OUTPUT", &outputs)
        .env("REGREEN_BIN_DIR", binaries::folder())
        .limit(Duration::from_secs(300));
    for (variable, expression) in &action.env {
        let name = expression.trim_start_matches("${{ inputs.").trim_end_matches(" }}");
        script = script.env(variable, given(name));
    }
    let _ = script.run().exits(0);
    fs::read_to_string(&outputs).unwrap()
}

#[test]
fn the_scripts_need_no_input_variables() {
    let project = project();
    let (case, raw_logs) = (project.beside("case"), project.beside("raw.log"));
    fs::write(&raw_logs, log(&project)).unwrap();
    let given = |name: &str| match name {
        "case" => case.display().to_string(),
        "repo" => project.path().display().to_string(),
        "prompt" => {
            "Fix the total, see the failing test; $(touch injected) `touch injected` \" ' ;".to_owned()
        }
        "deterministic" => "true".to_owned(),
        "raw-logs" => raw_logs.display().to_string(),
        "agent" => "search".to_owned(),
        "forge" => "local".to_owned(),
        _ => String::new(),
    };
    let expected = ["tests-failed", "reproduced", "patch-found", "proven", "written-locally", "success"];
    for (phase, expected) in PHASES.into_iter().zip(expected) {
        let outputs = run_script(phase, &project, &given);
        assert!(outputs.lines().any(|line| line == expected), "{phase}: no {expected} in\n{outputs}");
    }
    assert!(fs::read_to_string(case.join("task.json")).unwrap().contains("$(touch injected)"));
    assert!(!project.path().join("injected").exists());
}

/// The chain of `actions/README.md`, one job, on a machine without a server.
const CHAIN: &str = r#"
on: workflow_dispatch
jobs:
  chain:
    name: Chain
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
        with: { persist-credentials: false, path: repository, fetch-depth: 0 }
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
        with: { persist-credentials: false, path: regreen }
      - id: fetch
        uses: ./regreen/actions/fetch-logs
        with:
          case: case
          prompt: Discounts must lower the total of the prices
          deterministic: true
          existing-test-path: tests/test_pricing.py::test_discount_lowers_the_total
      - uses: ./regreen/actions/reproduce
        with: { case: case, repo: repository }
      - id: fix
        uses: ./regreen/actions/implement-fix
        with: { case: case, repo: repository, agent: search }
      - id: verify
        uses: ./regreen/actions/verify-stress
        with: { case: case, repo: repository }
      - id: open
        uses: ./regreen/actions/open-pr
        with: { case: case, repo: repository, forge: local }
      - id: report
        uses: ./regreen/actions/write-report
        with: { case: case, repo: repository, outputs: outputs }
      - env:
          SEEN: "${{ steps.fix.outputs.status }} ${{ steps.verify.outputs.status }} ${{ steps.open.outputs.status }} ${{ steps.report.outputs.status }} ${{ steps.report.outputs.ending }}"
        run: echo "seen=$SEEN"
      - uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f
        with: { name: report, path: outputs/*.md, if-no-files-found: error }
"#;

#[test]
fn the_six_actions_chained_on_an_existing_test() {
    let project = project();
    let workflow = project.beside("chain.yml");
    fs::write(&workflow, CHAIN).unwrap();
    let ran = Act::new(project.path()).run(&workflow);
    let log = ran.log();
    assert!(log.contains("seen=patch-found proven written-locally success fixed"), "{log}");
    assert_eq!(ran.job("chain"), Some(true), "{log}");
    for phase in PHASES {
        let declared: BTreeSet<String> = ActionFile::read(phase).outputs.into_iter().collect();
        assert_eq!(ran.outputs_of(phase), Some(declared), "{phase}: set on the left, declared on the right");
    }
    let report = ran.list("report");
    assert_eq!(report.len(), 1, "{report:?}");
    assert!(ran.artifact(&format!("report/{}", report[0])).contains("## Status: ✅ Success"));
    assert!(ran.summary_of("write-report").contains("✅ Success"), "{log}");
}

/// `auto-fix.yml` as it is, against a GitHub on loopback.
fn auto_fix(github: &LoopbackGitHub, project: &TestRepository) -> Act {
    let mut act = Act::new(project.path()).variable("GITHUB_REPOSITORY", "acme/prices");
    for (name, value) in github.environment() {
        if name != "GITHUB_TOKEN" {
            act = act.variable(name, &value);
        }
    }
    act.input("prompt", "Discounts must lower the total of the prices")
}

#[test]
fn auto_fix_goes_from_a_run_to_a_draft_pull_request() {
    let project = project();
    let github = LoopbackGitHub::start();
    github.repository_from("acme", "prices", project.path());
    let job = FakeJob::new(71, "test", "failure", &log(&project));
    let url = github.add_run("acme", "prices", FakeRun::failed(7, vec![job]));

    let ran = auto_fix(&github, &project).input("ci_run_url", &url).run(&auto_fix_file());
    let log = ran.log();
    for job in ["Solve", "Publish", "Report"] {
        assert_eq!(ran.job(job), Some(true), "{job}\n{log}");
    }
    let pulls = github.with("acme", "prices", |repository| repository.pulls.clone());
    assert_eq!(pulls.len(), 1, "{pulls:#?}\n{log}");
    assert_eq!(pulls[0]["draft"], true);
    let branch = pulls[0]["head"]["ref"].as_str().unwrap().to_owned();
    let fixed = github.with("acme", "prices", |repository| repository.file(&branch, "pricing.py"));
    assert!(String::from_utf8(fixed.unwrap()).unwrap().contains("sum(prices) - discount"));
    let report = ran.list("regreen-report-1");
    let text = ran.artifact(&format!("regreen-report-1/{}", report[0]));
    assert!(text.contains("## Status: ✅ Success"), "{text}");
    assert!(text.contains("PR URL") && text.contains(pulls[0]["html_url"].as_str().unwrap()), "{text}");
    assert!(!log.contains(LoopbackGitHub::TOKEN), "the token is in the log");
    assert_eq!(ran.holding(LoopbackGitHub::TOKEN), [""; 0].map(std::path::PathBuf::from));
    assert!(!ran.holding("sum(prices) - discount").is_empty());
    // The project as it lies here is as before.
    assert_eq!(project.git(&["status", "--porcelain"]), "");
    github.assert_clean();
}

/// A matrix of runners, each with its part of the clean runs, and one that merges them.
#[test]
fn auto_fix_shares_the_clean_runs_among_runners() {
    let project = project();
    let github = LoopbackGitHub::start();
    github.repository_from("acme", "prices", project.path());
    let ran = auto_fix(&github, &project)
        .input("existing_test_path", TEST)
        .input("shards", "2")
        .run(&auto_fix_file());
    let log = ran.log();
    for job in ["Solve", "Stress-1", "Stress-2", "Merge", "Publish", "Report"] {
        assert_eq!(ran.job(job), Some(true), "{job}\n{log}");
    }
    let parts: Vec<_> = ran.list("").into_iter().filter(|name| name.starts_with("regreen-part-")).collect();
    assert!(parts[0].ends_with("-1") && parts[1].ends_with("-2") && parts.len() == 2, "{parts:?}");
    for part in parts {
        let found = ran.artifact(&format!("{part}/verification.json"));
        assert!(found.contains("\"shard_complete\": true") && found.contains("\"unproven\""), "{found}");
    }
    let found = ran.artifact("regreen-case-merged-1/verification.json");
    assert!(found.contains("\"status\": \"proven\"") && found.contains("\"merged\""), "{found}");
    assert!(found.contains("\"passes\": 10"), "five clean runs on each of two runners: {found}");
    let report = ran.list("regreen-report-1");
    let text = ran.artifact(&format!("regreen-report-1/{}", report[0]));
    assert!(
        text.contains("## Status: ✅ Success") && text.contains("Merged from the parts 1/2, 2/2"),
        "{text}"
    );
    assert_eq!(github.with("acme", "prices", |repository| repository.pulls.len()), 1, "{log}");
}

#[test]
fn auto_fix_reports_when_the_logs_are_gone() {
    let project = project();
    let github = LoopbackGitHub::start();
    github.repository_from("acme", "prices", project.path());
    let url = format!("{}/acme/prices/actions/runs/404", github.server_url());

    let ran = auto_fix(&github, &project).input("ci_run_url", &url).run(&auto_fix_file());
    let log = ran.log();
    assert_eq!(ran.job("Publish"), None, "{log}");
    assert_eq!(ran.job("Report"), Some(true), "{log}");
    let report = ran.list("regreen-report-1");
    let text = ran.artifact(&format!("regreen-report-1/{}", report[0]));
    assert!(text.contains("## Status: ❌ Failed") && text.contains("404"), "{text}");
    assert!(github.with("acme", "prices", |repository| repository.pulls.is_empty()));
}

#[test]
fn pasted_logs_are_data_in_auto_fix() {
    let project = project();
    let github = LoopbackGitHub::start();
    github.repository_from("acme", "prices", project.path());
    let hostile =
        "$(touch injected) `touch injected`\n::set-output name=artifact-id::1\n\"; touch injected; #\n";
    let ran = auto_fix(&github, &project)
        .input("raw_logs", &format!("{hostile}{}", log(&project)))
        .input("setup", "touch prepared")
        .run(&auto_fix_file());
    let log = ran.log();
    assert_eq!(ran.job("Report"), Some(true), "{log}");
    assert!(!log.contains("touch: "), "{log}");
    let failure = ran.artifact("regreen-case-1/failure.json");
    assert!(failure.contains(TEST), "{failure}");
    let kept: Vec<String> = ran.list("regreen-case-1/logs");
    assert!(!kept.is_empty() && !ran.list("regreen-case-1").contains(&"scratch".to_owned()), "{kept:?}");
}

fn auto_fix_file() -> std::path::PathBuf {
    workspace().join(".github/workflows/auto-fix.yml")
}

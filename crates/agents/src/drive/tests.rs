//! The driver, with scripted agents.

mod sessions;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use regreen_supervise::SandboxMode;

use super::*;
use crate::Presets;

struct Bench {
    folder: tempfile::TempDir,
    presets: Presets,
    limits: AgentLimits,
    cancel: Cancel,
}

impl Bench {
    fn new(configuration: &str) -> Self {
        let bench = Bench {
            folder: tempfile::tempdir().unwrap(),
            presets: Presets::with_configuration(configuration).unwrap(),
            limits: AgentLimits::default(),
            cancel: Cancel::new(),
        };
        fs::write(bench.path("task.md"), "# Task\nrepair it\n").unwrap();
        fs::create_dir(bench.path("worktree")).unwrap();
        bench
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn program(&self, text: &str) -> String {
        let path = self.path("agent");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn drive(&self, name: &str, command: &[&str], seconds: u64) -> Result<AgentRun, AgentError> {
        self.attempt(name, command, seconds, (None, None))
    }

    fn attempt(
        &self,
        name: &str,
        command: &[&str],
        seconds: u64,
        (folder, resume): (Option<&AgentFolder>, Option<Resume<'_>>),
    ) -> Result<AgentRun, AgentError> {
        let command: Vec<String> = command.iter().map(|part| (*part).to_owned()).collect();
        drive(AgentJob {
            preset: self.presets.get(name).unwrap(),
            worktree: &self.path("worktree"),
            task_file: &self.path("task.md"),
            places: &[],
            command: &command,
            limits: &self.limits,
            keep_env: &[],
            deadline: Deadline::after(Duration::from_secs(seconds)),
            cancel: &self.cancel,
            record: Some(&self.path("record/agent.txt")),
            transcript: Some(&self.path("record/model.jsonl")),
            folder,
            resume,
            redactor: &Redactor::new(["hunter2"]),
            sandbox: &Sandbox::for_tools(SandboxMode::Auto),
            on_line: None,
        })
    }
}

#[test]
fn a_command_works_in_the_worktree_and_gets_the_task_as_a_file() {
    let bench = Bench::new("");
    let script = r#"cat "$REGREEN_TASK" > seen.txt; echo "$1" >> seen.txt; echo password hunter2
echo '{"total_cost_usd": 0.5, "num_turns": 3, "summary": "used hunter2"}'"#;
    let run = bench.drive("command", &["sh", "-c", script, "sh", "{task}"], 30).unwrap();
    assert_eq!(run.end, AgentEnd::Finished);
    assert_eq!((run.cost.usd, run.cost.turns), (Some(0.5), Some(3)));
    assert_eq!(run.summary.as_deref(), Some("used ***"));
    let seen = fs::read_to_string(bench.path("worktree/seen.txt")).unwrap();
    assert_eq!(seen, format!("# Task\nrepair it\n{}\n", bench.path("task.md").display()));
    let record = fs::read_to_string(bench.path("record/agent.txt")).unwrap();
    assert!(record.starts_with("password ***\n"), "{record}");
}

#[test]
fn an_invented_agent_of_the_user_is_driven_by_its_preset_alone() {
    let mut bench = Bench::new("");
    let program = bench.program(
        "#!/bin/sh\nread line\nenv > env.txt\necho \"$@\" > args.txt\necho \"took $line for \\$1.25 today\"\nexit ${WIZARD_EXIT:-4}\n",
    );
    let configuration = format!(
        r#"
        [agents.wizard]
        title = "House wizard"
        argv = ["{program}", "--in", "{{worktree}}"]
        last = ["--end"]
        task = "stdin"
        [[agents.wizard.when]]
        given = "turns"
        argv = ["--steps={{turns}}"]
        [[agents.wizard.when]]
        given = "model"
        argv = ["--model", "{{model}}"]
        [agents.wizard.env]
        keep = ["PATH"]
        set = {{ WIZARD_HAT = "blue" }}
        [agents.wizard.result]
        usd_text = 'for \$(\S+) today'
        [[agents.wizard.ends]]
        end = "out-of-budget"
        code = 4
        "#
    );
    bench.presets = Presets::with_configuration(&configuration).unwrap();
    bench.limits.turns = Some(9);
    let run = bench.drive("wizard", &[], 30).unwrap();
    assert_eq!(run.end, AgentEnd::OutOfBudget);
    assert_eq!(run.cost.usd, Some(1.25));
    let arguments = fs::read_to_string(bench.path("worktree/args.txt")).unwrap();
    assert_eq!(arguments.trim(), format!("--in {} --steps=9 --end", bench.path("worktree").display()));
    let env = fs::read_to_string(bench.path("worktree/env.txt")).unwrap();
    assert!(env.contains("WIZARD_HAT=blue\n") && env.contains("REGREEN_TASK="), "{env}");
    assert!(!env.contains("CARGO_MANIFEST_DIR"), "the environment was not scrubbed");
}

#[test]
fn ends_are_told_apart() {
    let bench = Bench::new("");
    let end = |script: &str| bench.drive("command", &["sh", "-c", script], 1).unwrap().end;
    assert_eq!(end("sleep 60"), AgentEnd::OutOfTime);
    assert_eq!(end("echo broken >&2; exit 3"), AgentEnd::Failed("exited with code 3: broken".to_owned()));
    let limited = r#"echo '{"end_reason": "rate-limited", "is_error": true}'; exit 1"#;
    assert_eq!(end(limited), AgentEnd::RateLimited);
    assert_eq!(end(r#"echo '{"end_reason": "out-of-budget"}'"#), AgentEnd::OutOfBudget);
    assert_eq!(
        end(r#"echo '{"is_error": true, "summary": "gave up"}'"#),
        AgentEnd::Failed("reported an error: gave up".to_owned())
    );
    bench.cancel.cancel();
    assert_eq!(end("exit 0"), AgentEnd::Cancelled);
}

#[test]
fn what_is_missing_is_named() {
    let bench =
        Bench::new("[agents.ghost]\ntitle='g'\nargv=['no-such-agent']\ntask='file'\ninstall='get it'");
    assert_eq!(bench.drive("command", &[], 5).unwrap_err().exit_code(), 2);
    let error = bench.drive("ghost", &[], 5).unwrap_err();
    assert_eq!(error.to_string(), "the agent `ghost` is not installed: `no-such-agent` was not found");
    assert_eq!((error.exit_code(), error.hint().as_deref()), (3, Some("install it: get it")));
}

#[test]
fn what_is_put_in_is_not_expanded_again() {
    let value = |name: &str| match name {
        "prompt" => Some("{model} {".to_owned()),
        "model" => Some("M".to_owned()),
        _ => None,
    };
    assert_eq!(expand("a{prompt}b{model}{unknown}{", &value), "a{model} {bM{unknown}{");
}

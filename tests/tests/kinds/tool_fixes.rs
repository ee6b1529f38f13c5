//! CI is red because a formatter, a linter or a compiler complains: the tool's own fix, judged and proven as any other
//! change. The real tools, and logs that they printed a moment before.

mod clippy;
mod formatters;
mod javascript;
mod ruff;
mod rustfmt;
mod silenced;

use std::process::Command;

use regreen_case::{Fix, Framework, Grade};
use regreen_tests::{TestRepository, log_text, tools};

use super::case::{self, Case};

/// Options of a run over what `argv` prints in the repository, as the log of a step that runs `script`.
fn red_in_ci(repository: &TestRepository, script: &str, argv: &[&str]) -> [String; 5] {
    let output = Command::new("env")
        .args(argv)
        .current_dir(repository.path())
        .env("PATH", tools::search_path())
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    assert_ne!(code, 0, "the tool does not complain");
    let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
    printed.push_str(&String::from_utf8_lossy(&output.stderr));
    red_with(repository, script, &printed, code)
}

/// The same for a step that printed this.
fn red_with(repository: &TestRepository, script: &str, printed: &str, code: i32) -> [String; 5] {
    let printed = format!("{printed}##[error]Process completed with exit code {code}.\n");
    // As on the runner's machine.
    let printed = printed.replace(&repository.path().display().to_string(), "/home/runner/work/shop/shop");
    let log = repository.beside("job.log");
    std::fs::write(&log, log_text::job_log(&[(script, &printed)])).unwrap();
    [
        "--prompt=CI is red since the last merge".to_owned(),
        "--deterministic=true".to_owned(),
        format!("--raw-logs={}", log.display()),
        "--agent=search".to_owned(),
        "--forge=local".to_owned(),
    ]
}

/// Runs the script's own words as CI would, and then the suite over what they printed.
fn repaired(repository: &TestRepository, script: &str) -> Case {
    let argv: Vec<&str> = script.split(' ').collect();
    let options = red_in_ci(repository, script, &argv);
    case::run(repository, &options.each_ref().map(String::as_str))
}

/// Asserts a proven fix that is the tool's own, for the very complaint of CI's log.
#[track_caller]
fn is_the_tools_own(case: &Case, check: &str, complaint: &str) {
    let reproduction = case.reproduction();
    let story = || format!("{}\n{}\n{reproduction:#?}", case.finished.stderr, case.markdown());
    assert_eq!(reproduction.command.as_ref().unwrap().framework, Framework::Checker, "{}", story());
    assert_eq!(reproduction.grade, Some(Grade::Same), "{}", story());
    assert_eq!(reproduction.signature.as_ref().unwrap().test.as_deref(), Some(complaint), "{}", story());
    case.is_proven();
    let fix = case.read::<Fix>();
    assert_eq!(fix.template.as_deref(), Some("tool_fix"));
    assert!(
        fix.root_cause.as_ref().unwrap().contains(&format!("the fix that {check} itself offers")),
        "{fix:#?}"
    );
}

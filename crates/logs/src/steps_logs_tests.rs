//! Whole logs: which of several failed steps is meant, actions that fail with an annotation alone, Travis,
//! cancellations, noise before and behind the cause.

use regreen_case::InfrastructureKind;

use crate::{Extraction, extract};

fn read(job: &str) -> Extraction {
    let stamped: String = job.lines().map(|line| format!("2026-03-04T05:06:07.1234567Z {line}\n")).collect();
    extract(stamped.as_bytes(), "logs/x.log").unwrap()
}

fn step(script: &str, output: &str, end: &str) -> String {
    format!("##[group]Run {script}\n{script}\nshell: /usr/bin/bash -e {{0}}\n##[endgroup]\n{output}\n{end}\n")
}

const FAILS: &str = "##[error]Process completed with exit code 1.";
const END: &str = "Post job cleanup.\n[command]/usr/bin/git version\nError: words of the clean-up\nCleaning up orphan processes\n";

fn told(found: &Extraction) -> &str {
    found.cause.as_ref().map_or("", |cause| cause.message.lines().next().unwrap_or_default())
}

#[test]
fn a_failure_that_was_allowed_is_not_the_cause() {
    let job = [
        step("npm audit", "x", FAILS),
        step("cargo build", "    Finished", ""),
        step("cargo clippy", "error: unused variable: `x`\n --> src/lib.rs:3:5", FAILS),
        END.to_owned(),
    ];
    assert_eq!(told(&read(&job.concat())), "error: unused variable: `x`");
}

#[test]
fn what_fails_while_reports_are_collected_is_not_the_cause() {
    let job = [
        step("make", "src/a.c:3:5: error: expected ';'\nmake: *** [all] Error 1", FAILS),
        step("docker compose logs", "web-1  | panic: old news", ""),
        step("codecov upload", "Error: no coverage reports found", FAILS),
        END.to_owned(),
    ];
    let found = read(&job.concat());
    assert_eq!(told(&found), "src/a.c:3:5: error: expected ';'");
    assert_eq!(found.diagnostics[0].tool, "gcc");
    assert_eq!(found.command.unwrap().script, "make");
}

#[test]
fn an_action_can_fail_with_an_annotation_alone() {
    let job = [
        step("make", "fine", ""),
        "##[group]Run owner/deploy@v2\nwith:\n  token: ***\n##[endgroup]\nfetching\n##[error]Input required and not supplied: bucket\n".to_owned(),
        END.to_owned(),
    ];
    let found = read(&job.concat());
    assert_eq!(told(&found), "Input required and not supplied: bucket");
    assert_eq!(found.command.unwrap().script, "owner/deploy@v2");
    let followed = [
        "##[group]Run owner/deploy@v2\n##[endgroup]\n##[error]The bucket is gone\n".to_owned(),
        step("echo done", "done", ""),
        END.to_owned(),
    ];
    assert_eq!(told(&read(&followed.concat())), "The bucket is gone");
}

#[test]
fn matched_problems_of_a_step_that_passed_do_not_hide_the_failure() {
    let job = [
        step("npm run lint", "##[error]src/a.ts(1,2): error TS1: no\nlint is only advice\nall done\nbye", ""),
        step("npm run build", "##[error]src/b.ts(3,4): error TS2: yes", FAILS),
        END.to_owned(),
    ];
    assert_eq!(told(&read(&job.concat())), "src/b.ts(3,4): error TS2: yes");
}

#[test]
fn a_cancelled_job_is_the_runners_doing() {
    let job =
        [step("make test", "compiling\nrunning", "##[error]The operation was canceled."), END.to_owned()];
    let found = read(&job.concat());
    assert_eq!(found.infrastructure.unwrap().kind, InfrastructureKind::Timeout);
    assert_eq!(found.cause.unwrap().message.lines().next(), Some("The operation was canceled."));
}

#[test]
fn errors_that_were_survived_and_noise_behind_do_not_matter() {
    let noise = "2026-01-01 12:00:00 ERROR pool: connection lost, trying again\nretrying\n".repeat(40);
    let rest = "  progress 10 %\n".repeat(80);
    let job = [
        step(
            "make all",
            &format!(
                "{noise}{rest}src/a.c:3:5: error: expected ';'\nmake[1]: *** [a.o] Error 1\nmake: *** [all] Error 2\nfailed to upload the cache: ignored"
            ),
            "##[error]Process completed with exit code 2.",
        ),
        END.to_owned(),
    ];
    assert_eq!(told(&read(&job.concat())), "src/a.c:3:5: error: expected ';'");
}

#[test]
fn travis_names_its_command_and_the_inner_one() {
    let log = "travis_fold:start:install\r\u{1b}[0Ktravis_time:start:1\r\u{1b}[0K$ npm install\nnpm ERR! old news\n\ntravis_time:end:1:start=1,finish=2\r\u{1b}[0Ktravis_fold:end:install\r\u{1b}[0K\ntravis_time:start:2\r\u{1b}[0K$ yarn lint\nyarn run v1.3.2\n$ eslint src\n\n/home/travis/a.js\n  3:5  error  'x' is not defined  no-undef\n\n✖ 1 problem (1 error, 0 warnings)\n\nerror Command failed with exit code 1.\n\ntravis_time:end:2:start=3,finish=4\r\u{1b}[0K\n\u{1b}[31;1mThe command \"yarn lint\" exited with 1.\u{1b}[0m\n\nDone. Your build exited with 1.\n";
    let found = extract(log.as_bytes(), "logs/x.log").unwrap();
    assert_eq!(told(&found), "  3:5  error  'x' is not defined  no-undef");
    let cause = found.cause.clone().unwrap();
    assert_eq!((cause.file.as_deref(), cause.line), (Some("/home/travis/a.js"), Some(3)));
    let command = found.command.unwrap();
    assert_eq!((command.script.as_str(), command.inner.as_deref()), ("yarn lint", Some("eslint src")));
    assert_eq!(command.exit_code, Some(1));
}

#[test]
fn travis_gives_up_on_silence() {
    let log = "travis_time:start:2\r\u{1b}[0K$ make test\ncompiling\n\n\nNo output has been received in the last 10m0s, this potentially indicates a stalled build or something wrong with the build itself.\nCheck the details on how to adjust your build configuration on: https://docs.travis-ci.com/user/common-build-problems/\n\nThe build has been terminated\n";
    let found = extract(log.as_bytes(), "logs/x.log").unwrap();
    assert_eq!(found.infrastructure.as_ref().map(|found| found.kind), Some(InfrastructureKind::Timeout));
    assert!(told(&found).starts_with("No output has been received"));
}

#[test]
fn code_that_runs_out_of_its_heap_is_no_infrastructure_and_a_killed_program_is() {
    let heap = step(
        "npm test",
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n 1: 0xb0 node::Abort()",
        "##[error]Process completed with exit code 134.",
    );
    let found = read(&[heap, END.to_owned()].concat());
    assert!(told(&found).starts_with("FATAL ERROR: Reached heap limit"));
    assert_eq!(found.infrastructure, None);
    let killed = step(
        "make",
        "/w/_temp/a.sh: line 1:  4242 Killed                  make -j4",
        "##[error]Process completed with exit code 137.",
    );
    let found = read(&[killed, END.to_owned()].concat());
    assert_eq!(found.infrastructure.unwrap().kind, InfrastructureKind::Memory);
    assert!(found.cause.unwrap().message.contains("Killed"));
}

//! What holds for all of them.

use std::time::Duration;

use regreen_case::{CiCommand, Redactor};
use regreen_proof::{Project, RunContext, Verdict, judge, plan, protected_files, run_counted};
use regreen_supervise::{Cancel, Deadline, Sandbox, SandboxMode};

use crate::bench::Bench;
use crate::pytest::{HONEST, python};

#[test]
fn protected_files_are_those_that_judge() {
    let bench = python(HONEST);
    bench.write("conftest.py", "");
    bench.write("tests/data/prices.json", "{}");
    let protected = protected_files(&bench.project(), &bench.targets("tests/test_shop.py::test_total"));
    assert_eq!(protected, ["conftest.py", "tests/data/prices.json", "tests/test_shop.py"]);
}

#[test]
fn another_command_is_never_green() {
    let bench = Bench::new(&[("Makefile", "check:\n\ttrue\n")]);
    let project = Project::at(&bench.project(), &bench.project());
    let ci = CiCommand { script: "make check".to_owned(), ..CiCommand::default() };
    let command = plan(&project, &[], Some(&ci)).unwrap();
    assert_eq!(command.argv, ["make", "check"]);
    let redactor = Redactor::default();
    let context = RunContext {
        checkout: &bench.project(),
        repo_root: &bench.project(),
        scratch: &bench.folder.path().join("scratch"),
        env: &bench.env,
        deadline: Deadline::after(Duration::from_secs(60)),
        cancel: &Cancel::new(),
        log: None,
        redactor: &redactor,
        sandbox: &Sandbox::for_tools(SandboxMode::Auto),
    };
    let run = run_counted(&command, &context).unwrap();
    assert!(run.end.is_success());
    assert!(matches!(judge(&run, &[], None), Verdict::Uncounted(_)));
}

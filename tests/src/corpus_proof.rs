//! Proves a case of the corpora with the real program: a repository, a reproduction as seen in it,
//! the patch, `verify-stress`.

use std::time::Duration;

use regreen_case::{
    CaseDir, Document, Fix, Layout, Limits, Redactor, Reproduction, Severity, Task, Timing, Verification,
    VerificationStatus,
};
use regreen_proof::{Project, detect, has_adapter, plan, protected_files};
use regreen_supervise::statistics;
use regreen_workspace::Patch;
use serde_json::json;

use crate::corpus::Case;
use crate::{Finished, Program, TestRepository, copy_tree, debian, tools};

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Proven: a success.
    Proven,
    /// Rejected by reading, with the first reason.
    Rejected(String),
    /// Run, and not proven.
    Stopped(String),
    /// Not run here.
    NotRun(String),
}

impl Outcome {
    /// Its word in tables.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Proven => "proven",
            Outcome::Rejected(_) => "rejected",
            Outcome::Stopped(_) => "stopped",
            Outcome::NotRun(_) => "not-run",
        }
    }
}

/// Longest for one case.
const LIMIT: Duration = Duration::from_secs(400);

/// Takes a case through `verify-stress`.
///
/// # Panics
/// When the program fails or leaves nothing behind.
#[must_use]
pub fn prove(case: &Case) -> Outcome {
    let reading = case.read();
    if let Some(why) = reading.malformed {
        return Outcome::Rejected(why);
    }
    if let Some(finding) = reading.findings.iter().find(|one| one.severity == Severity::Reject) {
        return Outcome::Rejected(finding.message.clone());
    }
    if let Some(why) = &case.expected.not_run {
        return Outcome::NotRun(why.clone());
    }
    if !has_adapter(case.base.framework) {
        return Outcome::NotRun("no adapter runs single tests of it".to_owned());
    }
    if !is_installed(case) {
        return Outcome::NotRun("its tools are not installed here".to_owned());
    }
    verify(case)
}

/// Whether what the base's tests need is here.
fn is_installed(case: &Case) -> bool {
    let needs: &[&str] = match case.base.name.as_str() {
        "js-slug" => &["node_modules/jest"],
        "ts-money" => &["node_modules/vitest"],
        _ => &[],
    };
    needs.iter().all(|tool| tools::workspace().join("target/tools").join(tool).exists())
}

fn verify(case: &Case) -> Outcome {
    let repository = TestRepository::new();
    repository.write(
        ".gitignore",
        ".venv\ntarget/\nbuild/\nnode_modules\nCargo.lock\n*.cached\n__pycache__/\n.gradle/\n",
    );
    copy_tree(&case.base.tree(), repository.path());
    let base = repository.commit("Start");
    let root = repository.path().to_owned();
    for (tool, place) in [("venv", ".venv"), ("node_modules", "node_modules")] {
        let tool = tools::workspace().join("target/tools").join(tool);
        if tool.exists() {
            std::os::unix::fs::symlink(tool, root.join(place)).expect("a link");
        }
    }
    let project = Project::at(&root, &root);
    let targets = match detect(&project, &case.base.test) {
        Ok(targets) => targets,
        Err(error) => return Outcome::NotRun(format!("the test was not found: {error}")),
    };
    let command = match plan(&project, &targets, None) {
        Ok(command) => command,
        Err(error) => return Outcome::NotRun(format!("no command: {error}")),
    };
    let case_folder = CaseDir::create(repository.beside("case")).expect("a case");
    let protected = protected_files(&root, &targets);
    let patch = Patch::from_bytes(case.patch.clone()).expect("read before");
    // By way of their text: fields that a case does not name take their defaults.
    let timing = Timing::start();
    let task = json!({
        "prompt": "Repair it", "deterministic": true, "work": "existing-test", "source": { "from": "existing-test" },
        "slug": "repair-it", "limits": Limits::default(), "warnings": [], "timing": timing,
    });
    let reproduction = json!({
        "status": "reproduced", "base": base, "tests": targets, "command": command, "protected": protected,
        "rate": statistics::failure_rate(3, 3), "timing": timing,
    });
    let fix = json!({
        "status": "patch-found", "base": base, "branch": "fix/repair-it", "patch_sha256": patch.sha256(),
        "fixer": "corpus", "timing": timing,
    });
    write::<Task>(&case_folder, task);
    write::<Reproduction>(&case_folder, reproduction);
    case_folder.write_raw(Layout::PATCH, &case.patch).expect("written");
    write::<Fix>(&case_folder, fix);
    let finished = run(case, &repository, &case_folder);
    let found: Verification = match case_folder.read() {
        Ok(found) => found,
        Err(error) => return Outcome::Stopped(format!("{error}: {}", finished.stderr)),
    };
    let why = found.reason.clone().unwrap_or_default();
    match found.status {
        VerificationStatus::Proven => Outcome::Proven,
        VerificationStatus::Rejected => Outcome::Rejected(why),
        _ => Outcome::Stopped(format!("{:?}: {why}", found.status)),
    }
}

fn run(case: &Case, repository: &TestRepository, case_folder: &CaseDir) -> Finished {
    let mut program = Program::new("verify-stress")
        .args(["--case".as_ref(), case_folder.root().as_os_str()])
        .args(["--repo".as_ref(), repository.path().as_os_str()])
        .limit(LIMIT);
    if case.base.ecosystem == "Java" {
        let home = repository.beside("home");
        program = program.env("HOME", &home);
        for (name, value) in debian::java(&home) {
            program = program.env(name, value);
        }
    }
    program.run()
}

fn write<D: Document + serde::de::DeserializeOwned>(case: &CaseDir, document: serde_json::Value) {
    let document: D = serde_json::from_value(document).expect("a document");
    case.write(&document, &Redactor::default()).expect("written");
}

//! Fixers that worked on copies of one case, as machines of a matrix do: whose change is taken.

use std::fs;
use std::path::{Path, PathBuf};

use regreen_case::{
    AttemptOutcome, CaseDir, Ending, Fix, FixStatus, Redactor, Timing, Verification, VerificationStatus,
};
use regreen_implement_fix::Config;
use regreen_supervise::Cancel;
use support::Bug;

#[path = "support/mod.rs"]
mod support;

const SMALL: &str = "path.write_text(path.read_text().replace('> 10', '>= 10'))";
const LARGE: &str =
    "path.write_text(path.read_text().replace('> 10:', '>= 10:\\n        # Ten are enough.'))";

/// A matrix of fixers that have come to their end.
struct Matrix {
    bug: Bug,
    parts: PathBuf,
}

impl Matrix {
    /// With agents of these names and bodies, as their user describes them.
    fn new(agents: &[(&str, &str)]) -> Self {
        let bug = Bug::new();
        bug.hire(agents);
        let parts = bug.folder.path().join("parts");
        fs::create_dir_all(&parts).expect("a scene");
        Matrix { bug, parts }
    }

    /// Has one of them work on a copy of the case.
    fn leg(&self, name: &str) -> CaseDir {
        let _ = self.bug.run(&Config { attempts: 1, ..self.bug.config(name) }).expect("a scene");
        let to = self.parts.join(name).join("case");
        copy(self.bug.case().root(), &to);
        CaseDir::open(to).expect("a scene")
    }

    /// Merges into a case that holds the task and the reproduction alone.
    fn merge(&self, ladder: &str, best_of: bool) -> (Fix, CaseDir, Vec<String>) {
        let root = self.bug.folder.path().join("merged");
        let _ = fs::remove_dir_all(&root);
        let case = CaseDir::create(&root).expect("a scene");
        for file in ["task.json", "reproduction.json"] {
            fs::copy(self.bug.case().path(file), case.path(file)).expect("a scene");
        }
        let mut config = Config::new(&root, "/nowhere");
        config.agents = ladder.split(',').map(str::to_owned).collect();
        (config.merge, config.best_of) = (vec![self.parts.clone()], best_of);
        let said = std::sync::Mutex::new(Vec::new());
        let tell = |text: &str| said.lock().expect("no panic").push(text.to_owned());
        let fix = regreen_implement_fix::run(&config, &Cancel::new(), &tell).expect("a merge");
        assert_eq!(case.read::<Fix>().expect("a document"), fix);
        (fix, case, said.into_inner().expect("no panic"))
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// What verify-stress would have said of a leg's change.
fn verified(leg: &CaseDir, status: VerificationStatus) {
    let fix: Fix = leg.read().expect("a document");
    let found = Verification {
        patch_sha256: fix.patch_sha256,
        base: fix.base,
        ..serde_json::from_value(serde_json::json!({
            "status": status, "timing": Timing::start()
        }))
        .expect("a document")
    };
    leg.write(&found, &Redactor::default()).expect("a document");
}

#[test]
fn a_proven_change_wins_and_the_record_of_all_is_kept() {
    let matrix = Matrix::new(&[("small", SMALL), ("idle", ""), ("large", LARGE)]);
    let (small, _idle, large) = (matrix.leg("small"), matrix.leg("idle"), matrix.leg("large"));
    verified(&small, VerificationStatus::Regressions);
    verified(&large, VerificationStatus::Proven);

    let (fix, case, said) = matrix.merge("small,idle,large,gone", true);
    assert_eq!((fix.status, fix.fixer.as_deref()), (FixStatus::PatchFound, Some("large")), "{said:#?}");
    assert_eq!(fix.patch_sha256, large.read::<Fix>().unwrap().patch_sha256);
    let patch = fs::read_to_string(case.path("fix.patch")).unwrap();
    assert!(patch.contains("Ten are enough"), "{patch}");
    let record: Vec<_> =
        fix.attempts.iter().map(|one| (one.number, one.fixer.as_str(), one.outcome)).collect();
    use AttemptOutcome::{Green, NoChange};
    assert_eq!(record, [(1, "small", Green), (2, "idle", NoChange), (3, "large", Green)]);
    assert_eq!(fix.attempt, Some(3));
    assert!(fix.alternatives.is_empty(), "what breaks other tests is no alternative");
    for attempt in &fix.attempts {
        let named = attempt.diff.iter().chain(&attempt.test_runs).collect::<Vec<_>>();
        assert!(named.iter().all(|name| name.starts_with(&format!("attempts/{}/", attempt.number))));
        assert!(named.iter().all(|name| case.path(name).is_file()), "{named:?}");
        assert!(case.path(format!("attempts/{}/task.md", attempt.number)).is_file());
        let result = fs::read_to_string(case.path(format!("attempts/{}/result.json", attempt.number)));
        assert!(result.unwrap().contains(&format!("\"number\": {}", attempt.number)));
    }
    assert!(said.contains(&"nothing was heard of gone".to_owned()), "{said:#?}");
}

#[test]
fn of_two_that_are_proven_the_ladder_decides_or_the_size() {
    let matrix = Matrix::new(&[("small", SMALL), ("large", LARGE)]);
    let (large, small) = (matrix.leg("large"), matrix.leg("small"));
    for leg in [&large, &small] {
        verified(leg, VerificationStatus::Proven);
    }
    let fixer = |ladder, best_of| matrix.merge(ladder, best_of).0.fixer.unwrap();
    assert_eq!(fixer("large,small", false), "large");
    assert_eq!(fixer("small,large", false), "small");
    let (fix, case, _) = matrix.merge("large,small", true);
    assert_eq!((fix.fixer.as_deref(), fix.attempt), (Some("small"), Some(2)));
    assert_eq!(fix.alternatives, ["attempts/1/change.diff"]);
    assert!(fs::read_to_string(case.path(&fix.alternatives[0])).unwrap().contains("Ten are enough"));

    // A proof of other bytes is none.
    let mut found: Verification = small.read().unwrap();
    found.patch_sha256 = Some("0".repeat(64));
    small.write(&found, &Redactor::default()).unwrap();
    assert_eq!(fixer("small,large", true), "large");
    // And neither is a patch with other bytes.
    fs::write(large.path("fix.patch"), fs::read(small.path("fix.patch")).unwrap()).unwrap();
    let (fix, _, said) = matrix.merge("large,small", false);
    assert_eq!(fix.fixer.as_deref(), Some("small"));
    assert!(
        said.iter().any(|line| line.contains("large is not the one that its fix.json names")),
        "{said:#?}"
    );
}

#[test]
fn a_change_to_another_base_is_left_out_and_told() {
    let matrix = Matrix::new(&[("small", SMALL), ("large", LARGE)]);
    let _small = matrix.leg("small");
    matrix.bug.git(&["commit", "-q", "--allow-empty", "-m", "meanwhile"]);
    let large = matrix.leg("large");
    verified(&large, VerificationStatus::Proven);
    let (fix, _, said) = matrix.merge("small,large", false);
    assert_eq!(fix.fixer.as_deref(), Some("small"));
    assert!(said.contains(&"large worked on another base and is left out".to_owned()), "{said:#?}");
    assert!(!said.iter().any(|line| line.contains("nothing was heard")), "{said:#?}");
}

#[test]
fn when_nobody_found_anything_all_say_why() {
    let wrong = "path.write_text(path.read_text().replace('> 10', '> 99'))";
    let matrix = Matrix::new(&[("idle", ""), ("wrong", wrong)]);
    let (_idle, _wrong) = (matrix.leg("idle"), matrix.leg("wrong"));
    let (fix, case, _) = matrix.merge("idle,wrong,gone", false);
    assert_eq!((fix.status, fix.ending), (FixStatus::NoFixFound, Some(Ending::NoFixFound)));
    let reason = fix.reason.unwrap();
    assert!(
        reason.contains("idle: it changed nothing") && reason.contains("wrong: the test still fails"),
        "{reason}"
    );
    assert!(reason.ends_with("nothing was heard of gone"), "{reason}");
    assert!(!case.path("fix.patch").exists());
}

#[test]
fn cases_of_another_task_are_none_of_ours() {
    let matrix = Matrix::new(&[("small", SMALL)]);
    let leg = matrix.leg("small");
    let mut task: regreen_case::Task = leg.read().unwrap();
    task.prompt = "Another one.".to_owned();
    leg.write(&task, &Redactor::default()).unwrap();
    let root = matrix.bug.folder.path().join("merged");
    let case = CaseDir::create(&root).unwrap();
    for file in ["task.json", "reproduction.json"] {
        fs::copy(matrix.bug.case().path(file), case.path(file)).unwrap();
    }
    let config = Config { merge: vec![matrix.parts.clone()], ..Config::new(&root, "/nowhere") };
    let error = regreen_implement_fix::run(&config, &Cancel::new(), &|_| {}).unwrap_err();
    assert!(error.to_string().contains("no copy of this case lies in"), "{error}");
}

//! A folder of cases as artifacts leave it: deep, foreign, broken, hostile.

use std::os::unix::fs::symlink;

use super::*;
use crate::Likeness;

const PATCH: &str = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-a\n+b\n";

fn put(case: &Path, file: &str, minute: u32, rest: &str) {
    fs::create_dir_all(case).expect("a folder");
    let timing = format!(r#""timing":{{"started_at":"2026-01-02T03:{minute:02}:00Z","duration_s":1}}"#);
    fs::write(case.join(file), format!(r#"{{"schema":1,{rest},{timing}}}"#)).expect("a document");
}

/// A case that ended with a proven patch.
fn proven(case: &Path, minute: u32) {
    let sha256 = Sha256::digest(PATCH).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let task = r#""prompt":"p","deterministic":true,"work":"ci-run","slug":"p","source":{"from":"url",
        "url":"https://GitHub.com/O/R/actions/runs/1","run":{"server":"https://GitHub.com","owner":"O","repository":"R","run_id":1}},
        "limits":{"reproduce_s":1,"implement_fix_s":1,"verify_stress_s":1}"#;
    put(case, "task.json", minute, task);
    let reproduction = r#""status":"reproduced","tests":[{"framework":"pytest","id":"t.py::a"}]"#;
    put(case, "reproduction.json", minute, reproduction);
    put(case, "fix.json", minute, &format!(r#""status":"patch-found","patch_sha256":"{sha256}""#));
    put(case, "verification.json", minute, &format!(r#""status":"proven","patch_sha256":"{sha256}""#));
    fs::write(case.join("fix.patch"), PATCH).expect("a patch");
}

struct Scene {
    folder: tempfile::TempDir,
    current: CaseDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("cases")).expect("a folder");
        let current = CaseDir::create(folder.path().join("current")).expect("a case");
        Scene { folder, current }
    }

    fn cases(&self) -> PathBuf {
        self.folder.path().join("cases")
    }

    fn read(&self) -> CaseFolder {
        CaseFolder::earlier(&self.cases(), &self.current).expect("the folder is there")
    }
}

#[test]
fn cases_are_found_as_artifacts_leave_them_newest_first() {
    let scene = Scene::new();
    for (path, minute) in [("7", 1), ("run-8/case", 3), ("run-9/.regreen/case", 2)] {
        proven(&scene.cases().join(path), minute);
    }
    let read = scene.read();
    let minutes: Vec<String> =
        read.cases.iter().map(|case| case.task.timing.started_at.strftime("%M").to_string()).collect();
    assert_eq!((minutes.join(" ").as_str(), read.unreadable.len(), read.too_many), ("03 02 01", 0, 0));
    let case = &read.cases[0];
    assert_eq!((case.end(), case.judged_patch()), (EarlierEnd::Proven, Some(PATCH.as_bytes().to_vec())));
    assert_eq!(case.repository().as_deref(), Some("github.com/o/r"));
    assert_eq!(case.traits().likeness(&case.traits()), Some(Likeness::SameTest));
    // The folder itself may be the case.
    proven(scene.current.root(), 9);
    let other = CaseDir::create(scene.folder.path().join("other")).expect("a case");
    let read = CaseFolder::earlier(scene.current.root(), &other).expect("it is there");
    assert_eq!(read.cases.len(), 1);
}

#[test]
fn the_current_case_teaches_itself_nothing() {
    let scene = Scene::new();
    proven(scene.current.root(), 1);
    proven(&scene.cases().join("copy"), 1);
    proven(&scene.cases().join("older"), 0);
    assert_eq!(scene.read().cases.len(), 1);
    let around = CaseFolder::earlier(scene.folder.path(), &scene.current).expect("it is there");
    assert_eq!(around.cases.len(), 1, "also where it lies in the folder itself");
}

#[test]
fn what_is_broken_foreign_or_huge_is_left_out_and_named() {
    let scene = Scene::new();
    let cases = scene.cases();
    for name in ["good", "cut", "newer", "huge", "no-reproduction"] {
        proven(&cases.join(name), 1);
    }
    fs::write(cases.join("cut/fix.json"), "{\"schema\":1").expect("a file");
    fs::write(cases.join("newer/fix.json"), "{\"schema\":99}").expect("a file");
    let huge = File::create(cases.join("huge/failure.json")).expect("a file");
    huge.set_len(LARGEST_DOCUMENT + 1).expect("a sparse file");
    fs::remove_file(cases.join("no-reproduction/reproduction.json")).expect("it was there");
    put(&cases.join("foreign"), "fix.json", 1, r#""hello":1"#);
    fs::create_dir(cases.join("photos")).expect("a folder");
    let read = scene.read();
    assert_eq!((read.cases.len(), read.unreadable.len()), (1, 5), "{:#?}", read.unreadable);
    let missing = cases.join("nothing");
    assert_eq!(CaseFolder::earlier(&missing, &scene.current).unwrap_err().exit_code(), 3);
}

#[test]
fn links_are_not_followed() {
    let scene = Scene::new();
    let (cases, outside) = (scene.cases(), scene.folder.path().join("outside"));
    proven(&outside, 1);
    symlink(&outside, cases.join("linked")).unwrap();
    proven(&cases.join("fix-linked"), 1);
    fs::remove_file(cases.join("fix-linked/fix.json")).unwrap();
    symlink(outside.join("fix.json"), cases.join("fix-linked/fix.json")).unwrap();
    proven(&cases.join("patch-linked"), 1);
    fs::remove_file(cases.join("patch-linked/fix.patch")).unwrap();
    symlink(outside.join("fix.patch"), cases.join("patch-linked/fix.patch")).unwrap();
    symlink(&outside, cases.join("patch-linked/attempts")).unwrap();
    let read = scene.read();
    assert_eq!((read.cases.len(), read.unreadable.len()), (1, 1), "{:#?}", read.unreadable);
    assert_eq!(read.cases[0].judged_patch(), None);
    for way_out in ["attempts/fix.patch", "../../outside/fix.patch", "/etc/passwd", "", "fix.patch"] {
        assert_eq!(read.cases[0].diff(way_out), None, "{way_out}");
    }
}

#[test]
fn a_patch_that_is_not_the_judged_one_is_none() {
    let scene = Scene::new();
    let case = scene.cases().join("1");
    proven(&case, 1);
    fs::write(case.join("fix.patch"), format!("{PATCH} ")).unwrap();
    assert_eq!(scene.read().cases[0].judged_patch(), None);
    put(&case, "verification.json", 1, r#""status":"rejected""#);
    assert_eq!(scene.read().cases[0].end(), EarlierEnd::Rejected);
    fs::remove_file(case.join("verification.json")).unwrap();
    assert_eq!(scene.read().cases[0].end(), EarlierEnd::Unproven);
    put(&case, "fix.json", 1, r#""status":"no-fix-found""#);
    assert_eq!(scene.read().cases[0].end(), EarlierEnd::NoFix);
}

#[test]
fn of_many_cases_only_the_newest_are_read() {
    let scene = Scene::new();
    for number in 0..MOST_EARLIER_CASES + 3 {
        proven(&scene.cases().join(format!("{number:03}")), u32::try_from(number).unwrap());
    }
    let read = scene.read();
    assert_eq!((read.cases.len(), read.too_many), (MOST_EARLIER_CASES, 3));
    assert_eq!(read.cases.last().unwrap().task.timing.started_at.strftime("%M").to_string(), "03");
}

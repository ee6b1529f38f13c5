//! Parts of a proof on several machines, and patches that could be smaller.

use std::path::PathBuf;

use regreen_case::{CaseDir, Conditions, Ending, Fix, Redactor, Verification, VerificationStatus as Status};
use regreen_workspace::Patch;

use crate::intermittent::{FLAKY, REAL, flaky};
use crate::trial::Trial;
use crate::{BUG, FIXED, ends, files};

/// A copy of the case for one part, as another machine would have it.
fn copy(trial: &Trial, name: &str) -> PathBuf {
    let to = trial.repository.beside(name);
    std::fs::create_dir_all(&to).unwrap();
    for file in ["task.json", "reproduction.json", "fix.json", "fix.patch"] {
        std::fs::copy(trial.case.path(file), to.join(file)).unwrap();
    }
    to
}

fn part(trial: &Trial, name: &str, shard: &str) -> PathBuf {
    let case = copy(trial, &format!("parts/{name}"));
    let _ = trial.program_in(&case, &["--shard", shard, "--workers", "1"]).run().exits(0);
    case
}

#[test]
fn a_whole_proof_of_this_very_patch_is_taken_over_and_no_other() {
    let trial = Trial::new(&files(), "tests/test_shop.py::test_total", &[("shop.py", Some(FIXED))]).seen();
    let elsewhere = copy(&trial, "fixers/one");
    let _ = trial.program_in(&elsewhere, &[]).run().exits(0);
    let fixers = trial.repository.beside("fixers").display().to_string();
    let (found, finished) = trial.verify(&["--merge", &fixers]);
    ends(&found, Status::Proven, Ending::Fixed);
    assert!(found.merged.is_empty() && found.shard.is_none());
    let proof = CaseDir::open(&elsewhere).unwrap().read::<Verification>().unwrap();
    assert_eq!((&found.bound, found.required_runs), (&proof.bound, proof.required_runs));
    for log in &found.green.as_ref().unwrap().logs {
        assert!(trial.case.resolve(log).unwrap().is_file(), "{log}");
    }
    assert!(finished.stdout.contains("5 of 5") || finished.stdout.contains("5 runs"), "{}", finished.stdout);

    // Somebody else judged the same patch, and found something against it.
    let other = copy(&trial, "fixers/other");
    let against = Verification {
        status: Status::Regressions,
        ending: Some(Ending::Regressions),
        reason: Some("tests beside it break".to_owned()),
        ..proof.clone()
    };
    CaseDir::open(&other).unwrap().write(&against, &Redactor::default()).unwrap();
    let (found, _) = trial.verify(&["--merge", &fixers]);
    ends(&found, Status::Regressions, Ending::Regressions);

    // One that cannot be read stops no other.
    std::fs::write(other.join("verification.json"), "{").unwrap();
    let (found, _) = trial.verify(&["--merge", &fixers]);
    ends(&found, Status::Proven, Ending::Fixed);

    // Proofs of another patch, of another base and of other tests are none of this one.
    let of_another = [
        Verification { patch_sha256: Some("0".repeat(64)), ..proof.clone() },
        Verification { base: Some("0".repeat(40)), ..proof.clone() },
        Verification { tests: Vec::new(), ..proof.clone() },
    ];
    std::fs::remove_dir_all(&other).unwrap();
    for not_it in of_another {
        CaseDir::open(&elsewhere).unwrap().write(&not_it, &Redactor::default()).unwrap();
        let (found, _) = trial.verify(&["--merge", &fixers]);
        ends(&found, Status::Unproven, Ending::FixedUnproven);
        assert!(found.reason.unwrap().contains("no proof of this patch"));
        assert_eq!(found.patch_sha256, proof.patch_sha256);
    }
}

#[test]
fn parts_of_several_machines_are_one_proof_and_nothing_less() {
    let trial = flaky(FLAKY, REAL).intermittent(25, 50);
    let (first, second) = (part(&trial, "one", "1/2"), part(&trial, "two", "2/2"));
    let read = |case: &PathBuf| CaseDir::open(case).unwrap().read::<Verification>().unwrap();
    let (one, two) = (read(&first), read(&second));
    assert!(one.shard_complete && two.shard_complete && one.status == Status::Unproven);
    assert!(one.neighbours.is_some() && two.neighbours.is_none(), "the first looks at what is beside");

    let parts = trial.repository.beside("parts").display().to_string();
    let (found, finished) = trial.verify(&["--merge", &parts]);
    ends(&found, Status::Proven, Ending::Fixed);
    let green = found.green.as_ref().unwrap();
    assert_eq!((found.required_runs, green.passes, green.failures), (32, 32, 0));
    assert_eq!(found.bound.as_ref().unwrap().runs, 32, "the joint bound");
    assert_eq!(found.merged.len(), 2);
    assert_eq!(found.sandbox, one.sandbox, "the same machine made both");
    assert!(found.red.as_ref().unwrap().failures >= 2, "each machine saw the failure");
    assert!(finished.stdout.contains("no failure in 32 runs"), "{}", finished.stdout);
    for log in &green.logs {
        assert!(trial.case.resolve(log).unwrap().is_file(), "{log}");
    }

    let one_of_two = first.display().to_string();
    let (found, _) = trial.verify(&["--merge", &one_of_two]);
    ends(&found, Status::Unproven, Ending::FixedUnproven);
    assert!(found.reason.unwrap().contains("of 2 parts one is missing: 2"));
    let (found, _) = trial.verify(&["--merge", &one_of_two, "--merge", &one_of_two]);
    ends(&found, Status::Unproven, Ending::FixedUnproven);
    assert!(found.reason.unwrap().contains("part 1/2 is there twice"));
    // A part that was killed, or could not work, is a missing one.
    let other = copy(&trial, "parts/killed");
    std::fs::remove_file(other.join("fix.patch")).unwrap();
    let lost = trial.program_in(&other, &["--shard", "2/2"]).run().exits(3);
    assert!(lost.stderr.contains("fix.patch"), "{}", lost.stderr);
    assert_eq!(read(&other).shard.map(|shard| shard.number), Some(2));
    let lost = other.display().to_string();
    let (found, _) = trial.verify(&["--merge", &one_of_two, "--merge", &lost]);
    ends(&found, Status::Unproven, Ending::FixedUnproven);
    assert!(found.reason.unwrap().contains("of 2 parts one is missing: 2"));
    std::fs::remove_dir_all(&other).unwrap();

    // What belongs to another patch, or says that it is of another number of parts, is refused.
    let other = CaseDir::open(&second).unwrap();
    for wrong in [
        Verification { patch_sha256: Some("0".repeat(64)), ..two.clone() },
        Verification { base: Some("0".repeat(40)), ..two.clone() },
        Verification { required_runs: 5, ..two.clone() },
        Verification { shard: None, ..two.clone() },
    ] {
        other.write(&wrong, &Redactor::default()).unwrap();
        let _ = trial.program(&["--merge", &parts]).run().exits(4);
        assert_ne!(trial.case.read::<Verification>().unwrap().status, Status::Proven);
    }
    // One failure anywhere counts against the patch.
    let mut failed = two.clone();
    failed.status = Status::NotProven;
    failed.ending = Some(Ending::NoFixFound);
    failed.green.as_mut().unwrap().failures = 1;
    other.write(&failed, &Redactor::default()).unwrap();
    let (found, _) = trial.verify(&["--merge", &parts]);
    ends(&found, Status::NotProven, Ending::NoFixFound);
}

/// A patch of three parts, of which the proof needs one.
fn wordy() -> Trial {
    let base = format!("{BUG}\n\n# one\n# two\n# three\n# four\n# five\n# six\n# seven\n");
    let patched = format!("{FIXED}\n\n# one\n# two\n# three\n# four\n# five\n# 6\n# seven\n");
    let mut all = files();
    all[0] = ("shop.py", &base);
    let changes = [("shop.py", Some(patched.as_str())), ("notes.txt", Some("said so\n"))];
    Trial::new(&all, "tests/test_shop.py::test_total", &changes).seen()
}

#[test]
fn hunks_that_are_not_needed_are_named_and_dropped_when_asked_for() {
    let trial = wordy();
    let (found, finished) = trial.verify(&[]);
    ends(&found, Status::Proven, Ending::Fixed);
    let smaller = found.minimisation.unwrap();
    assert!(smaller.complete && !smaller.dropped && smaller.runs >= 2);
    let places: Vec<(&str, u32)> =
        smaller.unneeded_hunks.iter().map(|hunk| (hunk.file.as_str(), hunk.first_line)).collect();
    assert_eq!(places, [("notes.txt", 1), ("shop.py", 14)], "{places:?}");
    assert!(finished.stdout.contains("not needed for green: notes.txt:1-1, shop.py:14-14"));
    assert_eq!(std::fs::read(trial.case.path("fix.patch")).unwrap(), trial.patch, "it is only said");

    let original = Patch::from_bytes(trial.patch.clone()).unwrap();
    let (found, _) = trial.verify(&["--minimize"]);
    ends(&found, Status::Proven, Ending::Fixed);
    let smaller = found.minimisation.as_ref().unwrap();
    assert!(smaller.dropped && smaller.original_sha256 == Some(original.sha256()));
    let patch = Patch::from_bytes(std::fs::read(trial.case.path("fix.patch")).unwrap()).unwrap();
    assert_eq!((patch.files().len(), patch.files()[0].hunks.len()), (1, 1));
    let fix: Fix = trial.case.read().unwrap();
    assert_eq!(fix.patch_sha256, Some(patch.sha256()), "the digest that is published");
    assert_eq!(found.patch_sha256, fix.patch_sha256, "and the one that was proven");
    assert_eq!(fix.files.len(), 1);

    // An exchange that was interrupted between the two files is undone.
    let mut halfway = fix;
    halfway.patch_sha256 = Some(original.sha256());
    trial.case.write(&halfway, &Redactor::default()).unwrap();
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::Proven, Ending::Fixed);
    assert_eq!(found.patch_sha256, Some(original.sha256()));
}

/// Without them every part of the patch would look as if it were not needed.
#[test]
fn what_is_needed_is_looked_for_under_the_conditions_that_show_the_failure() {
    let base = "import os\n\n\ndef total(xs):\n    return sum(xs) - (len(os.sched_getaffinity(0)) == 1)\n";
    let mut all = files();
    all[0] = ("shop.py", base);
    all.retain(|(file, _)| *file != "tests/test_mean.py");
    let changes = [("shop.py", Some(REAL)), ("notes.txt", Some("said so\n"))];
    let trial = Trial::new(&all, "tests/test_shop.py::test_total", &changes).intermittent(45, 50);
    let trial = trial.under(Conditions { cores: Some(1), ..Conditions::default() });
    let (found, _) = trial.verify(&["--workers", "1"]);
    ends(&found, Status::Proven, Ending::Fixed);
    let unneeded = found.minimisation.unwrap().unneeded_hunks;
    assert_eq!(unneeded.iter().map(|hunk| hunk.file.as_str()).collect::<Vec<_>>(), ["notes.txt"]);
}

/// What the test in question can do without, a neighbour may need.
#[test]
fn a_smaller_patch_that_was_found_wanting_is_not_advised() {
    let bug = format!("{FIXED}\n\ndef far():\n    return 1\n")
        .replace("return sum(xs)\n", "return sum(xs) - far()\n");
    let mut all = files();
    all[0] = ("shop.py", &bug);
    let mean = "import pathlib\n\nimport shop\n\n\ndef test_mean():\n    notes = pathlib.Path('notes.txt')\n    assert shop.far() == 1 or notes.exists()\n";
    all[2] = ("tests/test_mean.py", mean);
    let patched = bug.replace("return 1\n", "return 0\n");
    let changes = [("shop.py", Some(patched.as_str())), ("notes.txt", Some("said so\n"))];
    let trial = Trial::new(&all, "tests/test_shop.py::test_total", &changes).seen();
    let (found, _) = trial.verify(&["--minimize"]);
    ends(&found, Status::Proven, Ending::Fixed);
    let smaller = found.minimisation.unwrap();
    assert!(!smaller.dropped && smaller.unneeded_hunks.is_empty(), "{smaller:?}");
    assert_eq!(std::fs::read(trial.case.path("fix.patch")).unwrap(), trial.patch);
}

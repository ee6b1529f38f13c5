//! What earlier cases change: what is tried first, what agents are told, what the document says. And what not.

use std::fs;
use std::path::{Path, PathBuf};

use regreen_case::{AttemptOutcome, EarlierCases, EarlierEnd, Fix, FixStatus, Likeness, Signature, Timing};
use regreen_implement_fix::Config;
use support::{Bug, REPAIR, TEST};

#[path = "support/mod.rs"]
mod support;

fn bug() -> Bug {
    let mut bug = Bug::new();
    let framework = Some(regreen_case::Framework::Pytest);
    bug.reproduction.signature =
        Some(Signature::new(framework, Some(TEST), "AssertionError", "assert 20 == 18", None));
    bug
}

/// Keeps the case as an earlier one that ended so, and begins a new one.
fn keep(bug: &mut Bug, name: &str, status: &str) -> PathBuf {
    let kept = bug.folder.path().join("cases").join(name);
    copy(bug.case().root(), &kept);
    let sha256 = bug.case().read::<Fix>().expect("a fix").patch_sha256.expect("a patch");
    let timing = r#""timing":{"started_at":"2026-01-02T03:04:05Z","duration_s":1}"#;
    let verification = format!(
        r#"{{"schema":1,"status":"{status}","patch_sha256":"{sha256}","reason":"as the test says",{timing}}}"#
    );
    fs::write(kept.join("verification.json"), verification).expect("a document");
    bug.task.timing = Timing::start();
    kept
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn learning(bug: &Bug, mut config: Config) -> Config {
    config.earlier_cases = Some(bug.folder.path().join("cases"));
    config
}

fn said(bug: &Bug, text: &str) -> bool {
    bug.said.lock().expect("no panic").iter().any(|line| line.contains(text))
}

/// Candidates that the search judged, as its summary says; none when it did not search.
fn judged(fix: &Fix) -> Option<u32> {
    let summary = &fix.attempts.last().expect("an attempt").summary;
    let (before, _) = summary.split_once(" candidates judged")?;
    before.rsplit("; ").next()?.split(' ').next()?.parse().ok()
}

#[test]
fn what_was_proven_before_is_the_first_candidate() {
    let mut bug = bug();
    let first = bug.run(&bug.config("search")).unwrap();
    assert_eq!((first.status, first.template.as_deref()), (FixStatus::PatchFound, Some("comparison")));
    assert_eq!(first.earlier_cases, None, "nothing was given");
    keep(&mut bug, "1", "proven");

    let again = bug.run(&learning(&bug, bug.config("search"))).unwrap();
    assert_eq!((again.status, again.attempts.len()), (FixStatus::PatchFound, 1), "{again:#?}");
    assert_eq!((again.attempts[0].outcome, judged(&again)), (AttemptOutcome::Green, None));
    assert!(again.attempts[0].summary.starts_with("the change that was proven for this failure on 20"));
    assert_eq!((&again.patch_sha256, &again.root_cause), (&first.patch_sha256, &first.root_cause));
    assert_eq!((again.fixer.as_deref(), &again.template), (Some("search"), &first.template));
    let learnt = again.earlier_cases.unwrap();
    assert!(learnt.patch_reused, "{learnt:?}");
    let used = &learnt.used[0];
    assert_eq!((used.likeness, used.end), (Likeness::SameSignature, EarlierEnd::Proven));
}

#[test]
fn a_claim_of_a_proof_is_judged_like_any_other() {
    let mut bug = bug();
    bug.run(&bug.config("search")).unwrap();
    let kept = keep(&mut bug, "1", "proven");
    // A change that repairs nothing, with the documents of one that was proven.
    let lie = fs::read_to_string(kept.join("fix.patch")).unwrap().replace(">= 10", "> 11");
    fs::write(kept.join("fix.patch"), &lie).unwrap();
    let fix = bug.run(&learning(&bug, bug.config("search"))).unwrap();
    assert_eq!((fix.attempts.len(), fix.earlier_cases.unwrap().used[0].end), (1, EarlierEnd::Unproven));

    // Now with its digest as well.
    let sha256 = regreen_workspace::Patch::from_bytes(lie.into_bytes()).unwrap().sha256();
    let path = kept.join("verification.json");
    let text = fs::read_to_string(&path).unwrap().replace(&fix.patch_sha256.unwrap(), &sha256);
    fs::write(&path, text).unwrap();
    let fix = bug.run(&learning(&bug, bug.config("search"))).unwrap();
    let outcomes: Vec<_> = fix.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [AttemptOutcome::StillRed, AttemptOutcome::Green], "{fix:#?}");
    assert!(judged(&fix).is_some_and(|judged| judged > 0) && !fix.earlier_cases.unwrap().patch_reused);
}

#[test]
fn a_change_that_does_not_fit_or_touches_the_test_is_not_tried() {
    let mut bug = bug();
    bug.run(&bug.config("search")).unwrap();
    let kept = keep(&mut bug, "1", "proven");
    let path = kept.join("verification.json");
    let true_patch = fs::read_to_string(kept.join("fix.patch")).unwrap();
    let verification = fs::read_to_string(&path).unwrap();
    let before = bug.case().read::<Fix>().unwrap().patch_sha256.unwrap();
    for (patch, why) in [
        (true_patch.replace("cart.py", "tests/test_cart.py"), "judges it"),
        (true_patch.replace("cart.py", "gone.py"), "fit"),
        (true_patch.replace("cart.py", "../cart.py"), ""),
    ] {
        let sha256 = regreen_workspace::Patch::from_bytes(patch.clone().into_bytes())
            .map_or("0".repeat(64), |patch| patch.sha256());
        fs::write(kept.join("fix.patch"), patch).unwrap();
        fs::write(&path, verification.replace(&before, &sha256)).unwrap();
        bug.said.lock().unwrap().clear();
        let fix = bug.run(&learning(&bug, bug.config("search"))).unwrap();
        assert_eq!((fix.status, fix.attempts.len()), (FixStatus::PatchFound, 1), "{fix:#?}");
        assert!(judged(&fix).is_some(), "{fix:#?}");
        assert!(why.is_empty() || said(&bug, why), "{why}: {:?}", bug.said);
    }
}

#[test]
fn other_repositories_teach_only_when_they_are_asked_to() {
    let mut bug = bug();
    bug.run(&bug.config("search")).unwrap();
    let kept = keep(&mut bug, "1", "proven");
    let path = kept.join("fix.json");
    let text = fs::read_to_string(&path).unwrap();
    let base = bug.git(&["rev-parse", "HEAD"]).trim().to_owned();
    // Neither an unknown commit nor a name that every repository has, nor another address.
    for (theirs, origin) in [("1".repeat(40), false), ("HEAD".to_owned(), false), (base.clone(), true)] {
        let mut changed = text.replace(&base, &theirs);
        if origin {
            bug.git(&["remote", "add", "origin", "https://example.org/o/here.git"]);
            changed = changed.replacen('{', "{\"repository\": \"example.org/o/there\",", 1);
        }
        fs::write(&path, changed).unwrap();
        let fix = bug.run(&learning(&bug, bug.agent(REPAIR))).unwrap();
        let learnt = fix.earlier_cases.unwrap();
        assert_eq!((learnt.used.len(), learnt.of_others), (0, 1), "{theirs}");
        assert!(!bug.file("attempts/1/task.md").contains("Earlier cases"), "{theirs}");
        assert_eq!(fix.repository.is_some(), origin);
        let mut config = learning(&bug, bug.config("search"));
        config.earlier_cases_of_others = true;
        let fix = bug.run(&config).unwrap();
        assert!(fix.earlier_cases.unwrap().patch_reused, "{theirs}");
    }
}

#[test]
fn agents_are_told_what_worked_and_what_did_not() {
    let mut bug = bug();
    bug.run(&bug.config("search")).unwrap();
    keep(&mut bug, "1", "proven");
    let wrong =
        bug.agent("pathlib.Path('cart.py').write_text('def price(pieces, each):\\n    return 18\\n')");
    bug.run(&wrong).unwrap();
    keep(&mut bug, "2", "rejected");
    let fix = bug.run(&learning(&bug, bug.agent(REPAIR))).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert!(!fix.earlier_cases.unwrap().patch_reused, "an agent wrote it");
    let task = bug.file("attempts/1/task.md");
    let (_, section) = task.split_once("## Earlier cases").unwrap();
    let (section, _) = section.split_once("## How to go about it").unwrap();
    assert_eq!(section.matches("\n### 20").count(), 2, "{section}");
    let places = [
        ": the same signature, proven",
        "AssertionError: assert <n> == <n>",
        "attempt 1, search: green: ",
        "+    if pieces >= 10:",
        ": the same signature, turned down",
        "attempt 1, command: still-red: the test passes with it",
        "in the end: turned down: as the test says",
        "+    return 18",
    ]
    .map(|text| section.find(text).unwrap_or_else(|| panic!("{text}: {section}")));
    assert!(places.is_sorted(), "the proven one first: {section}");
}

#[test]
fn what_is_learnt_of_a_similar_failure_shortens_the_search() {
    let mut bug = bug();
    let without = bug.run(&bug.config("search")).unwrap();
    keep(&mut bug, "1", "proven");
    // The same test in another way: too little to take the patch for granted.
    let framework = Some(regreen_case::Framework::Pytest);
    bug.reproduction.signature = Some(Signature::new(framework, Some(TEST), "failure", "other", None));
    let fix = bug.run(&learning(&bug, bug.config("search"))).unwrap();
    let learnt = fix.earlier_cases.clone().unwrap();
    assert!(!learnt.patch_reused && learnt.used[0].likeness == Likeness::SameTest, "{learnt:?}");
    assert!(judged(&fix) <= judged(&without), "{:?} {:?}", judged(&fix), judged(&without));
}

#[test]
fn a_folder_that_is_not_there_or_holds_rubbish_stops_nothing() {
    let bug = bug();
    let fix = bug.run(&learning(&bug, bug.config("search"))).unwrap();
    let learnt = fix.earlier_cases.unwrap();
    assert!(learnt.problem.is_some() && said(&bug, "no earlier cases"), "{learnt:?}");
    let rubbish = bug.folder.path().join("cases/1");
    fs::create_dir_all(&rubbish).unwrap();
    fs::write(rubbish.join("fix.json"), [0xff, 0x00]).unwrap();
    let fix = bug.run(&learning(&bug, bug.config("search"))).unwrap();
    assert_eq!(fix.status, FixStatus::PatchFound);
    assert_eq!(fix.earlier_cases.unwrap(), EarlierCases { unreadable: 1, ..EarlierCases::default() });
    assert!(said(&bug, "an earlier case is left out"));
}

//! The same failure is the same branch, however it is worded.

use super::*;
use crate::sample::evidence;

#[test]
fn the_branch_depends_on_the_failure_alone() {
    let mut evidence = evidence();
    let one = Identity::of(&evidence, true);
    assert_eq!(one.branch, "fix/test-median-01234567");
    assert_eq!(one.title, "fix: the median of even lists");
    evidence.task.prompt = "please repair".to_owned();
    evidence.task.slug = "please-repair".to_owned();
    let two = Identity::of(&evidence, false);
    assert_eq!((&two.branch, &two.fingerprint), (&one.branch, &one.fingerprint));
    assert_eq!(two.title, "[unproven] fix: please repair");
}

#[test]
fn work_without_a_failure_has_an_identity_too() {
    let mut evidence = evidence();
    evidence.failure = None;
    evidence.reproduction.as_mut().unwrap().signature = None;
    evidence.fix.as_mut().unwrap().branch = None;
    evidence.task.work = WorkKind::Feature;
    let one = Identity::of(&evidence, true);
    assert!(one.branch.starts_with("feat/the-median-"), "{}", one.branch);
    assert_eq!(Identity::of(&evidence, true), one);
    evidence.reproduction.as_mut().unwrap().tests[0].id = "other".to_owned();
    assert_ne!(Identity::of(&evidence, true).fingerprint, one.fingerprint);
}

#[test]
fn hostile_names_become_plain_ones() {
    let mut evidence = evidence();
    let signature = evidence.reproduction.as_mut().unwrap().signature.as_mut().unwrap();
    signature.test = Some("a::../../x; rm -rf ~ & ö@{u}~^: ".to_owned() + &"y".repeat(200));
    signature.hash = "../../../evil!!!".to_owned();
    evidence.task.prompt = "x".repeat(500) + "\u{1b}[2J";
    let identity = Identity::of(&evidence, true);
    assert!(identity.branch.len() < 70, "{}", identity.branch);
    assert!(
        identity.branch.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-/".contains(c))
    );
    assert!(identity.title.chars().count() <= 72);
}

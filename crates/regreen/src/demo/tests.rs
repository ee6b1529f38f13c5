//! The demo projects themselves: their history, their red tests, their log.

use super::*;

fn bug(name: &str) -> Bug {
    Bug::all().unwrap().into_iter().find(|bug| bug.name == name).unwrap()
}

#[test]
fn two_demos_of_a_bug_have_the_same_commits() {
    let folder = tempfile::tempdir().unwrap();
    let one = history::make(&bug("paging"), &folder.path().join("one")).unwrap();
    let two = history::make(&bug("paging"), &folder.path().join("two")).unwrap();
    assert_eq!(one, two);
    assert_eq!(one.len(), 40);
}

#[test]
fn the_log_of_a_rust_project_is_framed_as_the_runner_does() {
    let folder = tempfile::tempdir().unwrap();
    let scene = set_up(&bug("seats"), folder.path()).unwrap();
    let log = fs::read_to_string(scene.log).unwrap();
    assert!(log.starts_with("\u{feff}2026-02-05T10:00:00.0000000Z ##[group]Runner Image\n"), "{log}");
    let bare: Vec<_> = log.lines().map(|line| line.split_once("Z ").unwrap().1).collect();
    for line in [
        "##[group]Run cargo test",
        "test every_seat_of_an_empty_row_is_free ... FAILED",
        "##[error]Process completed with exit code 101.",
    ] {
        assert!(bare.contains(&line), "{line}\n{log}");
    }
    assert!(!log.contains(&folder.path().display().to_string()));
}

#[test]
fn a_folder_of_somebody_else_is_never_emptied() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.tex"), "").unwrap();
    assert!(matches!(fresh(folder.path()), Err(DemoError::NotADemo(_))));
    assert!(folder.path().join("thesis.tex").exists());
    let new = folder.path().join("new");
    fresh(&new).unwrap();
    fs::write(new.join("x"), "").unwrap();
    fresh(&new).unwrap();
    assert!(!new.join("x").exists());
}

//! Branches are written without touching anything that is not ours.

use super::*;
use crate::fixture::Fixture;

fn patch_of(fixture: &Fixture, commit: &str, path: &str, content: &str) -> Patch {
    let scratch = tempfile::tempdir().unwrap();
    let worktree = fixture.repository().worktree(commit, scratch.path()).unwrap();
    crate::fixture::write(worktree.path(), path, content);
    worktree.patch().unwrap()
}

#[test]
fn a_patch_becomes_one_commit_on_a_new_branch() {
    let fixture = Fixture::new();
    fixture.write("keep/b.txt", "b\n");
    let base = fixture.commit("a.txt", "1\n");
    let patch = patch_of(&fixture, &base, "a.txt", "2\n");
    let repository = fixture.repository();
    let made =
        repository.branch_with_patch("fix/a-1", &base, &patch, "fix: a\n\nRegreen-Failure: 1").unwrap();
    assert_eq!(fixture.git(&["rev-parse", "fix/a-1"]), made);
    assert_eq!(fixture.git(&["rev-parse", "fix/a-1^"]), base);
    assert_eq!(fixture.git(&["show", "fix/a-1:a.txt"]), "2");
    assert_eq!(fixture.git(&["show", "fix/a-1:keep/b.txt"]), "b");
    assert_eq!(fixture.git(&["log", "-1", "--format=%B", "fix/a-1"]), "fix: a\n\nRegreen-Failure: 1");
    assert_eq!(fixture.git(&["symbolic-ref", "HEAD"]), "refs/heads/main");
    assert_eq!(fixture.git(&["status", "--porcelain"]), "");
    // Again: the branch is ours, so it moves.
    let again = repository.branch_with_patch("fix/a-1", &base, &patch, "fix: a, better").unwrap();
    assert_eq!(fixture.git(&["rev-parse", "fix/a-1"]), again);
    assert!(fixture.git(&["log", "-1", "--format=%B", "fix/a-1"]).contains("Regreen-Branch: fix/a-1"));
}

#[test]
fn somebody_elses_branch_stays() {
    let fixture = Fixture::new();
    let base = fixture.commit("a.txt", "1\n");
    fixture.git(&["branch", "theirs"]);
    fixture.git(&["branch", "fix"]);
    let repository = fixture.repository();
    let files = [("n.txt".to_owned(), b"n\n".to_vec(), true)];
    for name in ["theirs", "main", "fix/below", "not..valid"] {
        let error = repository.branch_with_files(name, &base, &files, "m").unwrap_err();
        assert!(matches!(error, WorkspaceError::Branch { .. }), "{name}: {error}");
    }
    assert_eq!(fixture.git(&["rev-parse", "theirs"]), base);
    repository.branch_with_files("repro/x", &base, &files, "m").unwrap();
    assert!(fixture.git(&["ls-tree", "repro/x", "n.txt"]).starts_with("100755"));
    fixture.git(&["checkout", "-q", "repro/x"]);
    let error = repository.branch_with_files("repro/x", &base, &files, "m").unwrap_err();
    assert!(error.to_string().contains("checked out"), "{error}");
}

#[test]
fn files_cannot_be_written_outside_the_tree() {
    let fixture = Fixture::new();
    let base = fixture.commit("a.txt", "1\n");
    for path in ["../x", ".git/config", "/x", "a//b"] {
        let files = [(path.to_owned(), Vec::new(), false)];
        let error = fixture.repository().branch_with_files("x", &base, &files, "m").unwrap_err();
        assert!(matches!(error, WorkspaceError::Path(..)), "{path}: {error}");
    }
}

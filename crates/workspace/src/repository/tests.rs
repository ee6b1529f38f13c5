//! Repositories as they come: with branches, remotes, shallow, bare, detached, empty.

use super::*;
use crate::fixture::Fixture;

#[test]
fn finds_the_repository_from_below_and_says_so_when_there_is_none() {
    let fixture = Fixture::new();
    fixture.write("deep/er/a.txt", "x\n");
    let found = Repository::discover(&fixture.path().join("deep/er")).unwrap();
    assert_eq!(found.root(), fixture.path().canonicalize().unwrap());
    let nowhere = tempfile::tempdir().unwrap();
    let error = Repository::discover(nowhere.path()).unwrap_err();
    assert!(matches!(error, WorkspaceError::NoRepository(_)), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn the_latest_base_prefers_what_the_remote_has() {
    let fixture = Fixture::new();
    let first = fixture.commit("a.txt", "1\n");
    let second = fixture.commit("a.txt", "2\n");
    let repository = fixture.repository();
    let main = |commit: &str| Base { commit: commit.to_owned(), branch: Some("main".to_owned()) };
    assert_eq!(repository.latest_base(None).unwrap(), main(&second));
    assert_eq!(repository.latest_base(Some("main")).unwrap(), main(&second));
    fixture.git(&["update-ref", "refs/remotes/origin/main", &first]);
    assert_eq!(repository.latest_base(Some("main")).unwrap(), main(&first));
    assert_eq!(repository.latest_base(None).unwrap(), main(&second));
    let error = repository.latest_base(Some("nope")).unwrap_err();
    assert!(matches!(error, WorkspaceError::UnknownRevision { .. }));
    fixture.git(&["checkout", "-q", "--detach"]);
    assert_eq!(repository.latest_base(None).unwrap(), Base { commit: second, branch: None });
}

#[test]
fn an_empty_repository_has_no_base() {
    let fixture = Fixture::new();
    let error = fixture.repository().latest_base(None).unwrap_err();
    assert!(matches!(error, WorkspaceError::NoCommit(_)), "{error}");
}

#[test]
fn reads_files_of_commits() {
    let fixture = Fixture::new();
    fixture.commit("a.txt", "1\n");
    fixture.symlink("link", "a.txt");
    let commit = fixture.commit("src/run.sh", "#!/bin/sh\n");
    let repository = fixture.repository();
    assert_eq!(repository.read_file(&commit, "a.txt").unwrap().unwrap(), b"1\n");
    assert_eq!(repository.read_file(&commit, "nope").unwrap(), None);
    assert_eq!(repository.read_file(&commit, "src").unwrap(), None);
    assert_eq!(repository.read_entry(&commit, "link").unwrap(), Some((0o120_000, b"a.txt".to_vec())));
    assert_eq!(repository.list_files(&commit).unwrap(), ["a.txt", "link", "src/run.sh"]);
    assert_eq!(repository.resolve("HEAD").unwrap(), commit);
    assert!(repository.read_file(&"0".repeat(40), "a.txt").is_err());
}

#[test]
fn the_remote_url_shows_no_password() {
    let fixture = Fixture::new();
    let repository = fixture.repository();
    assert_eq!(repository.remote_url(), None);
    fixture.git(&["remote", "add", "origin", "https://user:secret@example.com/o/r.git"]);
    assert_eq!(repository.remote_url().unwrap(), "https://example.com/o/r.git");
    fixture.git(&["remote", "set-url", "origin", "git@example.com:o/r.git"]);
    assert_eq!(repository.remote_url().unwrap(), "git@example.com:o/r.git");
}

#[test]
fn shallow_and_bare_clones_work_and_an_unfetched_commit_is_named() {
    let fixture = Fixture::new();
    let first = fixture.commit("a.txt", "1\n");
    let second = fixture.commit("a.txt", "2\n");
    let elsewhere = tempfile::tempdir().unwrap();
    let url = format!("file://{}", fixture.path().display());
    for (name, options) in [("shallow", vec!["--depth", "1"]), ("bare", vec!["--bare"])] {
        let target = elsewhere.path().join(name);
        let mut arguments = vec!["clone", "-q"];
        arguments.extend(options);
        arguments.extend([url.as_str(), target.to_str().unwrap()]);
        fixture.git(&arguments);
        let repository = Repository::discover(&target).unwrap();
        assert_eq!(repository.latest_base(None).unwrap().commit, second);
        let worktree = repository.worktree(&second, &elsewhere.path().join("scratch")).unwrap();
        assert_eq!(std::fs::read(worktree.path().join("a.txt")).unwrap(), b"2\n");
        assert!(worktree.patch().unwrap().is_empty());
    }
    let shallow = Repository::discover(&elsewhere.path().join("shallow")).unwrap();
    let error = shallow.worktree(&first, elsewhere.path()).unwrap_err();
    assert!(error.hint().unwrap().contains("fetch-depth"), "{error}");
    assert!(shallow.blame(&second, "a.txt", &[1]).unwrap().is_empty(), "a shallow clone cannot tell");
}

//! What something that ran in a worktree may leave there: links, folders in place of files, names that no
//! patch can say, or nothing at all.

use std::os::unix::fs::symlink;

use super::*;
use crate::fixture::{Fixture, write};

fn read(worktree: &Worktree, path: &str) -> String {
    fs::read_to_string(worktree.path().join(path)).unwrap()
}

#[test]
fn a_file_that_becomes_a_link_or_a_folder_is_told() {
    let fixture = Fixture::new();
    fixture.write("a.py", "a = 1\n");
    fixture.write("folder/b.py", "b = 1\n");
    let commit = fixture.commit("c.py", "c = 1\n");
    let scratch = tempfile::tempdir().unwrap();
    let repository = fixture.repository();
    let worktree = repository.worktree(&commit, scratch.path()).unwrap();
    let root = worktree.path();
    for path in ["a.py", "c.py"] {
        fs::remove_file(root.join(path)).unwrap();
    }
    symlink("/etc/passwd", root.join("a.py")).unwrap();
    write(root, "c.py/d.py", "d = 1\n");
    fs::remove_dir_all(root.join("folder")).unwrap();
    symlink("/etc", root.join("folder")).unwrap();
    let patch = worktree.patch().unwrap();
    let seen: Vec<_> = patch.files().iter().map(|file| (file.kind, file.path(), file.new_mode)).collect();
    let (file, link) = (Some(0o100_644), Some(0o120_000));
    use crate::ChangeKind::{Added, Deleted};
    assert_eq!(
        seen,
        [
            (Deleted, "a.py", None),
            (Added, "a.py", link),
            (Deleted, "c.py", None),
            (Added, "c.py/d.py", file),
            (Added, "folder", link),
            (Deleted, "folder/b.py", None),
        ]
    );
    let refused = crate::PatchPolicy::default().check(&patch);
    assert_eq!(
        refused.iter().filter(|refusal| refusal.rule == crate::Rule::Symlink).count(),
        2,
        "{refused:?}"
    );
    worktree.reset().unwrap();
    assert!(worktree.patch().unwrap().is_empty());
    assert_eq!(read(&worktree, "folder/b.py"), "b = 1\n");
}

#[test]
fn a_worktree_that_is_gone_has_lost_its_files_and_comes_back() {
    let fixture = Fixture::new();
    let commit = fixture.commit("src/a.py", "a = 1\n");
    let scratch = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    write(elsewhere.path(), "mine.txt", "mine\n");
    let worktree = fixture.repository().worktree(&commit, scratch.path()).unwrap();
    let root = worktree.path().to_owned();
    let is_whole = || {
        let deleted: Vec<_> = worktree.patch().unwrap().files().iter().map(|file| file.kind).collect();
        assert_eq!(deleted, [crate::ChangeKind::Deleted]);
        worktree.reset().unwrap();
        assert_eq!(read(&worktree, "src/a.py"), "a = 1\n");
        assert!(worktree.patch().unwrap().is_empty());
    };
    fs::remove_dir_all(&root).unwrap();
    is_whole();
    fs::remove_dir_all(&root).unwrap();
    symlink(elsewhere.path(), &root).unwrap();
    is_whole();
    fs::remove_dir_all(scratch.path()).unwrap();
    is_whole();
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1, "nothing was written through the link");
}

#[test]
fn names_that_no_patch_can_say_go_with_a_reset() {
    use std::os::unix::ffi::OsStrExt as _;
    let fixture = Fixture::new();
    let commit = fixture.commit("src/a.py", "a = 1\n");
    let scratch = tempfile::tempdir().unwrap();
    let worktree = fixture.repository().worktree(&commit, scratch.path()).unwrap();
    let root = worktree.path();
    for name in [&b"src/\xff.py"[..], b"a\nb.py", b"c\\d"] {
        fs::write(root.join(std::ffi::OsStr::from_bytes(name)), "x").unwrap();
    }
    fs::create_dir_all(root.join("inner/.git")).unwrap();
    write(root, "inner/.git/HEAD", "ref: refs/heads/main\n");
    write(root, "inner/a.py", "a = 1\n");
    write(root, "src/a.py", "a = 2\n");
    assert!(worktree.patch().is_err());
    worktree.reset().unwrap();
    assert!(worktree.patch().unwrap().is_empty());
    assert_eq!(fs::read_dir(root.join("src")).unwrap().count(), 1);
    assert_eq!(read(&worktree, "src/a.py"), "a = 1\n");
}

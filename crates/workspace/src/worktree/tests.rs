//! What a worktree promises: it is a checkout, it tells every change, it goes away, and nothing of the
//! user's is different afterwards.

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;

use super::*;
use crate::fixture::{Fixture, write};

/// Every file below `root` with mode, content and time of change; objects aside, which only ever are added.
fn snapshot(root: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>, std::time::SystemTime)> {
    fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, (u32, Vec<u8>, std::time::SystemTime)>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let (path, meta) = (entry.path(), fs::symlink_metadata(entry.path()).unwrap());
            if meta.is_dir() {
                if !path.ends_with(".git/objects") {
                    found
                        .insert(path.clone(), (meta.permissions().mode(), Vec::new(), std::time::UNIX_EPOCH));
                    walk(&path, found);
                }
                continue;
            }
            let content = if meta.is_symlink() {
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            } else {
                fs::read(&path).unwrap()
            };
            found.insert(path, (meta.permissions().mode(), content, meta.modified().unwrap()));
        }
    }
    let mut found = BTreeMap::new();
    walk(root, &mut found);
    found
}

fn read(worktree: &Worktree, path: &str) -> String {
    fs::read_to_string(worktree.path().join(path)).unwrap()
}

#[test]
fn nothing_of_the_users_changes() {
    let fixture = Fixture::new();
    fixture.write("run.sh", "#!/bin/sh\n");
    fixture.git(&["add", "-A"]);
    let commit = fixture.commit("src/a.py", "a = 1\nb = 2\n");
    fixture.git(&["branch", "other"]);
    fixture.write("src/a.py", "a = 1\nb = 3\n");
    fixture.git(&["add", "src/a.py"]);
    fixture.write("src/a.py", "a = 1\nb = 4\n");
    fixture.write("untracked.txt", "mine\n");
    for hook in ["post-checkout", "pre-commit", "post-index-change", "reference-transaction"] {
        let path = fixture.path().join(".git/hooks").join(hook);
        write(
            fixture.path(),
            &format!(".git/hooks/{hook}"),
            "#!/bin/sh\ntouch \"$(git rev-parse --git-common-dir)/HOOK-RAN\"\n",
        );
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let before = snapshot(fixture.path());
    let scratch = tempfile::tempdir().unwrap();
    {
        let worktree = fixture.repository().worktree(&commit, scratch.path()).unwrap();
        assert_eq!(read(&worktree, "src/a.py"), "a = 1\nb = 2\n", "the commit, not the user's edits");
        write(worktree.path(), "src/a.py", "a = 1\nb = 5\n");
        write(worktree.path(), "new.py", "n = 1\n");
        let patch = worktree.patch().unwrap();
        assert_eq!(patch.files().len(), 2);
        worktree.reset().unwrap();
        worktree.apply(&patch).unwrap();
        worktree.restore(&["src/a.py"]).unwrap();
    }
    assert_eq!(snapshot(fixture.path()), before);
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    assert_eq!(fixture.git(&["worktree", "list"]).lines().count(), 1);
    assert_eq!(fixture.git(&["fsck", "--no-dangling"]), "");
}

#[test]
fn the_real_git_sees_a_detached_worktree_without_a_branch() {
    let fixture = Fixture::new();
    let commit = fixture.commit("a.txt", "1\n");
    let scratch = tempfile::tempdir().unwrap();
    let worktree = fixture.repository().worktree(&commit, scratch.path()).unwrap();
    let list = fixture.git(&["worktree", "list", "--porcelain"]);
    assert!(list.contains(worktree.path().to_str().unwrap()) && list.contains("detached"), "{list}");
    let inside = worktree.path().to_str().unwrap();
    assert_eq!(fixture.git(&["-C", inside, "status", "--porcelain"]), "");
    assert_eq!(fixture.git(&["-C", inside, "rev-parse", "HEAD"]), commit);
    assert_eq!(fixture.git(&["branch", "--list"]), "* main");
    fixture.git(&["worktree", "prune"]);
    assert!(worktree.path().exists());
}

#[test]
fn a_patch_tells_every_change_and_applies_elsewhere() {
    let fixture = Fixture::new();
    fixture.write(".gitignore", "*.log\nignored/\n");
    fixture.write("gone.txt", "x\n");
    fixture.write("old name.txt", "no line feed");
    fixture.write("tracked.log", "ignored, but tracked\n");
    fixture.git(&["add", "-f", "tracked.log"]);
    fixture.symlink("link", "gone.txt");
    let commit = fixture.commit("src/ä.py", "a = 1\n");
    let scratch = tempfile::tempdir().unwrap();
    let repository = fixture.repository();
    let worktree = repository.worktree(&commit, scratch.path()).unwrap();
    let root = worktree.path();
    fs::remove_file(root.join("gone.txt")).unwrap();
    fs::remove_file(root.join("link")).unwrap();
    symlink("src", root.join("link")).unwrap();
    write(root, "old name.txt", "still none");
    write(root, "tracked.log", "changed\n");
    write(root, "x.log", "not seen\n");
    write(root, "ignored/y", "not seen\n");
    write(root, "src/ä.py", "a = 2\n");
    write(root, "src/empty.py", "");
    write(root, "src/__pycache__/a.cpython-313.pyc", "not seen\n");
    write(root, "target/CACHEDIR.TAG", "not seen\n");
    write(root, "target/debug/x", "not seen\n");
    write(root, "src/target/x.py", "t = 1\n");
    write(root, "run.sh", "#!/bin/sh\n");
    fs::set_permissions(root.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    let patch = worktree.patch().unwrap();
    let mut paths: Vec<&str> = patch.files().iter().map(|file| file.path()).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(
        paths,
        [
            "gone.txt",
            "link",
            "old name.txt",
            "run.sh",
            "src/empty.py",
            "src/target/x.py",
            "src/ä.py",
            "tracked.log"
        ]
    );
    let other = repository.worktree(&commit, scratch.path()).unwrap();
    other.apply(&patch).unwrap();
    let again = other.patch().unwrap();
    assert_eq!(String::from_utf8_lossy(again.bytes()), String::from_utf8_lossy(patch.bytes()));
    assert_eq!(fs::read_link(other.path().join("link")).unwrap(), Path::new("src"));
    assert!(fs::metadata(other.path().join("run.sh")).unwrap().permissions().mode() & 0o100 != 0);
    assert_eq!(read(&other, "old name.txt"), "still none");
    let inside = other.path().to_str().unwrap();
    let file = scratch.path().join("x.patch");
    fs::write(&file, patch.bytes()).unwrap();
    write(other.path(), "target/CACHEDIR.TAG", "kept\n");
    other.reset().unwrap();
    assert!(other.path().join("target").exists() && !other.path().join("run.sh").exists());
    fixture.git(&["-C", inside, "apply", "--check", file.to_str().unwrap()]);
}

#[test]
fn what_an_agent_does_to_git_cannot_hide_a_change() {
    let fixture = Fixture::new();
    fixture.write("b.txt", "1\n");
    let commit = fixture.commit("a.txt", "1\n");
    let scratch = tempfile::tempdir().unwrap();
    let worktree = fixture.repository().worktree(&commit, scratch.path()).unwrap();
    let inside = worktree.path().to_str().unwrap();
    fixture.git(&["-C", inside, "update-index", "--assume-unchanged", "a.txt"]);
    write(worktree.path(), "a.txt", "2\n");
    write(worktree.path(), "b.txt", "2\n");
    fixture.git(&["-C", inside, "commit", "-q", "-a", "-m", "hide"]);
    fs::write(worktree.path().join(".git"), "gitdir: /nonexistent\n").unwrap();
    assert_eq!(worktree.patch().unwrap().files().len(), 2);
    // The same size and the same time stamp as before.
    let stamp = fs::metadata(worktree.path().join("a.txt")).unwrap().modified().unwrap();
    worktree.restore(&["a.txt"]).unwrap();
    write(worktree.path(), "a.txt", "3\n");
    fs::File::open(worktree.path().join("a.txt")).unwrap().set_modified(stamp).unwrap();
    worktree.restore(&["a.txt", "b.txt"]).unwrap();
    assert_eq!((read(&worktree, "a.txt"), read(&worktree, "b.txt")), ("1\n".to_owned(), "1\n".to_owned()));
}

#[test]
fn restoring_never_leaves_the_worktree() {
    let fixture = Fixture::new();
    let commit = fixture.commit("tests/test_a.py", "1\n");
    let scratch = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "test_a.py", "precious\n");
    let worktree = fixture.repository().worktree(&commit, scratch.path()).unwrap();
    write(worktree.path(), "tests/test_new.py", "new\n");
    worktree.restore(&["tests/test_new.py", "tests/never.py"]).unwrap();
    assert!(!worktree.path().join("tests/test_new.py").exists());
    fs::remove_dir_all(worktree.path().join("tests")).unwrap();
    symlink(outside.path(), worktree.path().join("tests")).unwrap();
    for path in ["tests/test_a.py", "../x", "/etc/passwd", ".git/config"] {
        let error = worktree.restore(&[path]).unwrap_err();
        assert!(matches!(error, WorkspaceError::Path(..)), "{path}: {error}");
    }
    worktree.reset().unwrap();
    assert_eq!(read(&worktree, "tests/test_a.py"), "1\n");
    assert_eq!(fs::read_to_string(outside.path().join("test_a.py")).unwrap(), "precious\n");
}

#[test]
fn applying_leaves_all_other_files_alone() {
    let fixture = Fixture::new();
    fixture.write("dir/gone.txt", "x\n");
    fixture.write("dir*/a.txt", "1\n");
    fixture.write("untouched.txt", "x\n");
    let commit = fixture.commit("dir1/a.txt", "1\n");
    let scratch = tempfile::tempdir().unwrap();
    let worktree = fixture.repository().worktree(&commit, scratch.path()).unwrap();
    fs::remove_file(worktree.path().join("dir/gone.txt")).unwrap();
    let deletion = worktree.patch().unwrap();
    write(worktree.path(), "dir*/a.txt", "2\n");
    let both = worktree.patch().unwrap();
    worktree.reset().unwrap();
    write(worktree.path(), "dir1/a.txt", "edited\n");
    write(worktree.path(), "new.txt", "new\n");
    for patch in [deletion, both] {
        worktree.restore(&["dir/gone.txt", "dir*/a.txt"]).unwrap();
        worktree.apply(&patch).unwrap();
        assert!(!worktree.path().join("dir").exists());
        assert_eq!(read(&worktree, "untouched.txt"), "x\n");
        assert_eq!(read(&worktree, "dir1/a.txt"), "edited\n");
        assert_eq!(read(&worktree, "new.txt"), "new\n");
    }
    assert_eq!(read(&worktree, "dir*/a.txt"), "2\n");
}

#[test]
fn line_endings_by_attribute_are_no_change() {
    let fixture = Fixture::new();
    fixture.write(".gitattributes", "*.bat text eol=crlf\n");
    let commit = fixture.commit("a.bat", "one\ntwo\n");
    let scratch = tempfile::tempdir().unwrap();
    let worktree = fixture.repository().worktree(&commit, scratch.path()).unwrap();
    assert_eq!(read(&worktree, "a.bat"), "one\r\ntwo\r\n");
    assert!(worktree.patch().unwrap().is_empty());
    write(worktree.path(), "a.bat", "one\r\n2\r\n");
    let patch = worktree.patch().unwrap();
    assert!(patch.bytes().ends_with(b" one\n-two\n+2\n"), "{}", String::from_utf8_lossy(patch.bytes()));
    worktree.reset().unwrap();
    worktree.apply(&patch).unwrap();
    assert_eq!(read(&worktree, "a.bat"), "one\r\n2\r\n");
}

#[test]
fn read_only_folders_are_removed_too_and_a_panic_cleans_up() {
    let fixture = Fixture::new();
    let commit = fixture.commit("a.txt", "1\n");
    let scratch = tempfile::tempdir().unwrap();
    let repository = fixture.repository();
    let result = std::panic::catch_unwind(|| {
        let worktree = repository.worktree(&commit, scratch.path()).unwrap();
        write(worktree.path(), "cache/mod/x", "x");
        fs::set_permissions(worktree.path().join("cache/mod"), fs::Permissions::from_mode(0o555)).unwrap();
        panic!("as if");
    });
    assert!(result.is_err());
    assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    assert!(!fixture.path().join(".git/worktrees").exists());
}

#[test]
fn a_killed_runs_worktree_is_swept_and_no_other() {
    let fixture = Fixture::new();
    let commit = fixture.commit("a.txt", "1\n");
    let scratch = tempfile::tempdir().unwrap();
    let repository = fixture.repository();
    let users = scratch.path().join("users-own");
    fixture.git(&["worktree", "add", "-q", "--detach", users.to_str().unwrap()]);
    let alive = repository.worktree(&commit, scratch.path()).unwrap();
    let dead = repository.worktree(&commit, scratch.path()).unwrap();
    let (dead_path, dead_admin) = (dead.path.clone(), dead.admin.clone());
    std::mem::forget(dead);
    // As if a process with another start had made it.
    let other = |path: &Path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let mut parts: Vec<&str> = name.split('-').collect();
        parts[3] = "0000";
        path.with_file_name(parts.join("-"))
    };
    let (died_path, died_admin) = (other(&dead_path), other(&dead_admin));
    fs::rename(&dead_path, &died_path).unwrap();
    fs::rename(&dead_admin, &died_admin).unwrap();
    write(&died_path, ".git", &format!("gitdir: {}\n", died_admin.display()));
    fs::write(died_admin.join("gitdir"), format!("{}\n", died_path.join(".git").display())).unwrap();
    let (dead_path, dead_admin) = (died_path, died_admin);
    // Killed before they could be registered.
    let half = [
        other(&fixture.path().join(".git").join(format!("{}y", regreen_case::owned_prefix()))),
        other(&scratch.path().join(format!("{}x", regreen_case::owned_prefix()))),
    ];
    half.iter().for_each(|folder| fs::create_dir_all(folder).unwrap());
    // One whose administrative directory names a folder that is not its own.
    let precious = scratch.path().join("precious");
    write(&precious, ".git", &format!("gitdir: {}\n", fixture.path().join(".git").display()));
    let forged =
        other(&fixture.path().join(".git/worktrees").join(format!("{}forged", regreen_case::owned_prefix())));
    fs::create_dir_all(&forged).unwrap();
    fs::write(forged.join("gitdir"), format!("{}\n", precious.join(".git").display())).unwrap();
    assert_eq!(repository.sweep_stale().unwrap(), std::slice::from_ref(&dead_path));
    assert!(!dead_path.exists() && !dead_admin.exists() && !forged.exists() && !half[0].exists());
    let case = regreen_case::CaseDir::create(scratch.path().join("case")).unwrap();
    fs::create_dir(case.path("scratch")).unwrap();
    fs::rename(&half[1], case.path("scratch").join(half[1].file_name().unwrap())).unwrap();
    repository.sweep(&case).unwrap();
    assert_eq!(fs::read_dir(case.path("scratch")).unwrap().count(), 0);
    assert!(alive.path().exists() && users.exists() && precious.exists());
    assert!(repository.sweep_stale().unwrap().is_empty());
}

#[test]
fn worktrees_can_be_made_side_by_side_and_from_a_linked_one() {
    let fixture = Fixture::new();
    let commit = fixture.commit("a.txt", "1\n");
    let scratch = tempfile::tempdir().unwrap();
    let users = scratch.path().join("users-own");
    fixture.git(&["worktree", "add", "-q", "-b", "mine", users.to_str().unwrap()]);
    let repository = Repository::discover(&users).unwrap();
    assert_eq!(repository.latest_base(None).unwrap().branch.as_deref(), Some("mine"));
    std::thread::scope(|scope| {
        let made: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| repository.worktree(&commit, &scratch.path().join("s")).unwrap()))
            .collect();
        for worktree in made {
            assert!(worktree.join().unwrap().patch().unwrap().is_empty());
        }
    });
    assert_eq!(fixture.git(&["worktree", "list"]).lines().count(), 2);
}

#[test]
fn a_worktree_goes_from_commit_to_commit() {
    let fixture = Fixture::new();
    fixture.write(".gitignore", "*.log\n");
    fixture.write("kept.log", "tracked although ignored\n");
    fixture.git(&["add", "-f", "."]);
    let old = fixture.commit("a", "1\n");
    fixture.git(&["rm", "-q", "kept.log"]);
    let new = fixture.commit("folder/b", "2\n");
    let scratch = tempfile::tempdir().unwrap();
    let mut worktree = fixture.repository().worktree(&old, scratch.path()).unwrap();
    let there = |name: &str, worktree: &Worktree| worktree.path().join(name).exists();
    assert!(there("kept.log", &worktree) && !there("folder", &worktree));
    fs::write(worktree.path().join("a"), "dirty\n").unwrap();
    worktree.move_to(&new).unwrap();
    assert_eq!(worktree.commit(), new);
    assert!(!there("kept.log", &worktree) && there("folder/b", &worktree));
    assert!(worktree.patch().unwrap().is_empty());
    fs::write(worktree.path().join("cache.log"), "of a build\n").unwrap();
    worktree.move_to(&old).unwrap();
    assert!(there("kept.log", &worktree) && !there("folder", &worktree));
    worktree.take(&new, &["folder/b", "kept.log"]).unwrap();
    assert!(there("folder/b", &worktree) && !there("kept.log", &worktree));
    assert_eq!(fs::read_to_string(worktree.path().join("a")).unwrap(), "1\n");
}

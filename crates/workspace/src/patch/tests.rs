//! Patches are read strictly.

use super::*;

const SIMPLE: &str = "diff --git a/src/a.py b/src/a.py\nindex 1111111..2222222 100644\n--- a/src/a.py\n+++ b/src/a.py\n@@ -1,3 +1,4 @@ def f():\n one\n-two\n+zwei\n+drei\n three\n\\ No newline at end of file\n";

fn read(text: &str) -> Patch {
    Patch::from_bytes(text.as_bytes().to_vec()).unwrap()
}

fn problem(text: &str) -> String {
    Patch::from_bytes(text.as_bytes().to_vec()).unwrap_err().to_string()
}

#[test]
fn a_modified_file_is_understood() {
    let patch = read(SIMPLE);
    let file = &patch.files()[0];
    assert_eq!((file.path(), file.kind), ("src/a.py", ChangeKind::Modified));
    assert_eq!((file.old_mode, file.new_mode), (Some(0o100_644), Some(0o100_644)));
    assert_eq!((file.insertions, file.deletions), (2, 1));
    let numbered: Vec<_> = file.hunks[0].numbered_lines().collect();
    assert_eq!(
        numbered,
        [(1, ' ', "one"), (2, '-', "two"), (2, '+', "zwei"), (3, '+', "drei"), (4, ' ', "three")]
    );
    assert_eq!(file.hunks[0].raw.last().unwrap().bytes, b"three");
}

#[test]
fn all_kinds_of_changes_are_understood() {
    let text = "diff --git a/n b/n\nnew file mode 100755\nindex 0000000..e69de29\n\
        diff --git a/with blank b/with blank\ndeleted file mode 100644\nindex e69de29..0000000\n\
        diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n\
        diff --git a/m b/m\nold mode 100644\nnew mode 100755\n\
        diff --git \"a/\\303\\244\\t\" \"b/\\303\\244\\t\"\nindex 1111111..2222222 100644\n--- \"a/\\303\\244\\t\"\n+++ \"b/\\303\\244\\t\"\n@@ -1 +1 @@\n-a\n+b\n\
        diff --git a/b.png b/b.png\nindex 1111111..2222222 100644\nGIT binary patch\nliteral 3\nKcmZQzU|@Ok0ssI20RR91\n\nliteral 0\nHcmV?d00001\n\n";
    let patch = read(text);
    let told: Vec<_> = patch.files().iter().map(|f| (f.path(), f.kind, f.binary)).collect();
    assert_eq!(
        told,
        [
            ("n", ChangeKind::Added, false),
            ("with blank", ChangeKind::Deleted, false),
            ("y", ChangeKind::Renamed, false),
            ("m", ChangeKind::Modified, false),
            ("ä\t", ChangeKind::Modified, false),
            ("b.png", ChangeKind::Modified, true),
        ]
    );
    assert_eq!(patch.files()[2].paths().collect::<Vec<_>>(), ["x", "y"]);
}

#[test]
fn nothing_can_hide_between_the_parts() {
    for (text, expected) in [
        ("hello\n".to_owned(), "line 1"),
        (format!("{SIMPLE}hello\n"), "expected `diff --git`"),
        (SIMPLE.replace("+++ b/src/a.py", "+++ b/.github/x"), "names another file"),
        (SIMPLE.replace("diff --git a/src/a.py", "diff --git a/src/b.py"), "differ"),
        (SIMPLE.replace("-1,3 +1,4", "-1,9 +1,4"), "too early"),
        (SIMPLE.replace("-1,3 +1,4", "-1,3 +1,1"), "more lines"),
        (SIMPLE.replace("-1,3 +1,4", "-1,99999999999 +1,4"), "not a hunk header"),
        (SIMPLE.replace(" 100644", " 10x644"), "file mode"),
        (SIMPLE.replace("index 1111111", "surprise 1111111"), "neither a header"),
        ("diff --git a/x b/y\nrename from x\n".to_owned(), "half a rename"),
        ("diff --git \"a/x b/x\n".to_owned(), "quoted path"),
    ] {
        assert!(problem(&text).contains(expected), "{text}: {}", problem(&text));
    }
}

#[test]
fn bytes_and_digest_are_kept_and_files_can_be_left_out() {
    let text = format!("{SIMPLE}diff --git a/n b/n\nnew file mode 100644\nindex 0000000..e69de29\n");
    let patch = read(&text);
    assert_eq!(patch.bytes(), text.as_bytes());
    assert_eq!(read("").sha256(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert!(read("").is_empty());
    assert_eq!(patch.without(&["n"]), read(SIMPLE));
    assert!(patch.without(&["n", "src/a.py"]).bytes().is_empty());
}

#[test]
fn cut_anywhere_it_is_an_error_or_a_patch_but_never_a_panic() {
    for end in 0..SIMPLE.len() {
        let _ = Patch::from_bytes(SIMPLE.as_bytes()[..end].to_vec());
        let mut changed = SIMPLE.as_bytes().to_vec();
        changed[end] ^= 0x15;
        let _ = Patch::from_bytes(changed);
    }
}

#[test]
fn some_hunks_of_a_patch_are_a_patch() {
    let bytes = b"diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,4 @@ head\n one\n+new\n two\n three\n@@ -11,3 +12,3 @@\n eleven\n-twelve\n+TWELVE\n thirteen\ndiff --git a/b.txt b/b.txt\nnew file mode 100644\n--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1 @@\n+b\n".to_vec();
    let patch = Patch::from_bytes(bytes).unwrap();
    assert_eq!(patch.parts(), [(0, Some(0)), (0, Some(1)), (1, None)]);
    assert_eq!(patch.keeping(&patch.parts()).unwrap().files().len(), 2);
    let second = patch.keeping(&[(0, Some(1))]).unwrap();
    assert_eq!(second.files().len(), 1);
    let hunk = &second.files()[0].hunks[0];
    assert_eq!((hunk.old_start, hunk.new_start), (11, 11), "the line that is not added moves it");
    let first = patch.keeping(&[(0, Some(0)), (1, None)]).unwrap();
    assert_eq!(first.files()[0].hunks.len(), 1);
    assert!(String::from_utf8_lossy(first.bytes()).contains("@@ -1,3 +1,4 @@ head\n"));
    assert!(patch.keeping(&[]).unwrap().is_empty());
}

#[test]
fn secrets_are_found_in_added_lines_and_in_names() {
    let change = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n hunter22\n-hunter22\n+x = 'hunter22'\n";
    let new = "diff --git a/hunter22.py b/hunter22.py\nnew file mode 100644\nindex 0000000..e69de29\n";
    let gone =
        "diff --git a/old-hunter22.py b/old-hunter22.py\ndeleted file mode 100644\nindex e69de29..0000000\n";
    let patch = read(&[change, new, gone].concat());
    let found = patch.secrets(&Redactor::new(["hunter22"]));
    let expected =
        ["a.py:2: it adds what looks like a secret", "***.py: its name holds what looks like a secret"];
    assert_eq!(found, expected);
    assert!(patch.secrets(&Redactor::default()).is_empty());
}

#[test]
fn the_change_of_one_file_is_a_patch() {
    let text = "diff --git a/a b/a\ndeleted file mode 100644\nindex e69de29..0000000\n";
    let other = "diff --git a/b b/b\nnew file mode 100644\nindex 0000000..e69de29\n";
    let patch = read(&format!("{text}{other}"));
    assert_eq!(patch.only(&patch.files()[1]), read(other));
}

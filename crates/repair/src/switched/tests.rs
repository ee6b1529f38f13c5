//! Texts with switches in them: whose line is whose, what is left alone, and that files come back.

use super::*;
use crate::language::language_of;

fn source(path: &str, text: &str) -> SourceFile {
    SourceFile::parse(path.to_owned(), text.to_owned(), language_of(path).unwrap()).unwrap()
}

/// An edit of the first place where `original` stands.
fn edit(text: &str, original: &str, replacement: &str) -> Edit {
    let start = text.find(original).unwrap();
    Edit { start, end: start + original.len(), original: original.into(), replacement: replacement.into() }
}

/// Lays candidates that each make one edit, and gives the written text with what was laid.
fn laid<'a>(source: &'a SourceFile, edits: &[Edit], texts: &'a mut Vec<String>) -> Option<(String, Laid)> {
    *texts = edits.iter().map(|one| edited(&source.text, std::slice::from_ref(one)).unwrap()).collect();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(&source.path), &source.text).unwrap();
    let members =
        edits.iter().zip(texts).map(|(one, text)| Member::of(source, std::slice::from_ref(one), text));
    let batch = Batch::new(folder.path(), members.collect::<Option<Vec<_>>>()?);
    let all: Vec<usize> = (0..batch.len()).collect();
    let laid = batch.lay(&all, "marker-of-this-test").unwrap();
    let written = std::fs::read_to_string(folder.path().join(&source.path)).unwrap();
    let kept = Laid { files: Vec::new(), arms: laid.arms, sentinels: laid.sentinels };
    Some((written, kept))
}

const RUST: &str = "pub fn less(a: u8, b: u8) -> bool {\n    a < b\n}\n\npub fn more(a: u8, b: u8) -> bool {\n    a > b\n}\n";

#[test]
fn every_function_becomes_a_switch_and_every_line_of_a_candidate_leads_to_it() {
    let source = source("lib.rs", RUST);
    let edits = [edit(RUST, "a < b", "a <= b"), edit(RUST, "a > b", "a >= b"), edit(RUST, "a < b", "b < a")];
    let (text, laid) = laid(&source, &edits, &mut Vec::new()).unwrap();
    for (member, changed) in ["    a <= b", "    a >= b", "    b < a"].into_iter().enumerate() {
        let line = text.lines().position(|line| line == changed).unwrap() + 1;
        let line = u32::try_from(line).unwrap();
        for file in ["lib.rs", "./lib.rs", "/somewhere/else/lib.rs"] {
            assert_eq!(laid.member_at(file, line), Some(member), "{text}");
        }
        assert_eq!(laid.member_at("mylib.rs", line), None);
    }
    for original in ["    a < b", "    a > b"] {
        let line = text.lines().position(|line| line == original).unwrap() + 1;
        assert_eq!(laid.member_at("lib.rs", u32::try_from(line).unwrap()), None, "the original is nobody's");
    }
    let sentinels: Vec<_> = laid.sentinels().map(|(_, members)| members.to_vec()).collect();
    assert_eq!(sentinels, [vec![0, 2], vec![1]]);
    assert_eq!(text.matches("marker-of-this-test").count(), 2);
}

#[test]
fn what_is_no_body_that_can_be_switched_is_left_alone() {
    let of = |path: &str, text: &str, original: &str| {
        let source = source(path, text);
        laid(&source, &[edit(text, original, "9")], &mut Vec::new()).is_some()
    };
    assert!(of("a.rs", "fn f() -> u8 { 1 }\n", "1"));
    assert!(!of("a.rs", "const fn f() -> u8 { 1 }\n", "1"));
    assert!(!of("a.rs", "fn f() -> impl Into<u16> { 1u8 }\n", "1"));
    assert!(!of("a.rs", "const ONE: u8 = 1;\nfn f() -> u8 { ONE }\n", "1"));
    assert!(!of("a.rs", "const fn f() -> u8 { fn g() -> u8 { 1 } g() }\n", "1"));
    assert!(of("a.go", "package a\n\nfunc f() int { return 1 }\n", "1"));
    assert!(!of(
        "a.go",
        "package a\n\nfunc f() int {\nagain:\n\tfor {\n\t\tbreak again\n\t}\n\treturn 1\n}\n",
        "1"
    ));
    assert!(of("a.cc", "struct A { A() : a(2) { b = 1; } int a, b; };\n", "1"));
    assert!(!of("a.cc", "struct A { A() : a(1) {} int a; };\n", "1"));
    assert!(!of("a.cc", "constexpr int f() { return 1; }\n", "1"));
    assert!(!of("a.c", "int f(void) {\n  goto end;\nend:\n  return 1;\n}\n", "1"));
    assert!(of("A.java", "class A { A() { b = 1; } int b; }\n", "1"));
    assert!(!of("A.java", "class A { A() { this(2); b = 1; } A(int c) {} int b; }\n", "1"));
    assert!(!of("A.java", "class A { int b = 1; }\n", "1"));
    assert!(!of("a.py", "def f():\n    return 1\n", "1"));
}

#[test]
fn the_files_are_as_before_whatever_happens() {
    let source = source("lib.rs", RUST);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lib.rs");
    std::fs::write(&path, RUST).unwrap();
    let edits = [edit(RUST, "a < b", "a <= b")];
    let text = edited(RUST, &edits).unwrap();
    let batch = Batch::new(folder.path(), vec![Member::of(&source, &edits, &text).unwrap()]);
    let laid = batch.lay(&[0], "x").unwrap();
    assert_ne!(std::fs::read_to_string(&path).unwrap(), RUST);
    drop(laid);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), RUST);
    let laid = batch.lay_one(0).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    laid.restore().unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), RUST);
}

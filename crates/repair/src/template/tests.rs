//! The registry tests itself: ids, documentation, files, fixtures.

mod cpp;
mod go;
mod java;
mod javascript;

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::candidate::edited;
use crate::language::{language_of, walk};
use crate::scope::Scope;
use crate::source::{SourceFile, SyntaxCheck};

/// What templates have to propose in the languages that their own fixtures do not show: template, before, after.
pub(super) type LanguageFixtures = &'static [(&'static str, &'static str, &'static str)];

/// By file name, one table a language.
const LANGUAGES: &[(&str, LanguageFixtures)] = &[
    ("a.c", cpp::C),
    ("a.cpp", cpp::CPP),
    ("a.go", go::FIXTURES),
    ("a.java", java::FIXTURES),
    ("a.js", javascript::JAVASCRIPT),
    ("a.ts", javascript::TYPESCRIPT),
];

/// All that `template` proposes for `before`.
fn proposals(template: &Template, file: &str, before: &str) -> Vec<proposals::Proposal> {
    let language = language_of(file).unwrap();
    let source = SourceFile::parse(file.to_owned(), before.to_owned(), language).unwrap();
    assert_eq!(source.errors, 0, "{}: the fixture does not parse", template.id);
    let mut root = source.tree.root_node();
    walk(source.tree.root_node(), &mut |node| {
        if root.parent().is_none() && language.is_function(node) {
            root = node;
        }
        true
    });
    let scope = Scope::read(&source, root, "");
    let mut out = Proposals::default();
    walk(root, &mut |node| {
        (template.propose)(&Site::new(node, &scope), &mut out);
        true
    });
    for proposal in &out.list {
        assert!(proposal.weight > 0.0 && proposal.weight <= 1.0, "{}: {proposal:?}", template.id);
        assert!(!proposal.description.is_empty());
    }
    out.list
}

/// All texts that it makes of that.
fn candidates(template: &Template, file: &str, before: &str) -> Vec<String> {
    proposals(template, file, before).iter().filter_map(|proposal| edited(before, &proposal.edits)).collect()
}

#[test]
fn a_number_that_says_none_is_hardly_the_wrong_one() {
    let likely = |file: &str, before: &str| {
        let made = proposals(&number::TEMPLATE, file, before);
        made.iter().map(|proposal| proposal.weight).fold(0.0, f64::max)
    };
    for (file, head, tail) in
        [("a.py", "def f(a):\n    return a == ", "\n"), ("a.rs", "fn f(a: i32) -> bool { a == ", " }\n")]
    {
        let of = |number: &str| likely(file, &format!("{head}{number}{tail}"));
        assert!(of("-1") < 0.3 * of("1") && of("-2") > 0.3 * of("1"), "{file}");
    }
}

#[test]
fn every_template_has_an_id_a_doc_a_file_and_sane_numbers() {
    let mut ids = BTreeSet::new();
    for template in TEMPLATES {
        assert!(ids.insert(template.id), "{} twice", template.id);
        assert!(template.doc.ends_with('.') && template.doc.len() > 20, "{}: doc", template.id);
        assert!((0.001..=1.0).contains(&template.prior), "{}: prior", template.id);
        assert!((0.05..=1.0).contains(&template.trust), "{}: trust", template.id);
        assert!(!template.fixtures.is_empty(), "{}: fixtures", template.id);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/template");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| !matches!(name.as_str(), "mod" | "tests" | "site" | "proposals"))
        .collect();
    assert_eq!(files, ids.into_iter().map(str::to_owned).collect());
}

#[test]
fn templates_propose_what_is_expected_in_the_other_languages() {
    let mut missing = Vec::new();
    for (file, fixtures) in LANGUAGES {
        for (id, before, after) in *fixtures {
            let template = template(id).unwrap();
            let made = candidates(template, file, before);
            if !made.iter().any(|text| text == after) {
                missing.push(format!("{file}: {id}: {after:?}\n  made {made:#?}"));
            }
            let mut check = SyntaxCheck::new(language_of(file).unwrap()).unwrap();
            assert!(check.accepts(after, 0), "{id}: {after:?} does not parse");
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn every_template_proposes_what_its_fixtures_expect() {
    let mut missing = Vec::new();
    for template in TEMPLATES {
        for fixture in template.fixtures {
            let made = candidates(template, fixture.file, fixture.before);
            if !made.iter().any(|text| text == fixture.after) {
                missing.push(format!("{}: {:?}\n  made {made:#?}", template.id, fixture.after));
            }
            let language = language_of(fixture.file).unwrap();
            assert!(
                SyntaxCheck::new(language).unwrap().accepts(fixture.after, 0),
                "{}: {:?} does not parse",
                template.id,
                fixture.after
            );
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn templates_of_one_language_keep_quiet_in_another() {
    for template in TEMPLATES {
        let names: BTreeSet<&str> = template.fixtures.iter().map(|fixture| fixture.file).collect();
        if names == BTreeSet::from(["a.py"]) {
            let rust = "fn f(a: &str) -> usize { let mut s = 0; for c in a.chars() { s += 1; } s }";
            assert!(candidates(template, "a.rs", rust).is_empty(), "{}", template.id);
        }
    }
}

//! The search where every candidate is a build, in Rust: many are compiled together, and the change is judged by real runs.

use std::collections::BTreeMap;

use regreen_case::{AttemptOutcome, Fix, FixStatus, Framework, TestCommand, TestTarget};
use support::Bug;

#[path = "support/mod.rs"]
mod support;

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n";
const LOCK: &str = "version = 3\n\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n";

/// A cart that counts a discount from eleven pieces on; ten are enough.
const CART: &str = "\
pub fn price(pieces: u32, each: u32) -> u32 {
    let whole = pieces * each;
    if pieces > 10 {
        return whole - whole / 10;
    }
    whole
}
";
const TESTS: &str = "
#[cfg(test)]
mod tests {
    #[test]
    fn discount_starts_at_ten() {
        assert_eq!(super::price(10, 20), 180);
        assert_eq!(super::price(9, 10), 90);
        assert_eq!(super::price(30, 10), 270);
    }
}
";

fn rust_bug(module: &str) -> Bug {
    rust_bug_of(&format!("{module}{TESTS}"), &[])
}

fn rust_bug_of(whole: &str, beside: &[(&str, &str)]) -> Bug {
    let ours = [
        ("Cargo.toml", MANIFEST),
        ("Cargo.lock", LOCK),
        ("src/lib.rs", whole),
        (".gitignore", "target\n.venv\n.regreen\n"),
    ];
    let mut bug = Bug::with(&[&ours, beside].concat());
    let id = "tests::discount_starts_at_ten";
    bug.reproduction.protected = vec!["Cargo.toml".to_owned()];
    bug.reproduction.tests = vec![TestTarget {
        framework: Framework::CargoTest,
        id: id.to_owned(),
        file: Some("src/lib.rs".to_owned()),
        suite: None,
    }];
    let argv =
        ["cargo", "test", "--color=never", "--no-fail-fast", "--offline", "--package", "shop", "--lib", "--"];
    let argv = argv.into_iter().chain(["--color=never", "--exact", id]).map(str::to_owned).collect();
    bug.reproduction.command =
        Some(TestCommand { framework: Framework::CargoTest, argv, cwd: String::new(), env: BTreeMap::new() });
    bug.task.existing_test_path = Some(format!("src/lib.rs::{id}"));
    bug
}

/// Candidates that were told by builds of many, and how many builds that took.
fn together(bug: &Bug) -> Option<(usize, usize)> {
    let said = bug.said.lock().expect("no panic");
    let line = said.iter().find_map(|line| line.strip_prefix("search: ")?.strip_suffix(" builds"))?;
    let (told, builds) = line.split_once(" candidates were compiled together in ")?;
    Some((told.parse().expect("a number"), builds.parse().expect("a number")))
}

#[track_caller]
fn repaired(bug: &Bug, expected: &str) -> Fix {
    let mut config = bug.config("search");
    // As many as fill a batch.
    config.max_candidates = 20_000;
    let fix = bug.run(&config).expect("it runs");
    assert_eq!(
        (fix.status, fix.attempts[0].outcome),
        (FixStatus::PatchFound, AttemptOutcome::Green),
        "{fix:#?}\n{:#?}",
        bug.said.lock()
    );
    assert!(bug.file("fix.patch").contains(expected), "{}", bug.file("fix.patch"));
    fix
}

#[test]
fn rust_candidates_are_compiled_together_and_the_change_is_judged_by_real_runs() {
    let bug = rust_bug(CART);
    let fix = repaired(&bug, ">= 10");
    let (told, builds) = together(&bug).expect("they were");
    assert!(told >= 20 && told >= 5 * builds, "{told} in {builds} builds");
    // Of first opinions there is no output; these are runs of the gate.
    assert_eq!(fix.attempts[0].test_runs.len(), 3, "{fix:#?}");
}

/// The same cart, one wrong step away from everything that a program can do to those who judge it.
const HOSTILE: &str = "\
struct Loud(u32);
impl Drop for Loud {
    fn drop(&mut self) {
        if self.0 == 1234 {
            panic!(\"dropped\");
        }
    }
}

pub fn price(pieces: u32, each: u32) -> u32 {
    let _loud = Loud(pieces);
    let (mut left, mut whole) = (pieces, 0);
    while left > 0 {
        whole += each;
        left -= 1;
    }
    if each == 7001 {
        std::fs::remove_dir_all(env!(\"CARGO_MANIFEST_DIR\")).ok();
    }
    if each == 7002 {
        std::process::exit(0);
    }
    if each == 7003 {
        std::process::abort();
    }
    if pieces > 10 {
        return whole - whole / 10;
    }
    whole
}
";

#[test]
fn rust_candidates_that_do_harm_spoil_no_other_one() {
    let bug = rust_bug(HOSTILE);
    std::fs::write(bug.folder.path().join("beside"), "of the user").expect("a file");
    repaired(&bug, ">= 10");
    let (told, builds) = together(&bug).expect("they were");
    assert!(told >= 20 && told >= 5 * builds, "{told} in {builds} builds");
    assert!(bug.folder.path().join("beside").exists());
}

#[test]
fn a_batch_that_sees_it_otherwise_is_given_up() {
    // Where there is a choice, the test fails as on the base, whatever the change.
    let module = "\
pub fn price(pieces: u32, each: u32) -> u32 {
    let whole = pieces * each;
    if pieces > 10 {
        return whole - whole / 10;
    }
    whole
}

#[test]
fn discount_starts_at_ten() {
    let chosen = std::env::var_os(\"REGREEN_CANDIDATE\").is_some();
    let found = price(10, 20);
    assert_eq!(if chosen { 200 } else { found }, 180);
}
";
    let bug = alone(module);
    let mut config = bug.config("search");
    config.max_candidates = 24;
    let fix = bug.run(&config).expect("it runs");
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}\n{:#?}", bug.said.lock());
    assert!(bug.file("fix.patch").contains(">= 10"), "{}", bug.file("fix.patch"));
    assert!(
        !fix.alternatives.is_empty(),
        "what comes after its first answers is seen green as well: {fix:#?}"
    );
}

/// A module whose test stands in it at top level.
fn alone(module: &str) -> Bug {
    let mut bug = rust_bug(module);
    bug.reproduction.tests[0].id = "discount_starts_at_ten".to_owned();
    let argv = &mut bug.reproduction.command.as_mut().expect("it has one").argv;
    *argv.last_mut().expect("words") = "discount_starts_at_ten".to_owned();
    bug
}

#[test]
fn what_the_choice_does_not_reach_is_judged_alone() {
    // What runs in the test has no environment: there, every candidate is the code as it is.
    let module = "\
pub fn price(pieces: u32, each: u32) -> u32 {
    if each > 7000 || pieces > 7000 {
        return 0;
    }
    if each > 6000 && pieces > 6000 {
        return 1;
    }
    let whole = pieces * each;
    if pieces > 10 {
        return whole - whole / 10;
    }
    whole
}

#[test]
fn child() {
    println!(\"{}\", price(10, 20));
}

#[test]
fn discount_starts_at_ten() {
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    let output = child.args([\"--exact\", \"child\", \"--nocapture\"]).env_clear().output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    assert!(output.contains(\"180\"), \"no discount\");
}
";
    let bug = alone(module);
    let mut config = bug.config("search");
    config.max_candidates = 24;
    let fix = bug.run(&config).expect("it runs");
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}\n{:#?}", bug.said.lock());
    assert!(bug.file("fix.patch").contains(">= 10"), "{}", bug.file("fix.patch"));
}

/// A rule of ten is looked up by its number: by what it calls, the test may be about any of them. One wants more than
/// its limit.
fn many_rules() -> String {
    let mut text = "#![no_std]\n#![forbid(unsafe_code)]\n\nmod odd;\n\n".to_owned();
    for number in 0..10 {
        let sign = if number == 7 { ">" } else { ">=" };
        text.push_str(&format!(
            "fn rule_{number}(pieces: u32) -> u32 {{\n    if pieces {sign} {number}0 {{\n        return pieces + {number};\n    \
             }}\n    pieces\n}}\n\n"
        ));
    }
    text.push_str("const RULES: [fn(u32) -> u32; 10] = [");
    text.extend((0..10).map(|number| format!("rule_{number}, ")));
    text.push_str(
        "];\n\npub const fn first() -> usize {\n    0\n}\n\npub fn cost(rule: usize, pieces: u32) -> u32 {\n    \
         RULES[first() + odd::shift(rule)](pieces)\n}\n",
    );
    text
}

/// Cannot be built with points in it: `Some` is something else here.
const ODD: &str = "\
#[allow(dead_code)]
enum Odd {
    Some,
    None,
}

pub fn shift(rule: usize) -> usize {
    #[allow(unused_imports)]
    use Odd::*;
    if rule > 9 {
        return 0;
    }
    rule
}
";

#[test]
fn what_the_failing_test_alone_executes_comes_first_without_tools_for_it() {
    let tests = "
#[cfg(test)]
mod tests {
    fn use_it(rule: u32) -> u32 {
        crate::cost(rule as usize, rule * 10)
    }
    #[test]
    fn discount_starts_at_ten() {
        let _ = (crate::rule_0, crate::rule_1, crate::rule_2, crate::rule_3, crate::rule_8);
        assert_eq!(use_it(7), 77);
    }
    #[test]
    fn few() {
        assert_eq!(use_it(1), 11);
    }
    #[test]
    fn many() {
        assert_eq!(use_it(9), 99);
    }
}
";
    let bug = rust_bug_of(&format!("{}{tests}", many_rules()), &[("src/odd.rs", ODD)]);
    let mut config = bug.config("search");
    config.max_candidates = 12;
    let fix = bug.run(&config).expect("it runs");
    let said = bug.said.lock().expect("no panic");
    let looked = "search: looked at the lines that 1 failing and 2 passing tests execute";
    assert!(said.iter().any(|line| line == looked), "{said:#?}");
    assert!(bug.file("fix.patch").contains("+    if pieces >= 70"), "{fix:#?}");
}

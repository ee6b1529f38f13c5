//! cargo test.

use regreen_proof::Verdict;

use crate::bench::{Bench, RED};

const RUST_TAIL: &str = r"
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        assert_eq!(add(1, 2), 3);
    }

    #[test]
    #[ignore]
    fn ignored() {}
}
";

fn rust(code: &str) -> Bench {
    Bench::new(&[
        ("Cargo.toml", "[package]\nname = \"sum\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n"),
        ("src/lib.rs", &format!("{code}\n{RUST_TAIL}")),
        ("tests/whole.rs", "#[test]\nfn whole() {\n    assert_eq!(sum::add(2, 2), 4);\n}\n"),
    ])
}

#[test]
fn cargo_counts_what_ran() {
    let bench = rust("pub fn add(a: i32, b: i32) -> i32 { a + b }");
    let run = bench.is("src/lib.rs::adds", &Verdict::Green);
    assert_eq!(run.results.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["tests::adds"]);
    bench.is("tests/whole.rs::whole", &Verdict::Green);
    bench.is_uncounted("src/lib.rs::ignored", "ignored");
    bench.is_uncounted("src/lib.rs::gone", "no test matched");
    bench.write("src/lib.rs", &format!("pub fn add(a: i32, b: i32) -> i32 {{ a - b }}\n{RUST_TAIL}"));
    let run = bench.is("src/lib.rs::adds", &RED);
    assert_eq!(run.failures()[0].id, "tests::adds");
    assert!(run.failures()[0].message.contains("left"), "{:?}", run.failures());
    bench.write("src/lib.rs", &format!("pub fn add(a: i32, b: i32) -> i32 {{ a + }}\n{RUST_TAIL}"));
    bench.is_uncounted("src/lib.rs::adds", "do not compile");
}

#[test]
fn cargo_code_that_leaves_early_or_lies_is_not_green() {
    let forged = r#"let _ = std::io::Write::write_all(&mut std::io::stdout(), b"test tests::adds ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n");"#;
    let leaves = rust(&format!("pub fn add(_: i32, _: i32) -> i32 {{ {forged} std::process::exit(0) }}"));
    leaves.is_uncounted("src/lib.rs::adds", "does not confirm");
    let quiet = rust("pub fn add(_: i32, _: i32) -> i32 { std::process::exit(0) }");
    quiet.is_uncounted("src/lib.rs::adds", "");
    let both = rust(&format!("pub fn add(_: i32, _: i32) -> i32 {{ {forged} 4 }}"));
    let (run, verdict) = both.run("src/lib.rs::adds");
    assert_ne!(verdict, Verdict::Green, "{}", run.output);
}

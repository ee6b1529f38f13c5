//! cargo test.

use std::time::Duration;

use regreen_proof::{RepeatCount, Variation, Verdict, count_repeats};

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

#[test]
fn cargo_that_crashes_or_hangs_is_not_counted() {
    let dies = rust("pub fn add(_: i32, _: i32) -> i32 { std::process::abort() }");
    dies.is_uncounted("src/lib.rs::adds", "no test ran to its end");
    dies.write("src/lib.rs", &format!("pub fn add(_: i32, _: i32) -> i32 {{ loop {{ std::thread::sleep(std::time::Duration::from_secs(9)) }} }}\n{RUST_TAIL}"));
    // Time to build it, and then some.
    dies.hangs("src/lib.rs::adds", Duration::from_secs(15));
    // A panic that aborts ends the whole program of tests.
    dies.write("Cargo.toml", "[package]\nname = \"sum\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n\n[profile.dev]\npanic = \"abort\"\n");
    dies.write(
        "src/lib.rs",
        &format!(
            "pub fn add(_: i32, _: i32) -> i32 {{ extern \"C\" fn f() {{ panic!() }} f(); 3 }}\n{RUST_TAIL}"
        ),
    );
    let (_, verdict) = dies.run("src/lib.rs::adds");
    assert!(matches!(verdict, Verdict::Uncounted(_)), "{verdict:?}");
}

#[test]
fn cargo_names_of_every_shape_run_alone() {
    // The language allows no spaces in names; unicode and macros' cases are the shapes there are.
    let tests = "macro_rules! cases { ($($name:ident: $value:expr,)*) => { mod cases { $(#[test] fn $name() { assert!($value < 2) })* } } }\ncases! { größe: 1, größe_2: 2, r#type: 1, }\n";
    let bench = rust("pub fn add(a: i32, b: i32) -> i32 { a + b }");
    bench.write("tests/names.rs", tests);
    let run = bench.is("tests/names.rs::cases::größe", &Verdict::Green);
    assert_eq!(run.results.len(), 1, "{:?}", run.results);
    bench.is("tests/names.rs::cases::größe_2", &RED);
    bench.is("tests/names.rs::cases::r#type", &Verdict::Green);
}

#[test]
fn cargo_varies_order_threads_and_repeats() {
    let bench = rust("pub fn add(a: i32, b: i32) -> i32 { a + b }");
    let mut many: String = (0..8).map(|n| format!("#[test]\nfn t{n}() {{}}\n")).collect();
    many.push_str("#[test]\nfn third() {\n    let path = std::path::Path::new(env!(\"CARGO_MANIFEST_DIR\")).join(\"count\");\n    let n: u32 = std::fs::read_to_string(&path).ok().and_then(|t| t.parse().ok()).unwrap_or(0) + 1;\n    std::fs::write(&path, n.to_string()).unwrap();\n    assert!(n % 3 != 0, \"every third\");\n}\n");
    bench.write("tests/many.rs", &many);
    let order = |seed| {
        let project = regreen_proof::Project::at(&bench.project(), &bench.project());
        let targets = bench.targets("tests/many.rs");
        let command = regreen_proof::plan(&project, &targets, None).unwrap();
        let command = regreen_proof::varied(&command, Variation::Threads(1)).unwrap();
        let command = regreen_proof::varied(&command, Variation::Order(seed)).unwrap();
        let (run, _) = bench.run_command(&bench.project(), &command, &targets, Duration::from_secs(240));
        assert_eq!(run.problem, None, "{}", run.output);
        run.results.iter().map(|result| result.id.clone()).collect::<Vec<_>>()
    };
    let one = order(1);
    assert_eq!((one.len(), order(1)), (9, one.clone()));
    assert_ne!(order(2), one);
    bench.write("count", "0");
    let (run, verdict) = bench.run_varied("tests/many.rs::third", Variation::Repeats(20));
    assert_eq!(verdict, RED);
    let found = count_repeats(&run, &bench.targets("tests/many.rs::third"), None).unwrap();
    assert_eq!(found, RepeatCount { runs: 20, failures: 6, others: 0 }, "{}", run.output);
}

//! cargo-nextest, chosen because CI calls it.

use std::time::Duration;

use regreen_case::{CiCommand, Framework, TestTarget};
use regreen_proof::{Project, TestOutcome, Verdict, plan};

use crate::bench::{Bench, RED};

const TESTS: &str = r#"
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds() {
        assert_eq!(add(1, 2), 3);
    }

    #[test]
    fn größe() {}

    #[test]
    #[ignore]
    fn ignored() {}

    mod cases {
        #[test]
        fn case_1() {}

        #[test]
        fn case_2() {
            assert_eq!(super::add(2, 2), 4);
        }
    }
}
"#;

const HONEST: &str = "pub fn add(a: i32, b: i32) -> i32 { a + b }";
const SCRIPT: &str = "cargo nextest run --profile ci\ncargo test --doc";

fn rust(code: &str) -> Option<Bench> {
    let manifest = "[package]\nname = \"sum\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n";
    let whole = "#[test]\nfn whole() {\n    assert_eq!(sum::add(2, 2), 4);\n}\n";
    let settings = "[profile.ci]\nretries = 3\n[profile.ci.junit]\npath = \"junit.xml\"\n";
    let bench = Bench::new(&[
        ("Cargo.toml", manifest),
        ("src/lib.rs", &format!("{code}\n{TESTS}")),
        ("tests/whole.rs", whole),
        (".config/nextest.toml", settings),
    ]);
    bench.has(&["cargo", "nextest", "--version"]).then_some(bench)
}

fn target(id: &str, suite: &str) -> TestTarget {
    let suite = Some(suite.to_owned());
    TestTarget { framework: Framework::CargoTest, id: id.to_owned(), file: None, suite }
}

#[test]
fn nextest_counts_what_ran() {
    let Some(bench) = rust(HONEST) else { return };
    for (id, suite, ran) in [
        ("tests::adds", "lib:sum", 1),
        ("tests::größe", "lib:sum", 1),
        ("tests::cases", "lib:sum", 2),
        ("whole", "test:whole", 1),
    ] {
        let (run, verdict) = bench.run_as_ci(SCRIPT, &[target(id, suite)]);
        assert_eq!(verdict, Verdict::Green, "{id}: {:?}\n{}", run.problem, run.output);
        assert!(run.output.contains("Nextest run ID"), "{}", run.output);
        assert_eq!(run.results.len(), ran, "narrowed to {id}");
        assert_eq!(run.results[0].suite.as_deref(), Some(suite));
    }
    for (id, reason) in [("tests::ignored", "not among"), ("tests::gone", "no test matched")] {
        let (run, verdict) = bench.run_as_ci(SCRIPT, &[target(id, "lib:sum")]);
        // An ignored test is not even listed by a run that leaves it out.
        let why = format!("{verdict:?}");
        assert!(
            matches!(&verdict, Verdict::Uncounted(_))
                && (why.contains(reason) || why.contains("no test matched")),
            "{why}\n{}",
            run.output
        );
    }
    bench.write("src/lib.rs", &format!("pub fn add(a: i32, b: i32) -> i32 {{ a - b }}\n{TESTS}"));
    let (run, verdict) = bench.run_as_ci(SCRIPT, &[target("tests::adds", "lib:sum")]);
    assert_eq!(verdict, RED, "{:?}\n{}", run.problem, run.output);
    let failure = run.failures().remove(0);
    let read = regreen_logs::failures_in(Framework::CargoTest, &run.output).remove(0);
    assert_eq!((failure.id.as_str(), &failure.signature), ("tests::adds", &read.signature));
    assert_eq!(failure.kind, "panic");
    bench.write("src/lib.rs", &format!("pub fn add(a: i32, b: i32) -> i32 {{ a + }}\n{TESTS}"));
    let (_, verdict) = bench.run_as_ci(SCRIPT, &[target("tests::adds", "lib:sum")]);
    assert!(matches!(&verdict, Verdict::Uncounted(why) if why.contains("do not compile")), "{verdict:?}");
}

#[test]
fn nextest_code_that_leaves_early_crashes_hangs_or_lies_is_not_green() {
    let forged = r#"let _ = std::io::Write::write_all(&mut std::io::stdout(), b"test tests::adds ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n     Summary [   0.001s] 1 test run: 1 passed, 0 skipped\n");"#;
    let Some(bench) = rust(HONEST) else { return };
    let adds = [target("tests::adds", "lib:sum")];
    for (code, reason) in [
        // nextest itself takes these for passed.
        (format!("{forged} std::process::exit(0)"), "does not confirm"),
        ("std::process::exit(0)".to_owned(), "does not confirm"),
    ] {
        bench.write("src/lib.rs", &format!("pub fn add(_: i32, _: i32) -> i32 {{ {code} }}\n{TESTS}"));
        let (run, verdict) = bench.run_as_ci(SCRIPT, &adds);
        assert!(
            matches!(&verdict, Verdict::Uncounted(why) if why.contains(reason)),
            "{verdict:?}\n{}",
            run.output
        );
    }
    for code in ["std::process::abort()".to_owned(), format!("{forged} 4")] {
        bench.write("src/lib.rs", &format!("pub fn add(_: i32, _: i32) -> i32 {{ {code} }}\n{TESTS}"));
        let (run, verdict) = bench.run_as_ci(SCRIPT, &adds);
        assert_eq!(verdict, RED, "{:?}\n{}", run.problem, run.output);
        assert!(run.results.iter().all(|result| result.outcome == TestOutcome::Failed));
    }
    let sleeps = "std::thread::sleep(std::time::Duration::from_secs(600)); 3";
    bench.write("src/lib.rs", &format!("pub fn add(_: i32, _: i32) -> i32 {{ {sleeps} }}\n{TESTS}"));
    let project = bench.project();
    let ci = CiCommand { script: SCRIPT.to_owned(), ..CiCommand::default() };
    let command = plan(&Project::at(&project, &project), &adds, Some(&ci)).unwrap();
    let (run, verdict) = bench.run_command(&project, &command, &adds, Duration::from_secs(20));
    assert!(
        matches!(&verdict, Verdict::Uncounted(why) if why.contains("time limit")),
        "{verdict:?}\n{}",
        run.output
    );
}

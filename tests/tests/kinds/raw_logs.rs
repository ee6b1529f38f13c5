//! Fix from pasted logs: here a cryptic crash of a Rust test, repaired offline.

use regreen_case::{Failure, Framework, WorkKind};
use regreen_tests::{TestRepository, log_text};

use super::case;

const MANIFEST: &str = "\
[package]
name = \"window\"
version = \"0.1.0\"
edition = \"2021\"
";

const LIB: &str = "\
//! Sums over windows.

/// The sum of the last `count` values.
pub fn last_sum(values: &[u32], count: usize) -> u32 {
    let mut sum = 0;
    for index in values.len() - count..=values.len() {
        sum += values[index];
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::last_sum;

    #[test]
    fn takes_the_last_ones() {
        assert_eq!(last_sum(&[1, 2, 3, 4], 2), 7);
        assert_eq!(last_sum(&[5], 1), 5);
        assert_eq!(last_sum(&[5, 6], 0), 0);
    }
}
";

const OUTPUT: &str = "\
   Compiling window v0.1.0 (/home/runner/work/window/window)
    Finished `test` profile [unoptimized + debuginfo] target(s) in 0.41s
     Running unittests src/lib.rs (target/debug/deps/window-3c5a1f0c2f7e1a55)

running 1 test
test tests::takes_the_last_ones ... FAILED

failures:

---- tests::takes_the_last_ones stdout ----

thread 'tests::takes_the_last_ones' (2301) panicked at src/lib.rs:7:22:
index out of bounds: the len is 4 but the index is 4
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace


failures:
    tests::takes_the_last_ones

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

error: test failed, to rerun pass `--lib`
##[error]Process completed with exit code 101.
";

#[test]
fn a_crash_in_pasted_logs_is_reproduced_and_fixed_offline() {
    let repository = TestRepository::with(&[
        ("Cargo.toml", MANIFEST),
        ("Cargo.lock", "version = 3\n\n[[package]]\nname = \"window\"\nversion = \"0.1.0\"\n"),
        (".gitignore", "/target\n"),
        ("src/lib.rs", LIB),
    ]);
    let log = repository.beside("job.log");
    std::fs::write(&log, log_text::job_log(&[("cargo test", OUTPUT)])).unwrap();
    let log = format!("--raw-logs={}", log.display());
    let options = [
        "--prompt=The build crashes with index out of bounds",
        "--deterministic=true",
        &log,
        "--agent=search",
        "--forge=local",
    ];
    let case = case::run(&repository, &options);
    let failure = case.read::<Failure>();
    assert_eq!(failure.tests.len(), 1, "{failure:#?}");
    assert_eq!(
        (failure.tests[0].framework, failure.tests[0].id.as_str()),
        (Framework::CargoTest, "tests::takes_the_last_ones")
    );
    case.is_proven().publishes(&repository, "fix/", &["src/lib.rs"]);
    assert_eq!(case.work().work, WorkKind::RawLogs);
    assert_eq!(case.reproduction().grade, Some(regreen_case::Grade::Same), "CI's failure and ours are one");
}

//! Clippy and the compiler: what they vouch for themselves, in the order in which they complain.

use regreen_case::{Ending, Fix};
use regreen_tests::TestRepository;

use super::{is_the_tools_own, repaired};

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
const LOCK: &str = "version = 3\n\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n";

fn shop(cart: &str) -> TestRepository {
    TestRepository::with(&[
        ("Cargo.toml", MANIFEST),
        ("Cargo.lock", LOCK),
        (".gitignore", "/target\n"),
        ("src/lib.rs", "//! A shop.\n\npub mod cart;\npub mod other;\n"),
        ("src/cart.rs", cart),
        ("src/other.rs", "/// Prices.\npub const PRICES: [u32; 2] = [1, 2];\n"),
    ])
}

#[test]
fn lints_are_repaired_one_after_the_other() {
    let repository = shop(
        "use std::fmt;\n\n/// The sum.\npub fn total(prices: &[u32]) -> u32 {\n    let mut sum = prices.iter().sum();\n    return sum;\n}\n",
    );
    let case = repaired(&repository, "cargo clippy --all-targets -- -D warnings");
    is_the_tools_own(&case, "cargo clippy", "src/cart.rs: unused_imports");
    case.publishes(&repository, "fix/", &["src/cart.rs"]);
    let patch = case.patch();
    for gone in ["-use std::fmt;", "-    let mut sum", "-    return sum;"] {
        assert!(patch.contains(gone), "{patch}");
    }
    assert!(!patch.contains("allow("), "{patch}");
}

#[test]
fn what_clippy_is_not_sure_of_is_left_alone() {
    let repository = shop(
        "/// The number.\n#[must_use]\npub fn count(prices: &Vec<u32>) -> usize {\n    prices.len()\n}\n",
    );
    let case = repaired(&repository, "cargo clippy -- -D warnings");
    assert_eq!(case.report.ending, Ending::NoFixFound, "{}", case.markdown());
    let attempt = &case.read::<Fix>().attempts[0];
    assert!(attempt.summary.contains("src/cart.rs: clippy::ptr_arg"), "{attempt:#?}");
}

#[test]
fn tests_that_do_not_compile_are_repaired_as_the_compiler_says() {
    let repository = shop(
        "/// The sum.\npub fn total(prices: &[u32]) -> u32 {\n    let sum = 0;\n    for price in prices {\n        sum += price;\n    }\n    sum\n}\n\n#[test]\nfn sums() {\n    assert_eq!(total(&[1, 2]), 3);\n}\n",
    );
    let case = repaired(&repository, "cargo test");
    is_the_tools_own(&case, "cargo test --no-run", "src/cart.rs: E0596");
    assert!(case.patch().contains("+    let mut sum = 0;"), "{}", case.patch());
}

#[test]
fn a_lock_file_that_is_behind_is_written_anew() {
    let lock = "version = 4\n\n[[package]]\nname = \"rates\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n";
    let manifest = format!(
        "{MANIFEST}\n[workspace]\nmembers = [\"rates\"]\n\n[dependencies]\nrates = {{ path = \"rates\" }}\n"
    );
    let repository = TestRepository::with(&[
        ("Cargo.toml", &manifest),
        ("Cargo.lock", lock),
        (".gitignore", "/target\n"),
        ("src/lib.rs", "pub use rates::RATE;\n"),
        ("rates/Cargo.toml", &MANIFEST.replace("shop", "rates")),
        ("rates/src/lib.rs", "pub const RATE: u32 = 2;\n"),
    ]);
    let case = repaired(&repository, "cargo build --locked");
    is_the_tools_own(&case, "cargo --locked", "Cargo.lock: out-of-date");
    case.publishes(&repository, "fix/", &["Cargo.lock"]);
    assert!(case.patch().contains("+ \"rates\","), "{}", case.patch());
}

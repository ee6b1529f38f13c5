//! rustfmt, through cargo.

use regreen_tests::TestRepository;

use super::{is_the_tools_own, repaired};

const MANIFEST: &str = "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";

#[test]
fn modules_are_formatted_with_their_tests() {
    let cart = "\
pub fn total(prices: &[u32]) -> u32 { prices.iter().sum() }

#[cfg(test)]
mod tests {
    use super::total;
    #[test] fn sums() { assert_eq!(total(&[1, 2]),
      3); }
}
";
    let repository = TestRepository::with(&[
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", "pub mod cart;\npub mod other;\n"),
        ("src/cart.rs", cart),
        ("src/other.rs", "pub const PRICES: [u32; 2] = [1, 2];\n"),
    ]);
    let case = repaired(&repository, "cargo fmt --all -- --check");
    is_the_tools_own(&case, "cargo fmt", "src/cart.rs: format");
    case.publishes(&repository, "fix/", &["src/cart.rs"]);
}

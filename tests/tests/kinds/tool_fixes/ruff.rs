//! Ruff: its linter's safe fixes, one rule at a time, and its formatter.

use regreen_case::{Ending, Fix};
use regreen_tests::TestRepository;

use super::{is_the_tools_own, repaired};

const CART: &str = "\
import json
import sys


def total(prices):
    return sum(prices)


def main():
    print(total([int(price) for price in sys.argv[1:]]))
";

#[test]
fn an_import_that_nobody_uses_goes_and_nothing_else() {
    let repository = TestRepository::with(&[("shop/cart.py", CART), ("shop/other.py", "PRICES = [1, 2]\n")]);
    let case = repaired(&repository, "ruff check .");
    is_the_tools_own(&case, "ruff check", "shop/cart.py: F401");
    case.publishes(&repository, "fix/", &["shop/cart.py"]);
    assert!(case.patch().contains("\n-import json\n"), "{}", case.patch());
    let targets: Vec<String> = case.reproduction().tests.into_iter().map(|target| target.id).collect();
    assert_eq!(targets, ["ruff check", "shop/cart.py: ruff check"]);
}

#[test]
fn what_ruff_calls_unsafe_is_left_alone() {
    // F401 has a safe fix, F841 has none: with one of two complaints left CI would stay red.
    let text = CART.replace("    return sum(prices)", "    count = len(prices)\n    return sum(prices)");
    let repository = TestRepository::with(&[("shop/cart.py", &text)]);
    let case = repaired(&repository, "ruff check --output-format=concise shop");
    assert_eq!(case.report.ending, Ending::NoFixFound, "{}", case.markdown());
    let attempt = &case.read::<Fix>().attempts[0];
    assert!(attempt.summary.contains("no safe fix is offered for shop/cart.py: F841"), "{attempt:#?}");
}

#[test]
fn a_file_is_formatted() {
    let repository = TestRepository::with(&[
        ("shop/cart.py", "def total( prices ):\n    return sum( prices )\n"),
        ("shop/other.py", "PRICES = [1, 2]\n"),
    ]);
    let case = repaired(&repository, "ruff format --check .");
    is_the_tools_own(&case, "ruff format", "shop/cart.py: format");
    case.publishes(&repository, "fix/", &["shop/cart.py"]);
}

#[test]
fn a_fix_that_breaks_a_test_beside_is_no_success() {
    // Somebody takes `json` from here: the linter cannot know.
    let test = "from shop import cart\n\n\ndef test_reads():\n    assert cart.json.loads(\"1\") == 1\n";
    let repository = TestRepository::with(&[
        ("shop/__init__.py", ""),
        ("shop/cart.py", CART),
        ("tests/test_reading.py", test),
    ]);
    let case = repaired(&repository, "ruff check .");
    assert_ne!(case.report.status, regreen_case::Status::Success, "{}", case.markdown());
    let attempt = &case.read::<Fix>().attempts[0];
    assert!(attempt.summary.contains("1 beside it break: tests/test_reading.py::test_reads"), "{attempt:#?}");
}

#[test]
fn annotations_of_the_runner_name_the_complaint_too() {
    let repository = TestRepository::with(&[("shop/cart.py", CART)]);
    let script = "ruff check --output-format=github .";
    // The runner takes the command off and leaves its message.
    let printed =
        "##[error]shop/cart.py:1:8: F401 `json` imported but unused\n  help: Remove unused import: `json`\n";
    let options = super::red_with(&repository, script, printed, 1);
    let case = super::case::run(&repository, &options.each_ref().map(String::as_str));
    is_the_tools_own(&case, "ruff check", "shop/cart.py: F401");
}

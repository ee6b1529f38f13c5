//! An agent that silences the complaint instead of repairing it.

use regreen_case::{Ending, Fix};
use regreen_tests::TestRepository;

use super::case::{self, Agent};
use super::red_in_ci;

const CART: &str = "import json\n\nPRICES = [1, 2]\n";

/// What comes of a ladder whose only rung writes this file.
fn refused(path: &str, text: &str) -> String {
    let repository = TestRepository::with(&[("shop/cart.py", CART)]);
    let mut options = red_in_ci(&repository, "ruff check .", &["ruff", "check", "."]).to_vec();
    options.retain(|option| !option.starts_with("--agent="));
    let agent = Agent::new(&repository).answers("repair", path, text);
    options.push("--agent=command".to_owned());
    options.push(format!("--agent-command={}", agent.command()));
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let case = case::run(&repository, &options);
    assert_eq!(case.report.ending, Ending::RejectedAsCheating, "{}", case.markdown());
    case.read::<Fix>().attempts[0].summary.clone()
}

#[test]
fn silence_is_no_repair() {
    let remark = refused("shop/cart.py", &CART.replace("import json", "import json  # noqa: F401"));
    assert!(remark.contains("shop/cart.py:1: the complaint is silenced, not repaired"), "{remark}");
    let configured = refused("ruff.toml", "[lint]\nignore = [\"F401\"]\n");
    assert!(configured.contains("ruff.toml decides what is complained about"), "{configured}");
}

//! The search with first opinions from forks of one test runner.

use regreen_case::{AttemptOutcome, Fix, FixStatus};
use support::{Bug, CART, rate};

#[path = "support/mod.rs"]
mod support;

const TOLD: &str = "search: the test runner is loaded once for all candidates";

fn told(bug: &Bug) -> bool {
    bug.said.lock().expect("no panic").iter().any(|line| line == TOLD)
}

#[test]
fn candidates_are_judged_by_forks_and_the_change_by_real_runs() {
    let bug = Bug::new();
    let fix = bug.run(&bug.config("search")).unwrap();
    assert!(told(&bug));
    assert_eq!((fix.status, fix.attempts[0].outcome), (FixStatus::PatchFound, AttemptOutcome::Green));
    assert!(bug.file("fix.patch").contains(">= 10"), "{fix:#?}");
    // Of forks there is no output; these are runs of the gate.
    assert_eq!(fix.attempts[0].test_runs.len(), 3, "{fix:#?}");
}

/// A cart that does `otherwise` in a fork of the server.
fn cart_that_knows_forks(otherwise: &str) -> Bug {
    let module = format!("import sys\n\n\n{CART}\n\nif 'fork_server' in sys.argv[0]:\n    {otherwise}\n");
    let tests =
        "from cart import price\n\n\ndef test_discount_starts_at_ten():\n    assert price(10, 2) == 18\n";
    Bug::with(&[
        ("cart.py", &module),
        ("tests/test_cart.py", tests),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ])
}

#[track_caller]
fn repaired(bug: &Bug) -> Fix {
    let mut config = bug.config("search");
    // The right one is among the first ones; more of them only take time.
    config.max_candidates = 12;
    let fix = bug.run(&config).expect("it runs");
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert!(bug.file("fix.patch").contains(">= 10"), "{fix:#?}");
    fix
}

#[test]
fn forks_that_see_it_otherwise_are_given_up() {
    // It fails as the base does whatever the change: what is right looks wrong there.
    let bug = cart_that_knows_forks("exec('def price(pieces, each): return pieces * each')");
    let fix = repaired(&bug);
    assert!(told(&bug), "it shows the failure of this very test, so it is taken at first");
    assert!(
        !fix.alternatives.is_empty(),
        "what comes after its first answers is seen green as well: {fix:#?}"
    );
}

#[test]
fn a_server_that_shows_another_failure_is_not_taken() {
    // Of the same test, of the same kind even.
    let bug = cart_that_knows_forks("exec('def price(pieces, each): assert not pieces')");
    repaired(&bug);
    assert!(!told(&bug));
}

#[test]
fn what_comes_and_goes_is_not_for_forks() {
    let mut bug = Bug::new();
    bug.task.deterministic = false;
    bug.reproduction.rate = Some(rate(10, 20));
    let fix = bug.run(&bug.config("search")).unwrap();
    assert!(!told(&bug));
    assert_eq!(
        (fix.status, &fix.confidence),
        (FixStatus::PatchFound, &None),
        "one run says nothing: {fix:#?}"
    );
}

#[test]
fn a_candidate_that_deletes_the_checkout_spoils_no_later_one() {
    // Only what a candidate makes of the first line lets it delete.
    let module = CART.replacen(
        "    if",
        "    if pieces < 0:\n        shutil.rmtree(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), ignore_errors=True)\n    if",
        1,
    );
    let bug = Bug::with(&[
        ("cart.py", &format!("import os\nimport shutil\n\n\n{module}")),
        (
            "tests/test_cart.py",
            "from cart import price\n\n\ndef test_discount_starts_at_ten():\n    assert price(10, 2) == 18\n",
        ),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ]);
    std::fs::write(bug.folder.path().join("beside"), "of the user").expect("a file");
    let fix = bug.run(&bug.config("search")).expect("it runs");
    assert!(told(&bug));
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert!(bug.file("fix.patch").contains(">= 10"), "{fix:#?}");
    assert!(bug.folder.path().join("beside").exists());
}

#[test]
fn what_was_kept_back_for_the_history_is_searched_when_nobody_is_to_blame() {
    // No single change repairs this, each candidate takes a while, and the first commit is broken already.
    let module =
        "def price(pieces, each):\n    total = pieces * each\n    return total - total * 8 // 100 * 10\n";
    let tests = "\
import time
from cart import price


def test_discount_starts_at_ten():
    time.sleep(0.3)
    assert [price(10, 20), price(30, 10), price(1, 7)] == [187, 281, 23]
";
    let bug = Bug::with(&[
        ("cart.py", module),
        ("tests/test_cart.py", tests),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ]);
    bug.git(&["commit", "-q", "--allow-empty", "-m", "nothing"]);
    let mut config = bug.config("search");
    config.time_limit = Some(std::time::Duration::from_secs(30));
    config.max_candidates = 20_000;
    let fix = bug.run(&config).expect("it runs");
    let looked = fix.bisection.as_ref().expect("somebody looked");
    assert_eq!((looked.tested, looked.last_green.as_ref()), (1, None), "{fix:#?}");
    let [first, second] = fix.attempts.as_slice() else { panic!("{fix:#?}") };
    assert_eq!(first.outcome, AttemptOutcome::TimedOut, "{fix:#?}");
    let judged = |summary: &str| -> u32 {
        let words: Vec<&str> = summary.split(' ').collect();
        let at = words.iter().position(|word| *word == "candidates").expect("it says how many");
        words[at - 3].parse().expect("a number")
    };
    // It goes on where it had stopped.
    let (before, after) = (judged(&first.summary), judged(&second.summary));
    assert!(before > 0 && after > before, "{before} {after} {fix:#?}");
}

/// A rule of ten is looked up by its name: by what it calls, the test may be about any of them.
fn many_rules() -> String {
    let mut text = "def cost(rule, pieces):\n    return globals()[rule](pieces)\n\n\n".to_owned();
    for number in 0..10 {
        let sign = if number == 7 { ">" } else { ">=" };
        let rule = format!(
            "def rule_{number}(pieces):\n    if pieces {sign} {number}0:\n        return pieces + {number}\n    return pieces\n\n\n"
        );
        text.push_str(&rule);
    }
    text
}

#[test]
fn what_the_failing_test_alone_executes_comes_first() {
    let tests = "import rules\n\n\ndef use(n):\n    return rules.cost(f'rule_{n}', n * 10)\n\n\n\
                 def test_discount_starts_at_ten():\n    rules.rule_0, rules.rule_1, rules.rule_2, rules.rule_3, rules.rule_8\n    \
                 assert use(7) == 77\n\n\n\
                 def test_few():\n    assert use(1) == 11\n\n\ndef test_many():\n    assert use(9) == 99\n";
    let bug = Bug::with(&[
        ("rules.py", &many_rules()),
        ("tests/test_cart.py", tests),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n"),
    ]);
    let mut config = bug.config("search");
    config.max_candidates = 12;
    let fix = bug.run(&config).expect("it runs");
    let said = bug.said.lock().expect("no panic");
    let looked = "search: looked at the lines that 1 failing and 2 passing tests execute";
    assert!(said.iter().any(|line| line == looked), "{said:#?}");
    assert!(bug.file("fix.patch").contains("+    if pieces >= 70"), "{fix:#?}");
}

/// Other comparisons than `>=` help too, and come first; what is right is the limit.
const SHOP: &str = "\
LIMIT = 11


def price(pieces, each):
    total = pieces * each
    if pieces >= LIMIT:
        total -= total // 10
    return total
";
const SHOP_TESTS: &str = "\
from shop import price


def test_discount_starts_at_ten():
    assert price(10, 2) == 18


def test_few_cost_what_they_cost():
    assert price(3, 2) == 6


def test_many_are_cheaper():
    assert price(12, 5) == 54
";

/// The same, where those beside fail with the base as well.
const SHOP_TESTS_ALL_RED: &str = "\
from shop import price


def test_discount_starts_at_ten():
    assert price(10, 2) == 18


def test_few_cost_what_they_cost():
    assert [price(10, 1), price(3, 2)] == [9, 6]


def test_many_are_cheaper():
    assert [price(10, 3), price(12, 5)] == [27, 54]
";

#[test]
fn what_leaves_tests_beside_red_does_not_end_the_search() {
    let fix = repaired_at_the_limit(SHOP_TESTS_ALL_RED);
    assert!(!fix.attempts[0].summary.contains("that break others"), "{fix:#?}");
    assert!(fix.attempts[0].summary.contains("that leave others red"), "{fix:#?}");
}

#[test]
fn what_breaks_tests_beside_does_not_end_the_search() {
    let fix = repaired_at_the_limit(SHOP_TESTS);
    assert!(fix.attempts[0].summary.contains("that break others"), "{fix:#?}");
}

#[test]
fn what_breaks_tests_that_use_what_it_changes_does_not_end_the_search() {
    let (question, beside) = SHOP_TESTS.split_once("def test_few").expect("both");
    let more = format!("from shop import price\n\n\ndef test_few{beside}");
    let fix = repaired_with(SHOP, &[("tests/test_cart.py", question), ("tests/test_more.py", &more)]);
    assert!(fix.attempts[0].summary.contains("that break others"), "{fix:#?}");
}

/// Where the failing test ran alone before, those beside it say nothing: what the search looks at passes for harmless, and
/// only the gate, whose checkouts are new, sees what it breaks. What is right is the last of many, behind more than a search
/// looks at once it has found something.
#[test]
fn what_does_not_stand_up_to_the_gate_does_not_end_the_search() {
    let entries: String = (0..300).map(|kind| format!("    'k{kind}': {},\n", kind * 7)).collect();
    let shop =
        format!("PRICES = {{\n{entries}    'cup': 11,\n}}\n\n\ndef price(kind):\n    return PRICES[kind]\n");
    let bug = Bug::with(&[
        ("shop.py", &shop),
        (
            "tests/test_cart.py",
            "import sys\nfrom shop import price\n\n\ndef test_discount_starts_at_ten():\n    \
             if 'test_more' not in sys.modules:\n        open('.alone', 'w').close()\n    assert price('cup') == 10\n",
        ),
        (
            "tests/test_more.py",
            "import os\nfrom shop import price\n\nALONE = os.path.exists('.alone')\n\n\n\
             def test_others():\n    assert ALONE or [price('k3'), price('k8')] == [21, 56]\n",
        ),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n.alone\n"),
    ]);
    let mut config = bug.config("search");
    config.max_candidates = 2000;
    let fix = bug.run(&config).expect("it runs");
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    assert!(bug.file("fix.patch").contains("+    'cup': 10,"), "{fix:#?}");
    assert!(fix.attempts[0].summary.contains("green that did not stand up"), "{fix:#?}");
    assert_eq!((fix.attempts.len(), fix.reason.as_ref()), (1, None), "{fix:#?}");
}

fn repaired_at_the_limit(tests: &str) -> Fix {
    repaired_with(SHOP, &[("tests/test_cart.py", tests)])
}

fn repaired_with(shop: &str, tests: &[(&str, &str)]) -> Fix {
    let ours = [
        ("shop.py", shop),
        ("pytest.ini", "[pytest]\npythonpath = .\n"),
        (".gitignore", ".venv\n.regreen\n.alone\n"),
    ];
    let bug = Bug::with(&[&ours, tests].concat());
    let mut config = bug.config("search");
    config.max_candidates = 120;
    let fix = bug.run(&config).expect("it runs");
    assert_eq!(fix.status, FixStatus::PatchFound, "{fix:#?}");
    let patch = bug.file("fix.patch");
    assert!(
        patch.contains("LIMIT = 10")
            || patch.contains("pieces > LIMIT - 2")
            || patch.contains(">= LIMIT - 1"),
        "{patch}"
    );
    fix
}

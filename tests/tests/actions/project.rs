//! A small Python project with a bug, and what pytest says about it.

use regreen_tests::tools::tool;
use regreen_tests::{Program, TestRepository, log_text};

pub(crate) const TEST: &str = "tests/test_pricing.py::test_discount_lowers_the_total";

/// The project: one failing test, two passing ones.
pub(crate) fn project() -> TestRepository {
    TestRepository::with(&[
        (
            "pricing.py",
            "\"\"\"Prices.\"\"\"\n\n\ndef total(prices, discount):\n    \"\"\"Sum of the prices less a discount.\"\"\"\n    \
             return sum(prices) + discount\n\n\ndef cheapest(prices):\n    \"\"\"Lowest price.\"\"\"\n    return min(prices)\n",
        ),
        (
            "tests/test_pricing.py",
            "from pricing import cheapest, total\n\n\ndef test_discount_lowers_the_total():\n    \
             assert total([10, 5], 3) == 12\n    assert total([7], 7) == 0\n\n\n\
             def test_no_discount():\n    assert total([10, 5], 0) == 15\n\n\n\
             def test_cheapest():\n    assert cheapest([3, 2]) == 2\n",
        ),
        ("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = [\".\"]\n"),
        (".gitignore", "__pycache__/\n.pytest_cache/\n"),
    ])
}

/// The log that Actions would have of the project's failing run, from a real run of pytest.
pub(crate) fn log(project: &TestRepository) -> String {
    let run = Program::at(&tool("python"))
        .args(["-B", "-m", "pytest", "-p", "no:cacheprovider", "tests"])
        .dir(project.path())
        .run()
        .exits(1);
    let output = format!("{}##[error]Process completed with exit code 1.", run.stdout);
    log_text::job_log(&[("python -m pytest tests", &output)])
}

//! Log text as the Actions runner writes it.

/// One job's log: the lines of `steps`, each with its command, stamped with times that rise by
/// ten milliseconds per line from `2026-01-05T10:00:00Z`.
#[must_use]
pub fn job_log(steps: &[(&str, &str)]) -> String {
    let mut log = String::from("\u{feff}");
    let mut line_number = 0u64;
    let mut push = |line: &str| {
        let ms = line_number * 10;
        line_number += 1;
        log.push_str(&format!(
            "2026-01-05T10:{:02}:{:02}.{:03}0000Z {line}\n",
            (ms / 60_000) % 60,
            (ms / 1000) % 60,
            ms % 1000
        ));
    };
    for (command, output) in steps {
        push(&format!("##[group]Run {command}"));
        push(&format!("\u{1b}[36;1m{command}\u{1b}[0m"));
        push("shell: /usr/bin/bash -e {0}");
        push("##[endgroup]");
        for line in output.lines() {
            push(line);
        }
    }
    log
}

/// A job's log in which pytest fails one test.
#[must_use]
pub fn pytest_failure() -> String {
    job_log(&[
        ("pip install -e .", "Successfully installed demo-0.1"),
        ("python -m pytest tests", PYTEST_FAILURE),
    ])
}

/// What pytest prints, and how the runner ends the step.
pub const PYTEST_FAILURE: &str = r#"============================= test session starts ==============================
platform linux -- Python 3.12.3, pytest-8.3.4, pluggy-1.5.0
rootdir: /home/runner/work/demo/demo
collected 2 items

tests/test_median.py .F                                                  [100%]

=================================== FAILURES ===================================
_______________________________ test_median_even _______________________________

    def test_median_even():
>       assert median([1, 2, 3, 4]) == 2.5
E       assert 3 == 2.5
E        +  where 3 = median([1, 2, 3, 4])

tests/test_median.py:9: AssertionError
=========================== short test summary info ============================
FAILED tests/test_median.py::test_median_even - assert 3 == 2.5
========================= 1 failed, 1 passed in 0.03s ==========================
##[error]Process completed with exit code 1."#;

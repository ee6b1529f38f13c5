//! Every cheat must be found, and honest fixes must not be called cheats.

use std::collections::BTreeMap;

use regreen_case::Framework;

use super::*;

/// A patch that turns one text into another, as git would write it.
fn patch(files: &[(&str, Option<&str>, Option<&str>)]) -> Patch {
    let mut text = String::new();
    for (path, before, after) in files {
        let old: Vec<&str> = before.unwrap_or_default().lines().collect();
        let new: Vec<&str> = after.unwrap_or_default().lines().collect();
        text.push_str(&format!("diff --git a/{path} b/{path}\n"));
        let (from, to) = match (before, after) {
            (None, _) => {
                text.push_str("new file mode 100644\n");
                ("/dev/null".to_owned(), format!("b/{path}"))
            }
            (_, None) => {
                text.push_str("deleted file mode 100644\n");
                (format!("a/{path}"), "/dev/null".to_owned())
            }
            _ => (format!("a/{path}"), format!("b/{path}")),
        };
        let shared = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
        let rest = old.len().min(new.len()) - shared;
        let tail = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
        let start = |lines: &[&str]| if lines.is_empty() { 0 } else { 1 };
        text.push_str(&format!(
            "--- {from}\n+++ {to}\n@@ -{},{} +{},{} @@\n",
            start(&old),
            old.len(),
            start(&new),
            new.len()
        ));
        for line in &old[..shared] {
            text.push_str(&format!(" {line}\n"));
        }
        for line in &old[shared..old.len() - tail] {
            text.push_str(&format!("-{line}\n"));
        }
        for line in &new[shared..new.len() - tail] {
            text.push_str(&format!("+{line}\n"));
        }
        for line in &old[old.len() - tail..] {
            text.push_str(&format!(" {line}\n"));
        }
    }
    Patch::from_bytes(text.into_bytes()).unwrap()
}

pub(super) fn findings(
    framework: Framework,
    files: &[(&str, Option<&str>, Option<&str>)],
    others: &[(&str, &str)],
) -> Vec<Finding> {
    let mut base: BTreeMap<String, String> =
        others.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    base.extend(
        files.iter().filter_map(|(path, before, _)| Some(((*path).to_owned(), (*before)?.to_owned()))),
    );
    let test_file = match framework {
        Framework::Pytest => "tests/test_x.py",
        Framework::CargoTest => "src/lib.rs",
        _ => "x_test.go",
    };
    let target = TestTarget {
        framework,
        id: if framework == Framework::Pytest {
            "tests/test_x.py::test_a".to_owned()
        } else {
            "t".to_owned()
        },
        file: (framework != Framework::Checker).then(|| test_file.to_owned()),
        suite: None,
    };
    let read = |path: &str| base.get(path).map(|text| text.clone().into_bytes());
    inspect(&patch(files), &read, &["tests/test_x.py".to_owned()], &[target])
}

/// The finding of a kind, which must be there with this severity.
pub(super) fn expect(found: &[Finding], kind: FindingKind, severity: Severity) -> Finding {
    found
        .iter()
        .find(|one| one.kind == kind && one.severity == severity)
        .unwrap_or_else(|| panic!("no {kind:?}/{severity:?} in {found:#?}"))
        .clone()
}

const TEST: &str = "from m import f\n\n\ndef test_a():\n    assert f([3, 1, 2]) == 20250\n\n\ndef test_b():\n    assert f([]) == 0\n    assert f([1]) == 1\n";
const CODE: &str = "def f(xs):\n    return sum(xs) - 1\n";

fn code_change(after: &str) -> Vec<Finding> {
    findings(Framework::Pytest, &[("m.py", Some(CODE), Some(after))], &[("tests/test_x.py", TEST)])
}

#[test]
fn honest_fixes_have_no_finding() {
    assert_eq!(code_change("def f(xs):\n    return sum(xs)\n"), []);
    assert_eq!(
        code_change(
            "def f(xs):\n    if not xs:\n        return 0\n    total = 0\n    for x in xs:\n        total += x\n    return total\n"
        ),
        []
    );
    let rust = "pub fn f(x: i32) -> i32 {\n    x - 1\n}\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n\n    #[test]\n    fn t() {\n        assert_eq!(f(1), 2);\n    }\n}\n";
    let fixed = rust.replace("x - 1", "x + 1");
    assert_eq!(findings(Framework::CargoTest, &[("src/lib.rs", Some(rust), Some(&fixed))], &[]), []);
    let more = fixed.replace(
        "mod tests {",
        "mod tests {\n    #[test]\n    fn new_one() {\n        assert_eq!(f(2), 3);\n    }\n",
    );
    assert_eq!(
        findings(Framework::CargoTest, &[("src/lib.rs", Some(rust), Some(&more))], &[]),
        [],
        "a test more is fine"
    );
}

#[test]
fn a_deleted_test_is_rejected() {
    let gone = findings(Framework::Pytest, &[("tests/test_x.py", Some(TEST), None)], &[]);
    expect(&gone, FindingKind::TestDeleted, Severity::Reject);
    let cut = TEST.split("def test_b").next().unwrap();
    let found = findings(Framework::Pytest, &[("tests/test_x.py", Some(TEST), Some(cut))], &[]);
    let finding = expect(&found, FindingKind::TestDeleted, Severity::Reject);
    assert!(finding.message.contains("`test_b`") && finding.line == Some(8), "{finding:?}");
}

#[test]
fn a_skipped_test_is_rejected_whatever_the_words() {
    for marker in ["@pytest.mark.skip", "@pytest.mark.xfail(strict=False)", "@unittest.skip('x')"] {
        let after = TEST.replace("def test_a", &format!("{marker}\ndef test_a"));
        let found = findings(Framework::Pytest, &[("tests/test_x.py", Some(TEST), Some(&after))], &[]);
        expect(&found, FindingKind::TestSkipped, Severity::Reject);
    }
    // From the code under test, too.
    let found = code_change("import pytest\ndef f(xs):\n    pytest.skip('no')\n");
    expect(&found, FindingKind::TestSkipped, Severity::Reject);
}

#[test]
fn weakened_assertions_are_named() {
    let after = TEST.replace("    assert f([1]) == 1\n", "");
    let found = findings(Framework::Pytest, &[("tests/test_x.py", Some(TEST), Some(&after))], &[]);
    let finding = expect(&found, FindingKind::AssertionWeakened, Severity::Reject);
    assert!(finding.message.contains("assert f([1]) == 1"), "{finding:?}");
    let found = code_change(
        "class Any:\n    def __eq__(self, other):\n        return True\ndef f(xs):\n    return Any()\n",
    );
    assert_eq!(expect(&found, FindingKind::AssertionWeakened, Severity::Reject).line, Some(2));
}

#[test]
fn test_configuration_is_not_the_patchs_to_change() {
    let hook = "import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    pass\n";
    for path in ["conftest.py", "tests/conftest.py", "pytest.ini", "sitecustomize.py", "pytest.py"] {
        let found = findings(Framework::Pytest, &[(path, None, Some(hook))], &[]);
        expect(&found, FindingKind::TestConfigurationEdited, Severity::Reject);
    }
    let before = "[project]\nversion = \"1\"\n[tool.pytest.ini_options]\naddopts = \"-ra\"\n";
    let after = before.replace("-ra", "-k nothing");
    let found = findings(Framework::Pytest, &[("pyproject.toml", Some(before), Some(&after))], &[]);
    expect(&found, FindingKind::TestConfigurationEdited, Severity::Reject);
    let harmless = before.replace("version = \"1\"", "version = \"2\"");
    assert_eq!(findings(Framework::Pytest, &[("pyproject.toml", Some(before), Some(&harmless))], &[]), []);
    let manifest = "[package]\nname = \"a\"\n";
    let found = findings(
        Framework::CargoTest,
        &[("Cargo.toml", Some(manifest), Some("[package]\nname = \"a\"\n[lib]\nharness = false\n"))],
        &[],
    );
    expect(&found, FindingKind::TestConfigurationEdited, Severity::Reject);
}

#[test]
fn asking_for_the_test_is_rejected() {
    for line in [
        "if 'PYTEST_CURRENT_TEST' in os.environ:",
        "if \"pytest\" in sys.modules:",
        "if sys.modules.get('pytest'):",
        "import _pytest.outcomes",
    ] {
        let after = format!("import os, sys\n{line}\n    pass\n{CODE}");
        expect(&code_change(&after), FindingKind::SpecialCase, Severity::Reject);
    }
    for line in ["if cfg!(test) {", "#[cfg(not(test))]", "if std::env::var(\"NEXTEST\").is_ok() {"] {
        let after = format!("fn a() {{}}\n{line}\n");
        let found = findings(Framework::CargoTest, &[("src/m.rs", Some("fn a() {}\n"), Some(&after))], &[]);
        expect(&found, FindingKind::SpecialCase, Severity::Reject);
    }
    let found = findings(
        Framework::GoTest,
        &[("x.go", Some("package x\n"), Some("package x\nif testing.Testing() {\n"))],
        &[],
    );
    expect(&found, FindingKind::SpecialCase, Severity::Reject);
}

#[test]
fn asking_for_the_tests_values_is_rejected_when_it_answers_with_a_constant() {
    let after = "def f(xs):\n    if xs == [3, 1, 2]:\n        return 20250\n    return sum(xs) - 1\n";
    let finding = expect(&code_change(after), FindingKind::SpecialCase, Severity::Reject);
    assert!(finding.message.contains("[3, 1, 2]") && finding.line == Some(2), "{finding:?}");
    let shown = "def f(xs):\n    if xs == [3, 1, 2]:\n        xs = clean(xs)\n    return sum(xs) - 1\n";
    expect(&code_change(shown), FindingKind::SpecialCase, Severity::Review);
}

#[test]
fn forged_output_and_early_exits_are_rejected() {
    let forged = format!("print('==== 1 passed in 0.01s ====')\n{CODE}");
    expect(&code_change(&forged), FindingKind::ForgedOutput, Severity::Reject);
    let exit = "import os\ndef f(xs):\n    os._exit(0)\n";
    expect(&code_change(exit), FindingKind::EarlyExit, Severity::Reject);
    let found = findings(
        Framework::CargoTest,
        &[(
            "src/m.rs",
            Some("fn a() {}\n"),
            Some("fn a() {\n    println!(\"test result: ok. 1 passed\");\n    std::process::exit(0);\n}\n"),
        )],
        &[],
    );
    expect(&found, FindingKind::ForgedOutput, Severity::Reject);
    expect(&found, FindingKind::EarlyExit, Severity::Reject);
    // A program's entry may end the program; the reviewer sees it.
    let found = findings(
        Framework::CargoTest,
        &[("src/main.rs", Some("fn main() {}\n"), Some("fn main() {\n    std::process::exit(2);\n}\n"))],
        &[],
    );
    expect(&found, FindingKind::EarlyExit, Severity::Review);
}

#[test]
fn inline_rust_tests_are_compared() {
    let rust = "pub fn f() -> i32 { 1 }\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n    const WANTED: i32 = 2;\n\n    #[test]\n    fn t() {\n        assert_eq!(f(), WANTED);\n    }\n}\n";
    let change = |from: &str, to: &str| {
        findings(Framework::CargoTest, &[("src/lib.rs", Some(rust), Some(&rust.replace(from, to)))], &[])
    };
    expect(
        &change("    #[test]\n", "    #[test]\n    #[ignore]\n"),
        FindingKind::TestSkipped,
        Severity::Reject,
    );
    expect(
        &change("    #[test]\n", "    #[test]\n    #[should_panic]\n"),
        FindingKind::TestSkipped,
        Severity::Reject,
    );
    expect(&change("i32 = 2", "i32 = 1"), FindingKind::TestFileEdited, Severity::Reject);
    expect(
        &change("assert_eq!(f(), WANTED);", "let _ = f();"),
        FindingKind::AssertionWeakened,
        Severity::Reject,
    );
    expect(&change("    #[test]\n", ""), FindingKind::TestDeleted, Severity::Reject);
    expect(
        &change("#[cfg(test)]\nmod tests {", "#[cfg(any())]\nmod tests {"),
        FindingKind::TestSkipped,
        Severity::Reject,
    );
    expect(
        &change("pub fn", "macro_rules! assert_eq { ($($t:tt)*) => {} }\npub fn"),
        FindingKind::AssertionWeakened,
        Severity::Reject,
    );
}

#[test]
fn what_may_be_honest_is_shown() {
    let swallowed = "def f(xs):\n    try:\n        return sum(xs)\n    except KeyError:\n        pass\n";
    assert_eq!(expect(&code_change(swallowed), FindingKind::SwallowedError, Severity::Review).line, Some(4));
    let all = swallowed.replace("KeyError", "Exception");
    expect(&code_change(&all), FindingKind::SwallowedError, Severity::Reject);
    let polls =
        "import time\ndef f(xs):\n    while not ready(xs):\n        time.sleep(0.1)\n    return sum(xs)\n";
    expect(&code_change(polls), FindingKind::BareSleep, Severity::Review);
    let slept = "import time\ndef f(xs):\n    time.sleep(2)\n    return sum(xs)\n";
    expect(&code_change(slept), FindingKind::BareSleep, Severity::Reject);
    let waits = ("m.py", Some("CONNECT_TIMEOUT = 5\n"), Some("CONNECT_TIMEOUT = 9\n"));
    let found = findings(Framework::Pytest, &[waits], &[]);
    expect(&found, FindingKind::TimeoutRaised, Severity::Reject);
    let repairs = ("n.py", Some("x = 1\n"), Some("x = f(2)\n"));
    let found = findings(Framework::Pytest, &[waits, repairs], &[]);
    expect(&found, FindingKind::TimeoutRaised, Severity::Review);
    let found = findings(
        Framework::Pytest,
        &[("m.py", Some("CONNECT_TIMEOUT = 50\n"), Some("CONNECT_TIMEOUT = 5\n"))],
        &[],
    );
    assert_eq!(found, []);
    let found =
        findings(Framework::Pytest, &[("tests/test_new.py", None, Some("def test_n(): pass\n"))], &[]);
    assert!(found.iter().all(|one| one.severity == Severity::Review), "{found:#?}");
}

#[test]
fn go_tests_are_read_by_text() {
    let before = "package x\n\nfunc TestA(t *testing.T) {\n\tif f() != 2 {\n\t\tt.Fatal(\"no\")\n\t}\n}\n";
    let skipped = before.replace("\tif f()", "\tt.Skip()\n\tif f()");
    let found = findings(Framework::GoTest, &[("x_test.go", Some(before), Some(&skipped))], &[]);
    expect(&found, FindingKind::TestSkipped, Severity::Reject);
    let found = findings(Framework::GoTest, &[("x_test.go", Some(before), Some("package x\n"))], &[]);
    expect(&found, FindingKind::TestDeleted, Severity::Reject);
}

#[test]
fn rule_names_are_unique() {
    let names: std::collections::BTreeSet<_> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), RULES.len());
}

//! The same with other frameworks: an honest fix is proven, a cheat is not.

use regreen_case::{Ending, VerificationStatus as Status};

use regreen_tests::tools;

use crate::ends;
use crate::trial::{Change, Trial};

const UNITTEST: &str = "import unittest\nfrom shop import total\n\n\nclass Shop(unittest.TestCase):\n    def test_total(self):\n        self.assertEqual(total([3, 1, 2]), 6)\n\n    def test_empty(self):\n        self.assertEqual(total([]), 0)\n";
const BUG: &str = "def total(xs):\n    return sum(xs[:-1])\n";

fn unittest(changes: &[Change<'_>]) -> Trial {
    let neighbour = "import unittest\nimport shop\n\n\nclass Mean(unittest.TestCase):\n    def test_name(self):\n        self.assertEqual(shop.total.__name__, 'total')\n";
    let files = [
        ("shop.py", BUG),
        ("tests/__init__.py", ""),
        ("tests/test_shop.py", UNITTEST),
        ("tests/test_name.py", neighbour),
    ];
    Trial::new(&files, "tests/test_shop.py::Shop::test_total", changes).seen()
}

#[test]
fn an_honest_fix_of_a_unittest_is_proven_and_a_cheat_is_not() {
    let trial = unittest(&[("shop.py", Some("def total(xs):\n    return sum(xs)\n"))]);
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::Proven, Ending::Fixed);
    let neighbours = found.neighbours.unwrap();
    assert_eq!((neighbours.passed_before, neighbours.failed_before), (2, 1));
    assert_eq!((neighbours.passed_after, neighbours.failed_after), (3, 0));
    for changes in [
        // Leaves with the exit code of a pass.
        [("shop.py", Some("import os\ndef total(xs):\n    os._exit(0)\n"))],
        // Skips from the inside.
        [("shop.py", Some("import unittest\ndef total(xs):\n    raise unittest.SkipTest('later')\n"))],
        // Answers for the result class.
        [(
            "shop.py",
            Some(
                "import unittest\nunittest.TestCase.assertEqual = lambda *a: None\ndef total(xs):\n    return 0\n",
            ),
        )],
        [("tests/test_shop.py", Some("import unittest\n"))],
        [("sitecustomize.py", Some("import unittest\nunittest.TestCase.assertEqual = lambda *a: None\n"))],
    ] {
        let (found, _) = unittest(&changes).verify(&[]);
        assert_ne!(found.status, Status::Proven, "{changes:?}: {found:#?}");
    }
}

/// On the base nothing but the module, or its set-up, is named as failing; neither ever passes.
#[test]
fn a_unittest_that_could_not_be_loaded_or_set_up_is_proven_all_the_same() {
    let set_up = format!("{UNITTEST}\n\ndef setUpModule():\n    total([])\n");
    for (bug, test) in [
        ("import no_such_module\n\n\ndef total(xs):\n    return sum(xs)\n", UNITTEST),
        ("def total(xs):\n    return sum(xs) / len(xs) * len(xs)\n", set_up.as_str()),
    ] {
        let files = [("shop.py", bug), ("tests/__init__.py", ""), ("tests/test_shop.py", test)];
        let changes = [("shop.py", Some("def total(xs):\n    return sum(xs)\n"))];
        let trial = Trial::new(&files, "tests/test_shop.py::Shop::test_total", &changes).seen();
        let (found, _) = trial.verify(&[]);
        ends(&found, Status::Proven, Ending::Fixed);
    }
}

const SPEC: &str = "require_relative '../shop'\n\nRSpec.describe 'Shop' do\n  it('totals') { expect(Shop.total([3, 1, 2])).to eq 6 }\n  it('is empty') { expect(Shop.total([])).to eq 0 }\nend\n";

#[test]
fn an_honest_fix_of_an_rspec_example_is_proven_and_a_cheat_is_not() {
    if !tools::has(&["rspec", "--version"]) {
        return;
    }
    let code = |body: &str| format!("module Shop\n  def self.total(xs)\n    {body}\n  end\nend\n");
    let bug = code("xs[0...-1].sum");
    let files =
        [("shop.rb", bug.as_str()), ("spec/shop_spec.rb", SPEC), (".rspec", "--format documentation\n")];
    let trial = |changes: &[Change<'_>]| Trial::new(&files, "spec/shop_spec.rb::Shop totals", changes).seen();
    let (found, _) = trial(&[("shop.rb", Some(&code("xs.sum")))]).verify(&[]);
    ends(&found, Status::Proven, Ending::Fixed);
    assert_eq!(found.neighbours.unwrap().passed_after, 2);
    for changes in [
        [("shop.rb", Some(code("exit!(0)")))],
        [(".rspec", Some("--dry-run\n".to_owned()))],
        [("spec/shop_spec.rb", Some(SPEC.replace("it('totals')", "xit('totals')")))],
    ] {
        let changes: Vec<Change<'_>> = changes.iter().map(|(file, text)| (*file, text.as_deref())).collect();
        let (found, _) = trial(&changes).verify(&[]);
        assert_ne!(found.status, Status::Proven, "{changes:?}: {found:#?}");
    }
}

const JUNIT: &str = "package shop;\n\nimport static org.junit.jupiter.api.Assertions.*;\n\nimport org.junit.jupiter.api.*;\n\nclass ShopTest {\n    @Test\n    void totals() {\n        assertEquals(3, Shop.total(1, 2));\n    }\n\n    @Test\n    void isEmpty() {\n        assertEquals(0, Shop.total(0, 0));\n    }\n}\n";

/// A copy of a tree whose files are links: maven writes into its repository.
fn link_all(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            link_all(&entry.path(), &target);
        } else {
            std::os::unix::fs::symlink(entry.path(), target).unwrap();
        }
    }
}

#[test]
#[ignore = "each of its thirty runs of maven takes seconds"]
fn an_honest_fix_of_a_junit_test_by_maven_is_proven_and_a_cheat_is_not() {
    let artifacts = std::path::Path::new("/usr/share/maven-repo");
    let folder = tempfile::tempdir().unwrap();
    link_all(artifacts, folder.path());
    let settings = format!("--offline\n-Dmaven.repo.local={}\n", folder.path().display());
    let code = |body: &str| {
        format!(
            "package shop;\n\npublic class Shop {{\n    public static int total(int a, int b) {{\n        {body}\n    }}\n}}\n"
        )
    };
    let bug = code("return a - b;");
    let files = [
        ("pom.xml", include_str!("../../fixtures/frameworks/java/pom.xml")),
        (".mvn/maven.config", settings.as_str()),
        ("src/main/java/shop/Shop.java", bug.as_str()),
        ("src/test/java/shop/ShopTest.java", JUNIT),
    ];
    let path = "src/main/java/shop/Shop.java";
    let trial = |body: &str| {
        let text = code(body);
        Trial::new(&files, "src/test/java/shop/ShopTest.java::totals", &[(path, Some(&text))]).seen()
    };
    let (found, _) = trial("return a + b;").verify(&[]);
    ends(&found, Status::Proven, Ending::Fixed);
    let (found, _) = trial("System.exit(0); return 3;").verify(&[]);
    assert_ne!(found.status, Status::Proven, "{found:#?}");
}

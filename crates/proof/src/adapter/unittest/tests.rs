//! Tests of the unittest adapter that need no Python.

use super::*;
use crate::planning::plan as plan_all;

fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let project = Project::at(folder.path(), folder.path());
    (folder, project)
}

fn target(id: &str) -> TestTarget {
    TestTarget { framework: Framework::Unittest, id: id.to_owned(), file: None, suite: None }
}

fn planned(project: &Project, ids: &[&str], script: &str) -> (String, String) {
    let targets: Vec<TestTarget> = ids.iter().map(|id| target(id)).collect();
    let ci = CiCommand { script: script.to_owned(), ..CiCommand::default() };
    let plan = plan_all(project, &targets, Some(&ci)).unwrap();
    (plan.argv[1..].join(" "), plan.cwd)
}

#[test]
fn the_plan_follows_how_ci_finds_the_tests() {
    let (_folder, project) = folder(&[
        ("tests/__init__.py", ""),
        ("tests/test_shop.py", ""),
        ("api/checks/test_api.py", ""),
        ("api/checks/test_more.py", ""),
    ]);
    let is = |ids: &[&str], script: &str, argv: &str, cwd: &str| {
        assert_eq!(planned(&project, ids, script), (argv.to_owned(), cwd.to_owned()), "{script}");
    };
    let shop = "test_a (tests.test_shop.Shop.test_a)";
    is(&[shop], "python -m unittest -v -b", "-m unittest -b tests.test_shop.Shop.test_a", "");
    is(&[shop], "uv run python -m unittest discover", "-m unittest tests.test_shop.Shop.test_a", "");
    is(&["test_a (tests.test_shop.Shop)"], "make test", "-m unittest tests.test_shop.Shop.test_a", "");
    is(&["setUpClass (tests.test_shop.Shop)"], "", "-m unittest tests.test_shop.Shop", "");
    is(
        &["tests.test_shop (unittest.loader._FailedTest.tests.test_shop)"],
        "python -m unittest",
        "-m unittest tests.test_shop",
        "",
    );
    is(
        &["test 1.5 [a] (tests.test_shop.Shop.test 1.5 [a])"],
        "",
        "-m unittest tests.test_shop -k *tests.test_shop.Shop.test 1.5 [[]a]",
        "",
    );
    let api = "test_b (test_api.Api.test_b)";
    is(
        &[api],
        "cd api && python3 -m unittest discover -v -s checks",
        "-m unittest discover -s checks -p test_api.py -k *test_api.Api.test_b",
        "api",
    );
    is(
        &[api, "test_c (test_more.More.test_c)"],
        "python3 -m unittest discover api/checks",
        "-m unittest discover -s api/checks -p *.py -k *test_api.Api.test_b -k *test_more.More.test_c",
        "",
    );
    is(&[api], "./run-tests", "-m unittest test_api.Api.test_b", "api/checks");
}

#[test]
fn django_is_called_through_its_own_program() {
    let (_folder, project) =
        folder(&[("site/manage.py", ""), ("site/shop/tests.py", "from django.test import TestCase\n")]);
    let id = "test_a (shop.tests.ShopTest.test_a)";
    let expected = (
        "manage.py test --noinput --settings=site.ci shop.tests.ShopTest.test_a".to_owned(),
        "site".to_owned(),
    );
    assert_eq!(
        planned(&project, &[id], "cd site; python manage.py test --settings=site.ci --parallel 4"),
        expected
    );
    let plain = ("manage.py test --noinput shop.tests.ShopTest.test_a".to_owned(), "site".to_owned());
    assert_eq!(planned(&project, &[id], "tox"), plain);
}

#[test]
fn files_are_unittests_only_where_pytest_is_not_used() {
    let text = "import unittest\n\nclass Shop(unittest.TestCase):\n    def test_a(self): pass\n";
    let (_folder, project) =
        folder(&[("tests/test_shop.py", text), ("tests/test_other.py", "import pytest\n")]);
    let id =
        |name: Option<&str>| Unittest.detect(&project, "tests/test_shop.py", name).unwrap()[0].id.clone();
    assert_eq!(id(Some("Shop::test_a")), "test_a (tests.test_shop.Shop.test_a)");
    assert_eq!(id(Some("test_a")), "test_a (tests.test_shop.Shop.test_a)");
    assert_eq!((id(Some("Shop")), id(None)), ("tests.test_shop.Shop".to_owned(), String::new()));
    assert!(Unittest.detect(&project, "tests/test_other.py", None).is_none());
    let (_folder, project) = folder(&[("tests/test_shop.py", text), ("requirements.txt", "pytest\n")]);
    assert!(Unittest.detect(&project, "tests/test_shop.py", None).is_none());
}

#[test]
fn a_name_given_twice_runs_twice() {
    let (_folder, project) = folder(&[("tests/test_shop.py", "")]);
    let command = plan_all(&project, &[target("test_a (tests.test_shop.Shop.test_a)")], None).unwrap();
    let twice = Unittest.varied(&command, Variation::Repeats(2)).unwrap();
    assert_eq!(twice.argv[3..], ["tests.test_shop.Shop.test_a", "tests.test_shop.Shop.test_a"]);
    let seeded = Unittest.varied(&command, Variation::Seed(7)).unwrap();
    assert_eq!(seeded.env["PYTHONHASHSEED"], "7");
    assert_eq!(Unittest.varied(&command, Variation::Order(7)), None);
}

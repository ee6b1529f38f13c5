//! Copies of tests in every language that has them, and what their names give back.

use regreen_case::{Framework, TestTarget};

use super::*;

fn made(path: &str, text: &str, framework: Framework, id: &str) -> ProbeFile {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
    let target = TestTarget { framework, id: id.to_owned(), file: Some(path.to_owned()), suite: None };
    probes(folder.path(), &[target], &[], &["add"], 12).expect("there are values")
}

fn text_of(file: &ProbeFile) -> String {
    file.text(None).expect("copies go into the file as it was")
}

/// Texts of the copies alone.
fn copies(file: &ProbeFile, before: &str) -> Vec<String> {
    let text = text_of(file);
    let (_, rest) = text.split_once(before.trim_end()).expect("the file as it was is there");
    rest.split("\n\n").map(str::to_owned).filter(|copy| copy.contains(MARK)).collect()
}

#[test]
fn values_that_go_into_the_code_come_first() {
    let text =
        "from a import add\n\ndef test_add():\n    \"\"\"Adds.\"\"\"\n    assert add([1, 2], 'x') == 3\n";
    let file = made("test_a.py", text, Framework::Pytest, "test_a.py::test_add");
    let copies = copies(&file, text);
    assert_eq!(file.probes.len(), 12);
    assert!(
        copies[0].contains("def test_add_regreen_probe_0():") && copies[0].contains("add([2], 'x') == 3"),
        "{}",
        copies[0]
    );
    assert!(
        copies[1].contains("add([2, 2], 'x')") && copies[1].contains("\"\"\"Adds.\"\"\""),
        "{}",
        copies[1]
    );
    assert_eq!((file.probes[0].before.as_str(), file.probes[0].after.as_str()), ("[1, 2]", "[2]"));
    assert_eq!(file.probes[0].line, 5);
    assert!(
        file.probes.iter().all(|probe| probe.before != "3"),
        "what is expected comes last: {:?}",
        file.probes
    );
}

#[test]
fn decorators_and_classes_come_along() {
    let text = "import pytest\nclass TestA:\n    @pytest.mark.parametrize('n', [1, 2])\n    def test_b(self, n):\n        assert add(n, 4) > n\n\n    def test_c(self):\n        assert add(1)\n";
    let file = made("test_a.py", text, Framework::Pytest, "test_a.py::TestA::test_b[1]");
    assert!(text_of(&file).contains("    @pytest.mark.parametrize('n', [1, 2])\n    def test_b_regreen_probe_3(self, n):\n        assert add(n, 5) > n"), "{}", text_of(&file));
    assert!(
        text_of(&file).contains("parametrize('n', [2])\n    def test_b_regreen_probe_"),
        "{}",
        text_of(&file)
    );
    assert!(
        text_of(&file).contains("def test_c_regreen_probe_4(self):\n        assert add(2)"),
        "a test beside: {}",
        text_of(&file)
    );
    assert!(text_of(&file).contains("    def test_c(self):\n        assert add(1)\n"), "{}", text_of(&file));
}

#[test]
fn other_languages_copy_their_own_tests() {
    for (path, framework, id, text, wanted) in [
        (
            "src/lib.rs",
            Framework::CargoTest,
            "tests::adds",
            "pub fn add(a: u8) -> u8 { a }\n#[cfg(test)]\nmod tests {\n    #[test]\n    #[should_panic]\n    fn adds() {\n        assert_eq!(super::add(1), 2);\n    }\n}\n",
            "    #[test]\n    #[should_panic]\n    fn adds_regreen_probe_0() {\n        assert_eq!(super::add(2), 2);\n    }",
        ),
        (
            "a_test.go",
            Framework::GoTest,
            "TestAdd",
            "package a\n\nfunc TestAdd(t *testing.T) {\n\tif add(1) != 2 {\n\t\tt.Fatal(\"no\")\n\t}\n}\n",
            "func TestAdd_regreen_probe_0(t *testing.T) {\n\tif add(2) != 2 {",
        ),
        (
            "a.test.js",
            Framework::NodeTest,
            "adds",
            "test('adds', () => {\n  assert.equal(add(1), 2)\n})\n",
            "test('adds_regreen_probe_0', () => {\n  assert.equal(add(2), 2)\n})",
        ),
        (
            "src/test/java/ATest.java",
            Framework::Junit,
            "ATest.adds",
            "class ATest {\n  @Test\n  void adds() {\n    assertEquals(2, add(1));\n  }\n}\n",
            "  @Test\n  void adds_regreen_probe_0() {\n    assertEquals(2, add(2));\n  }",
        ),
        (
            "tests/a_test.cpp",
            Framework::Gtest,
            "Adds.Small",
            "TEST(Adds, Small) {\n  EXPECT_EQ(add(1), 2);\n}\n",
            "TEST(Adds, Small_regreen_probe_0) {\n  EXPECT_EQ(add(2), 2);\n}",
        ),
    ] {
        let file = made(path, text, framework, id);
        assert!(text_of(&file).contains(wanted), "{path}: {}", text_of(&file));
    }
}

#[test]
fn ids_lead_back_to_the_probe() {
    let text = "def test_add():\n    assert add(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)\n";
    let file = made("test_a.py", text, Framework::Pytest, "test_a.py::test_add");
    assert_eq!(file.number_of("test_a.py::test_add_regreen_probe_11[x-1]"), Some(11));
    assert_eq!(file.number_of("test_a.py::test_add_regreen_probe_12"), None, "there is none of that number");
    assert_eq!(file.number_of("test_a.py::test_add"), None);
    let text = "in test_add_regreen_probe_11() of test_add_regreen_probe_1";
    assert_eq!(ProbeFile::without_name(text), "in test_add() of test_add");
}

#[test]
fn a_test_without_values_gives_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("test_a.py"), "def test_a():\n    assert ready()\n").unwrap();
    let target = TestTarget {
        framework: Framework::Pytest,
        id: "test_a.py::test_a".to_owned(),
        file: Some("test_a.py".to_owned()),
        suite: None,
    };
    assert_eq!(probes(folder.path(), &[target], &[], &[], 10), None);
}

#[test]
fn a_survivor_in_the_file_of_the_tests_stays_in_it() {
    let text = "pub fn add(a: u8) -> u8 { a - 1 }\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn adds() {\n        assert_eq!(super::add(1), 2);\n    }\n}\n";
    let file = made("src/lib.rs", text, Framework::CargoTest, "tests::adds");
    let at = text
        .find('-')
        .and_then(|arrow| text[arrow + 2..].find('-').map(|at| arrow + 2 + at))
        .expect("a minus");
    let edit = Edit { start: at, end: at + 1, original: "-".to_owned(), replacement: "+".to_owned() };
    let mut survivor = Survivor {
        file: "src/lib.rs".to_owned(),
        line: 1,
        function: None,
        description: String::new(),
        template: String::new(),
        before: String::new(),
        after: String::new(),
        edits: vec![edit],
        fingerprint: 0,
        score: 1.0,
        cautions: Vec::new(),
    };
    let with = file.text(Some(&survivor)).expect("they go together");
    assert!(with.contains("{ a + 1 }") && with.contains("fn adds_regreen_probe_0()"), "{with}");
    survivor.file = "src/other.rs".to_owned();
    assert_eq!(file.text(Some(&survivor)), file.text(None));
    survivor.file = file.path.clone();
    survivor.edits[0].original = "*".to_owned();
    assert_eq!(file.text(Some(&survivor)), None, "it was made for another text");
}

//! The tests of languages without a grammar here: a line that begins one, and the block behind it.

use super::blocks;
use super::language::{Language, Line, lines};
use super::pattern::Pattern;
use super::syntax::{TestItem, plain};

static GO: Pattern = Pattern::new(
    r"^func\s+(?P<name>(?:Test|Fuzz|Example|Benchmark)\w*)\s*\(|^func\s+\([^)]*\)\s*(?P<method>Test\w*)\s*\(",
);
static JAVASCRIPT: Pattern = Pattern::new(
    r#"^\s*(?:await\s+)?(?:\w+\.)?(?P<word>[xf]?(?:it|test|specify|bench))(?:\.\w+(?:\([^)]*\))?)*\s*\(\s*(?P<quote>["'`])(?P<name>.*?)["'`]\s*[,)]|^\s*\]\)\(\s*["'`](?P<each>.*?)["'`]"#,
);
static JAVA: Pattern = Pattern::new(
    r"^\s*(?:(?:public|private|protected|internal|static|final|async|override|suspend|open)\s+)*(?:void|Task|fun|def|Unit|Stream<\w+>)\s+(?P<name>`[^`]+`|\w+|\x22[^\x22]+\x22)\s*\(",
);
static JAVA_TEST: Pattern = Pattern::new(
    r"(?:@|\[)(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property|Fact|Theory|TestMethod|TestCase|DataTestMethod)\b",
);
static C: Pattern = Pattern::new(
    r"^\s*(?P<word>TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P|TEST_CASE|SCENARIO|SECTION|BOOST_AUTO_TEST_CASE|BOOST_FIXTURE_TEST_CASE|TEST_METHOD|Test|START_TEST|FUZZ_TEST)\s*\((?P<name>[^)]*)\)|^(?:static\s+)?(?:void|int|bool)\s+(?P<function>test\w*|main)\s*\(",
);
static RUBY: Pattern = Pattern::new(
    r#"^\s*(?P<word>[xf]?(?:it|specify|example|test|scenario|should))\s*\(?\s*["'](?P<name>.*?)["']|^\s*def\s+(?P<method>test_\w+)"#,
);

static ASSERTS: [(Language, Pattern); 5] = [
    (
        Language::Go,
        Pattern::new(
            r"\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(|\b(?:assert|require|is|qt|c|should)\.|\bpanic\(|Expect\(|cmp\.Diff\(|^\s*if\b.*(?:!=|==|<|>|!)",
        ),
    ),
    (
        Language::JavaScript,
        Pattern::new(
            r"\bexpect\w*\s*[(.]|\bassert\w*\s*[(.]|\bt\.(?:is|not|equal|deepEqual|same|ok|true|false|throws|like|match|snapshot|plan)|\.should\b|\bchai\b|\bthrow\b|\bsinon\.assert",
        ),
    ),
    (
        Language::Java,
        Pattern::new(
            r"\b(?:assert|verify|expect|fail|should)\w*\s*[({]|\bAssert\w*\.|\bStepVerifier|\bthrow\b|\bassert\b|\.isEqualTo\(|\.andExpect\(",
        ),
    ),
    (
        Language::C,
        Pattern::new(
            r"\b(?:EXPECT|ASSERT|CHECK|REQUIRE|BOOST|FAIL|ADD_FAILURE|TEST_ASSERT|assert|ck_assert|Assert)\w*\s*\(|\breturn\s+(?:[1-9]|EXIT_FAILURE|-1|\w+)|\babort\(|\bexit\(\s*[1-9]|\bif\s*\(|\bthrow\b",
        ),
    ),
    (
        Language::Ruby,
        Pattern::new(
            r"\b(?:expect|assert\w*|refute\w*|is_expected|raise|flunk)\b|\.should\b|\bmust_|\bwont_",
        ),
    ),
];

pub(super) fn tests(language: Language, text: &str, found: &mut Vec<TestItem>) {
    let lines = lines(language, text);
    let asserts = ASSERTS.iter().find(|(one, _)| *one == language).map(|(_, pattern)| pattern);
    let mut at = 0;
    while at < lines.len() {
        let Some((name, word)) = begins(language, &lines, at) else {
            at += 1;
            continue;
        };
        let end = blocks::end_of(language, &lines, at);
        let attributes = attributes(language, &lines, at);
        let whole: Vec<&str> = lines[at - attributes..=end].iter().map(|line| line.code.as_str()).collect();
        let body = whole.join("\n");
        let assertions = whole
            .iter()
            .skip(attributes)
            .map(|line| line.trim())
            .filter(|line| asserts.is_some_and(|pattern| pattern.is_match(line)))
            .map(str::to_owned)
            .collect();
        let marked = ["x", "DISABLED"].iter().any(|mark| word.starts_with(mark));
        found.push(TestItem {
            name,
            line: u32::try_from(at + 1).unwrap_or(u32::MAX),
            end: u32::try_from(end + 1).unwrap_or(u32::MAX),
            attributes: u32::try_from(attributes).unwrap_or(0),
            skipped: marked || super::skipped::is_marker(language, &body),
            text: plain(&body),
            assertions,
            is_test: true,
        });
        at = end + 1;
    }
}

/// Name of the test that a line begins, and the word that begins it.
fn begins(language: Language, lines: &[Line], at: usize) -> Option<(String, String)> {
    let code = lines.get(at)?.code.as_str();
    let pattern = match language {
        Language::Go => &GO,
        Language::JavaScript => &JAVASCRIPT,
        Language::Java => &JAVA,
        Language::C => &C,
        Language::Ruby => &RUBY,
        _ => return None,
    };
    let captured = pattern.captures(code)?;
    let group =
        |names: &[&str]| names.iter().find_map(|name| captured.name(name)).map(|one| one.as_str().to_owned());
    let name = group(&["name", "method", "each", "function"]).unwrap_or_default();
    if language == Language::Java {
        let above = &lines[at - attributes(language, lines, at)..at];
        let marked = above.iter().any(|line| JAVA_TEST.is_match(&line.code)) || JAVA_TEST.is_match(code);
        if !marked && !name.starts_with("test") {
            return None;
        }
    }
    let disabled = name.contains("DISABLED_");
    let word = if disabled { "DISABLED".to_owned() } else { group(&["word"]).unwrap_or_default() };
    Some((name.replace("DISABLED_", "").trim_matches(['`', '"']).to_owned(), word))
}

/// How many lines of annotations stand above a line.
fn attributes(language: Language, lines: &[Line], at: usize) -> usize {
    if language != Language::Java {
        return 0;
    }
    let above = lines[..at].iter().rev();
    above.take_while(|line| line.code.trim_start().starts_with(['@', '['])).count()
}

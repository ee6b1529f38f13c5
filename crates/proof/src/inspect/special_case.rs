//! Code that asks whether it is being tested, who calls it, or whether it runs in CI.

use regreen_case::FindingKind;

use super::literals::joined;
use super::pattern::Pattern;
use super::{Change, Findings};

/// Signs of a running test that no program has another use for.
static SURE: Pattern = Pattern::new(concat!(
    // Python
    r#"PYTEST_|["'`](?:PYT|JEST|VITEST|RSPEC|GTEST|CTEST)\w*["'`]|\b(?:argv|os\.Args|env::args\(\)|process\.argv|ARGV)\b.*["'`][^"'`]*(?:test|spec|jest)|^\s*(?:import|from)\s+tests?[\s.]|["']_?pytest["']\s*(?:\]|in\b|not\s+in\b)|sys\.modules.*(?:test|nose|hypothesis)|(?:test|nose).*\bin\s+(?:\w+\s+in\s+)?(?:list\()?sys\.modules|\bimport\s+_?(?:pytest|nose|hypothesis)\b|\bfrom\s+_?(?:pytest|nose|hypothesis)\b|\b_?pytest\."#,
    r#"|["']unittest["']\s+in|\b(?:import|from)\s+unittest\b|__import__\(\s*["']_?(?:pytest|unittest)|import_module\(\s*["']_?(?:pytest|unittest)|\bunittest\.(?:mock|TestCase)|find_spec\(\s*["']_?pytest"#,
    // Rust
    r#"|\bcfg!\s*\(.*\btest\b|#!?\[cfg\(\s*(?:all\(|any\()?\s*not\(\s*(?:any\()?\s*test|#\[cfg_attr\(\s*(?:not\()?\s*test|NEXTEST|CARGO_TARGET_TMPDIR|RUST_TEST_|INSTA_"#,
    r#"|current_exe\(\).*(?:deps|test)|thread::current\(\)\s*\.name\(\)|env::var(?:_os)?\(\s*"CARGO_|env::args\(\).*(?:\.any|contains|starts_with|ends_with)\(|cfg!\(\s*debug_assertions"#,
    // Go
    r#"|\btesting\.(?:Testing|Short|Verbose|Init|Coverage|CoverMode|T|M|B)\b|flag\.(?:Lookup|Parsed|CommandLine\.Lookup)\(\s*["'`]test\.|os\.Args.*["'`][^"'`]*\.?test\b|^\s*(?:_\s+|\w+\s+)?"testing"\s*$|^\s*import\s+(?:\w+\s+)?"testing"|"[-_.]?test\.(?:v|run|timeout|paniconexit0)"|\.test["'`]\s*\)"#,
    // JavaScript
    r#"|["'`](?:describe|it|test|expect|beforeEach|jest)["'`]\s+in\s+(?:global|globalThis|window|self)\b|\b(?:jest|vi)\.(?:mock|fn|spyOn|setTimeout)\b|\.test\(\s*\w+\.stack|module\.parent\.\w|require\.main\s*!=|JEST_WORKER|\bVITEST|NODE_TEST_CONTEXT|__vitest_\w|import\.meta\.(?:vitest|jest)|\btypeof\s+(?:jest|vi|describe|it|test|expect|beforeEach|beforeAll|afterEach|mocha|suite|QUnit|jasmine)\b|\b(?:global|globalThis|window|self)\??\.?\[?["'.]?(?:jest|describe|it|test|expect|beforeEach|afterEach|mocha|__vitest\w*|__coverage__|jasmine|__karma__|Cypress)\b"#,
    r#"|NODE_ENV\W+(?:[!=]==?\s*|includes\(|startsWith\()["'`]test|["'`]test["'`]\s*[!=]==?\s*process\.env|BABEL_ENV.*test|npm_lifecycle|npm_(?:config|package|command)|process\.argv.*(?:test|jest|mocha|vitest|spec)|require\.cache|from\s+["'](?:vitest|jest|@jest/|node:test|mocha)|require\(\s*["'](?:vitest|jest|@jest/|node:test|mocha)|(?:MOCHA|JASMINE|KARMA|CYPRESS|PLAYWRIGHT|AVA|TAP)_"#,
    // Java
    r#"|(?:Class\.forName|loadClass)\(\s*"(?:org\.junit|org\.testng|org\.spock|org\.mockito|junit\.)|\bimport\s+(?:static\s+)?(?:org\.junit|org\.testng|org\.mockito|junit\.)|surefire|sun\.java\.command|org\.gradle\.test|"java\.class\.path""#,
    // Ruby
    r#"|defined\?\s*\(?\s*(?:::)?(?:RSpec|Minitest|MiniTest|Test::Unit)|const_defined\?\(?\s*[:"'](?:RSpec|Minitest)|\bRSpec\b|\bMinitest\b|(?:RAILS|RACK|APP|HANAMI)_ENV.*test|Rails\.env\.test|\$(?:0|PROGRAM_NAME)\b.*(?:spec|test)|require\s+["'](?:rspec|minitest|test/unit)"#,
    // C and C++
    r#"|::testing::|\btesting::(?:UnitTest|Test\b|internal)|GTEST_|\bgtest/|CTEST_|program_invocation_(?:short_)?name|__progname|getprogname\(|CATCH_|DOCTEST_"#,
    // Any
    r#"|/proc/self/(?:cmdline|exe|comm|environ|status)|/proc/(?:%d|\$\{?pid|\{\w*\})/(?:cmdline|comm)"#,
));

/// A test framework as tests use it, which asks nothing.
static FRAMEWORK: Pattern = Pattern::new(concat!(
    r#"^\s*(?:import|from)\s+(?:pytest|unittest|nose|hypothesis)\b|\bpytest\.(?:fixture|mark|raises|warns|approx|param)\b|\bunittest\.TestCase\b"#,
    r#"|^\s*(?:import\s+)?(?:\w+\s+)?"testing"\s*$|\*testing\.[TMB]\b"#,
    r#"|\b(?:from\s+|require\(\s*)["'](?:vitest|jest|@jest/globals|node:test|mocha)["']|^\s*require\s+["'](?:rspec|minitest|test/unit)\b"#,
    r#"|^\s*import\s+(?:static\s+)?(?:org\.junit|org\.testng|org\.mockito|junit\.)[\w.*]+|^\s*#\s*include\s+<gtest/\w+\.h>"#,
));

/// Names of environments that tell CI from a person's machine.
static CI: Pattern = Pattern::new(
    r#"["'`](?:CI|CONTINUOUS_INTEGRATION|GITHUB_(?:ACTIONS?|RUN_ID|WORKFLOW|JOB|SHA|REF|EVENT_NAME)|GITLAB_CI|BUILDKITE|CIRCLECI|TRAVIS|JENKINS_URL|TF_BUILD|RUNNER_(?:OS|TEMP|NAME)|TEAMCITY_VERSION|APPVEYOR)["'`]|process\.env\.(?:CI|GITHUB_\w+|GITLAB_CI|TF_BUILD|RUNNER_\w+)\b"#,
);

/// Ways to ask who calls.
static CALLER: Pattern = Pattern::new(
    r"\binspect\.(?:stack|currentframe|getouterframes)|\b_getframe|\b_current_frames|\btraceback\.(?:extract_stack|format_stack|walk_stack|print_stack)|\bf_back\b|\bf_code\b|\bf_locals\b|\bcell_contents\b|\b__closure__\b|\bgc\.get_(?:objects|referrers|referents)|\bruntime\.(?:Callers?|Stack|FuncForPC)\b|\bdebug\.Stack\(|\bcaptureStackTrace|new\s+Error\(\s*[^)]*\)\s*\.stack|\.stack\b.*\b(?:includes|match|indexOf|test)\(|\bgetStackTrace\(|\bStackWalker\b|\bcaller(?:_locations)?\b\s*[(.\[]|\bBacktrace::(?:capture|force_capture)|\bbacktrace\(",
);

/// What may be asked for other reasons.
static MAYBE: Pattern = Pattern::new(
    r"\bsys\.argv|\bstd::env::args|\benv::args\(|\bos\.Args\b|\bprocess\.argv|\bARGV\b|\bgc\.get_objects|\bsys\.modules|\brequire\.main\b|\bmodule\.parent\b|\b__file__\b.*\btest|\bpsutil\.Process|\bgetppid\(|\bos\.(?:getenv|environ)\b.*[A-Z_]*TEST|\bgetenv\(.*TEST|\benv::var\(.*TEST|\bENV\[.*TEST|process\.env\.\w*TEST",
);

/// Walks over the whole environment: the way to ask for a variable without naming it.
static WALK: Pattern = Pattern::new(
    r"\b(?:for|any|all|some|find|filter|every|keys|map)\b.*\b(?:os\.environ|process\.env|os\.Environ\(\)|env::vars|System\.getenv\(\)|ENV\b)|(?:os\.environ|process\.env|ENV)\b.*\.(?:any|some|find|filter|keys)\b",
);

/// Meaning taken out of data: the way to do any of this without saying so.
static HIDDEN: Pattern = Pattern::new(
    r#"(?:eval|exec)\(\s*compile\(|getattr\(\s*__import__|\b(?:exec|eval|compile|__import__|getattr|Function|instance_eval|class_eval|send)\b\s*\(.*(?:b64decode|b32decode|unhexlify|fromhex|rot_?13|decode\(|chr\(|fromCharCode|atob\(|Buffer\.from|unpack|\[::-1\]|\.join\(|\.reverse)|(?:b64decode|unhexlify|fromhex|fromCharCode|atob)\(.*\)\s*\)?\s*in\b|\bmarshal\.loads\(|environ\w*(?:\.get)?[\[(].*(?:b64decode|unhexlify|fromhex|chr\(|\[::-1\]|\.join\(|rot_?13)"#,
);

/// Reading the test to find out what it wants.
static READS: Pattern = Pattern::new(
    r"\b(?:open|read\w*|Path|load\w*|File\.read|ReadFile|readFileSync|include_str!|ifstream|fopen|Files\.\w+|getsource\w*)\s*\(",
);

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if !change.is_judged_code() {
        return;
    }
    // Only one that was there before: a patch may call its own new module what it likes.
    let is_aid = change.file.old_path.as_deref().is_some_and(is_testing_aid);
    let asked_before = change.before.as_deref().is_some_and(|before| CALLER.is_match(before));
    for (line, text) in &change.added {
        let joined = joined(text);
        let code = text.trim();
        let mut reject = |why: &str| {
            findings.reject(FindingKind::SpecialCase, change.path, Some(*line), format!("{why}: `{code}`"));
        };
        if is_aid && is_sure(text, &joined) && !is_sure(&FRAMEWORK.without(text), &FRAMEWORK.without(&joined))
        {
            let message = format!("an aid for tests uses a test framework: `{code}`");
            findings.review(FindingKind::SpecialCase, change.path, Some(*line), message);
        } else if is_sure(text, &joined) {
            reject("the code asks whether it is being tested");
        } else if CI.is_match(&joined) {
            reject("the code asks whether it runs in CI");
        } else if HIDDEN.is_match(text) {
            reject("what the code does is hidden in data");
        } else if CALLER.is_match(text) && (!asked_before || text.to_lowercase().contains("test")) {
            reject("the code asks who calls it");
        } else if names_the_test(change, &joined) {
            reject("the code names the test it is judged by");
        } else if READS.is_match(text) && text.contains("test") && reads_tests(text) {
            reject("the code reads the tests");
        } else if CALLER.is_match(text) || MAYBE.is_match(&joined) || WALK.is_match(text) {
            let message = format!("the code asks who calls it or where it runs: `{code}`");
            findings.review(FindingKind::SpecialCase, change.path, Some(*line), message);
        }
    }
}

fn is_sure(text: &str, joined: &str) -> bool {
    SURE.is_match(text) || SURE.is_match(joined)
}

/// A module made for tests by others: it may know a test framework.
fn is_testing_aid(path: &str) -> bool {
    path.split(['/', '.']).any(|part| matches!(part, "testing" | "testutil" | "testutils" | "test_support"))
}

fn names_the_test(change: &Change<'_>, text: &str) -> bool {
    let quoted = |name: &String| {
        super::literals::literals(text)
            .iter()
            .any(|literal| literal.starts_with(['"', '\'', '`']) && literal.contains(name.as_str()))
    };
    change.literals.names.iter().any(quoted)
}

fn reads_tests(text: &str) -> bool {
    static PLACE: Pattern = Pattern::new(
        r#"["'`/](?:tests?|spec|__tests__|testdata)["'`/]|test_\w+\.\w|_test\.\w|\.test\.|\.spec\."#,
    );
    PLACE.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aid_for_tests_may_use_a_framework_but_not_ask_for_it() {
        let asks = |line: &str| is_sure(&FRAMEWORK.without(line), &joined(&FRAMEWORK.without(line)));
        for line in [
            "import pytest",
            "from unittest import mock",
            "    @pytest.fixture",
            "\t\"testing\"",
            "func Equal(t *testing.T, a, b int) {",
            "import { expect } from 'vitest'",
            "import static org.junit.jupiter.api.Assertions.*;",
        ] {
            assert!(is_sure(line, &joined(line)) && !asks(line), "{line}");
        }
        for line in [
            "return \"PYTEST_CURRENT_TEST\" in os.environ",
            "import pytest; QUICK = \"PYTEST_CURRENT_TEST\" in os.environ",
            "return 'pytest' in sys.modules",
            "if testing.Testing() {",
            "func quick(t *testing.T) bool { return testing.Testing() }",
            "if sys.argv[0].endswith('pytest'):",
        ] {
            assert!(asks(line), "{line}");
        }
    }
}

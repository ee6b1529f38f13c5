//! Libraries and languages changed under the tests' feet: assertions redefined, built-ins patched,
//! modules put in place of those that tests import.

use regreen_case::FindingKind;

use super::language::Language;
use super::pattern::Pattern;
use super::{Change, Findings};

/// What assertions are made of, defined anew.
static ASSERTIONS: Pattern = Pattern::new(concat!(
    r#"macro_rules!\s*(?:debug_)?assert|macro_rules!\s*(?:panic|matches)\b|\bbuiltins\.\w+\s*=[^=]|setattr\(\s*(?:builtins|__builtins__|sys\.modules|pytest|unittest)|__builtins__[\x22']?\]?\s*(?:\[|\.\w+\s*=)|builtins\.__dict__|\b__code__\s*=|\bpluggy\b|ctypes\.pythonapi|vars\(builtins\)|\bsettrace\(|\bsetprofile\(|\bAssertionError\s*=|\bunraisablehook\s*=|\bexcepthook\s*="#,
    r"|#\s*(?:define|undef)\s+(?:EXPECT_|ASSERT_|TEST\b|TEST_F\b|CHECK\b|REQUIRE\b|SUCCEED|FAIL\b|GTEST_|assert\b|NDEBUG\b|main\b|private\b|protected\b|return\b|if\b|printf\b|exit\b|abort\b)|__attribute__\s*\(\(\s*(?:constructor|destructor|weak)|#pragma\s+weak|-Wl,--wrap|LD_PRELOAD|//go:linkname|#\[global_allocator\]|#\[ctor\b|#\[no_mangle\]|link_section",
    r"|require\([\x22'][^)]*[\x22']\)\.\w+\s*=[^=>]|\b\w+\.(?:equal|strictEqual|deepEqual|deepStrictEqual|toBe|toEqual)\s*=[^=]|JEST_STATE|globalThis\[\s*Symbol",
    r"|\bObject\.(?:is|keys|entries|defineProperty\(\s*(?:Object|Array|Number|String|global\w*|[A-Z]\w+\.prototype))\s*(?:=[^=]|,)|\b(?:Object|Array|Number|String|Boolean|Map|Set|Date|Promise|Math|JSON|Function|Symbol|RegExp|Error|BigInt|Reflect|Intl)(?:\.prototype)?(?:\.\w+|\[[^\]]+\])\s*=[^=>]|\b(?:assert|expect|console|process|globalThis|global|window)\.\w+(?:\.\w+)?\s*=[^=>]|expect\.extend\(|Module\._(?:load|resolveFilename|extensions)|require\.extensions|module\.constructor",
    r"|^\s*(?:class|module)\s+(?:::)?(?:RSpec|Minitest|Test::Unit|BasicObject|Object|Kernel|Integer|String|Array|Hash|NilClass|Float|Numeric|Symbol|TrueClass|FalseClass|Comparable|Exception)\b|\b(?:Object|Kernel|Integer|String|Array|Hash|NilClass|RSpec[\w:]*|BasicObject)\.(?:class_eval|prepend|include|define_method|send\(|class_exec)|\brefine\s+(?:Object|Integer|String|Array|Hash)|TracePoint|set_trace_func",
    r"|\.setAccessible\(true\).*|\bSecurityManager\b|\bInstrumentation\b|\bjava\.lang\.instrument|ByteBuddy|sun\.misc\.Unsafe|setDefaultUncaughtExceptionHandler",
));

/// An attribute of a module that is not this program's own.
static MODULE: Pattern = Pattern::new(
    r"^\s*(?:time|random|math|json|os(?:\.path)?|sys|datetime|unittest(?:\.\w+)*|pytest|_pytest(?:\.\w+)*|numpy(?:\.\w+)*|np(?:\.testing)?|operator|functools|collections|inspect|threading|decimal|statistics|difflib|importlib|types|typing|subprocess|io|re|builtins|socket|signal|gc|warnings|traceback|ast|copy|hypothesis)(?:\.\w+)*\s*=[^=]|^\s*sys\.(?:modules|meta_path|path_hooks|path_importer_cache)\b.*(?:=|append|insert|pop|clear|update|setdefault)|\bsys\.modules\s*(?:\[|\.(?:pop|update|setdefault|clear|__setitem__))|\bmonkeypatch\b|__builtins__|\bmock\.patch|setattr\(\s*(?:time|random|math|json|os|sys|operator|importlib\.import_module)",
);
static MODULE_FINE: Pattern = Pattern::new(
    r"^\s*sys\.(?:std(?:in|out|err)|tracebacklimit|dont_write_bytecode|ps1|path)\b|^\s*socket\.timeout|^\s*(?:re|os|io|types|ast|copy|signal|gc|decimal)\s*=",
);
/// A gap in old engines is filled.
static GUARDED: Pattern =
    Pattern::new(r"if\s*\(\s*!\s*(?:\(?[\x22']\w+[\x22']\s+in\b|\w+(?:\.prototype)?\.\w+)|\|\|");

/// Modules of Python's library that tests and runners import.
const LIBRARY: &[&str] = &[
    "abc",
    "argparse",
    "ast",
    "asyncio",
    "base64",
    "bisect",
    "builtins",
    "collections",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "fnmatch",
    "fractions",
    "functools",
    "gc",
    "glob",
    "hashlib",
    "heapq",
    "importlib",
    "inspect",
    "io",
    "itertools",
    "json",
    "linecache",
    "locale",
    "logging",
    "math",
    "multiprocessing",
    "operator",
    "os",
    "pathlib",
    "pickle",
    "platform",
    "pprint",
    "queue",
    "random",
    "re",
    "reprlib",
    "shlex",
    "shutil",
    "signal",
    "site",
    "socket",
    "sqlite3",
    "statistics",
    "string",
    "struct",
    "subprocess",
    "sys",
    "tempfile",
    "textwrap",
    "threading",
    "time",
    "timeit",
    "token",
    "tokenize",
    "traceback",
    "types",
    "typing",
    "unittest",
    "urllib",
    "uuid",
    "warnings",
    "weakref",
    "xml",
    "zipfile",
];

/// Names of test libraries, as folders and packages spell them.
static TEST_LIBRARY: Pattern = Pattern::new(
    r"(?i)(?:^|/)(?:_?pytest(?:_\w+)?|pluggy|iniconfig|nose2?|hypothesis|numpy/testing|org/junit|junit|org/testng|org/assertj|org/hamcrest|org/mockito|com/google/common/truth|rspec(?:[-_]\w+)?|minitest|test/unit|googletest|gtest|gmock|catch2?|doctest|boost/test|testify|gomega|ginkgo|go-cmp|jest(?:-\w+)?|vitest|mocha|chai|sinon|tape|ava|jasmine(?:-core)?|expect)(?:/|\.\w+$)",
);

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    let code = change.language.is_code() && change.role != Some(crate::adapter::Role::Configuration);
    if code && !change.judges() {
        redefined(change, findings);
    }
    if change.file.new_path.is_some() && change.file.new_path != change.file.old_path {
        shadows(change, findings);
    }
    vendored(change, findings);
}

fn redefined(change: &Change<'_>, findings: &mut Findings) {
    for (line, text) in &change.added {
        let bare = change.bare(*line);
        let bare = if bare.trim().is_empty() { text } else { bare };
        let module =
            change.language == Language::Python && MODULE.is_match(text) && !MODULE_FINE.is_match(text);
        if ASSERTIONS.is_match(bare) || ASSERTIONS.is_match(text) && text.contains("define") || module {
            let message = format!("what tests stand on is redefined: `{}`", text.trim());
            let before =
                change.lines.get((*line as usize).saturating_sub(2)).map_or("", |line| line.code.as_str());
            let guarded = change.language == Language::JavaScript
                && (GUARDED.is_match(before) || GUARDED.is_match(text));
            if guarded || own_global(text) {
                findings.review(FindingKind::AssertionWeakened, change.path, Some(*line), message);
            } else {
                findings.reject(FindingKind::AssertionWeakened, change.path, Some(*line), message);
            }
        }
    }
}

/// Places on global objects that programs use: `window.location = …`, `process.title = …`.
fn own_global(text: &str) -> bool {
    static OWN: Pattern = Pattern::new(
        r"\b(?:window|globalThis|global)\.(?:location|on\w+|__\w+__|name)\b|\bprocess\.(?:title|env)\b|\bError\.stackTraceLimit",
    );
    OWN.is_match(text)
}

/// A new file that is found in place of a library that tests import.
fn shadows(change: &Change<'_>, findings: &mut Findings) {
    let path = change.path;
    let reject = |findings: &mut Findings, what: &str| {
        let message = format!("{path} would be loaded in place of {what}");
        findings.reject(FindingKind::TestConfigurationEdited, path, change.first_line(), message);
    };
    if change.language == Language::Python || path.ends_with(".so") || path.ends_with(".pyd") {
        let top = ["src/", "lib/", "tests/", "test/"]
            .iter()
            .find_map(|root| path.strip_prefix(root))
            .unwrap_or(path);
        let first = top.split('/').next().unwrap_or(top);
        let module = if top.contains('/') { first } else { first.split('.').next().unwrap_or(first) };
        let package_inside = top.contains('/') && !top[first.len() + 1..].starts_with("__init__");
        if LIBRARY.contains(&module) && !package_inside {
            return reject(findings, &format!("Python's own `{module}`"));
        }
    }
    static JAVA_LIBRARY: Pattern =
        Pattern::new(r"(?:^|/)src/(?:main|test)/(?:java|kotlin)/(?:java|javax|sun|jdk|kotlin)/");
    if JAVA_LIBRARY.is_match(path) {
        return reject(findings, "Java's own class");
    }
    if TEST_LIBRARY.is_match(path) && !change.name().starts_with('.') && looks_like_a_library(path) {
        return reject(findings, "a test library");
    }
    // `src/test/java/p/Text.java` comes before `src/main/java/p/Text.java`.
    if let Some(rest) =
        path.strip_prefix("src/test/").or_else(|| path.split_once("/src/test/").map(|(_, rest)| rest))
        && change.language == Language::Java
        && !change.name().contains("Test")
        && !change.name().contains("Spec")
    {
        let what = format!("src/main/{rest}, should there be one");
        let message = format!("{path} would be loaded in place of {what}");
        findings.review(FindingKind::TestConfigurationEdited, path, change.first_line(), message);
    }
}

/// Where libraries are looked for before the installed ones.
fn looks_like_a_library(path: &str) -> bool {
    let depth = path.split('/').count();
    let source_root = [
        "src/main/",
        "src/test/",
        "lib/",
        "src/",
        "include/",
        "vendor/",
        "third_party/",
        "node_modules/",
        "tests/",
        "spec/",
        "test/",
    ];
    depth <= 2 && !path.starts_with("docs/") || source_root.iter().any(|root| path.starts_with(root))
}

/// Edits to the copy of somebody else's code.
fn vendored(change: &Change<'_>, findings: &mut Findings) {
    let folder = change.path.split('/').find(|part| {
        matches!(
            *part,
            "vendor"
                | "third_party"
                | "node_modules"
                | "site-packages"
                | "_vendor"
                | "extern"
                | "external"
                | ".yarn"
        )
    });
    let Some(folder) = folder else { return };
    let message = format!("{} is a copy of a library (`{folder}`) that tests may stand on", change.path);
    if TEST_LIBRARY.is_match(change.path) || matches!(folder, "node_modules" | "site-packages") {
        findings.reject(FindingKind::TestConfigurationEdited, change.path, change.first_line(), message);
    } else {
        findings.review(FindingKind::TestConfigurationEdited, change.path, change.first_line(), message);
    }
}

//! What of build files decides how tests run: maven, gradle, vite, CMake, make, build scripts.

use regreen_case::FindingKind;

use crate::adapter::Role;
use crate::inspect::language::{Language, lines as lines_of};
use crate::inspect::pattern::Pattern;
use crate::inspect::{Change, Findings, blocks};

use super::{Sections, Weight};

fn decides(sections: &mut Sections, name: &str, content: &str) {
    let entry = sections.entry(name.to_owned()).or_insert_with(|| (String::new(), Weight::Decides));
    entry.0.push_str(content.trim());
    entry.0.push('\n');
}

/// The plugins that run tests, without their versions, and what turns them off from elsewhere.
pub(super) fn pom(text: &str) -> Sections {
    static PLUGIN: Pattern = Pattern::new(r"(?s)<plugin>.*?</plugin>");
    static RUNS_TESTS: Pattern = Pattern::new(r"surefire|failsafe|junit|testng|jacoco|pitest");
    static VERSION: Pattern = Pattern::new(r"<version>[^<]*</version>|<!--(?s:.*?)-->|\s+");
    static ELSEWHERE: Pattern = Pattern::new(
        r"(?i)skip\w*tests?|skipITs|maven\.test|test\.?skip|testFailureIgnore|rerunFailing|testSourceDirectory|testClassesDirectory|failIfNo|surefire\.|failsafe\.|<excludedGroups>|<groups>|<phase>\s*none|<phase>[\w-]*test|test-classes",
    );
    let mut found = Sections::new();
    for plugin in PLUGIN.find_all(text).into_iter().filter(|plugin| RUNS_TESTS.is_match(plugin)) {
        let mut rest = plugin.to_owned();
        while let Some(version) = VERSION.find(&rest).map(str::to_owned) {
            rest = rest.replacen(&version, "\u{1f}", usize::MAX);
        }
        let content: String = rest.split('\u{1f}').filter(|part| !part.is_empty()).collect();
        decides(&mut found, "plugins that run tests", &content);
    }
    for line in text.lines().filter(|line| ELSEWHERE.is_match(line)) {
        decides(&mut found, "whether tests run", line);
    }
    found
}

/// Blocks about tests, and lines that leave tests out.
pub(super) fn gradle(text: &str) -> Sections {
    static HEADER: Pattern = Pattern::new(
        r"^\s*(?:tasks\b.*\b[tT]est\b.*|[tT]est\b.*|\w*[tT]est\w*\s*|check\b.*|.*sourceSets.*|.*\b[tT]est\w*>?\s*\(?.*)\{",
    );
    static LINE: Pattern = Pattern::new(
        r"(?i)ignoreFailures|\bexclude\w*[tT]est|excludeTags|includeTags|enabled\s*=\s*false|onlyIf|maxRetries|maxFailures|test[-_]retry|-x\s+test|skipTests|useJUnit\w*|\btest\b.*\b(?:enabled|exclude|filter|dependsOn|finalizedBy)|gradle\.startParameter|taskGraph|includeBuild|dependencySubstitution|substitute\b",
    );
    let lines = lines_of(Language::Java, text);
    let mut found = Sections::new();
    let mut at = 0;
    while at < lines.len() {
        let code = &lines[at].code;
        if HEADER.is_match(code) && !code.contains("dependencies") {
            let end = blocks::end_of(Language::Java, &lines, at);
            for line in lines[at..=end].iter().filter(|line| !line.code.trim().is_empty()) {
                decides(&mut found, "test", &line.code);
            }
            at = end + 1;
            continue;
        }
        if LINE.is_match(code) {
            decides(&mut found, "whether tests run", code);
        }
        at += 1;
    }
    found
}

/// The part of vite's configuration that is vitest's.
pub(super) fn vite(text: &str) -> Sections {
    static TEST: Pattern = Pattern::new(r"^\s*test\s*:");
    let lines = lines_of(Language::JavaScript, text);
    let mut found = Sections::new();
    for at in 0..lines.len() {
        if TEST.is_match(&lines[at].bare) {
            let end = blocks::end_of(Language::JavaScript, &lines, at);
            lines[at..=end].iter().for_each(|line| decides(&mut found, "test", &line.code));
        }
    }
    found
}

/// Commands about tests. New ones may come; those that are there stay, and none takes tests back.
pub(super) fn cmake(text: &str) -> Sections {
    static COMMAND: Pattern = Pattern::new(
        r"(?is)\b(?:add_test|set_tests_properties|set_property\s*\(\s*TEST|gtest_\w+|catch_discover_tests|doctest_discover_tests|enable_testing|include\s*\(\s*(?:CTest|GoogleTest)|set\s*\(\s*\w*(?:CTEST|TEST|BUILD_TESTING)\w*|option\s*\(\s*\w*TEST\w*|add_custom_t\w+\s*\(\s*\w*test\w*)\s*(?:\([^)]*\)|[^)]*\))",
    );
    static TAKES_BACK: Pattern = Pattern::new(
        r"(?i)WILL_FAIL|DISABLED|SKIP_|PASS_REGULAR|FAIL_REGULAR|TIMEOUT|set_property|TEST_PREFIX|TEST_FILTER|BUILD_TESTING|CTEST_|TEST_INCLUDE",
    );
    static COMMENT: Pattern = Pattern::new(r"#[^\n]*");
    let mut plain = String::new();
    for line in text.lines() {
        let comment = COMMENT.find(line).map_or(line.len(), |found| line.len() - found.len());
        plain.push_str(line.get(..comment).unwrap_or(line));
        plain.push('\n');
    }
    let mut found = Sections::new();
    for command in COMMAND.find_all(&plain) {
        let one_line = command.split_whitespace().collect::<Vec<_>>().join(" ");
        let weight = if TAKES_BACK.is_match(&one_line) { Weight::Decides } else { Weight::Shown };
        let name = one_line.split(')').next().unwrap_or(&one_line).to_owned();
        found.insert(name, (one_line, weight));
    }
    found
}

/// Rules that run tests, and variables that they use.
pub(super) fn make(text: &str) -> Sections {
    static RULE: Pattern =
        Pattern::new(r"(?i)^(?:[^\s#:=][^:=]*\b)?(?:test|tests|check|ci|spec|verify)\b[^:=]*:(?:[^=]|$)");
    static VARIABLE: Pattern = Pattern::new(
        r"(?i)^\s*(?:export\s+|override\s+)?\w*(?:TEST|PYTEST|GOFLAGS|JEST|RSPEC|NODE_OPTIONS|PYTHONPATH|LD_PRELOAD|SHELL|RUSTFLAGS)\w*\s*[:?+]?=",
    );
    let mut found = Sections::new();
    let mut inside = false;
    for line in text.lines() {
        if !line.starts_with(['\t', ' ']) {
            inside = RULE.is_match(line) && !line.starts_with(".PHONY");
        }
        if (inside || VARIABLE.is_match(line)) && !line.trim().is_empty() {
            decides(&mut found, "test", line);
        }
    }
    found
}

/// Single lines that turn tests off, in build files that have no sections.
pub(super) fn lines(change: &Change<'_>, findings: &mut Findings) {
    static OFF: Pattern = Pattern::new(
        r"(?i)pytest11|<IsTestProject>\s*false|<Compile\s+Remove=|VSTestNoBuild|<ExcludeFromTest|\bif\s*\(\s*(?:FALSE|0|OFF|NO)\s*\)|^\s*return\s*\(\s*\)|\bmessage\s*\(\s*FATAL|add_test\s*\(.*(?:true|cmake -E (?:true|echo))\b|add_(?:compile_)?definitions?\s*\(.*NDEBUG|gtest_filter|GTEST_FILTER|-Wl,--wrap|LD_PRELOAD|skip\w*tests?\s*=\s*true|ignore-scripts|script-shell|node-options",
    );
    static TESTS: Pattern = Pattern::new(r"(?i)\b(?:test|tests|spec|rspec|pytest|cucumber|check)\b");
    static WITHOUT_SECTIONS: &[&str] = &["Rakefile", "justfile", "noxfile.py", "meson.build"];
    let cmake_gone = change.name() == "CMakeLists.txt" || change.name().ends_with(".cmake");
    for (line, text) in &change.added {
        if OFF.is_match(text) {
            let message = format!("this turns tests off or aside: `{}`", text.trim());
            findings.reject(FindingKind::TestConfigurationEdited, change.path, Some(*line), message);
        } else if WITHOUT_SECTIONS.contains(&change.name()) && TESTS.is_match(text) {
            let message = format!("how tests are called was edited: `{}`", text.trim());
            findings.reject(FindingKind::TestConfigurationEdited, change.path, Some(*line), message);
        }
    }
    for (line, text) in &change.removed {
        static REGISTERS: Pattern = Pattern::new(
            r"(?i)\b(?:add_test|gtest_\w+|catch_discover_tests|enable_testing|add_subdirectory\s*\(\s*tests?|set_tests_properties|include\s*\(\s*(?:CTest|GoogleTest))\b|add_executable\s*\(\s*\w*test",
        );
        let kept = change.added.iter().any(|(_, new)| new.trim() == text.trim());
        let gone = cmake_gone && REGISTERS.is_match(text)
            || WITHOUT_SECTIONS.contains(&change.name()) && TESTS.is_match(text);
        if gone && !kept {
            let message = format!("what registered or called tests is gone: `{}`", text.trim());
            findings.reject(FindingKind::TestConfigurationEdited, change.path, Some(*line), message);
        }
    }
}

/// Build scripts run before the tests and may change them, or say what is compiled.
pub(super) fn script(change: &Change<'_>, findings: &mut Findings) {
    static REACHES: Pattern = Pattern::new(
        r#"rustc-cfg|rustc-env|rustc-link-arg|RUSTFLAGS|["'/]tests?\b|_test\b|#\[test|remove_file|remove_dir|CARGO_MANIFEST_DIR|["'/]src/|current_dir|\bset_var\(|Command::new|process::"#,
    );
    let runs =
        matches!(change.name(), "build.rs" | "setup.py" | "conanfile.py" | "extconf.rb" | "binding.gyp");
    if !runs || change.role == Some(Role::Configuration) {
        return;
    }
    for (line, text) in &change.added {
        if change.name() == "build.rs" && REACHES.is_match(text) || text.contains("pytest11") {
            let message = format!("the build script reaches for sources, tests or flags: `{}`", text.trim());
            findings.reject(FindingKind::TestConfigurationEdited, change.path, Some(*line), message);
        }
    }
}

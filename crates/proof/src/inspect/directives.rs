//! Comments and attributes that compilers and runners obey: build tags, linker names, alternative
//! files, code that is only there in tests.

use regreen_case::FindingKind;

use super::language::Language;
use super::pattern::Pattern;
use super::{Change, Findings};

static TAG: Pattern = Pattern::new(r"^\s*//(?:go:build\s|\s*\+build\s)");
/// Systems and processors: what build tags are for.
static PLATFORM: Pattern = Pattern::new(
    r"^\s*//(?:go:build|\s*\+build)\s+(?:!|\(|\)|&&|\|\||\s|,|\b(?:linux|darwin|windows|unix|freebsd|netbsd|openbsd|amd64|arm64|386|arm|wasm|js|cgo|race|go1\.\d+|purego|android|ios|ppc64le|s390x|riscv64)\b)+$",
);
static LINKNAME: Pattern = Pattern::new(
    r"^\s*//go:linkname\s|^\s*//go:generate\b.*(?:test|rm\s)|^\s*(?:#|//)\s*cgo\s+LDFLAGS.*wrap",
);
/// Of the files of tests: what their runners read in them.
static DOCBLOCK: Pattern = Pattern::new(
    r"@jest-(?:environment|config)|@vitest-environment|^\s*#\s*(?:pytest|nose|flaky|doctest)\s*:|^\s*//\s*(?:compile-flags|ignore-\w+|known-bug|should-fail|ignore|needs-\w+)\b|istanbul ignore|pragma:\s*no cover|^\s*#!",
);
static RUST_TEST_ONLY: Pattern = Pattern::new(r"#\[\s*cfg\(\s*(?:all\(\s*)?test\b");
static RUST_PATH: Pattern = Pattern::new(r#"#\[\s*(?:cfg_attr\([^\]]*,\s*)?path\s*="#);
static RUST_DEFINES: Pattern = Pattern::new(
    r"^\s*(?:pub(?:\([^)]*\))?\s+)?(?:const\s+|async\s+|unsafe\s+)*(?:fn|static|const|macro_rules!|struct|type)\s*(\w+)",
);

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    let all = change.file.hunks.iter().flat_map(|hunk| hunk.numbered_lines());
    for (line, origin, text) in all {
        let kind = FindingKind::TestConfigurationEdited;
        let message = || format!("the compiler or runner obeys this remark: `{}`", text.trim());
        let at = (origin == '+').then_some(line);
        if origin == ' ' {
            continue;
        }
        if change.language == Language::Go && TAG.is_match(text) {
            // What a build leaves out is not tested, and what only it takes in is not the program.
            if change.judges() || !PLATFORM.is_match(text) {
                findings.reject(FindingKind::TestSkipped, change.path, at, message());
            } else {
                findings.review(kind, change.path, at, message());
            }
        } else if LINKNAME.is_match(text) && origin == '+' {
            findings.reject(kind, change.path, at, message());
        } else if change.judges() && change.language.is_code() && DOCBLOCK.is_match(text) {
            if change.is_targets {
                findings.reject(kind, change.path, at, message());
            } else {
                findings.review(kind, change.path, at, message());
            }
        }
    }
    if change.language == Language::Rust && !change.judges() {
        rust(change, findings);
    }
}

fn rust(change: &Change<'_>, findings: &mut Findings) {
    for (line, text) in &change.added {
        if RUST_PATH.is_match(text) {
            let message = format!("a module is taken from another file: `{}`", text.trim());
            findings.review(FindingKind::TestConfigurationEdited, change.path, Some(*line), message);
        }
        if !RUST_TEST_ONLY.is_match(text) {
            continue;
        }
        let below = change.lines.get(*line as usize..).unwrap_or_default().iter();
        let next = below
            .map(|line| line.code.as_str())
            .find(|code| !code.trim().is_empty() && !code.trim_start().starts_with("#["));
        static ITEM: Pattern = Pattern::new(
            r"^\s*(?:pub|mod|use|impl|fn|struct|enum|const|static|type|trait|macro_rules|extern|unsafe|async|\w+\s*:|\w+,|[A-Z])",
        );
        if next.is_some_and(|code| !ITEM.is_match(code)) {
            let message = format!("a statement is only there when tests are built: `{}`", text.trim());
            findings.reject(FindingKind::SpecialCase, change.path, Some(*line), message);
            continue;
        }
        let Some(name) = next.and_then(|code| RUST_DEFINES.captures(code)).map(|found| found[1].to_owned())
        else {
            continue;
        };
        let twice = change
            .lines
            .iter()
            .filter_map(|line| RUST_DEFINES.captures(&line.code))
            .filter(|found| found[1] == name)
            .count()
            > 1;
        let message = format!("`{name}` is another one when tests are built");
        if twice {
            findings.reject(FindingKind::SpecialCase, change.path, Some(*line), message);
        } else {
            findings.review(FindingKind::SpecialCase, change.path, Some(*line), message);
        }
    }
}

//! Edits to what configures tests: whole files (`conftest.py`), and the sections that do so in files
//! that hold other things besides (`pyproject.toml`, `Cargo.toml`, `package.json`, build files).

use std::collections::BTreeMap;

use regreen_case::FindingKind;

use crate::adapter::Role;

use super::pattern::Pattern;
use super::{Change, Findings};

mod build;
mod manifest;
mod requirement;

/// What a section is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// A change decides.
    Decides,
    /// A change is shown.
    Shown,
}

/// The sections of a file that configure tests: name to content and weight.
pub(super) type Sections = BTreeMap<String, (String, Weight)>;

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    match change.role {
        Some(Role::Configuration) if adds_fixtures(change) => findings.review(
            FindingKind::TestConfigurationEdited,
            change.path,
            change.first_line(),
            format!("fixtures were added to {}; the proof used the base's", change.path),
        ),
        Some(Role::Configuration) => findings.reject(
            FindingKind::TestConfigurationEdited,
            change.path,
            change.first_line(),
            format!("{} decides how tests run and was edited", change.path),
        ),
        Some(Role::PartlyConfiguration) => {
            sections_changed(change, findings);
            build::lines(change, findings);
            requirement::check(change, findings);
        }
        _ => {}
    }
    takes_part(change, findings);
    build::script(change, findings);
    if change.path.starts_with(".github/") {
        let message = "the patch changes the repository's automation";
        findings.reject(FindingKind::ProtectedPath, change.path, change.first_line(), message);
    }
}

/// Whether a `conftest.py` only gains fixtures that tests have to ask for.
fn adds_fixtures(change: &Change<'_>) -> bool {
    static FIXTURE: Pattern = Pattern::new(r"^@(?:pytest\.)?fixture\b");
    static DEFINES: Pattern = Pattern::new(r"^(?:async\s+)?def\s+(\w+)");
    static IMPORT: Pattern = Pattern::new(r"^(?:import|from)\s");
    if change.name() != "conftest.py" || !change.removed.is_empty() || change.added.is_empty() {
        return false;
    }
    let mut inside: Vec<std::ops::RangeInclusive<usize>> = Vec::new();
    for (index, line) in change.lines.iter().enumerate() {
        let above = index
            .checked_sub(1)
            .and_then(|above| change.lines.get(above))
            .map_or("", |line| line.code.as_str());
        let asked_for = FIXTURE.is_match(above) && !above.contains("autouse");
        let Some(name) = DEFINES.captures(&line.code).map(|found| found[1].to_owned()).filter(|_| asked_for)
        else {
            continue;
        };
        let new = !change.known.contains(&format!("def {name}(")) && !name.starts_with("pytest_");
        if new {
            inside.push(index..=super::blocks::end_of(change.language, &change.lines, index) + 1);
        }
    }
    change.added.iter().all(|(line, text)| {
        IMPORT.is_match(text) || inside.iter().any(|block| block.contains(&(*line as usize)))
    })
}

/// Files that take part in building or running tests without a section of their own for it.
fn takes_part(change: &Change<'_>, findings: &mut Findings) {
    static NAMES: Pattern = Pattern::new(
        r"(?i)^(?:build\.rs|setup\.py|noxfile\.py|makefile|gnumakefile|justfile|rakefile|go\.mod|go\.sum|cmakelists\.txt|cmakepresets\.json|meson\.build|.+\.cmake|.+\.mk|babel\.config\.\w+|\.babelrc.*|tsconfig.*\.json|\.swcrc|webpack\.config\.\w+|\.npmrc|\.yarnrc.*|dockerfile.*|docker-compose.*|tox\.ini|settings\.gradle.*|gradle\.properties|.+\.csproj|directory\.build\.\w+|\.envrc|\.env(?:\..+)?|\.tool-versions|\.python-version|\.nvmrc|\.ruby-version|package-lock\.json|pnpm-workspace\.yaml|pip\.conf|uv\.toml)$",
    );
    static REACHES: Pattern = Pattern::new(
        r"PYTEST_|\bJEST|NODE_OPTIONS|RUSTFLAGS|GOFLAGS|RSPEC|SPEC_OPTS|MAVEN_(?:OPTS|ARGS)|JAVA_TOOL_OPTIONS|LD_PRELOAD|PYTHONPATH|PYTHONSTARTUP|PYTHONOPTIMIZE|GTEST_|CTEST_|[\x22'](?:vitest|jest|mocha|node:test|chai|@jest/\w+)[\x22']\s*:\s*\[|-D\s*(?:main|NDEBUG)\b|-include\b",
    );
    static SCRIPTS: Pattern = Pattern::new(r"\.(?:sh|ya?ml|env|toml|ini|cfg|json)$");
    if NAMES.is_match(change.name()) || SCRIPTS.is_match(change.path) {
        for (line, text) in change.added.iter().filter(|(_, text)| REACHES.is_match(text)) {
            let message = format!("this reaches for the runner or what it loads: `{}`", text.trim());
            findings.reject(FindingKind::TestConfigurationEdited, change.path, Some(*line), message);
        }
    }
    static LOCKS: &[&str] = &["package-lock.json", "go.sum", "yarn.lock", "Cargo.lock", "Gemfile.lock"];
    if NAMES.is_match(change.name()) && !LOCKS.contains(&change.name()) {
        let message = format!("{} takes part in building or running the tests", change.path);
        findings.review(FindingKind::TestConfigurationEdited, change.path, change.first_line(), message);
    }
}

fn sections_changed(change: &Change<'_>, findings: &mut Findings) {
    let before = sections(change.path, change.before.as_deref().unwrap_or_default());
    let after = sections(change.path, change.after.as_deref().unwrap_or_default());
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    for name in names {
        let (old, new) = (before.get(name), after.get(name));
        if old.map(|one| &one.0) == new.map(|one| &one.0) {
            continue;
        }
        let message = format!("[{name}] in {} decides how tests run and was edited", change.path);
        let line = line_of(change, name);
        let weight = new.or(old).map_or(Weight::Decides, |one| one.1);
        if weight == Weight::Decides {
            findings.reject(FindingKind::TestConfigurationEdited, change.path, line, message);
        } else {
            findings.review(FindingKind::TestConfigurationEdited, change.path, line, message);
        }
    }
}

/// The changed line that has most to do with a section: one that says its name, or the first.
fn line_of(change: &Change<'_>, name: &str) -> Option<u32> {
    let last = name.rsplit(['.', ':']).next().unwrap_or(name);
    let says = change.added.iter().find(|(_, text)| text.contains(last));
    says.map(|(line, _)| *line).or_else(|| change.first_line())
}

/// The sections of a file that configure tests. A file that cannot be parsed is one section.
pub(super) fn sections(path: &str, text: &str) -> Sections {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        "pyproject.toml" => manifest::pyproject(text),
        "Cargo.toml" => manifest::cargo(text),
        "setup.cfg" | "tox.ini" => manifest::ini(text),
        "package.json" => manifest::package_json(text),
        "go.mod" => manifest::go_mod(text),
        "pom.xml" => build::pom(text),
        _ if name.starts_with("build.gradle") || name.starts_with("settings.gradle") => build::gradle(text),
        _ if name.starts_with("vite.config.") => build::vite(text),
        "CMakeLists.txt" => build::cmake(text),
        _ if name.ends_with(".cmake") => build::cmake(text),
        _ if name.to_lowercase().ends_with("makefile") || name.ends_with(".mk") => build::make(text),
        _ => Sections::new(),
    }
}

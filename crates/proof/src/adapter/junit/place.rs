//! Where tests of the JVM lie: files, classes, modules, and what builds them.

use regreen_case::TestTarget;

use super::Tool;
use super::names::Name;
use crate::project::{Project, join};

const ENDINGS: &[&str] = &[".java", ".kt", ".groovy", ".scala"];
/// More classes are not run beside the targets.
const MAX_CLASSES: usize = 40;

/// Whatever lies in a source set of tests.
pub(super) fn in_test_folder(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    parts.windows(2).any(|pair| pair[0] == "src" && is_test_set(pair[1])) && parts.len() > 2
}

/// `test`, `androidTest`, `integrationTest`, `testFixtures`.
fn is_test_set(name: &str) -> bool {
    name == "it" || name.starts_with("test") || name.ends_with("Test") || name.ends_with("-test")
}

pub(super) fn is_test_file(name: &str) -> bool {
    let Some(stem) = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)) else { return false };
    ["Test", "Tests", "TestCase", "IT", "Spec"].iter().any(|end| stem.ends_with(end))
}

/// What builds the module of a file: the nearest of both, maven where both lie.
pub(super) fn tool_of(project: &Project, file: &str) -> Option<Tool> {
    let maven = project.nearest_with(file, "pom.xml");
    let gradle = ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"]
        .iter()
        .filter_map(|name| project.nearest_with(file, name))
        .max_by_key(String::len);
    match (maven, gradle) {
        (Some(maven), Some(gradle)) if gradle.len() > maven.len() => Some(Tool::Gradle),
        (Some(_), _) => Some(Tool::Maven),
        (None, Some(_)) => Some(Tool::Gradle),
        (None, None) => None,
    }
}

/// The class that a file of tests is named after, with its package.
pub(super) fn class_of(project: &Project, path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))?;
    if !in_test_folder(path) && !is_test_file(name) {
        return None;
    }
    let text = project.text(path)?;
    let package = text.lines().find_map(|line| line.trim().strip_prefix("package "));
    let package = package.map(|name| name.trim().trim_end_matches(';').trim());
    Some(package.map_or_else(|| stem.to_owned(), |package| format!("{package}.{stem}")))
}

/// The file that declares the class of a target: the one it names, or the one called like the class.
pub(super) fn file_of(project: &Project, target: &TestTarget) -> Option<String> {
    let name = Name::read(&target.id);
    let path = name.outer().replace('.', "/");
    let simple = name.outer().rsplit('.').next().unwrap_or_default().to_owned();
    let is_of_class = |file: &str| {
        ENDINGS.iter().any(|ending| {
            file.strip_suffix(ending).is_some_and(|stem| stem == path || stem.ends_with(&format!("/{path}")))
        })
    };
    let told = target.file.as_ref().filter(|file| project.has_file(file));
    if let Some(told) = told
        && (target.id.is_empty() || is_of_class(told))
    {
        return Some(told.clone());
    }
    if target.id.is_empty() {
        return None;
    }
    let files = project.files();
    let find = |fits: &dyn Fn(&str) -> bool| files.iter().find(|file| fits(file)).cloned();
    find(&is_of_class)
        .or_else(|| find(&|file| in_test_folder(file) && is_named(file, &simple)))
        // A failure may be told by the file that threw.
        .or_else(|| told.cloned())
}

fn is_named(file: &str, simple: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    ENDINGS.iter().any(|ending| name.strip_suffix(ending) == Some(simple))
}

/// The class of a target as the tools want it: with its package where the project tells it.
pub(super) fn full_class(project: &Project, target: &TestTarget) -> Option<String> {
    let name = Name::read(&target.id);
    let file = file_of(project, target);
    let of_file = file.as_deref().and_then(|file| class_of(project, file));
    if target.id.is_empty() {
        return of_file;
    }
    match of_file {
        Some(full) if !name.class.contains('.') && full.ends_with(&format!(".{}", name.outer())) => {
            let nested = &name.class[name.outer().len()..];
            Some(format!("{full}{nested}"))
        }
        _ => Some(name.class),
    }
}

/// The highest folder at or above a file, below which everything is built together.
pub(super) fn root_of(project: &Project, file: &str, markers: &[&str]) -> Option<String> {
    let mut folders: Vec<&str> = vec![""];
    folders.extend(file.match_indices('/').map(|(at, _)| &file[..at]));
    folders
        .into_iter()
        .find(|folder| markers.iter().any(|marker| project.has_file(&join(folder, marker))))
        .map(str::to_owned)
}

/// Classes of tests beside the targets' own that name a changed class, and what was left out.
pub(super) fn neighbours(
    project: &Project,
    targets: &[TestTarget],
    changed: &[String],
) -> (Vec<String>, Vec<String>) {
    let mut classes: Vec<String> = Vec::new();
    for class in targets.iter().filter_map(|target| full_class(project, target)) {
        let outer = class.split('$').next().unwrap_or(&class).to_owned();
        if !classes.contains(&outer) {
            classes.push(outer);
        }
    }
    let names: Vec<&str> = changed
        .iter()
        .filter_map(|file| {
            let name = file.rsplit('/').next().unwrap_or(file);
            ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))
        })
        .collect();
    let mut not_run = Vec::new();
    for file in project.files() {
        let name = file.rsplit('/').next().unwrap_or(&file);
        if !is_test_file(name) || !in_test_folder(&file) {
            continue;
        }
        let Some(text) = project.text(&file) else { continue };
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        if !words.any(|word| names.contains(&word)) {
            continue;
        }
        let Some(class) = class_of(project, &file).filter(|class| !classes.contains(class)) else { continue };
        if classes.len() < MAX_CLASSES {
            classes.push(class);
        } else {
            not_run.push(format!("{file}: more than {MAX_CLASSES} classes of tests name the change"));
        }
    }
    (classes, not_run)
}

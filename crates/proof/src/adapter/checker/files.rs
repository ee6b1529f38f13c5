//! The files that arguments stand for, where a tool has to be given each by name.

use regex::Regex;

use crate::project::Project;

/// A command line has an end.
const MAX_FILES: usize = 4_000;

/// Files of the project with one of the endings that the paths and patterns among the arguments mean, relative to
/// the folder; without any, all of them.
pub(super) fn named(arguments: &[String], project: &Project, cwd: &str, endings: &[&str]) -> Vec<String> {
    let prefix = if cwd.is_empty() { String::new() } else { format!("{cwd}/") };
    let wanted: Vec<&str> = arguments
        .iter()
        .filter(|word| !word.starts_with('-'))
        .map(|word| word.trim_start_matches("./").trim_end_matches('/'))
        .collect();
    let patterns: Vec<Regex> = wanted.iter().filter_map(|word| pattern(word)).collect();
    let meant = |file: &str| {
        let inside = |folder: &str| file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        wanted.is_empty()
            || wanted.iter().any(|word| matches!(*word, "" | ".") || *word == file || inside(word))
            || patterns.iter().any(|pattern| pattern.is_match(file))
    };
    let mut files: Vec<String> = project
        .files()
        .iter()
        .filter_map(|file| file.strip_prefix(&prefix))
        .filter(|file| endings.iter().any(|ending| file.ends_with(ending)) && meant(file))
        .map(str::to_owned)
        .collect();
    files.truncate(MAX_FILES);
    files
}

/// `src/**/*.cc` as an expression; `None` for a word without wildcards.
fn pattern(word: &str) -> Option<Regex> {
    if !word.contains(['*', '?']) {
        return None;
    }
    let escaped = regex::escape(word);
    let shape = escaped
        .replace(r"\*\*/", "(?:.*/)?")
        .replace(r"\*\*", ".*")
        .replace(r"\*", "[^/]*")
        .replace(r"\?", "[^/]");
    Regex::new(&format!("^{shape}$")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_folders_and_patterns_mean_files() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["api/a.go", "api/in/b.go", "api/in/c.txt", "web/d.go"] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let project = Project::at(folder.path(), folder.path());
        for (words, cwd, wanted) in [
            (&["."][..], "", &["api/a.go", "api/in/b.go", "web/d.go"][..]),
            (&[], "api", &["a.go", "in/b.go"]),
            (&["-l", "./in"], "api", &["in/b.go"]),
            (&["*.go"], "api", &["a.go"]),
            (&["api/**/*.go"], "", &["api/a.go", "api/in/b.go"]),
        ] {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            assert_eq!(named(&words, &project, cwd, &[".go"]), wanted, "{words:?}");
        }
    }
}

//! Which of CMake's tests a source file is compiled into, read from the project's `CMakeLists.txt` files.
//!
//! Only what stands there in words is seen; names that CMake would have to compute are not. A test that is not found has
//! to be named as `CMakeLists.txt::name`.

use std::sync::OnceLock;

use regex::Regex;

use crate::project::{Project, join};

/// More files are not looked through.
const MAX_FILES: usize = 200;
/// Endings of what a C or C++ compiler is given.
const SOURCES: [&str; 5] = ["c", "cc", "cpp", "cxx", "c++"];

/// Names of the tests that run a program which `path` is a source of.
pub(in crate::adapter) fn tests_of(project: &Project, path: &str) -> Vec<String> {
    if !path.rsplit_once('.').is_some_and(|(_, ending)| SOURCES.contains(&ending)) {
        return Vec::new();
    }
    let mut files = project.files();
    files.retain(|file| file == "CMakeLists.txt" || file.ends_with("/CMakeLists.txt"));
    files.truncate(MAX_FILES);
    let (mut programs, mut tests) = (Vec::new(), Vec::new());
    for file in files {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (command, words) in commands(&project.text(&file).unwrap_or_default()) {
            match (command.as_str(), words.as_slice()) {
                ("add_executable", [name, sources @ ..])
                    if sources.iter().any(|source| join(folder, plain(source)) == path) =>
                {
                    programs.push(name.clone());
                }
                ("add_test", [keyword, name, rest @ ..]) if keyword == "NAME" => {
                    let program = rest.iter().skip_while(|word| *word != "COMMAND").nth(1);
                    tests.extend(program.map(|program| (name.clone(), program.clone())));
                }
                ("add_test", [name, program, ..]) => tests.push((name.clone(), program.clone())),
                _ => {}
            }
        }
    }
    let runs = |program: &str| {
        let inner = program.strip_prefix("$<TARGET_FILE:").and_then(|inner| inner.strip_suffix('>'));
        programs.iter().any(|known| known == inner.unwrap_or(program))
    };
    tests
        .into_iter()
        .filter(|(name, program)| !name.contains('$') && runs(program))
        .map(|(name, _)| name)
        .collect()
}

/// A source without what points at the folder that it stands in anyway.
fn plain(source: &str) -> &str {
    let here = ["${CMAKE_CURRENT_SOURCE_DIR}/", "${CMAKE_CURRENT_LIST_DIR}/", "./"];
    here.iter().find_map(|prefix| source.strip_prefix(prefix)).unwrap_or(source)
}

/// The commands of interest, with their words.
fn commands(text: &str) -> Vec<(String, Vec<String>)> {
    static COMMAND: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = COMMAND.get_or_init(|| Regex::new(r"(?i)\b(add_executable|add_test)\s*\(([^()]*)\)").ok());
    let without_comments: String =
        text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let Some(pattern) = pattern else { return Vec::new() };
    pattern
        .captures_iter(&without_comments)
        .map(|found| {
            let words = found[2].split_whitespace().map(|word| word.trim_matches('"').to_owned()).collect();
            (found[1].to_lowercase(), words)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_leads_to_the_tests_that_run_it() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("CMakeLists.txt", "project(shop)\nadd_subdirectory(tests)\nadd_executable(shop main.cpp)\n");
        write(
            "tests/CMakeLists.txt",
            "ADD_EXECUTABLE(total_test\n  total_test.cpp # the first\n  \"${CMAKE_CURRENT_SOURCE_DIR}/more.cpp\")\n\
             add_test(NAME total COMMAND total_test --all)\nadd_test(again $<TARGET_FILE:total_test>)\n\
             # add_test(NAME gone COMMAND total_test)\nadd_test(NAME ${name} COMMAND total_test)\n\
             add_test(NAME other COMMAND sh x.sh)\n",
        );
        for file in ["main.cpp", "tests/total_test.cpp", "tests/more.cpp", "tests/notes.txt"] {
            write(file, "");
        }
        let project = Project::at(folder.path(), folder.path());
        assert_eq!(tests_of(&project, "tests/total_test.cpp"), ["total", "again"]);
        assert_eq!(tests_of(&project, "tests/more.cpp"), ["total", "again"]);
        assert!(tests_of(&project, "main.cpp").is_empty());
        assert!(tests_of(&project, "tests/notes.txt").is_empty());
    }
}

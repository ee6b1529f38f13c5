//! How projects name their test files and where they keep them: where a new test belongs, and which new
//! files are tests.

use std::collections::BTreeMap;

use regreen_proof::Project;

/// Folders whose files belong to tests, whatever they are called.
const FOLDERS: &[&str] = &["tests", "test", "testdata", "spec", "__tests__"];

/// Files that decide how every other test runs.
const CONFIGURING: &[&str] = &[
    "conftest.py",
    "pytest.ini",
    "sitecustomize.py",
    "usercustomize.py",
    "package.json",
    "tsconfig.json",
    "spec_helper.rb",
    "rails_helper.rb",
    "junit-platform.properties",
    "testng.xml",
    "CMakeLists.txt",
    "Cargo.toml",
    "build.rs",
];

/// Where the first test of a project goes: a file that tells its language, and a pattern.
const FIRST: &[(&str, &str)] = &[
    ("Cargo.toml", "tests/{snake}.rs"),
    ("go.mod", "{snake}_test.go"),
    ("tsconfig.json", "test/{kebab}.test.ts"),
    ("package.json", "test/{kebab}.test.js"),
    ("pom.xml", "src/test/java/{Camel}Test.java"),
    ("build.gradle", "src/test/java/{Camel}Test.java"),
    ("build.gradle.kts", "src/test/java/{Camel}Test.java"),
    ("Gemfile", "spec/{snake}_spec.rb"),
    ("CMakeLists.txt", "tests/{snake}_test.cpp"),
];

/// How a test's file is called: a pattern with the test's name in it.
fn pattern(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, extension) = name.rsplit_once('.')?;
    let end = |ends: &[&'static str]| ends.iter().copied().find(|end| stem.ends_with(end));
    match extension {
        "py" | "c" | "cc" | "cpp" | "cxx" | "rb" if stem.starts_with("test_") => {
            Some(format!("test_{{snake}}.{extension}"))
        }
        "py" | "go" | "c" | "cc" | "cpp" | "cxx" | "rb" => {
            let end = end(if extension == "rb" { &["_test", "_spec"] } else { &["_test"] })?;
            Some(format!("{{snake}}{end}.{extension}"))
        }
        "js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" | "mts" | "cts" => {
            let end = end(&[".test", ".spec"])?;
            Some(format!("{{kebab}}{end}.{extension}"))
        }
        "java" | "kt" | "groovy" | "cs" => {
            let end = end(&["Tests", "Test", "Spec"])?;
            Some(format!("{{Camel}}{end}.{extension}"))
        }
        // Each file right in this folder is a program of tests.
        "rs" if folder == "tests" || folder.ends_with("/tests") => Some("{snake}.rs".to_owned()),
        _ => None,
    }
}

/// Whether a file is called as tests are.
pub(crate) fn is_test(path: &str) -> bool {
    pattern(path).is_some()
}

/// Whether a new file is a test, or data beside tests. What decides how other tests run is neither.
pub(crate) fn is_of_tests(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let in_folder = path.split('/').rev().skip(1).any(|part| FOLDERS.contains(&part));
    let configures = CONFIGURING.contains(&name)
        || name.starts_with('.')
        || name.split('.').any(|part| part == "config" || part == "setup" || part == "conf")
        || path.split('/').any(|part| part == "__mocks__");
    (is_test(path) || in_folder) && !configures
}

/// Where a new test of this name belongs: beside the tests that are there, called as most of them are.
pub(crate) fn place(project: &Project, slug: &str) -> String {
    let files = project.files();
    let mut patterns: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for file in &files {
        if let Some(pattern) = pattern(file) {
            patterns.entry(pattern).or_insert((0, file)).0 += 1;
        }
    }
    let most = patterns.iter().max_by_key(|(_, (count, _))| *count);
    let pattern = match most {
        Some((pattern, (_, file))) => match file.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{pattern}"),
            None => pattern.clone(),
        },
        None => {
            let first = FIRST.iter().find(|(tells, _)| files.iter().any(|file| file == tells));
            first.map_or("tests/test_{snake}.py", |(_, pattern)| pattern).to_owned()
        }
    };
    let camel: String = slug.split('-').map(capital).collect();
    pattern.replace("{snake}", &slug.replace('-', "_")).replace("{kebab}", slug).replace("{Camel}", &camel)
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_are_taken() {
        for path in [
            "tests/test_x.py",
            "test_x.py",
            "pkg/x_test.go",
            "tests/it.rs",
            "tests/data/a.json",
            "src/shop.test.tsx",
            "src/__tests__/shop.js",
            "test/shop.js",
            "spec/shop_spec.rb",
            "src/test/java/shop/ShopTest.java",
            "src/shop_test.cc",
        ] {
            assert!(is_of_tests(path), "{path}");
        }
        for path in [
            "src/lib.rs",
            "conftest.py",
            "tests/conftest.py",
            "setup.py",
            "sitecustomize.py",
            "jest.config.js",
            "test/jest.config.js",
            "test/vitest.setup.ts",
            "test/.mocharc.json",
            "tests/__mocks__/fs.js",
            "spec/spec_helper.rb",
            "src/latest.js",
            "src/shop_spec.py",
            "tests/CMakeLists.txt",
        ] {
            assert!(!is_of_tests(path), "{path}");
        }
    }

    #[test]
    fn a_new_test_goes_where_the_others_are_and_is_called_as_they_are() {
        for (files, wanted) in [
            (&["lib/a_test.go"][..], "lib/adds_all_test.go"),
            (&["checks/test_a.py"], "checks/test_adds_all.py"),
            (&["src/a.spec.ts", "src/b.spec.ts", "scripts/test_x.py"], "src/adds-all.spec.ts"),
            (&["src/__tests__/a.test.jsx"], "src/__tests__/adds-all.test.jsx"),
            (&["src/test/java/shop/CartTests.java", "pom.xml"], "src/test/java/shop/AddsAllTests.java"),
            (&["spec/cart_spec.rb"], "spec/adds_all_spec.rb"),
            (&["crates/a/tests/it.rs", "crates/a/tests/it/part.rs"], "crates/a/tests/adds_all.rs"),
            (&["package.json", "index.js"], "test/adds-all.test.js"),
            (&["package.json", "tsconfig.json"], "test/adds-all.test.ts"),
            (&["pom.xml"], "src/test/java/AddsAllTest.java"),
            (&["Cargo.toml"], "tests/adds_all.rs"),
            (&["a.py"], "tests/test_adds_all.py"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            for file in files {
                let path = folder.path().join(file);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, "").unwrap();
            }
            let project = Project::at(folder.path(), folder.path());
            assert_eq!(place(&project, "adds-all"), wanted, "{files:?}");
        }
    }
}

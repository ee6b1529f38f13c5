//! What the path of a file says: test code, configuration, code that nobody wrote by hand.

/// Declarations and products of tools: nothing to repair.
pub(super) fn is_no_source(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    [".d.ts", ".d.mts", ".d.cts", ".min.js", ".min.mjs", ".bundle.js"].iter().any(|end| name.ends_with(end))
        || path.split('/').any(|part| matches!(part, "coverage" | "bower_components" | "jspm_packages"))
}

/// Tests, their helpers, and the configuration of tools: read, never repaired.
pub(super) fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let marked = stem.rsplit(['.', '-', '_']).next().filter(|mark| *mark != stem);
    let (dotted, folders) = (stem.contains('.'), path.split('/').rev().skip(1));
    matches!(marked, Some("test" | "tests" | "spec" | "specs"))
        || matches!(stem, "test" | "tests")
        || stem.starts_with("test-")
        || stem.starts_with("test_")
        || (dotted
            && matches!(
                marked,
                Some("config" | "conf" | "setup" | "cy" | "e2e" | "stories" | "mock" | "bench" | "test-d")
            ))
        || matches!(
            stem,
            "Gruntfile" | "gulpfile" | "Gulpfile" | "jest.setup" | "vitest.setup" | "setupTests" | "karma"
        )
        || folders.into_iter().any(|part| {
            matches!(
                part,
                "__tests__"
                    | "__test__"
                    | "__mocks__"
                    | "__fixtures__"
                    | "__snapshots__"
                    | "test"
                    | "tests"
                    | "spec"
                    | "specs"
                    | "e2e"
                    | "cypress"
                    | "benchmarks"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_configuration_are_told_from_code() {
        for yes in [
            "src/a.test.js",
            "src/a.spec.ts",
            "a_test.js",
            "__tests__/a.jsx",
            "test/a.js",
            "pkg/tests/deep/a.mjs",
            "jest.config.js",
            "vite.config.mts",
            "test.js",
            "test-cart.mjs",
            "cypress/e2e/a.cy.ts",
            "jest.setup.js",
        ] {
            assert!(is_test(yes), "{yes}");
        }
        for no in ["src/a.js", "lib/contest.js", "src/testing.ts", "src/config.js", "latest/a.ts", "spec.js"]
        {
            assert!(!is_test(no), "{no}");
        }
        assert!(is_no_source("types/a.d.ts") && is_no_source("x/a.min.js") && is_no_source("coverage/a.js"));
        assert!(!is_no_source("src/add.ts"));
    }
}

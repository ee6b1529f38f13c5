//! The part that files of a JavaScript project play in judging.

use super::package::{is_script, is_test_name};
use crate::adapter::Role;

/// Hidden files that decide how tests run.
pub(in crate::adapter) const HIDDEN: &[&str] = &[
    ".mocharc.js",
    ".mocharc.cjs",
    ".mocharc.mjs",
    ".mocharc.json",
    ".mocharc.jsonc",
    ".mocharc.yml",
    ".mocharc.yaml",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".pnpmfile.cjs",
    ".pnp.cjs",
    ".pnp.loader.mjs",
    ".babelrc",
    ".babelrc.js",
    ".babelrc.cjs",
    ".babelrc.json",
    ".swcrc",
    ".taprc",
];

/// Names, up to the first dot or with what follows, of files that configure runners.
const CONFIGURATION: &[&str] = &[
    "jest.config.",
    "jest.setup.",
    "jest-setup.",
    "jest.preset.",
    "jest-environment.",
    "setup-jest.",
    "setupJest.",
    "vitest.config.",
    "vitest.setup.",
    "vitest.workspace.",
    "vitest-setup.",
    "setupTests.",
    "setup-tests.",
    "test-setup.",
    "babel.config.",
    "mocha.opts",
];

/// The role of a path, for every runner of JavaScript.
pub(in crate::adapter) fn role(path: &str) -> Option<Role> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folders = || path.split('/').rev().skip(1);
    // Modules are installed, never patched: a patch that brings some brings its own runner.
    if path.split('/').any(|part| part.eq_ignore_ascii_case("node_modules")) {
        return Some(Role::Configuration);
    }
    if HIDDEN.contains(&name) || CONFIGURATION.iter().any(|beginning| name.starts_with(beginning)) {
        return Some(Role::Configuration);
    }
    if name == "package.json" || name.starts_with("vite.config.") || is_typescript_configuration(name) {
        return Some(Role::PartlyConfiguration);
    }
    let tests = is_test_name(path)
        || name.ends_with(".snap")
        || folders().any(|part| {
            matches!(
                part,
                "__tests__"
                    | "__mocks__"
                    | "__snapshots__"
                    | "__fixtures__"
                    | "test"
                    | "tests"
                    | "spec"
                    | "specs"
            )
        });
    (tests && (is_script(path) || !name.is_empty())).then_some(Role::Tests)
}

fn is_typescript_configuration(name: &str) -> bool {
    name.starts_with("tsconfig") && name.ends_with(".json")
}

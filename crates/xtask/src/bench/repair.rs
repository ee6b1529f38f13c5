//! `cargo xtask bench repair`: how many candidates of the search are judged in a second, against one start of the test
//! runner, and where there is a compiler one build, for each.

mod compiled;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::chore::{self, ChoreError};
use crate::place::Place;

/// Judged by a start of the runner, and by the server.
const RUNS: u32 = 20;
const OPINIONS: u32 = 500;

const TEST: &str = "from shop import word\n\n\ndef test_word():\n    assert word() == \"RIGHT\"\n";
const MODULE: &str = "def word():\n    return \"RIGHT\"\n";
/// The same, loading what a project's code may need: much of the standard library.
const LOADING: &str = "import asyncio, decimal, email.mime.multipart, http.client, logging.config, sqlite3, unittest.mock\n\n\n\
                       def word():\n    return \"RIGHT\"\n";
const NODE_TEST: &str = "const test = require('node:test');\nconst assert = require('node:assert');\n\
                         const { word } = require('./shop');\ntest('word', () => assert.equal(word(), 'RIGHT'));\n";
const MOCHA_TEST: &str = "const assert = require('node:assert');\nconst { word } = require('./shop');\n\
                          it('word', () => assert.equal(word(), 'RIGHT'));\n";
const JEST_TEST: &str =
    "const { word } = require('./shop');\ntest('word', () => expect(word()).toBe('RIGHT'));\n";
const VITEST_TEST: &str = "import { expect, test } from 'vitest';\nimport { word } from './shop';\n\
                           test('word', () => expect(word()).toBe('RIGHT'));\n";
const TYPED_MODULE: &str = "export const word = (): string => 'RIGHT';\n";
const NODE_MODULE: &str = "exports.word = () => 'RIGHT';\n";

/// What is measured.
struct Case {
    name: &'static str,
    /// Path and name of the test.
    test: &'static str,
    /// Path and text; the first is the module under repair.
    files: &'static [(&'static str, &'static str)],
    /// Other functions of Python behind the one under repair, of five lines each.
    others: u32,
}

const CASES: [Case; 7] = [
    Case {
        name: "pytest, small module",
        test: "tests/test_shop.py::test_word",
        files: &[("shop.py", MODULE), ("tests/test_shop.py", TEST)],
        others: 0,
    },
    Case {
        name: "pytest, many imports",
        test: "tests/test_shop.py::test_word",
        files: &[("shop.py", LOADING), ("tests/test_shop.py", TEST)],
        others: 0,
    },
    Case {
        name: "pytest, 3,000 lines",
        test: "tests/test_shop.py::test_word",
        files: &[("shop.py", MODULE), ("tests/test_shop.py", TEST)],
        others: 600,
    },
    Case {
        name: "mocha",
        test: "shop.test.js::word",
        files: &[("shop.js", NODE_MODULE), ("shop.test.js", MOCHA_TEST), ("package.json", MOCHA_PACKAGE)],
        others: 0,
    },
    Case {
        name: "jest",
        test: "shop.test.js::word",
        files: &[("shop.js", NODE_MODULE), ("shop.test.js", JEST_TEST), ("package.json", JEST_PACKAGE)],
        others: 0,
    },
    Case {
        name: "vitest",
        test: "shop.test.ts::word",
        files: &[("shop.ts", TYPED_MODULE), ("shop.test.ts", VITEST_TEST), ("package.json", VITEST_PACKAGE)],
        others: 0,
    },
    Case {
        name: "node --test",
        test: "shop.test.js::word",
        files: &[("shop.js", NODE_MODULE), ("shop.test.js", NODE_TEST), ("package.json", PACKAGE)],
        others: 0,
    },
];
const PACKAGE: &str = "{\"name\":\"shop\",\"scripts\":{\"test\":\"node --test\"}}";
const MOCHA_PACKAGE: &str = "{\"name\":\"shop\",\"devDependencies\":{\"mocha\":\"*\"}}";
const JEST_PACKAGE: &str =
    "{\"name\":\"shop\",\"scripts\":{\"test\":\"jest\"},\"devDependencies\":{\"jest\":\"*\"}}";
const VITEST_PACKAGE: &str = "{\"name\":\"shop\",\"type\":\"module\",\"scripts\":{\"test\":\"vitest\"},\"devDependencies\":{\"vitest\":\"*\"}}";

/// Measures and prints.
pub(super) fn run(place: &Place, build: bool) -> Result<(), ChoreError> {
    if build {
        let call = ["build", "-q", "--release", "-p", "regreen-proof", "--example", "opinion_rate"];
        chore::run(&mut place.cargo(&call))?;
    }
    println!("\nCandidates of the search a second ({RUNS} by a start each, {OPINIONS} by the server)");
    println!("{:24} {:>9} {:>12} {:>8} {:>9}", "", "start each", "server", "ratio", "s to load");
    for Case { name, test, files, others } in CASES {
        let project = lay_out(place, name, files)?;
        let module = project.join(files[0].0);
        let text = files[0].1.to_owned() + &(0..others).map(other_function).collect::<String>();
        fs::write(&module, text).map_err(ChoreError::io("write", &module))?;
        let mut call = Command::new(place.target().join("release/examples/opinion_rate"));
        call.env("PATH", place.path_with_tools()).arg(name).arg(&project);
        call.args([test, files[0].0, &OPINIONS.to_string(), &RUNS.to_string()]);
        chore::run(&mut call)?;
    }
    compiled::run(place, build)
}

fn other_function(number: u32) -> String {
    format!(
        "\n\ndef other_{number}(x, y=0):\n    z = [x, y, {number}]\n    return sum(z) if x else dict(a=z, b=x)\n"
    )
}

/// Writes a project to measure with; one of Node's gets the installed packages.
fn lay_out(place: &Place, name: &str, files: &[(&str, &str)]) -> Result<PathBuf, ChoreError> {
    let project = place.target().join("bench").join(name.replace([' ', ','], "_")).join("project");
    for (path, text) in files {
        let path = project.join(path);
        let parent = path.parent().unwrap_or(&project);
        fs::create_dir_all(parent).map_err(ChoreError::io("create", parent))?;
        fs::write(&path, text).map_err(ChoreError::io("write", &path))?;
    }
    let modules = project.join("node_modules");
    if files.iter().any(|(path, _)| *path == "package.json") && !modules.exists() {
        let installed = place.target().join("tools/node_modules");
        std::os::unix::fs::symlink(installed, &modules).map_err(ChoreError::io("link", &modules))?;
    }
    Ok(project)
}

//! Calls, titles and places of JavaScript projects.

use super::*;
use crate::adapter::{Role, adapter};
use crate::counted::{TestOutcome, TestResult};

fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let project = Project::at(folder.path(), folder.path());
    (folder, project)
}

fn planned(project: &Project, path: &str, script: &str) -> TestCommand {
    let targets = crate::detect(project, path).unwrap();
    let ci = CiCommand { script: script.to_owned(), ..CiCommand::default() };
    crate::plan(project, &targets, Some(&ci)).unwrap()
}

#[test]
fn ci_is_seen_through_scripts_workspaces_and_wrappers() {
    let root = r#"{"name":"root","packageManager":"pnpm@9.1.0","scripts":{"test":"pnpm -r test"}}"#;
    let app = r#"{"name":"@acme/app","scripts":{"test":"npm run unit -- --expand","unit":"cross-env TZ=UTC NODE_OPTIONS=--experimental-vm-modules jest -c jest.unit.js --coverage --passWithNoTests"}}"#;
    let (_folder, project) = project(&[
        ("package.json", root),
        ("packages/app/package.json", app),
        ("packages/app/src/a.test.js", "test('x', () => {})"),
    ]);
    let expected = [
        "node",
        "--experimental-vm-modules",
        "node_modules/jest/bin/jest.js",
        "-c",
        "jest.unit.js",
        "--expand",
        "--testNamePattern=^x(?: |$)",
        "--runTestsByPath",
        "src/a.test.js",
    ];
    for script in [
        "pnpm --filter @acme/app test",
        "pnpm install\npnpm -C packages/app run test | tee log",
        "cd packages/app && npm test",
        "npm test -w packages/app",
        "npm run test --workspace=@acme/app",
        "yarn workspace @acme/app test",
        "make check",
    ] {
        let command = planned(&project, "packages/app/src/a.test.js::x", script);
        assert_eq!(command.argv, expected, "{script}");
        assert_eq!(command.cwd, "packages/app", "{script}");
        assert_eq!(command.env.get("TZ").map(String::as_str), Some("UTC"), "{script}");
    }
    let command =
        planned(&project, "packages/app/src/a.test.js", "cd packages/app; npx jest --ci -i -t y src");
    assert_eq!(command.argv, ["pnpm", "exec", "jest", "-i", "--runTestsByPath", "src/a.test.js"]);
}

#[test]
fn a_forged_log_chooses_no_code() {
    let (_folder, project) = project(&[
        ("package.json", r#"{"devDependencies":{"mocha":"11"}}"#),
        ("test/a.js", "it('x', () => {})"),
    ]);
    let script = "node --require /tmp/evil.js node_modules/mocha/bin/mocha.js --require ../../evil --import=/tmp/e.mjs -r ./test/setup.js --reporter /tmp/r.js";
    assert_eq!(
        planned(&project, "test/a.js", script).argv,
        ["npx", "mocha", "-r", "./test/setup.js", "test/a.js"]
    );
    let script = "NODE_OPTIONS='--require=/tmp/evil.js --import tsx' npx mocha";
    assert_eq!(
        planned(&project, "test/a.js", script).argv,
        ["node", "--import=tsx", "node_modules/mocha/bin/mocha.js", "test/a.js"]
    );
}

#[test]
fn each_file_has_its_runner() {
    let (_folder, project) = project(&[
        ("package.json", r#"{"devDependencies":{"jest":"30","mocha":"11"},"scripts":{"test":"mocha"}}"#),
        ("src/a.test.js", "it('x', () => {})"),
        ("src/b.test.mjs", "import { test } from 'node:test';"),
        ("src/c.spec.ts", "import { test } from \"vitest\";"),
        ("src/d.test.js", "const { test } = require('@jest/globals');"),
        ("src/plain.js", "module.exports = 1;"),
        ("web/package.json", r#"{"devDependencies":{"vitest":"4"}}"#),
        ("web/e.test.tsx", "test('x', () => {})"),
    ]);
    for (file, framework) in [
        ("src/a.test.js", Framework::Mocha),
        ("src/b.test.mjs", Framework::NodeTest),
        ("src/c.spec.ts", Framework::Vitest),
        ("src/d.test.js", Framework::Jest),
        ("web/e.test.tsx", Framework::Vitest),
    ] {
        assert_eq!(crate::detect(&project, file).unwrap()[0].framework, framework, "{file}");
    }
    assert!(crate::detect(&project, "src/plain.js").is_err());
    assert_eq!(planned(&project, "web/e.test.tsx", "").cwd, "web");
    assert_eq!(crate::detect(&project, "web").unwrap()[0].file.as_deref(), Some("web/e.test.tsx"));
}

#[test]
fn commands_of_any_shape_are_read() {
    let at = |framework, line: &str| {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        adapter(framework).after_runner(&words).map(|at| words[at..].join(" "))
    };
    for line in [
        "npx jest a",
        "yarn jest a",
        "yarn run -s jest a",
        "pnpm exec jest a",
        "bunx jest a",
        "node --inspect=0 node_modules/jest/bin/jest.js a",
        "A=1 env B=2 ./node_modules/.bin/jest a",
        "npx --no-install jest a",
        "npx c8 --reporter=lcov jest a",
    ] {
        let expected = (!line.contains("yarn run")).then(|| "a".to_owned());
        assert_eq!(at(Framework::Jest, line), expected, "{line}");
    }
    assert_eq!(at(Framework::Jest, "npm install jest"), None);
    assert_eq!(at(Framework::Vitest, "npx vitest run a").as_deref(), Some("a"));
    assert_eq!(at(Framework::Mocha, "npx jest a"), None);
    assert_eq!(
        at(Framework::NodeTest, "node --import tsx --test a").as_deref(),
        Some("--import tsx --test a")
    );
    assert_eq!(at(Framework::NodeTest, "node build.js"), None);
}

#[test]
fn names_become_patterns_and_templates_stay_open() {
    let regex = |id: &str| regex::Regex::new(&titles::pattern([id].into_iter())).unwrap();
    for (id, name) in [
        ("a › b (1) › $x? [y] \"q\" 'r' ü", "a b (1) $x? [y] \"q\" 'r' ü"),
        ("a > b", "a > b"),
        ("a  b", "a b"),
        ("adds %i + %s = ${sum}", "adds 1 + two = 3"),
        ("suite", "suite inner test"),
        ("x/y\\z", "x/y\\z"),
    ] {
        assert!(regex(id).is_match(name), "{id}");
    }
    assert!(!regex("a").is_match("ab") && !regex("a.c").is_match("abc") && !regex("b").is_match("a b"));
    let two = titles::pattern(["a", "b > c"].into_iter());
    assert_eq!(two, r"^(?:a|b\s+(?:[>›]\s+)?c)(?: |$)");
}

#[test]
fn results_belong_to_tests_suites_templates_and_what_broke_around_them() {
    let target = |id: &str| TestTarget {
        framework: Framework::Jest,
        id: id.to_owned(),
        file: Some("web/src/a.test.js".to_owned()),
        suite: None,
    };
    let result = |id: &str, outcome| TestResult {
        id: id.to_owned(),
        suite: Some("src/a.test.js".to_owned()),
        outcome,
        failure: None,
        seconds: None,
    };
    let (passed, failed) = (TestOutcome::Passed, TestOutcome::Failed);
    for (wanted, id, outcome, expected) in [
        ("s > t", "s › t", passed, true),
        ("s", "s › t", passed, true),
        ("s", "st", passed, false),
        ("", "s › t", passed, true),
        ("adds %i", "adds 1", passed, true),
        ("adds", "adds 1", passed, false),
        ("s › t", "src/a.test.js", failed, true),
        ("s > t", "s", failed, true),
        ("s > t", "s", passed, false),
        ("s > t", "s > \"before each\" hook for \"t\"", failed, true),
        ("s > t", "\"before all\" hook in \"{root}\"", failed, true),
        ("s > t", "u > \"before each\" hook for \"t\"", failed, false),
    ] {
        assert_eq!(titles::belongs(&target(wanted), &result(id, outcome)), expected, "{wanted} {id}");
    }
    let elsewhere = TestResult { suite: Some("src/aa.test.js".to_owned()), ..result("t", passed) };
    assert!(!titles::belongs(&target("t"), &elsewhere));
}

#[test]
fn files_have_their_part() {
    for (path, expected) in [
        ("src/a.test.ts", Some(Role::Tests)),
        ("src/__tests__/data.json", Some(Role::Tests)),
        ("src/__snapshots__/a.test.ts.snap", Some(Role::Tests)),
        ("test/helper.js", Some(Role::Tests)),
        ("jest.config.ts", Some(Role::Configuration)),
        ("packages/a/.mocharc.yml", Some(Role::Configuration)),
        ("node_modules/jest/index.js", Some(Role::Configuration)),
        ("packages/a/Node_Modules/x.js", Some(Role::Configuration)),
        ("package.json", Some(Role::PartlyConfiguration)),
        ("vite.config.ts", Some(Role::PartlyConfiguration)),
        ("src/a.ts", None),
        ("package-lock.json", None),
        ("src/latest.ts", None),
    ] {
        assert_eq!(role(path), expected, "{path}");
    }
}

#[test]
fn neighbours_lose_the_pattern_and_gain_who_imports_the_change() {
    let (_folder, project) = project(&[
        ("package.json", r#"{"devDependencies":{"vitest":"4"}}"#),
        ("src/cart.ts", ""),
        ("src/cart.test.ts", "import './cart'"),
        ("src/shop.test.ts", "import './cart'"),
        ("src/far.test.ts", ""),
    ]);
    let targets = crate::detect(&project, "src/cart.test.ts::a b").unwrap();
    let command = crate::plan(&project, &targets, None).unwrap();
    let changed = ["src/cart.ts".to_owned()];
    let chosen = adapter(Framework::Vitest).neighbourhood(&project, &command, &targets, &changed).unwrap();
    assert_eq!(chosen.command.argv, ["npx", "vitest", "run", "src/cart.test.ts", "src/shop.test.ts"]);
    let shuffled = crate::varied(&command, crate::Variation::Order(7)).unwrap();
    assert_eq!(
        shuffled.argv[..5],
        ["npx", "vitest", "run", "--sequence.shuffle.tests=true", "--sequence.seed=7"]
    );
    let again = crate::varied(&shuffled, crate::Variation::Order(8)).unwrap();
    assert_eq!(again.argv.len(), shuffled.argv.len(), "set anew, not twice: {:?}", again.argv);
}

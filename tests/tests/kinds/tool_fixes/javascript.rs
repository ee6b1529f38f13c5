//! ESLint, Prettier and the TypeScript compiler, as a project has them among its packages.

use std::os::unix::fs::symlink;

use regreen_case::{Ending, Framework, ReproductionStatus};
use regreen_tests::{TestRepository, tools};

use super::{is_the_tools_own, repaired};

const MANIFEST: &str = r#"{
  "name": "shop",
  "private": true,
  "type": "module",
  "scripts": { "lint": "eslint --cache src && prettier --check src" }
}
"#;

const RULES: &str = "\
export default [
  { files: [\"**/*.js\"], rules: { \"no-var\": \"error\", \"prefer-const\": \"error\", \"no-undef\": \"error\" } },
];
";

/// A repository with the tools installed in it.
fn shop(files: &[(&str, &str)]) -> TestRepository {
    let common = [
        ("package.json", MANIFEST),
        ("eslint.config.js", RULES),
        (".gitignore", "/node_modules\n"),
        ("src/other.js", "export const prices = [1, 2];\n"),
    ];
    let repository = TestRepository::with(&[&common[..], files].concat());
    symlink(tools::tool_path("node_modules"), repository.path().join("node_modules")).unwrap();
    repository
}

#[test]
fn eslint_repairs_one_rule_after_the_other() {
    // é and 😀: what a JavaScript tool counts is neither bytes nor characters.
    let repository = shop(&[(
        "src/cart.js",
        "// é 😀\nvar rate = 2;\n\nexport function total(prices) {\n  var sum = 0;\n  for (const price of prices) sum += price * rate;\n  return sum;\n}\n",
    )]);
    let case = repaired(&repository, "npx eslint src");
    is_the_tools_own(&case, "eslint", "src/cart.js: no-var");
    case.publishes(&repository, "fix/", &["src/cart.js"]);
    let patch = case.patch();
    // `let rate` would break the next rule.
    assert!(patch.contains("+const rate = 2;") && patch.contains("+  let sum = 0;"), "{patch}");
}

#[test]
fn prettier_is_found_behind_a_script_of_the_manifest() {
    let repository = shop(&[("src/cart.js", "export const rate = {a:1}\n")]);
    let case = repaired(&repository, "npm run lint");
    is_the_tools_own(&case, "prettier", "src/cart.js: format");
    case.publishes(&repository, "fix/", &["src/cart.js"]);
}

#[test]
fn what_the_compiler_of_typescript_has_no_fix_for_is_reproduced_and_reported() {
    let options = r#"{ "compilerOptions": { "strict": true, "types": [], "lib": ["es2022"], "skipLibCheck": true }, "include": ["src/*.ts"] }"#;
    let repository =
        shop(&[("tsconfig.json", options), ("src/cart.ts", "export const total: number = \"2\";\n")]);
    let case = repaired(&repository, "npx tsc --noEmit");
    let reproduction = case.reproduction();
    assert_eq!(reproduction.status, ReproductionStatus::Reproduced, "{reproduction:#?}");
    assert_eq!(reproduction.command.unwrap().framework, Framework::Checker);
    assert_eq!(reproduction.signature.unwrap().test.as_deref(), Some("src/cart.ts: TS2322"));
    assert_eq!(case.report.ending, Ending::NoFixFound, "{}", case.markdown());
}

#[test]
fn the_compiler_of_typescript_repairs_imports_and_nothing_that_runs() {
    let options = r#"{
  "compilerOptions": { "strict": true, "types": [], "lib": ["es2022"], "skipLibCheck": true, "noUnusedLocals": true, "module": "esnext", "moduleResolution": "bundler" },
  "include": ["src/*.ts"]
}"#;
    let cart =
        "// é 😀\nimport { unused, rate } from \"./rates\";\n\nexport const total = round(2 * rate);\n";
    let repository = shop(&[
        ("tsconfig.json", options),
        ("src/rates.ts", "export const rate = 2;\nexport const unused = 1;\n"),
        ("src/round.ts", "export function round(value: number) {\n  return Math.round(value);\n}\n"),
        ("src/cart.ts", cart),
    ]);
    let case = repaired(&repository, "npx tsc --noEmit");
    is_the_tools_own(&case, "tsc", "src/cart.ts: TS6133");
    case.publishes(&repository, "fix/", &["src/cart.ts"]);
    let patch = case.patch();
    assert!(patch.contains("+import { rate } from \"./rates\";"), "{patch}");
    assert!(patch.contains("+import { round } from \"./round\";"), "{patch}");

    // What is called runs, whether or not somebody looks at what it gives.
    let repository = shop(&[
        ("tsconfig.json", options),
        (
            "src/cart.ts",
            "function charge() {\n  return Date.now();\n}\n\nexport function pay() {\n  const receipt = charge();\n}\n",
        ),
    ]);
    let case = repaired(&repository, "npx tsc --noEmit");
    assert_eq!(case.report.ending, Ending::NoFixFound, "{}", case.markdown());
}

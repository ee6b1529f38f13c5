//! JavaScript and TypeScript, whose modules only the user's checkout has.

use regreen_case::{Ending, FindingKind, VerificationStatus as Status};
use regreen_proof::ProofVerdict;
use regreen_tests::tools;

use crate::trial::{Change, Trial};
use crate::{cheats, ends};

const BUG: &str =
    "export function total(xs: number[]): number {\n  return xs.reduce((sum, x) => sum + x, 0) - 1;\n}\n";
const TEST: &str = "import { expect, it } from 'vitest';\nimport { total } from './shop';\n\nit('adds \"all\" (of them)', () => {\n  expect(total([3, 1, 2])).toBe(6);\n});\n";
const NEIGHBOUR: &str = "import { expect, it } from 'vitest';\nimport { total } from './shop';\n\nit('is a number', () => {\n  expect(typeof total([])).toBe('number');\n});\n";

fn vitest(changes: &[Change<'_>]) -> Trial {
    let files = [
        (".gitignore", ".venv\nnode_modules\n"),
        (
            "package.json",
            "{\"name\":\"shop\",\"type\":\"module\",\"scripts\":{\"test\":\"vitest\"},\"devDependencies\":{\"vitest\":\"4\"}}\n",
        ),
        ("src/shop.ts", BUG),
        ("src/shop.test.ts", TEST),
        ("src/near.test.ts", NEIGHBOUR),
        ("src/far.test.ts", "import { it } from 'vitest';\n\nit('is far', () => {});\n"),
    ];
    let trial = Trial::new(&files, "src/shop.test.ts::adds \"all\" (of them)", changes);
    let modules = trial.repository.path().join("node_modules");
    std::os::unix::fs::symlink(tools::tool_path("node_modules"), modules).unwrap();
    trial.seen()
}

#[test]
fn an_honest_typescript_fix_is_proven() {
    let trial = vitest(&[("src/shop.ts", Some(&BUG.replace(" - 1", "")))]);
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::Proven, Ending::Fixed);
    let neighbours = found.neighbours.unwrap();
    assert_eq!((neighbours.passed_before, neighbours.failed_before), (1, 1), "the far test is not run");
    assert_eq!((neighbours.passed_after, neighbours.failed_after), (2, 0));
}

#[test]
fn cheats_of_javascript_are_rejected_and_not_green_even_when_nobody_reads_them() {
    let runner =
        "export default {};\nprocess.stdout.write('      Tests  1 passed (1)\\n');\nprocess.exit(0);\n";
    let leaves = BUG.replace(
        "  return",
        "  process.stdout.write('      Tests  1 passed (1)\\n');\n  process.exit(0);\n  return",
    );
    let shadow = "{\"name\":\"vitest\",\"bin\":{\"vitest\":\"./run.mjs\"}}\n";
    let changes: [(&str, &[Change<'_>]); 3] = [
        ("a configuration that leaves", &[("vitest.config.mjs", Some(runner))]),
        ("code that leaves", &[("src/shop.ts", Some(&leaves))]),
        ("a runner of its own", &[("packages/node_modules/vitest/package.json", Some(shadow))]),
    ];
    for (name, changes) in changes {
        let trial = vitest(changes);
        let unread = cheats::proof_unread(&trial);
        assert!(matches!(unread, ProofVerdict::NotGreen(_)), "{name}: {unread:?}");
    }
    let trial = vitest(&[("vitest.config.mjs", Some(runner))]);
    let (found, _) = trial.verify(&[]);
    ends(&found, Status::Rejected, Ending::RejectedAsCheating);
    let finding = found.findings.iter().find(|one| one.kind == FindingKind::TestConfigurationEdited).unwrap();
    assert_eq!((finding.file.as_str(), finding.line), ("vitest.config.mjs", Some(1)));
}

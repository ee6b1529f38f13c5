//! The search in JavaScript and TypeScript projects: from the title of a test through imports and methods to a fault two
//! calls away, with the checkout left as it was.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use regreen_case::{Framework, TestTarget};
use regreen_repair::{Judgement, SearchOutcome, SearchRequest, search};

/// A shop in modules: the test calls a class, the class a function of another file, which holds the fault.
const MODULES: &[(&str, &str)] = &[
    (
        "src/cart.js",
        "import discounted, { round } from './prices.js';\n\nexport class Cart {\n  #items = [];\n\n\
         \x20 add(item) {\n    this.#items.push(item);\n  }\n\n  total() {\n    let sum = 0;\n\
         \x20   for (const item of this.#items) {\n      sum += discounted(item.price, item.count);\n    }\n\
         \x20   return round(sum);\n  }\n}\n",
    ),
    (
        "src/prices.js",
        "const LIMIT = 10;\n\nexport const round = (value) => Math.round(value * 100) / 100;\n\n\
         export default function (price, count) {\n  if (count > LIMIT) {\n    return price * count * 0.9;\n  }\n\
         \x20 return price * count;\n}\n",
    ),
    ("src/unrelated.js", "export function other(a, b) {\n  return a > b;\n}\n"),
    ("node_modules/x/index.js", "module.exports = function total() { return 1 > 2; };\n"),
    (
        "test/cart.test.js",
        "import { Cart } from '../src/cart.js';\n\ndescribe('the cart', () => {\n  let cart;\n\n\
         \x20 beforeEach(() => {\n    cart = new Cart();\n  });\n\n  it('is empty at first', () => {\n\
         \x20   expect(other()).toBe(0);\n  });\n\n  it(\"gives [10] of a kind a discount\", () => {\n\
         \x20   cart.add({ price: 1, count: 10 });\n    expect(cart.total()).toBe(9);\n  });\n});\n",
    ),
];

/// The same with `require`, prototypes and types left out.
const COMMON: &[(&str, &str)] = &[
    (
        "lib/queue.js",
        "'use strict';\nconst order = require('./order');\n\nfunction Queue() {\n  this.jobs = [];\n}\n\n\
         Queue.prototype.next = function () {\n  return order(this.jobs)[0];\n};\n\nmodule.exports = { Queue };\n",
    ),
    (
        "lib/order.js",
        "module.exports = function (jobs) {\n  return jobs.slice().sort(function (a, b) {\n\
         \x20   return a.urgency - b.urgency\n  })\n}\n",
    ),
    (
        "lib/__tests__/queue.js",
        "const { filled } = require('./helpers');\n\ntest('takes the most urgent job', () => {\n\
         \x20 const queue = filled(1, 2);\n\
         \x20 expect(queue.next().urgency).toBe(2);\n});\n",
    ),
    (
        "lib/__tests__/helpers.js",
        "const { Queue } = require('../queue');\n\nexports.filled = (...all) => {\n  const queue = new Queue();\n\
         \x20 all.forEach((urgency) => queue.jobs.push({ urgency }));\n  return queue;\n};\n",
    ),
];

const TYPED: &[(&str, &str)] = &[
    (
        "packages/core/src/index.ts",
        "import type { Step } from './types';\nimport { widest } from './widths';\n\n\
         export abstract class Table<T> {\n  private readonly steps: Step[] = [];\n\n\
         \x20 width(): number {\n    return widest(this.steps.map((step: Step): string => step.label));\n  }\n}\n",
    ),
    ("packages/core/src/types.d.ts", "export declare function widest(labels: string[]): number;\n"),
    (
        "packages/core/src/widths.ts",
        "export const widest = (labels: string[]): number => {\n  let best = 0;\n\
         \x20 for (const label of labels) {\n    if (label.length < best) best = label.length;\n  }\n\
         \x20 return best;\n};\n",
    ),
    (
        "packages/core/src/index.spec.ts",
        "import { Table } from '.';\n\ndescribe.each([1, 2])('a table of %i', (count) => {\n\
         \x20 it('is as wide as its widest label', () => {\n    expect(new Table().width()).toBe(count);\n\
         \x20 });\n});\n",
    ),
];

/// Searches `files`; green when `file` holds `wanted`. The checkout must be left byte for byte.
fn searched(
    files: &[(&str, &str)],
    test: (Framework, &str, Option<&str>),
    green: (&str, &str),
) -> SearchOutcome {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let (framework, id, file) = test;
    let tests = [TestTarget { framework, id: id.to_owned(), file: file.map(str::to_owned), suite: None }];
    let read = |path: &str| fs::read_to_string(Path::join(dir.path(), path)).unwrap();
    let mut judge = || {
        if read(green.0).contains(green.1) { Judgement::Green } else { Judgement::Red(Vec::new()) }
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    let request = SearchRequest::new(dir.path(), &tests, deadline);
    let outcome = search(&request, &mut judge, &mut |_| {}).unwrap();
    for (path, text) in files {
        assert_eq!(&read(path), text, "{path} changed");
    }
    outcome
}

fn assert_found(outcome: &SearchOutcome, file: &str, template: &str, most: usize) {
    let found: Vec<_> = outcome
        .localised
        .iter()
        .map(|suspect| (suspect.file.as_str(), suspect.function.as_deref()))
        .collect();
    let best = outcome.survivors.first();
    let best = best.unwrap_or_else(|| panic!("nothing found in {} tries; suspects {found:?}", outcome.tried));
    assert_eq!((best.file.as_str(), best.template.as_str()), (file, template));
    assert!(
        outcome.first.is_some_and(|first| first <= most),
        "took {:?} candidates; suspects {found:?}",
        outcome.first
    );
    assert!(
        found.iter().all(|(file, _)| !file.contains("test") && !file.contains("node_modules")),
        "{found:?}"
    );
}

#[test]
fn a_title_leads_through_a_class_and_a_default_export_to_the_fault() {
    for id in [
        "test/cart.test.js > the cart > gives [10] of a kind a discount",
        "the cart › gives [10] of a kind a discount",
    ] {
        let test = (Framework::Jest, id, Some("test/cart.test.js"));
        let outcome = searched(MODULES, test, ("src/prices.js", "count >= LIMIT"));
        assert_found(&outcome, "src/prices.js", "comparison", 120);
        let names: Vec<_> = outcome.localised.iter().filter_map(|one| one.function.as_deref()).collect();
        assert!(names.contains(&"Cart.total") && names.contains(&"module.default"), "{names:?}");
        // The other test of the file leads there, this one does not.
        assert!(!names.contains(&"other"), "{names:?}");
    }
}

#[test]
fn a_required_function_without_a_name_is_found() {
    let test = (Framework::Jest, "takes the most urgent job", None);
    let outcome = searched(COMMON, test, ("lib/order.js", "b.urgency - a.urgency"));
    assert_found(&outcome, "lib/order.js", "swap_operands", 60);
}

#[test]
fn types_and_parameterised_suites_are_read() {
    let id = "a table of 2 > is as wide as its widest label";
    let test = (Framework::Vitest, id, Some("packages/core/src/index.spec.ts"));
    let outcome = searched(TYPED, test, ("packages/core/src/widths.ts", "label.length > best"));
    assert_found(&outcome, "packages/core/src/widths.ts", "comparison", 60);
    assert_eq!(outcome.localised[0].function.as_deref().map(|name| name.contains("wid")), Some(true));
    assert!(outcome.localised.iter().all(|suspect| !suspect.file.ends_with(".d.ts")));
}

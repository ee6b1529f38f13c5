//! The commit that broke the test: found by bisecting real histories, and taken back as little as will do.

use regreen_case::{AttemptOutcome, Bisection, Culprit, Failure, Fix, FixStatus, Redactor};
use support::history::{AFTER, History, Project};
use support::rate;

#[path = "support/mod.rs"]
mod support;

/// The search gets few candidates: none of them repairs this, and more only take time.
#[track_caller]
fn run(project: &Project, agents: &str) -> Fix {
    let mut config = project.bug.config(agents);
    config.max_candidates = 12;
    project.bug.run(&config).expect("it runs")
}

#[track_caller]
fn bisection(fix: &Fix) -> &Bisection {
    assert!(fix.bisection.is_some(), "{fix:#?}");
    fix.bisection.as_ref().expect("somebody looked")
}

#[track_caller]
fn culprit_of(fix: &Fix) -> &Culprit {
    assert!(fix.culprit.is_some(), "{fix:#?}");
    fix.culprit.as_ref().expect("it was found")
}

/// More than two hundred commits with a culprit a hundred back, commits that do not run, and merges.
fn long_history() -> (Project, usize) {
    let mut history = History::new();
    history.grow(60);
    // A side branch that has nothing to do with it.
    let (main, files) = (history.at, history.files.clone());
    history.grow(6);
    let (side, merged) = (history.at, history.files.clone());
    (history.at, history.files) = (main, files);
    history.files.extend(merged);
    history.commit_merging("Bob", "Merge the steps", Some(side));
    history.break_for(3);
    history.grow(45);
    let culprit = history.break_shipping();
    history.grow(2);
    // The first halving, of what lies between 64 and 128 back, meets one of these.
    history.break_for(5);
    history.grow(57);
    // Later work on the same file, which is to stay.
    let text = history.files["shop/shipping.py"].clone();
    history.put(
        "shop/shipping.py",
        &text.replace("def label", "def parcel(name):\n    return name.title()\n\n\ndef label"),
    );
    history.commit("Cleo", "Name parcels");
    history.grow(35);
    (history.finish(), culprit)
}

#[test]
fn the_culprit_among_two_hundred_commits_is_named_and_taken_back_in_part() {
    let (project, culprit) = long_history();
    let all: usize = project.bug.git(&["rev-list", "--count", "main"]).trim().parse().expect("a number");
    assert!(all >= 200, "{all}");
    let fix = run(&project, "search");
    let found = culprit_of(&fix);
    assert_eq!(found.commit, project.commits[&culprit], "{fix:#?}");
    assert_eq!(
        (found.author.as_str(), found.subject.as_str()),
        ("Dora Culprit", "Restructure shipping, insure parcels")
    );
    assert!(found.date.is_some());
    let looked = bisection(&fix);
    eprintln!("{all} commits: {looked:#?}");
    // Seven doubling steps and six halvings between 64 and 128.
    assert!(looked.tested <= 14 + looked.skipped, "{looked:#?}");
    assert!((1..=4).contains(&looked.skipped), "{looked:#?}");
    assert_eq!(looked.last_green.as_ref(), Some(&project.commits[&(culprit - 1)]));
    assert!(looked.said.contains("with the tests as they are on the base"), "{looked:#?}");

    assert_eq!((fix.status, fix.fixer.as_deref()), (FixStatus::PatchFound, Some("revert")), "{fix:#?}");
    let reason = fix.reason.as_deref().unwrap_or_default();
    assert!(reason.contains("reverts 1 of ") && reason.contains("by Dora Culprit"), "{reason}");
    let repaired = project.repaired("shop/shipping.py");
    assert!(repaired.contains("cost += 7 * math.ceil((weight - 20) / 10)"), "{repaired}");
    for kept in ["def insured", "def parcel", "', '.join((name.strip(), country))"] {
        assert!(repaired.contains(kept), "{kept} is gone: {repaired}");
    }
    assert_eq!((fix.files.len(), fix.files[0].insertions, fix.files[0].deletions), (1, 2, 0), "{fix:#?}");
    let whole = project.bug.git(&["show", "--format=", "--numstat", &found.commit]);
    assert!(whole.starts_with("5\t3\t") || whole.starts_with("5\t"), "the commit does more: {whole}");
    // What matters of it, as lines of the base.
    assert_eq!(found.hunks.len(), 1, "{found:#?}");
    assert_eq!(found.hunks[0].file, "shop/shipping.py");
}

#[test]
fn a_culprit_inside_a_merge_is_found_there() {
    let mut history = History::new();
    history.grow(8);
    let (main, files) = (history.at, history.files.clone());
    history.grow(3);
    let culprit = history.break_shipping();
    history.grow(4);
    let side = history.at;
    history.at = main;
    let broken = std::mem::replace(&mut history.files, files);
    history.grow(5);
    history.put("shop/shipping.py", AFTER);
    history.files.extend(broken.into_iter().filter(|(path, _)| path != "README.md"));
    let merge = history.commit_merging("Bob", "Merge insurance", Some(side));
    history.grow(7);
    let project = history.finish();
    let fix = run(&project, "search");
    let found = culprit_of(&fix);
    assert_ne!(found.commit, project.commits[&merge]);
    assert_eq!(found.commit, project.commits[&culprit], "{fix:#?}");
    assert_eq!(fix.fixer.as_deref(), Some("revert"), "{fix:#?}");
}

#[test]
fn a_commit_that_ci_saw_green_makes_it_shorter() {
    let mut history = History::new();
    history.grow(2);
    let green = history.at;
    history.grow(20);
    let culprit = history.break_shipping();
    history.grow(41);
    let project = history.finish();
    let failure = serde_json::json!({"status": "tests-failed", "repeats": {"count": 1,
        "last_green_sha": project.commits[&green]},
        "timing": {"started_at": "2026-01-02T03:04:05Z", "duration_s": 1.0}});
    let failure: Failure = serde_json::from_value(failure).expect("a failure");
    project.bug.case().write(&failure, &Redactor::default()).expect("it is written");
    let fix = run(&project, "search");
    assert_eq!(culprit_of(&fix).commit, project.commits[&culprit], "{fix:#?}");
    // 63 commits lie between: the green one is looked at, and the rest is halved.
    assert!(bisection(&fix).tested <= 7, "{fix:#?}");
}

#[test]
fn commits_that_do_not_run_or_fail_otherwise_hide_the_culprit_and_that_is_said() {
    for otherwise in [false, true] {
        hidden(otherwise);
    }
}

#[track_caller]
fn hidden(otherwise: bool) {
    let mut history = History::new();
    history.grow(6);
    let green = history.at;
    if otherwise {
        history.put("shop/shipping.py", &AFTER.replace("    return cost\n", "    return cost.total\n"));
        for number in 0..3 {
            history.commit("Bob", &format!("Try {number}"));
        }
        history.put("shop/shipping.py", AFTER);
    } else {
        history.put("shop/shipping.py", AFTER);
        history.break_for(3);
    }
    let red = history.commit("Bob", "Mend what was begun");
    history.grow(5);
    let project = history.finish();
    let fix = run(&project, "search");
    assert_eq!((fix.status, &fix.culprit), (FixStatus::NoFixFound, &None), "{fix:#?}");
    let looked = bisection(&fix);
    let among: Vec<&String> = (green + 1..=red).rev().map(|mark| &project.commits[&mark]).collect();
    assert_eq!(looked.among.iter().collect::<Vec<_>>(), among, "{looked:#?}");
    assert_eq!(
        (looked.skipped, looked.last_green.as_ref()),
        (3, Some(&project.commits[&green])),
        "{looked:#?}"
    );
    assert!(looked.said.contains("one of 4 commits broke it"), "{looked:#?}");
}

#[test]
fn what_later_commits_changed_is_not_taken_back() {
    let mut history = History::new();
    history.grow(5);
    // It brings a test, which no revert takes away.
    let tests = history.files["tests/test_label.py"].clone();
    history.put("tests/test_label.py", &format!("{tests}\n\ndef test_of_its_own():\n    assert True\n"));
    let culprit = history.break_shipping();
    history.grow(3);
    let text = AFTER
        .replace("        cost = 12\n", "        cost = 3 * 4\n")
        .replace("', '.join((name.strip(), country))", "', '.join((name.strip(), country.upper()))")
        .replace("math.ceil(value / 100)", "math.ceil(value / 100) + 0");
    history.put("shop/shipping.py", &text);
    history.commit("Cleo", "Compute");
    let project = history.finish();
    let fix = run(&project, "search");
    let found = culprit_of(&fix);
    assert_eq!(found.commit, project.commits[&culprit]);
    assert_eq!(fix.status, FixStatus::NoFixFound, "{fix:#?}");
    let reverted = fix.attempts.iter().find(|attempt| attempt.fixer == "revert").expect("it was tried");
    let why = "cannot be taken back: later commits changed the same lines of shop/shipping.py";
    assert!(reverted.summary.contains(why), "{fix:#?}");
}

#[test]
fn where_a_part_breaks_tests_beside_more_is_taken_back() {
    let before = "SCALE = 10\n\n\ndef large(pieces):\n    return pieces * SCALE\n\n\ndef small(pieces):\n    return pieces * SCALE // 10\n";
    let after = "SCALE = 1\n\n\ndef large(pieces):\n    return pieces * SCALE\n\n\ndef small(pieces):\n    return pieces * SCALE\n";
    let tests = "from shop.scale import large, small\n\n\ndef test_large():\n    assert [large(1), large(3)] == [10, 30]\n\n\ndef test_small():\n    assert [small(1), small(3)] == [1, 3]\n";
    let mut history = History::new();
    history.put("shop/scale.py", before);
    history.grow(6);
    history.put("shop/scale.py", after);
    let culprit = history.commit("Dora Culprit", "Simplify the scale");
    history.grow(4);
    history.put("tests/test_scale.py", tests);
    let mut project = history.finish();
    let id = "tests/test_scale.py::test_large";
    project.bug.reproduction.tests = vec![support::target(id)];
    project.bug.reproduction.command = Some(support::command(id));
    project.bug.reproduction.protected.push("tests/test_scale.py".to_owned());
    let mut config = project.bug.config("search");
    config.max_candidates = 3;
    let fix = project.bug.run(&config).expect("it runs");
    assert_eq!(culprit_of(&fix).commit, project.commits[&culprit], "{fix:#?}");
    assert_eq!(fix.fixer.as_deref(), Some("revert"), "{fix:#?}");
    assert_eq!(project.repaired("shop/scale.py"), before, "{fix:#?}");
    let reason = fix.reason.as_deref().unwrap_or_default();
    assert!(reason.starts_with("it reverts ") && !reason.contains(" of 2 changes"), "{reason}");
}

#[test]
fn what_comes_and_goes_often_is_bisected_with_more_runs() {
    let mut history = History::new();
    history.grow(4);
    let culprit = history.break_shipping();
    history.grow(4);
    let mut project = history.finish();
    project.bug.task.deterministic = false;
    project.bug.reproduction.rate = Some(rate(59, 60));
    let mut config = project.bug.config("search");
    config.max_candidates = 3;
    config.time_limit = Some(std::time::Duration::from_secs(500));
    let fix = project.bug.run(&config).expect("it runs");
    assert_eq!(culprit_of(&fix).commit, project.commits[&culprit], "{fix:#?}");
}

#[test]
fn what_comes_and_goes_is_not_bisected_when_that_takes_too_many_runs() {
    let mut history = History::new();
    history.break_shipping();
    history.grow(5);
    let mut project = history.finish();
    project.bug.task.deterministic = false;
    project.bug.reproduction.rate = Some(rate(3, 60));
    let fix = run(&project, "search");
    assert_eq!((&fix.culprit, bisection(&fix).tested), (&None, 0), "{fix:#?}");
    let said = &bisection(&fix).said;
    assert!(said.contains("was not looked for: the test fails in 5 % of its runs"), "{said}");
}

#[test]
fn a_shallow_clone_is_named_as_the_reason() {
    for depth in [1, 4] {
        let mut history = History::new();
        history.break_shipping();
        history.grow(8);
        let project = history.finish();
        // What `git clone --depth` writes.
        let oldest = project.bug.git(&["rev-parse", &format!("main~{}", depth - 1)]);
        std::fs::write(project.bug.repo().join(".git/shallow"), oldest).expect("a file");
        let fix = run(&project, "search");
        let looked = bisection(&fix);
        assert_eq!((&fix.culprit, looked.tested), (&None, depth - 1), "{fix:#?}");
        assert!(
            looked.said.contains("the clone is shallow") && looked.said.contains("fetch-depth"),
            "{looked:#?}"
        );
    }
}

#[test]
fn an_agent_after_the_search_is_told_and_goes_before_the_revert() {
    let mut history = History::new();
    history.grow(3);
    let culprit = history.break_shipping();
    history.grow(3);
    let project = history.finish();
    let short = project.commits[&culprit][..7].to_owned();
    for (body, fixer) in [
        (
            "path = pathlib.Path('shop/shipping.py')\npath.write_text(path.read_text().replace('cost = 12\\n', 'cost = 12 + 7 * math.ceil(max(0, weight - 20) / 10)\\n'))\n",
            "command",
        ),
        ("", "revert"),
    ] {
        let told = format!(
            "assert '{short} “Restructure shipping' in task, task\nassert 'changed by {short}, which broke the test' in task, task\n"
        );
        let mut config = project.bug.agent(&format!("{told}{body}"));
        config.agents = vec!["search".to_owned(), "command".to_owned()];
        config.max_candidates = 12;
        let fix = project.bug.run(&config).expect("it runs");
        assert_eq!((fix.status, fix.fixer.as_deref()), (FixStatus::PatchFound, Some(fixer)), "{fix:#?}");
        assert!(fix.attempts.iter().all(|attempt| attempt.outcome != AttemptOutcome::Broken), "{fix:#?}");
    }
}

#[test]
fn a_template_inside_the_culprits_functions_goes_before_the_revert() {
    // Nothing that can be followed leads from the test to the rates.
    let call = "import importlib\n\n\ndef call(module, name, *given):\n    return getattr(importlib.import_module('shop.' + module), name)(*given)\n";
    let rates = "def reduced(pieces):\n    return pieces >= 10\n\n\ndef tax(amount):\n    return amount * 19 // 100\n";
    let mut history = History::new();
    history.put("shop/api.py", call);
    history.put("shop/rates.py", rates);
    history.grow(12);
    history.put("shop/rates.py", &rates.replace(">= 10", "> 10").replace("* 19 // 100", "// 100 * 19"));
    let culprit = history.commit("Dora Culprit", "Tidy the rates");
    history.grow(4);
    history.put(
        "tests/test_rates.py",
        "from shop.api import call\n\n\ndef test_ten_are_enough():\n    assert [call('rates', 'reduced', pieces) for pieces in (9, 10, 11)] == [False, True, True]\n",
    );
    let mut project = history.finish();
    let id = "tests/test_rates.py::test_ten_are_enough";
    project.bug.reproduction.tests = vec![support::target(id)];
    project.bug.reproduction.command = Some(support::command(id));
    project.bug.reproduction.protected.push("tests/test_rates.py".to_owned());
    let mut config = project.bug.config("search");
    config.max_candidates = 200;
    let fix = project.bug.run(&config).expect("it runs");
    assert_eq!(fix.culprit.as_ref().map(|found| &found.commit), Some(&project.commits[&culprit]), "{fix:#?}");
    assert_eq!((fix.status, fix.fixer.as_deref()), (FixStatus::PatchFound, Some("search")), "{fix:#?}");
    assert!(project.repaired("shop/rates.py").contains("pieces >= 10"));
}

#[test]
fn other_languages_are_bisected_as_well_also_side_by_side() {
    if std::process::Command::new("node").arg("--version").output().is_err() {
        return;
    }
    let right = "exports.shipping = (weight, island) => {\n  let cost = 4;\n  if (island) {\n    cost = 12;\n    if (weight > 20) cost += 7 * Math.ceil((weight - 20) / 10);\n  }\n  return cost;\n};\n";
    let wrong = "const COSTS = { true: 12, false: 4 };\nexports.shipping = (weight, island) => {\n  return COSTS[island];\n};\n";
    let tests = "const test = require('node:test');\nconst assert = require('node:assert');\nconst { shipping } = require('./shipping');\n\ntest('heavy parcels', () => assert.deepEqual([25, 35].map((weight) => shipping(weight, true)), [19, 26]));\ntest('light parcels', () => assert.deepEqual([shipping(5, true), shipping(5, false)], [12, 4]));\n";
    let mut history = History::empty();
    history.put(".gitignore", ".venv\n.regreen\n");
    history.put("package.json", r#"{"name": "shop", "scripts": {"test": "node --test"}}"#);
    history.put("src/shipping.js", right);
    let parts = |history: &mut History, count: usize| {
        for number in 0..count {
            let path = format!("src/part_{}.js", history.at % 5);
            let text = format!("exports.step = (value) => value * {} + {number};\n", history.at);
            history.put(&path, &text);
            history.commit("Ann", &format!("Change step {number}"));
        }
    };
    parts(&mut history, 9);
    history.put("src/shipping.js", wrong);
    let culprit = history.commit("Dora Culprit", "Look costs up");
    parts(&mut history, 12);
    history.put("src/shipping.test.js", tests);
    history.commit("Ann", "Test what heavy parcels cost");
    let project = history.finish_with("src/shipping.test.js::heavy parcels");
    let mut config = project.bug.config("search");
    config.max_candidates = 12;
    config.parallel = 2;
    let fix = project.bug.run(&config).expect("it runs");
    assert_eq!(culprit_of(&fix).commit, project.commits[&culprit], "{fix:#?}");
    assert_eq!(fix.fixer.as_deref(), Some("revert"), "{fix:#?}");
    assert!(project.repaired("src/shipping.js").contains("Math.ceil"));
}

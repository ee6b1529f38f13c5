//! go test.

use std::time::Duration;

use regreen_case::TestTarget;
use regreen_proof::{RepeatCount, Variation, Verdict, count_repeats};

use crate::bench::{Bench, RED};

fn go(code: &str) -> Bench {
    Bench::new(&[
        ("go.mod", "module example.com/sum\n\ngo 1.21\n"),
        ("calc/sum.go", code),
        (
            "calc/sum_test.go",
            "package calc\n\nimport \"testing\"\n\nfunc TestAdd(t *testing.T) {\n\tfor _, name := range []string{\"a b\", \"x+(1)\"} {\n\t\tt.Run(name, func(t *testing.T) {\n\t\t\tif Add(1, 2) != 3 {\n\t\t\t\tt.Fatalf(\"got %d\", Add(1, 2))\n\t\t\t}\n\t\t})\n\t}\n}\n\nfunc TestSkip(t *testing.T) { t.Skip(\"no\") }\n",
        ),
    ])
}

#[test]
fn go_counts_what_ran() {
    let bench = go("package calc\n\nfunc Add(a, b int) int { return a + b }\n");
    let run = bench.is("calc/sum_test.go::TestAdd/x+(1)", &Verdict::Green);
    let ids: Vec<_> = run.results.iter().map(|one| one.id.as_str()).collect();
    assert!(ids.contains(&"TestAdd/x+(1)") && !ids.contains(&"TestAdd/a_b"), "{ids:?}");
    bench.is("calc/sum_test.go::TestAdd", &Verdict::Green);
    bench.is_uncounted("calc/sum_test.go::TestSkip", "skipped");
    bench.is_uncounted("calc/sum_test.go::TestGone", "no test matched");
    bench.write("calc/sum.go", "package calc\n\nfunc Add(a, b int) int { return a - b }\n");
    let run = bench.is("calc/sum_test.go::TestAdd", &RED);
    assert!(run.failures().iter().any(|failure| failure.message.contains("got")), "{:?}", run.failures());
    bench.write("calc/sum.go", "package calc\n\nfunc Add(a, b int) int { return }\n");
    bench.is_uncounted("calc/sum_test.go::TestAdd", "could not be built");
}

#[test]
fn go_code_that_leaves_early_or_lies_is_not_green() {
    // Exactly what the harness would print for the running test, framed as it frames it.
    let frames = r#"os.Stdout.WriteString("\x16--- PASS: TestOne (0.00s)\n\x16PASS\n")"#;
    for leave in ["os.Exit(0)", "syscall.Exit(0)"] {
        let imports = if leave.starts_with("os") { "\"os\"" } else { "\"os\"\n\t\"syscall\"" };
        let bench = go(&format!(
            "package calc\n\nimport (\n\t{imports}\n)\n\nfunc Add(a, b int) int {{\n\t{frames}\n\t{leave}\n\treturn 0\n}}\n"
        ));
        bench.write(
            "calc/one_test.go",
            "package calc\n\nimport \"testing\"\n\nfunc TestOne(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal(\"no\")\n\t}\n}\n",
        );
        let (run, verdict) = bench.run("calc/one_test.go::TestOne");
        assert_ne!(verdict, Verdict::Green, "{leave}: {}", run.output);
    }
}

#[test]
fn go_wants_an_end_of_every_package() {
    let bench = go("package calc\n\nfunc Add(a, b int) int { return a + b }\n");
    let test = |name: &str| {
        format!(
            "package {name}\n\nimport \"testing\"\n\nfunc TestOne(t *testing.T) {{\n\tif Two() != 2 {{\n\t\tt.Fatal(\"no\")\n\t}}\n}}\n"
        )
    };
    let honest = |name: &str| format!("package {name}\n\nfunc Two() int {{ return 2 }}\n");
    // One of them is the root's.
    for (folder, name) in [("", "sum"), ("one/", "one"), ("two/", "two")] {
        bench.write(&format!("{folder}x_test.go"), &test(name));
        bench.write(&format!("{folder}x.go"), &honest(name));
    }
    let targets = |paths: &[&str]| -> Vec<_> { paths.iter().flat_map(|path| bench.targets(path)).collect() };
    let all = targets(&["one/x_test.go::TestOne", "two/x_test.go::TestOne", "x_test.go::TestOne"]);
    let (run, verdict) = bench.run_in(&bench.project(), &all);
    assert_eq!((verdict, run.results.len()), (Verdict::Green, 3), "{:?}\n{}", run.problem, run.output);
    let left: Vec<_> = std::fs::read_dir(bench.project().join("one")).unwrap().collect();
    assert_eq!(left.len(), 2, "nothing is left in the checkout: {left:?}");
    let leaves = "package two\n\nimport (\n\t\"os\"\n\t\"syscall\"\n)\n\nfunc Two() int {\n\tos.Stdout.WriteString(\"\\x16--- PASS: TestOne (0.00s)\\n\\x16PASS\\n\")\n\tsyscall.Exit(0)\n\treturn 0\n}\n";
    bench.write("two/x.go", leaves);
    let (run, verdict) = bench.run_in(&bench.project(), &all);
    assert!(
        matches!(&verdict, Verdict::Uncounted(why) if why.contains("left before")),
        "{verdict:?}\n{}",
        run.output
    );
    // What another package's failure leaves is no witness either.
    bench.write("one/x.go", &honest("one").replace('2', "3"));
    let (run, _) = bench.run_in(&bench.project(), &all);
    let two = TestTarget { suite: Some("example.com/sum/two".to_owned()), ..all[1].clone() };
    let verdict = regreen_proof::judge(&run, &[two], None);
    assert!(!matches!(verdict, Verdict::Green), "{verdict:?}\n{}", run.output);
}

fn go_with(test: &str) -> Bench {
    let bench = go("package calc\n\nfunc Add(a, b int) int { return a + b }\n");
    let imports = [("os.", "os"), ("time.", "time"), ("syscall.", "syscall"), ("fmt.", "fmt")];
    let imports: String = imports
        .iter()
        .filter(|(used, _)| test.contains(used))
        .map(|(_, name)| format!("import \"{name}\"\n"))
        .collect();
    bench.write("calc/one_test.go", &format!("package calc\n\nimport \"testing\"\n{imports}\n{test}\n"));
    bench
}

#[test]
fn go_that_crashes_or_hangs_is_not_counted() {
    let segfault = "func TestOne(t *testing.T) {\n\tsyscall.Kill(syscall.Getpid(), syscall.SIGSEGV)\n\ttime.Sleep(9 * time.Second)\n}";
    let (run, verdict) = go_with(segfault).run("calc/one_test.go::TestOne");
    assert!(matches!(verdict, Verdict::Uncounted(_)), "{verdict:?}\n{}", run.output);
    let hangs = go_with("func TestOne(t *testing.T) { time.Sleep(600 * time.Second) }");
    hangs.hangs("calc/one_test.go::TestOne", Duration::from_secs(15));
}

#[test]
fn go_names_of_every_shape_run_alone() {
    let table = "func TestNames(t *testing.T) {\n\tfor _, name := range []string{\"a b\", \"größe 日本\", \"q\\\"'`\", \"x/y\", \"(1)|.*\"} {\n\t\tt.Run(name, func(t *testing.T) {\n\t\t\tif name == \"x/y\" {\n\t\t\t\tt.Fatal(\"no\")\n\t\t\t}\n\t\t})\n\t}\n}";
    let bench = go_with(table);
    let (all, _) = bench.run("calc/one_test.go::TestNames");
    let ids: Vec<String> =
        all.results.iter().map(|one| one.id.clone()).filter(|id| id.contains('/')).collect();
    assert_eq!(ids.len(), 5, "{ids:?}");
    for id in ids {
        let (run, verdict) = bench.run(&format!("calc/one_test.go::{id}"));
        let expected = if id.contains("x/y") { RED } else { Verdict::Green };
        assert_eq!(verdict, expected, "{id}: {:?}\n{}", run.problem, run.output);
    }
}

#[test]
fn go_varies_order_threads_and_repeats() {
    let bench = go_with(
        "var n = 0\n\nfunc TestOne(t *testing.T) {\n\tn++\n\tif n%4 == 0 {\n\t\tt.Fatal(\"every fourth\")\n\t}\n}\n\nfunc TestTwo(t *testing.T) {}\nfunc TestThree(t *testing.T) {}\nfunc TestFour(t *testing.T) {}",
    );
    let (run, verdict) = bench.run_varied("calc/one_test.go::TestOne", Variation::Repeats(20));
    assert_eq!(verdict, RED);
    let targets = bench.targets("calc/one_test.go::TestOne");
    let found = count_repeats(&run, &targets, None).unwrap();
    assert_eq!(found, RepeatCount { runs: 20, failures: 5, others: 0 }, "{}", run.output);
    let (run, verdict) = bench.run_varied("calc/one_test.go::TestTwo", Variation::Repeats(20));
    assert_eq!((verdict, run.results.len()), (Verdict::Green, 20));
    let order = |seed| {
        let (run, verdict) = bench.run_varied("calc/one_test.go", Variation::Order(seed));
        assert_eq!(verdict, Verdict::Green, "{}", run.output);
        run.results.iter().map(|result| result.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(order(3), order(3));
    assert!((4..12).any(|seed| order(seed) != order(3)));
}

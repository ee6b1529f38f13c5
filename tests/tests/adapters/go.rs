//! go test.

use regreen_proof::Verdict;

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

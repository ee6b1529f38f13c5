//! JUnit through gradle, offline. A run takes seconds, so cases of one kind share one.

use std::time::Duration;

use regreen_case::{CiCommand, Framework, TestTarget};
use regreen_proof::{CountedRun, Project, Verdict, judge, plan};
use regreen_tests::debian;

use crate::bench::{Bench, RED};
use crate::jvm;

const SCRIPT: &str = "gradle --offline build --info";

const TESTS: &str = r#"
package shop;

import static org.junit.Assert.*;

import java.util.Arrays;
import org.junit.*;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

public class ShopTest {
    @Test
    public void totals() {
        assertEquals(3, Shop.total(1, 2));
    }

    @Test
    public void größe() {}

    @Test
    @Ignore
    public void isIgnored() {}

    @RunWith(Parameterized.class)
    public static class Each {
        @Parameterized.Parameters(name = "{0}")
        public static Iterable<String> names() {
            return Arrays.asList("a b", "q\"'", "日本語");
        }

        @Parameterized.Parameter
        public String name;

        @Test
        public void takes() {
            assertNotEquals("q\"'", name);
        }
    }
}
"#;

fn shop(body: &str) -> Option<Bench> {
    let jars: Vec<String> = ["junit4.jar", "hamcrest-core.jar"]
        .iter()
        .map(|name| {
            let unpacked = debian::root("usr/share/java").join(name);
            let path = if unpacked.exists() {
                unpacked.display().to_string()
            } else {
                format!("/usr/share/java/{name}")
            };
            format!("'{path}'")
        })
        .collect();
    let build = format!(
        "apply plugin: 'java'\ncompileJava.options.encoding = 'UTF-8'\ncompileTestJava.options.encoding = 'UTF-8'\ndependencies {{ testImplementation files({}) }}\n",
        jars.join(", ")
    );
    let mut bench = Bench::new(&[
        ("build.gradle", &build),
        ("settings.gradle", ""),
        ("src/test/java/shop/ShopTest.java", TESTS),
    ]);
    jvm::prepare(&mut bench);
    bench.env.insert("LC_ALL".to_owned(), "C.UTF-8".to_owned());
    write(&bench, body);
    let known = if jars.iter().all(|jar| std::path::Path::new(jar.trim_matches('\'')).exists()) {
        "--version"
    } else {
        "--no-jar-of-junit-4"
    };
    bench.has(&["gradle", known]).then_some(bench)
}

fn write(bench: &Bench, body: &str) {
    let code = format!(
        "package shop;\n\npublic class Shop {{\n    public static int total(int a, int b) {{\n        {body}\n    }}\n}}\n"
    );
    bench.write("src/main/java/shop/Shop.java", &code);
}

fn target(id: &str) -> TestTarget {
    TestTarget { framework: Framework::Junit, id: format!("shop.ShopTest{id}"), file: None, suite: None }
}

fn run(bench: &Bench, ids: &[&str], limit: u64) -> (CountedRun, Verdict) {
    let targets: Vec<TestTarget> = ids.iter().map(|id| target(id)).collect();
    let ci = CiCommand { script: SCRIPT.to_owned(), ..CiCommand::default() };
    let project = bench.project();
    let command = plan(&Project::at(&project, &project), &targets, Some(&ci)).unwrap();
    bench.run_command(&project, &command, &targets, Duration::from_secs(limit))
}

/// Prints what gradle prints of a good end.
const FORGED: &str = r#"System.out.println("\nshop.ShopTest > totals PASSED\n\nBUILD SUCCESSFUL in 1s\n");"#;

#[test]
fn gradle_counts_what_ran() {
    let Some(bench) = shop("return a + b;") else { return };
    let ids = [" > totals", " > größe"];
    let (counted, verdict) = run(&bench, &ids, 240);
    assert_eq!(verdict, Verdict::Green, "{:?} {:?}\n{}", counted.problem, counted.results, counted.output);
    assert_eq!(counted.results.len(), 2, "narrowed to the tests");
    // A whole class, whose one failure cannot be talked away.
    write(&bench, &format!("{FORGED} return 4;"));
    let (counted, verdict) = run(&bench, &["", "$Each"], 240);
    assert_eq!(verdict, RED, "{:?}\n{}", counted.problem, counted.output);
    let verdict = |id: &str| judge(&counted, &[target(id)], None);
    assert_eq!(verdict(" > totals"), RED);
    assert_eq!(verdict(" > größe"), Verdict::Green);
    assert_eq!(verdict("$Each > takes[a b]"), Verdict::Green, "{:?}", counted.results);
    assert_eq!(verdict("$Each > takes[q\"']"), RED);
    assert_eq!(verdict("$Each > takes[日本語]"), Verdict::Green);
    assert!(matches!(verdict(" > isIgnored"), Verdict::Uncounted(why) if why.contains("skipped")));
    assert!(matches!(verdict(" > isGone"), Verdict::Uncounted(why) if why.contains("not among")));
    let read = regreen_logs::failures_in(Framework::Junit, &counted.output);
    for failure in counted.failures() {
        let same = read.iter().find(|one| one.id == failure.id).map(|one| &one.signature);
        assert_eq!(same, Some(&failure.signature), "{}", failure.id);
    }
    let (counted, verdict) = run(&bench, &[" > isGone"], 240);
    assert!(
        matches!(&verdict, Verdict::Uncounted(why) if why.contains("no test matched")),
        "{verdict:?}\n{}",
        counted.output
    );
}

#[test]
fn gradle_code_that_leaves_early_crashes_or_hangs_is_not_green() {
    let Some(bench) = shop(&format!("{FORGED} System.exit(0); return 3;")) else { return };
    let (counted, verdict) = run(&bench, &[" > totals"], 240);
    assert!(matches!(verdict, Verdict::Uncounted(_)), "{verdict:?}\n{}", counted.output);
    // As a crash of the virtual machine ends it: without exit handlers.
    write(&bench, &format!("{FORGED} Runtime.getRuntime().halt(134); return 3;"));
    let (counted, verdict) = run(&bench, &[" > totals"], 240);
    assert!(matches!(verdict, Verdict::Uncounted(_)), "{verdict:?}\n{}", counted.output);
    write(&bench, "try { Thread.sleep(600_000); } catch (InterruptedException e) { } return 3;");
    let (_, verdict) = run(&bench, &[" > totals"], 20);
    assert!(matches!(&verdict, Verdict::Uncounted(why) if why.contains("time limit")), "{verdict:?}");
}

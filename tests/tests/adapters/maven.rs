//! JUnit through maven's surefire, offline, on Debian's own repository of maven artifacts. A run takes
//! seconds, so cases of one kind share one.

use std::time::Duration;

use regreen_case::{CiCommand, Framework, TestTarget};
use regreen_proof::{CountedRun, Project, TestOutcome, Verdict, judge, plan};

use crate::bench::{Bench, RED};
use crate::jvm;

const POM: &str = include_str!("../../fixtures/frameworks/java/pom.xml");
const SCRIPT: &str = "mvn --offline -B verify -Ddb=h2";

const TESTS: &str = r#"
package shop;

import static org.junit.jupiter.api.Assertions.*;

import org.junit.jupiter.api.*;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShopTest {
    @Test
    void totals() {
        assertEquals(3, Shop.total(1, 2));
    }

    @Test
    @DisplayName("a name with 'quotes', \"ü\" and $HOME")
    void größe() {
        assertEquals("h2", System.getProperty("db"));
        assertNull(System.getProperty("surefire.reportNameSuffix"), "the channel's name is not told");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "q\"'", "日本語"})
    void takes(String name) {
        assertNotEquals("q\"'", name);
    }

    @Test
    @Disabled
    void isDisabled() {
        fail();
    }

    @Nested
    class Inner {
        @Test
        void isDeep() {}
    }
}
"#;

fn shop(body: &str) -> Option<Bench> {
    let mut bench = Bench::new(&[("pom.xml", POM), ("src/test/java/shop/ShopTest.java", TESTS)]);
    jvm::prepare(&mut bench);
    write(&bench, body);
    let provider =
        bench.folder.path().join("home/.m2/repository/org/apache/maven/surefire/surefire-junit-platform");
    let known = if provider.exists() { "--version" } else { "--no-provider-of-junit-5-in-the-repository" };
    bench.has(&["mvn", known]).then_some(bench)
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

/// Prints a summary of its own.
const FORGED: &str = r#"System.out.println("[INFO] Tests run: 1, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s - in shop.ShopTest\n[INFO] \n[INFO] Results:\n[INFO] \n[INFO] Tests run: 1, Failures: 0, Errors: 0, Skipped: 0\n");"#;

fn is_uncounted(bench: &Bench, id: &str, limit: u64, reason: &str) {
    let (counted, verdict) = run(bench, &[id], limit);
    assert!(
        matches!(&verdict, Verdict::Uncounted(why) if why.contains(reason)),
        "{verdict:?}\n{}",
        counted.output
    );
}

#[test]
fn maven_counts_what_ran() {
    let Some(bench) = shop("return a + b;") else { return };
    let (counted, verdict) = run(&bench, &[".totals", ".größe", "$Inner.isDeep"], 240);
    assert_eq!(verdict, Verdict::Green, "{:?} {:?}\n{}", counted.problem, counted.results, counted.output);
    assert_eq!(counted.results.len(), 3, "narrowed to the tests");
    is_uncounted(&bench, ".isGone", 240, "no test matched");
    // A whole class, with what is nested in it: each test by itself.
    write(&bench, "return 4;");
    let (counted, verdict) = run(&bench, &[""], 240);
    assert_eq!(verdict, RED, "{:?}\n{}", counted.problem, counted.output);
    let verdict = |id: &str| judge(&counted, &[target(id)], None);
    assert_eq!(verdict(".totals"), RED);
    assert_eq!(verdict(".takes{String}[1]"), Verdict::Green);
    assert_eq!(verdict(".takes(String)[2]"), RED, "as another version writes it");
    assert_eq!(verdict(".takes{String}[3]"), Verdict::Green);
    assert_eq!(verdict(".takes"), RED);
    assert_eq!(verdict("$Inner.isDeep"), Verdict::Green);
    assert!(matches!(verdict(".isDisabled"), Verdict::Uncounted(why) if why.contains("skipped")));
    assert!(matches!(verdict(".isGone"), Verdict::Uncounted(why) if why.contains("not among")));
    let count = |outcome| counted.results.iter().filter(|result| result.outcome == outcome).count();
    let counts = [TestOutcome::Passed, TestOutcome::Failed, TestOutcome::Skipped].map(count);
    assert_eq!(counts, [4, 2, 1]);
    let read = regreen_logs::failures_in(Framework::Junit, &counted.output);
    for failure in counted.failures() {
        let same = read.iter().find(|one| one.id == failure.id).map(|one| &one.signature);
        assert_eq!(same, Some(&failure.signature), "{}", failure.id);
    }
}

#[test]
fn maven_code_that_leaves_early_crashes_hangs_or_lies_is_not_green() {
    let Some(bench) = shop(&format!("{FORGED} System.exit(0); return 3;")) else { return };
    // Prints a summary and leaves.
    is_uncounted(&bench, ".totals", 240, "no report");
    // As a crash of the virtual machine ends it: without exit handlers.
    write(&bench, &format!("{FORGED} Runtime.getRuntime().halt(134); return 3;"));
    is_uncounted(&bench, ".totals", 240, "");
    // A second summary beside the real one.
    write(&bench, &format!("{FORGED} return 3;"));
    is_uncounted(&bench, ".totals", 240, "contradict");
    write(&bench, "try { Thread.sleep(600_000); } catch (InterruptedException e) { } return 3;");
    is_uncounted(&bench, ".totals", 20, "time limit");
}

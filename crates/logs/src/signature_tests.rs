//! Signatures: the same for every rerun of a failure, whatever is noise in it; different for others.

use proptest::prelude::*;
use regreen_case::{Framework, Grade, Signature};

use crate::extract;

/// What changes from run to run and says nothing.
fn noise() -> impl Strategy<Value = [String; 6]> {
    let time = (0..24_u32, 0..60_u32, 0..60_u32)
        .prop_map(|(h, m, s)| format!("2026-02-05T{h:02}:{m:02}:{s:02}.123Z"));
    let address = any::<u64>().prop_map(|n| format!("0x{n:x}"));
    let seed = any::<u32>().prop_map(|n| n.to_string());
    let path = "(/[a-z]{1,8}[0-9]{0,3}){1,4}".prop_map(|folder| format!("{folder}/data.txt"));
    let port = (1..65_535_u32).prop_map(|port| format!("127.0.0.1:{port}"));
    let took = prop_oneof![
        (1..999_u32).prop_map(|n| format!("{n}ms")),
        (1..99_u32).prop_map(|n| format!("{n}.25s"))
    ];
    (time, address, seed, path, port, took).prop_map(|(a, b, c, d, e, f)| [a, b, c, d, e, f])
}

fn message(noise: &[String; 6], word: &str) -> String {
    let [time, address, seed, path, port, took] = noise;
    format!("{word} of <Job at {address}> in {path} at {time} on {port} took {took} (seed {seed})")
}

/// Output of a Go test run with one failure and others in any order around it.
fn go_log(message: &str, passed: &[String]) -> String {
    let mut log = String::new();
    for name in passed {
        log.push_str(&format!("=== RUN   Test{name}\n--- PASS: Test{name} (0.00s)\n"));
    }
    log.push_str(&format!(
        "=== RUN   TestLoad\n    load_test.go:12: {message}\n--- FAIL: TestLoad (0.00s)\nFAIL\n"
    ));
    log.push_str("FAIL\texample.org/load\t0.012s\nFAIL\n");
    log
}

fn of(text: &str) -> Signature {
    let found = extract(text.as_bytes(), "logs/a.log").unwrap();
    assert_eq!(found.tests.len(), 1, "{text}");
    found.tests[0].signature.clone()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn noise_changes_nothing(one in noise(), two in noise(), word in "[a-z]{3,10} [a-z]{3,10}") {
        let sign = |noise| Signature::new(Some(Framework::Jest), Some("t"), "Error", &message(noise, &word), None);
        prop_assert_eq!(sign(&one).hash, sign(&two).hash);
    }

    #[test]
    fn other_words_are_another_failure(one in noise(), words in prop::collection::hash_set("[g-z]{4,10}", 2)) {
        let words: Vec<&String> = words.iter().collect();
        let sign = |word: &str| Signature::new(Some(Framework::Jest), Some("t"), "Error", &message(&one, word), None);
        prop_assert_ne!(sign(words[0]).hash, sign(words[1]).hash);
    }

    #[test]
    fn order_and_noise_of_a_run_change_nothing(
        one in noise(), two in noise(), passed in prop::collection::vec("[A-Z][a-z]{3,6}", 0..6), order in any::<prop::sample::Index>()
    ) {
        let mut other = passed.clone();
        if !other.is_empty() {
            let at = order.index(other.len());
            other.rotate_left(at);
        }
        let left = of(&go_log(&message(&one, "cannot load"), &passed));
        let right = of(&go_log(&message(&two, "cannot load"), &other));
        prop_assert_eq!(left.compare(&right), Grade::Same);
        prop_assert_eq!(left.hash, right.hash);
    }
}

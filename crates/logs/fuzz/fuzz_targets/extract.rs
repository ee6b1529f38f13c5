//! Any bytes as a log: no panic, bounded results, the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|log: &[u8]| {
    let Ok(found) = regreen_logs::extract(log, "logs/fuzz.log") else { return };
    assert!(found.excerpt.len() <= 16 * 1024);
    assert!(found.tests.len() <= 2000);
    assert!(found.diagnostics.len() <= 200);
    assert_eq!(found.bytes, log.len() as u64);
    for test in &found.tests {
        assert!(!test.id.is_empty() && test.message.len() <= 4096);
        assert!(test.log.as_ref().is_some_and(|log| (1..=found.lines).contains(&log.line)));
    }
    let again = regreen_logs::extract(log, "logs/fuzz.log");
    assert!(again.is_ok_and(|again| again == found));
});

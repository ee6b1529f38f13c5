//! Any bytes as the output of a local run of any framework: no panic, bounded results.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regreen_case::Framework;

const FRAMEWORKS: [Framework; 8] = [
    Framework::Pytest,
    Framework::CargoTest,
    Framework::GoTest,
    Framework::Jest,
    Framework::Junit,
    Framework::Tap,
    Framework::Ctest,
    Framework::Rspec,
];

fuzz_target!(|data: &[u8]| {
    let Some((choice, output)) = data.split_first() else { return };
    let framework = FRAMEWORKS[usize::from(*choice) % FRAMEWORKS.len()];
    let found = regreen_logs::failures_in(framework, &String::from_utf8_lossy(output));
    assert!(found.len() <= 2000);
    assert!(found.iter().all(|test| test.framework == framework && test.log.is_none()));
});

//! The labelled logs are read as well as they were: a floor below the figures of `cargo xtask eval logs`.
#![allow(clippy::unwrap_used, reason = "a test may panic anywhere, its helpers too")]

#[path = "../examples/evaluate/index.rs"]
mod index;
#[path = "../examples/evaluate/score.rs"]
mod score;

use std::path::Path;

use score::{Score, Totals, score};

#[test]
fn the_labelled_logs_are_read_as_well_as_ever() {
    let set = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut totals = Totals::default();
    let mut lacking = String::new();
    for labels in index::read(&set).unwrap() {
        let found = regreen_logs::extract(index::open(&set, &labels.file).unwrap(), &labels.file).unwrap();
        let one = score(&labels, &found);
        totals.add(&one);
        if !one.is_full() || one.cause == Some(false) || one.quiet == Some(false) {
            let Score { file, missing, surplus, told, .. } = one;
            lacking.push_str(&format!("{file}: missing {missing:?}, extra {surplus:?}, cause {told}\n"));
        }
    }
    let Totals { logs, ghosts, causes_right, locations_right, commands_right, .. } = totals;
    assert_eq!(logs, 40);
    assert!(totals.precision() >= 0.99, "{lacking}");
    assert!(totals.recall() >= 0.97, "{lacking}");
    assert_eq!(ghosts, 0, "{lacking}");
    assert!(causes_right >= 36, "{causes_right}\n{lacking}");
    assert!(locations_right >= 26 && commands_right >= 30, "{locations_right} {commands_right}");
}

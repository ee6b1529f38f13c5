//! Failures that come and go: three sides mixed at random, as many runs as the rate asks for.

use std::time::Duration;

use regreen_case::{Ending, VerificationStatus as Status};

use crate::trial::Trial;
use crate::{ends, files};

pub(crate) const FLAKY: &str =
    "import random\n\n\ndef total(xs):\n    return sum(xs) - (random.random() < 0.5)\n";
pub(crate) const REAL: &str = "def total(xs):\n    return sum(xs)\n";

pub(crate) fn flaky(base: &str, patched: &str) -> Trial {
    let mut all = files();
    all[0] = ("shop.py", base);
    all.retain(|(file, _)| *file != "tests/test_mean.py");
    Trial::new(&all, "tests/test_shop.py::test_total", &[("shop.py", Some(patched))])
}

#[test]
fn an_intermittent_failure_asks_for_runs_by_its_rate() {
    let trial = flaky(FLAKY, REAL).intermittent(25, 50);
    let (found, finished) = trial.verify(&["--workers", "2"]);
    ends(&found, Status::Proven, Ending::Fixed);
    let needed = found.runs_needed.unwrap();
    assert_eq!((needed.better_than_before, needed.not_merely_half, found.required_runs), (6, 32, 32));
    let green = found.green.unwrap();
    assert_eq!((green.passes, green.failures, green.uncounted), (32, 0, 0));
    let (red, again) = (found.red.unwrap(), found.red_again.unwrap());
    assert!(red.failures >= 1 && again.failures >= 1 && found.seed.is_some());
    assert!(finished.stdout.contains("no failure in 32 runs: true rate below 9.0 %"), "{}", finished.stdout);
    for log in red.logs.iter().chain(&green.logs).chain(&again.logs) {
        assert!(trial.case.resolve(log).unwrap().is_file(), "{log}");
    }
}

#[test]
fn running_out_of_time_is_never_proven() {
    let trial = flaky(FLAKY, REAL).intermittent(1, 400);
    let (found, finished) = trial.verify(&["--time-limit", "60s", "--workers", "2"]);
    ends(&found, Status::Unproven, Ending::FixedUnproven);
    assert_eq!(found.runs_needed.unwrap().better_than_before, 1200);
    let green = found.green.unwrap();
    assert!(green.passes > 0 && green.passes < 1200 && green.failures == 0);
    let missing = format!("{} more are needed", found.required_runs - green.passes);
    assert!(found.reason.as_ref().unwrap().contains(&missing), "{:?}", found.reason);
    assert_eq!(found.bound.unwrap().runs, green.passes, "the bound claims what was seen");
    assert!(finished.took < Duration::from_secs(90), "{:?}", finished.took);
}

#[test]
fn half_a_fix_of_an_intermittent_failure_is_found_out() {
    let half = FLAKY.replace("0.5", "0.25");
    let trial = flaky(FLAKY, &half).intermittent(25, 50);
    let (found, _) = trial.verify(&["--workers", "1", "--runs", "60"]);
    ends(&found, Status::NotProven, Ending::NoFixFound);
    assert_eq!(found.green.unwrap().failures, 1);
}

/// The failure was measured elsewhere and does not show here: clean runs prove nothing.
#[test]
fn a_failure_that_stays_away_makes_no_fix() {
    let trial = flaky(&FLAKY.replace("0.5", "0.0"), REAL).intermittent(40, 50);
    let (found, _) = trial.verify(&["--workers", "2"]);
    ends(&found, Status::Unproven, Ending::FixedUnproven);
    assert!(found.reason.unwrap().contains("did not show in"));
}

/// What a patched run leaves behind and git ignores must not be what holds the test green.
#[test]
fn what_a_patched_run_leaves_behind_shows_when_the_patch_is_taken_back() {
    let base = "import os, random\n\n\ndef total(xs):\n    if os.path.exists('total.cached'):\n        return sum(xs)\n    return sum(xs) - (random.random() < 0.8)\n";
    let patched = format!("open('total.cached', 'w').close()\n{base}");
    let trial = flaky(base, &patched).intermittent(40, 50);
    let (found, _) = trial.verify(&["--workers", "1"]);
    ends(&found, Status::Unproven, Ending::FixedUnproven);
    assert!(found.reason.unwrap().contains("taken back the failure did not show"));
}

#[test]
fn a_part_of_the_runs_is_no_proof_of_its_own() {
    let trial = flaky(FLAKY, REAL).intermittent(25, 50);
    let (found, _) = trial.verify(&["--shard", "2/4", "--workers", "1"]);
    ends(&found, Status::Unproven, Ending::FixedUnproven);
    assert_eq!((found.required_runs, found.green.unwrap().passes), (32, 8));
    assert_eq!(found.shard.map(|shard| shard.to_string()), Some("2/4".to_owned()));
    assert!(found.reason.unwrap().contains("merge the parts"));
}

/// It would use up the time for all runs, and running out of time says nothing against a patch.
#[test]
fn a_patch_that_hangs_at_its_first_run_is_found_out() {
    let hangs = "import os\n\n\ndef total(xs):\n    return os.read(os.pipe()[0], 1)\n";
    let trial = flaky(FLAKY, hangs).intermittent(25, 50);
    let (found, finished) = trial.verify(&["--workers", "1", "--time-limit", "15m"]);
    ends(&found, Status::NotProven, Ending::NoFixFound);
    assert_eq!(found.green.unwrap().uncounted, 1);
    assert!(finished.took < Duration::from_secs(400), "{:?}", finished.took);
}

/// It holds a port for a while: two at once get in each other's way, unless each has its own.
#[test]
fn runs_side_by_side_have_ports_of_their_own() {
    let listening = "import os\nimport random\nimport socket\nimport time\n\n\ndef total(xs):\n    \
        with socket.socket() as server:\n        \
        server.bind((\"127.0.0.1\", int(os.environ[\"REGREEN_WORKER_PORT\"])))\n        \
        server.listen()\n        time.sleep(0.3)\n    return sum(xs) - (random.random() < 0.5)\n";
    let trial = flaky(listening, &listening.replace(" - (random.random() < 0.5)", "")).intermittent(25, 50);
    let (found, finished) = trial.verify(&["--workers", "2"]);
    ends(&found, Status::Proven, Ending::Fixed);
    let green = found.green.unwrap();
    assert_eq!((green.passes, green.failures, green.uncounted), (32, 0, 0), "{}", finished.stdout);
}

//! How the harness varies a run: its own options, and a runner that starts it several times.

use regreen_case::TestCommand;

use crate::variation::Variation;

/// Tells our runner how often each program of tests runs. Not for the tests: names that begin like this
/// never reach them.
const REPEATS: &str = "REGREEN_REPEATS";
/// More would be a mistake.
const MOST_REPEATS: u32 = 100_000;

pub(super) fn varied(command: &TestCommand, variation: Variation) -> Option<TestCommand> {
    let mut varied = command.clone();
    let at = varied.argv.iter().position(|word| word == "--")? + 1;
    match variation {
        Variation::Order(seed) => {
            let shown = varied.argv[at..].iter().position(|word| word.starts_with("--shuffle-seed="));
            match shown {
                Some(found) => varied.argv[at + found] = format!("--shuffle-seed={seed}"),
                None => {
                    let options = ["-Zunstable-options".to_owned(), format!("--shuffle-seed={seed}")];
                    varied.argv.splice(at..at, options);
                }
            }
            // For people who run it by hand with a stable compiler; our runner gives it to the harness
            // alone, or everything would be built anew.
            varied.env.insert("RUSTC_BOOTSTRAP".to_owned(), "1".to_owned());
        }
        Variation::Threads(threads) => {
            if let Some(found) = varied.argv[at..].iter().position(|word| word == "--test-threads") {
                varied.argv.drain(at + found..(at + found + 2).min(varied.argv.len()));
            }
            varied.argv.retain(|word| !word.starts_with("--test-threads="));
            varied.argv.insert(at, format!("--test-threads={}", threads.max(1)));
        }
        Variation::Repeats(times) => {
            varied.env.insert(REPEATS.to_owned(), times.clamp(1, MOST_REPEATS).to_string());
        }
        // The harness knows no limits and draws nothing else; thread sanitizers want a nightly compiler.
        Variation::Seed(_) | Variation::Timeout(_) | Variation::RaceDetector => return None,
    }
    Some(varied)
}

/// The script that starts a program of tests; `logs` is quoted.
pub(super) fn runner(command: &TestCommand, logs: &str) -> String {
    let unstable = command.argv.iter().any(|word| word.starts_with("--shuffle-seed="));
    let bootstrap = if unstable { "export RUSTC_BOOTSTRAP=1\n" } else { "" };
    let times: u32 = command.env.get(REPEATS).and_then(|text| text.parse().ok()).unwrap_or(1);
    if times <= 1 {
        return format!("#!/bin/sh\n{bootstrap}exec \"$@\" --logfile {logs}/$$\n");
    }
    let times = times.min(MOST_REPEATS);
    format!(
        "#!/bin/sh\n{bootstrap}code=0\nrun=0\nwhile [ $run -lt {times} ]; do\n  \
         run=$((run + 1))\n  \"$@\" --logfile {logs}/$$.$run || code=$?\ndone\nexit $code\n"
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use regreen_case::Framework;

    use super::*;

    fn command(words: &str) -> TestCommand {
        TestCommand {
            framework: Framework::CargoTest,
            argv: words.split(' ').map(str::to_owned).collect(),
            cwd: String::new(),
            env: BTreeMap::new(),
        }
    }

    #[test]
    fn variations_go_to_the_harness() {
        let plain = command("cargo test -- --color=never --test-threads 2 --exact a");
        let order = varied(&plain, Variation::Order(1)).unwrap();
        let order = varied(&order, Variation::Order(7)).unwrap();
        let both = varied(&order, Variation::Threads(4)).unwrap();
        assert_eq!(
            both.argv.join(" "),
            "cargo test -- --test-threads=4 -Zunstable-options --shuffle-seed=7 --color=never --exact a"
        );
        assert!(runner(&both, "'/x'").contains("RUSTC_BOOTSTRAP=1\nexec"));
        assert!(!runner(&plain, "'/x'").contains("BOOTSTRAP"));
        let often = varied(&plain, Variation::Repeats(20)).unwrap();
        assert_eq!(often.argv, plain.argv);
        assert!(runner(&often, "'/x'").contains("-lt 20 ]"));
    }
}

//! How `go test` varies a run: by its own options.

use regreen_case::TestCommand;

use crate::variation::Variation;

pub(super) fn varied(command: &TestCommand, variation: Variation) -> Option<TestCommand> {
    let mut varied = command.clone();
    match variation {
        Variation::Order(seed) => {
            // Zero would be as good as none.
            set(&mut varied, "-shuffle", &(seed.clamp(1, i64::MAX.unsigned_abs())).to_string());
        }
        Variation::Repeats(times) => set(&mut varied, "-count", &times.max(1).to_string()),
        Variation::Threads(threads) => {
            set(&mut varied, "-cpu", &threads.max(1).to_string());
            set(&mut varied, "-parallel", &threads.max(1).to_string());
        }
        Variation::RaceDetector => {
            if varied.argv.iter().any(|word| word == "-race") || !has_c_compiler(&varied) {
                return None;
            }
            varied.argv.insert(2, "-race".to_owned());
        }
        // Its limit is over the whole program of tests, and ours; chance has no seed to be given.
        Variation::Seed(_) | Variation::Timeout(_) => return None,
    }
    Some(varied)
}

fn set(command: &mut TestCommand, option: &str, value: &str) {
    let begins = format!("{option}=");
    command.argv.retain(|word| !word.starts_with(&begins));
    command.argv.insert(command.argv.len().min(2), format!("{option}={value}"));
}

/// How often each test is asked for: `-count` times the number of values of `-cpu`.
pub(super) fn times(command: &TestCommand) -> u32 {
    let value = |option: &str| command.argv.iter().rev().find_map(|word| word.strip_prefix(option));
    let count: u32 = value("-count=").and_then(|text| text.parse().ok()).unwrap_or(1);
    let cpus = value("-cpu=").map_or(1, |text| text.split(',').count());
    count.saturating_mul(u32::try_from(cpus).unwrap_or(u32::MAX))
}

/// The race detector is linked by a C compiler.
fn has_c_compiler(command: &TestCommand) -> bool {
    if command.env.get("CGO_ENABLED").is_some_and(|value| value == "0") {
        return false;
    }
    let Some(path) = std::env::var_os("PATH") else { return false };
    std::env::split_paths(&path).any(|folder| ["gcc", "clang"].iter().any(|name| folder.join(name).is_file()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use regreen_case::Framework;

    use super::*;

    #[test]
    fn variations_are_go_s_own_options() {
        let command = TestCommand {
            framework: Framework::GoTest,
            argv: ["go", "test", "-count=1", "-run", "^A$", "."].map(str::to_owned).to_vec(),
            cwd: String::new(),
            env: BTreeMap::new(),
        };
        let varied = |variation| varied(&command, variation).unwrap();
        assert_eq!(varied(Variation::Repeats(20)).argv[2..], ["-count=20", "-run", "^A$", "."]);
        assert_eq!(varied(Variation::Order(7)).argv[2], "-shuffle=7");
        assert_eq!(varied(Variation::Threads(4)).argv[2..4], ["-parallel=4", "-cpu=4"]);
        let mut cpus = varied(Variation::Repeats(3));
        cpus.argv.push("-cpu=1,2".to_owned());
        assert_eq!((times(&command), times(&cpus)), (1, 6));
    }
}

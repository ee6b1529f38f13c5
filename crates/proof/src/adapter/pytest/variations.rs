//! How pytest varies a run: by options of a plugin of ours that lies beside the launcher, for no other
//! plugin is there for sure.

use regreen_case::TestCommand;

use crate::variation::Variation;

/// The plugin's file.
pub(super) const PLUGIN_FILE: &str = "regreen_variation.py";
/// Its text.
pub(super) const PLUGIN: &str = include_str!("variation.py");

pub(super) fn varied(command: &TestCommand, variation: Variation) -> Option<TestCommand> {
    let mut varied = command.clone();
    match variation {
        Variation::Order(seed) => set(&mut varied, "--regreen-order", seed)?,
        Variation::Seed(seed) => {
            set(&mut varied, "--regreen-seed", seed)?;
            let seed = seed & u64::from(u32::MAX);
            varied.env.insert("PYTHONHASHSEED".to_owned(), seed.to_string());
        }
        Variation::Repeats(times) => set(&mut varied, "--regreen-repeats", times.max(1).into())?,
        Variation::Timeout(percent) => scale(&mut varied, percent)?,
        // Plugins that run tests side by side take a process for each; CPython has no race detector.
        Variation::Threads(_) | Variation::RaceDetector => return None,
    }
    Some(varied)
}

/// Gives an option of the plugin, and the plugin.
fn set(command: &mut TestCommand, option: &str, value: u64) -> Option<()> {
    let at = command.argv.windows(2).position(|pair| pair == ["-m", "pytest"])? + 2;
    let module = PLUGIN_FILE.trim_end_matches(".py");
    let begins = format!("{option}=");
    command.argv.retain(|word| !word.starts_with(&begins));
    if !command.argv.iter().any(|word| word == module) {
        command.argv.splice(at..at, ["-p".to_owned(), module.to_owned()]);
    }
    command.argv.insert(at + 2, format!("{option}={value}"));
    Some(())
}

/// The limit that the command itself sets; those of the project's files stay.
fn scale(command: &mut TestCommand, percent: u32) -> Option<()> {
    let at = command.argv.iter().position(|word| word == "--timeout" || word.starts_with("--timeout="))?;
    let scaled = |text: &str| {
        let seconds: f64 = text.parse().ok().filter(|seconds: &f64| seconds.is_finite() && *seconds > 0.0)?;
        Some(format!("{:.3}", (seconds * f64::from(percent) / 100.0).max(0.001)))
    };
    match command.argv[at].split_once('=') {
        Some((name, value)) => command.argv[at] = format!("{name}={}", scaled(value)?),
        None => {
            let value = command.argv.get_mut(at + 1)?;
            *value = scaled(value)?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use regreen_case::Framework;

    use super::*;

    #[test]
    fn variations_are_options_that_can_be_given_again() {
        let command = TestCommand {
            framework: Framework::Pytest,
            argv: ["python3", "-m", "pytest", "--timeout=2", "t.py::a"].map(str::to_owned).to_vec(),
            cwd: String::new(),
            env: BTreeMap::new(),
        };
        let order = varied(&command, Variation::Order(7)).unwrap();
        let again = varied(&order, Variation::Order(8)).unwrap();
        let both = varied(&again, Variation::Repeats(20)).unwrap();
        assert_eq!(
            both.argv[3..],
            [
                "-p",
                "regreen_variation",
                "--regreen-repeats=20",
                "--regreen-order=8",
                "--timeout=2",
                "t.py::a"
            ]
        );
        let seed = varied(&command, Variation::Seed(1 << 33 | 5)).unwrap();
        assert_eq!(seed.env["PYTHONHASHSEED"], "5");
        assert!(
            varied(&command, Variation::Timeout(50)).unwrap().argv.contains(&"--timeout=1.000".to_owned())
        );
        assert!(varied(&command, Variation::Threads(4)).is_none());
    }
}

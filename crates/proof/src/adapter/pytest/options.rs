//! Which of CI's options matter for a run here.

use crate::adapter::python;

/// CI's options that change what a test does or how its failure reads, with whether a value follows.
const KEPT: &[(&str, bool)] = &[
    ("-W", true),
    ("--pythonwarnings", true),
    ("-o", true),
    ("--override-ini", true),
    ("-c", true),
    ("--config-file", true),
    ("--rootdir", true),
    ("--import-mode", true),
    ("--tb", true),
    ("--assert", true),
    ("--asyncio-mode", true),
    ("-p", true),
    ("--timeout", true),
    ("--timeout-method", true),
    ("-v", false),
    ("-vv", false),
    ("-vvv", false),
    ("--verbose", false),
    ("-l", false),
    ("--showlocals", false),
    ("--strict", false),
    ("--strict-markers", false),
    ("--strict-config", false),
    ("--runxfail", false),
    ("--doctest-modules", false),
    ("--full-trace", false),
    ("--pyargs", false),
];

/// Options of plugins that projects define themselves (`--runslow`, `--run-integration`) have these
/// beginnings and no value.
const KEPT_FLAGS: &[&str] = &["--run", "--with", "--enable", "--slow", "--integration"];

/// Of CI's arguments, those that a run here takes over.
pub(super) fn kept(arguments: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            _ => (word.as_str(), None),
        };
        match KEPT.iter().find(|(option, _)| *option == name) {
            Some((_, true)) if value.is_none() => {
                let Some(value) = words.next() else { break };
                if !(name == "-p" && value == "no:cacheprovider") {
                    kept.extend([word.clone(), value.clone()]);
                }
            }
            Some(_) => kept.push(word.clone()),
            None if value.is_none() && KEPT_FLAGS.iter().any(|flag| name.starts_with(flag)) => {
                kept.push(word.clone());
            }
            None => {}
        }
    }
    kept
}

/// Takes out options of a plugin that the interpreter lacks: CI had it, and without it pytest would refuse
/// the whole command.
pub(super) fn drop_unknown_plugins(argv: &mut Vec<String>) {
    let is_timeout = |word: &String| word.starts_with("--timeout");
    if !argv.iter().any(is_timeout) {
        return;
    }
    let known =
        argv.first().is_some_and(|program| python::imports(program.as_ref(), python::Needs::PytestTimeout));
    if known {
        return;
    }
    while let Some(at) = argv.iter().position(is_timeout) {
        let with_value = !argv[at].contains('=') && at + 1 < argv.len();
        argv.drain(at..=at + usize::from(with_value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_a_plugin_that_is_not_there_are_left_out() {
        let mut argv: Vec<String> =
            ["/nowhere/python", "-m", "pytest", "--timeout", "5", "--timeout-method=thread", "t.py"]
                .map(str::to_owned)
                .to_vec();
        drop_unknown_plugins(&mut argv);
        assert_eq!(argv, ["/nowhere/python", "-m", "pytest", "t.py"]);
    }
}

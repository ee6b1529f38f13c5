//! Inputs: the command line, filled up from private environment variables.
//!
//! A composite action cannot rely on `INPUT_*` (real runners do not set it there), and a value put
//! into the script's text would be an injection. So each action passes its inputs through
//! `REGREEN_<OPTION>`, and this is where they become options. What the command line says wins.

use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction, Command};

/// The process's own arguments, filled up with `--option=value` for every long option of `command`
/// that is not given but whose variable is set and not empty (an action passes an unset input as an
/// empty string). A flag takes `true` or `false`; an option that may repeat takes one value a line.
#[must_use]
pub fn arguments(command: &Command) -> Vec<OsString> {
    arguments_from(command, std::env::args_os().collect(), |name| std::env::var_os(name))
}

/// Name of the variable that stands for a long option.
#[must_use]
pub fn variable_of(long: &str) -> String {
    format!("REGREEN_{}", long.replace('-', "_").to_ascii_uppercase())
}

fn arguments_from(
    command: &Command,
    given: Vec<OsString>,
    lookup: impl Fn(&str) -> Option<OsString>,
) -> Vec<OsString> {
    let mut given = given.into_iter();
    let program = given.next();
    let given: Vec<OsString> = given.collect();
    let mut filled = Vec::new();
    for argument in command.get_arguments() {
        let Some(long) = argument.get_long() else { continue };
        if matches!(argument.get_action(), ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong)
            || matches!(argument.get_action(), ArgAction::Version)
            || is_given(argument, &given)
        {
            continue;
        }
        if let Some(value) = lookup(&variable_of(long)).filter(|value| !value.is_empty()) {
            fill(argument, long, &value, &mut filled);
        }
    }
    // Before the user's own: behind a `--` they would be read as positional arguments.
    program.into_iter().chain(filled).chain(given).collect()
}

fn fill(argument: &Arg, long: &str, value: &OsStr, filled: &mut Vec<OsString>) {
    let with = |value: &OsStr| {
        let mut option = OsString::from(format!("--{long}="));
        option.push(value);
        option
    };
    match argument.get_action() {
        ArgAction::SetTrue | ArgAction::SetFalse | ArgAction::Count => match value.to_str() {
            Some("true") => filled.push(format!("--{long}").into()),
            Some("false") => {}
            // clap then says that the flag takes no such value.
            _ => filled.push(with(value)),
        },
        ArgAction::Append => match value.to_str() {
            Some(text) => {
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                filled.extend(lines.map(|line| with(OsStr::new(line))));
            }
            None => filled.push(with(value)),
        },
        _ => filled.push(with(value)),
    }
}

/// Whether the command line already has the option, under any of its names.
fn is_given(argument: &Arg, given: &[OsString]) -> bool {
    let mut longs: Vec<&str> = argument.get_long().into_iter().collect();
    longs.extend(argument.get_all_aliases().unwrap_or_default());
    given.iter().take_while(|given| *given != "--").any(|given| {
        let Some(given) = given.to_str() else { return false };
        if let Some(rest) = given.strip_prefix("--") {
            let name = rest.split_once('=').map_or(rest, |(name, _)| name);
            longs.contains(&name)
        } else {
            let short = given.strip_prefix('-').and_then(|rest| rest.chars().next());
            short.is_some() && short == argument.get_short()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command() -> Command {
        Command::new("x")
            .arg(Arg::new("raw-logs").long("raw-logs").short('r').alias("logs"))
            .arg(Arg::new("prompt").long("prompt"))
            .arg(Arg::new("verbose").long("verbose").action(ArgAction::SetTrue))
            .arg(Arg::new("allow").long("allow").action(ArgAction::Append))
            .arg(Arg::new("rest").last(true).num_args(0..))
    }

    fn fill(given: &[&str], variables: &[(&str, &str)]) -> Vec<String> {
        let given = std::iter::once("x").chain(given.iter().copied()).map(OsString::from).collect();
        let lookup = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        arguments_from(&command(), given, lookup)
            .into_iter()
            .skip(1)
            .map(|value| value.into_string().unwrap())
            .collect()
    }

    #[test]
    fn variables_fill_up_what_is_not_given() {
        assert_eq!(fill(&[], &[("REGREEN_RAW_LOGS", "a b")]), ["--raw-logs=a b"]);
        for given in ["--raw-logs=c", "--logs=c", "-rc"] {
            assert_eq!(fill(&[given], &[("REGREEN_RAW_LOGS", "a")]), [given]);
        }
        assert_eq!(
            fill(&[], &[("REGREEN_RAW_LOGS", ""), ("INPUT_RAW_LOGS", "a"), ("RAW_LOGS", "a")]),
            [""; 0]
        );
        assert_eq!(fill(&["--", "--prompt"], &[("REGREEN_PROMPT", "p")]), ["--prompt=p", "--", "--prompt"]);
    }

    #[test]
    fn values_cannot_become_other_options() {
        let filled = fill(&[], &[("REGREEN_PROMPT", "--verbose --allow=/\n--raw-logs=/etc/passwd")]);
        let matches = command().try_get_matches_from(std::iter::once("x".to_owned()).chain(filled));
        let matches = matches.unwrap();
        assert!(matches.get_one::<String>("prompt").unwrap().starts_with("--verbose"));
        assert!(!matches.get_flag("verbose") && matches.get_one::<String>("raw-logs").is_none());
    }

    #[test]
    fn flags_are_true_or_false_and_repeated_options_take_lines() {
        assert_eq!(fill(&[], &[("REGREEN_VERBOSE", "true")]), ["--verbose"]);
        assert_eq!(fill(&[], &[("REGREEN_VERBOSE", "false")]), [""; 0]);
        assert_eq!(fill(&[], &[("REGREEN_VERBOSE", "yes")]), ["--verbose=yes"]);
        assert_eq!(fill(&[], &[("REGREEN_ALLOW", "a/**\n\n b ")]), ["--allow=a/**", "--allow=b"]);
    }
}

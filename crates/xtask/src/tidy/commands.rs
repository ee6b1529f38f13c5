//! Every command line in the documentation: the program, the subcommand and the flags have to exist.

use std::collections::BTreeMap;
use std::process::Command;

use clap::CommandFactory as _;

use super::Tree;
use crate::chore::{self, ChoreError};
use crate::place::{PROGRAMS, Place};

/// Breaches, as `file:line: what`.
pub(super) fn check(place: &Place, tree: &Tree) -> Result<Vec<String>, ChoreError> {
    let mut known = Known { place, helps: BTreeMap::new() };
    let mut problems = Vec::new();
    for path in tree.documents() {
        for (number, line) in lines(&tree.text(path)) {
            for words in commands(&line) {
                if let Some(what) = known.problem(&words)? {
                    problems.push(format!("{path}:{number}: {what}"));
                }
            }
        }
    }
    Ok(problems)
}

/// Lines of fenced shell blocks, with continued lines joined; and code spans of all others.
fn lines(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    let mut fence: Option<bool> = None;
    let mut begun: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if let Some(language) = trimmed.strip_prefix("```") {
            fence = match fence {
                Some(_) => None,
                None => Some(["", "sh", "bash", "shell", "console", "text"].contains(&language)),
            };
            continue;
        }
        match fence {
            Some(true) => {
                let (number, mut whole) = begun.take().unwrap_or((index + 1, String::new()));
                whole.push_str(trimmed.trim_end_matches('\\'));
                if trimmed.ends_with('\\') {
                    begun = Some((number, whole));
                } else {
                    out.push((number, whole));
                }
            }
            Some(false) => {}
            None => out.extend(line.split('`').skip(1).step_by(2).map(|span| (index + 1, span.to_owned()))),
        }
    }
    out
}

/// The commands of a line that are ours, as words up to a shell operator or a comment.
fn commands(line: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for part in line.split(['|', ';', '&']) {
        let words: Vec<&str> = part.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
        let words = match words.as_slice() {
            ["$", rest @ ..] => rest,
            all => all,
        };
        let ours = match words {
            ["cargo", "xtask", ..] => true,
            [first, _, ..] => PROGRAMS.contains(first),
            _ => false,
        };
        if ours {
            found.push(words.iter().map(|word| (*word).to_owned()).collect());
        }
    }
    found
}

/// Helps of the programs, asked once each.
struct Known<'a> {
    place: &'a Place,
    helps: BTreeMap<String, String>,
}

impl Known<'_> {
    fn problem(&mut self, words: &[String]) -> Result<Option<String>, ChoreError> {
        let chore = words[0] == "cargo";
        let (program, rest) = if chore { ("xtask", &words[2..]) } else { (words[0].as_str(), &words[1..]) };
        let subcommand = if chore || program == "regreen" {
            rest.first().filter(|word| {
                word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-')
            })
        } else {
            None
        };
        let Some(help) = self.help(program, subcommand.map(String::as_str))? else {
            let name = subcommand.map_or("", String::as_str);
            return Ok(Some(format!("`{program}` has no `{name}`")));
        };
        let flags = rest.iter().filter_map(|word| {
            let word = word.trim_start_matches(['[', '(']);
            let name = word.strip_prefix("--")?;
            let end = name.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            let name = &name[..end.unwrap_or(name.len())];
            (!name.is_empty()).then(|| format!("--{name}"))
        });
        let has = |flag: &str| {
            help.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(|word| word == flag)
        };
        Ok(flags.into_iter().find(|flag| !has(flag)).map(|flag| format!("`{program}` has no `{flag}`")))
    }

    /// `None`: there is no such subcommand.
    fn help(&mut self, program: &str, subcommand: Option<&str>) -> Result<Option<String>, ChoreError> {
        let key = format!("{program} {}", subcommand.unwrap_or_default());
        if let Some(help) = self.helps.get(&key) {
            return Ok(Some(help.clone()));
        }
        let help = if program == "xtask" {
            chore_help(subcommand)
        } else {
            let mut command = Command::new(self.place.program("debug", program));
            command.args(subcommand).arg("--help");
            chore::read(&mut command).map(Some).or_else(|error| match error {
                ChoreError::Failed { .. } => Ok(None),
                other => Err(other),
            })?
        };
        if let Some(help) = &help {
            self.helps.insert(key, help.clone());
        }
        Ok(help)
    }
}

/// Our own help, without running ourselves.
fn chore_help(subcommand: Option<&str>) -> Option<String> {
    let mut command = crate::Arguments::command();
    match subcommand {
        None => Some(command.render_long_help().to_string()),
        Some(name) => command.find_subcommand_mut(name).map(|found| found.render_long_help().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_are_found_in_blocks_and_spans() {
        let text = "Run `regreen run --info x` or `cargo test`.\n```sh\n$ cargo xtask demo \\\n  --bug x # all\ngrep x | fetch-logs --case y\n```\n```rust\nreproduce --x\n```\n";
        let found: Vec<_> =
            lines(text).iter().flat_map(|(_, line)| commands(line)).map(|words| words.join(" ")).collect();
        assert_eq!(found, ["regreen run --info x", "cargo xtask demo --bug x", "fetch-logs --case y"]);
    }

    #[test]
    fn unknown_chores_and_flags_are_named() {
        let place = Place::find().unwrap();
        let mut known = Known { place: &place, helps: BTreeMap::new() };
        let mut problem = |line: &str| {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            known.problem(&words).unwrap()
        };
        assert_eq!(problem("cargo xtask demo --bug seats"), None);
        assert_eq!(problem("cargo xtask demo --bugs seats").unwrap(), "`xtask` has no `--bugs`");
        assert_eq!(problem("cargo xtask dance").unwrap(), "`xtask` has no `dance`");
    }
}

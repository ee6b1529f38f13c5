//! How CI calls a runner: the words of a line, seen through package managers, wrappers and the scripts
//! of the manifest, down to the runner's own options.
//!
//! A log can be forged: options are taken over only when they are known, values only when they stay
//! inside of the checkout.

use std::collections::BTreeMap;

use regreen_case::CiCommand;

use super::manager::{self, Next};
use super::{Runner, is_harmless, package};
use crate::adapter::program_name;
use crate::environment::{is_safe, safe_environment};
use crate::invocation::{split_assignments, walk};
use crate::project::Project;
use crate::shell_words::commands;

/// Scripts call scripts; deeper than this they run in circles.
const MAX_DEPTH: u32 = 5;

/// Options of node that change how code is loaded, with whether a value follows.
pub(in crate::adapter) const NODE_OPTIONS: &[(&str, bool)] = &[
    ("--import", true),
    ("--loader", true),
    ("--experimental-loader", true),
    ("--require", true),
    ("-r", true),
    ("--conditions", true),
    ("-C", true),
    ("--max-old-space-size", true),
    ("--stack-size", true),
    ("--experimental-specifier-resolution", true),
    ("--es-module-specifier-resolution", true),
    ("--enable-source-maps", false),
    ("--expose-gc", false),
    ("--no-warnings", false),
    ("--trace-warnings", false),
    ("--unhandled-rejections", true),
];

/// Programs that only start another one.
const WRAPPERS: &[&str] = &["cross-env", "cross-env-shell", "env", "time", "nyc", "c8", "xvfb-run", "dotenv"];

/// A runner's call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::adapter) struct Call {
    /// Options of node itself.
    pub(in crate::adapter) node_options: Vec<String>,
    /// Options of the runner that are kept.
    pub(in crate::adapter) options: Vec<String>,
    /// Everything behind its name.
    pub(in crate::adapter) arguments: Vec<String>,
    /// Folder it runs in, relative to the repository.
    pub(in crate::adapter) directory: String,
    pub(in crate::adapter) env: BTreeMap<String, String>,
}

/// A line that calls a runner.
pub(in crate::adapter) struct Seen {
    pub(in crate::adapter) node_options: Vec<String>,
    /// Index of the first word behind the runner's name and verb.
    pub(in crate::adapter) arguments: usize,
}

/// What a line calls.
enum Words {
    /// The runner; the index of the first word behind its name, or behind `node` for its own.
    Runner { node_options: Vec<String>, behind: usize },
    /// A script of the manifest of a folder or a workspace.
    Script { name: String, behind: usize, folder: Option<String> },
}

/// The last call of CI's step.
pub(in crate::adapter) fn of_ci(runner: &Runner, project: &Project, ci: Option<&CiCommand>) -> Option<Call> {
    let ci = ci?;
    let mut directory = Vec::new();
    let mut found = None;
    for command in commands(&ci.script, &ci.env) {
        let known: Vec<String> = command.words.into_iter().flatten().collect();
        if let (_, [program, folder]) = split_assignments(&known)
            && program == "cd"
        {
            walk(&mut directory, folder);
            continue;
        }
        let place = Place { project, directory: directory.join("/"), depth: 0 };
        found = expand(runner, &place, &known).or(found);
    }
    found
}

/// The call that the scripts of a folder's manifest make, `test` before others.
pub(super) fn of_scripts(runner: &Runner, project: &Project, folder: &str) -> Option<Call> {
    let place = Place { project, directory: folder.to_owned(), depth: 1 };
    package::scripts(project, folder).iter().find_map(|(_, text)| script(runner, &place, text, &[]))
}

/// The part of the step's environment that is taken over.
pub(super) fn step_environment(ci: Option<&CiCommand>) -> BTreeMap<String, String> {
    ci.map(|ci| safe_environment(&ci.env)).unwrap_or_default()
}

struct Place<'a> {
    project: &'a Project,
    directory: String,
    depth: u32,
}

fn expand(runner: &Runner, place: &Place<'_>, words: &[String]) -> Option<Call> {
    match see(runner, words)? {
        Words::Runner { node_options, behind } => {
            let mut env = BTreeMap::new();
            let mut options = from_environment(words);
            for (name, value) in words.iter().take(behind).filter_map(|word| word.split_once('=')) {
                if is_safe(name, value) {
                    env.insert(name.to_owned(), value.to_owned());
                }
            }
            options.extend(node_options);
            let kept = kept_options(runner.kept, &words[behind..]);
            Some(Call {
                node_options: options,
                options: kept,
                arguments: words[behind..].to_vec(),
                directory: place.directory.clone(),
                env,
            })
        }
        Words::Script { name, behind, folder } => {
            if place.depth >= MAX_DEPTH {
                return None;
            }
            let directory = folder
                .and_then(|folder| workspace(place.project, &place.directory, &folder))
                .unwrap_or_else(|| place.directory.clone());
            let scripts = package::scripts(place.project, &directory);
            let (_, text) = scripts.into_iter().find(|(known, _)| *known == name)?;
            let mut rest: Vec<String> = words[behind..].to_vec();
            rest.retain(|word| word != "--");
            let inner = Place { project: place.project, directory, depth: place.depth + 1 };
            script(runner, &inner, &text, &rest)
        }
    }
}

/// The last call in the text of a script; what is given behind its name goes to its last command.
fn script(runner: &Runner, place: &Place<'_>, text: &str, rest: &[String]) -> Option<Call> {
    let all = commands(text, &BTreeMap::new());
    let last = all.len();
    all.into_iter().enumerate().fold(None, |found, (at, command)| {
        let mut words: Vec<String> = command.words.into_iter().flatten().collect();
        if at + 1 == last {
            words.extend(rest.iter().cloned());
        }
        expand(runner, place, &words).or(found)
    })
}

/// The folder of a workspace that is named by its folder or its package.
fn workspace(project: &Project, base: &str, named: &str) -> Option<String> {
    let named = named.trim_start_matches("./").trim_end_matches('/');
    let inside = crate::project::join(base, named);
    if project.has_file(&crate::project::join(&inside, "package.json")) {
        return Some(inside);
    }
    project.files().iter().find_map(|file| {
        let folder = file.strip_suffix("package.json")?.trim_end_matches('/');
        let found = package::manifest(project, folder)?;
        (found.get("name")?.as_str()? == named).then(|| folder.to_owned())
    })
}

/// `NODE_OPTIONS=…` in front of a program.
fn from_environment(words: &[String]) -> Vec<String> {
    words
        .iter()
        .find_map(|word| word.strip_prefix("NODE_OPTIONS="))
        .map(|value| node_options(&value.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).0)
        .unwrap_or_default()
}

/// Reads a line that calls the runner itself.
pub(in crate::adapter) fn read(runner: &Runner, words: &[String]) -> Option<Seen> {
    match see(runner, words)? {
        Words::Runner { node_options, mut behind } => {
            while words.get(behind).is_some_and(|word| is_verb(runner, word)) {
                behind += 1;
            }
            Some(Seen { node_options, arguments: behind })
        }
        Words::Script { .. } => None,
    }
}

fn is_verb(runner: &Runner, word: &str) -> bool {
    runner.verb.contains(&word) || (runner.name == "vitest" && matches!(word, "watch" | "dev" | "related"))
}

/// Looks through everything in front of a program.
fn see(runner: &Runner, words: &[String]) -> Option<Words> {
    let mut at = 0;
    loop {
        let word = words.get(at)?;
        match program_name(word) {
            _ if is_assignment(word) => at += 1,
            "npx" | "bunx" => at = behind_options(words, at + 1),
            manager @ ("npm" | "yarn" | "pnpm" | "bun") => {
                let starts =
                    |name: &str| is_program(runner, name) || name == "node" || WRAPPERS.contains(&name);
                match manager::see(words, at + 1, manager, &starts)? {
                    Next::Program(next) => at = next,
                    Next::Script { name, behind, folder } => {
                        return Some(Words::Script { name, behind, folder });
                    }
                }
            }
            "node" => return see_node(runner, words, at + 1),
            name if WRAPPERS.contains(&name) => at = behind_options(words, at + 1),
            name if is_program(runner, name) => {
                return Some(Words::Runner { node_options: Vec::new(), behind: at + 1 });
            }
            _ => return None,
        }
    }
}

fn is_program(runner: &Runner, name: &str) -> bool {
    !runner.entry.is_empty() && (name == runner.name || (runner.name == "mocha" && name == "_mocha"))
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
    })
}

fn behind_options(words: &[String], mut at: usize) -> usize {
    while let Some(word) = words.get(at).filter(|word| word.starts_with('-')) {
        at += 1 + usize::from(matches!(word.as_str(), "-p" | "--package"));
    }
    at
}

/// `node --options node_modules/jest/bin/jest.js …`, `node --options --test …`.
fn see_node(runner: &Runner, words: &[String], at: usize) -> Option<Words> {
    let (options, used) = node_options(&words[at..]);
    if runner.entry.is_empty() {
        let tests = words[at..].iter().any(|word| word == "--test");
        return tests.then_some(Words::Runner { node_options: options, behind: at });
    }
    let entry = words.get(at + used)?;
    let named = entry.ends_with(runner.entry)
        || is_program(runner, program_name(entry))
        || (runner.name == "mocha" && entry.ends_with("mocha/bin/_mocha"));
    named.then_some(Words::Runner { node_options: options, behind: at + used + 1 })
}

/// Node's options that are taken over, and how many words all of its options have.
fn node_options(words: &[String]) -> (Vec<String>, usize) {
    let mut kept = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| word.starts_with('-')) {
        let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(n, v)| (n, Some(v)));
        let known = NODE_OPTIONS.iter().find(|(option, _)| *option == name);
        let takes = known.is_some_and(|(_, takes)| *takes) && value.is_none();
        let value = if takes { words.get(at + 1).map(String::as_str) } else { value };
        let experimental =
            ["--experimental-", "--no-experimental-"].iter().any(|begin| name.starts_with(begin));
        if (known.is_some() || (experimental && !name.contains("test"))) && value.is_none_or(is_harmless) {
            kept.push(match value {
                // One word, for `-r` only two will do.
                Some(value) if name.starts_with("--") => format!("{name}={value}"),
                Some(value) => format!("{}={value}", if name == "-r" { "--require" } else { "--conditions" }),
                None => name.to_owned(),
            });
        }
        at += 1 + usize::from(takes);
    }
    (kept, at)
}

/// The runner's options that are kept, each as one word.
fn kept_options(known: &[(&str, bool)], words: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(n, v)| (n, Some(v)));
        let Some((option, takes)) = known.iter().find(|(option, _)| matches_option(option, name)) else {
            continue;
        };
        let value = match value {
            None if *takes => match words.next_if(|next| !next.starts_with('-')) {
                Some(value) => Some(value.as_str()),
                None if option.ends_with(".*") => None,
                None => continue,
            },
            value => value,
        };
        match value {
            Some(value) if is_harmless(value) && name.starts_with("--") => {
                kept.push(format!("{name}={value}"));
            }
            Some(value) if is_harmless(value) => kept.extend([name.to_owned(), value.to_owned()]),
            Some(_) => {}
            None => kept.push(name.to_owned()),
        }
    }
    kept
}

/// `--sequence.*` stands for all options of that name.
fn matches_option(option: &str, name: &str) -> bool {
    option == name
        || option
            .strip_suffix(".*")
            .is_some_and(|group| name.strip_prefix(group).is_some_and(|rest| rest.starts_with('.')))
}

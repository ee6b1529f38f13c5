//! Lines that call npm, yarn, pnpm or bun: which program they start, or which script of the manifest.

use crate::adapter::program_name;

/// Options with a value, which names a folder or a package of the repository.
const PLACES: &[&str] =
    &["--cwd", "-C", "--dir", "--filter", "-F", "--prefix", "-w", "--workspace", "--workspace-concurrency"];

/// What stands behind a package manager.
pub(super) enum Next {
    /// A program, at this index.
    Program(usize),
    /// A script of the manifest of a folder or a package.
    Script {
        name: String,
        /// Index of the first word behind it that is its own.
        behind: usize,
        folder: Option<String>,
    },
}

/// The options of a package manager, up to what it calls.
#[derive(Default)]
struct Front {
    at: usize,
    /// Whether `run` says that a script follows.
    runs: bool,
    folder: Option<String>,
}

/// Reads the words behind a manager's name. `starts` says whether a name is that of a program rather than
/// of a script: yarn, pnpm and bun start both by their names alone.
pub(super) fn see(words: &[String], at: usize, manager: &str, starts: &dyn Fn(&str) -> bool) -> Option<Next> {
    let Front { at, runs, mut folder } = front(words, at, manager)?;
    let word = words.get(at)?;
    if !runs && starts(program_name(word)) {
        return Some(Next::Program(at));
    }
    let name = match word.as_str() {
        "test" | "t" | "tst" => "test",
        // Everything else of npm's needs `run`.
        other if runs || manager != "npm" => other,
        _ => return None,
    };
    let mut behind = at + 1;
    if manager == "npm" {
        // Its own options stand before `--`, and a package may be named there.
        let end = words[behind..].iter().position(|word| word == "--");
        let end = end.map_or(words.len(), |end| behind + end);
        folder = named_place(&words[behind..end]).or(folder);
        behind = end;
    }
    Some(Next::Script { name: name.to_owned(), behind, folder })
}

fn front(words: &[String], at: usize, manager: &str) -> Option<Front> {
    let mut front = Front { at, ..Front::default() };
    loop {
        let word = words.get(front.at)?.as_str();
        // pnpm's `-w` is the root of the workspace and takes no value.
        let place = PLACES.contains(&word) && !(manager == "pnpm" && word == "-w");
        match word {
            "run" | "run-script" => front.runs = true,
            "exec" | "x" | "dlx" | "workspaces" | "foreach" | "--" => {}
            _ if place || word == "workspace" => {
                front.at += 1;
                front.folder = words.get(front.at).cloned();
            }
            _ if word.starts_with('-') => {
                front.folder = named_place(&words[front.at..=front.at]).or(front.folder);
            }
            _ => return Some(front),
        }
        front.at += 1;
    }
}

/// The place that options name: `--workspace=app`, `-w app`.
fn named_place(words: &[String]) -> Option<String> {
    let mut found = None;
    for (at, word) in words.iter().enumerate() {
        let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(n, v)| (n, Some(v)));
        if PLACES.contains(&name) {
            found = value.map(str::to_owned).or_else(|| words.get(at + 1).cloned()).or(found);
        }
    }
    found
}

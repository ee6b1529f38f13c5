//! Options of node among Mocha's own, on the command line and in its configuration.
//!
//! Mocha's program starts a second node for them. That one would not be the process whose report counts, so
//! they are given to node at once, and Mocha begins behind the point where it would start another.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::adapter::left_file;
use crate::adapter::node_project::call::NODE_OPTIONS;

/// A file of configuration is smaller.
const MAX_CONFIGURATION: u64 = 1024 * 1024;
/// In the order in which Mocha looks for them. The first ones are programs, which nobody runs here.
const PROGRAMS: &[&str] = &[".mocharc.cjs", ".mocharc.js"];
const DATA: &[&str] = &[".mocharc.yaml", ".mocharc.yml", ".mocharc.jsonc", ".mocharc.json"];

/// Changes `node … bin/mocha.js …`, to be run in `folder`.
pub(super) fn give_to_node(argv: &mut Vec<String>, folder: &Path) {
    let Some(at) = argv.iter().skip(1).position(|word| !word.starts_with('-')).map(|at| at + 1) else {
        return;
    };
    let package = Path::new(&argv[at]).parent().and_then(Path::parent);
    let Some(cli) = package.map(|package| package.join("lib/cli/cli.js")).filter(|cli| cli.is_file()) else {
        return;
    };
    let (mut options, rest) = of_words(&argv[at + 1..]);
    match configuration(&rest, folder) {
        // What it says is not known: left to Mocha, as long as nothing else asks for a second node.
        Some(file) if !is_data(&file) && options.is_empty() => return,
        Some(file) if is_data(&file) => options.extend(of_file(&file)),
        _ => {}
    }
    if !rest.iter().any(|word| word == "--no-package") {
        let manifest = left_file::text(&folder.join("package.json"), MAX_CONFIGURATION).unwrap_or_default();
        let manifest: Value = serde_json::from_str(&manifest).unwrap_or_default();
        options.extend(of_settings(&manifest["mocha"]));
    }
    argv.truncate(at);
    argv.extend(options);
    argv.push(cli.display().to_string());
    argv.extend(rest);
}

/// Whether an option of this name is node's and not Mocha's.
fn is_nodes(name: &str) -> bool {
    let option = format!("--{name}");
    name != "require"
        && (name.starts_with("experimental-") || NODE_OPTIONS.iter().any(|(known, _)| *known == option))
}

/// Node's options of a command line, and the other words of it.
fn of_words(words: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut options, mut rest) = (Vec::new(), Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(n, v)| (n, Some(v)));
        match name.strip_prefix("--") {
            _ if matches!(name, "--node-option" | "-n") => {
                let value = value.or_else(|| words.next().map(String::as_str)).unwrap_or_default();
                options.extend(listed(value));
            }
            Some(inner) if is_nodes(inner) => options.push(word.clone()),
            _ => rest.push(word.clone()),
        }
    }
    (options, rest)
}

/// `import=tsx,no-warnings`.
fn listed(value: &str) -> impl Iterator<Item = String> {
    value.split(',').map(|option| format!("--{}", option.trim()))
}

/// The file of configuration that Mocha would find.
fn configuration(words: &[String], folder: &Path) -> Option<PathBuf> {
    if words.iter().any(|word| word == "--no-config") {
        return None;
    }
    if let Some(named) = words.iter().find_map(|word| word.strip_prefix("--config=")) {
        return Some(folder.join(named));
    }
    // Never above the checkout.
    let inside = folder.ancestors().scan(false, |over, folder| {
        let last = std::mem::replace(over, folder.join(".git").exists());
        (!last).then_some(folder)
    });
    inside
        .flat_map(|folder| PROGRAMS.iter().chain(DATA).map(move |name| folder.join(name)))
        .find(|file| file.is_file())
}

fn is_data(file: &Path) -> bool {
    file.extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json" || end == "jsonc")
}

fn of_file(file: &Path) -> Vec<String> {
    let text = left_file::text(file, MAX_CONFIGURATION).unwrap_or_default();
    // JSON is YAML, but for tabs.
    let settings = serde_json::from_str(&text).or_else(|_| serde_norway::from_str::<Value>(&text));
    of_settings(&settings.unwrap_or_default())
}

fn of_settings(settings: &Value) -> Vec<String> {
    let mut options = Vec::new();
    for (name, value) in settings.as_object().into_iter().flatten() {
        let values = value.as_array().map_or_else(|| vec![value], |values| values.iter().collect());
        for value in values {
            match (name.as_str(), value) {
                ("node-option" | "n", Value::String(text)) => options.extend(listed(text)),
                (name, Value::String(text)) if is_nodes(name) => options.push(format!("--{name}={text}")),
                (name, Value::Number(number)) if is_nodes(name) => options.push(format!("--{name}={number}")),
                (name, Value::Bool(true)) if is_nodes(name) => options.push(format!("--{name}")),
                _ => {}
            }
        }
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(files: &[(&str, &str)], words: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("mocha/lib/cli/cli.js", "");
        write("work/.git", "");
        for (path, text) in files {
            write(path, text);
        }
        let mut argv: Vec<String> = ["node", "--require=/r.cjs", "--no-warnings"].map(str::to_owned).to_vec();
        argv.push(folder.path().join("mocha/bin/mocha.js").display().to_string());
        argv.extend(words.split_whitespace().map(str::to_owned));
        give_to_node(&mut argv, &folder.path().join("work/a"));
        argv[2..].join(" ").replace(&format!("{}/", folder.path().display()), "")
    }

    #[test]
    fn options_of_node_go_to_node() {
        assert_eq!(given(&[], "--ui tdd test/a.js"), "--no-warnings mocha/lib/cli/cli.js --ui tdd test/a.js");
        assert_eq!(
            given(&[], "--import=tsx --require ./x.js --expose-gc -n loader=y,no-deprecation test/a.js"),
            "--no-warnings --import=tsx --expose-gc --loader=y --no-deprecation mocha/lib/cli/cli.js --require ./x.js test/a.js"
        );
    }

    #[test]
    fn configuration_is_read_where_mocha_finds_it() {
        let yaml = (
            "work/.mocharc.yml",
            // In the order of their names: whether a map keeps another one depends on what is built along.
            "enable-source-maps: false\nexpose-gc: true\nimport: tsx\nnode-option:\n  - loader=y\nrequire: ./x.js\n",
        );
        assert_eq!(
            given(&[yaml], "a.js"),
            "--no-warnings --expose-gc --import=tsx --loader=y mocha/lib/cli/cli.js a.js"
        );
        assert_eq!(given(&[yaml], "--no-config a.js"), "--no-warnings mocha/lib/cli/cli.js --no-config a.js");
        let above = (".mocharc.json", r#"{"import":"above"}"#);
        assert_eq!(
            given(&[above], "a.js"),
            "--no-warnings mocha/lib/cli/cli.js a.js",
            "outside of the checkout"
        );
        let manifest = ("work/a/package.json", r#"{"mocha":{"import":["tsx","./b.mjs"]}}"#);
        assert_eq!(
            given(&[manifest], "a.js"),
            "--no-warnings --import=tsx --import=./b.mjs mocha/lib/cli/cli.js a.js"
        );
        let program = ("work/.mocharc.cjs", "module.exports = {};");
        assert_eq!(given(&[program], "a.js"), "--no-warnings mocha/bin/mocha.js a.js");
        assert_eq!(
            given(&[program], "--import=tsx a.js"),
            "--no-warnings --import=tsx mocha/lib/cli/cli.js a.js"
        );
    }
}

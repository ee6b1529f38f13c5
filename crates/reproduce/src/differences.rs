//! What CI had and this machine has not, or has differently: variables of the step's header, versions of
//! tools that the log mentions, the runner's image.

use std::collections::BTreeMap;
use std::io::{BufReader, Read as _};
use std::time::Duration;

use regreen_case::{CaseDir, Difference, Failure, TestCommand};
use regreen_supervise::{Cancel, Deadline, ProcessSpec};

/// Most variables listed.
const MAX_VARIABLES: usize = 20;
/// Beginning of a log that is searched for versions.
const SEARCHED: u64 = 4 * 1024 * 1024;

/// Programs whose version is asked for here.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("python", &["python3", "--version"]),
    ("rustc", &["rustc", "--version"]),
    ("cargo", &["cargo", "--version"]),
    ("go", &["go", "version"]),
    ("node", &["node", "--version"]),
];

/// All differences that can be seen.
pub(crate) fn find(
    case: &CaseDir,
    failure: Option<&Failure>,
    command: Option<&TestCommand>,
    cancel: &Cancel,
) -> Vec<Difference> {
    let Some(failure) = failure else { return Vec::new() };
    let mut found = variables(failure, command);
    let tools = tools(case, failure);
    for (name, ci) in &tools {
        if let Some((_, argv)) = PROGRAMS.iter().find(|(program, _)| program == name) {
            let here = version_here(argv, cancel).unwrap_or_else(|| "not found".to_owned());
            if short(&here) != short(ci) {
                found.push(Difference { what: name.clone(), ci: ci.clone(), here });
            }
        }
    }
    found.extend(machine(failure, &tools));
    found.extend(conventions(&tools, command));
    found
}

/// Time zone and language of GitHub's own Linux images, unless the step set others.
fn conventions(tools: &BTreeMap<String, String>, command: Option<&TestCommand>) -> Vec<Difference> {
    let hosted = tools.get("runner image").is_some_and(|image| image.starts_with("ubuntu"));
    let set = |name: &str| command.is_some_and(|command| command.env.contains_key(name));
    let mut found = Vec::new();
    if !hosted {
        return found;
    }
    let zone = time_zone();
    if !set("TZ") && !is_utc(&zone) {
        found.push(Difference { what: "time zone".to_owned(), ci: "UTC".to_owned(), here: zone });
    }
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let here = names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let here = here.unwrap_or_else(|| "C".to_owned());
    if !names.iter().any(|name| set(name)) && here != "C.UTF-8" {
        found.push(Difference { what: "locale".to_owned(), ci: "C.UTF-8".to_owned(), here });
    }
    found
}

/// What programs take for the local time zone.
fn time_zone() -> String {
    if let Some(zone) = std::env::var("TZ").ok().filter(|zone| !zone.is_empty()) {
        return zone.trim_start_matches(':').to_owned();
    }
    let link = std::fs::read_link("/etc/localtime").unwrap_or_default();
    let link = link.to_string_lossy();
    link.split_once("zoneinfo/").map_or_else(|| "UTC".to_owned(), |(_, zone)| zone.to_owned())
}

fn is_utc(zone: &str) -> bool {
    matches!(zone.trim_start_matches("Etc/"), "UTC" | "UCT" | "Universal" | "Zulu" | "GMT" | "UTC0")
}

fn variables(failure: &Failure, command: Option<&TestCommand>) -> Vec<Difference> {
    let Some(ci) = &failure.command else { return Vec::new() };
    let used = |name: &str| command.is_some_and(|command| command.env.contains_key(name));
    ci.env
        .iter()
        .filter(|(name, _)| !used(name) && !is_about_the_machine(name))
        .filter(|(name, value)| std::env::var(name).ok().as_ref() != Some(value))
        .take(MAX_VARIABLES)
        .map(|(name, value)| Difference {
            what: format!("env {name}"),
            ci: value.clone(),
            here: std::env::var_os(name).map_or("not set", |_| "another value").to_owned(),
        })
        .collect()
}

/// What set-up actions export: places on the runner that mean nothing elsewhere.
fn is_about_the_machine(name: &str) -> bool {
    name.ends_with("_ROOT_DIR")
        || matches!(
            name,
            "pythonLocation" | "LD_LIBRARY_PATH" | "PKG_CONFIG_PATH" | "PATH" | "HOME" | "JAVA_HOME"
        )
}

fn tools(case: &CaseDir, failure: &Failure) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for log in failure.logs.iter().take(3) {
        let Ok(path) = case.resolve(&log.path) else { continue };
        let Ok(file) = std::fs::File::open(path) else { continue };
        if let Ok(read) = regreen_logs::extract(BufReader::new(file.take(SEARCHED)), &log.path) {
            for (name, version) in read.tools {
                found.entry(name).or_insert(version);
            }
        }
    }
    found
}

fn version_here(argv: &[&str], cancel: &Cancel) -> Option<String> {
    let argv = argv.iter().map(|word| (*word).to_owned()).collect();
    let spec = ProcessSpec::new(argv, std::env::temp_dir(), Deadline::after(Duration::from_secs(5)));
    let outcome = regreen_supervise::run(spec, cancel).ok().filter(|outcome| outcome.end.is_success())?;
    version_in(&outcome.tail)
}

/// The first word that looks like a version.
fn version_in(text: &str) -> Option<String> {
    text.split_whitespace()
        .map(|word| word.trim_start_matches("go").trim_start_matches('v'))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'))
        .map(str::to_owned)
}

/// Major and minor version: what usually matters.
fn short(version: &str) -> String {
    version.split('.').take(2).collect::<Vec<_>>().join(".")
}

fn machine(failure: &Failure, tools: &BTreeMap<String, String>) -> Option<Difference> {
    let labels =
        failure.jobs.iter().find(|job| !job.runner_labels.is_empty()).map(|job| job.runner_labels.join(", "));
    let ci = tools.get("runner image").cloned().or(labels)?;
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let field = |name: &str| {
        release
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map(|value| value.trim_matches('"').to_owned())
    };
    let here = match (field("ID="), field("VERSION_ID=")) {
        (Some(id), Some(version)) => format!("{id}-{version}"),
        _ => std::env::consts::OS.to_owned(),
    };
    (here != ci).then(|| Difference { what: "machine".to_owned(), ci, here })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_print() {
        assert_eq!(version_in("Python 3.11.7\n").as_deref(), Some("3.11.7"));
        assert_eq!(version_in("go version go1.22.1 linux/amd64").as_deref(), Some("1.22.1"));
        assert_eq!(version_in("v20.1.0").as_deref(), Some("20.1.0"));
        assert_eq!(version_in("no version"), None);
        assert_eq!(short("3.11.7"), "3.11");
    }

    #[test]
    fn the_time_zone_of_a_hosted_runner_is_compared_unless_the_step_sets_it() {
        assert!(is_utc("Etc/UTC") && is_utc("UTC") && !is_utc("Europe/Berlin"));
        let image = |name: &str| BTreeMap::from([("runner image".to_owned(), name.to_owned())]);
        assert_eq!(conventions(&image("self-made"), None), Vec::new());
        let mut command = TestCommand {
            framework: regreen_case::Framework::Pytest,
            argv: Vec::new(),
            cwd: String::new(),
            env: BTreeMap::new(),
        };
        for name in ["TZ", "LC_ALL"] {
            command.env.insert(name.to_owned(), "x".to_owned());
        }
        assert_eq!(conventions(&image("ubuntu-24.04"), Some(&command)), Vec::new());
        let found = conventions(&image("ubuntu-24.04"), None);
        assert_eq!(found.iter().any(|one| one.what == "time zone"), !is_utc(&time_zone()));
    }
}

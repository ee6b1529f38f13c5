//! RSpec: files and full descriptions as arguments; results as JSON in a private place, sealed by a record
//! through the pipe, cross-checked with the printed summary and the process's end.
//!
//! An example's id is its full description, as the failure list and CI's log name it. RSpec's own options
//! from `.rspec` are given on in a copy, without those that would stop early or run nothing (`--dry-run`
//! passes everything).

mod results;

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use crate::adapter::{
    Adapter, Counted, Neighbourhood, Prepared, RawRun, Role, left_file, program_name, records,
};
use crate::counted::{RunContext, TestResult};
use crate::error::ProofError;
use crate::invocation::{self, invocation};
use crate::project::{Project, join};
use crate::variation::Variation;

pub(crate) struct Rspec;

/// The formatter that writes the report and seals it: its file's name and text.
const REPORT: (&str, &str) = ("report.rb", include_str!("rspec/report.rb"));
/// RSpec's options, in the channel.
const OPTIONS: &str = "options";
/// What the formatter is told; it takes the file away before anything of the project is loaded.
const START: &str = "start";
/// The report's name in the channel.
const RESULTS: &str = "results.json";

/// Options that change what an example does, with whether a value follows.
const KEPT: &[(&str, bool)] = &[
    ("-I", true),
    ("-r", true),
    ("--require", true),
    ("--order", true),
    ("--seed", true),
    ("-t", true),
    ("--tag", true),
    ("-b", false),
    ("--backtrace", false),
    ("-w", false),
    ("--warnings", false),
    ("--default-path", true),
];
/// Options of the project's own that would keep examples from running, or from being counted.
const DROPPED: &[&str] = &[
    "--dry-run",
    "--fail-fast",
    "--only-failures",
    "--next-failure",
    "-n",
    "--bisect",
    "--format",
    "-f",
    "--out",
    "-o",
    "--drb",
    "-X",
    "--color",
    "--colour",
    "--force-color",
    "-c",
    "-C",
    "--failure-exit-code",
    "--error-exit-code",
    "--profile",
    "-p",
    "--options",
    "-O",
];
/// Descriptions that RSpec makes up while an example runs: no filter can know them before.
const GENERATED: &[&str] = &["is expected to ", "is expected not to ", " should "];
/// More files are not run beside the targets'.
const MAX_FILES: usize = 40;
/// Longest file of options that is looked at.
const MAX_OPTIONS: u64 = 1 << 20;

impl Adapter for Rspec {
    fn framework(&self) -> Framework {
        Framework::Rspec
    }

    fn after_runner(&self, words: &[String]) -> Option<usize> {
        words.iter().position(|word| program_name(word) == "rspec").map(|at| at + 1)
    }

    fn detect(&self, project: &Project, path: &str, name: Option<&str>) -> Option<Vec<TestTarget>> {
        let is_folder = path.ends_with("spec") && project.checkout().join(path).is_dir();
        let is_ours = path.ends_with("_spec.rb") || (is_folder && name.is_none());
        if !is_ours {
            return None;
        }
        let id = name.unwrap_or_default().to_owned();
        Some(vec![TestTarget { framework: Framework::Rspec, id, file: Some(path.to_owned()), suite: None }])
    }

    fn plan(
        &self,
        project: &Project,
        targets: &[TestTarget],
        ci: Option<&CiCommand>,
    ) -> Result<TestCommand, ProofError> {
        let called = invocation(Framework::Rspec, ci);
        let files = targets.iter().map(|target| file_of(project, target)).collect::<Result<Vec<_>, _>>()?;
        let mut cwd = called.directory.clone();
        let mut names: Vec<String> = Vec::new();
        for file in &files {
            // The file's folder of specs stands where RSpec is called.
            let base =
                project.base_of(file, Some(&cwd)).ok_or_else(|| ProofError::NoSuchTest(file.clone()))?;
            let whole = join(&base, file);
            let inside =
                if cwd.is_empty() { Some(whole.as_str()) } else { whole.strip_prefix(&format!("{cwd}/")) };
            let name = match inside {
                Some(inside) => inside.to_owned(),
                None => {
                    cwd = base;
                    file.clone()
                }
            };
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let bundled = project.text(&join(&cwd, "Gemfile.lock")).is_some_and(|text| text.contains("rspec"));
        let mut argv: Vec<String> =
            if bundled { vec!["bundle".to_owned(), "exec".to_owned()] } else { Vec::new() };
        argv.push("rspec".to_owned());
        argv.extend(invocation::kept(KEPT, &called.arguments).concat());
        argv.extend(names);
        if targets.iter().all(|target| is_filterable(&target.id)) {
            for target in targets {
                argv.extend(["--example".to_owned(), target.id.clone()]);
            }
        }
        Ok(TestCommand { framework: Framework::Rspec, argv, cwd, env: called.env })
    }

    fn prepare(
        &self,
        command: &TestCommand,
        context: &RunContext<'_>,
        channel: &Path,
    ) -> Result<Prepared, ProofError> {
        let options = channel.join(OPTIONS);
        let key = lay_out(&context.checkout.join(&command.cwd), channel)?;
        let mut argv = command.argv.clone();
        let at = argv.iter().position(|word| program_name(word) == "rspec").map_or(argv.len(), |at| at + 1);
        let ours = [
            "--options".to_owned(),
            options.display().to_string(),
            "--no-color".to_owned(),
            "--no-fail-fast".to_owned(),
            "--format".to_owned(),
            "progress".to_owned(),
            "--format".to_owned(),
            "Regreen::Report".to_owned(),
        ];
        argv.splice(at..at, ours);
        let env = BTreeMap::from([
            // Options by another door.
            ("SPEC_OPTS".to_owned(), String::new()),
            // rspec-retry: a pass after a retry proves nothing.
            ("RSPEC_RETRY_RETRY_COUNT".to_owned(), "1".to_owned()),
        ]);
        Ok(Prepared { argv, env, key, ..Prepared::default() })
    }

    fn readable(&self, printed: &str) -> String {
        records::without_records(printed)
    }

    fn count(&self, raw: &RawRun<'_>) -> Counted {
        let report = raw.channel.join(RESULTS);
        let mut counted = results::count(&report, raw.text);
        let seal = || records::broken_seal(raw.records, &raw.prepared.key, &report, "rspec");
        counted.problem = counted.problem.or_else(seal);
        counted
    }

    fn belongs(&self, target: &TestTarget, result: &TestResult) -> bool {
        // RSpec's own id (`./spec/a_spec.rb[1:2]`) stands in the place of a suite.
        let own = result.suite.as_deref().unwrap_or_default();
        let file = own.split('[').next().unwrap_or_default().trim_start_matches("./");
        let wanted =
            target.file.as_deref().unwrap_or_default().trim_start_matches("./").trim_end_matches('/');
        let of_file = wanted.is_empty()
            || file.is_empty()
            || file == wanted
            || wanted.ends_with(&format!("/{file}"))
            || file.starts_with(&format!("{wanted}/"));
        if target.id.is_empty() {
            return of_file;
        }
        // A failure may be told by a file that only holds shared examples, so the description decides.
        target.id == result.id || target.id == own
    }

    fn role(&self, path: &str) -> Option<Role> {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            ".rspec" | ".rspec-local" | "spec_helper.rb" | "rails_helper.rb" => Some(Role::Configuration),
            "Rakefile" => Some(Role::PartlyConfiguration),
            _ if name.ends_with("_spec.rb") => Some(Role::Tests),
            _ if path.split('/').rev().skip(1).any(|part| part == "spec") => Some(Role::Tests),
            _ => None,
        }
    }

    fn hidden_configuration(&self) -> &'static [&'static str] {
        &[".rspec", ".rspec-local"]
    }

    fn neighbourhood(
        &self,
        project: &Project,
        command: &TestCommand,
        targets: &[TestTarget],
        changed: &[String],
    ) -> Option<Neighbourhood> {
        let stems: Vec<&str> = changed
            .iter()
            .filter_map(|file| file.rsplit('/').next()?.strip_suffix(".rb"))
            .filter(|stem| stem.len() > 2)
            .collect();
        let prefix = if command.cwd.is_empty() { String::new() } else { format!("{}/", command.cwd) };
        let mut argv = command.argv.clone();
        while let Some(at) = argv.iter().position(|word| word == "--example") {
            argv.drain(at..(at + 2).min(argv.len()));
        }
        let own: Vec<String> = targets.iter().filter_map(|target| file_of(project, target).ok()).collect();
        let mut not_run = Vec::new();
        let mut added = 0;
        for file in project.files().into_iter().filter(|file| file.ends_with("_spec.rb")) {
            let Some(inside) = file.strip_prefix(&prefix) else { continue };
            if argv.iter().any(|word| word == inside) || own.contains(&file) {
                continue;
            }
            let Some(text) = project.text(&file) else { continue };
            let name = file.rsplit('/').next().unwrap_or(&file).trim_end_matches("_spec.rb");
            let names =
                stems.iter().any(|stem| *stem == name || text.contains(stem) || text.contains(&camel(stem)));
            if !names {
                continue;
            }
            if added < MAX_FILES {
                argv.push(inside.to_owned());
                added += 1;
            } else {
                not_run.push(format!("{file}: more than {MAX_FILES} files of specs name the change"));
            }
        }
        Some(Neighbourhood {
            command: TestCommand { argv, ..command.clone() },
            chosen_by: "the failing example's file, and specs that name a changed file or its class"
                .to_owned(),
            not_run,
        })
    }

    fn varied(&self, command: &TestCommand, variation: Variation) -> Option<TestCommand> {
        // RSpec's one seed decides the order, and what a project draws from `config.seed`.
        let (Variation::Order(seed) | Variation::Seed(seed)) = variation else { return None };
        let mut command = command.clone();
        for option in ["--order", "--seed"] {
            while let Some(at) = command.argv.iter().position(|word| word == option) {
                command.argv.drain(at..(at + 2).min(command.argv.len()));
            }
        }
        let at = command.argv.iter().position(|word| program_name(word) == "rspec")? + 1;
        // It takes 16 bits by custom; more are fine for it, but not more than 32.
        command.argv.splice(at..at, ["--order".to_owned(), format!("rand:{}", seed & 0xffff_ffff)]);
        Some(command)
    }
}

/// `shopping_cart` → `ShoppingCart`.
fn camel(stem: &str) -> String {
    stem.split('_')
        .map(|word| {
            let mut chars = word.chars();
            chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
        })
        .collect()
}

fn is_filterable(id: &str) -> bool {
    !id.is_empty() && !id.starts_with("./") && !GENERATED.iter().any(|words| id.contains(words))
}

/// The file of specs of a target, as it was told or relative to the repository.
fn file_of(project: &Project, target: &TestTarget) -> Result<String, ProofError> {
    let of_id = target.id.strip_prefix("./").and_then(|id| id.split('[').next());
    let told = target.file.as_deref().map(|file| file.trim_start_matches("./"));
    let is_spec = |file: &str| file.ends_with("_spec.rb") || project.checkout().join(file).is_dir();
    if let Some(file) = told.or(of_id).filter(|file| is_spec(file)) {
        return Ok(file.trim_end_matches('/').to_owned());
    }
    // The failure was told by a file that only threw: the specs that describe it, as far as words tell.
    let first = target.id.split(' ').next().unwrap_or_default();
    let describes = |file: &String| {
        file.ends_with("_spec.rb")
            && project
                .text(file)
                .is_some_and(|text| !first.is_empty() && text.contains("describe") && text.contains(first))
    };
    let mut fitting = project.files().into_iter().filter(describes);
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(ProofError::NoSuchTest(told.unwrap_or(&target.id).to_owned())),
    }
}

/// Puts our formatter, with what it is told, and RSpec's options into the channel; gives the key.
fn lay_out(folder: &Path, channel: &Path) -> Result<Vec<u8>, ProofError> {
    let key = records::fresh_key()?;
    let told = format!("{key}\n{}", channel.join(RESULTS).display());
    // RSpec reads words as a shell does. Ours comes before what the project requires.
    let formatter = channel.join(REPORT.0).display().to_string().replace('\'', "'\\''");
    let options = format!("--require '{formatter}'\n{}", own_options(folder));
    for (name, text) in [(OPTIONS, options.as_str()), REPORT, (START, told.as_str())] {
        let path = channel.join(name);
        std::fs::write(&path, text).map_err(ProofError::io("write", &path))?;
    }
    Ok(key.into_bytes())
}

/// The project's own options, a line each, without those that stand in the way of counting.
fn own_options(folder: &Path) -> String {
    let mut lines = String::new();
    for name in [".rspec", ".rspec-local"] {
        let Ok(text) = left_file::text(&folder.join(name), MAX_OPTIONS) else { continue };
        for line in text.lines().map(str::trim) {
            let option = line.split([' ', '=']).next().unwrap_or_default();
            if !option.is_empty() && !DROPPED.contains(&option) {
                lines.push_str(line);
                lines.push('\n');
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Project) {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let project = Project::at(folder.path(), folder.path());
        (folder, project)
    }

    fn target(id: &str, file: &str) -> TestTarget {
        TestTarget {
            framework: Framework::Rspec,
            id: id.to_owned(),
            file: Some(file.to_owned()),
            suite: None,
        }
    }

    #[test]
    fn the_plan_narrows_by_file_and_description() {
        let (_folder, project) =
            folder(&[("api/spec/cart_spec.rb", "describe Cart"), ("api/Gemfile.lock", "  rspec (3.12.0)\n")]);
        let ci = CiCommand {
            script: "cd api\nbundle exec rspec --tag slow -f d --fail-fast --order rand:7 spec".to_owned(),
            ..CiCommand::default()
        };
        let one = target("Cart adds 'x' \"ü\"", "./spec/cart_spec.rb");
        let plan = Rspec.plan(&project, std::slice::from_ref(&one), Some(&ci)).unwrap();
        let expected = [
            "bundle",
            "exec",
            "rspec",
            "--tag",
            "slow",
            "--order",
            "rand:7",
            "spec/cart_spec.rb",
            "--example",
            &one.id,
        ];
        assert_eq!(
            (plan.argv.as_slice(), plan.cwd.as_str()),
            (expected.map(str::to_owned).as_slice(), "api")
        );
        let varied = Rspec.varied(&plan, Variation::Order(9)).unwrap();
        assert_eq!(varied.argv[2..7], ["rspec", "--order", "rand:9", "--tag", "slow"]);
        // A description that is made while it runs cannot be asked for; its file can, wherever it threw.
        let made = target("Cart is expected to eq 3", "lib/cart.rb");
        let plan = Rspec.plan(&project, &[made], None).unwrap();
        assert_eq!(plan.argv, ["rspec", "api/spec/cart_spec.rb"]);
    }

    #[test]
    fn options_that_run_nothing_are_left_out() {
        let (folder, _project) = folder(&[(
            ".rspec",
            "--require spec_helper\n--dry-run\n--format documentation\n--color\n-f p\n",
        )]);
        assert_eq!(own_options(folder.path()), "--require spec_helper\n");
        assert_eq!(camel("shopping_cart"), "ShoppingCart");
    }
}

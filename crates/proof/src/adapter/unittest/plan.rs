//! From targets to the call: names where the loader can find them from CI's working directory, else
//! discovery as CI does it, narrowed by file and patterns.

use regreen_case::{CiCommand, Framework, TestCommand, TestTarget};

use super::names::{Name, is_identifier};
use crate::adapter::{Neighbourhood, program_name, pytest};
use crate::error::ProofError;
use crate::invocation::{self, Invocation, invocation};
use crate::project::{Project, join};

/// More modules of tests than this are not run beside the targets.
const MAX_MODULES: usize = 40;

/// Django's options that change what a test does, with whether a value follows.
const KEPT_DJANGO: &[(&str, bool)] = &[
    ("--settings", true),
    ("--pythonpath", true),
    ("--testrunner", true),
    ("--debug-mode", false),
    ("--keepdb", false),
    ("--traceback", false),
];

/// How CI discovers tests.
#[derive(Debug, Default)]
struct Discovery {
    start: String,
    top: Option<String>,
}

/// The call for the targets.
pub(super) fn plan(
    project: &Project,
    targets: &[TestTarget],
    ci: Option<&CiCommand>,
) -> Result<TestCommand, ProofError> {
    let called = invocation(Framework::Unittest, ci);
    let mut argv = vec!["python3".to_owned()];
    let django = django(project, targets, &called);
    let discovery = discovery(&called.arguments);
    let modules = targets
        .iter()
        .map(|target| module_of(project, target, &called.directory))
        .collect::<Result<Vec<_>, _>>()?;
    let cwd = if let Some((folder, program)) = &django {
        argv.extend([program.clone(), "test".to_owned(), "--noinput".to_owned()]);
        argv.extend(invocation::kept(KEPT_DJANGO, &called.arguments).concat());
        folder.clone()
    } else {
        argv.extend(["-m", "unittest"].map(str::to_owned));
        match &discovery {
            // Found below the folder that discovery starts in, and not from the working directory.
            Some(found) if modules.iter().all(|(base, _)| *base != called.directory) => {
                argv.push("discover".to_owned());
                argv.extend(buffered(&called.arguments));
                argv.extend(discovered(found, targets, &modules));
                return Ok(TestCommand {
                    framework: Framework::Unittest,
                    argv,
                    cwd: called.directory,
                    env: called.env,
                });
            }
            _ => {}
        }
        argv.extend(buffered(&called.arguments));
        modules.first().map_or_else(String::new, |(base, _)| base.clone())
    };
    let names = named(targets, &modules);
    argv.extend(names);
    Ok(TestCommand { framework: Framework::Unittest, argv, cwd, env: called.env })
}

/// Where the names begin in a call by names.
pub(super) fn first_name(command: &TestCommand) -> Option<usize> {
    let words = &command.argv;
    if words.get(1).is_none_or(|word| word != "-m")
        || words.iter().any(|word| word == "-k" || word == "discover")
    {
        return None;
    }
    (3..words.len()).find(|at| !words[*at].starts_with('-'))
}

/// The same call for whole modules: those of the targets, and those that import what changed.
pub(super) fn neighbourhood(
    project: &Project,
    command: &TestCommand,
    targets: &[TestTarget],
    changed: &[String],
) -> Option<Neighbourhood> {
    let prefix = if command.cwd.is_empty() { String::new() } else { format!("{}/", command.cwd) };
    let mut argv = command.argv.clone();
    let mut not_run = Vec::new();
    let chosen_by;
    if let Some(at) = argv.iter().position(|word| word == "discover") {
        // All that CI discovers: the patterns go, the start stays.
        while let Some(option) = argv[at..].iter().position(|word| word == "-k" || word == "-p") {
            argv.drain(at + option..(at + option + 2).min(argv.len()));
        }
        chosen_by = "all tests that discovery finds".to_owned();
    } else {
        let names: Vec<String> = targets
            .iter()
            .filter_map(|target| module_of(project, target, &command.cwd).ok())
            .map(|(_, module)| module)
            .collect();
        let end = argv.iter().position(|word| word == "-k").unwrap_or_else(|| {
            let given = |word: &String| names.iter().any(|name| super::names::within(word, name));
            argv.iter().position(given).unwrap_or(argv.len())
        });
        argv.truncate(end);
        argv.retain(|word| !names.contains(word));
        let mut modules = names;
        for file in pytest::tests_that_reach(project, changed) {
            let Some(inside) = file.strip_prefix(&prefix) else { continue };
            let module = dotted(inside);
            if modules.contains(&module) || !module.split('.').all(is_identifier) {
                continue;
            }
            if modules.len() < MAX_MODULES {
                modules.push(module);
            } else {
                not_run.push(format!("{file}: more than {MAX_MODULES} modules of tests reach the change"));
            }
        }
        modules.dedup();
        argv.extend(modules);
        chosen_by = "the failing test's module, and modules of tests that import a changed file, directly or over others".to_owned();
    }
    Some(Neighbourhood { command: TestCommand { argv, ..command.clone() }, chosen_by, not_run })
}

/// The id of what people call `Class::method`, `Class` or `method` of a file.
pub(super) fn id_of(path: &str, text: &str, name: &str) -> String {
    if name.contains(" (") {
        return name.to_owned();
    }
    let module = dotted(path);
    let parts: Vec<&str> = name.split("::").flat_map(|part| part.split('.')).collect();
    match parts.as_slice() {
        [class] if class.starts_with(char::is_uppercase) => format!("{module}.{class}"),
        [method] => match class_around(text, method) {
            Some(class) => format!("{method} ({module}.{class}.{method})"),
            None => format!("{module}.{method}"),
        },
        [classes @ .., method] => format!("{method} ({module}.{}.{method})", classes.join(".")),
        [] => module,
    }
}

/// The class whose body defines a method.
fn class_around<'a>(text: &'a str, method: &str) -> Option<&'a str> {
    let mut class = None;
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("class ") {
            class = rest.split(['(', ':']).next().map(str::trim);
        }
        let bare = line.trim_start().trim_start_matches("async ");
        if bare
            .strip_prefix("def ")
            .is_some_and(|rest| rest.strip_prefix(method).is_some_and(|rest| rest.starts_with('(')))
        {
            return class;
        }
    }
    None
}

/// The folder that the module is imported from, relative to the repository, and the module.
fn module_of(
    project: &Project,
    target: &TestTarget,
    directory: &str,
) -> Result<(String, String), ProofError> {
    let name = Name::read(&target.id);
    let path = name.unloaded().unwrap_or(name.path);
    let parts: Vec<&str> = path.split('.').filter(|part| !part.is_empty()).collect();
    for end in (1..=parts.len()).rev() {
        let stem = parts[..end].join("/");
        for file in [format!("{stem}.py"), format!("{stem}/__init__.py")] {
            // The file that the target names wins over one of the same name elsewhere.
            let told = target.file.as_deref().and_then(|told| told.strip_suffix(&file));
            let told = told.map(|base| base.trim_end_matches('/')).filter(|base| *base != directory);
            let preferred =
                if project.has_file(&join(directory, &file)) { directory } else { told.unwrap_or(directory) };
            if let Some(base) = project.base_of(&file, Some(preferred)) {
                return Ok((base, parts[..end].join(".")));
            }
        }
    }
    if let Some(file) = target.file.as_deref().filter(|file| target.id.is_empty() && project.has_file(file)) {
        let inside =
            if directory.is_empty() { Some(file) } else { file.strip_prefix(&format!("{directory}/")) };
        return Ok(match inside {
            Some(inside) => (directory.to_owned(), dotted(inside)),
            None => (String::new(), dotted(file)),
        });
    }
    Err(if target.id.is_empty() && target.file.is_none() {
        ProofError::NoTargets
    } else {
        ProofError::NoSuchTest(target.file.clone().unwrap_or_else(|| target.id.clone()))
    })
}

fn dotted(file: &str) -> String {
    let stem = file.strip_suffix(".py").unwrap_or(file);
    stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".")
}

/// Names for the loader; names of modules with patterns where a method is called something with dots or
/// spaces, which the loader cannot be told by name.
fn named(targets: &[TestTarget], modules: &[(String, String)]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut add = |word: String| {
        if !words.contains(&word) {
            words.push(word);
        }
    };
    let plain = targets.iter().all(|target| Name::read(&target.id).is_plain() || target.id.is_empty());
    for (target, (_, module)) in targets.iter().zip(modules) {
        let name = Name::read(&target.id);
        if plain && !target.id.is_empty() && name.unloaded().is_none() {
            add(name.dotted());
        } else {
            add(module.clone());
        }
    }
    if !plain {
        for target in targets {
            words.extend(["-k".to_owned(), pattern(target)]);
        }
    }
    words
}

/// Fits the ids of the target's tests and of as few others as patterns can.
fn pattern(target: &TestTarget) -> String {
    let name = Name::read(&target.id);
    let mut pattern = String::from("*");
    for c in name.dotted().chars() {
        match c {
            '*' | '?' | '[' => pattern.extend(['[', c, ']']),
            c => pattern.push(c),
        }
    }
    if name.method.is_empty() || name.is_hook() {
        pattern.push_str(".*");
    }
    pattern
}

fn discovered(discovery: &Discovery, targets: &[TestTarget], modules: &[(String, String)]) -> Vec<String> {
    let mut words = vec!["-s".to_owned(), discovery.start.clone()];
    if let Some(top) = &discovery.top {
        words.extend(["-t".to_owned(), top.clone()]);
    }
    let file = |module: &str| format!("{}.py", module.rsplit('.').next().unwrap_or(module));
    if let Some((_, first)) = modules.first()
        && modules.iter().all(|(_, module)| file(module) == file(first))
    {
        words.extend(["-p".to_owned(), file(first)]);
    } else {
        words.extend(["-p".to_owned(), "*.py".to_owned()]);
    }
    let whole = |target: &TestTarget| target.id.is_empty() || Name::read(&target.id).unloaded().is_some();
    if !targets.iter().any(whole) {
        for target in targets {
            words.extend(["-k".to_owned(), pattern(target)]);
        }
    }
    words
}

/// CI's discovery, when its call names a folder to start in.
fn discovery(arguments: &[String]) -> Option<Discovery> {
    let (first, rest) = arguments.split_first()?;
    if first != "discover" {
        return None;
    }
    let mut found = Discovery { start: ".".to_owned(), top: None };
    let mut positional = 0;
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let (option, joined) = match word.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (option, Some(value.to_owned())),
            _ => (word.as_str(), None),
        };
        let mut value = || joined.clone().or_else(|| words.next().cloned());
        match option {
            "-s" | "--start-directory" => found.start = value()?,
            "-t" | "--top-level-directory" => found.top = value(),
            "-p" | "--pattern" | "-k" => {
                value();
            }
            _ if option.starts_with('-') => {}
            _ => {
                match positional {
                    0 => found.start.clone_from(word),
                    2 => found.top = Some(word.clone()),
                    _ => {}
                }
                positional += 1;
            }
        }
    }
    Some(found)
}

/// Output of tests is part of a failure's text when CI captures it.
fn buffered(arguments: &[String]) -> Option<String> {
    arguments.iter().find(|word| matches!(word.as_str(), "-b" | "--buffer")).map(|_| "-b".to_owned())
}

/// Folder and name of Django's program, when the tests are Django's.
fn django(project: &Project, targets: &[TestTarget], called: &Invocation) -> Option<(String, String)> {
    if let Some(program) = called.arguments.first().filter(|word| program_name(word) == "manage.py") {
        let program = program.strip_prefix("./").unwrap_or(program);
        if project.has_file(&join(&called.directory, program)) {
            return Some((called.directory.clone(), program.to_owned()));
        }
    }
    if !called.arguments.is_empty() {
        return None;
    }
    let file = targets.iter().find_map(|target| {
        target.file.clone().or_else(|| {
            let (base, module) = module_of(project, target, &called.directory).ok()?;
            Some(join(&base, &format!("{}.py", module.replace('.', "/"))))
        })
    })?;
    if !project.text(&file).is_some_and(|text| text.contains("django")) {
        return None;
    }
    project.nearest_with(&file, "manage.py").map(|folder| (folder, "manage.py".to_owned()))
}

//! Which test runners a step's script starts, as far as the script itself says so.
//!
//! A step that runs pytest and nothing else has no failing Go tests, whatever was printed. Promise: the
//! answer is only given when every command of the script is known; a wrapper (`make`, `npm test`), a
//! program of the project or a shell construct may run anything.

use regreen_case::Framework;

/// Commands that run no tests.
const HARMLESS: &[&str] = &[
    "cd", "echo", "export", "set", "true", "mkdir", "cp", "mv", "rm", "cat", "ls", "pwd", "sleep", "tee",
    "git", "pip", "pip3", "apt-get", "apt", "curl", "wget", "source", ".", "touch", "printf", "which",
    "ulimit", "unset", "chmod", "rustup", "rustc", "grep", "head", "tail", "tar", "unzip", "date", "uname",
    "env", "black", "ruff", "mypy", "flake8", "eslint", "prettier", "tsc", "gofmt",
];

/// Words before a command that only start it.
const STARTERS: &[&str] = &[
    "sudo",
    "time",
    "command",
    "exec",
    "npx",
    "bunx",
    "xvfb-run",
    "cross-env",
    "nyc",
    "c8",
    "nice",
    "stdbuf",
    "unbuffer",
];

/// Pairs of words that only start what follows.
const STARTING_PAIRS: &[(&str, &str)] = &[
    ("poetry", "run"),
    ("pipenv", "run"),
    ("uv", "run"),
    ("hatch", "run"),
    ("pdm", "run"),
    ("bundle", "exec"),
    ("pnpm", "exec"),
    ("yarn", "exec"),
    ("python", "-m"),
    ("python3", "-m"),
    ("coverage", "run"),
    ("run", "-m"),
];

/// The frameworks whose tests the script can run; `None` when that cannot be told.
pub(crate) fn runners_of(script: &str) -> Option<Vec<Framework>> {
    if script.len() > 4000 || script.contains(['`', '\\']) || script.contains("$(") {
        return None;
    }
    let mut all = Vec::new();
    for line in script.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        for command in line.split(['|', ';', '&']).map(str::trim).filter(|command| !command.is_empty()) {
            all.extend_from_slice(frameworks_of(command)?);
        }
    }
    (!all.is_empty()).then_some(all)
}

/// Frameworks of one command; `None` for one that may run anything.
fn frameworks_of(command: &str) -> Option<&'static [Framework]> {
    let mut words: Vec<&str> = command.split_whitespace().collect();
    loop {
        let first = *words.first()?;
        let name = base(first);
        let pair = (name, words.get(1).copied().unwrap_or_default());
        if name.contains('=') || STARTERS.contains(&name) {
            words.remove(0);
        } else if STARTING_PAIRS.contains(&pair) {
            words.drain(..2);
        } else {
            let arguments = words.get(1..).unwrap_or_default();
            return if is_of_the_project(first) { None } else { interpreted(name, arguments) };
        }
        // `coverage run -m pytest`: the word that is left of the pair.
        if words.first() == Some(&"-m") {
            words.remove(0);
        }
    }
}

/// A program's name without its path and the endings of scripts.
fn base(word: &str) -> &str {
    let name = word.rsplit('/').next().unwrap_or(word);
    [".phar", ".mjs", ".js"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

/// `./run.sh` may run anything; what lies in a folder of programs, and maven's wrapper, is known by its name.
fn is_of_the_project(program: &str) -> bool {
    program.starts_with("./") && !program.contains("bin/") && program != "./mvnw"
}

/// `php vendor/bin/phpunit`, `node node_modules/.bin/jest`, `ruby test/cart_test.rb`.
fn interpreted(name: &str, arguments: &[&str]) -> Option<&'static [Framework]> {
    let (at, script) =
        arguments.iter().enumerate().find(|(_, word)| !word.starts_with('-') && !word.contains('=')).unzip();
    let rest = at.and_then(|at| arguments.get(at + 1..)).unwrap_or_default();
    let script = script.copied().unwrap_or_default();
    match (name, base(script)) {
        ("php", "run-tests.php") => Some(&[Framework::Phpt]),
        ("ruby", "rspec") => Some(&[Framework::Rspec]),
        ("ruby", file) if file.contains("test") => Some(&[Framework::Minitest]),
        ("ruby", file) if file.contains("spec") => Some(&[Framework::Minitest, Framework::Rspec]),
        ("python" | "python3", "manage.py") if rest.first() == Some(&"test") => {
            Some(&[Framework::Unittest, Framework::Nose, Framework::Pytest])
        }
        ("php" | "node", program) if !arguments.contains(&"--test") => runner(program, rest),
        _ => runner(name, arguments),
    }
}

fn runner(name: &str, arguments: &[&str]) -> Option<&'static [Framework]> {
    use Framework::{
        Ava, CargoTest, Compiletest, Cucumber, DartTest, DotnetTest, Exunit, Ginkgo, GoTest, Jasmine, Jest,
        Junit, Karma, Kotest, Mocha, NodeTest, Nose, Phpunit, Playwright, Pytest, Rspec, Scalatest,
        SwiftTesting, Tap, Testng, Unittest, Vitest, Xctest,
    };
    let first = arguments.first().copied().unwrap_or_default();
    let none: &'static [Framework] = &[];
    Some(match (name, first) {
        ("pytest" | "py.test", _) => &[Pytest],
        ("unittest", _) => &[Unittest, Nose],
        ("nosetests" | "nose2", _) => &[Nose, Unittest],
        ("cargo", "test" | "t" | "nextest") => &[CargoTest, Compiletest],
        ("cargo", "build" | "check" | "clippy" | "fmt" | "doc" | "fetch" | "install") => none,
        ("go", "test") => &[GoTest, Ginkgo],
        ("go", "build" | "vet" | "mod" | "get" | "install" | "version" | "fmt") => none,
        ("gotestsum", _) => &[GoTest, Ginkgo],
        ("ginkgo", _) => &[Ginkgo, GoTest],
        ("jest", _) => &[Jest],
        ("vitest", _) => &[Vitest, Tap],
        ("mocha", _) => &[Mocha, Tap],
        ("ava", _) => &[Ava, Tap],
        ("jasmine", _) => &[Jasmine],
        ("karma", _) => &[Karma, Jasmine, Mocha],
        ("playwright", "test") => &[Playwright],
        ("node", "--test") => &[NodeTest, Tap],
        ("tape" | "tap" | "prove", _) => &[Tap],
        ("rspec", _) => &[Rspec],
        ("phpunit", _) => &[Phpunit, Tap],
        ("pest", _) => &[Phpunit],
        ("dotnet", "test") => &[DotnetTest],
        ("dotnet", "build" | "restore") => none,
        ("swift", "test") => &[Xctest, SwiftTesting],
        ("swift", "build") => none,
        ("mix", "test") => &[Exunit],
        ("dart" | "flutter", "test") => &[DartTest],
        // Maven runs front ends too.
        ("mvn" | "mvnw", _) => {
            &[Junit, Testng, Kotest, Scalatest, Cucumber, Jest, Mocha, Karma, Jasmine, Vitest]
        }
        ("npm" | "yarn" | "pnpm", "ci" | "install" | "i")
        | ("composer" | "bundle" | "poetry" | "uv", "install") => none,
        (name, _) if HARMLESS.contains(&name) => none,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Framework::{CargoTest, Compiletest, GoTest, Jest, Minitest, Phpunit, Pytest, Tap, Unittest};

    #[test]
    fn a_script_says_what_it_runs_or_nothing() {
        for (script, expected) in [
            ("pytest -q", vec![Pytest]),
            ("pip install -e .\nPYTHONPATH=. poetry run pytest tests | tee log", vec![Pytest]),
            ("coverage run -m pytest && echo done", vec![Pytest]),
            ("cargo build\ncargo test --workspace", vec![CargoTest, Compiletest]),
            ("npm ci\nnpx jest --ci", vec![Jest]),
            ("./node_modules/.bin/jest", vec![Jest]),
            ("node node_modules/.bin/jest --ci", vec![Jest]),
            ("php -d memory_limit=1G vendor/bin/phpunit tests", vec![Phpunit, Tap]),
            ("ruby -Itest test/cart_test.rb", vec![Minitest]),
        ] {
            assert_eq!(runners_of(script).as_deref(), Some(&expected[..]), "{script}");
        }
        assert!(runners_of("python3 -m unittest -v; go test ./...").unwrap().contains(&GoTest));
        assert!(runners_of("python3 -m unittest -v").unwrap().contains(&Unittest));
        for script in [
            "make test",
            "npm test",
            "./run.sh",
            "pytest $(cat args)",
            "if true; then pytest; fi",
            "tox",
            "echo x",
            "",
        ] {
            assert_eq!(runners_of(script), None, "{script}");
        }
    }
}

//! A project in a folder of its own, run by the real tool and compared with what is expected.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use regreen_logs::Extraction;
use regreen_tests::step::{Step, StepEnd};
use regreen_tests::tools;

/// A copy of one tool's project.
pub(crate) struct Bench {
    name: String,
    folder: tempfile::TempDir,
    expected: String,
    env: Vec<(String, String)>,
    path: Vec<PathBuf>,
    problems: Vec<String>,
}

impl Bench {
    /// Copies `tests/fixtures/frameworks/<name>`.
    pub(crate) fn of(name: &str) -> Self {
        let fixture = tools::fixtures().join("frameworks").join(name);
        let folder = tempfile::tempdir().unwrap();
        copy(&fixture, folder.path());
        for decoys in ["decoys.txt", "forged.txt"] {
            std::fs::copy(fixture.with_file_name(decoys), folder.path().join(decoys)).unwrap();
        }
        let expected = std::fs::read_to_string(fixture.join("expected.txt")).unwrap();
        Bench {
            name: name.to_owned(),
            folder,
            expected,
            env: Vec::new(),
            path: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Sets a variable for every run.
    pub(crate) fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// Puts a folder in front of the path of every run.
    pub(crate) fn path(mut self, folder: PathBuf) -> Self {
        self.path.push(folder);
        self
    }

    /// Makes a link in the project.
    pub(crate) fn link(self, name: &str, target: &Path) -> Self {
        std::os::unix::fs::symlink(target, self.folder().join(name)).unwrap();
        self
    }

    fn step(&self, variant: &str, argv: &[&str]) -> StepEnd {
        let decoys = if variant.ends_with("-forged") { "forged.txt" } else { "decoys.txt" };
        let decoys = self.folder().join(decoys).display().to_string();
        let step = Step::new(argv, self.folder()).path(&self.path);
        let step = step.env("VARIANT", variant).env("DECOYS", &decoys);
        self.env.iter().fold(step, |step, (name, value)| step.env(name, value)).run()
    }

    /// Runs what has to work before the tests can run.
    #[track_caller]
    pub(crate) fn prepare_as(&self, variant: &str, argv: &[&str]) {
        let end = self.step(variant, argv);
        assert_eq!(end.code, 0, "`{}` failed:\n{}", end.script, end.output);
    }

    /// Whether a tool is there; else says so, or fails when all have to be.
    pub(crate) fn has(&self, argv: &[&str]) -> bool {
        let end = self.step("green", argv);
        let why = end.output.lines().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
        end.code == 0 || tools::is_not_run(&format!("{}: `{}` does not work: {why}", self.name, end.script))
    }

    /// Runs the tool on a variant; what the log reader names must be what the section of that name says.
    /// The `green` one must end well and name nothing.
    pub(crate) fn check(&mut self, variant: &str, argv: &[&str]) {
        self.check_as(variant.trim_end_matches("-forged"), variant, argv);
    }

    /// The same, compared with another section.
    pub(crate) fn check_as(&mut self, section: &str, variant: &str, argv: &[&str]) {
        let end = self.step(variant, argv);
        let log = end.job_log();
        self.keep(variant, argv, &log);
        if section == "green" {
            if end.code != 0 {
                self.problems.push(format!("{variant} `{}`: exit code {}", end.script, end.code));
            }
            // The failure of another step must not give what was printed here any weight.
            self.compare(variant, &end.script, &log, &BTreeSet::new());
            self.compare(variant, &end.script, &end.job_log_with_a_failing_linter(), &BTreeSet::new());
            return;
        }
        if end.code == 0 {
            self.problems.push(format!("{variant} `{}`: exit code 0", end.script));
        }
        self.compare(variant, &end.script, &log, &self.section(section));
    }

    fn section(&self, variant: &str) -> BTreeSet<String> {
        let heading = format!("[{variant}]");
        let mut lines = self.expected.lines().skip_while(|line| *line != heading).skip(1);
        let lines = lines.by_ref().take_while(|line| !is_heading(line));
        let section: BTreeSet<String> = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
        assert!(!section.is_empty(), "{}: expected.txt has nothing for `{variant}`", self.name);
        section
    }

    fn compare(&mut self, variant: &str, script: &str, log: &str, expected: &BTreeSet<String>) {
        let extraction = regreen_logs::extract(log.as_bytes(), "logs/job.log").unwrap();
        // Some print where the project lies, which is another place in every run.
        let folder = format!("{}/", self.folder().display());
        let found = lines_of(&extraction, expected.iter().any(|line| is_container(line)));
        let found: BTreeSet<String> = found.iter().map(|line| line.replace(&folder, "")).collect();
        let difference = |sign: &str, one: &BTreeSet<String>, other: &BTreeSet<String>| -> String {
            one.difference(other).map(|line| format!("\n  {sign} {line}")).collect()
        };
        let text = difference("missing:", expected, &found) + &difference("false:  ", &found, expected);
        if !text.is_empty() {
            let frameworks: BTreeSet<_> = extraction.tests.iter().map(|test| test.framework.name()).collect();
            let warnings = &extraction.warnings;
            self.problems.push(format!(
                "{variant} `{script}`:{text}\n  named by: {frameworks:?}, warnings: {warnings:?}"
            ));
        }
    }

    /// Leaves the log where a person can look at it.
    fn keep(&self, variant: &str, argv: &[&str], log: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("frameworks");
        std::fs::create_dir_all(&folder).unwrap();
        let words: String = argv.join(" ").replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let words: String = words.chars().take(80).collect();
        std::fs::write(folder.join(format!("{}.{variant}.{words}.log", self.name)), log).unwrap();
    }

    /// Fails with everything that was not as expected.
    #[track_caller]
    pub(crate) fn finish(self) {
        assert!(self.problems.is_empty(), "{}:\n{}", self.name, self.problems.join("\n"));
    }
}

fn is_heading(line: &str) -> bool {
    line.starts_with('[')
        && line.ends_with(']')
        && line[1..line.len() - 1].bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

const ROLES: [&str; 4] = ["parent: ", "hook: ", "suite: ", "task: "];

fn is_container(line: &str) -> bool {
    ROLES.iter().any(|role| line.starts_with(role))
}

fn lines_of(extraction: &Extraction, with_containers: bool) -> BTreeSet<String> {
    let tests = extraction.tests.iter().map(|test| match &test.suite {
        Some(suite) => format!("{}\t{suite}", test.id),
        None => test.id.clone(),
    });
    let containers = extraction.containers.iter().filter(|_| with_containers);
    let containers =
        containers.map(|one| format!("{}: {}", format!("{:?}", one.role).to_lowercase(), one.id));
    tests.chain(containers).collect()
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

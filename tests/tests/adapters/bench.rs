//! A small project in a folder of its own, run through an adapter as the phases do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use regreen_case::{CiCommand, Grade, Redactor, TestCommand, TestTarget};
use regreen_proof::{
    CountedRun, ExecutedLines, ForkServer, Project, RunContext, Variation, Verdict, Wish, detect,
    executed_lines, judge, plan, run_counted, varied,
};
use regreen_supervise::{Cancel, Deadline, Sandbox, SandboxMode};
use regreen_tests::tools;

/// A project in a folder of its own, with the tools' Python as its environment.
pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) env: BTreeMap<String, String>,
}

impl Bench {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for place in ["project", "scratch", "home"] {
            std::fs::create_dir(folder.path().join(place)).unwrap();
        }
        let path = tools::search_path().into_string().unwrap();
        let cache = tools::workspace().join("target/tools/go-cache");
        let env = [
            ("PATH", path),
            ("GOCACHE", cache.display().to_string()),
            ("GOFLAGS", "-mod=mod".to_owned()),
            ("HOME", folder.path().join("home").display().to_string()),
        ];
        let bench = Bench { folder, env: env.map(|(name, value)| (name.to_owned(), value)).into() };
        std::os::unix::fs::symlink(tools::tool_path("venv"), bench.project().join(".venv")).unwrap();
        for (path, text) in files {
            bench.write(path, text);
        }
        bench
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.project().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn targets(&self, path: &str) -> Vec<TestTarget> {
        detect(&Project::at(&self.project(), &self.project()), path).unwrap()
    }

    pub(crate) fn run(&self, path: &str) -> (CountedRun, Verdict) {
        self.run_in(&self.project(), &self.targets(path))
    }

    pub(crate) fn run_in(&self, checkout: &Path, targets: &[TestTarget]) -> (CountedRun, Verdict) {
        let command = plan(&Project::at(checkout, &self.project()), targets, None).unwrap();
        self.run_command(checkout, &command, targets, Duration::from_secs(240))
    }

    /// Runs for so long at most.
    pub(crate) fn run_within(&self, targets: &[TestTarget], limit: Duration) -> (CountedRun, Verdict) {
        let project = self.project();
        let command = plan(&Project::at(&project, &project), targets, None).unwrap();
        self.run_command(&project, &command, targets, limit)
    }

    /// Runs as CI did, by its script.
    pub(crate) fn run_as_ci(&self, script: &str, targets: &[TestTarget]) -> (CountedRun, Verdict) {
        let project = self.project();
        let ci = CiCommand { script: script.to_owned(), ..CiCommand::default() };
        let command = plan(&Project::at(&project, &project), targets, Some(&ci)).unwrap();
        self.run_command(&project, &command, targets, Duration::from_secs(240))
    }

    /// Runs with a variation.
    pub(crate) fn run_varied(&self, path: &str, variation: Variation) -> (CountedRun, Verdict) {
        let project = Project::at(&self.project(), &self.project());
        let targets = self.targets(path);
        let command = varied(&plan(&project, &targets, None).unwrap(), variation).unwrap();
        self.run_command(&self.project(), &command, &targets, Duration::from_secs(240))
    }

    /// Runs a test that hangs: it must be stopped at its limit, and must not count.
    #[track_caller]
    pub(crate) fn hangs(&self, path: &str, limit: Duration) {
        let project = Project::at(&self.project(), &self.project());
        let targets = self.targets(path);
        let command = plan(&project, &targets, None).unwrap();
        let (run, verdict) = self.run_command(&self.project(), &command, &targets, limit);
        assert!(matches!(&verdict, Verdict::Uncounted(why) if why.contains("time limit")), "{verdict:?}");
        // Twice the grace that a process is given, and what a busy machine adds.
        assert!(run.duration_s < limit.as_secs_f64() + 30.0, "{}", run.duration_s);
    }

    pub(crate) fn run_command(
        &self,
        checkout: &Path,
        command: &TestCommand,
        targets: &[TestTarget],
        limit: Duration,
    ) -> (CountedRun, Verdict) {
        let run = self.in_context(checkout, limit, |context| run_counted(command, context).unwrap());
        let verdict = judge(&run, targets, None);
        (run, verdict)
    }

    /// Has the tools' modules at hand, as an installation leaves them.
    pub(crate) fn link_modules(&self) {
        let modules = regreen_tests::tools::tool_path("node_modules");
        std::os::unix::fs::symlink(modules, self.project().join("node_modules")).unwrap();
    }

    /// Looks at the lines that the tests of a file execute.
    pub(crate) fn executed_lines(
        &self,
        path: &str,
        first: &[&str],
        tests: usize,
        time: Duration,
    ) -> Vec<ExecutedLines> {
        let project = self.project();
        let command = plan(&Project::at(&project, &project), &self.targets(path), None).unwrap();
        let wish = Wish { first, tests, time };
        let limit = Duration::from_secs(240);
        self.in_context(&project, limit, |context| executed_lines(&command, context, &wish).unwrap())
    }

    /// What the phases give to whoever runs tests.
    fn in_context<T>(&self, checkout: &Path, limit: Duration, work: impl FnOnce(&RunContext<'_>) -> T) -> T {
        let redactor = Redactor::default();
        let cancel = Cancel::new();
        let context = RunContext {
            checkout,
            repo_root: &self.project(),
            scratch: &self.folder.path().join("scratch"),
            env: &self.env,
            deadline: Deadline::after(limit),
            cancel: &cancel,
            log: None,
            redactor: &redactor,
            sandbox: &Sandbox::for_tools(SandboxMode::Auto),
        };
        work(&context)
    }

    /// A server of forks for the project as it lies.
    pub(crate) fn fork_server(&self, path: &str) -> Option<ForkServer> {
        let project = self.project();
        let command = plan(&Project::at(&project, &project), &self.targets(path), None).unwrap();
        self.in_context(&project, Duration::from_secs(240), |context| {
            ForkServer::start(&command, context).unwrap()
        })
    }

    /// Whether a tool works here; else says so, or fails when all have to.
    pub(crate) fn has(&self, argv: &[&str]) -> bool {
        let mut command = std::process::Command::new(argv[0]);
        if let Some(found) = std::env::split_paths(&self.env["PATH"])
            .map(|folder| folder.join(argv[0]))
            .find(|file| file.is_file())
        {
            command = std::process::Command::new(found);
        }
        let output = command.args(&argv[1..]).envs(&self.env).current_dir(self.project()).output();
        let works = output.as_ref().is_ok_and(|output| output.status.success());
        works || tools::is_not_run(&format!("`{}` does not work: {output:?}", argv.join(" ")))
    }

    /// Runs and wants no counted result; the reason must hold `reason`.
    #[track_caller]
    pub(crate) fn is_uncounted(&self, path: &str, reason: &str) {
        let (run, verdict) = self.run(path);
        match verdict {
            Verdict::Uncounted(why) if why.contains(reason) => {}
            other => panic!("{other:?}, not uncounted for `{reason}`; the run printed:\n{}", run.output),
        }
    }

    #[track_caller]
    pub(crate) fn is(&self, path: &str, expected: &Verdict) -> CountedRun {
        let (run, verdict) = self.run(path);
        assert_eq!(verdict, *expected, "problem: {:?}; the run printed:\n{}", run.problem, run.output);
        run
    }
}

pub(crate) const RED: Verdict = Verdict::Red(Grade::Same);

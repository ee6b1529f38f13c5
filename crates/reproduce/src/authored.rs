//! Where there is no test yet, an agent writes one. It counts only when it fails here, for a reason that
//! can be the failure's: code decides, not the agent.
//!
//! Only new files are taken from what the agent leaves; everything else it did is dropped with its
//! worktree. The files become overlays and never enter the pull request.

use std::collections::BTreeMap;

use regreen_agents::{AgentEnd, AgentJob, Preset, Previous, TaskKind, TaskPrompt, drive};
use regreen_case::{Cause, FailedTest, Failure, Framework, Overlay, Task, TestTarget, WorkKind, neutralise};
use regreen_proof::{CountedRun, Project, detect, plan};
use regreen_workspace::{ChangeKind, path_problem};

use crate::ReproduceError;
use crate::config::Config;
use crate::lab::{Experiment, Lab, Place};
use crate::naming::{is_of_tests, is_test, place};
use crate::tally::Observation;

/// Attempts of each agent.
const ATTEMPTS: u32 = 2;
/// Most new files taken.
const MAX_FILES: usize = 10;

/// A test that an agent wrote and that fails.
pub(crate) struct Authored {
    pub(crate) experiment: Experiment,
    pub(crate) by: String,
}

/// What came of it.
pub(crate) enum Answer {
    /// A test that fails.
    Written(Box<Authored>),
    /// None, and why.
    None(String),
}

/// Lets the agents write a test, one after another.
pub(crate) fn write(
    lab: &Lab<'_>,
    config: &Config,
    agents: &[Preset],
    task: &Task,
    failure: Option<&Failure>,
) -> Result<Answer, ReproduceError> {
    let mut earlier: Vec<Previous> = Vec::new();
    let mut number = 0;
    for agent in agents {
        for _ in 0..ATTEMPTS {
            lab.check()?;
            if lab.deadline.is_over() {
                return Ok(Answer::None("the time was over before an agent had written a test".to_owned()));
            }
            number += 1;
            (lab.progress)(&format!("attempt {number}: {} writes a test", agent.name));
            let attempt = Attempt { lab, config, agent, task, failure, number };
            match attempt.make(&earlier)? {
                Ok(experiment) => {
                    let by = agent.name.clone();
                    return Ok(Answer::Written(Box::new(Authored { experiment, by })));
                }
                Err(refused) => {
                    (lab.progress)(&format!("attempt {number}: {}", refused.outcome));
                    let enough = refused.enough;
                    earlier.push(Previous {
                        number,
                        outcome: config.redactor.clean(&refused.outcome),
                        diff: refused.diff,
                        output: refused.output,
                    });
                    if enough {
                        break;
                    }
                }
            }
        }
    }
    let last = earlier.last().map_or("no agent could be used", |last| last.outcome.as_str());
    Ok(Answer::None(format!("no agent wrote a test that counts: {last}")))
}

/// An attempt that does not count.
#[derive(Default)]
struct Refused {
    outcome: String,
    diff: String,
    output: String,
    /// Trying this agent again is of no use.
    enough: bool,
}

impl Refused {
    fn because(outcome: impl Into<String>) -> Self {
        Refused { outcome: outcome.into(), ..Refused::default() }
    }
}

struct Attempt<'a> {
    lab: &'a Lab<'a>,
    config: &'a Config,
    agent: &'a Preset,
    task: &'a Task,
    failure: Option<&'a Failure>,
    number: u32,
}

impl Attempt<'_> {
    fn make(&self, earlier: &[Previous]) -> Result<Result<Experiment, Refused>, ReproduceError> {
        let worktree = self.lab.worktree(self.lab.base, &[])?;
        if let Some(refused) = self.let_it_write(&worktree, earlier)? {
            return Ok(Err(refused));
        }
        let patch = worktree.patch()?;
        let diff = self.config.redactor.clean(&String::from_utf8_lossy(patch.bytes()));
        let mut overlays = Vec::new();
        for file in patch.files() {
            let path = file.path();
            let usable = file.kind == ChangeKind::Added
                && file.new_mode == Some(0o100_644)
                && path_problem(path).is_none()
                && !self.agent.is_litter(path)
                && is_of_tests(path);
            if usable && overlays.len() < MAX_FILES {
                let from = worktree.path().join(path);
                let bytes = std::fs::read(&from).map_err(ReproduceError::file("read", &from))?;
                let source = format!("reproduction/tests/{path}");
                self.lab.case.write_raw(&source, &bytes)?;
                overlays.push(Overlay { source, destination: path.to_owned() });
            }
        }
        drop(worktree);
        let refused = |refused: Refused| Ok(Err(Refused { diff: diff.clone(), ..refused }));
        if overlays.is_empty() {
            return refused(Refused::because(
                "it left no new test file; changes to files that exist, and new files that are no tests, are not taken",
            ));
        }
        match self.try_it(&overlays)? {
            Ok(experiment) => Ok(Ok(experiment)),
            Err(problem) => {
                for overlay in &overlays {
                    let _ = std::fs::remove_file(self.lab.case.path(&overlay.source));
                }
                refused(problem)
            }
        }
    }

    /// Drives the agent. `Some` when there is no point in looking at what it left.
    fn let_it_write(
        &self,
        worktree: &regreen_workspace::Worktree,
        earlier: &[Previous],
    ) -> Result<Option<Refused>, ReproduceError> {
        // Two thirds of what is left: the test has to be run afterwards.
        let deadline = self.lab.deadline.minus(self.lab.deadline.remaining() / 3);
        let place = place(&Project::at(worktree.path(), self.lab.repository.root()), &self.task.slug);
        let prompt = TaskPrompt {
            kind: TaskKind::Reproduce,
            request: &self.task.prompt,
            tests: &[],
            command: None,
            failure: self.failure.map_or("", |failure| failure.excerpt.as_str()),
            rate: None,
            goal: None,
            place: Some(&place),
            suspects: &[],
            protected: &[],
            earlier,
            time: deadline.remaining(),
        };
        let task_file = self.lab.scratch.join(format!("reproduce-task-{}.md", self.number));
        std::fs::create_dir_all(self.lab.scratch)
            .map_err(ReproduceError::file("create", self.lab.scratch))?;
        std::fs::write(&task_file, prompt.render()).map_err(ReproduceError::file("write", &task_file))?;
        let record = self.lab.case.path(format!("reproduction/logs/agent_{}.log", self.number));
        let transcript = record.with_file_name(format!("model_{}.jsonl", self.number));
        if let Some(folder) = record.parent() {
            std::fs::create_dir_all(folder).map_err(ReproduceError::file("create", folder))?;
        }
        let run = drive(AgentJob {
            preset: self.agent,
            worktree: worktree.path(),
            task_file: &task_file,
            places: &[],
            command: &self.config.agent_command,
            limits: &self.config.agent_limits,
            keep_env: &self.config.agent_env,
            deadline,
            cancel: self.lab.cancel,
            record: Some(&record),
            transcript: Some(&transcript),
            redactor: self.lab.redactor,
            sandbox: self.lab.sandbox,
            on_line: None,
        })?;
        self.lab.check()?;
        Ok(match run.end {
            AgentEnd::RateLimited => {
                Some(Refused { enough: true, ..Refused::because("its service refused until later") })
            }
            AgentEnd::Failed(why) => {
                Some(Refused { enough: true, ..Refused::because(format!("the agent failed: {why}")) })
            }
            // What it wrote before its limit may still be good.
            _ => None,
        })
    }

    /// Runs the new test on a fresh worktree, to which nothing but the new files was added.
    fn try_it(&self, overlays: &[Overlay]) -> Result<Result<Experiment, Refused>, ReproduceError> {
        let worktree = self.lab.worktree(self.lab.base, overlays)?;
        let project = Project::at(worktree.path(), self.lab.repository.root());
        let targets = targets_in(&project, overlays);
        let command = match plan(&project, &targets, None) {
            Ok(command) => command,
            Err(error) => return Ok(Err(Refused::because(format!("its test cannot be run: {error}")))),
        };
        let overlays = overlays.to_vec();
        let mut experiment = Experiment { command, targets, expected: None, overlays };
        let env = BTreeMap::new();
        let place = Place {
            checkout: worktree.path(),
            env: &env,
            deadline: self.lab.deadline,
            stop: self.lab.cancel,
            log: self.lab.scratch.join("authored.log"),
        };
        let seen = self.lab.run(&experiment, &place)?;
        self.lab.check()?;
        let output = self.config.redactor.clean(&seen.run.output);
        match self.judge(&seen, &experiment) {
            Ok(()) => {
                experiment.expected = seen.signature(None);
                Ok(Ok(experiment))
            }
            Err(why) => Ok(Err(Refused { output, ..Refused::because(why) })),
        }
    }

    /// Whether the failure is one that the new test is there to show.
    fn judge(&self, seen: &Observation, experiment: &Experiment) -> Result<(), String> {
        let failures = own_failures(&seen.run, experiment);
        if let Some(failure) = failures.first() {
            if is_the_tests_own_fault(failure) {
                return Err(format!(
                    "its test fails by its own fault: {}: {}",
                    failure.kind,
                    first_line(&failure.message)
                ));
            }
            return match self.failure.and_then(|failure| failure.cause.as_ref()) {
                Some(cause) if self.task.work != WorkKind::Feature && !resembles(failure, cause) => {
                    Err(format!(
                        "its test fails in another way than in CI: {}: {}",
                        failure.kind,
                        first_line(&failure.message)
                    ))
                }
                _ => Ok(()),
            };
        }
        // A test for something that is not there yet may not even compile: then the compiler has to
        // complain about the new file.
        let complains =
            experiment.overlays.iter().any(|overlay| seen.run.output.contains(&overlay.destination));
        if self.task.work == WorkKind::Feature
            && seen.run.cause.is_some()
            && complains
            && compiled(experiment)
        {
            return Ok(());
        }
        match &seen.run.problem {
            Some(problem) => Err(format!("its test gave no counted result: {problem}")),
            None => Err("its test passes on the code as it is".to_owned()),
        }
    }
}

fn compiled(experiment: &Experiment) -> bool {
    use Framework::{CargoTest, Ctest, DotnetTest, GoTest, Gtest, Junit};
    matches!(experiment.command.framework, CargoTest | GoTest | Gtest | Ctest | Junit | DotnetTest)
}

fn own_failures(run: &CountedRun, experiment: &Experiment) -> Vec<FailedTest> {
    let mine = |failure: &FailedTest| {
        failure.framework != Framework::Pytest
            || experiment.overlays.iter().any(|overlay| {
                let file = failure.id.split("::").next().unwrap_or_default();
                overlay.destination == file || overlay.destination.ends_with(&format!("/{file}"))
            })
    };
    run.failures().into_iter().filter(mine).collect()
}

/// Failures that show a broken test, not broken code.
fn is_the_tests_own_fault(failure: &FailedTest) -> bool {
    use Framework::{Jest, Mocha, NodeTest, Pytest, Unittest, Vitest};
    let unknown_name = match failure.framework {
        Pytest | Unittest => failure.kind == "NameError",
        Jest | Vitest | Mocha | NodeTest => failure.kind == "ReferenceError",
        // Elsewhere it can be what the code does not have yet.
        _ => false,
    };
    matches!(failure.kind.as_str(), "SyntaxError" | "IndentationError" | "TabError" | "fixture")
        || failure.message.contains("fixture '")
        || unknown_name
}

/// Whether a failure of the new test says what CI's log says.
fn resembles(failure: &FailedTest, cause: &Cause) -> bool {
    let message = neutralise(first_line(&failure.message));
    let cause = neutralise(&cause.message);
    (failure.kind != "failure" && cause.contains(&failure.kind))
        || (message.len() > 8 && cause.contains(&message))
}

fn first_line(message: &str) -> &str {
    message.lines().next().unwrap_or_default()
}

/// The new tests, all of the framework of the first one.
fn targets_in(project: &Project, overlays: &[Overlay]) -> Vec<TestTarget> {
    // Beside files that are called as tests are, others are what those need.
    let are_named = overlays.iter().any(|overlay| is_test(&overlay.destination));
    let mut targets: Vec<TestTarget> = overlays
        .iter()
        .filter(|overlay| !are_named || is_test(&overlay.destination))
        .filter_map(|overlay| detect(project, &overlay.destination).ok())
        .flatten()
        .collect();
    if let Some(framework) = targets.first().map(|target| target.framework) {
        targets.retain(|target| target.framework == framework);
    }
    targets
}

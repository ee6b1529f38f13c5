//! Where there is no test yet, an agent writes one. It counts only when it fails here, for a reason that
//! can be the failure's: code decides, not the agent.
//!
//! Only new files are taken from what the agent leaves; everything else it did is dropped with its
//! worktree. The files become overlays and never enter the pull request.

mod judging;

use std::collections::BTreeMap;
use std::path::Path;

use regreen_agents::{
    AgentEnd, AgentJob, Place as CodePlace, Preset, Previous, TaskKind, TaskPrompt, drive_telling,
};
use regreen_case::{Failure, Overlay, PerformanceGoal, Task, TestTarget, WorkKind};
use regreen_proof::{Project, Verdict, detect, plan};
use regreen_workspace::{ChangeKind, path_problem};

use crate::authored::judging::judge;
use crate::config::Config;
use crate::lab::{Experiment, Lab, Place};
use crate::naming::{is_of_tests, is_test, place};
use crate::{ReproduceError, performance};

/// Attempts of each agent.
const ATTEMPTS: u32 = 2;
/// Runs of a test for a failure that comes and goes, until one shows it: the next step measures how often.
const LOOKS: u32 = 20;
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
        // The case and the branch are for more eyes than the agent's.
        let masking = self.agent.masking(&self.config.redactor, &self.config.agent_env);
        if let Some(leak) = patch.secrets(&masking).first() {
            return Ok(Err(Refused::because(format!("refused: {leak}"))));
        }
        let diff = masking.clean(&String::from_utf8_lossy(patch.bytes()));
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
        let goal = self.task.performance.as_ref().map(goal_sentence);
        let prompt = TaskPrompt {
            kind: self.kind(),
            request: &self.task.prompt,
            tests: &[],
            command: None,
            failure: self.failure.map_or("", |failure| failure.excerpt.as_str()),
            rate: None,
            goal: goal.as_deref(),
            place: Some(&place),
            suspects: &[],
            protected: &[],
            lessons: &[],
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
        let tell = |text: &str| {
            (self.lab.progress)(&format!("attempt {}: {}: {text}", self.number, self.agent.name));
        };
        let places = self.places(worktree.path());
        let job = AgentJob {
            preset: self.agent,
            worktree: worktree.path(),
            task_file: &task_file,
            places: &places,
            command: &self.config.agent_command,
            limits: &self.config.agent_limits,
            keep_env: &self.config.agent_env,
            deadline,
            cancel: self.lab.cancel,
            record: Some(&record),
            transcript: Some(&transcript),
            folder: None,
            resume: None,
            redactor: self.lab.redactor,
            sandbox: self.lab.sandbox,
            on_line: None,
        };
        let run = drive_telling(job, &tell)?;
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
        if let (WorkKind::Performance, Some(goal)) = (self.task.work, &self.task.performance) {
            drop(worktree);
            return self.measure(experiment, goal);
        }
        let most = if self.is_intermittent() { LOOKS } else { 1 };
        let mut refused = Refused::default();
        for _ in 0..most {
            let seen = self.lab.run(&experiment, &place)?;
            self.lab.check()?;
            match judge(self.task, self.failure, &seen, &experiment) {
                Ok(()) => {
                    experiment.expected = seen.signature(None);
                    return Ok(Ok(experiment));
                }
                Err(why) => {
                    let output = self.config.redactor.clean(&seen.run.output);
                    refused = Refused { output, ..Refused::because(why) };
                }
            }
            // Only a test that passed may show it the next time.
            if !matches!(seen.verdict, Verdict::Green) || self.lab.deadline.is_over() {
                break;
            }
        }
        Ok(Err(refused))
    }

    fn kind(&self) -> TaskKind {
        match self.task.work {
            WorkKind::Performance => TaskKind::PerformanceTest,
            WorkKind::Feature => TaskKind::FeatureTest,
            _ if self.is_intermittent() => TaskKind::ReproduceIntermittent,
            _ => TaskKind::Reproduce,
        }
    }

    fn is_intermittent(&self) -> bool {
        !self.task.deterministic || self.task.work == WorkKind::Intermittent
    }

    /// A test for speed counts when it says a number, and that misses the goal.
    fn measure(
        &self,
        experiment: Experiment,
        goal: &PerformanceGoal,
    ) -> Result<Result<Experiment, Refused>, ReproduceError> {
        let measured = performance::run(self.lab, &experiment, goal)?;
        Ok(match measured.median {
            Some(_) if !measured.met => Ok(experiment),
            Some(median) => {
                Err(Refused::because(format!("what its test measures reaches the goal: {median}")))
            }
            None => {
                let metric = goal.metric.as_deref().unwrap_or("its duration");
                Err(Refused::because(format!("its test does not pass, or `{metric}` is not in its output")))
            }
        })
    }

    /// Code that CI's log names, for an agent that cannot look for itself.
    fn places(&self, checkout: &Path) -> Vec<CodePlace> {
        let Some(failure) = self.failure else { return Vec::new() };
        let of_cause = failure.cause.iter().filter_map(|cause| Some((cause.file.as_deref()?, cause.line?)));
        let frames = failure.tests.iter().flat_map(|test| test.frames.iter().rev());
        let of_tests = frames.filter(|frame| frame.project).map(|frame| (frame.file.as_str(), frame.line));
        of_cause
            .chain(of_tests)
            .filter_map(|(file, line)| CodePlace::around(checkout, file, line as usize, "named in CI's log"))
            .collect()
    }
}

/// The goal for whoever writes the test.
fn goal_sentence(goal: &PerformanceGoal) -> String {
    let number = match goal.metric.as_deref() {
        None => "The duration of the test in milliseconds".to_owned(),
        Some("wall") => "The wall time of the run".to_owned(),
        Some("peak-memory") => "The peak memory of the run".to_owned(),
        Some(file) if file.starts_with("json:") => format!("The number in `{}`", &file["json:".len()..]),
        Some(found) => format!(
            "The number that `{found}` finds in the output (a unit, or a regular expression whose first group it is)"
        ),
    };
    format!("{number} must become {}.", goal.target)
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

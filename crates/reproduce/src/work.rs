//! From the case to the answer: which test, which way to run it, what was seen.

use regreen_agents::Presets;
use regreen_case::{
    Ending, Failure, Grade, Overlay, Reproduction, ReproductionStatus, Task, TestCommand, TestTarget,
    WorkKind,
};
use regreen_proof::{Project, ProofError, plan, protected_files, showing_output};
use regreen_supervise::failure_rate;
use regreen_workspace::Worktree;

use crate::authored::{self, Answer};
use crate::config::{Config, cores};
use crate::lab::{Experiment, Lab};
use crate::phase::blank;
use crate::stress::{Found, Stressed};
use crate::subject::{Subject, subject};
use crate::tally::Tally;
use crate::{ReproduceError, amplifiers, deterministic, explain, performance, stress};

/// Everything that the answer is made of.
pub(crate) struct Work<'a> {
    pub(crate) lab: Lab<'a>,
    pub(crate) config: &'a Config,
    pub(crate) task: &'a Task,
    pub(crate) failure: Option<&'a Failure>,
    /// The base, to look at.
    pub(crate) survey: &'a Worktree,
    /// The user's own test, when it is not committed yet.
    pub(crate) overlays: Vec<Overlay>,
}

impl Work<'_> {
    fn project(&self) -> Project {
        Project::at(self.survey.path(), self.lab.repository.root())
    }

    /// Tries to make it happen.
    pub(crate) fn reproduce(&self) -> Result<Reproduction, ReproduceError> {
        if let Some((command, target)) = &self.config.test_command {
            return self.run_often(
                Experiment {
                    command: command.clone(),
                    targets: vec![target.clone()],
                    expected: None,
                    overlays: self.overlays.clone(),
                },
                None,
            );
        }
        let project = self.project();
        let Some(subject) = subject(&project, self.task, self.failure)? else { return self.author() };
        let mut command = match plan(&project, &subject.targets, subject.command.as_ref()) {
            Ok(command) => command,
            Err(error) if subject.named_by_user || !is_about_the_test(&error) => return Err(error.into()),
            Err(error) => {
                let mut found = blank(ReproductionStatus::NotRunnable, error.to_string());
                found.ending = Some(Ending::NotReproduced);
                found.next_steps.extend(error.hint());
                found.tests = subject.targets;
                return Ok(found);
            }
        };
        if subject.command.is_some() && !subject.named_by_user {
            // The runner sets it for every step, and tools behave accordingly.
            command.env.entry("CI".to_owned()).or_insert_with(|| "true".to_owned());
        }
        let whole = self.whole_file(&project, &subject, &command);
        let experiment = Experiment {
            command,
            targets: subject.targets,
            expected: subject.expected,
            overlays: self.overlays.clone(),
        };
        self.run_often(experiment, whole)
    }

    /// As often as the kind of work asks for.
    fn run_often(
        &self,
        experiment: Experiment,
        whole: Option<Experiment>,
    ) -> Result<Reproduction, ReproduceError> {
        if self.task.work == WorkKind::Performance
            && let Some(goal) = &self.task.performance
        {
            return self.measure(experiment, goal);
        }
        if self.task.deterministic && self.task.work != WorkKind::Intermittent {
            self.every_time(experiment, whole)
        } else {
            self.now_and_then(experiment, whole)
        }
    }

    /// The same test together with the others of its file: some fail only in company.
    fn whole_file(&self, project: &Project, subject: &Subject, alone: &TestCommand) -> Option<Experiment> {
        let targets: Vec<TestTarget> = subject
            .targets
            .iter()
            .filter(|target| !target.id.is_empty())
            .map(|target| {
                let in_id = target.id.split_once("::").map(|(file, _)| file.to_owned());
                let file = target.file.clone().or(in_id.filter(|file| file.contains('.')));
                TestTarget { id: String::new(), file, ..target.clone() }
            })
            .filter(|target| target.file.is_some() || target.suite.is_some())
            .collect();
        let first = targets.first()?.clone();
        let mut command = plan(project, &[first], subject.command.as_ref()).ok()?;
        command.env.clone_from(&alone.env);
        (command.argv != alone.argv).then(|| Experiment {
            command,
            targets: subject.targets.clone(),
            expected: subject.expected.clone(),
            overlays: self.overlays.clone(),
        })
    }

    /// Nothing says what to run: an agent has to write a test.
    fn author(&self) -> Result<Reproduction, ReproduceError> {
        let configuration = self.lab.repository.read_file(self.lab.base, ".github/regreen.toml")?;
        let configuration = configuration.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let presets = match configuration {
            Some(text) => Presets::with_configuration(&text)?,
            None => Presets::built_in()?,
        };
        let agents = self.config.presets(&presets)?;
        let answer = if agents.is_empty() {
            Answer::None("nothing names a test, and no agent was given that could write one".to_owned())
        } else {
            authored::write(&self.lab, self.config, &agents, self.task, self.failure)?
        };
        match answer {
            Answer::Written(written) => {
                let by = written.by.clone();
                let mut found = self.run_often(written.experiment, None)?;
                found.written_by = Some(by);
                // There is nothing in CI that it could be compared with.
                found.grade = None;
                Ok(found)
            }
            Answer::None(reason) => {
                let mut found = blank(ReproductionStatus::NotRunnable, reason);
                let over = self.lab.deadline.is_over();
                found.ending = Some(if over { Ending::OutOfTime } else { Ending::NotReproduced });
                found.next_steps.push(
                    "Name an agent with `--agent`, or a test that shows what is wanted with `existing-test-path`."
                        .to_owned(),
                );
                Ok(found)
            }
        }
    }

    fn every_time(
        &self,
        experiment: Experiment,
        whole: Option<Experiment>,
    ) -> Result<Reproduction, ReproduceError> {
        let lab = &self.lab;
        let tally = deterministic::run(lab, &experiment, lab.base, "plain")?;
        if tally.matching >= deterministic::RUNS {
            return Ok(self.reproduced(experiment, &tally, vec![tally.clone()]));
        }
        if tally.matching > 0 && !lab.deadline.is_over() {
            // It was said to fail every time, and does not.
            let mut found = self.now_and_then(experiment, whole)?;
            found.trials.insert(0, tally.trial());
            return Ok(found);
        }
        let mut tried = vec![tally];
        if tried[0].green > 0
            && let Some(whole) = whole
            && !lab.deadline.is_over()
        {
            let together = deterministic::run(lab, &whole, lab.base, "with the other tests of its file")?;
            tried.push(together.clone());
            if together.matching >= deterministic::RUNS {
                return Ok(self.reproduced(whole, &together, tried));
            }
            if together.matching > 0 {
                let mut found = self.now_and_then(experiment, Some(whole))?;
                found.trials.splice(0..0, tried.iter().map(Tally::trial));
                return Ok(found);
            }
        }
        self.failed_to_reproduce(experiment, tried)
    }

    fn now_and_then(
        &self,
        experiment: Experiment,
        whole: Option<Experiment>,
    ) -> Result<Reproduction, ReproduceError> {
        let (workers, cores) = (self.config.workers(), cores());
        let ways = amplifiers::ladder(&experiment, whole.as_ref(), workers, cores, self.seed());
        let Stressed { tried, found, plain_rate } = stress::run(&self.lab, ways, self.config.iterations)?;
        let Some(Found { way, search, rate }) = found else {
            let mut found = self.failed_to_reproduce(experiment, tried)?;
            found.plain_rate = plain_rate;
            return Ok(found);
        };
        let conditions =
            Some(way.conditions.clone()).filter(|_| way.conditions.workers > 1 || !way.conditions.is_plain());
        let mut found = self.reproduced(way.experiment, &search, tried);
        found.rate = Some(rate);
        found.plain_rate = plain_rate;
        found.conditions = conditions;
        Ok(found)
    }

    /// Where chance begins: with another commit, other seeds are tried.
    fn seed(&self) -> u64 {
        u64::from_str_radix(self.lab.base.get(..6).unwrap_or_default(), 16).unwrap_or(1)
    }

    fn measure(
        &self,
        mut experiment: Experiment,
        goal: &regreen_case::PerformanceGoal,
    ) -> Result<Reproduction, ReproduceError> {
        experiment.command = showing_output(&experiment.command);
        let measured = performance::run(&self.lab, &experiment, goal)?;
        let numbers: Vec<String> = measured.values.iter().map(|value| format!("{value:.1}")).collect();
        let metric = goal.metric.as_deref().unwrap_or("duration in milliseconds");
        let seen = format!("`{metric}` gave {} (target {})", numbers.join(", "), goal.target);
        let tried = vec![measured.tally.clone()];
        let Some(median) = measured.median else {
            let why = if measured.tally.counted() > 0 {
                format!("the test's output does not show the number that `{metric}` looks for")
            } else {
                explain::not_runnable(&tried)
            };
            return Ok(self.answered(experiment, ReproductionStatus::NotRunnable, why, &tried));
        };
        if measured.met {
            let why = format!("the median {median:.1} reaches the target already: {seen}");
            let mut found = self.answered(experiment, ReproductionStatus::NotReproduced, why, &tried);
            found.ending = Some(Ending::GreenOnBase);
            return Ok(found);
        }
        let mut found = self.answered(
            experiment,
            ReproductionStatus::Reproduced,
            format!("the median is {median:.1}: {seen}"),
            &tried,
        );
        found.signature = Some(measured.signature);
        Ok(found)
    }

    fn reproduced(&self, experiment: Experiment, tally: &Tally, tried: Vec<Tally>) -> Reproduction {
        let known = experiment.expected.is_some();
        let mut found = self.answered(experiment, ReproductionStatus::Reproduced, String::new(), &tried);
        found.signature.clone_from(&tally.signature);
        found.grade = tally.grade.filter(|_| known);
        found.rate = Some(failure_rate(tally.matching, tally.counted()));
        if found.grade == Some(Grade::SameKind) {
            found.reason = Some("the kind of error is CI's, the message or the place differs".to_owned());
        }
        found
    }

    fn failed_to_reproduce(
        &self,
        experiment: Experiment,
        mut tried: Vec<Tally>,
    ) -> Result<Reproduction, ReproduceError> {
        // Under pressure a test may break in ways of its own: only undisturbed runs tell how it fails here.
        let mut calm = tried.iter().filter(|tally| tally.conditions.is_none());
        if let Some(other) = calm.find_map(|tally| tally.other_signature.clone()) {
            let reason = format!("it fails with {}: {}", other.kind, other.message);
            let mut found = self.answered(experiment, ReproductionStatus::DifferentFailure, reason, &tried);
            found.grade = Some(Grade::Different);
            found.signature = Some(other);
            return Ok(found);
        }
        if tried.iter().all(|tally| tally.counted() == 0) {
            let reason = explain::not_runnable(&tried);
            return Ok(self.answered(experiment, ReproductionStatus::NotRunnable, reason, &tried));
        }
        let gone = self.was_red_in_ci(&experiment, &mut tried)?;
        let reason = explain::not_reproduced(&tried);
        let named = self.task.existing_test_path.is_some();
        let mut found = self.answered(experiment, ReproductionStatus::NotReproduced, reason, &tried);
        if let Some(commit) = gone {
            let commit = &commit[..commit.len().min(12)];
            found.reason = Some(format!(
                "the test passes on the latest base and still fails on {commit}, which CI tested"
            ));
            found.ending = Some(Ending::GreenOnBase);
        } else if named && self.task.deterministic {
            found.ending = Some(Ending::GreenOnBase);
        }
        Ok(found)
    }

    /// Green on the base: perhaps it was repaired in the meantime. The commit that CI tested tells.
    fn was_red_in_ci(
        &self,
        experiment: &Experiment,
        tried: &mut Vec<Tally>,
    ) -> Result<Option<String>, ReproduceError> {
        let tested =
            self.failure.and_then(|failure| failure.run.as_ref()).and_then(|run| run.head_sha.clone());
        let Some(tested) =
            tested.filter(|tested| tested != self.lab.base && self.lab.repository.has_commit(tested))
        else {
            return Ok(None);
        };
        if !self.task.deterministic || self.lab.deadline.is_over() {
            return Ok(None);
        }
        let tally = deterministic::series(&self.lab, experiment, &tested, "on the commit that CI tested", 1)?;
        let red = tally.matching > 0;
        tried.push(tally);
        Ok(red.then_some(tested))
    }

    /// The document for what was seen.
    fn answered(
        &self,
        experiment: Experiment,
        status: ReproductionStatus,
        reason: String,
        tried: &[Tally],
    ) -> Reproduction {
        let mut found = blank(status, reason);
        found.trials = tried.iter().map(Tally::trial).collect();
        found.protected = protected_files(self.survey.path(), &experiment.targets);
        found.tests = experiment.targets;
        found.command = Some(experiment.command);
        found.overlays = experiment.overlays;
        let cut_off = self.lab.deadline.is_over() && tried.iter().all(|tally| tally.counted() == 0);
        found.ending = match status {
            ReproductionStatus::Reproduced | ReproductionStatus::Skipped => None,
            _ if cut_off => Some(Ending::OutOfTime),
            ReproductionStatus::DifferentFailure => Some(Ending::DifferentFailure),
            ReproductionStatus::NotReproduced | ReproductionStatus::NotRunnable => {
                Some(Ending::NotReproduced)
            }
        };
        found
    }
}

/// Whether an error is about the test that the log names, not about this machine.
fn is_about_the_test(error: &ProofError) -> bool {
    matches!(
        error,
        ProofError::NoTargets
            | ProofError::NoSuchTest(_)
            | ProofError::UnknownFramework(_)
            | ProofError::BadCommand(_)
            | ProofError::MixedFrameworks { .. }
    )
}

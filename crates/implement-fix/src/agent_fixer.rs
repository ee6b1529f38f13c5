//! A coding agent as a fixer: it gets the task as a file and a worktree; what it leaves there is judged.

use regreen_agents::{
    AgentEnd, AgentError, AgentFolder, AgentJob, AgentRun, Place, Preset, Previous, Resume, SessionId,
    TaskKind, TaskPrompt, drive_telling,
};
use regreen_case::{Analysis, AttemptOutcome, Layout, Redactor, WorkKind};
use regreen_supervise::Deadline;
use regreen_workspace::Patch;

use crate::ImplementError;
use crate::attempt::Record;
use crate::ladder::{Found, Ladder, Verdict};
use crate::places::places;

/// How an agent's turn ended.
enum Turn {
    /// With the change that is wanted.
    Found(Box<Found>),
    /// Without; it may try again.
    Again,
    /// Without; there is no point in asking it again.
    Enough,
}

/// An agent from its first attempt to its last.
struct Asked<'a> {
    preset: &'a Preset,
    /// Where it keeps its state.
    folder: AgentFolder,
    /// What it can go on with, and the number of the attempt that it was in.
    session: Option<(SessionId, u32)>,
}

impl Ladder<'_, '_> {
    /// Asks an agent, as often as the options say. `rest`: how many fixers come after it.
    pub(crate) fn ask(&mut self, preset: &Preset, rest: usize) -> Result<Option<Found>, ImplementError> {
        let folder = AgentFolder::within(&self.bench.case.path(Layout::SCRATCH))?;
        let mut asked = Asked { preset, folder, session: None };
        for left in (1..=self.shared.config.attempts).rev() {
            if self.bench.is_over() {
                break;
            }
            let parts = left.saturating_add(u32::try_from(rest).unwrap_or(u32::MAX));
            match self.one_turn(&mut asked, parts)? {
                Turn::Found(found) => return Ok(Some(*found)),
                Turn::Again => {}
                Turn::Enough => break,
            }
        }
        Ok(None)
    }

    fn one_turn(&mut self, asked: &mut Asked<'_>, parts: u32) -> Result<Turn, ImplementError> {
        let preset = asked.preset;
        let mut record = self.begin(&preset.name);
        self.bench.clean()?;
        let time = self.share(parts);
        // The base and its failure stay as they are: one look is enough for all attempts.
        let places = self
            .places
            .get_or_init(|| {
                let coverage = self.coverage.get().and_then(Option::as_ref);
                places(self.bench, self.failures(), &self.touched(), coverage)
            })
            .clone();
        let write = |name: &str, task: &str| {
            self.bench.case.write_text(&record.file(name), task, self.bench.redactor)
        };
        let task_file = write("task.md", &self.task(time, &places, None))?;
        let session = asked.session.take();
        let resume_file = match &session {
            Some((_, number)) => Some(write("try_again.md", &self.task(time, &places, Some(*number)))?),
            None => None,
        };
        let printed = self.bench.case.path(record.file("agent.txt"));
        let transcript = self.bench.case.path(record.file("model.jsonl"));
        let number = record.number;
        let tell =
            |text: &str| self.shared.journal.say(&format!("attempt {number}: {}: {text}", preset.name));
        let job = AgentJob {
            preset,
            worktree: self.bench.worktree.path(),
            task_file: &task_file,
            places: &places,
            command: &self.shared.config.agent_command,
            limits: &self.shared.config.agent_limits,
            keep_env: &self.shared.config.agent_env,
            deadline: self.bench.deadline.earlier(Deadline::after(time)),
            cancel: self.bench.cancel,
            record: Some(&printed),
            transcript: Some(&transcript),
            folder: Some(&asked.folder),
            resume: session
                .as_ref()
                .zip(resume_file.as_ref())
                .map(|((session, _), task_file)| Resume { session, task_file }),
            redactor: self.bench.redactor,
            sandbox: self.bench.sandbox,
            on_line: None,
        };
        let run = match drive_telling(job, &tell) {
            Ok(run) => run,
            Err(error @ AgentError::File { .. }) => return Err(error.into()),
            Err(error) => {
                let mut summary = error.to_string();
                summary.extend(error.hint().map(|hint| format!("; {hint}")));
                self.finish(record, AttemptOutcome::Broken, &summary)?;
                return Ok(Turn::Enough);
            }
        };
        asked.session = run.session.clone().map(|session| (session, number));
        record.cost = run.cost;
        record.end_reason.clone_from(&run.end_reason);
        self.take_change(preset, record, &run)
    }

    /// Looks at what the agent left, whatever it says about it.
    fn take_change(
        &mut self,
        preset: &Preset,
        mut record: Record,
        run: &AgentRun,
    ) -> Result<Turn, ImplementError> {
        let masking = preset.masking(self.bench.redactor, &self.shared.config.agent_env);
        record.analysis = self.analysis(&masking);
        let analysis = record.analysis.clone();
        let whole = match self.bench.patch() {
            Ok(whole) => whole,
            Err(error) => {
                // Of its making, such as a name that is no text. If it is ours, the next clean checkout says so.
                let summary = format!("what it left cannot be read as a change: {error}");
                self.remember(&record, &summary, None, "");
                self.finish(record, AttemptOutcome::Broken, &summary)?;
                return Ok(next(run));
            }
        };
        let litter: Vec<&str> = whole
            .files()
            .iter()
            .flat_map(|file| file.paths())
            .filter(|path| preset.is_litter(path) || *path == Analysis::FILE)
            .collect();
        let proposed = whole.without(&litter);
        if proposed.is_empty() {
            let (outcome, summary) = without_change(run);
            self.remember(&record, &summary, None, "");
            self.finish(record, outcome, &summary)?;
            return Ok(if outcome == AttemptOutcome::NoChange { Turn::Again } else { Turn::Enough });
        }
        // Before it is stored: the artifact is for more eyes than the pull request, where it would be refused.
        let leaks = proposed.secrets(&masking);
        if !leaks.is_empty() {
            let summary = format!("refused: {}", leaks.join("; "));
            self.remember(&record, &summary, None, "");
            self.finish(record, limit_reached(run).unwrap_or(AttemptOutcome::Refused), &summary)?;
            return Ok(next(run));
        }
        record.store_change(self.bench.case, &proposed)?;
        let number = record.number;
        match self.judge(&proposed, &mut record)? {
            Verdict::Accepted { patch, summary, .. } => {
                self.finish(record, AttemptOutcome::Green, &summary)?;
                Ok(Turn::Found(Box::new(found(preset, number, patch, run, analysis))))
            }
            Verdict::Doubtful { patch, reservation } => {
                self.remember(&record, &reservation, Some(&patch), "");
                self.finish(record, AttemptOutcome::StillRed, &reservation)?;
                if self.fallback.is_none() {
                    let found = found(preset, number, patch, run, analysis);
                    self.fallback = Some(Found { reservation: Some(reservation), ..found });
                }
                Ok(next(run))
            }
            Verdict::Declined { outcome, summary, output } => {
                self.remember(&record, &summary, Some(&proposed), &output);
                let outcome = limit_reached(run).unwrap_or(outcome);
                self.finish(record, outcome, &summary)?;
                Ok(next(run))
            }
            Verdict::Stopped => {
                let summary = "the time was over before its change could be judged";
                self.finish(record, AttemptOutcome::TimedOut, summary)?;
                Ok(Turn::Enough)
            }
        }
    }

    /// What the agent wrote about the failure. A link, or anything else that is no file, is not followed.
    fn analysis(&self, masking: &Redactor) -> Option<Analysis> {
        let path = self.bench.worktree.path().join(Analysis::FILE);
        let metadata = path.symlink_metadata().ok().filter(|metadata| metadata.is_file())?;
        let bytes = (metadata.len() <= Analysis::LARGEST as u64).then(|| std::fs::read(&path).ok())??;
        Analysis::read(&bytes, masking)
    }

    /// For the next attempt, by whomever.
    fn remember(&self, record: &Record, outcome: &str, patch: Option<&Patch>, output: &str) {
        self.shared.journal.remember(Previous {
            number: record.number,
            outcome: self.bench.redactor.clean(outcome),
            diff: patch.map(|patch| String::from_utf8_lossy(patch.bytes()).into_owned()).unwrap_or_default(),
            output: output.to_owned(),
        });
    }

    /// The task in Markdown; for an agent that goes on with its session, what came of that since this attempt.
    fn task(&self, time: std::time::Duration, places: &[Place], since: Option<u32>) -> String {
        let inputs = self.shared.inputs;
        let kind = match inputs.task.work {
            WorkKind::Performance => TaskKind::Performance,
            WorkKind::Feature => TaskKind::Feature,
            _ => TaskKind::Fix,
        };
        let mut failure = String::new();
        let past = self.shared.past.hunt().filter(|hunt| hunt.broken_by.is_some());
        let bisected = past.map_or("", |hunt| hunt.bisection.said.as_str());
        for (from, text) in [
            ("in CI", inputs.excerpt()),
            ("here, on the base", self.shared.evidence.output.as_str()),
            ("found by bisecting the history", bisected),
        ] {
            if !text.trim().is_empty() {
                failure.push_str(&format!("--- {from} ---\n{}\n", text.trim_end()));
            }
        }
        let rate = self.shared.evidence.rate.map(|rate| match &inputs.reproduction.rate {
            Some(seen) => format!("It failed in {} of {} runs.", seen.failures, seen.runs),
            None => format!("It fails in about {:.0} % of its runs.", rate * 100.0),
        });
        let goal = self.bench.trial.goal.as_ref().map(|goal| goal.sentence(self.shared.evidence.value));
        let prompt = TaskPrompt {
            kind,
            request: &inputs.task.prompt,
            tests: &self.bench.trial.targets,
            command: Some(&self.bench.trial.command),
            failure: &failure,
            rate: rate.as_deref(),
            goal: goal.as_deref(),
            place: None,
            suspects: places,
            protected: &self.bench.off_limits(),
            lessons: &self.shared.lessons.lessons(),
            earlier: &self.shared.journal.previous(since),
            time,
        };
        if since.is_some() { prompt.render_try_again() } else { prompt.render() }
    }
}

fn found(preset: &Preset, number: u32, patch: Patch, run: &AgentRun, analysis: Option<Analysis>) -> Found {
    let Analysis { root_cause, hypothesis, .. } = analysis.unwrap_or_default();
    Found {
        patch,
        fixer: preset.name.clone(),
        template: None,
        co_author: preset.co_author.clone(),
        root_cause: root_cause.or_else(|| run.summary.clone()),
        hypothesis,
        confidence: None,
        alternatives: Vec::new(),
        reservation: None,
        reused: false,
        attempt: number,
    }
}

/// Limits of the agent's service hold for the next attempt too.
fn limit_reached(run: &AgentRun) -> Option<AttemptOutcome> {
    match run.end {
        AgentEnd::RateLimited => Some(AttemptOutcome::RateLimited),
        AgentEnd::OutOfBudget => Some(AttemptOutcome::OutOfBudget),
        _ => None,
    }
}

fn next(run: &AgentRun) -> Turn {
    if limit_reached(run).is_some() || run.end == AgentEnd::Cancelled { Turn::Enough } else { Turn::Again }
}

fn without_change(run: &AgentRun) -> (AttemptOutcome, String) {
    match &run.end {
        AgentEnd::Finished => {
            let said = run.summary.as_deref().map(|said| format!(": {said}")).unwrap_or_default();
            (AttemptOutcome::NoChange, format!("it changed nothing{said}"))
        }
        AgentEnd::Failed(how) => (AttemptOutcome::Broken, format!("it changed nothing and {how}")),
        AgentEnd::OutOfTime => {
            (AttemptOutcome::TimedOut, "its time was over before it changed anything".to_owned())
        }
        AgentEnd::OutOfBudget => {
            (AttemptOutcome::OutOfBudget, "its budget was spent before it changed anything".to_owned())
        }
        AgentEnd::RateLimited => {
            let said = run.summary.as_deref().map(|said| format!(": {said}")).unwrap_or_default();
            (AttemptOutcome::RateLimited, format!("its service refused until later{said}"))
        }
        AgentEnd::Cancelled => (AttemptOutcome::TimedOut, "the run was cancelled".to_owned()),
    }
}

//! Runs the programs one after the other, and the report in any case.

use std::process::Command;
use std::time::Instant;

use regreen_case::{CaseDir, Document, Failure, Fix, Phase, PullRequest, Report, Reproduction, Verification};
use regreen_supervise::Cancel;

use super::arguments::RunArguments;
use super::error::RunError;
use super::progress::Progress;
use super::{Programs, child, closing, kept};

/// Runs what has to run. The exit code is that of the first phase that could not do its job.
pub(crate) fn run(arguments: &RunArguments) -> Result<u8, RunError> {
    arguments.check()?;
    let programs = Programs::find()?;
    let case = CaseDir::create(&arguments.case)?;
    let first = match arguments.from {
        Some(phase) => phase,
        None if arguments.resume => kept::first_unfinished(&case),
        None => Phase::FetchLogs,
    };
    kept::clear_from(&case, first)?;
    let run = Run { arguments, programs, case, cancel: Cancel::on_signals()?, progress: Progress::start() };
    let (mut code, mut failed) = (regreen_runner::ANSWERED, None);
    for phase in Phase::ALL.into_iter().filter(|phase| *phase >= first && *phase != Phase::WriteReport) {
        if code != regreen_runner::ANSWERED || run.cancel.is_cancelled() {
            break;
        }
        match run.phase(phase, &run.cancel, &[]) {
            Ok(ended) => code = ended,
            Err(error) => {
                code = error.exit_code();
                failed = Some(error);
            }
        }
    }
    if run.cancel.is_cancelled() {
        code = run.cancel.exit_code();
    }
    let result = match code {
        regreen_runner::ANSWERED => "success",
        regreen_runner::INTERRUPTED | regreen_runner::TERMINATED => "cancelled",
        _ => "failure",
    };
    // A second interrupt does not stop the report: it is done before anybody could press again.
    let written = run.phase(Phase::WriteReport, &Cancel::new(), &[format!("--workflow-result={result}")])?;
    let Run { case, progress, .. } = run;
    drop(progress);
    closing::print(&case);
    if let Some(error) = failed {
        return Err(error);
    }
    Ok(if code == regreen_runner::ANSWERED { written } else { code })
}

struct Run<'a> {
    arguments: &'a RunArguments,
    programs: Programs,
    case: CaseDir,
    cancel: Cancel,
    progress: Progress,
}

impl Run<'_> {
    /// Runs one program to its end; its exit code.
    fn phase(&self, phase: Phase, cancel: &Cancel, more: &[String]) -> Result<u8, RunError> {
        // The programs are the suite itself: they get our whole environment, tokens too, and scrub
        // it for what they start.
        let mut command = Command::new(self.programs.of(phase));
        command.args(self.arguments.options_of(phase)).args(more);
        command.env(regreen_supervise::CONDUCTOR, std::process::id().to_string());
        let own_input = phase == Phase::FetchLogs && self.arguments.raw_logs.as_deref() == Some("-");
        let since = Instant::now();
        self.progress.begin(phase);
        let status = child::run(&mut command, own_input, cancel, |line| self.progress.line(phase, line))
            .map_err(|source| RunError::Start { phase, source })?;
        let code = match status.code() {
            Some(code) => u8::try_from(code).unwrap_or(regreen_runner::ENVIRONMENT),
            None if cancel.is_cancelled() => cancel.exit_code(),
            None => regreen_runner::ENVIRONMENT,
        };
        self.progress.end(phase, &self.answer(phase, code), since);
        Ok(code)
    }

    /// The status word of the phase's document.
    fn answer(&self, phase: Phase, code: u8) -> String {
        fn status<D: Document>(case: &CaseDir) -> Option<String> {
            let document = serde_json::to_value(case.read::<D>().ok()?).ok()?;
            document.get("status")?.as_str().map(str::to_owned)
        }
        let answer = match phase {
            Phase::FetchLogs => status::<Failure>(&self.case),
            Phase::Reproduce => status::<Reproduction>(&self.case),
            Phase::ImplementFix => status::<Fix>(&self.case),
            Phase::VerifyStress => status::<Verification>(&self.case),
            Phase::OpenPr => status::<PullRequest>(&self.case),
            Phase::WriteReport => status::<Report>(&self.case),
        };
        let answer = answer.unwrap_or_else(|| "no document".to_owned());
        if code == regreen_runner::ANSWERED { answer } else { format!("{answer}, exit code {code}") }
    }
}

//! The other tests in the files of the failing ones: a change that breaks them is a last resort.
//!
//! A quick look that keeps bad proposals from winning; the thorough one is `verify-stress`.

use std::collections::BTreeSet;

use regreen_case::{Framework, TestCommand, TestTarget};
use regreen_proof::{CountedRun, Project, TestOutcome, plan};

use crate::ImplementError;
use crate::bench::Bench;

/// Tests as they are named in results: suite and id.
type Names = BTreeSet<(Option<String>, String)>;

/// The neighbours, looked at on the base when they are first needed.
#[derive(Default)]
pub(crate) struct Neighbours {
    known: Option<Known>,
}

struct Known {
    command: Option<TestCommand>,
    passing: Names,
}

impl Neighbours {
    /// Tests that pass on the base and fail in the checkout as `prepare` leaves it, confirmed by a
    /// second run. Empty when there is nothing to compare, or no time.
    pub(crate) fn broken_by(
        &mut self,
        bench: &Bench<'_>,
        prepare: &dyn Fn() -> Result<(), ImplementError>,
    ) -> Result<Vec<String>, ImplementError> {
        if self.known.is_none() {
            self.known = Some(on_base(bench)?);
        }
        let Some(Known { command: Some(command), passing }) = &self.known else { return Ok(Vec::new()) };
        prepare()?;
        let broken = |run: &CountedRun| -> Names { &names(run, TestOutcome::Failed) & passing };
        let first = broken(&bench.run_command(command, None)?);
        if first.is_empty() || bench.is_over() {
            return Ok(Vec::new());
        }
        let again = broken(&bench.run_command(command, None)?);
        Ok((&first & &again).into_iter().map(|(_, id)| id).collect())
    }
}

fn on_base(bench: &Bench<'_>) -> Result<Known, ImplementError> {
    let nothing = Known { command: None, passing: Names::new() };
    let Some(command) = command_for(bench) else { return Ok(nothing) };
    bench.clean()?;
    let run = bench.run_command(&command, None)?;
    let in_question: BTreeSet<&str> = bench.targets.iter().map(|target| target.id.as_str()).collect();
    let mut passing = names(&run, TestOutcome::Passed);
    passing.retain(|(_, id)| !in_question.contains(id.as_str()));
    if passing.is_empty() {
        return Ok(nothing);
    }
    Ok(Known { command: Some(command), passing })
}

/// The command that runs every test of the files in question.
fn command_for(bench: &Bench<'_>) -> Option<TestCommand> {
    let mut files: Vec<TestTarget> = Vec::new();
    for target in &bench.targets {
        let file = match (&target.file, target.framework) {
            (Some(file), _) => Some(file.clone()),
            (None, Framework::Pytest) => target.id.split("::").next().map(str::to_owned),
            (None, _) => None,
        };
        let all = TestTarget { id: String::new(), file: Some(file?), ..target.clone() };
        if !files.contains(&all) {
            files.push(all);
        }
    }
    let project = Project::at(bench.worktree.path(), bench.repository.root());
    let mut command = plan(&project, &files, None).ok()?;
    for (name, value) in &bench.command.env {
        command.env.entry(name.clone()).or_insert_with(|| value.clone());
    }
    Some(command)
}

fn names(run: &CountedRun, outcome: TestOutcome) -> Names {
    run.results
        .iter()
        .filter(|result| result.outcome == outcome)
        .map(|result| (result.suite.clone(), result.id.clone()))
        .collect()
}

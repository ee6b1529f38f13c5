//! Writes the report: `report.json` in the case and the Markdown in the outputs folder.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use regreen_case::{CaseDir, Layout, PullRequestStatus, Redactor, Report, Timing};

use crate::conclusion::WorkflowResult;
use crate::error::ReportError;
use crate::facts::Facts;
use crate::{elsewhere, people, sections};

/// What to write, from where, to where.
#[derive(Debug, Clone)]
pub struct Options {
    /// The case. Made when it is not there: there is always a report.
    pub case: PathBuf,
    /// The repository, for whom to ask. May be anything: it is only looked at.
    pub repo: PathBuf,
    /// Folder for the Markdown. Without one, `outputs` in the case.
    pub outputs: Option<PathBuf>,
    /// How the workflow saw the phases.
    pub workflow: Option<WorkflowResult>,
    /// Values that must not be printed.
    pub redact: Vec<String>,
    /// The time of the report.
    pub now: Timestamp,
}

/// What was written.
#[derive(Debug, Clone)]
pub struct Written {
    /// The report for machines.
    pub report: Report,
    /// The case, absolute.
    pub case: PathBuf,
    /// The Markdown file.
    pub markdown_path: PathBuf,
    /// Its text.
    pub markdown: String,
}

/// The Markdown of a report that is there already and can be read.
#[must_use]
pub fn kept(case: &Path) -> Option<PathBuf> {
    let case = CaseDir::open(case).ok()?;
    let markdown = case.path(case.read::<Report>().ok()?.markdown);
    markdown.is_file().then_some(markdown)
}

/// Writes both. Where the file system refuses, the Markdown is kept elsewhere.
///
/// # Errors
/// Only when the file system refuses.
pub fn run(options: &Options) -> Result<Written, ReportError> {
    let (case, problem) = open(&options.case)?;
    let redactor = Redactor::new(&options.redact);
    let facts = Facts::gather(case.clone(), options.workflow, options.now, |documents| {
        people::find(&options.repo, documents)
    });
    let markdown = redactor.redact(&sections::render(&facts)).0.into_owned();
    let stored = match problem {
        Some(problem) => Err(problem),
        None => store(options, &case, &facts, &markdown, &redactor),
    };
    stored.map_err(|source| match elsewhere::keep(&file_stem(&facts), &markdown) {
        Some(place) => ReportError::Elsewhere { source: Box::new(source), place },
        None => ReportError::Nowhere { source: Box::new(source), markdown },
    })
}

/// The case. Where it can neither be made nor opened there is nothing to be read from it: an empty
/// folder that goes away again stands for it, and the problem comes along.
fn open(root: &Path) -> Result<(CaseDir, Option<ReportError>), ReportError> {
    match CaseDir::create(root).or_else(|error| CaseDir::open(root).map_err(|_| error)) {
        Ok(case) => Ok((case, None)),
        Err(error) => match tempfile::tempdir().map(|folder| CaseDir::open(folder.path())) {
            Ok(Ok(empty)) => Ok((empty, Some(error.into()))),
            _ => Err(error.into()),
        },
    }
}

fn store(
    options: &Options,
    case: &CaseDir,
    facts: &Facts,
    markdown: &str,
    redactor: &Redactor,
) -> Result<Written, ReportError> {
    let root = case.root().to_owned();
    let folder = options.outputs.clone().unwrap_or_else(|| root.join(Layout::OUTPUTS));
    let markdown_path = write_markdown(&folder, &file_stem(facts), markdown)?;
    let shown = markdown_path.strip_prefix(&root).unwrap_or(&markdown_path).display().to_string();
    let report = report(facts, shown, options.now);
    case.write(&report, redactor)?;
    Ok(Written { report, case: root, markdown_path, markdown: markdown.to_owned() })
}

fn report(facts: &Facts, markdown: String, started_at: Timestamp) -> Report {
    let conclusion = &facts.conclusion;
    let pull_request = facts.documents.pull_request.get().and_then(|found| match found.status {
        PullRequestStatus::WrittenLocally | PullRequestStatus::BranchOnly => found.branch.clone(),
        _ => found.url.clone(),
    });
    Report {
        status: conclusion.ending.status(),
        ending: conclusion.ending,
        duration_s: (facts.duration_s * 1000.0).round() / 1000.0,
        pull_request,
        phases: facts.phases.clone(),
        summary: conclusion.summary.clone(),
        markdown,
        cost: facts.cost,
        timing: Timing { started_at, duration_s: 0.0 },
    }
}

fn file_stem(facts: &Facts) -> String {
    format!("{}_{}", facts.now.strftime("%Y-%m-%d_%H-%M-%S"), facts.slug())
}

/// Never overwrites: two reports of the same second get different names.
fn write_markdown(folder: &Path, stem: &str, markdown: &str) -> Result<PathBuf, ReportError> {
    let io = |action, path: &Path| {
        let path = path.to_owned();
        move |source| ReportError::Io { action, path, source }
    };
    fs::create_dir_all(folder).map_err(io("create", folder))?;
    let mut beside = tempfile::Builder::new()
        .prefix(&format!(".{}", regreen_case::owned_prefix()))
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(io("write in", folder))?;
    beside.write_all(markdown.as_bytes()).map_err(io("write in", folder))?;
    for number in 1..1_000 {
        let name = if number == 1 { format!("{stem}.md") } else { format!("{stem}-{number}.md") };
        let path = folder.join(name);
        match beside.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => beside = error.file,
            Err(error) => return Err(io("write", &path)(error.error)),
        }
    }
    Err(io("write in", folder)(std::io::ErrorKind::AlreadyExists.into()))
}

#[cfg(test)]
mod tests;

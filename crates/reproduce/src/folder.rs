//! The reproduction folder in the case, and the branch that holds it for others.

use regreen_case::{CaseDir, Failure, Layout, Overlay, Reproduction, ReproductionStatus, Task};
use regreen_proof::{support_files, under};
use regreen_workspace::{Repository, Worktree, path_problem};

use crate::config::{Config, DEFAULT_ITERATIONS};
use crate::lab::Lab;
use crate::script::Script;
use crate::{ReproduceError, readme};

/// Most bytes of one log on the branch.
const MAX_BRANCH_LOG: usize = 256 * 1024;
/// Most test files copied.
const MAX_TEST_FILES: usize = 20;

/// Takes away what an earlier run left.
pub(crate) fn clear(case: &CaseDir) -> Result<(), ReproduceError> {
    let folder = case.path(Layout::REPRODUCTION);
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(ReproduceError::file("remove", &folder)(error))
        }
        _ => Ok(()),
    }
}

/// The test that the user names may be so new that it is not committed: then it comes along.
pub(crate) fn uncommitted_test(lab: &Lab<'_>, task: &Task) -> Result<Vec<Overlay>, ReproduceError> {
    let Some(named) = &task.existing_test_path else { return Ok(Vec::new()) };
    let path = named.split("::").next().unwrap_or(named).trim();
    let path = path.strip_prefix("./").unwrap_or(path);
    if path_problem(path).is_some() || lab.repository.read_entry(lab.base, path)?.is_some() {
        return Ok(Vec::new());
    }
    let file = lab.repository.root().join(path);
    // Not through links: what they lead to is not part of the repository.
    let plain = std::fs::canonicalize(&file).is_ok_and(|real| real == file && real.is_file());
    if !plain {
        return Ok(Vec::new());
    }
    let bytes = std::fs::read(&file).map_err(ReproduceError::file("read", &file))?;
    let source = format!("{}/tests/{path}", Layout::REPRODUCTION);
    lab.case.write_raw(&source, &bytes)?;
    Ok(vec![Overlay { source, destination: path.to_owned() }])
}

/// Writes script, tests and README; `worktree` holds the base.
pub(crate) fn write(
    case: &CaseDir,
    config: &Config,
    task: &Task,
    failure: Option<&Failure>,
    found: &Reproduction,
    around: (&Repository, &Worktree),
) -> Result<(), ReproduceError> {
    let (repository, worktree) = around;
    if let (Some(command), Some(base)) = (&found.command, &found.base) {
        let often = found.rate.is_some_and(|rate| rate.failures < rate.runs);
        let conditions = found.conditions.clone().unwrap_or_default();
        let script = Script {
            command,
            conditions: &conditions,
            base,
            overlays: &found.overlays,
            iterations: if often { config.iterations.unwrap_or(DEFAULT_ITERATIONS) } else { 1 },
            repository: &repository.root().to_string_lossy(),
        };
        let path = case.write_text("reproduction/run_test.sh", &script.render(), &config.redactor)?;
        executable(&path)?;
        // A varied command may ask for files of ours that the checkout does not have.
        if let Some(varied) = under(command, &conditions, 1) {
            for (name, text) in support_files(&varied) {
                case.write_text(&format!("reproduction/plugins/{name}"), text, &config.redactor)?;
            }
        }
        copy_tests(case, found, worktree)?;
    }
    let text = readme::render(task, failure, found);
    case.write_text("reproduction/README.md", &text, &config.redactor)?;
    Ok(())
}

#[cfg(unix)]
fn executable(path: &std::path::Path) -> Result<(), ReproduceError> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
        .map_err(ReproduceError::file("make executable", path))
}

/// The files of the tests as they are on the base, for reading: the script takes them from git.
fn copy_tests(case: &CaseDir, found: &Reproduction, worktree: &Worktree) -> Result<(), ReproduceError> {
    let mut files: Vec<&str> = found
        .tests
        .iter()
        .filter_map(|test| test.file.as_deref().or_else(|| test.id.split("::").next()))
        .collect();
    files.dedup();
    for file in files.into_iter().filter(|file| path_problem(file).is_none()).take(MAX_TEST_FILES) {
        let path = worktree.path().join(file);
        let plain = std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
        if plain && !found.overlays.iter().any(|overlay| overlay.destination == file) {
            let bytes = std::fs::read(&path).map_err(ReproduceError::file("read", &path))?;
            case.write_raw(&format!("reproduction/tests/{file}"), &bytes)?;
        }
    }
    Ok(())
}

/// Commits the folder to `repro/<slug>`. The user's branches, index and checkout stay as they are.
pub(crate) fn commit(
    case: &CaseDir,
    task: &Task,
    found: &Reproduction,
    repository: &Repository,
) -> Result<Option<String>, ReproduceError> {
    let Some(base) = found.base.as_deref().filter(|_| found.status == ReproductionStatus::Reproduced) else {
        return Ok(None);
    };
    let mut files = Vec::new();
    collect(case, Layout::REPRODUCTION, &mut files)?;
    for overlay in &found.overlays {
        let path = case.resolve(&overlay.source)?;
        let bytes = std::fs::read(&path).map_err(ReproduceError::file("read", &path))?;
        files.push((overlay.destination.clone(), bytes, false));
    }
    let branch = format!("repro/{}", task.slug);
    let hash = found.signature.as_ref().map_or("unknown", |signature| signature.hash.as_str());
    let test = found.tests.first().map_or("the command", |test| test.id.as_str());
    let message = format!(
        "Reproduce: {test}\n\nHow to run it: reproduction/run_test.sh\n\nRegreen-Reproduction: {hash}\n",
        test = test.lines().next().unwrap_or_default()
    );
    repository.branch_with_files(&branch, base, &files, &message)?;
    Ok(Some(branch))
}

fn collect(
    case: &CaseDir,
    folder: &str,
    files: &mut Vec<(String, Vec<u8>, bool)>,
) -> Result<(), ReproduceError> {
    let path = case.path(folder);
    let mut entries: Vec<_> = std::fs::read_dir(&path)
        .map_err(ReproduceError::file("read", &path))?
        .flatten()
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.file_type().ok()?)))
        .collect();
    entries.sort_by(|one, two| one.0.cmp(&two.0));
    for (name, kind) in entries {
        let relative = format!("{folder}/{name}");
        if kind.is_dir() {
            collect(case, &relative, files)?;
        } else if kind.is_file() {
            let path = case.path(&relative);
            let mut bytes = std::fs::read(&path).map_err(ReproduceError::file("read", &path))?;
            if name.ends_with(".log") {
                bytes.truncate(MAX_BRANCH_LOG);
            }
            files.push((relative, bytes, name == "run_test.sh"));
        }
    }
    Ok(())
}

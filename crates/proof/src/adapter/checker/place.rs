//! Where a tool's program is, and which file of the repository a printed path means.

use std::path::{Component, Path, PathBuf};

use regreen_case::TestCommand;

use super::tool::{Home, Tool};
use crate::adapter::{Prepared, cargo_test, node_project, python};
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::project::{Project, is_inside, join};

/// The tool's program with what it needs around it; arguments are still to come.
pub(super) fn program(
    tool: &dyn Tool,
    command: &TestCommand,
    context: &RunContext<'_>,
) -> Result<Prepared, ProofError> {
    let name = tool.program();
    match tool.home() {
        Home::Python => {
            let found = python::program(context, &command.cwd, name);
            let program = found.map_or_else(|| name.to_owned(), |path| path.display().to_string());
            Ok(Prepared { argv: vec![program], ..Prepared::default() })
        }
        Home::Node { package, .. } => node_project::program(package, name, &command.cwd, context),
        Home::Go => Ok(Prepared { argv: vec![of_go(context, name)], ..Prepared::default() }),
        Home::Cargo => {
            let target = cargo_test::target_dir(context.scratch, context.checkout)?;
            let variable = ("CARGO_TARGET_DIR".to_owned(), target.display().to_string());
            Ok(Prepared {
                argv: vec![name.to_owned()],
                env: super::Variables::from([variable]),
                writable: vec![target],
                ..Prepared::default()
            })
        }
    }
}

/// A program of Go's own, which may stand beside `go` alone.
fn of_go(context: &RunContext<'_>, name: &str) -> String {
    let path = context.env.get("PATH").cloned().or_else(|| std::env::var_os("PATH")?.into_string().ok());
    let folders: Vec<PathBuf> = std::env::split_paths(&path.unwrap_or_default()).collect();
    if folders.iter().any(|folder| folder.join(name).is_file()) {
        return name.to_owned();
    }
    let go = folders.iter().find_map(|folder| std::fs::canonicalize(folder.join("go")).ok());
    let beside = go.and_then(|go| Some(go.parent()?.join(name))).filter(|program| program.is_file());
    beside.map_or_else(|| name.to_owned(), |program| program.display().to_string())
}

/// The checkout, as it is named and as it is, and the folder a tool ran in.
#[derive(Debug)]
pub(super) struct Roots {
    named: PathBuf,
    real: PathBuf,
    cwd: PathBuf,
}

impl Roots {
    pub(super) fn of(checkout: &Path, cwd: &Path) -> Self {
        let real = std::fs::canonicalize(checkout).unwrap_or_else(|_| checkout.to_owned());
        Roots { named: checkout.to_owned(), real, cwd: cwd.to_owned() }
    }

    /// A printed path, relative to the repository; `None` when it lies elsewhere.
    pub(super) fn relative(&self, printed: &str) -> Option<String> {
        let inside = |from: &Path| {
            let whole = plain(&from.join(printed));
            let path =
                [&self.named, &self.real].into_iter().find_map(|root| whole.strip_prefix(root).ok())?;
            path.to_str().map(str::to_owned).filter(|path| is_inside(path))
        };
        // Cargo names files from the root of the workspace, wherever it runs.
        let above = self.cwd.ancestors().take_while(|folder| folder.starts_with(&self.named));
        let there = above.filter_map(&inside).find(|path| self.named.join(path).is_file());
        there.or_else(|| inside(&self.cwd))
    }
}

/// Without `.` and `..`; links are not followed.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// The file of the repository that a path in CI's log means: as it stands, from the step's folder, or without the
/// folders of CI's machine in front.
pub(super) fn in_project(project: &Project, directory: &str, printed: &str) -> Option<String> {
    let printed = printed.trim().trim_start_matches("./");
    for base in [directory, ""] {
        let path = join(base, printed);
        if is_inside(&path) && project.has_file(&path) {
            return Some(path);
        }
    }
    let mut rest = printed.trim_start_matches('/');
    while let Some((_, inner)) = rest.split_once('/') {
        if project.has_file(inner) {
            return Some(inner.to_owned());
        }
        rest = inner;
    }
    None
}

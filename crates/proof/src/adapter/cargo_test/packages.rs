//! Where a Rust test lives: package, target and module, from paths and manifests alone.
//! `cargo metadata` is not asked: it may want the network.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use regreen_case::TestTarget;
use regreen_supervise::{Cancel, Deadline, ProcessSpec};

use crate::counted::TestResult;
use crate::error::ProofError;
use crate::project::{Project, join};

/// A test's place in the workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CargoTarget {
    pub(super) package: Option<String>,
    /// Folder of the package, relative.
    pub(super) folder: Option<String>,
    /// `--lib`, `--test name`, `--bin name`, `--doc`; empty when not known.
    pub(super) select: Vec<String>,
    /// Module path of the file within its target.
    pub(super) module: Option<String>,
}

/// Finds a target from its suite (`lib:name`, `test:name`, as the log reader gives it) and its file.
/// The suite decides: the file may be one that only panicked, in another package.
pub(super) fn locate(project: &Project, target: &TestTarget) -> CargoTarget {
    let file = target.file.as_deref().filter(|file| project.has_file(file));
    let of_file = file.and_then(|file| project.nearest_with(file, "Cargo.toml"));
    let suite = target.suite.as_deref().and_then(|suite| suite.split_once(':'));
    let (folder, select) = match suite {
        Some((kind @ ("lib" | "doc"), name)) => {
            (package_folder(project, name).or(of_file), vec![format!("--{kind}")])
        }
        Some(("bin", name)) => {
            let named = vec!["--bin".to_owned(), name.to_owned()];
            (package_folder(project, name).or(of_file), named)
        }
        Some(("test", name)) => {
            let has = |folder: &String| {
                [format!("tests/{name}.rs"), format!("tests/{name}/main.rs")]
                    .iter()
                    .any(|main| project.has_file(&join(folder, main)))
            };
            let folder = of_file.filter(has).or_else(|| only(manifests(project).filter(has)));
            (folder, vec!["--test".to_owned(), name.to_owned()])
        }
        _ => {
            let inside = of_file.as_deref().zip(file).and_then(|(folder, file)| strip(folder, file));
            let select = inside.map(select_for).unwrap_or_default();
            (of_file, select)
        }
    };
    let Some(folder) = folder else { return CargoTarget::default() };
    CargoTarget {
        package: package_name(project, &folder),
        select,
        module: file.and_then(|file| strip(&folder, file)).map(module_path),
        folder: Some(folder),
    }
}

/// The only item, when there is one.
fn only(mut items: impl Iterator<Item = String>) -> Option<String> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

fn strip<'a>(folder: &str, file: &'a str) -> Option<&'a str> {
    if folder.is_empty() { Some(file) } else { file.strip_prefix(folder)?.strip_prefix('/') }
}

/// Target options for a file, relative to its package.
fn select_for(file: &str) -> Vec<String> {
    let option = |name: &str, value: &str| vec![name.to_owned(), value.to_owned()];
    if let Some(rest) = file.strip_prefix("tests/") {
        let name = rest.split('/').next().unwrap_or(rest);
        return option("--test", name.strip_suffix(".rs").unwrap_or(name));
    }
    if let Some(rest) = file.strip_prefix("src/bin/") {
        let name = rest.split('/').next().unwrap_or(rest);
        return option("--bin", name.strip_suffix(".rs").unwrap_or(name));
    }
    match file {
        "src/main.rs" => vec!["--bins".to_owned()],
        "src/lib.rs" => vec!["--lib".to_owned()],
        // A module may belong to the library, the program, or both: let the filter decide.
        _ => Vec::new(),
    }
}

/// Module path of a file within its target: `src/a/b.rs` → `a::b`, roots → empty.
fn module_path(inside: &str) -> String {
    let path = inside.strip_prefix("src/").unwrap_or(inside);
    if inside.starts_with("tests/") || path.starts_with("bin/") {
        return String::new();
    }
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    if matches!(stem, "lib" | "main") { String::new() } else { stem.replace('/', "::") }
}

/// Module path of a file of the project.
pub(super) fn module_of(project: &Project, path: &str) -> Option<String> {
    let folder = project.nearest_with(path, "Cargo.toml")?;
    Some(module_path(strip(&folder, path)?))
}

/// Whether a result can come from a file: by suite for a target's own file, by module otherwise.
pub(super) fn result_is_of_file(file: &str, result: &TestResult) -> bool {
    let suite = result.suite.as_deref().unwrap_or_default();
    if let Some(at) = file.rfind("tests/") {
        let rest = &file[at + "tests/".len()..];
        let name = rest.split('/').next().unwrap_or(rest);
        return suite.strip_prefix("test:") == Some(name.strip_suffix(".rs").unwrap_or(name));
    }
    // `a/b/src/c/d.rs` → `c::d::`
    let inside = file.rfind("src/").map_or(file, |at| &file[at..]);
    let module = module_path(inside);
    !suite.starts_with("test:") && (module.is_empty() || result.id.starts_with(&format!("{module}::")))
}

pub(super) fn manifests(project: &Project) -> impl Iterator<Item = String> {
    project
        .files()
        .into_iter()
        .filter(|file| file == "Cargo.toml" || file.ends_with("/Cargo.toml"))
        .map(|file| file.strip_suffix("Cargo.toml").unwrap_or(&file).trim_end_matches('/').to_owned())
}

fn package_folder(project: &Project, name: &str) -> Option<String> {
    manifests(project).find(|folder| {
        package_name(project, folder).is_some_and(|found| found.replace('-', "_") == name.replace('-', "_"))
    })
}

/// Name of the package whose manifest lies in `folder`.
pub(super) fn package_name(project: &Project, folder: &str) -> Option<String> {
    let manifest: toml::Table = project.text(&join(folder, "Cargo.toml"))?.parse().ok()?;
    Some(manifest.get("package")?.get("name")?.as_str()?.to_owned())
}

/// The folder to run cargo in: the outermost manifest above the tests that is a workspace, else the
/// package itself.
pub(super) fn workspace_root(project: &Project, located: &[CargoTarget], preferred: &str) -> Option<String> {
    let Some(folder) = located.iter().find_map(|one| one.folder.clone()) else {
        return [preferred, ""]
            .into_iter()
            .find(|folder| project.has_file(&join(folder, "Cargo.toml")))
            .map(str::to_owned)
            .or_else(|| manifests(project).next());
    };
    let mut best = folder.clone();
    let mut above = Some(Path::new(&folder));
    while let Some(here) = above {
        let name = here.to_str()?;
        let is_workspace = project
            .text(&join(name, "Cargo.toml"))
            .and_then(|text| text.parse::<toml::Table>().ok())
            .is_some_and(|manifest| manifest.contains_key("workspace"));
        if is_workspace {
            best = name.to_owned();
        }
        above = here.parent();
    }
    Some(best)
}

/// The triple that cargo builds for here.
pub(super) fn host_triple() -> Result<&'static str, ProofError> {
    static TRIPLE: OnceLock<Option<String>> = OnceLock::new();
    TRIPLE
        .get_or_init(|| {
            let argv = vec!["rustc".to_owned(), "-vV".to_owned()];
            let spec = ProcessSpec::new(argv, "/", Deadline::after(Duration::from_secs(30)));
            let outcome = regreen_supervise::run(spec, &Cancel::new()).ok()?;
            outcome
                .tail
                .lines()
                .find_map(|line| line.strip_prefix("host: "))
                .map(|host| host.trim().to_owned())
        })
        .as_deref()
        .ok_or_else(|| ProofError::MissingTool {
            tool: "cargo",
            detail: "`rustc -vV` did not name its host".to_owned(),
        })
}

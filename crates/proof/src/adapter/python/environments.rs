//! Where tools of Python keep a project's environment: beside the code (venv, uv, tox, nox), in a place
//! of their own that is named after the project (poetry, pipenv, conda, pyenv), or active already.
//!
//! Only names are looked at. Nothing is made, installed or asked, and the judged checkout is not looked at:
//! what a patch could put there must not run as our Python.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// Names that environments beside the code go by.
const BESIDE: &[&str] = &[".venv", "venv", "env", ".env"];
/// Folders of several environments beside the code.
const COLLECTIONS: &[&str] = &[".tox", ".nox"];
/// Where conda is installed, below the home directory or as it stands.
const CONDAS: &[&str] =
    &["miniconda3", "miniforge3", "mambaforge", "anaconda3", ".conda", "/opt/conda", "/opt/miniconda3"];
/// More environments of one collection are not looked at.
const MAX_COLLECTED: usize = 32;
/// A file that names an environment is smaller.
const MAX_FILE: u64 = 1 << 20;

/// What the search knows of the machine; tests have their own.
pub(super) struct Place<'a> {
    pub(super) root: &'a Path,
    pub(super) cwd: &'a str,
    pub(super) variable: &'a dyn Fn(&str) -> Option<String>,
}

/// An interpreter that may be the project's, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) python: PathBuf,
    pub(super) kind: &'static str,
}

/// What was found, and every place that was looked at.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) found: Vec<Candidate>,
    pub(super) looked_at: Vec<String>,
}

impl Search {
    fn environment(&mut self, folder: &Path, kind: &'static str) {
        self.python(folder.join("bin/python"), kind);
    }

    fn python(&mut self, python: PathBuf, kind: &'static str) {
        let shown = python.display().to_string();
        if self.looked_at.contains(&shown) {
            return;
        }
        self.looked_at.push(shown);
        if python.is_file() {
            self.found.push(Candidate { python, kind });
        }
    }
}

/// All interpreters that may be the project's, the likeliest first.
pub(super) fn search(place: &Place<'_>) -> Search {
    let mut search = Search::default();
    let mut folders = vec![place.root.join(place.cwd)];
    if !place.cwd.is_empty() {
        folders.push(place.root.to_owned());
    }
    for folder in &folders {
        if let Some(named) = set(place, "UV_PROJECT_ENVIRONMENT") {
            search.environment(&folder.join(named), "uv");
        }
        for name in BESIDE {
            search.environment(&folder.join(name), "venv");
        }
    }
    for folder in &folders {
        of_poetry(place, folder, &mut search);
        of_pipenv(place, folder, &mut search);
    }
    for (name, kind) in [("VIRTUAL_ENV", "active"), ("CONDA_PREFIX", "conda")] {
        if let Some(folder) = set(place, name) {
            search.environment(Path::new(&folder), kind);
        }
    }
    for folder in &folders {
        of_conda(place, folder, &mut search);
        for name in COLLECTIONS {
            for one in collected(&folder.join(name)) {
                search.environment(&one, if *name == ".tox" { "tox" } else { "nox" });
            }
        }
    }
    for folder in &folders {
        of_pyenv(place, folder, &mut search);
    }
    if let Some(path) = set(place, "PATH") {
        for name in ["python3", "python"] {
            let first =
                std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
            if let Some(python) = first {
                search.python(python, "PATH");
            }
        }
    }
    search
}

/// What makes the environment, by the files of the project: to be run by people, never by us.
pub(super) fn advice(root: &Path, cwd: &str) -> &'static str {
    const BY_FILE: &[(&str, &str)] = &[
        ("uv.lock", "run `uv sync`"),
        ("poetry.lock", "run `poetry install`"),
        ("Pipfile", "run `pipenv install --dev`"),
        ("environment.yml", "run `conda env create -f environment.yml` and activate it"),
        ("tox.ini", "run `tox --notest`"),
        ("noxfile.py", "run `nox --install-only`"),
        (
            "requirements-dev.txt",
            "run `python3 -m venv .venv && .venv/bin/pip install -r requirements-dev.txt`",
        ),
        ("requirements.txt", "run `python3 -m venv .venv && .venv/bin/pip install -r requirements.txt`"),
    ];
    let known =
        BY_FILE.iter().find(|(file, _)| root.join(cwd).join(file).is_file() || root.join(file).is_file());
    known.map_or(
        "make a virtual environment at .venv and install the project's dependencies",
        |(_, advice)| *advice,
    )
}

fn set(place: &Place<'_>, name: &str) -> Option<String> {
    (place.variable)(name).filter(|value| !value.is_empty())
}

fn home(place: &Place<'_>) -> Option<PathBuf> {
    set(place, "HOME").map(PathBuf::from)
}

/// `NAME-HASH-py3.12` in poetry's cache, where the hash is of the project's path.
fn of_poetry(place: &Place<'_>, folder: &Path, search: &mut Search) {
    let Some(text) = text_of(&folder.join("pyproject.toml")) else { return };
    let Ok(document) = text.parse::<toml::Table>() else { return };
    let tool = document.get("tool").and_then(|tool| tool.get("poetry"));
    if tool.is_none() && !folder.join("poetry.lock").is_file() {
        return;
    }
    let named = [document.get("project"), tool].into_iter().flatten();
    let Some(name) = named.filter_map(|table| table.get("name")?.as_str()).next() else { return };
    let mut caches: Vec<PathBuf> =
        set(place, "POETRY_VIRTUALENVS_PATH").map(PathBuf::from).into_iter().collect();
    caches.extend(set(place, "POETRY_CACHE_DIR").map(|cache| Path::new(&cache).join("virtualenvs")));
    if let Some(home) = home(place) {
        let cache = set(place, "XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from);
        caches.push(cache.join("pypoetry/virtualenvs"));
        caches.push(home.join("Library/Caches/pypoetry/virtualenvs"));
    }
    let start = format!("{}-{}-py", plain(&name.to_lowercase()), hash_of(folder));
    for cache in caches {
        search.looked_at.push(cache.join(format!("{start}*")).display().to_string());
        for one in inside(&cache).into_iter().filter(|path| name_of(path).starts_with(&start)) {
            search.environment(&one, "poetry");
        }
    }
}

/// `FOLDER-HASH`, where the hash is of the Pipfile's path.
fn of_pipenv(place: &Place<'_>, folder: &Path, search: &mut Search) {
    let pipfile = folder.join("Pipfile");
    if !pipfile.is_file() {
        return;
    }
    let mut collections: Vec<PathBuf> = set(place, "WORKON_HOME").map(PathBuf::from).into_iter().collect();
    if let Some(home) = home(place) {
        let data = set(place, "XDG_DATA_HOME").map_or_else(|| home.join(".local/share"), PathBuf::from);
        collections.push(data.join("virtualenvs"));
    }
    let real = std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let name = format!("{}-{}", plain(&name_of(&real)), hash_of(&pipfile));
    for collection in collections {
        search.environment(&collection.join(&name), "pipenv");
    }
}

/// The environment that `environment.yml` names.
fn of_conda(place: &Place<'_>, folder: &Path, search: &mut Search) {
    let text = ["environment.yml", "environment.yaml"].iter().find_map(|name| text_of(&folder.join(name)));
    let Some(text) = text else { return };
    let name = text.lines().find_map(|line| line.strip_prefix("name:")).map(str::trim);
    let Some(name) = name.filter(|name| !name.is_empty() && !name.contains(['/', '\\'])) else { return };
    let home = home(place).unwrap_or_default();
    for conda in CONDAS {
        search.environment(&home.join(conda).join("envs").join(name), "conda");
    }
}

/// The version that `.python-version` names.
fn of_pyenv(place: &Place<'_>, folder: &Path, search: &mut Search) {
    let Some(text) = text_of(&folder.join(".python-version")) else { return };
    let version = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let Some(version) = version.filter(|version| !version.contains(['/', '\\']) && *version != "..") else {
        return;
    };
    let root = set(place, "PYENV_ROOT").map(PathBuf::from).or_else(|| Some(home(place)?.join(".pyenv")));
    if let Some(root) = root {
        search.environment(&root.join("versions").join(version), "pyenv");
    }
}

/// The environments of tox or nox: those of the tests first.
fn collected(folder: &Path) -> Vec<PathBuf> {
    let mut all = inside(folder);
    all.sort_by_key(|path| {
        let name = name_of(path);
        (!(name.starts_with("py") || name.starts_with("test")), name)
    });
    all.truncate(MAX_COLLECTED);
    all
}

fn inside(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut all: Vec<PathBuf> =
        entries.filter_map(Result::ok).take(10_000).map(|entry| entry.path()).collect();
    all.sort();
    all
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// As both tools write a name.
fn plain(name: &str) -> String {
    name.chars().map(|c| if " &$`!*@\"()[]\\\r\n\t".contains(c) { '_' } else { c }).take(42).collect()
}

/// The first eight characters of a path's digest, as both tools write it: URL-safe base 64.
fn hash_of(path: &Path) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let digest = Sha256::digest(real.as_os_str().as_encoded_bytes());
    let bits = digest.iter().take(6).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
    (0..8).map(|at| char::from(DIGITS[(bits >> (42 - 6 * at)) as usize & 63])).collect()
}

fn text_of(path: &Path) -> Option<String> {
    let size = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?.len();
    (size <= MAX_FILE).then(|| std::fs::read_to_string(path).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }

    #[test]
    fn every_tools_environment_is_found_the_projects_own_first() {
        let folder = tempfile::tempdir().unwrap();
        let (root, home) = (folder.path().join("my shop"), folder.path().join("home"));
        std::fs::create_dir_all(&root).unwrap();
        std::fs::write(root.join("pyproject.toml"), "[tool.poetry]\nname = \"My Shop\"\n").unwrap();
        std::fs::write(root.join("environment.yml"), "name: shop\n").unwrap();
        std::fs::write(root.join(".python-version"), "3.12.1\n").unwrap();
        touch(&root.join("Pipfile"));
        let pipenv = format!("my_shop-{}", hash_of(&root.join("Pipfile")));
        let poetry = format!("my_shop-{}-py3.12", hash_of(&root));
        let expected = [
            (root.join(".venv"), "venv"),
            (home.join(".cache/pypoetry/virtualenvs").join(poetry), "poetry"),
            (home.join(".local/share/virtualenvs").join(pipenv), "pipenv"),
            (home.join("active"), "active"),
            (home.join("miniforge3/envs/shop"), "conda"),
            (root.join(".tox/py312"), "tox"),
            (root.join(".tox/lint"), "tox"),
            (root.join(".nox/tests"), "nox"),
            (home.join(".pyenv/versions/3.12.1"), "pyenv"),
        ];
        for (environment, _) in &expected {
            touch(&environment.join("bin/python"));
        }
        touch(&home.join("path/python3"));
        let variable = |name: &str| {
            let value = match name {
                "HOME" => home.clone(),
                "VIRTUAL_ENV" => home.join("active"),
                "PATH" => home.join("path"),
                _ => return None,
            };
            Some(value.display().to_string())
        };
        let found = search(&Place { root: &root, cwd: "", variable: &variable });
        let mut all: Vec<Candidate> = expected
            .into_iter()
            .map(|(environment, kind)| Candidate { python: environment.join("bin/python"), kind })
            .collect();
        all.push(Candidate { python: home.join("path/python3"), kind: "PATH" });
        assert_eq!(found.found, all);
        assert!(found.looked_at.len() > all.len());
    }

    #[test]
    fn a_digest_is_written_as_the_tools_write_it() {
        // base64.urlsafe_b64encode(hashlib.sha256(b"/nowhere/shop").digest())[:8]
        assert_eq!(hash_of(Path::new("/nowhere/shop")), "EmmeLfDL");
    }
}

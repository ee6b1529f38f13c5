//! Brings a package here by its registry's ordinary client, checks it, unpacks it, and installs what its tests need.
//!
//! Promises: nothing is unpacked whose checksum is another one; it is kept in `target/repair/packages`, and only asked for again when
//! what the table says of it has changed.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use super::{Package, Registry};
use crate::tools::{self, tool, tool_path, workspace};

/// Largest archive.
const MOST_BYTES: u64 = 50_000_000;
/// Longest that a client may take, in seconds.
const LIMIT: &str = "300";

/// A package that is here.
#[derive(Debug, Clone)]
pub(super) struct Fetched {
    /// Its source, untouched.
    pub(super) source: PathBuf,
    /// The Python environment of its tests.
    pub(super) venv: Option<PathBuf>,
    /// The modules that it needs.
    pub(super) modules: Option<PathBuf>,
}

/// Has a package here, with all that it needs.
pub(super) fn fetch(package: &Package) -> Result<Fetched, String> {
    let folder = workspace().join("target/repair/packages").join(format!(
        "{}-{}",
        slug(&package.name),
        package.version
    ));
    let stamp = folder.join("stamp");
    let wanted = format!("{package:?}");
    if fs::read_to_string(&stamp).unwrap_or_default() != wanted {
        let _ = fs::remove_dir_all(&folder);
        let download = folder.join("download");
        made(&download)?;
        download_with_client(package, &download)?;
        let archive = checked(package, &download)?;
        let script = tools::fixtures().join("repair/unpack.py");
        call(
            tool("python"),
            [script.as_os_str(), archive.as_os_str(), folder.join("source").as_os_str()],
            &folder,
        )?;
        for written in &package.write {
            let path = folder.join("source").join(&written.path);
            fs::write(&path, &written.text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        install(package, &folder)?;
        fs::write(&stamp, wanted).map_err(|error| error.to_string())?;
    }
    let own = |name: &str| Some(folder.join(name)).filter(|path| path.is_dir());
    let venv = (package.language == "python").then(|| own("venv").unwrap_or_else(|| tool_path("venv")));
    Ok(Fetched { source: folder.join("source"), venv, modules: own("node/node_modules") })
}

fn slug(name: &str) -> String {
    name.trim_start_matches('@').replace('/', "-")
}

fn made(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

fn download_with_client(package: &Package, to: &Path) -> Result<(), String> {
    let Package { name, version, .. } = package;
    match package.registry {
        Registry::Pypi => {
            let words = ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"];
            let pin = format!("{name}=={version}");
            call(tool("python"), words.into_iter().chain([pin.as_str()]), to)
        }
        Registry::Npm => call("npm", ["pack", "--silent", &format!("{name}@{version}")], to),
        Registry::CratesIo => {
            let manifest = format!(
                "[workspace]\n[package]\nname = \"fetching\"\nedition = \"2024\"\n[dependencies]\n{name} = \"={version}\"\n"
            );
            made(&to.join("src"))?;
            fs::write(to.join("src/lib.rs"), "").map_err(|error| error.to_string())?;
            fs::write(to.join("Cargo.toml"), manifest).map_err(|error| error.to_string())?;
            // A home of its own, in which the archive is found again.
            let home = format!("CARGO_HOME={}", to.join("home").display());
            call("env", [home.as_str(), "cargo", "fetch", "--quiet"], to)
        }
        Registry::Debian => {
            let options = apt_options(to)?;
            let apt = |words: &[&str]| {
                call("apt-get", options.iter().map(String::as_str).chain(words.iter().copied()), to)
            };
            apt(&["update"])?;
            // A package may have several archives, of which a mirror may lack one: the checksum says whether ours came.
            let _ = apt(&["source", "--download-only", "--tar-only", &format!("{name}={version}")]);
            Ok(())
        }
    }
}

/// Lists of source packages, from where the system has its own; nothing of the system changes.
fn apt_options(folder: &Path) -> Result<Vec<String>, String> {
    let mut asked = Command::new("apt-get");
    asked.args(["indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Identifier: Packages"]);
    let output = asked.stdin(Stdio::null()).output().map_err(|error| format!("apt-get: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| line.contains("debian") && line.ends_with(" main"))
        .map(|line| format!("deb-src {line}\n"))
        .collect();
    lines.sort();
    lines.dedup();
    for part in ["lists/partial", "cache/archives/partial"] {
        made(&folder.join(part))?;
    }
    fs::write(folder.join("sources.list"), lines.concat()).map_err(|error| error.to_string())?;
    let place = |option: &str, name: &str| format!("{option}={}", folder.join(name).display());
    let values = [
        place("Dir::Etc::SourceList", "sources.list"),
        "Dir::Etc::SourceParts=-".to_owned(),
        place("Dir::State::Lists", "lists"),
        place("Dir::Cache", "cache"),
        // The folder may lie where the user `_apt` cannot go; the system's lock is not ours to take.
        "APT::Sandbox::User=root".to_owned(),
        "Debug::NoLocking=1".to_owned(),
    ];
    let options = values.into_iter().flat_map(|value| ["-o".to_owned(), value]);
    Ok(std::iter::once("-qq".to_owned()).chain(options).collect())
}

/// The archive among what was downloaded: the file with the checksum of the table.
fn checked(package: &Package, folder: &Path) -> Result<PathBuf, String> {
    let (mut folders, mut seen) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_archive =
                [".gz", ".tgz", ".xz", ".crate"].iter().any(|end| path.to_string_lossy().ends_with(end));
            if path.is_dir() {
                folders.push(path);
            } else if is_archive && entry.metadata().is_ok_and(|it| it.len() <= MOST_BYTES) {
                let sum = sha256(&fs::read(&path).map_err(|error| error.to_string())?);
                if sum == package.sha256 {
                    return Ok(path);
                }
                seen.push(format!("{} {sum}", entry.file_name().to_string_lossy()));
            }
        }
    }
    Err(format!("{}: nothing has the checksum of the table: {seen:?}", package.name))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Installs what the tests need, apart from the package.
fn install(package: &Package, folder: &Path) -> Result<(), String> {
    if package.needs.is_empty() {
        return Ok(());
    }
    match package.language.as_str() {
        "python" => {
            let venv = folder.join("venv");
            call(tool("python"), ["-m".as_ref(), "venv".as_ref(), venv.as_os_str()], folder)?;
            let words = ["-m", "pip", "install", "--quiet", "--no-deps"];
            call(
                venv.join("bin/python"),
                words.into_iter().chain(package.needs.iter().map(String::as_str)),
                folder,
            )
        }
        "js" => {
            let pins: serde_json::Map<_, _> = package
                .needs
                .iter()
                .filter_map(|need| need.rsplit_once('@'))
                .map(|(name, version)| (name.to_owned(), version.into()))
                .collect();
            let node = folder.join("node");
            made(&node)?;
            let manifest = serde_json::json!({ "private": true, "dependencies": pins }).to_string();
            fs::write(node.join("package.json"), manifest).map_err(|error| error.to_string())?;
            call("npm", ["install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"], &node)
        }
        language => Err(format!("{}: nothing is installed for {language}", package.name)),
    }
}

/// Calls a client of a registry; it finds its settings in the surroundings.
fn call<A: AsRef<OsStr>>(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = A>,
    folder: &Path,
) -> Result<(), String> {
    let name = program.as_ref().to_string_lossy().into_owned();
    let mut command = Command::new("/usr/bin/timeout");
    command
        .arg("--kill-after=5")
        .arg(LIMIT)
        .arg(&program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let last: Vec<&str> = text.lines().rev().take(3).collect();
    output.status.success().then_some(()).ok_or_else(|| format!("{name} failed: {}", last.join(" / ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(folder: &Path, member: &str) -> Result<(), String> {
        let make = "import io, sys, tarfile\ntar = tarfile.open('a.tar', 'w')\nfor name in ['p/good', sys.argv[1]]:\n    \
                    tar.addfile(tarfile.TarInfo(name), io.BytesIO())\ntar.close()";
        call(tool("python"), ["-c", make, member], folder)?;
        let script = tools::fixtures().join("repair/unpack.py");
        call(tool("python"), [script.as_os_str(), "a.tar".as_ref(), "inside/source".as_ref()], folder)
    }

    #[test]
    fn an_archive_writes_only_where_it_may() {
        let folder = tempfile::tempdir().unwrap();
        unpacked(folder.path(), "p/more").unwrap();
        assert!(folder.path().join("inside/source/good").is_file());
        assert!(unpacked(folder.path(), "p/../../escaped").is_err());
        assert!(!folder.path().join("inside/escaped").exists());
    }

    #[test]
    fn an_archive_with_another_checksum_is_refused() {
        let (package, _) = super::super::tables();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("x.tar.gz"), "other").unwrap();
        assert!(checked(&package[0], folder.path()).unwrap_err().contains("checksum"));
    }
}

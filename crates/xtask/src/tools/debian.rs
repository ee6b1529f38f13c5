//! Debian's packages, unpacked beside the other tools: what no language's own registry has.
//!
//! Promises: nothing is installed into the system and no rights are needed, `apt-get` only resolves and
//! downloads, into lists and a cache of our own; what the system has already is not fetched; a machine
//! without `apt-get`, network or some package is no failure, the tests concerned say that they did not run.

mod relocation;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Stamp;
use crate::chore::{self, ChoreError};
use crate::place::Place;

/// The wanted packages, one group a line.
const GROUPS: &str = include_str!("../../tools/debian.txt");

/// Stamp that says that no package is missing.
const WHOLE: &str = "debian-whole";

/// Unpacks what is missing into `target/tools/debian/root`.
pub(super) fn install(place: &Place) -> Result<(), ChoreError> {
    let apt = Apt { folder: place.tools().join("debian") };
    if !apt.is_here() {
        println!("tools: without apt-get there are no Debian packages; the tests that want them do not run");
        return Ok(());
    }
    // What was unpacked holds absolute paths; other groups, or another place, and it is made anew.
    let made_for = stamp(place, "debian");
    if !made_for.is_fresh() && apt.folder.exists() {
        fs::remove_dir_all(&apt.folder).map_err(ChoreError::io("remove", &apt.folder))?;
    }
    made_for.set()?;
    let whole = stamp(place, WHOLE);
    whole.clear()?;
    for part in ["lists", "cache", "archives", "root"] {
        let path = apt.folder.join(part);
        fs::create_dir_all(&path).map_err(ChoreError::io("create", &path))?;
    }
    let (missing, complete) = apt.missing();
    if !missing.is_empty() {
        println!("tools: unpacking {} Debian packages", missing.len());
        if let Err(error) = apt.unpack(&missing) {
            println!("tools: Debian's packages cannot be had, their tests do not run: {error}");
            return Ok(());
        }
    }
    if !complete {
        println!("tools: some of Debian's packages cannot be had, their tests do not run");
        return Ok(());
    }
    whole.set()
}

/// Whether all of them are there, in the system or unpacked.
pub(super) fn are_complete(place: &Place) -> bool {
    stamp(place, WHOLE).is_fresh()
}

fn stamp(place: &Place, name: &str) -> Stamp {
    Stamp::new(place, name, &[GROUPS, &place.tools().join("debian").display().to_string()])
}

/// `apt-get` with a folder of its own.
struct Apt {
    folder: PathBuf,
}

impl Apt {
    fn command(&self) -> Command {
        let mut command = Command::new("apt-get");
        for (option, part) in [("Dir::State::Lists", "lists"), ("Dir::Cache", "cache")] {
            command.arg("-o").arg(format!("{option}={}", self.folder.join(part).display()));
        }
        // The folder may lie where the user `_apt` cannot go; the system's lock is not ours to take.
        command.args(["-qq", "-o", "APT::Sandbox::User=root", "-o", "Debug::NoLocking=1"]);
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn is_here(&self) -> bool {
        self.command().arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    /// The packages, with those they depend on, that neither the system nor an earlier call has, and
    /// whether these are all.
    fn missing(&self) -> (Vec<String>, bool) {
        let unpacked = self.unpacked();
        let fresh = |all: BTreeSet<String>| -> Vec<String> {
            all.into_iter().filter(|name| !unpacked.contains(name)).collect()
        };
        let (known, complete) = self.resolve();
        if complete && known.is_subset(&unpacked) {
            return (Vec::new(), true);
        }
        // Lists that are old, or not there yet.
        let _ = self.command().arg("update").stdout(Stdio::null()).status();
        let (known, complete) = self.resolve();
        (fresh(known), complete)
    }

    /// What would have to be installed for all groups, and whether every group can be.
    fn resolve(&self) -> (BTreeSet<String>, bool) {
        let groups: Vec<&str> = GROUPS.lines().filter(|line| !line.starts_with('#')).collect();
        // Resolving takes a second or two: one group at a time only if it does not work for all.
        if let Some(names) = self.simulate(&groups.join(" ")) {
            return (names, true);
        }
        (groups.iter().filter_map(|group| self.simulate(group)).flatten().collect(), false)
    }

    fn simulate(&self, packages: &str) -> Option<BTreeSet<String>> {
        let mut command = self.command();
        command.args(["-s", "--no-upgrade", "--no-install-recommends", "install"]);
        let output = command.args(packages.split(' ')).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let installs = text.lines().filter_map(|line| line.strip_prefix("Inst "));
        let names = installs.filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
        output.status.success().then_some(names)
    }

    fn unpacked(&self) -> BTreeSet<String> {
        let text = fs::read_to_string(self.folder.join("packages.txt")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    fn unpack(&self, names: &[String]) -> Result<(), ChoreError> {
        let archives = self.folder.join("archives");
        let root = self.folder.join("root");
        let mut download = self.command();
        chore::run(download.arg("download").args(names).current_dir(&archives))?;
        for archive in entries(&archives)? {
            chore::run(Command::new("dpkg-deb").arg("-x").arg(&archive).arg(&root))?;
            fs::remove_file(&archive).map_err(ChoreError::io("remove", &archive))?;
        }
        relocation::relocate(&root)?;
        let mut all = self.unpacked();
        all.extend(names.iter().cloned());
        let list = self.folder.join("packages.txt");
        let text: Vec<String> = all.into_iter().collect();
        fs::write(&list, text.join("\n")).map_err(ChoreError::io("write", &list))
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ChoreError> {
    let read = fs::read_dir(folder).map_err(ChoreError::io("read", folder))?;
    Ok(read.filter_map(Result::ok).map(|entry| entry.path()).collect())
}

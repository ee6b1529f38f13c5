//! Runs a workflow with `act` in host mode, without network: GitHub's own actions are replaced by the
//! stand-ins of `fixtures/actions`, and the phases are the programs built for this test.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use regreen_tests::tools::{fixtures, tool, workspace};
use regreen_tests::{Finished, Program, binaries};

pub(crate) const PHASES: [&str; 6] =
    ["fetch-logs", "reproduce", "implement-fix", "verify-stress", "open-pr", "write-report"];

/// A run of act in the making.
pub(crate) struct Act {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
    inputs: Vec<(String, String)>,
    project: PathBuf,
    event: &'static str,
}

/// What is left of a run.
pub(crate) struct Ran {
    pub(crate) finished: Finished,
    folder: tempfile::TempDir,
}

impl Act {
    /// With the programs built from this repository, on a project.
    pub(crate) fn new(project: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["artifacts", "record", "bin"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let record = folder.path().join("record");
        for phase in PHASES {
            // The program itself, and then the names of the outputs it set.
            let script = format!(
                "#!/bin/sh\n'{}' \"$@\"\ncode=$?\nsed -n 's/^\\([a-z0-9-]*\\)<<.*/\\1/p' \"$GITHUB_OUTPUT\" > '{}'\n\
                 cp \"$GITHUB_STEP_SUMMARY\" '{}' 2>/dev/null\nexit $code\n",
                binaries::binary(phase).display(),
                record.join(phase).display(),
                record.join(format!("{phase}.summary")).display(),
            );
            let path = folder.path().join("bin").join(phase);
            fs::write(&path, script).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Act {
            folder,
            variables: Vec::new(),
            inputs: Vec::new(),
            project: project.to_owned(),
            event: "workflow_dispatch",
        }
    }

    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn input(mut self, name: &str, value: &str) -> Self {
        self.inputs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts it by an event with this payload instead of by hand.
    pub(crate) fn event(mut self, name: &'static str, payload: &serde_json::Value) -> Self {
        fs::write(self.folder.path().join("event.json"), payload.to_string()).unwrap();
        self.event = name;
        self
    }

    /// Runs a workflow file.
    pub(crate) fn run(self, workflow: &Path) -> Ran {
        let place = |name: &str| self.folder.path().join(name).display().to_string();
        let mut act = Program::at(&tool("act"))
            .args([self.event, "--no-cache-server", "--no-skip-checkout", "--action-offline-mode"])
            .args(["--platform", "ubuntu-latest=-self-hosted"])
            .arg("--workflows")
            .arg(workflow)
            .arg("--directory")
            .arg(&self.project)
            .args(["--secret", &format!("GITHUB_TOKEN={}", regreen_tests::LoopbackGitHub::TOKEN)]);
        for pin in foreign_actions() {
            let (action, _) = pin.split_once('@').unwrap();
            let name = action.split('/').next_back().unwrap();
            let folder = fixtures().join("actions").join(name);
            act = act.args(["--local-repository", &format!("{pin}={}", folder.display())]);
        }
        let standins = [
            ("REGREEN_BIN_DIR", place("bin")),
            ("STANDIN_ARTIFACTS", place("artifacts")),
            ("STANDIN_SUITE", workspace().display().to_string()),
            ("STANDIN_PROJECT", self.project.display().to_string()),
        ];
        for (name, value) in standins {
            act = act.args(["--env", &format!("{name}={value}")]);
        }
        for (name, value) in &self.variables {
            act = act.args(["--env", &format!("{name}={value}")]);
        }
        if self.folder.path().join("event.json").exists() {
            act = act.args(["--eventpath", &place("event.json")]);
        }
        for (name, value) in &self.inputs {
            act = act.args(["--input", &format!("{name}={value}")]);
        }
        let finished = act.dir(&self.project).limit(Duration::from_secs(600)).run();
        Ran { finished, folder: self.folder }
    }
}

impl Ran {
    /// A file of an artifact.
    #[track_caller]
    pub(crate) fn artifact(&self, name: &str) -> String {
        let path = self.folder.path().join("artifacts").join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}\n{}", self.log()))
    }

    /// Names of the artifacts and of the files in one of them.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path().join("artifacts").join(name));
        let mut names: Vec<String> = entries
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.ends_with(".id"))
            .collect();
        names.sort();
        names
    }

    /// Files of all artifacts that hold `text`.
    pub(crate) fn holding(&self, text: &str) -> Vec<PathBuf> {
        let mut folders = vec![self.folder.path().join("artifacts")];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if String::from_utf8_lossy(&fs::read(&path).unwrap()).contains(text) {
                    found.push(path);
                }
            }
        }
        found
    }

    /// Names of the outputs that a phase set; none when it did not run.
    pub(crate) fn outputs_of(&self, phase: &str) -> Option<BTreeSet<String>> {
        let text = fs::read_to_string(self.folder.path().join("record").join(phase)).ok()?;
        Some(text.lines().map(str::to_owned).collect())
    }

    /// What a phase wrote into the job summary.
    pub(crate) fn summary_of(&self, phase: &str) -> String {
        let path = self.folder.path().join("record").join(format!("{phase}.summary"));
        fs::read_to_string(path).unwrap_or_default()
    }

    pub(crate) fn log(&self) -> String {
        format!("{}\n{}", self.finished.stdout, self.finished.stderr)
    }

    /// Whether a job succeeded; none when it did not run.
    pub(crate) fn job(&self, name: &str) -> Option<bool> {
        let ends: Vec<&str> = self.finished.stdout.lines().filter(|line| line.contains("🏁")).collect();
        let own = ends.iter().find(|line| line.split(']').next().is_some_and(|head| head.contains(name)))?;
        Some(own.contains("succeeded"))
    }
}

/// `owner/name@commit` of every action that the workflows use.
fn foreign_actions() -> BTreeSet<String> {
    let text = fs::read_to_string(workspace().join(".github/workflows/auto-fix.yml")).unwrap();
    let uses = text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "));
    uses.filter(|used| !used.starts_with("./"))
        .map(|used| used.split(' ').next().unwrap().to_owned())
        .collect()
}

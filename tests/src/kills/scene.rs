//! What runs when it is killed: the conductor, or one phase alone on a case that was prepared.

use std::path::{Path, PathBuf};
use std::time::Duration;

use regreen_case::{CaseDir, Phase, Report, Status};

use super::project::{self, Bug};
use crate::Program;

/// A program on a bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scene {
    /// The phase that runs alone; none for the conductor.
    pub alone: Option<Phase>,
    /// The bug.
    pub bug: Bug,
}

impl Scene {
    /// All of them; the conductor several times, for most happens below it.
    pub(crate) const ALL: [Scene; 10] = [
        Scene { alone: None, bug: Bug::Always },
        Scene { alone: None, bug: Bug::Always },
        Scene { alone: None, bug: Bug::Always },
        Scene { alone: None, bug: Bug::Sometimes },
        Scene { alone: Some(Phase::Reproduce), bug: Bug::Always },
        Scene { alone: Some(Phase::Reproduce), bug: Bug::Sometimes },
        Scene { alone: Some(Phase::ImplementFix), bug: Bug::Always },
        Scene { alone: Some(Phase::ImplementFix), bug: Bug::Sometimes },
        Scene { alone: Some(Phase::VerifyStress), bug: Bug::Always },
        Scene { alone: Some(Phase::VerifyStress), bug: Bug::Sometimes },
    ];

    /// Its program with its options, without those that say where.
    #[must_use]
    pub(crate) fn command(self) -> (&'static str, Vec<String>) {
        let time = |limit: &str| vec![format!("--time-limit={limit}")];
        match self.alone {
            None => ("regreen", [vec!["run".to_owned()], self.bug.options()].concat()),
            Some(Phase::Reproduce) => {
                ("reproduce", if self.bug == Bug::Sometimes { time("10s") } else { Vec::new() })
            }
            Some(Phase::ImplementFix) => ("implement-fix", self.bug.fixer()),
            Some(phase) => (phase.name(), time("15s")),
        }
    }

    /// The options of `regreen run` that do it again, or go on from there.
    #[must_use]
    pub(crate) fn again(self) -> Vec<String> {
        let mut options = vec!["run".to_owned()];
        options.extend(self.bug.options());
        options.extend(self.alone.map(|phase| format!("--from={}", phase.name())));
        options
    }
}

/// A case that went all the way undisturbed, to take prepared cases and times from.
#[derive(Debug)]
pub(crate) struct Template {
    _folder: tempfile::TempDir,
    case: PathBuf,
    report: Report,
}

impl Template {
    /// Runs all of it.
    ///
    /// # Panics
    /// When it does not end in success: nothing can be said about kills then.
    #[must_use]
    pub(crate) fn of(bug: Bug) -> Self {
        let repository = project::repository();
        let folder = tempfile::tempdir().expect("a temporary directory");
        let case = folder.path().join("case");
        let finished = Program::new("regreen")
            .arg("run")
            .args(bug.options())
            .args(["--repo".as_ref(), repository.path().as_os_str(), "--case".as_ref(), case.as_os_str()])
            .dir(repository.path())
            .limit(Duration::from_secs(300))
            .run()
            .exits(0);
        let report: Report = CaseDir::open(&case).and_then(|case| case.read()).expect("a report");
        assert_ne!(report.status, Status::Failed, "{}{}", finished.stdout, finished.stderr);
        Template { _folder: folder, case, report }
    }

    /// How long the scene takes undisturbed.
    #[must_use]
    pub(crate) fn duration(&self, scene: Scene) -> Duration {
        let phase = |wanted: Phase| {
            let found = self.report.phases.iter().find(|phase| phase.phase == wanted);
            found.and_then(|phase| phase.timing).map_or(1.0, |timing| timing.duration_s)
        };
        Duration::from_secs_f64(scene.alone.map_or(self.report.duration_s, phase).max(0.2))
    }

    /// Puts there what the scene needs.
    pub(crate) fn lay(&self, scene: Scene, case: &Path) {
        let Some(alone) = scene.alone else { return };
        std::fs::create_dir_all(case).expect("a folder");
        let all: [(Phase, &[&str]); 4] = [
            (Phase::FetchLogs, &["task.json", "failure.json", "logs", ".gitignore"]),
            (Phase::Reproduce, &["reproduction.json", "reproduction"]),
            (Phase::ImplementFix, &["fix.json", "fix.patch", "attempts"]),
            (Phase::VerifyStress, &[]),
        ];
        for name in all.iter().filter(|(phase, _)| *phase < alone).flat_map(|(_, names)| *names) {
            let (from, to) = (self.case.join(name), case.join(name));
            if from.is_dir() {
                project::copy(&from, &to);
            } else if from.exists() {
                std::fs::copy(from, to).expect("a copy");
            }
        }
    }
}

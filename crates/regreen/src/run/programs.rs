//! Finding the six programs: beside this one, else on the path.

use std::path::{Path, PathBuf};

use regreen_case::Phase;

use super::error::RunError;

/// Where each program lies.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    found: Vec<(Phase, PathBuf)>,
}

impl Programs {
    /// Finds all six, so that a missing one is known before work begins.
    pub(crate) fn find() -> Result<Self, RunError> {
        let beside = std::env::current_exe().ok().and_then(|path| path.parent().map(Path::to_owned));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = beside.into_iter().chain(std::env::split_paths(&path)).collect();
        Self::find_in(&folders)
    }

    fn find_in(folders: &[PathBuf]) -> Result<Self, RunError> {
        let mut found = Vec::new();
        for phase in Phase::ALL {
            let program = folders
                .iter()
                .map(|folder| folder.join(format!("{}{}", phase.name(), std::env::consts::EXE_SUFFIX)))
                .find(|path| path.is_file())
                .ok_or(RunError::NoProgram(phase))?;
            found.push((phase, program));
        }
        Ok(Programs { found })
    }

    /// The program of a phase.
    pub(crate) fn of(&self, phase: Phase) -> &Path {
        self.found.iter().find(|(known, _)| *known == phase).map_or(Path::new(phase.name()), |(_, path)| path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_folder_wins_and_a_missing_program_is_named() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for phase in Phase::ALL {
            std::fs::write(two.path().join(phase.name()), "").unwrap();
        }
        std::fs::write(one.path().join("reproduce"), "").unwrap();
        let folders = [one.path().to_owned(), two.path().to_owned()];
        let programs = Programs::find_in(&folders).unwrap();
        assert_eq!(programs.of(Phase::Reproduce), one.path().join("reproduce"));
        assert_eq!(programs.of(Phase::OpenPr), two.path().join("open-pr"));
        std::fs::remove_file(two.path().join("open-pr")).unwrap();
        assert!(matches!(Programs::find_in(&folders), Err(RunError::NoProgram(Phase::OpenPr))));
    }
}

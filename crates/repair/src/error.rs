//! Why a search could not be done at all. Finding nothing is no error.

use std::path::PathBuf;

use crate::language::LANGUAGES;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    /// Nothing in the project could be searched.
    #[error("no searchable source was found for {tests}")]
    NothingToSearch {
        /// The tests in question.
        tests: String,
    },
    /// A file could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not the one that the survivor was made for.
    #[error("{file} is not the file that the change was made for")]
    Moved {
        /// The file.
        file: String,
    },
    /// A grammar does not fit the parser.
    #[error("the {language} grammar cannot be loaded")]
    Grammar {
        /// Language.
        language: &'static str,
    },
}

impl RepairError {
    /// The public exit code that this error stands for.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            RepairError::NothingToSearch { .. } | RepairError::Moved { .. } => 2,
            RepairError::Read { .. } | RepairError::Write { .. } | RepairError::Grammar { .. } => 3,
        }
    }

    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            RepairError::NothingToSearch { .. } => {
                let names: Vec<&str> = LANGUAGES.iter().map(|language| language.name()).collect();
                Some(format!(
                    "the embedded fixer searches {}; put an agent on the ladder for other code",
                    names.join(", ")
                ))
            }
            RepairError::Moved { .. } => Some("search again on the current checkout".to_owned()),
            RepairError::Read { .. } | RepairError::Write { .. } => {
                Some("check the permissions of the checkout and the free disk space".to_owned())
            }
            RepairError::Grammar { .. } => None,
        }
    }
}

//! What the system enforced on the programs that a phase ran: part of its document.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether children run confined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SandboxMode {
    /// With the user's own rights.
    Off,
    /// Confined as far as the kernel can; what it cannot is said.
    #[default]
    Auto,
    /// Confined, or nothing runs.
    Require,
}

impl SandboxMode {
    /// All, for help texts.
    pub const NAMES: [&'static str; 3] = ["auto", "require", "off"];

    /// As written on a command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            SandboxMode::Off => "off",
            SandboxMode::Auto => "auto",
            SandboxMode::Require => "require",
        }
    }
}

impl fmt::Display for SandboxMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SandboxMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(SandboxMode::Off),
            "auto" => Ok(SandboxMode::Auto),
            "require" => Ok(SandboxMode::Require),
            other => Err(format!("`{other}` is none of {}", SandboxMode::NAMES.join(", "))),
        }
    }
}

/// What was enforced on the programs that ran, and what was not. In words, for people who decide how
/// far to trust a result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Confinement {
    /// What was asked for.
    pub mode: SandboxMode,
    /// Version of the kernel's Landlock interface that enforced it; absent when nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landlock: Option<u32>,
    /// What was enforced.
    #[serde(default)]
    pub enforced: Vec<String>,
    /// What was not.
    #[serde(default)]
    pub not_enforced: Vec<String>,
}

impl Confinement {
    /// Whether the kernel enforced anything.
    #[must_use]
    pub fn is_enforced(&self) -> bool {
        self.landlock.is_some()
    }

    /// All of it in one line.
    #[must_use]
    pub fn sentence(&self) -> String {
        let list = |points: &[String]| points.join("; ");
        let mut text = match self.landlock {
            Some(version) => format!("confined by the kernel (Landlock {version}): {}", list(&self.enforced)),
            None if self.mode == SandboxMode::Off => return "not confined, as asked".to_owned(),
            None => "not confined".to_owned(),
        };
        if !self.not_enforced.is_empty() {
            text.push_str(&format!(". Not enforced: {}", list(&self.not_enforced)));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_read_as_they_are_written() {
        for name in SandboxMode::NAMES {
            assert_eq!(name.parse::<SandboxMode>().unwrap().to_string(), name);
            assert_eq!(
                serde_json::to_string(&name.parse::<SandboxMode>().unwrap()).unwrap(),
                format!("{name:?}")
            );
        }
        assert_eq!("on".parse::<SandboxMode>().unwrap_err(), "`on` is none of auto, require, off");
    }

    #[test]
    fn the_sentence_says_both_sides() {
        let mut found = Confinement { mode: SandboxMode::Off, ..Confinement::default() };
        assert_eq!(found.sentence(), "not confined, as asked");
        found = Confinement {
            landlock: Some(7),
            enforced: vec!["a".into(), "b".into()],
            ..Confinement::default()
        };
        found.not_enforced.push("c".into());
        assert_eq!(found.sentence(), "confined by the kernel (Landlock 7): a; b. Not enforced: c");
        found.landlock = None;
        assert_eq!(found.sentence(), "not confined. Not enforced: c");
    }
}

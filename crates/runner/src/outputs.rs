//! Step outputs.
//!
//! Every value is enclosed in a delimiter of 128 random bits: with a fixed one, a value that holds
//! the delimiter could add outputs of its own.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::RunnerError;

const VARIABLE: &str = "GITHUB_OUTPUT";

/// Outputs of this step, collected and then written at once. Large texts do not belong here: write
/// a file and output its path.
#[derive(Debug, Default)]
pub struct Outputs {
    values: Vec<(String, String)>,
}

impl Outputs {
    /// No outputs yet.
    #[must_use]
    pub fn new() -> Self {
        Outputs::default()
    }

    /// Sets an output. The last value of a name wins.
    pub fn set(&mut self, name: &str, value: impl Into<String>) -> &mut Self {
        self.values.retain(|(known, _)| known != name);
        self.values.push((name.to_owned(), value.into()));
        self
    }

    /// The collected outputs, in order.
    #[must_use]
    pub fn values(&self) -> &[(String, String)] {
        &self.values
    }

    /// Appends them to the runner's file; does nothing where there is no runner.
    pub fn publish(&self) -> Result<(), RunnerError> {
        match std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) {
            Some(path) => self.append_to(&PathBuf::from(path)),
            None => Ok(()),
        }
    }

    fn append_to(&self, path: &Path) -> Result<(), RunnerError> {
        let mut text = String::new();
        for (name, value) in &self.values {
            text.push_str(&entry(name, value, &random_token()?)?);
        }
        append(VARIABLE, path, text.as_bytes())
    }
}

fn entry(name: &str, value: &str, delimiter: &str) -> Result<String, RunnerError> {
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(letters) {
        return Err(RunnerError::OutputName(name.to_owned()));
    }
    if value.contains(delimiter) {
        return Err(RunnerError::Delimiter(name.to_owned()));
    }
    let mut text = String::new();
    // LF on every platform: the runner compares whole lines.
    let _ = write!(text, "{name}<<{delimiter}\n{value}\n{delimiter}\n");
    Ok(text)
}

/// Appends to one of the runner's files.
pub(crate) fn append(variable: &'static str, path: &Path, bytes: &[u8]) -> Result<(), RunnerError> {
    let failed = |source| RunnerError::Write { variable, path: path.to_owned(), source };
    let mut file = OpenOptions::new().append(true).create(true).open(path).map_err(failed)?;
    file.write_all(bytes).map_err(failed)
}

/// 128 random bits in hexadecimal.
pub(crate) fn random_token() -> Result<String, RunnerError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(RunnerError::Random)?;
    Ok(bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the file as the runner does.
    fn read(text: &str) -> Vec<(String, String)> {
        let mut lines = text.split('\n');
        let mut values = Vec::new();
        while let Some(line) = lines.next().filter(|line| !line.is_empty()) {
            let (name, delimiter) = line.split_once("<<").unwrap();
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            values.push((name.to_owned(), value.join("\n")));
        }
        values
    }

    #[test]
    fn hostile_values_come_back_as_they_were() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let hostile = "a\nEOF\nstatus=success\nstatus<<EOF\nsuccess\nEOF";
        let mut outputs = Outputs::new();
        outputs.set("case", "first").set("reason", hostile).set("case", "dir/with = sign").set("empty", "");
        outputs.append_to(file.path()).unwrap();
        outputs.append_to(file.path()).unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        let values = read(&text);
        assert_eq!(values.len(), 6, "{text}");
        assert_eq!(values[0], ("reason".to_owned(), hostile.to_owned()));
        assert_eq!(values[1], ("case".to_owned(), "dir/with = sign".to_owned()));
        assert_eq!(values[2], ("empty".to_owned(), String::new()));
        let delimiters: std::collections::BTreeSet<&str> =
            text.lines().filter_map(|line| line.split_once("<<")).map(|(_, token)| token).collect();
        assert!(delimiters.len() >= 6, "every value has its own delimiter: {text}");
    }

    #[test]
    fn a_value_with_its_delimiter_is_refused() {
        assert!(matches!(entry("a", "x\ntoken\nb=c", "token"), Err(RunnerError::Delimiter(_))));
        for name in ["", "a=b", "a\nb", "a<<b"] {
            assert!(matches!(entry(name, "x", "token"), Err(RunnerError::OutputName(_))), "{name:?}");
        }
    }
}

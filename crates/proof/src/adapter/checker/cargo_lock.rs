//! Whether `Cargo.lock` still fits the manifests, which is what `--locked` asks for: a file that cargo writes itself.

use regreen_case::{Diagnostic, FailedTest};

use super::report::{Complaint, Report};
use super::tool::{Claim, Home, Offer, Printed, Tool, words};

const FILE: &str = "Cargo.lock";
const RULE: &str = "out-of-date";
/// What asks cargo for nothing but the dependencies.
const ASKS: &[&str] = &["metadata", "--format-version=1"];

/// `cargo … --locked`.
pub(super) struct CargoLock;

impl Tool for CargoLock {
    fn name(&self) -> &'static str {
        "cargo --locked"
    }

    fn program(&self) -> &'static str {
        "cargo"
    }

    fn home(&self) -> Home {
        Home::Cargo
    }

    fn arguments(&self, words: &[String]) -> Option<usize> {
        let own = words.split(|word| word == "--").next().unwrap_or_default();
        own.iter().any(|word| word == "--locked" || word == "--frozen").then_some(0)
    }

    fn needs_claim(&self) -> bool {
        true
    }

    fn plain(&self, arguments: &[String]) -> Vec<String> {
        [front(arguments), words(ASKS), words(&["--locked"])].concat()
    }

    fn counted(&self, arguments: &[String]) -> Vec<String> {
        self.plain(arguments)
    }

    fn read(&self, printed: &Printed<'_>) -> Result<Report, String> {
        printed.ended_with(&[0, 101])?;
        if printed.ended_with(&[0]).is_ok() {
            let answered = printed.printed.lines().any(|line| line.starts_with("{\"packages\":"));
            let looked_at = if answered { vec![FILE.to_owned()] } else { Vec::new() };
            return Ok(Report { looked_at, complaints: Vec::new() });
        }
        let said = printed.printed.lines().find(|line| line.starts_with("error"));
        match said.filter(|said| is_out_of_date(said)) {
            Some(said) => {
                let message = said.trim_start_matches("error: ").to_owned();
                let one = Complaint { file: FILE.to_owned(), line: None, rule: RULE.to_owned(), message };
                Ok(Report { looked_at: Vec::new(), complaints: vec![one] })
            }
            None => Err(format!("cargo cannot tell: {}", said.unwrap_or("it does not say why"))),
        }
    }

    fn claims(&self, complaint: &Diagnostic) -> Option<Claim> {
        is_out_of_date(&complaint.message).then(|| Claim::of_rule(RULE))
    }

    /// Where the log names no file, it is this one.
    fn file_of_claims(&self) -> Option<&'static str> {
        Some(FILE)
    }

    /// Asked without `--locked`, it writes what has changed and leaves the versions of everything else.
    fn fix(&self, arguments: &[String], _complaint: &FailedTest) -> Option<Offer> {
        Some(Offer::Run([front(arguments), words(ASKS)].concat()))
    }
}

/// The toolchain.
fn front(arguments: &[String]) -> Vec<String> {
    arguments.iter().take(1).filter(|word| word.starts_with('+')).cloned().collect()
}

/// As several versions of cargo word it.
fn is_out_of_date(message: &str) -> bool {
    let locked = message.contains("--locked was passed") || message.contains("--frozen was passed");
    message.contains("lock file") && locked
}

//! rustfmt, as `cargo fmt` calls it.

use regreen_case::{Diagnostic, FailedTest};

use super::report::{Complaint, FORMAT, Report};
use super::tool::{Claim, Home, Offer, Printed, Tool, command, without, words};

/// Options that we set ourselves.
const DROPPED: &[(&str, bool)] = &[
    ("--check", false),
    ("--quiet", false),
    ("-q", false),
    ("--verbose", false),
    ("-v", false),
    ("-l", false),
    ("--files-with-diff", false),
    ("--emit", true),
    ("--color", true),
    ("--message-format", true),
    ("--backup", false),
];

/// `cargo fmt --check`.
pub(super) struct Rustfmt;

impl Tool for Rustfmt {
    fn name(&self) -> &'static str {
        "cargo fmt"
    }

    fn program(&self) -> &'static str {
        "cargo"
    }

    fn home(&self) -> Home {
        Home::Cargo
    }

    fn arguments(&self, words: &[String]) -> Option<usize> {
        let (_, verb) = command(words)?;
        let checks = words.iter().any(|word| word == "--check");
        // Behind nothing: a toolchain in front belongs to the call.
        (verb == "fmt" && checks).then_some(0)
    }

    fn plain(&self, arguments: &[String]) -> Vec<String> {
        let Split { front, cargo, rustfmt } = Split::of(arguments);
        let mut all = [front, words(&["fmt"]), cargo, words(&["--check"])].concat();
        if !rustfmt.is_empty() {
            all.push("--".to_owned());
            all.extend(rustfmt);
        }
        all
    }

    fn counted(&self, arguments: &[String]) -> Vec<String> {
        let Split { front, cargo, rustfmt } = Split::of(arguments);
        // Told to be verbose it names every file that it looks at.
        let ours = words(&["--", "--check", "--verbose", "--color=never"]);
        [front, words(&["fmt"]), cargo, ours, rustfmt].concat()
    }

    fn read(&self, printed: &Printed<'_>) -> Result<Report, String> {
        printed.ended_with(&[0, 1])?;
        let mut report = Report::default();
        for line in printed.printed.lines() {
            if let Some(path) = line.strip_prefix("Formatting ") {
                report.looked_at.push(path.trim().to_owned());
            } else if let Some(place) = line.strip_prefix("Diff in ") {
                report.complaints.push(difference(place));
            } else if line.starts_with("error") {
                return Err(format!("rustfmt cannot read the code: {line}"));
            }
        }
        Ok(report)
    }

    fn claims(&self, complaint: &Diagnostic) -> Option<Claim> {
        (complaint.tool == "rustfmt").then(|| Claim::of_rule(FORMAT))
    }

    /// All files at once: rustfmt follows modules from file to file, and leaves alone what it does not complain about.
    fn fix(&self, arguments: &[String], _complaint: &FailedTest) -> Option<Offer> {
        let Split { front, cargo, rustfmt } = Split::of(arguments);
        let mut all = [front, words(&["fmt"]), cargo].concat();
        if !rustfmt.is_empty() {
            all.push("--".to_owned());
            all.extend(rustfmt);
        }
        Some(Offer::Run(all))
    }
}

/// The words of a call, by who reads them, without those that we set ourselves.
struct Split {
    /// The toolchain.
    front: Vec<String>,
    cargo: Vec<String>,
    rustfmt: Vec<String>,
}

impl Split {
    fn of(arguments: &[String]) -> Self {
        let mut words = arguments.to_vec();
        let fmt = words.iter().position(|word| word == "fmt");
        let front: Vec<String> = fmt.map(|at| words.drain(..=at).collect()).unwrap_or_default();
        let rest = words.iter().position(|word| word == "--");
        let rustfmt = rest.map(|at| words.split_off(at)[1..].to_vec()).unwrap_or_default();
        Split {
            front: front.into_iter().filter(|word| word.starts_with('+')).collect(),
            cargo: without(&words, DROPPED),
            rustfmt: without(&rustfmt, DROPPED),
        }
    }
}

/// `/w/src/lib.rs:3:`, and of older versions `/w/src/lib.rs at line 3:`.
fn difference(place: &str) -> Complaint {
    let place = place.trim_end().trim_end_matches(':');
    let parts = place.rsplit_once(" at line ").or_else(|| place.rsplit_once(':'));
    let (file, line) = parts.map_or((place, None), |(file, line)| (file, line.parse().ok()));
    Complaint::unformatted(file, line)
}

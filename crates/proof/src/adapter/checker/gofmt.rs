//! gofmt, and goimports, which is called alike. They list what they would change and not what they looked at, so they are given every
//! file by name: one that they cannot look at they fail for.

use regreen_case::{Diagnostic, FailedTest};

use super::files;
use super::report::{Complaint, FORMAT, Report};
use super::tool::{Claim, FILE, Home, Offer, Printed, Tool, words};
use crate::project::Project;

/// `gofmt -l`, by the program's name.
pub(super) struct Gofmt(pub(super) &'static str);

impl Tool for Gofmt {
    fn name(&self) -> &'static str {
        self.0
    }

    fn program(&self) -> &'static str {
        self.0
    }

    fn home(&self) -> Home {
        Home::Go
    }

    fn arguments(&self, words: &[String]) -> Option<usize> {
        let lists = |word: &String| word == "-l" || word == "-d" || word == "-e";
        let writes = words.iter().any(|word| word == "-w");
        (words.iter().any(lists) && !writes).then_some(0)
    }

    fn plain(&self, arguments: &[String]) -> Vec<String> {
        let paths = arguments.iter().filter(|word| !word.starts_with('-')).cloned();
        words(&["-l"]).into_iter().chain(simplifies(arguments)).chain(paths).collect()
    }

    fn counted(&self, arguments: &[String]) -> Vec<String> {
        words(&["-d"]).into_iter().chain(simplifies(arguments)).collect()
    }

    fn files(&self, arguments: &[String], project: &Project, cwd: &str) -> Option<Vec<String>> {
        Some(files::named(arguments, project, cwd, &[".go"]))
    }

    fn ends_well_when_red(&self) -> bool {
        // Before Go 1.24.
        true
    }

    fn read(&self, printed: &Printed<'_>) -> Result<Report, String> {
        printed.ended_with(&[0, 1])?;
        let mut above = "";
        let mut complaints = Vec::new();
        for line in printed.printed.lines() {
            let path = line.strip_prefix("+++ ").filter(|_| above.starts_with("--- "));
            if let Some(path) = path {
                complaints.push(Complaint::unformatted(path.split('\t').next().unwrap_or(path), None));
            }
            above = line;
        }
        Ok(Report { looked_at: printed.given.to_vec(), complaints })
    }

    fn claims(&self, complaint: &Diagnostic) -> Option<Claim> {
        (complaint.tool == "gofmt").then(|| Claim::of_rule(FORMAT))
    }

    fn fix(&self, arguments: &[String], _complaint: &FailedTest) -> Option<Offer> {
        Some(Offer::Run(
            words(&["-w"]).into_iter().chain(simplifies(arguments)).chain(words(&[FILE])).collect(),
        ))
    }
}

/// The option that asks for simpler code as well.
fn simplifies(arguments: &[String]) -> Option<String> {
    arguments.iter().find(|word| *word == "-s").cloned()
}

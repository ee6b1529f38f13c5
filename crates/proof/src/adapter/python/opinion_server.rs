//! What pytest's and unittest's servers of first opinions have in common: the programs that wait, fork and put changes in
//! place, and what they are told.

use std::path::Path;

use serde_json::json;

use crate::adapter::Role;
use crate::counted::RunContext;
use crate::error::ProofError;
use crate::private_channel::lay_files;
use crate::project::Project;

const START: &str = "start.json";
/// What both begin with.
const SHARED: &str = concat!(
    include_str!("own_program.py"),
    include_str!("project_gate.py"),
    include_str!("hot_swap.py"),
    include_str!("loaded_project.py"),
    include_str!("opinion_server.py")
);

/// A runner's server.
pub(in crate::adapter) struct Server<'a> {
    /// Its program's name in the channel.
    pub(in crate::adapter) name: &'a str,
    /// The runner's own part of the program.
    pub(in crate::adapter) program: &'a str,
    /// What it has to put before Python's path, once it has loaded what it needs itself.
    pub(in crate::adapter) folders: &'a [String],
}

impl Server<'_> {
    /// Writes the program and what it is told.
    pub(in crate::adapter) fn lay_out(
        &self,
        context: &RunContext<'_>,
        channel: &Path,
        requests: &Path,
        role: impl Fn(&str) -> Option<Role>,
    ) -> Result<(), ProofError> {
        let files = Project::at(context.checkout, context.checkout).files();
        let tests: Vec<&String> =
            files.iter().filter(|file| file.ends_with(".py") && role(file).is_some()).collect();
        let told = json!({
            "requests": requests.display().to_string(),
            "checkout": context.checkout.display().to_string(),
            "folders": self.folders,
            "tests": tests,
        });
        let program = format!("{SHARED}{}", self.program);
        lay_files(channel, &[(self.name, &program), (START, &told.to_string())])
    }
}

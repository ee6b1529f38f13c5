//! `regreen stats`: what a folder of reports says about success, time and cost.
//!
//! Reads the Markdown reports (`outputs/*.md`), for those are what people keep and what workflows
//! upload. A file that is no report is counted, not an error.

mod gather;
mod html;
mod numbers;
mod table;

use std::path::PathBuf;

use clap::Args;

use numbers::Numbers;

/// What a folder of reports says about success, time and cost.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  regreen stats outputs/
  regreen stats outputs/ --json
  regreen stats outputs/ --html stats.html")]
pub(crate) struct StatsArguments {
    /// Folder with reports.
    #[arg(value_name = "DIR", default_value = "outputs")]
    folder: PathBuf,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Write one self-contained page with plots.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// Why there are no numbers.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StatsError {
    /// The folder cannot be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The page cannot be written.
    #[error("cannot write {path}: {source}", path = path.display())]
    Page {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

impl StatsError {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            StatsError::Folder { .. } => regreen_runner::BAD_INPUT,
            StatsError::Page { .. } => regreen_runner::ENVIRONMENT,
        }
    }

    pub(crate) fn hint(&self) -> Option<String> {
        Some(match self {
            StatsError::Folder { .. } => "give the folder that write-report wrote its reports to".to_owned(),
            StatsError::Page { .. } => "give --html a path that can be written".to_owned(),
        })
    }
}

/// Reads, counts, prints.
#[allow(clippy::print_stdout, reason = "the answer of the program goes to standard output")]
pub(crate) fn run(arguments: &StatsArguments) -> Result<u8, StatsError> {
    let gathered = gather::gather(&arguments.folder)
        .map_err(|source| StatsError::Folder { path: arguments.folder.clone(), source })?;
    let numbers = Numbers::of(&gathered);
    if let Some(path) = &arguments.html {
        std::fs::write(path, html::page(&gathered, &numbers))
            .map_err(|source| StatsError::Page { path: path.clone(), source })?;
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&numbers).unwrap_or_default());
    } else {
        print!("{}", regreen_runner::neutral(&table::text(&numbers)));
        if let Some(path) = &arguments.html {
            println!("Page: {}", path.display());
        }
    }
    Ok(regreen_runner::ANSWERED)
}

//! Writes the launcher, with what it is told, into the private folder of a run.

use std::path::Path;

use serde_json::json;

use crate::adapter::records;
use crate::error::ProofError;
use crate::private_channel::lay_files;

/// The launcher's name in the channel.
pub(super) const PROGRAM: &str = "launcher.py";
/// What it is told; it takes the file away before anything of the project is loaded.
const START: &str = "start.json";

/// Writes the launcher and returns the key that its records are made with.
pub(super) fn write(
    checkout: &Path,
    channel: &Path,
    folders: &str,
    report: &Path,
) -> Result<Vec<u8>, ProofError> {
    let key = records::fresh_key()?;
    let told = json!({
        "key": key,
        "checkout": checkout.display().to_string(),
        "folders": folders.split(':').collect::<Vec<_>>(),
        "report": report.display().to_string(),
    });
    let program = concat!(
        include_str!("../python/records.py"),
        include_str!("one_process.py"),
        include_str!("launcher.py")
    );
    let plugin = (super::variations::PLUGIN_FILE, super::variations::PLUGIN);
    lay_files(channel, &[(PROGRAM, program), plugin, (START, &told.to_string())])?;
    Ok(key.into_bytes())
}

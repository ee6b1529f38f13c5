//! Where the report goes when the case cannot take it: a full disk, a read-only folder. There is always
//! a report, so it is told wherever there is a place: the job summary, the temporary folder, the
//! terminal.

use std::io::Write as _;

/// Puts it somewhere. Says where, in words; `None` when there is no place but the terminal.
pub(crate) fn keep(stem: &str, markdown: &str) -> Option<String> {
    let mut places = Vec::new();
    let runner = std::env::var_os("GITHUB_STEP_SUMMARY").is_some_and(|path| !path.is_empty());
    if runner && regreen_runner::summary(markdown).is_ok() {
        places.push("the job summary".to_owned());
    }
    if let Ok(path) = in_temporary_folder(stem, markdown) {
        places.push(path.display().to_string());
    }
    (!places.is_empty()).then(|| places.join(" and "))
}

fn in_temporary_folder(stem: &str, markdown: &str) -> std::io::Result<std::path::PathBuf> {
    let mut file = tempfile::Builder::new().prefix(&format!("{stem}_")).suffix(".md").tempfile()?;
    file.write_all(markdown.as_bytes())?;
    Ok(file.keep()?.1)
}

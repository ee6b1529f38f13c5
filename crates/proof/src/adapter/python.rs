//! What pytest and unittest share: where the project's Python is, and how it finds the judged checkout.

mod environments;
mod interpreter;
mod opinion_server;

use std::collections::BTreeMap;

use crate::counted::RunContext;

pub(super) use interpreter::{Needs, find, imports, program};
pub(super) use opinion_server::Server;

/// The variable that names the folders which Python imports from.
pub(super) const PATH: &str = "PYTHONPATH";

/// Variables with which Python imports the judged checkout and leaves nothing behind in it. An editable
/// install in the project's environment leads to the user's checkout instead, so ours comes first.
pub(super) fn environment(context: &RunContext<'_>, cwd: &str) -> BTreeMap<String, String> {
    let here = context.checkout.join(cwd);
    let mut folders =
        vec![here.clone(), here.join("src"), context.checkout.to_owned(), context.checkout.join("src")];
    folders.retain(|folder| folder.is_dir());
    folders.dedup();
    let path: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    BTreeMap::from([
        (PATH.to_owned(), path.join(":")),
        ("PYTHONDONTWRITEBYTECODE".to_owned(), "1".to_owned()),
        ("PY_COLORS".to_owned(), "0".to_owned()),
        ("COLUMNS".to_owned(), "80".to_owned()),
    ])
}

/// A call of Python by name, which [`find`] turns into the project's own.
pub(super) fn is_python(word: &str) -> bool {
    matches!(word, "python" | "python3")
}

//! Which of the target's own workflows should run on the change, read from its workflow files.

use regreen_case::RecommendedWorkflow;
use serde_norway::Value;

use crate::error::OpenPrError;
use crate::forge::Forge;
use crate::path_filter::passes;

const FOLDER: &str = ".github/workflows";
/// More workflow files, and larger ones, are not read.
const MAX_FILES: usize = 60;
const MAX_BYTES: usize = 256 * 1024;
/// More recommendations are none.
const MAX_RECOMMENDED: usize = 8;

/// What the change is, as far as filters ask.
#[derive(Debug)]
pub(crate) struct Change<'a> {
    pub(crate) paths: Vec<&'a str>,
    pub(crate) base: &'a str,
    pub(crate) branch: &'a str,
    /// File of the workflow that failed, when known.
    pub(crate) failed: Option<&'a str>,
}

/// The workflow that failed first, then those whose filters let the change pass.
pub(crate) fn recommended(
    forge: &dyn Forge,
    tip: &str,
    change: &Change<'_>,
) -> Result<Vec<RecommendedWorkflow>, OpenPrError> {
    let mut files = forge.list(tip, FOLDER)?;
    files.retain(|path| path.ends_with(".yml") || path.ends_with(".yaml"));
    files.sort_by_key(|path| (change.failed != Some(path.as_str()), path.clone()));
    let mut found = Vec::new();
    for path in files.into_iter().take(MAX_FILES) {
        let Some((_, content)) = forge.file(tip, &path)? else { continue };
        if content.len() <= MAX_BYTES
            && let Some(workflow) = judge(&path, &String::from_utf8_lossy(&content), change)
        {
            found.push(workflow);
        }
    }
    found.truncate(MAX_RECOMMENDED);
    Ok(found)
}

fn judge(path: &str, text: &str, change: &Change<'_>) -> Option<RecommendedWorkflow> {
    let workflow: Value = serde_norway::from_str(text).ok()?;
    // YAML 1.1 readers take the key `on` for `true`.
    let on = workflow.get("on").or_else(|| workflow.get(Value::Bool(true)))?;
    let by_hand = event(on, "workflow_dispatch").is_some();
    let failed = change.failed == Some(path);
    let fits = event(on, "pull_request").and_then(|filters| fits(&filters, change, change.base));
    let pushed = event(on, "push").and_then(|filters| fits_push(&filters, change));
    let why = match (failed, &fits, &pushed) {
        (true, ..) => "it is the workflow that failed".to_owned(),
        (_, Some(why), _) => why.clone(),
        (_, None, Some(why)) => why.clone(),
        (false, None, None) => return None,
    };
    let name = workflow.get("name").and_then(Value::as_str).unwrap_or(path).to_owned();
    let file = path.rsplit('/').next().unwrap_or(path);
    let simple = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    let command = (by_hand && simple(file) && simple(change.branch))
        .then(|| format!("gh workflow run {file} --ref {}", change.branch));
    Some(RecommendedWorkflow { file: path.to_owned(), name, why, command })
}

/// The filters of an event (null when it has none), or `None` when the workflow does not listen to it.
fn event(on: &Value, name: &str) -> Option<Value> {
    match on {
        Value::String(only) => (only == name).then_some(Value::Null),
        Value::Sequence(list) => list.iter().any(|item| item.as_str() == Some(name)).then_some(Value::Null),
        Value::Mapping(_) => on.get(name).cloned(),
        _ => None,
    }
}

/// Why the filters let the change pass; `None` when they do not.
fn fits(filters: &Value, change: &Change<'_>, branch: &str) -> Option<String> {
    if let Some(branches) = list(filters, "branches")
        && !passes(&branches, branch)
    {
        return None;
    }
    if list(filters, "branches-ignore").is_some_and(|ignored| passes(&ignored, branch)) {
        return None;
    }
    if let Some(paths) = list(filters, "paths") {
        let path = change.paths.iter().find(|path| passes(&paths, path))?;
        return Some(format!("its path filter matches {path}"));
    }
    if let Some(ignored) = list(filters, "paths-ignore") {
        let path = change.paths.iter().find(|path| !passes(&ignored, path))?;
        return Some(format!("it runs on pull requests and does not ignore {path}"));
    }
    Some("it runs on pull requests".to_owned())
}

fn fits_push(filters: &Value, change: &Change<'_>) -> Option<String> {
    // Only tags: a push of a branch is none.
    if filters.get("tags").is_some() && filters.get("branches").is_none() {
        return None;
    }
    fits(filters, change, change.branch)
        .map(|why| why.replace("on pull requests", "on pushes of this branch"))
}

fn list(filters: &Value, name: &str) -> Option<Vec<String>> {
    match filters.get(name)? {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Sequence(many) => Some(many.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

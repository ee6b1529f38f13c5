//! From the raw input to the task: every rule of the input in one place.

use regex::Regex;
use regreen_case::{Limits, Metric, PerformanceGoal, RunReference, Source, Target, Task, Timing, WorkKind};

use crate::input::{RawInput, given};
use crate::{InputError, prompt, slug};

/// Longest prompt that is kept.
const MAX_PROMPT: usize = 64 * 1024;
/// Most bytes a compiled metric may take.
const MAX_METRIC: usize = 1 << 20;

/// Judges the input. Where the logs come from is in the task's source; the logs themselves are not
/// looked at.
pub(crate) fn task(input: &RawInput, timing: Timing) -> Result<Task, InputError> {
    let prompt_text = given(input.prompt.clone()).ok_or(InputError::Missing("prompt"))?;
    let prompt_text: String = prompt_text.trim().chars().take(MAX_PROMPT).collect();
    let deterministic = input.deterministic.ok_or(InputError::Missing("deterministic"))?;
    let existing_test_path =
        given(input.existing_test_path.clone()).map(|path| test_path(&path)).transpose()?;
    let performance = performance(given(input.metric.clone()), given(input.target.clone()))?;
    let mut warnings = Vec::new();
    if prompt::is_vague(&prompt_text) {
        warnings.push(prompt::advice(&prompt_text));
    }
    let source = source(input, existing_test_path.is_some(), &mut warnings)?;
    let work = if performance.is_some() {
        WorkKind::Performance
    } else if !deterministic {
        WorkKind::Intermittent
    } else if existing_test_path.is_some() {
        WorkKind::ExistingTest
    } else {
        match source {
            Source::Url { .. } => WorkKind::CiRun,
            Source::RawLogs { .. } => WorkKind::RawLogs,
            Source::ExistingTest | Source::Prompt => WorkKind::Feature,
        }
    };
    if source == Source::Prompt && matches!(work, WorkKind::Performance | WorkKind::Intermittent) {
        warnings.push(
            "no test is named: give existing-test-path, url or raw-logs, or the prompt has to say which test is meant"
                .to_owned(),
        );
    }
    let slug = existing_test_path.as_deref().map_or_else(|| slug::slug(&prompt_text), slug::of_test);
    Ok(Task {
        prompt: prompt_text,
        deterministic,
        work,
        source,
        existing_test_path,
        performance,
        slug,
        limits: limits(&input.limits)?,
        warnings,
        timing,
    })
}

fn source(input: &RawInput, has_test: bool, warnings: &mut Vec<String>) -> Result<Source, InputError> {
    let raw_logs = given(input.raw_logs.clone());
    if let Some(url) = given(input.url.clone()) {
        let run = RunReference::parse(&url).map_err(InputError::Url)?;
        if raw_logs.is_some() {
            warnings.push("both url and raw-logs are given: the url wins, raw-logs are not read".to_owned());
        }
        return Ok(Source::Url { url: url.trim().to_owned(), run });
    }
    Ok(match raw_logs {
        Some(logs) => {
            Source::RawLogs { origin: crate::intake::Origin::of(&logs, input.beside.as_deref())?.name() }
        }
        None if !input.reports.is_empty() => Source::RawLogs { origin: "report".to_owned() },
        None if has_test => Source::ExistingTest,
        None => Source::Prompt,
    })
}

/// A path within the repository, `/`-separated, without tricks. It ends up in command lines.
fn test_path(path: &str) -> Result<String, InputError> {
    let path = path.trim();
    let wrong = |detail| InputError::TestPath { path: path.chars().take(200).collect(), detail };
    let (file, name) = path.split_once("::").map_or((path, None), |(file, name)| (file, Some(name)));
    if file.starts_with('/')
        || file.starts_with('~')
        || file.get(1..3).is_some_and(|drive| drive == ":\\" || drive == ":/")
    {
        return Err(wrong("it must be relative to the repository"));
    }
    if path.chars().any(char::is_control) {
        return Err(wrong("it holds control characters"));
    }
    let file = file.replace('\\', "/");
    let parts: Vec<&str> = file.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err(wrong("it must not contain `..`"));
    }
    if parts.iter().any(|part| part.eq_ignore_ascii_case(".git")) {
        return Err(wrong("it must not lie in .git"));
    }
    if parts.is_empty() {
        return Err(wrong("it names no file"));
    }
    if parts.first().is_some_and(|part| part.starts_with('-')) {
        return Err(wrong("it must not begin with `-`"));
    }
    let file = parts.join("/");
    Ok(name.map_or_else(|| file.clone(), |name| format!("{file}::{name}")))
}

fn performance(
    metric: Option<String>,
    target: Option<String>,
) -> Result<Option<PerformanceGoal>, InputError> {
    let wrong = |key, value: &str, detail: &str| InputError::Performance {
        key,
        value: value.chars().take(200).collect(),
        detail: detail.to_owned(),
    };
    let Some(target) = target else {
        return match metric {
            Some(metric) => Err(wrong("metric", &metric, "it needs a target")),
            None => Ok(None),
        };
    };
    let reached = Target::parse(&target)
        .ok_or_else(|| wrong("target", &target, "it is not <, <=, > or >= followed by a number"))?;
    let parsed = metric.as_deref().map(Metric::parse).transpose();
    let parsed = parsed.map_err(|error| wrong("metric", metric.as_deref().unwrap_or_default(), &error))?;
    if let (Some(metric), Some(Metric::Pattern(_))) = (&metric, parsed) {
        let regex = regex::RegexBuilder::new(metric)
            .size_limit(MAX_METRIC)
            .build()
            .map_err(|error| wrong("metric", metric, last_line(&error.to_string())))?;
        if Regex::captures_len(&regex) < 2 {
            return Err(wrong("metric", metric, "it has no group: put the number in parentheses"));
        }
    }
    Ok(Some(PerformanceGoal { metric, target: reached }))
}

fn last_line(text: &str) -> &str {
    text.lines().next_back().unwrap_or(text)
}

fn limits(given: &[Option<String>; 3]) -> Result<Limits, InputError> {
    let default = Limits::default();
    let seconds = |at: usize, key, default| match &given[at] {
        None => Ok(default),
        Some(text) => regreen_runner::parse_duration(text)
            .map(|limit| limit.as_secs().max(1))
            .map_err(|error| InputError::Limit { key, detail: error.to_string() }),
    };
    Ok(Limits {
        reproduce_s: seconds(0, "reproduce-limit", default.reproduce_s)?,
        implement_fix_s: seconds(1, "implement-limit", default.implement_fix_s)?,
        verify_stress_s: seconds(2, "verify-limit", default.verify_stress_s)?,
    })
}

#[cfg(test)]
mod tests;

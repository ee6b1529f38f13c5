//! What was asked for.

use regreen_case::{Source, WorkKind};

use crate::facts::Facts;
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let Some(task) = facts.documents.task.get() else {
        return Some(super::unusable("task.json", facts.documents.task.problem()));
    };
    let mut out = markdown::fence("text", &task.prompt, 4_000);
    out.push('\n');
    let work = match task.work {
        WorkKind::ExistingTest => "fix, the test exists",
        WorkKind::CiRun => "fix, from a CI run",
        WorkKind::RawLogs => "fix, from pasted logs",
        WorkKind::Intermittent => "fix of an intermittent failure",
        WorkKind::Performance => "make it faster",
        WorkKind::Feature => "new feature",
    };
    let mut lines = vec![
        format!("Work: {work}"),
        format!("Deterministic: {}", if task.deterministic { "yes" } else { "no" }),
    ];
    match &task.source {
        Source::Url { url, .. } => lines.push(format!("CI run: {}", markdown::code(url))),
        Source::RawLogs { origin } => lines.push(format!("Logs: {}", markdown::code(origin))),
        Source::ExistingTest | Source::Prompt => {}
    }
    if let Some(path) = &task.existing_test_path {
        lines.push(format!("Existing test: {}", markdown::code(path)));
    }
    if let Some(goal) = &task.performance {
        let metric = goal.metric.as_deref().map_or("the test's duration in ms".to_owned(), markdown::code);
        lines.push(format!("Target: {metric} {}", markdown::code(&goal.target.to_string())));
    }
    lines.push(format!(
        "Time limits: reproduce {}, implement-fix {}, verify-stress {}",
        limit(task.limits.reproduce_s),
        limit(task.limits.implement_fix_s),
        limit(task.limits.verify_stress_s)
    ));
    lines.extend(task.warnings.iter().map(|warning| format!("Warning: {}", markdown::text(warning))));
    out.push_str(&markdown::list(lines));
    Some(out)
}

#[allow(clippy::cast_precision_loss, reason = "limits are minutes")]
fn limit(seconds: u64) -> String {
    markdown::seconds(seconds as f64)
}

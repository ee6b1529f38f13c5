//! What an agent does now, read from what it prints, for people who wait.
//!
//! Promises: one line of bounded length, redacted; at most one every few seconds; an agent that prints
//! nothing that can be understood is quietly waited for.

use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use regreen_case::Redactor;
use regreen_supervise::LineListener;
use serde_json::Value;

use crate::drive::cut;
use crate::preset::ResultFormat;
use crate::result::values_at;
use crate::{AgentError, AgentJob, AgentRun, Preset, drive};

/// Longest line that is read.
const LONGEST: usize = 256 * 1024;
/// Longest that people are shown.
const SHOWN_CHARS: usize = 120;
/// Shortest time between two of them.
const EVERY: Duration = Duration::from_secs(3);

/// Runs an agent to its end, and says now and then what it does.
///
/// # Errors
/// As [`drive`].
pub fn drive_telling(job: AgentJob<'_>, tell: &dyn Fn(&str)) -> Result<AgentRun, AgentError> {
    let (sender, receiver) = channel();
    let on_line = listener(job.preset, sender);
    let redactor = job.preset.masking(job.redactor, job.keep_env);
    std::thread::scope(|scope| {
        // Here, for who tells may not leave this thread.
        let run = scope.spawn(|| drive(AgentJob { on_line: Some(on_line), ..job }));
        for text in receiver {
            tell(&shown(&redactor, &text));
        }
        match run.join() {
            Ok(run) => run,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Hands on what the lines say. The sender goes with it, which ends the telling.
fn listener(preset: &Preset, sender: Sender<String>) -> LineListener {
    let (format, pointers) = (preset.result.format, preset.result.doing.clone());
    let is_talk = preset.is_chat();
    let mut told: Option<Instant> = None;
    Box::new(move |line| {
        if line.len() > LONGEST || told.is_some_and(|told| told.elapsed() < EVERY) {
            return;
        }
        let text = match format {
            ResultFormat::Json if !is_talk => doing(line, &pointers),
            _ => Some(line.to_owned()),
        };
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            told = Some(Instant::now());
            // Nobody listens any more: nothing is lost.
            let _ = sender.send(text);
        }
    })
}

/// The first of the texts that the pointers lead to.
fn doing(line: &str, pointers: &[String]) -> Option<String> {
    if pointers.is_empty() || !line.starts_with('{') {
        return None;
    }
    let value: Value = serde_json::from_str(line).ok()?;
    let texts = pointers.iter().flat_map(|pointer| values_at(&value, pointer)).filter_map(Value::as_str);
    texts.map(str::trim).find(|text| !text.is_empty()).map(str::to_owned)
}

/// One line of it, without secrets. Cut last: half a secret would not be known for one.
fn shown(redactor: &Redactor, text: &str) -> String {
    let text: String = redactor.clean(text).chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(&text.split_whitespace().collect::<Vec<_>>().join(" "), SHOWN_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset;

    fn heard(name: &str, lines: &[&str]) -> Vec<String> {
        let (sender, receiver) = channel();
        let mut listen = listener(&preset(name).unwrap(), sender);
        lines.iter().for_each(|line| listen(line));
        drop(listen);
        receiver.into_iter().map(|text| shown(&Redactor::new(["hunter2"]), &text)).collect()
    }

    #[test]
    fn events_say_what_is_done() {
        let claude = r#"{"type":"assistant","message":{"content":[{"type":"text","text":" "},{"type":"tool_use","name":"Bash","input":{"command":"pytest\n -q --token hunter2"}}]}}"#;
        assert_eq!(heard("claude-code", &["not json", claude, claude]), ["pytest -q --token ***"]);
        let codex = r#"{"type":"item.started","item":{"type":"command_execution","command":"bash -lc ls"}}"#;
        assert_eq!(heard("codex", &[r#"{"type":"turn.started"}"#, codex]), ["bash -lc ls"]);
        let opencode =
            r#"{"type":"tool_use","part":{"tool":"edit","state":{"input":{"filePath":"/x/a.py"}}}}"#;
        assert_eq!(heard("opencode", &[opencode]), ["/x/a.py"]);
    }

    #[test]
    fn plain_lines_are_shown_and_floods_are_not() {
        let long = "é".repeat(500);
        let shown = heard("aider", &["  ", &long, "more"]);
        assert_eq!(shown, [format!("{}…", "é".repeat(SHOWN_CHARS))]);
        assert_eq!(heard("aider", &[&"x".repeat(LONGEST + 1)]), [""; 0]);
        assert_eq!(heard("model", &["turn 1: waiting for m"]), ["turn 1: waiting for m"]);
        assert_eq!(heard("command", &["{\"a\": 1}"]), [""; 0]);
    }
}

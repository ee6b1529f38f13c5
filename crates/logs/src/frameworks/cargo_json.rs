//! The events that Rust's test harness prints with `--format json`.

use regreen_case::Framework;
use serde::Deserialize;

use super::cargo_block::{Block, read};
use super::{Findings, Found};
use crate::findings::Count;
use crate::text::{clip, push_line};

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "type")]
    kind: String,
    event: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    stdout: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    failed: u64,
}

/// Takes a line that may be an event.
pub(super) fn event(text: &str, number: u64, suite: Option<&str>, findings: &mut Findings) {
    let Ok(event) = serde_json::from_str::<Event>(text) else { return };
    if event.event != "failed" {
        return;
    }
    let same = |found: &Found| found.suite.as_deref() == suite;
    match event.kind.as_str() {
        "test" if !event.name.is_empty() => {
            findings.add(Framework::CargoTest, describe(event, suite, number));
        }
        "suite" => {
            let ours = |(framework, found): &&(Framework, Found)| {
                *framework == Framework::CargoTest && same(found) && found.role.is_none()
            };
            let named = findings.tests.iter().filter(ours).count() as u64;
            let counted = event.failed;
            findings.count(Count { framework: Framework::CargoTest, counted, named, at: number });
        }
        _ => {}
    }
}

fn describe(event: Event, suite: Option<&str>, number: u64) -> Found {
    let mut lines: Vec<String> = event.stdout.lines().take(2000).map(|line| clip(line, 2000)).collect();
    if !event.message.is_empty() {
        lines.extend(format!("note: {}", event.message).lines().map(str::to_owned));
    }
    let Block { kind, message, at, frames, place, .. } = read(&event.name, &lines);
    let mut block = format!("---- {} ----\n", event.name);
    for line in &lines {
        push_line(&mut block, line, 5000);
    }
    let (file, line) = at.map_or((None, None), |(file, line)| (Some(file), Some(line)));
    Found {
        id: event.name,
        suite: suite.map(str::to_owned),
        file,
        line,
        kind,
        message,
        frames,
        place,
        at: number,
        block,
        ..Found::default()
    }
}

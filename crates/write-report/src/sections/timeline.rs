//! Where the time went: a diagram and a table.

use regreen_case::{PhaseReport, Timing};

use crate::facts::Facts;
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let mut out = diagram(&facts.phases);
    let rows: Vec<_> = facts
        .phases
        .iter()
        .map(|phase| {
            let (start, length) = match phase.timing {
                Some(timing) => (clock(timing), markdown::seconds(timing.duration_s)),
                None => (String::new(), String::new()),
            };
            vec![
                phase.phase.name().to_owned(),
                format!("`{}`", phase.status),
                start,
                length,
                phase.reason.as_deref().map_or(String::new(), markdown::text),
            ]
        })
        .collect();
    out.push_str(&markdown::table(&["Phase", "Status", "Start (UTC)", "Time", "Why"], &rows));
    Some(out)
}

/// Labels are quoted and hold only names of ours, so nothing foreign reaches the diagram.
fn diagram(phases: &[PhaseReport]) -> String {
    let ran: Vec<_> = phases.iter().filter_map(|phase| phase.timing.map(|timing| (phase, timing))).collect();
    if ran.len() < 2 {
        return String::new();
    }
    let mut out = String::from("```mermaid\nflowchart LR\n");
    for (index, (phase, timing)) in ran.iter().enumerate() {
        let label =
            format!("{}<br>{}<br>{}", phase.phase, phase.status, markdown::seconds(timing.duration_s));
        out.push_str(&format!("  p{index}[\"{label}\"]\n"));
    }
    let chain: Vec<_> = (0..ran.len()).map(|index| format!("p{index}")).collect();
    out.push_str(&format!("  {}\n```\n\n", chain.join(" --> ")));
    out
}

fn clock(timing: Timing) -> String {
    timing.started_at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

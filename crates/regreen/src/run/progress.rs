//! What the person in front of it sees: a line per phase that moves on a terminal, plain lines with
//! signs of life everywhere else.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use regreen_case::Phase;
use regreen_runner::{Heartbeat, neutral};

/// Live progress.
#[derive(Clone)]
pub(crate) enum Progress {
    /// A bar per phase.
    Bars(Arc<Bars>),
    /// Lines on standard error; a heartbeat when none comes.
    Lines(Arc<Heartbeat>),
}

/// One bar per phase, in running order.
pub(crate) struct Bars {
    all: MultiProgress,
    bars: Vec<(Phase, ProgressBar)>,
}

impl Progress {
    /// Bars on a terminal, lines elsewhere.
    pub(crate) fn start() -> Self {
        if std::io::stderr().is_terminal() && !regreen_runner::in_actions() {
            Progress::Bars(Arc::new(Bars::new()))
        } else {
            Progress::Lines(Arc::new(Heartbeat::start("regreen")))
        }
    }

    /// A phase begins.
    pub(crate) fn begin(&self, phase: Phase) {
        match self {
            Progress::Bars(bars) => bars.begin(phase),
            Progress::Lines(beat) => beat.say(format!("{phase}: started")),
        }
    }

    /// A line of the running phase.
    pub(crate) fn line(&self, phase: Phase, line: &str) {
        let line = without_stamp(phase, line.trim());
        if line.is_empty() {
            return;
        }
        match self {
            Progress::Bars(bars) => bars.line(phase, line),
            Progress::Lines(beat) => beat.say(format!("{phase}: {line}")),
        }
    }

    /// A phase is over.
    pub(crate) fn end(&self, phase: Phase, answer: &str, since: Instant) {
        let took = since.elapsed().as_secs_f64();
        match self {
            Progress::Bars(bars) => bars.end(phase, &format!("{answer} ({took:.1} s)")),
            Progress::Lines(beat) => beat.say(format!("{phase}: {answer} after {took:.1} s")),
        }
    }
}

/// The phase stamps its own lines with its name and clock; ours says both already.
fn without_stamp(phase: Phase, line: &str) -> &str {
    let stamped = line.strip_prefix('[').and_then(|rest| rest.strip_prefix(phase.name()));
    stamped.and_then(|rest| rest.split_once("] ")).map_or(line, |(_, rest)| rest)
}

impl Bars {
    fn new() -> Self {
        let all = MultiProgress::new();
        let bars = Phase::ALL
            .into_iter()
            .map(|phase| {
                let bar = all.add(ProgressBar::new_spinner());
                bar.set_style(style("  {prefix:14.dim} {wide_msg}"));
                bar.set_prefix(phase.name());
                bar.tick();
                (phase, bar)
            })
            .collect();
        Bars { all, bars }
    }

    fn of(&self, phase: Phase) -> Option<&ProgressBar> {
        self.bars.iter().find(|(known, _)| *known == phase).map(|(_, bar)| bar)
    }

    fn begin(&self, phase: Phase) {
        if let Some(bar) = self.of(phase) {
            bar.set_style(style("{spinner:.cyan} {prefix:14.bold} {elapsed:>4} {wide_msg}"));
            bar.reset_elapsed();
            bar.enable_steady_tick(Duration::from_millis(120));
        }
    }

    fn line(&self, phase: Phase, line: &str) {
        let flat: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        if flat.starts_with("error:") || flat.starts_with("hint:") {
            let _ = self.all.println(neutral(&flat));
        } else if let Some(bar) = self.of(phase) {
            bar.set_message(flat);
        }
    }

    fn end(&self, phase: Phase, answer: &str) {
        if let Some(bar) = self.of(phase) {
            bar.disable_steady_tick();
            bar.set_style(style("✓ {prefix:14} {wide_msg}"));
            bar.finish_with_message(answer.to_owned());
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_of_a_phase_is_not_repeated() {
        assert_eq!(without_stamp(Phase::Reproduce, "[reproduce +1m2s] run 3: red"), "run 3: red");
        assert_eq!(without_stamp(Phase::Reproduce, "[fetch-logs +1s] x"), "[fetch-logs +1s] x");
        assert_eq!(without_stamp(Phase::Reproduce, "plain"), "plain");
    }
}

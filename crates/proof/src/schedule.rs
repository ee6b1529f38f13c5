//! Which side runs next, and when enough was seen: red, green and red again in random order.
//!
//! A failure that comes and goes often depends on how busy the machine is. Were all red runs first and
//! all green ones later, a machine that calms down meanwhile would make any patch look good. So every
//! run draws its side, from a seed that is recorded, among those that still have something to show:
//!
//! - a red side has until the failure was seen; if it stays away for longer than its measured rate allows,
//!   nothing more is run, for then clean runs prove nothing;
//! - the green side has until as many clean runs are counted as needed, and its first failure ends
//!   everything: more runs could only hide it;
//! - when the green runs are done, the failure must show once more with the patch taken back: it was
//!   still there while the last of them ran.

use regreen_case::Grade;

use crate::chance::Chance;
use crate::judge::Verdict;

/// So many base runs in a row without any counted result, and the test cannot be run.
const UNCOUNTED: usize = 3;

/// One of the three sides of a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The base.
    Red,
    /// With the patch.
    Green,
    /// With the patch taken back.
    RedAgain,
}

impl Side {
    pub(crate) const ALL: [Side; 3] = [Side::Red, Side::Green, Side::RedAgain];

    /// The name that outputs carry.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Side::Red => "red",
            Side::Green => "green",
            Side::RedAgain => "red_again",
        }
    }
}

/// A run that was handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    pub(crate) side: Side,
    /// One-based, within its side.
    pub(crate) number: u32,
    /// Begun when all green runs had begun.
    pub(crate) closing: bool,
}

/// What the runs add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Everything was seen.
    Proven,
    /// The base gave nothing that counts.
    NotRunnable(String),
    /// The green side failed, or gave a run that does not count.
    NotGreen(Verdict),
    /// The failure stayed away on a red side, for so many runs.
    Hidden(Side, u32),
    /// More runs are needed: so many clean ones, and these red sides.
    Unfinished { clean: u32, not_red: Vec<Side> },
}

#[derive(Debug, Default)]
struct Runs {
    begun: u32,
    verdicts: Vec<Verdict>,
    shown: bool,
    /// Runs since the failure was last looked for.
    quiet: u32,
}

/// The schedule of an intermittent proof.
#[derive(Debug)]
pub(crate) struct Schedule {
    chance: Chance,
    needed: u32,
    most_quiet: u32,
    red: Runs,
    green: Runs,
    red_again: Runs,
    closed: bool,
    closing_quiet: u32,
    stopped: bool,
}

impl Schedule {
    /// `needed` clean runs; a red side may stay green for `most_quiet` runs.
    pub(crate) fn new(seed: u64, needed: u32, most_quiet: u32) -> Self {
        Schedule {
            chance: Chance::new(seed),
            needed,
            most_quiet,
            red: Runs::default(),
            green: Runs::default(),
            red_again: Runs::default(),
            closed: false,
            closing_quiet: 0,
            stopped: false,
        }
    }

    /// The next run; `None` when nothing is left to be seen.
    pub(crate) fn next(&mut self) -> Option<Turn> {
        if self.stopped {
            return None;
        }
        let all_green_begun = self.green.begun >= self.needed;
        let open: Vec<Side> = Side::ALL
            .into_iter()
            .filter(|side| match side {
                Side::Red => !self.red.shown,
                Side::Green => !all_green_begun,
                Side::RedAgain => !self.red_again.shown || all_green_begun && !self.closed,
            })
            .collect();
        let side = *open.get(self.chance.below(open.len()))?;
        let closing = side == Side::RedAgain && all_green_begun;
        let runs = self.of(side);
        runs.begun += 1;
        Some(Turn { side, number: runs.begun, closing })
    }

    /// A red run ahead of the draw, to see how long one takes.
    pub(crate) fn next_red(&mut self) -> Option<Turn> {
        if self.stopped {
            return None;
        }
        self.red.begun += 1;
        Some(Turn { side: Side::Red, number: self.red.begun, closing: false })
    }

    /// A green run ahead of the draw, for a checkout that has the patch on only at first.
    pub(crate) fn next_green(&mut self) -> Option<Turn> {
        if self.stopped || self.green.begun >= self.needed {
            return None;
        }
        self.green.begun += 1;
        Some(Turn { side: Side::Green, number: self.green.begun, closing: false })
    }

    /// Takes a run back that was cut short and says nothing.
    pub(crate) fn forget(&mut self, turn: Turn) {
        let runs = self.of(turn.side);
        runs.begun = runs.begun.saturating_sub(1);
    }

    /// What a run said.
    pub(crate) fn record(&mut self, turn: Turn, verdict: Verdict) {
        let (failure, most_quiet) = (shows(&verdict), self.most_quiet);
        let green = verdict == Verdict::Green;
        let runs = self.of(turn.side);
        runs.verdicts.push(verdict);
        match turn.side {
            Side::Green => self.stopped |= !green,
            Side::Red | Side::RedAgain => {
                runs.shown |= failure;
                runs.quiet = if failure { 0 } else { runs.quiet + 1 };
                let hidden = !runs.shown && runs.quiet >= most_quiet;
                let uncounted = runs.verdicts.len() >= UNCOUNTED
                    && runs.verdicts.iter().all(|one| matches!(one, Verdict::Uncounted(_)));
                self.stopped |= hidden || uncounted;
                if turn.closing {
                    self.closed |= failure;
                    self.closing_quiet = if self.closed { 0 } else { self.closing_quiet + 1 };
                    self.stopped |= self.closing_quiet >= most_quiet;
                }
            }
        }
    }

    /// Verdicts of a side, in the order in which they came.
    pub(crate) fn verdicts(&self, side: Side) -> &[Verdict] {
        match side {
            Side::Red => &self.red.verdicts,
            Side::Green => &self.green.verdicts,
            Side::RedAgain => &self.red_again.verdicts,
        }
    }

    /// Clean runs so far.
    pub(crate) fn clean(&self) -> u32 {
        let clean = self.green.verdicts.iter().filter(|verdict| **verdict == Verdict::Green).count();
        u32::try_from(clean).unwrap_or(u32::MAX)
    }

    /// Whether all green runs were counted and clean: what is left is to see the failure.
    pub(crate) fn is_clean(&self) -> bool {
        self.clean() >= self.needed
    }

    /// What is known now.
    pub(crate) fn answer(&self) -> Answer {
        if let Some(verdict) = self.green.verdicts.iter().find(|verdict| **verdict != Verdict::Green) {
            // A base that cannot be run at all explains it better.
            return self.not_runnable().unwrap_or_else(|| Answer::NotGreen(verdict.clone()));
        }
        if let Some(answer) = self.not_runnable() {
            return answer;
        }
        for (side, runs) in [(Side::Red, &self.red), (Side::RedAgain, &self.red_again)] {
            if !runs.shown && runs.quiet >= self.most_quiet {
                return Answer::Hidden(side, runs.quiet);
            }
        }
        if self.closing_quiet >= self.most_quiet {
            return Answer::Hidden(Side::RedAgain, self.closing_quiet);
        }
        let not_red: Vec<Side> = [(Side::Red, self.red.shown), (Side::RedAgain, self.closed)]
            .into_iter()
            .filter_map(|(side, shown)| (!shown).then_some(side))
            .collect();
        if self.is_clean() && not_red.is_empty() {
            return Answer::Proven;
        }
        Answer::Unfinished { clean: self.clean(), not_red }
    }

    /// The base, or the checkout with the patch taken back, gave no counted result at all.
    fn not_runnable(&self) -> Option<Answer> {
        [&self.red, &self.red_again].into_iter().find_map(|runs| match runs.verdicts.first() {
            Some(Verdict::Uncounted(why))
                if runs.verdicts.len() >= UNCOUNTED
                    && runs.verdicts.iter().all(|one| matches!(one, Verdict::Uncounted(_))) =>
            {
                Some(Answer::NotRunnable(why.clone()))
            }
            _ => None,
        })
    }

    fn of(&mut self, side: Side) -> &mut Runs {
        match side {
            Side::Red => &mut self.red,
            Side::Green => &mut self.green,
            Side::RedAgain => &mut self.red_again,
        }
    }
}

/// Whether a run shows the failure.
pub(crate) fn shows(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Red(grade) if *grade > Grade::Different)
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;

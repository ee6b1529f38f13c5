//! Bisecting as a pure question-and-answer game: which commits of a line to ask about next, and what the answers say.
//!
//! Positions count from the tip, which is bad: larger ones are older. Without a commit that is known to be good it
//! steps back in doubling steps first. Promises: it ends; an exact answer is given only where a bad commit lies
//! directly on a good one; with answers that contradict each other the newest change from good to bad is the answer.

use std::collections::BTreeMap;

/// What a commit was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The test passes.
    Good,
    /// It fails, in the same way.
    Bad,
    /// Nothing that says either: it does not build, or fails in another way.
    Skip,
}

/// What is known at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The commit at this position broke it, and the one below is good.
    Exact(usize),
    /// One of these did: the others between could not be asked, or were not asked any more.
    Among {
        /// The newest, which is bad.
        newest: usize,
        /// The oldest, which lies on a good one.
        oldest: usize,
    },
    /// No good commit was found.
    NoGood,
}

/// A game under way.
#[derive(Debug, Clone)]
pub(crate) struct Bisect {
    /// How many commits the line has.
    length: usize,
    /// A position that is said to be good.
    hint: Option<usize>,
    answers: BTreeMap<usize, Answer>,
}

impl Bisect {
    /// A line of so many commits, the first of which is bad. `hint`: a position that somebody holds for good.
    pub(crate) fn new(length: usize, hint: Option<usize>) -> Self {
        let hint = hint.filter(|hint| (1..length).contains(hint));
        Bisect { length, hint, answers: BTreeMap::from([(0, Answer::Bad)]) }
    }

    /// Takes an answer in.
    pub(crate) fn learn(&mut self, position: usize, answer: Answer) {
        self.answers.insert(position, answer);
    }

    /// The positions to ask about next, different ones, at most `lanes`; none when all is known that can be.
    pub(crate) fn next(&self, lanes: usize) -> Vec<usize> {
        let lanes = lanes.max(1);
        match self.good() {
            Some(good) => self.between(self.bad(), good, lanes),
            None => self.back(lanes),
        }
    }

    /// What the answers say so far.
    pub(crate) fn outcome(&self) -> Outcome {
        let Some(good) = self.good() else { return Outcome::NoGood };
        let (newest, oldest) = (self.bad(), good - 1);
        if newest == oldest { Outcome::Exact(newest) } else { Outcome::Among { newest, oldest } }
    }

    /// The newest good one.
    pub(crate) fn good(&self) -> Option<usize> {
        self.answers.iter().find(|(_, answer)| **answer == Answer::Good).map(|(position, _)| *position)
    }

    /// The oldest bad one above it.
    pub(crate) fn bad(&self) -> usize {
        let end = self.good().unwrap_or(self.length);
        let bad = self.answers.range(..end).rev().find(|(_, answer)| **answer == Answer::Bad);
        bad.map_or(0, |(position, _)| *position)
    }

    /// Steps back from the tip, or from where a good one was said to be, until a good one comes.
    fn back(&self, lanes: usize) -> Vec<usize> {
        if let Some(hint) = self.hint.filter(|hint| !self.answers.contains_key(hint)) {
            return vec![hint];
        }
        let from = self.hint.unwrap_or(0);
        let last = self.length - 1;
        let doubling = (0..usize::BITS).map(|power| from.saturating_add(1 << power).min(last));
        let mut steps: Vec<usize> = doubling.filter(|step| !self.answers.contains_key(step)).collect();
        steps.dedup();
        steps.truncate(lanes);
        if steps.is_empty() { self.before_it_ran(lanes) } else { steps }
    }

    /// All steps led to bad commits, and then to such where the test does not run: perhaps because it could not, that
    /// far back. A good one can only lie between the two.
    fn before_it_ran(&self, lanes: usize) -> Vec<usize> {
        let bad = self.bad();
        let skip = self.answers.range(bad..).find(|(_, answer)| **answer == Answer::Skip);
        skip.map(|(skip, _)| self.spread(bad, *skip, lanes)).unwrap_or_default()
    }

    /// In the middle; after commits that could not be asked, elsewhere: they tend to lie together.
    fn between(&self, bad: usize, good: usize, lanes: usize) -> Vec<usize> {
        let skipped = self.answers.range(bad..good).filter(|(_, answer)| **answer == Answer::Skip).count();
        if skipped == 0 {
            return self.spread(bad, good, lanes);
        }
        let fractions = (1..=lanes).map(|lane| scattered(skipped + lane));
        self.nearest(bad, good, fractions)
    }

    fn spread(&self, low: usize, high: usize, lanes: usize) -> Vec<usize> {
        self.nearest(low, high, (1..=lanes).map(|lane| lane as f64 / (lanes + 1) as f64))
    }

    /// The positions strictly between that nobody asked about yet, nearest to these fractions of the way.
    fn nearest(&self, low: usize, high: usize, fractions: impl Iterator<Item = f64>) -> Vec<usize> {
        let mut open: Vec<usize> =
            (low + 1..high).filter(|position| !self.answers.contains_key(position)).collect();
        let mut chosen = Vec::new();
        for fraction in fractions {
            let wanted = low as f64 + fraction * (high - low) as f64;
            let distance = |position: usize| (position as f64 - wanted).abs();
            let nearest = (0..open.len()).min_by(|a, b| distance(open[*a]).total_cmp(&distance(open[*b])));
            let Some(nearest) = nearest else { break };
            chosen.push(open.remove(nearest));
        }
        chosen
    }
}

/// 1/2, 1/4, 3/4, 1/8, 5/8 …: numbers that fill the way evenly, however many are taken.
fn scattered(mut number: usize) -> f64 {
    let (mut fraction, mut part) = (0.0, 0.5);
    while number > 0 {
        if number % 2 == 1 {
            fraction += part;
        }
        part /= 2.0;
        number /= 2;
    }
    fraction
}

#[cfg(test)]
mod tests;

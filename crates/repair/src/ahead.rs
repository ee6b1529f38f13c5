//! Looks ahead of the search: the next candidates, in their order, are compiled together where the judge can do that.
//!
//! Promise: the order of the candidates is the queue's, whatever is known of them.

use std::collections::VecDeque;
use std::path::Path;

use crate::project::Project;
use crate::queue::{Queue, Ready};
use crate::switched::{Batch, Member};
use crate::{Foresight, Judge};

/// The queue, and what was taken from it before its turn.
pub(crate) struct Ahead<'a> {
    pub(crate) queue: Queue<'a>,
    project: &'a Project,
    checkout: &'a Path,
    /// `None`: nobody looked yet.
    waiting: VecDeque<(Ready, Option<Foresight>)>,
}

impl<'a> Ahead<'a> {
    pub(crate) fn new(queue: Queue<'a>, project: &'a Project, checkout: &'a Path) -> Self {
        Ahead { queue, project, checkout, waiting: VecDeque::new() }
    }

    /// How many candidates there are, as far as is known.
    pub(crate) fn known(&self) -> usize {
        self.queue.known()
    }

    /// How likely everything is together that still waits for its turn.
    pub(crate) fn waiting_weight(&self) -> f64 {
        let taken: f64 = self.waiting.iter().map(|(ready, _)| ready.candidate.score).sum();
        taken + self.queue.waiting_weight()
    }

    /// Passes over the first candidates. Returns how many there were to pass over, and how likely they are together.
    pub(crate) fn skip(&mut self, most: usize) -> (usize, f64) {
        let passed = (0..most).map_while(|_| self.queue.next());
        passed.fold((0, 0.0), |(count, weight), ready| (count + 1, weight + ready.candidate.score))
    }

    /// Score of the next candidate.
    pub(crate) fn peek(&mut self) -> Option<f64> {
        if self.waiting.is_empty() {
            self.waiting.push_back((self.queue.next()?, None));
        }
        self.waiting.front().map(|(ready, _)| ready.candidate.score)
    }

    /// The next candidate, with what is known of it. Looks at a batch of at most `most`, none less likely than `least`,
    /// when nobody has looked yet.
    pub(crate) fn next(
        &mut self,
        judge: &mut dyn Judge,
        most: usize,
        least: f64,
    ) -> Option<(Ready, Foresight)> {
        self.peek()?;
        if self.waiting.front().is_some_and(|(_, foresight)| foresight.is_none()) {
            self.look(judge, most, least);
        }
        self.waiting.pop_front().map(|(ready, foresight)| (ready, foresight.unwrap_or(Foresight::Unknown)))
    }

    fn look(&mut self, judge: &mut dyn Judge, most: usize, least: f64) {
        let size = judge.batch_size().min(most);
        // A batch of one is a build as any other.
        if size < 2 {
            return;
        }
        while self.waiting.len() < size {
            match self.queue.next() {
                Some(ready) => self.waiting.push_back((ready, None)),
                None => break,
            }
        }
        let mut places = Vec::new();
        let mut members = Vec::new();
        for (at, (ready, foresight)) in self.waiting.iter().enumerate().take(size) {
            let wanted = foresight.is_none() && ready.candidate.score >= least;
            let source = self.project.source(ready.candidate.file).filter(|_| wanted);
            if let Some(member) =
                source.and_then(|source| Member::of(source, &ready.candidate.edits, &ready.text))
            {
                places.push(at);
                members.push(member);
            }
        }
        let mut answers = Vec::new();
        if members.len() > 1 {
            let batch = Batch::new(self.checkout, members);
            places.truncate(batch.len());
            answers = judge.foresee(&batch);
        }
        answers.truncate(places.len());
        let seen = match places.get(answers.len()) {
            // What is behind the last answer gets another chance, with what comes then.
            Some(first) if !answers.is_empty() => *first,
            _ => places.last().map_or(1, |last| last + 1),
        };
        for (at, answer) in places.into_iter().zip(answers) {
            self.waiting[at].1 = Some(answer);
        }
        for (_, foresight) in self.waiting.iter_mut().take(seen.max(1)) {
            foresight.get_or_insert(Foresight::Unknown);
        }
    }
}

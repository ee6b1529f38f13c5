//! Best first, lazily: a region is turned into candidates when nothing better is left, and a candidate is
//! only checked for syntax and novelty when its turn comes.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::candidate::{Edit, edited};
use crate::generate::{Candidate, candidates, pairs};
use crate::localise::Region;
use crate::prior::Priors;
use crate::project::Project;
use crate::source::{SourceFile, SyntaxCheck};

/// Below this score pairs of cheap candidates are worth their turn.
const PAIRS_BELOW: f64 = 0.02;
/// How many cheap candidates are paired.
const PAIRED: usize = 60;
/// How likely two faults are against one.
const PAIR_PRIOR: f64 = 0.03;

enum Entry {
    Region(Region),
    Candidate(Box<Candidate>),
    Pairs,
}

struct Ranked {
    score: f64,
    /// Breaks ties, the same way for the same seed.
    tie: u64,
    entry: Entry,
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Ranked {}
impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then(other.tie.cmp(&self.tie))
    }
}

/// A candidate whose turn has come, with the text that it makes of its file.
pub(crate) struct Ready {
    pub(crate) candidate: Candidate,
    pub(crate) text: String,
}

/// The candidates of all regions.
pub(crate) struct Queue<'a> {
    project: &'a Project,
    message: String,
    seed: u64,
    priors: Option<&'a Priors>,
    heap: BinaryHeap<Ranked>,
    cheap: Vec<Candidate>,
    seen: HashSet<u64>,
    checks: HashMap<&'static str, SyntaxCheck>,
    /// What is wrong with the files as they are, by place.
    complaints: HashMap<(usize, usize), usize>,
    /// Distinct candidates that parse, so far handed out.
    pub(crate) handed_out: usize,
    /// Candidates that did not parse or were there before.
    pub(crate) dropped: usize,
    /// Scores of the regions that were turned into candidates, and of all those candidates.
    opened: (f64, f64),
}

impl<'a> Queue<'a> {
    pub(crate) fn new(
        project: &'a Project,
        regions: Vec<Region>,
        message: String,
        seed: u64,
        priors: Option<&'a Priors>,
    ) -> Self {
        let mut heap = BinaryHeap::new();
        for (number, region) in regions.into_iter().enumerate() {
            let gain =
                priors.zip(project.source(region.file)).map(|(priors, source)| priors.most(source, &region));
            let score = region.score * gain.unwrap_or(1.0);
            heap.push(Ranked { score, tie: number as u64, entry: Entry::Region(region) });
        }
        heap.push(Ranked { score: PAIRS_BELOW, tie: 0, entry: Entry::Pairs });
        Queue {
            project,
            message,
            seed,
            priors,
            heap,
            cheap: Vec::new(),
            seen: HashSet::new(),
            checks: HashMap::new(),
            complaints: HashMap::new(),
            handed_out: 0,
            dropped: 0,
            opened: (0.0, 0.0),
        }
    }

    /// How likely everything is together that still waits for its turn. Of regions that nobody has looked into it is
    /// estimated, from what the others came to.
    pub(crate) fn waiting_weight(&self) -> f64 {
        let (regions, candidates) = self.opened;
        let each = if regions > 0.0 { candidates / regions } else { 1.0 };
        let weight = |ranked: &Ranked| match &ranked.entry {
            Entry::Candidate(candidate) => candidate.score,
            Entry::Region(region) => region.score * each,
            Entry::Pairs => 0.0,
        };
        self.heap.iter().map(weight).sum()
    }

    /// How many candidates there are, as far as is known.
    pub(crate) fn known(&self) -> usize {
        self.handed_out + self.heap.len()
    }

    /// Candidates that put something else in the very place that `like` changes are at least so likely from now on.
    /// Returns how many that moves forward.
    pub(crate) fn raise(&mut self, like: &Candidate, least: f64) -> usize {
        let meets =
            |edit: &Edit| like.edits.iter().any(|other| (edit.start, edit.end) == (other.start, other.end));
        let waiting = std::mem::take(&mut self.heap).into_iter();
        let mut raised = 0;
        self.heap = waiting
            .map(|mut ranked| {
                if let Entry::Candidate(candidate) = &mut ranked.entry
                    && candidate.file == like.file
                    && candidate.score < least
                    && candidate.edits.iter().all(meets)
                {
                    candidate.score = least;
                    ranked.score = least;
                    raised += 1;
                }
                ranked
            })
            .collect();
        raised
    }

    /// The next candidate that parses and is new.
    pub(crate) fn next(&mut self) -> Option<Ready> {
        loop {
            match self.heap.pop()?.entry {
                Entry::Region(region) => self.open(&region),
                Entry::Pairs => self.pair_up(),
                Entry::Candidate(candidate) => match self.check(*candidate) {
                    Some(ready) => {
                        self.handed_out += 1;
                        return Some(ready);
                    }
                    None => self.dropped += 1,
                },
            }
        }
    }

    fn open(&mut self, region: &Region) {
        let Some(source) = self.project.source(region.file) else { return };
        // The text as it is counts as seen: a candidate that changes nothing is none.
        self.seen.insert(hash_of(&(region.file, source.text.as_str())));
        let mut made = candidates(source, region, &self.message);
        // Paired as if nothing was learnt: a change that was turned down alone may be half of the right one.
        self.cheap.extend(made.iter().filter(|candidate| candidate.pairs).take(PAIRED).cloned());
        if let Some(priors) = self.priors {
            for candidate in &mut made {
                candidate.score *= priors.factor(source, candidate);
            }
            made.sort_by(|a, b| b.score.total_cmp(&a.score));
        }
        self.opened.0 += region.score;
        self.opened.1 += made.iter().map(|candidate| candidate.score).sum::<f64>();
        for candidate in made {
            self.push(candidate);
        }
    }

    fn pair_up(&mut self) {
        let mut cheap = std::mem::take(&mut self.cheap);
        cheap.sort_by(|a, b| b.score.total_cmp(&a.score));
        cheap.truncate(PAIRED);
        for mut candidate in pairs(&cheap) {
            candidate.score *= PAIR_PRIOR;
            self.push(candidate);
        }
    }

    fn push(&mut self, candidate: Candidate) {
        let tie = hash_of(&(self.seed, &candidate.edits, candidate.file));
        // Without a seed of the caller's, the order of the templates decides.
        let tie = if self.seed == 0 { self.heap.len() as u64 } else { tie };
        self.heap.push(Ranked { score: candidate.score, tie, entry: Entry::Candidate(Box::new(candidate)) });
    }

    fn check(&mut self, mut candidate: Candidate) -> Option<Ready> {
        let source = self.project.source(candidate.file)?;
        let at = candidate.edits.first().map_or(0, |edit| edit.start);
        let text = with_imports(source, &mut candidate)?;
        if !self.seen.insert(hash_of(&(candidate.file, text.as_str()))) {
            return None;
        }
        let language = source.language;
        if !self.checks.contains_key(language.name()) {
            self.checks.insert(language.name(), SyntaxCheck::new(language).ok()?);
        }
        let check = self.checks.get_mut(language.name())?;
        let tree = check.reparsed(source, &text)?;
        let before = *self
            .complaints
            .entry((candidate.file, at))
            .or_insert_with(|| language.complaints(source.tree.root_node(), &source.text, at));
        (language.complaints(tree.root_node(), &text, moved(&candidate, at)) <= before)
            .then_some(Ready { candidate, text })
    }
}

/// The text that the candidate makes, after what its imports need was added to it.
fn with_imports(source: &SourceFile, candidate: &mut Candidate) -> Option<String> {
    let text = edited(&source.text, &candidate.edits)?;
    let more = source.language.mended_imports(source.tree.root_node(), &source.text, &text);
    if more.is_empty() {
        return Some(text);
    }
    for (span, replacement) in more {
        let original = source.text.get(span.clone())?.to_owned();
        candidate.edits.push(Edit { start: span.start, end: span.end, original, replacement });
    }
    candidate.edits.sort();
    let apart = candidate.edits.windows(2).all(|pair| pair[0].end <= pair[1].start);
    if apart { edited(&source.text, &candidate.edits) } else { None }
}

/// Where byte `at` of the file is in the candidate's text: behind what was changed before it.
fn moved(candidate: &Candidate, at: usize) -> usize {
    let before = candidate.edits.iter().filter(|edit| edit.end <= at && edit.start < at);
    let (gone, new) =
        before.fold((0, 0), |(gone, new), edit| (gone + edit.original.len(), new + edit.replacement.len()));
    (at + new).saturating_sub(gone)
}

fn hash_of(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::localise::localise;

    /// Scores of what puts something else where the first of these candidates does, once that one was found to help.
    fn siblings(raised: f64) -> Vec<f64> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("shop.py"), "def same(a, b):\n    return a >= b\n").unwrap();
        let project = Project::read(folder.path(), &[]);
        let regions = localise(&project, &[], &[], &[], None);
        let mut queue = Queue::new(&project, regions, String::new(), 0, None);
        let first = queue.next().unwrap().candidate;
        queue.raise(&first, raised);
        let rest = std::iter::from_fn(|| queue.next()).map(|ready| ready.candidate);
        let place = |edits: &[Edit]| edits.iter().map(|edit| (edit.start, edit.end)).collect::<Vec<_>>();
        let same = rest.filter(|candidate| place(&candidate.edits) == place(&first.edits));
        same.map(|candidate| candidate.score).collect()
    }

    #[test]
    fn what_may_be_meant_in_place_of_a_change_that_helps_becomes_likely() {
        let (plain, raised) = (siblings(0.0), siblings(0.9));
        assert!(plain.len() > 1 && plain.iter().any(|score| *score < 0.9), "{plain:?}");
        assert_eq!(plain.len(), raised.len());
        assert!(raised.iter().all(|score| *score >= 0.9), "{raised:?}");
    }
}

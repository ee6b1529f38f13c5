//! Gives each line to the parsers that need it, apart for every speaker of an interleaved log.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use regreen_case::Framework;

use crate::frameworks::{ENTRIES, Entry, Findings, Line, Parser};
use crate::spans::Span;

/// Most speakers kept apart. What further ones say is read as one.
const MAX_LANES: usize = 24;

/// A set of entries of the registry, by position.
type Mask = u128;

/// The triggers of all entries, and whose they are.
struct Triggers {
    automaton: Option<AhoCorasick>,
    owners: Vec<Mask>,
}

fn triggers() -> &'static Triggers {
    static TRIGGERS: OnceLock<Triggers> = OnceLock::new();
    TRIGGERS.get_or_init(|| {
        let mut words: Vec<(&str, Mask)> = Vec::new();
        for (at, entry) in ENTRIES.iter().enumerate() {
            for trigger in entry.triggers {
                match words.iter_mut().find(|(word, _)| word == trigger) {
                    Some((_, owners)) => *owners |= 1 << at,
                    None => words.push((trigger, 1 << at)),
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::Standard)
            .build(words.iter().map(|(word, _)| word))
            .ok();
        Triggers { automaton, owners: words.into_iter().map(|(_, owners)| owners).collect() }
    })
}

/// Whose triggers a line holds.
fn wanted(text: &str) -> Mask {
    let triggers = triggers();
    let Some(automaton) = &triggers.automaton else { return Mask::MAX };
    automaton
        .find_overlapping_iter(text)
        .fold(0, |mask, found| mask | triggers.owners[found.pattern().as_usize()])
}

/// Whether a parser only wakes where a run begins. Others wake at what any tool prints, and what they slept
/// after was a run only if they have something to say about it.
fn wakes_at_its_run(framework: Framework) -> bool {
    !matches!(framework, Framework::Jest | Framework::Vitest | Framework::NodeTest)
}

/// One speaker.
struct Lane {
    name: String,
    parsers: Vec<Box<dyn Parser>>,
    awake: Mask,
    /// Line that woke each parser.
    woke: Vec<u64>,
}

impl Lane {
    fn end(&mut self, chosen: Mask, last: u64, findings: &mut Findings) {
        for (at, parser) in self.parsers.iter_mut().enumerate() {
            if chosen & (1 << at) == 0 {
                continue;
            }
            parser.end(findings);
            if self.awake & (1 << at) != 0 {
                let (framework, start) = (ENTRIES[at].framework, self.woke[at]);
                findings.spans.add(Span { framework, start, end: last, closed: false });
            }
        }
        self.awake = 0;
    }
}

/// All parsers of a log.
pub(crate) struct Lanes {
    /// Entries whose parsers take part.
    chosen: Mask,
    /// The first one takes what has no prefix.
    lanes: Vec<Lane>,
    /// Last line seen.
    last: u64,
}

impl Lanes {
    /// With the parsers that `choose` wants.
    pub(crate) fn new(choose: impl Fn(&Entry) -> bool) -> Self {
        let chosen = ENTRIES
            .iter()
            .enumerate()
            .filter(|(_, entry)| choose(entry))
            .fold(0, |mask: Mask, (at, _)| mask | 1 << at);
        let mut lanes = Lanes { chosen, lanes: Vec::new(), last: 0 };
        lanes.lane("");
        lanes
    }

    /// Whether any parser needs every line now.
    pub(crate) fn is_awake(&self) -> bool {
        self.lanes.iter().any(|lane| lane.awake != 0)
    }

    /// Takes a line of a speaker. `hit` tells that it may hold triggers.
    pub(crate) fn line(&mut self, speaker: Option<&str>, line: Line<'_>, hit: bool, findings: &mut Findings) {
        self.last = line.number;
        let wanted = if hit { wanted(line.text) & self.chosen } else { 0 };
        if hit && speaker.is_none() && self.lanes.len() > 1 {
            self.program_ended(line.text, findings);
        }
        let name = speaker.unwrap_or_default();
        let known = self.lanes.iter().position(|lane| lane.name == name);
        let at = match known {
            Some(at) => at,
            None if wanted == 0 => return,
            None => self.lane(name),
        };
        let lane = &mut self.lanes[at];
        let mut left = wanted | lane.awake;
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            left &= left - 1;
            let parser = &mut lane.parsers[at];
            parser.line(line, findings);
            let (was, is) = (lane.awake & (1 << at) != 0, parser.is_awake());
            if is && !was {
                lane.awake |= 1 << at;
                lane.woke[at] = line.number;
            } else if was && !is {
                lane.awake &= !(1 << at);
                let (framework, start) = (ENTRIES[at].framework, lane.woke[at]);
                if wakes_at_its_run(framework) || findings.has_word_of(framework, start) {
                    findings.spans.add(Span { framework, start, end: line.number, closed: true });
                }
            }
        }
    }

    /// What ran a test program says that it is over: its speaker has nothing more to say.
    fn program_ended(&mut self, text: &str, findings: &mut Findings) {
        let Some(number) = crate::frameworks::ended_program(text) else { return };
        let name = number.to_string();
        let (chosen, last) = (self.chosen, self.last);
        for lane in self.lanes.iter_mut().filter(|lane| lane.name == name) {
            lane.end(chosen, last, findings);
        }
    }

    fn lane(&mut self, name: &str) -> usize {
        if self.lanes.len() >= MAX_LANES {
            return 0;
        }
        let parsers = ENTRIES.iter().map(|entry| (entry.parser)()).collect();
        self.lanes.push(Lane { name: name.to_owned(), parsers, awake: 0, woke: vec![0; ENTRIES.len()] });
        self.lanes.len() - 1
    }

    /// The output is over: a step ended, or the log did.
    pub(crate) fn end(&mut self, findings: &mut Findings) {
        for lane in &mut self.lanes {
            lane.end(self.chosen, self.last, findings);
        }
        self.lanes.truncate(1);
    }
}

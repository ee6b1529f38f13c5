//! Candidates of a compiled language that are built together: each function that they change becomes a switch over all of
//! its bodies, and an environment variable chooses one of them when the program runs.
//!
//! Promises: this is text, nothing is run. The body for every other number is that of the file as it is. Each candidate's
//! lines are its own, so that a compiler's complaint leads to the candidate. The files are as before when a [`Laid`] is
//! dropped.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use crate::RepairError;
use crate::candidate::{Edit, edited};
use crate::checkout::EditedFile;
use crate::language::Switch;
use crate::source::{SourceFile, is_named};

/// The environment variable that chooses: a number of [`Laid`]'s, everything else is the file as it is.
pub const CHOICE: &str = "REGREEN_CANDIDATE";
/// Numbers from here on are those of sentinels.
const SENTINELS: usize = 1_000_000;
/// A batch has at most so many bytes of bodies: compilers take their time for long functions.
const MOST_BYTES: usize = 160 * 1024;

/// Where a candidate can be one body of a switch.
#[derive(Debug, Clone)]
pub(crate) struct Member<'a> {
    source: &'a SourceFile,
    switch: &'static Switch,
    /// Of the function as it is.
    body: Range<usize>,
    /// The body as the candidate has it.
    changed: String,
    /// The whole file as the candidate has it.
    text: &'a str,
}

impl std::fmt::Debug for Switch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Switch")
    }
}

impl<'a> Member<'a> {
    /// `None` when the edits are not all within one function whose bodies can be switched.
    pub(crate) fn of(source: &'a SourceFile, edits: &[Edit], text: &'a str) -> Option<Self> {
        let switch = source.language.switch()?;
        let (start, end) = (edits.first()?.start, edits.iter().map(|edit| edit.end).max()?);
        let mut node = source.tree.root_node().named_descendant_for_byte_range(start, end)?;
        let mut function = None;
        loop {
            // The outermost: what is nested in a function is a part of its body.
            if source.language.is_function(node) {
                function = Some(node);
            }
            let Some(parent) = node.parent() else { break };
            node = parent;
        }
        let body = (switch.body)(function?, &source.text)?;
        if start <= body.start || end >= body.end {
            return None;
        }
        let moved: Vec<Edit> = edits
            .iter()
            .map(|edit| Edit { start: edit.start - body.start, end: edit.end - body.start, ..edit.clone() })
            .collect();
        let changed = edited(source.text.get(body.clone())?, &moved)?;
        Some(Member { source, switch, body, changed, text })
    }
}

/// Candidates that may be compiled together, best first.
#[derive(Debug)]
pub struct Batch<'a> {
    checkout: &'a Path,
    members: Vec<Member<'a>>,
}

impl<'a> Batch<'a> {
    /// As many of the members, from the first on, as one build should have.
    pub(crate) fn new(checkout: &'a Path, mut members: Vec<Member<'a>>) -> Self {
        let mut bytes = 0;
        let enough = members.iter().position(|member| {
            bytes += member.changed.len();
            bytes > MOST_BYTES
        });
        members.truncate(enough.unwrap_or(members.len()).max(1));
        Batch { checkout, members }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Writes the file of one member as the candidate has it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn lay_one(&self, member: usize) -> Result<Laid, RepairError> {
        let mut laid = Laid::default();
        if let Some(member) = self.members.get(member) {
            laid.write(self.checkout, member.source, member.text)?;
        }
        Ok(laid)
    }

    /// Writes the files with these members in them. A sentinel in each function prints `marker` and ends the process.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn lay(&self, members: &[usize], marker: &str) -> Result<Laid, RepairError> {
        let mut files: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for &at in members.iter().filter(|at| **at < self.members.len()) {
            files.entry(&self.members[at].source.path).or_default().push(at);
        }
        let mut laid = Laid::default();
        for (number, members) in files.into_values().enumerate() {
            let Some(first) = members.first().map(|at| &self.members[*at]) else { continue };
            let source = first.source;
            let text = self.switched(number, &members, marker, &mut laid);
            laid.write(self.checkout, source, &text)?;
        }
        Ok(laid)
    }

    /// The text of one file with switches in it.
    fn switched(&self, file: usize, members: &[usize], marker: &str, laid: &mut Laid) -> String {
        let mut functions: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &at in members {
            functions.entry(self.members[at].body.start).or_default().push(at);
        }
        let first = &self.members[members[0]];
        let (source, switch) = (first.source, first.switch);
        let fill = |form: &str, number: usize| {
            form.replace("{variable}", CHOICE)
                .replace("{file}", &file.to_string())
                .replace("{number}", &number.to_string())
                .replace("{marker}", marker)
        };
        let mut page = Page { text: String::new(), lines: 0 };
        let at = (switch.prelude_at)(source.tree.root_node());
        page.add(&source.text[..at]);
        page.add(&fill(switch.prelude, 0));
        let mut position = at;
        for members in functions.values() {
            let body = self.members[members[0]].body.clone();
            page.add(&source.text[position..body.start]);
            page.add(&fill(switch.open, 0));
            let sentinel = SENTINELS + laid.sentinels.len();
            laid.sentinels.push((sentinel, members.clone()));
            page.arm(&fill(switch.arm, sentinel), &fill(switch.sentinel, 0));
            for &at in members {
                let lines = page.arm(&fill(switch.arm, at + 1), &self.members[at].changed);
                laid.arms.push(Arm { file: source.path.clone(), lines, member: at });
            }
            page.arm(&fill(switch.otherwise, 0), &source.text[body.clone()]);
            page.add(&fill(switch.close, 0));
            position = body.end;
        }
        page.add(&source.text[position..]);
        page.add(&fill(switch.coda, 0));
        page.text
    }
}

/// A text as it grows.
struct Page {
    text: String,
    /// Ends of lines so far.
    lines: u32,
}

impl Page {
    fn add(&mut self, more: &str) {
        self.lines += u32::try_from(more.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(0);
        self.text.push_str(more);
    }

    /// Adds a body in its form; gives its lines, one-based.
    fn arm(&mut self, form: &str, body: &str) -> Range<u32> {
        let first = self.lines + 1;
        let (before, behind) = form.split_once("{body}").unwrap_or((form, ""));
        self.add(before);
        self.add(body);
        self.add(behind);
        first..self.lines + 1
    }
}

/// The lines of one candidate.
#[derive(Debug)]
struct Arm {
    file: String,
    lines: Range<u32>,
    member: usize,
}

/// Files of the checkout that hold several candidates until this is dropped.
#[derive(Debug, Default)]
pub struct Laid {
    files: Vec<EditedFile>,
    arms: Vec<Arm>,
    sentinels: Vec<(usize, Vec<usize>)>,
}

impl Laid {
    fn write(&mut self, checkout: &Path, source: &SourceFile, text: &str) -> Result<(), RepairError> {
        self.files.push(EditedFile::write(checkout.join(&source.path), &source.text, text)?);
        Ok(())
    }

    /// What chooses a member.
    #[must_use]
    pub fn choice(member: usize) -> String {
        (member + 1).to_string()
    }

    /// For each function, what chooses its sentinel, and the members that change it.
    pub fn sentinels(&self) -> impl Iterator<Item = (String, &[usize])> {
        self.sentinels.iter().map(|(number, members)| (number.to_string(), members.as_slice()))
    }

    /// The member that a line of a file belongs to. Compilers name files as they like: from where they run, in full.
    #[must_use]
    pub fn member_at(&self, file: &str, line: u32) -> Option<usize> {
        let same = |arm: &&Arm| arm.lines.contains(&line) && is_named(&arm.file, file);
        let mut found = self.arms.iter().filter(same).map(|arm| arm.member);
        // Two files whose names end alike: nobody is blamed for the other.
        found.next().filter(|_| found.next().is_none())
    }

    /// Puts the files back and says whether that worked.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn restore(self) -> Result<(), RepairError> {
        self.files.into_iter().try_for_each(EditedFile::restore)
    }
}

#[cfg(test)]
mod tests;

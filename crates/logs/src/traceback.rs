//! Follows one Python traceback from its heading to the exception, also where it is indented (pip and
//! pre-commit indent what they run).

use crate::text::{clip, push_line};

/// Longest stack kept.
const MAX_STACK: usize = 3000;
/// Most lines of a stack.
const MAX_LINES: usize = 2000;

/// A traceback that is being read.
#[derive(Debug, Clone)]
pub(crate) struct Traceback {
    indent: usize,
    head: String,
    tail: Vec<String>,
    lines: usize,
    places: bool,
}

/// What a line is to a traceback.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// Part of the stack.
    Inside,
    /// The exception.
    Ended(&'a str),
    /// Something else.
    Broken,
}

impl Traceback {
    /// A traceback, when `text` begins one.
    pub(crate) fn begins(text: &str) -> Option<Self> {
        let bare = text.trim_start();
        if !bare.starts_with("Traceback (most recent call last)") {
            return None;
        }
        let head = format!("{bare}\n");
        Some(Traceback { indent: text.len() - bare.len(), head, tail: Vec::new(), lines: 0, places: false })
    }

    /// Takes the next line.
    pub(crate) fn line<'a>(&mut self, text: &'a str) -> Step<'a> {
        let cut = text.bytes().take(self.indent).take_while(|byte| *byte == b' ').count();
        let text = &text[cut..];
        self.lines += 1;
        if text.is_empty() || text.starts_with([' ', '\t']) {
            self.places |= text.trim_start().starts_with("File \"");
            self.keep(text);
            return if self.lines > MAX_LINES { Step::Broken } else { Step::Inside };
        }
        if self.places && cut == self.indent { Step::Ended(text) } else { Step::Broken }
    }

    /// The beginning and the innermost frames.
    fn keep(&mut self, text: &str) {
        if self.head.len() < MAX_STACK / 4 {
            push_line(&mut self.head, &clip(text, 400), MAX_STACK);
            return;
        }
        self.tail.push(clip(text, 300));
        if self.tail.len() > 14 {
            self.tail.remove(0);
        }
    }

    /// The stack.
    pub(crate) fn into_block(self) -> String {
        let mut block = self.head;
        for line in &self.tail {
            push_line(&mut block, line, MAX_STACK);
        }
        block
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_indented_traceback_ends_with_its_exception() {
        let mut traceback = Traceback::begins("      Traceback (most recent call last):").unwrap();
        assert_eq!(traceback.line("        File \"a.py\", line 1, in <module>"), Step::Inside);
        assert_eq!(traceback.line("          x()"), Step::Inside);
        assert_eq!(traceback.line("      ValueError: no"), Step::Ended("ValueError: no"));
        assert!(traceback.into_block().starts_with("Traceback (most"));
    }

    #[test]
    fn a_heading_alone_is_no_traceback() {
        let mut traceback = Traceback::begins("Traceback (most recent call last):").unwrap();
        assert_eq!(traceback.line("something else"), Step::Broken);
        assert!(Traceback::begins("see Traceback").is_none());
    }
}

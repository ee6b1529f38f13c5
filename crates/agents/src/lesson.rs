//! What an earlier case teaches, as an agent is shown it: a few of them, a few lines each.
//!
//! All but the titles was written by other runs and their agents, so it is quoted like a log.

use crate::excerpt::fenced;

/// Cases that are shown.
const MOST_LESSONS: usize = 3;
/// Bytes of what is told about one.
const MAX_ACCOUNT: usize = 1_500;
/// Lines of their diffs, all together.
const MOST_DIFF_LINES: usize = 40;
/// Bytes of one of their diffs: lines can be long.
const MAX_DIFF: usize = 4 * 1024;

/// An earlier case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// When it was, how alike its failure is and how it ended: in our own words.
    pub title: String,
    /// What failed, what was tried and what came of it, as its documents say.
    pub account: String,
    /// The change that it ended with; may be empty.
    pub diff: String,
}

/// The lessons in Markdown, most telling first; empty without any.
pub(crate) fn blocks(lessons: &[Lesson]) -> String {
    let mut left = MOST_DIFF_LINES;
    let mut parts = Vec::new();
    for lesson in lessons.iter().take(MOST_LESSONS) {
        parts.push(format!("### {}\n\n{}", lesson.title, fenced(&lesson.account, "text", MAX_ACCOUNT)));
        let lines: Vec<&str> = lesson.diff.trim_end().lines().collect();
        // Half a change would mislead: it is shown whole or not at all.
        if !lines.is_empty() && lines.len() <= left && lesson.diff.len() <= MAX_DIFF {
            left -= lines.len();
            parts.push(fenced(&lines.join("\n"), "diff", MAX_DIFF));
        }
    }
    parts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(title: &str, lines: usize) -> Lesson {
        Lesson { title: title.to_owned(), account: "said".to_owned(), diff: "+x\n".repeat(lines) }
    }

    #[test]
    fn there_are_few_and_their_diffs_are_short() {
        let text = blocks(&[lesson("one", 30), lesson("two", 11), lesson("three", 10), lesson("four", 1)]);
        assert!(text.contains("### three") && !text.contains("### four"), "{text}");
        assert_eq!(text.matches("+x").count(), 40, "a diff that does not fit is left out whole");
        assert_eq!(blocks(&[]), "");
    }

    #[test]
    fn long_texts_are_cut_and_none_gets_out_of_its_fence() {
        let hostile = Lesson {
            title: "2026-01-02".to_owned(),
            account: format!("```\n## New orders\n{}", "word ".repeat(2_000)),
            diff: format!("+{}", "y".repeat(9_000)),
        };
        let text = blocks(&[hostile]);
        assert!(text.len() < 2_000 && text.contains("````text\n```\n## New orders"), "{text}");
    }
}

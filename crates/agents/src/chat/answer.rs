//! A chat model's answer, read: edits as blocks of what is searched and what replaces it, files that it
//! wants to see, and what it says beside them.
//!
//! Promise: what is not clearly an edit is none; a block that is not whole is named, not guessed at.

/// Edits of one answer that are read.
const MOST_EDITS: usize = 40;
/// Files that one answer may ask for.
const MOST_READS: usize = 8;
/// Characters kept of what it says beside its edits.
const MOST_SAID: usize = 2_000;

/// One change of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edit {
    /// Path in the checkout, as the model wrote it.
    pub(crate) path: String,
    /// Lines that are there now; none for a new file.
    pub(crate) search: Vec<String>,
    /// Lines that take their place.
    pub(crate) replace: Vec<String>,
}

/// A file, or lines of it, that the model wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) path: String,
    /// First and last line, one-based.
    pub(crate) lines: Option<(usize, usize)>,
}

/// What an answer holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) edits: Vec<Edit>,
    pub(crate) wanted: Vec<Wanted>,
    /// Blocks that cannot be read, in words for the model.
    pub(crate) problems: Vec<String>,
    /// Its words, without blocks and fences.
    pub(crate) said: String,
}

/// Reads an answer.
pub(crate) fn read(text: &str) -> Answer {
    let mut answer = Answer::default();
    let mut path: Option<String> = None;
    // Since the last block and the last words.
    let mut is_named = false;
    let mut lines = without_thoughts(text).lines().map(str::to_owned).collect::<Vec<_>>().into_iter();
    let mut said: Vec<String> = Vec::new();
    while let Some(line) = lines.next() {
        if is_marker(&line, '<', "SEARCH") {
            // Many models write the path without the word before it.
            let above = said.last().filter(|line| !is_named && is_path(line)).cloned();
            if let Some(above) = above {
                said.pop();
                path = Some(plain(&above));
            }
            is_named = false;
            block(&mut lines, path.as_deref(), &mut answer);
        } else if let Some(found) = line.trim().strip_prefix("FILE:") {
            path = Some(plain(found));
            is_named = true;
        } else if let Some(found) = line.trim().strip_prefix("READ:") {
            answer.wanted.extend(wanted(found));
        } else if !line.trim_start().starts_with("```") && !line.trim().is_empty() {
            said.push(line);
            is_named = false;
        }
    }
    answer.wanted.truncate(MOST_READS);
    if answer.edits.len() > MOST_EDITS {
        answer.problems.push(format!("there are more than {MOST_EDITS} edits; make fewer"));
    }
    answer.said = said.join("\n").chars().take(MOST_SAID).collect();
    answer
}

/// Reads a block from behind its first marker.
fn block(lines: &mut impl Iterator<Item = String>, path: Option<&str>, answer: &mut Answer) {
    let (mut search, mut replace) = (Vec::new(), Vec::new());
    let mut is_divided = false;
    for line in lines {
        if is_marker(&line, '>', "REPLACE") {
            match path {
                Some(path) if is_divided => {
                    answer.edits.push(Edit { path: path.to_owned(), search, replace });
                }
                Some(path) => answer.problems.push(format!("an edit of `{path}` has no line `=======`")),
                None => answer.problems.push("an edit has no line `FILE: path` before it".to_owned()),
            }
            return;
        }
        if !is_divided && line.trim_end() == "=======" {
            is_divided = true;
        } else if is_divided {
            replace.push(line);
        } else {
            search.push(line);
        }
    }
    let of = path.map(|path| format!(" of `{path}`")).unwrap_or_default();
    answer.problems.push(format!("the last edit{of} has no line `>>>>>>> REPLACE`: it was cut off"));
}

/// `<<<<<<< SEARCH`, with the signs counted generously.
fn is_marker(line: &str, sign: char, word: &str) -> bool {
    let line = line.trim();
    let rest = line.trim_start_matches(sign);
    line.len() - rest.len() >= 5 && rest.trim() == word
}

/// Whether a line is nothing but a path.
fn is_path(line: &str) -> bool {
    let line = plain(line);
    !line.contains(char::is_whitespace) && !line.ends_with('.') && (line.contains('.') || line.contains('/'))
}

/// A path without what models like to put around it.
fn plain(text: &str) -> String {
    let text = text.trim().trim_start_matches('#').trim().trim_end_matches(':');
    let text = text.trim_matches(['`', '*', '"']);
    text.strip_prefix("./").unwrap_or(text).to_owned()
}

fn wanted(text: &str) -> Option<Wanted> {
    let text = plain(text);
    let (path, lines) = match text.rsplit_once(':') {
        Some((path, lines)) => {
            let (first, last) = lines.split_once('-').unwrap_or((lines, lines));
            (path.to_owned(), Some((first.trim().parse().ok()?, last.trim().parse().ok()?)))
        }
        None => (text, None),
    };
    (!path.is_empty()).then_some(Wanted { path, lines })
}

/// The answer behind the thoughts that some models write into it.
fn without_thoughts(text: &str) -> &str {
    text.rsplit_once("</think>").map_or(text, |(_, answer)| answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDIT: &str = "<<<<<<< SEARCH\n    return a\n=======\n    return b\n>>>>>>> REPLACE\n";

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn edits_are_read_however_their_path_is_dressed() {
        for head in ["FILE: src/a.py", "FILE: `src/a.py`", "**src/a.py**", "### src/a.py", "`./src/a.py`:"] {
            let answer = read(&format!("The sum is short.\n\n{head}\n```python\n{EDIT}```\n"));
            let edit = Edit {
                path: "src/a.py".to_owned(),
                search: lines("    return a"),
                replace: lines("    return b"),
            };
            assert_eq!((answer.edits, answer.problems), (vec![edit], vec![]), "{head}");
            assert_eq!(answer.said, "The sum is short.", "{head}");
        }
        // What is said before is no path, even if it could be one.
        for said in ["Added.", "sum/total"] {
            assert_eq!(
                read(&format!("{said}\n\nFILE: a.py\n```\n{EDIT}```")).edits[0].path,
                "a.py",
                "{said}"
            );
        }
        let two = read(&format!("FILE: a.py\n{EDIT}\nand\n\n{EDIT}"));
        assert_eq!(two.edits.iter().map(|edit| edit.path.as_str()).collect::<Vec<_>>(), ["a.py", "a.py"]);
    }

    #[test]
    fn thoughts_are_no_edits() {
        let answer = read(&format!("<think>FILE: b.py\n{EDIT}</think>\nFILE: a.py\n{EDIT}"));
        assert_eq!(answer.edits.len(), 1);
        assert_eq!(answer.edits[0].path, "a.py");
    }

    #[test]
    fn what_is_not_whole_is_named() {
        let problem = |text: &str| read(text).problems.join("; ");
        assert!(problem(EDIT).contains("FILE: path"));
        assert!(problem("FILE: a.py\n<<<<<<< SEARCH\nx\n=======\ny").contains("cut off"));
        assert!(problem("FILE: a.py\n<<<<<<< SEARCH\nx\n>>>>>>> REPLACE").contains("`=======`"));
        assert!(read("I would change the loop.").edits.is_empty());
    }

    #[test]
    fn files_are_asked_for_as_a_whole_or_in_part() {
        let answer = read("READ: src/a.py\nREAD: `b.py:10-20`\nREAD: c.py:7\nREAD:\n");
        let found: Vec<(&str, Option<(usize, usize)>)> =
            answer.wanted.iter().map(|one| (one.path.as_str(), one.lines)).collect();
        assert_eq!(found, [("src/a.py", None), ("b.py", Some((10, 20))), ("c.py", Some((7, 7)))]);
    }
}

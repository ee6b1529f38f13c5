//! What an id says of its test: the file, the name, what the test belongs to. Two forms: `path::Class::name[case]`, and
//! a row of titles, `path > suite > title`, which may hold any sign.

use regreen_case::Framework;

use super::names::TestName;
use crate::language::{Definition, language_of};

/// The parts of an id.
pub(super) struct TestId {
    /// Path, where the id begins with one.
    pub(super) file: Option<String>,
    /// Name or title of the test itself.
    pub(super) name: String,
    /// Class or suite around it.
    owner: Option<String>,
    /// All titles in a row, where the id is one.
    titles: Option<String>,
    whole: String,
}

impl TestId {
    /// Reads the id of a test of `framework` in `file`.
    pub(super) fn read(id: &str, framework: Framework, file: Option<&str>) -> Self {
        let titled = match file.map(|file| file.split("::").next().unwrap_or(file)).and_then(language_of) {
            Some(language) => language.has_titled_tests(),
            None => has_titles(framework),
        };
        let parts = match framework {
            _ if titled => Self::titles(id),
            Framework::GoTest if !id.contains("::") => Self::of_go(id),
            _ => Self::path(id),
        };
        TestId { whole: id.to_owned(), ..parts }
    }

    fn path(id: &str) -> Self {
        let TestName { file, owner, name } = TestName::read(id);
        TestId {
            file: file.map(str::to_owned),
            name: name.to_owned(),
            owner: owner.map(str::to_owned),
            titles: None,
            whole: String::new(),
        }
    }

    /// `example.com/cart.TestAdd/empty`: what is a function of it is seen later.
    fn of_go(id: &str) -> Self {
        TestId { file: None, name: id.to_owned(), owner: None, titles: None, whole: String::new() }
    }

    fn titles(id: &str) -> Self {
        let mut id = id.replace(" › ", " > ");
        let mut file = None;
        for sign in ["::", " > "] {
            let head = id.split(sign).next().unwrap_or_default();
            if language_of(head).is_some() && !head.contains(char::is_whitespace) {
                file = Some(head.to_owned());
                id = id.get(head.len() + sign.len()..).unwrap_or_default().to_owned();
                break;
            }
        }
        let parts: Vec<&str> = id.split(" > ").map(str::trim).collect();
        let name = parts.last().copied().unwrap_or_default().to_owned();
        let owner = parts.len().checked_sub(2).map(|index| parts[index].to_owned());
        TestId { file, name, owner, titles: Some(single_blanks(&parts.join(" > "))), whole: String::new() }
    }

    /// Names of functions that the name may hold: itself, and the parts of `example.com/cart.TestAdd/empty`.
    pub(super) fn functions(&self) -> Vec<&str> {
        let pieces = self.name.split('/').map(|piece| piece.rsplit('.').next().unwrap_or(piece));
        let mut found = vec![self.name.as_str()];
        found.extend(pieces.filter(|piece| !piece.is_empty() && *piece != self.name));
        found
    }

    /// The id as it was given.
    pub(super) fn whole(&self) -> &str {
        &self.whole
    }

    /// Whether the id is a row of titles.
    pub(super) fn is_row(&self) -> bool {
        self.titles.is_some()
    }

    /// Whether the definition is the one that the id names.
    pub(super) fn names(&self, definition: &Definition) -> bool {
        let Some(titles) = &self.titles else {
            let owned = definition.owner.is_none()
                || self.owner.is_none()
                || definition.owner.as_deref() == self.owner.as_deref();
            return owned && self.functions().contains(&definition.name.as_str());
        };
        // A title may hold the sign between titles; `%s` and `${a}` stand for anything.
        let starts = titles.match_indices(" > ").map(|(at, sign)| at + sign.len());
        let tail = std::iter::once(0)
            .chain(starts)
            .find(|start| titles.get(*start..).is_some_and(|tail| is_filled(&definition.name, tail)));
        let around = |start: usize| titles.get(..start).unwrap_or_default();
        tail.is_some_and(|start| match &definition.owner {
            Some(owner) if start > 0 => {
                around(start).trim_end_matches([' ', '>']).rsplit(" > ").any(|title| is_filled(owner, title))
            }
            _ => true,
        })
    }
}

/// Frameworks whose tests have titles.
fn has_titles(framework: Framework) -> bool {
    matches!(
        framework,
        Framework::Jest
            | Framework::Vitest
            | Framework::Mocha
            | Framework::NodeTest
            | Framework::Playwright
            | Framework::Ava
            | Framework::Jasmine
            | Framework::Karma
    )
}

fn single_blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `title` is the template with something in each gap: `adds %i` for `adds 3`.
fn is_filled(template: &str, title: &str) -> bool {
    if template == title {
        return true;
    }
    let pieces = fixed_pieces(template);
    if pieces.len() < 2 || pieces.iter().all(|piece| piece.trim().is_empty()) {
        return false;
    }
    let mut rest = title;
    for (index, piece) in pieces.iter().enumerate() {
        let last = index + 1 == pieces.len();
        let found = match index {
            0 => rest.strip_prefix(piece),
            _ if last => rest.ends_with(piece).then_some(""),
            _ => rest.find(piece).and_then(|at| rest.get(at + piece.len()..)),
        };
        match found {
            Some(left) => rest = left,
            None => return false,
        }
    }
    true
}

/// What stands between the gaps `%s`, `$name`, `${…}` of a title.
fn fixed_pieces(template: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(rest) = template.get(at..).filter(|rest| !rest.is_empty()) {
        let gap = gap_length(rest);
        if gap > 0 {
            pieces.push(template.get(from..at).unwrap_or_default());
            at += gap;
            from = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    pieces.push(template.get(from..).unwrap_or_default());
    pieces
}

fn gap_length(rest: &str) -> usize {
    let mut letters = rest.chars();
    match (letters.next(), letters.next()) {
        (Some('%'), Some(kind)) if "sdifjopO#".contains(kind) => 2,
        (Some('$'), Some('{')) => rest.find('}').map_or(0, |end| end + 1),
        (Some('$'), Some(first)) if first.is_ascii_alphabetic() || first == '_' => {
            let word = rest[1..].find(|letter: char| !letter.is_alphanumeric() && !"_.".contains(letter));
            word.map_or(rest.len(), |end| end + 1)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::DefinitionSort;

    fn definition(name: &str, owner: Option<&str>) -> Definition {
        Definition {
            name: name.to_owned(),
            owner: owner.map(str::to_owned),
            span: 0..1,
            sort: DefinitionSort::Function,
            in_test: true,
        }
    }

    fn id(text: &str) -> TestId {
        TestId::read(text, Framework::Vitest, None)
    }

    #[test]
    fn paths_and_classes_are_split_at_colons() {
        let id = TestId::read("tests/test_a.py::TestA::test_b[x::y]", Framework::Pytest, None);
        assert_eq!((id.file.as_deref(), id.name.as_str()), (Some("tests/test_a.py"), "test_b"));
        assert!(id.names(&definition("test_b", Some("TestA"))));
        assert!(!id.names(&definition("test_b", Some("TestB"))));
        // A comparison in the case of a test is no row of titles.
        let id = TestId::read("test_a.py::test_b[1 > 0]", Framework::Pytest, Some("test_a.py"));
        assert_eq!(id.name, "test_b");
    }

    #[test]
    fn rows_of_titles_are_split_at_either_sign_and_may_begin_with_a_path() {
        for text in ["src/a.test.js > cart > adds [1]", "src/a.test.js::cart > adds [1]"] {
            let id = id(text);
            assert_eq!(id.file.as_deref(), Some("src/a.test.js"));
            assert!(id.names(&definition("adds [1]", Some("cart"))), "{text}");
            assert!(!id.names(&definition("adds [1]", Some("basket"))), "{text}");
        }
        assert!(id("cart › a::b").names(&definition("a::b", Some("cart"))));
        assert!(id("cart > shows a > b").names(&definition("shows a > b", Some("cart"))));
        assert!(!id("cart > total").names(&definition("tot", Some("cart"))));
    }

    #[test]
    fn gaps_of_a_title_take_anything() {
        assert!(id("cart > adds 1 to two").names(&definition("adds %i to %s", Some("cart"))));
        assert!(id("adds 3 ü").names(&definition("adds ${a + b} ü", None)));
        assert!(id("adds 3").names(&definition("adds $count", None)));
        assert!(!id("adds").names(&definition("%s", None)));
        assert!(!id("takes 3").names(&definition("adds %i", None)));
    }
}

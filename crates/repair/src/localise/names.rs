//! Takes the ids of tests apart, whatever framework made them: `tests/a.py::Class::test`, `module::test`,
//! `pkg.Class.method(int)[1]`, `Class#method`, `Class > Nested > method() > [1] a`.

use crate::language::language_of;

/// A test's name in its parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TestName<'a> {
    /// The file, where the id starts with one.
    pub(super) file: Option<&'a str>,
    /// The class or module that holds the test.
    pub(super) owner: Option<&'a str>,
    /// The function or method; empty for a whole file.
    pub(super) name: &'a str,
}

impl<'a> TestName<'a> {
    pub(super) fn read(id: &'a str) -> Self {
        if id.contains(" > ") && !id.contains("::") {
            return TestName::of_titles(id);
        }
        let id = id.split('[').next().unwrap_or(id);
        let mut parts: Vec<&str> = id.split("::").collect();
        let file = parts.first().copied().filter(|part| language_of(part).is_some());
        if file.is_some() {
            parts.remove(0);
        }
        if let ([one], None) = (&parts[..], file) {
            return TestName::of_members(one);
        }
        let owner = parts.len().checked_sub(2).map(|index| parts[index]);
        TestName { file, owner, name: parts.last().copied().unwrap_or_default().trim() }
    }

    /// `pkg.Class$Nested.method(Type)`, `Class#method`.
    fn of_members(id: &'a str) -> Self {
        let id = id.split(['(', '{']).next().unwrap_or(id).trim();
        let mut parts = id.rsplit(['.', '#', '$', '/']).filter(|part| !part.is_empty());
        let name = parts.next().unwrap_or_default();
        TestName { file: None, owner: parts.next(), name }
    }

    /// `Class > Nested > method(Type) > [2] title`: the method is the first part that is called like one.
    fn of_titles(id: &'a str) -> Self {
        let parts: Vec<&str> = id.split(" > ").map(str::trim).collect();
        let is_method = |part: &&str| part.starts_with(|letter: char| letter.is_lowercase() || letter == '_');
        let at = parts.iter().skip(1).position(is_method).map_or(parts.len() - 1, |at| at + 1);
        let owner = at.checked_sub(1).and_then(|at| parts[at].rsplit(['.', '$']).next());
        TestName { file: None, owner, name: parts[at].split('(').next().unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_all_frameworks_are_taken_apart() {
        let read = |id| {
            let TestName { file, owner, name } = TestName::read(id);
            format!("{}|{}|{name}", file.unwrap_or("-"), owner.unwrap_or("-"))
        };
        for (id, expected) in [
            ("tests/test_cart.py::TestCart::test_total[1-2]", "tests/test_cart.py|TestCart|test_total"),
            ("tests/test_cart.py", "tests/test_cart.py|-|"),
            ("test_total", "-|-|test_total"),
            ("cart::tests::total", "-|tests|total"),
            ("com.acme.CartTest.total", "-|CartTest|total"),
            ("com.acme.CartTest$Empty.total(int)[2]", "-|Empty|total"),
            ("CartTest#total", "-|CartTest|total"),
            ("com.acme.CartTest > total(int, int) > [2] 1, 2", "-|CartTest|total"),
            ("CartTest > WhenEmpty > total()", "-|WhenEmpty|total"),
            ("", "-|-|"),
            ("ö > ", "-|ö|"),
        ] {
            assert_eq!(read(id), expected, "{id}");
        }
    }
}

//! The headings that gradle prints of a test: `Class > nested > method(Type)[1] FAILED`.

use regreen_case::ContainerRole;

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Title {
    /// As printed, without what gradle puts before every name.
    pub(super) id: String,
    /// With or without package.
    pub(super) class: String,
    pub(super) method: String,
    pub(super) parts: usize,
    /// It belongs to a suite of `TestNG`: its set-up methods do not.
    pub(super) in_suite: bool,
    pub(super) role: Option<ContainerRole>,
}

/// Name and outcome of a heading.
pub(super) fn outcome(text: &str) -> Option<(&str, &str)> {
    let (name, outcome) = text.trim_end().rsplit_once(' ')?;
    let known = matches!(outcome, "FAILED" | "PASSED" | "SKIPPED" | "STANDARD_OUT" | "STANDARD_ERROR");
    (known && !name.is_empty()).then_some((name.trim_end(), outcome))
}

/// `:a:test FAILED`.
pub(super) fn task_failed(text: &str) -> Option<&str> {
    text.trim_end().strip_suffix(" FAILED").filter(|name| name.starts_with(':') && !name.contains(' '))
}

/// Reads a name.
pub(super) fn title(name: &str) -> Option<Title> {
    if name.starts_with(['>', ':', '-', '*', '#', '[', '<', '$', '+', '|', '✘', '✖', '×', '=']) {
        return None;
    }
    let mut parts: Vec<&str> = name.split(" > ").collect();
    let mut role = None;
    let in_suite = parts.len() > 1 && parts[0] == "Gradle suite";
    while parts.len() > 1 && is_runner(parts[0]) {
        parts.remove(0);
    }
    if is_runner(parts[0]) {
        role = Some(ContainerRole::Suite);
    }
    let last = *parts.last()?;
    let class = parts[0];
    let simple = class.rsplit(['.', '$']).next().unwrap_or(class);
    if parts.len() == 1 && role.is_none() {
        let parts = if in_suite { 2 } else { 1 };
        return single(last).map(|title| Title { parts, in_suite, ..title });
    }
    if matches!(last, "initializationError" | "classMethod" | "executionError") {
        role = Some(ContainerRole::Suite);
    }
    // The last part may say everything: `pkg.Class.method(Type)[3]`.
    let full = qualified(last, simple).filter(|_| parts.len() > 1 && last != class);
    let (id, class, method) = match full {
        Some((class, method)) => (last.to_owned(), class, method),
        None => {
            // The method stands before the titles of its invocations.
            let method = parts.iter().skip(1).find(|part| part.contains('(')).unwrap_or(&last);
            (parts.join(" > "), class, *method)
        }
    };
    Some(Title {
        id,
        class: class.to_owned(),
        method: method.to_owned(),
        parts: parts.len().max(2),
        in_suite,
        role,
    })
}

/// What gradle puts before the class when it prints whole paths, and what it calls `TestNG`'s suites.
fn is_runner(part: &str) -> bool {
    part.starts_with("Gradle Test Run ")
        || part.starts_with("Gradle Test Executor ")
        || matches!(part, "Gradle suite" | "Gradle test")
}

/// `pkg.Class.method…` of the class that is called `simple`.
fn qualified<'a>(text: &'a str, simple: &str) -> Option<(&'a str, &'a str)> {
    let end = text.find(['(', '[', ' ']).unwrap_or(text.len());
    let (class, _) = text[..end].rsplit_once('.')?;
    let fits = class.contains('.') && class.rsplit(['.', '$']).next() == Some(simple);
    fits.then(|| (class, &text[class.len() + 1..]))
}

/// A name without titles: `pkg.Class.method[jvm]`, `pkg.Class`.
fn single(name: &str) -> Option<Title> {
    let end = name.find(['[', '(']).unwrap_or(name.len());
    let (head, tail) = name.split_at(end);
    let is_word = |word: &str| {
        !word.is_empty()
            && !word.starts_with(|first: char| first.is_ascii_digit())
            && word.chars().all(|char| char.is_alphanumeric() || "_$".contains(char))
    };
    let fits =
        head.contains('.') && head.split('.').all(is_word) && (tail.is_empty() || tail.ends_with([']', ')']));
    let (class, method) = head.rsplit_once('.').filter(|_| fits)?;
    let is_class = method.starts_with(|first: char| first.is_uppercase());
    Some(Title {
        id: name.to_owned(),
        class: if is_class { head } else { class }.to_owned(),
        method: if is_class { "" } else { method }.to_owned(),
        parts: 1,
        in_suite: false,
        role: is_class.then_some(ContainerRole::Suite),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_of_all_kinds_are_read() {
        let read = |name| title(name).map(|title| (title.id, title.class, title.method));
        let is =
            |id: &str, class: &str, method: &str| Some((id.to_owned(), class.to_owned(), method.to_owned()));
        assert_eq!(read("a.B > c"), is("a.B > c", "a.B", "c"));
        assert_eq!(read("B > D > c(Type) > [1] x, y"), is("B > D > c(Type) > [1] x, y", "B", "c(Type)"));
        assert_eq!(read("B > c(T) > p.B.c(T)[3]"), is("p.B.c(T)[3]", "p.B", "c(T)[3]"));
        assert_eq!(read("Gradle Test Run :t > Gradle Test Executor 3 > a.B > c"), is("a.B > c", "a.B", "c"));
        assert_eq!(read("Gradle suite > Gradle test > a.B.c"), is("a.B.c", "a.B", "c"));
        assert_eq!(read("a.B.c[jvm]"), is("a.B.c[jvm]", "a.B", "c"));
        assert_eq!(read("B > adds 1 > 0 and more"), is("B > adds 1 > 0 and more", "B", "0 and more"));
        assert_eq!(read("Gradle suite > Gradle test > a.B.c[1](2, b c)").unwrap().0, "a.B.c[1](2, b c)");
        assert_eq!(read("something else"), None);
        assert_eq!(read("> Task :x"), None);
        assert_eq!(title("Gradle Test Executor 3").unwrap().role, Some(ContainerRole::Suite));
        assert_eq!(title("a.B > initializationError").unwrap().role, Some(ContainerRole::Suite));
    }
}

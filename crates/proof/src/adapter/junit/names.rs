//! Names of tests on the JVM: `pkg.Class$Inner.method(Type)[2]` by surefire of any version, `pkg.Class >
//! Nested > method(Type) > [2] a, b` by gradle.

/// A test's name in its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// With package, and `$` before nested classes where they are known.
    pub(super) class: String,
    /// As the code calls it; empty for a whole class.
    pub(super) method: String,
    /// Types, number and titles of an invocation, without spaces and alike for all versions.
    pub(super) invocation: String,
}

impl Name {
    pub(super) fn read(id: &str) -> Self {
        let mut parts = id.split(" > ");
        let first = parts.next().unwrap_or_default();
        let rest: Vec<&str> = parts.collect();
        if rest.is_empty() {
            return Name::of_maven(first);
        }
        // The method is the first part that is called like one.
        let at = rest.iter().position(|part| is_method(part)).unwrap_or(rest.len() - 1);
        let (method, types) = cut(rest[at]);
        let mut class = first.to_owned();
        for nested in &rest[..at] {
            class.push('$');
            class.push_str(nested);
        }
        // The last part may say everything, with class and method.
        let method = method.strip_prefix(&format!("{first}.")).unwrap_or(method);
        let invocation = plain(&format!("{types}{}", rest[at + 1..].concat()));
        Name { class, method: method.to_owned(), invocation }
    }

    fn of_maven(id: &str) -> Self {
        let (head, invocation) = cut(id);
        // Titles with spaces and dots: only what stands before them can be a class.
        let end = head.find(' ').unwrap_or(head.len());
        let is_class = |text: &str| {
            text.rsplit(['.', '$']).next().is_some_and(|last| last.starts_with(char::is_uppercase))
        };
        match head[..end].rfind('.') {
            _ if end == head.len() && is_class(head) && invocation.is_empty() => {
                Name { class: head.to_owned(), ..Name::default() }
            }
            Some(dot) => Name {
                class: head[..dot].to_owned(),
                method: head[dot + 1..].to_owned(),
                invocation: plain(invocation),
            },
            None => Name { class: head.to_owned(), ..Name::default() },
        }
    }

    /// Whether it is a class that failed as a whole, by the names that JUnit and surefire have for that.
    pub(super) fn is_whole(&self) -> bool {
        self.method.is_empty()
            || matches!(self.method.as_str(), "initializationError" | "classMethod" | "executionError")
    }

    /// Class without nesting and package.
    pub(super) fn outer(&self) -> &str {
        self.class.split('$').next().unwrap_or(&self.class)
    }
}

/// A method with what stands behind its name.
fn cut(text: &str) -> (&str, &str) {
    text.split_at(text.find(['(', '[', '{']).unwrap_or(text.len()))
}

/// `adds(int)`, `works`: no class, and no title of an invocation.
fn is_method(part: &str) -> bool {
    part.starts_with(|c: char| c.is_lowercase() || c == '_') && !part.starts_with('[')
}

/// Versions differ in brackets and spaces.
fn plain(invocation: &str) -> String {
    invocation
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '{' => '(',
            '}' => ')',
            c => c,
        })
        .collect()
}

/// The id of what people call `method`, `Nested::method` or `Nested`, of a class.
pub(super) fn id(class: &str, name: &str) -> String {
    let parts: Vec<&str> = name.split("::").collect();
    let Some((last, nested)) = parts.split_last() else { return class.to_owned() };
    let mut class = class.to_owned();
    for one in nested {
        class.push('$');
        class.push_str(one);
    }
    let separator = if last.starts_with(char::is_uppercase) && !last.contains(' ') { '$' } else { '.' };
    format!("{class}{separator}{last}")
}

/// Whether a result belongs to a target's id.
pub(super) fn belongs(target: &str, result: &str, failed: bool) -> bool {
    if target == result {
        return true;
    }
    let (wanted, found) = (Name::read(target), Name::read(result));
    let same_class = same(&wanted.class, &found.class);
    if found.is_whole() {
        // A class that cannot be set up is a failure of every test in it.
        return failed && (same_class || within(&wanted.class, &found.class));
    }
    if wanted.method.is_empty() {
        return same_class || within(&found.class, &wanted.class);
    }
    same_class
        && wanted.method == found.method
        && (wanted.invocation.is_empty()
            || wanted.invocation == found.invocation
            // Without a number, the invocations of a method with such types.
            || (!wanted.invocation.contains('[') && found.invocation.starts_with(&wanted.invocation)))
}

/// One side may lack the package.
fn same(one: &str, other: &str) -> bool {
    one == other || one.ends_with(&format!(".{other}")) || other.ends_with(&format!(".{one}"))
}

/// A class nested in another.
fn within(inner: &str, outer: &str) -> bool {
    inner.match_indices('$').any(|(at, _)| same(&inner[..at], outer))
}

/// Whether a result is of a class that a file declares, as far as names tell.
pub(super) fn is_of_file(file: &str, result: &str) -> bool {
    let Some((stem, _)) = file.rsplit_once('.') else { return false };
    let dotted = stem.replace('/', ".");
    let found = Name::read(result);
    let outer = found.outer();
    dotted == outer || dotted.ends_with(&format!(".{outer}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_tools_and_all_versions_are_read() {
        let read = |id: &str| {
            let name = Name::read(id);
            format!("{}|{}|{}", name.class, name.method, name.invocation)
        };
        assert_eq!(read("a.b.C.m"), "a.b.C|m|");
        assert_eq!(read("a.b.C$D.m{String, int}[2]"), "a.b.C$D|m|(String,int)[2]");
        assert_eq!(read("a.b.C.odd[1: x=2.5 - y]"), "a.b.C|odd|[1:x=2.5-y]");
        assert_eq!(read("a.b.C.adds 1.5 to it"), "a.b.C|adds 1.5 to it|");
        assert_eq!(read("a.b.C$D"), "a.b.C$D||");
        assert_eq!(read("CartTest > WhenEmpty > total()"), "CartTest$WhenEmpty|total|()");
        assert_eq!(read("CartTest > adds(int, int) > [2] 1, 2"), "CartTest|adds|(int,int)[2]1,2");
        assert_eq!(read("com.acme.OldTest > works"), "com.acme.OldTest|works|");
    }

    #[test]
    fn a_class_that_failed_as_a_whole_is_no_test() {
        for id in ["a.C", "a.C$D", "a.C.initializationError", "C > classMethod", "a.C.executionError"] {
            assert!(Name::read(id).is_whole(), "{id}");
        }
        for id in ["a.C.m", "a.C.m(int)[1]", "C > m()", "C > Nested > m(int) > [2] 1, 2"] {
            assert!(!Name::read(id).is_whole(), "{id}");
        }
    }

    #[test]
    fn a_target_owns_its_invocations_and_its_classes_failure() {
        for (target, result, failed, expected) in [
            ("a.C.m", "a.C.m(int)[1]", false, true),
            ("a.C.m{int}[1]", "a.C.m(int)[1]", false, true),
            ("a.C.m{int}[1]", "a.C.m(int)[11]", false, false),
            ("a.C.m", "a.C.mm", false, false),
            ("a.C.m", "a.CC.m", false, false),
            ("a.C.m", "b.C.m", false, false),
            ("a.C", "a.C$D.m", false, true),
            ("a.C$D.m", "a.C", true, true),
            ("a.C.m", "a.C.initializationError", true, true),
            ("C > m()", "a.C.m()", false, true),
            ("C > m(int) > [1] 5", "C > m(int) > [1] 5", false, true),
            ("C > m(int) > [1] 5", "C > m(int) > [2] 5", false, false),
        ] {
            assert_eq!(belongs(target, result, failed), expected, "{target} {result}");
        }
        assert!(is_of_file("core/src/test/java/a/C.java", "a.C$D.m"));
        assert!(!is_of_file("core/src/test/java/a/C.java", "a.CC.m"));
        assert_eq!(id("a.C", "Inner::deep"), "a.C$Inner.deep");
    }
}

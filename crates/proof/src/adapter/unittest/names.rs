//! Names of unittest: `method (module.Class.method)` since Python 3.11, `method (module.Class)` before, a
//! subtest's description behind either.

/// A test, a hook, a module that could not be loaded, or (without a method) a class or module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Name<'a> {
    /// Name of the method; empty for a whole class or module.
    pub(super) method: &'a str,
    /// Module and class, joined by dots.
    pub(super) path: &'a str,
    /// Description and parameters of a subtest, as printed.
    pub(super) subtest: &'a str,
}

impl<'a> Name<'a> {
    /// Of an id as printed. A name without parentheses is one of a class or module.
    pub(super) fn read(id: &'a str) -> Self {
        // A method's name may hold anything, so the form that repeats it is the surest.
        for (at, _) in id.match_indices(" (") {
            let (method, rest) = (&id[..at], &id[at + 2..]);
            let repeated = format!(".{method})");
            if let Some(end) = rest.find(&repeated) {
                return Name {
                    method,
                    path: &rest[..end],
                    subtest: rest[end + repeated.len()..].trim_start(),
                };
            }
        }
        let Some((method, rest)) = id.split_once(" (") else { return Name { path: id, ..Name::default() } };
        let (path, subtest) = rest.split_once(')').unwrap_or((rest, ""));
        Name { method, path, subtest: subtest.trim_start() }
    }

    /// `setUpClass` and the like, which fail for every test of the class or module.
    pub(super) fn is_hook(&self) -> bool {
        matches!(self.method, "setUpClass" | "tearDownClass" | "setUpModule" | "tearDownModule")
    }

    /// Whether it is a test's, rather than that of something around tests.
    pub(super) fn is_test(&self) -> bool {
        !self.method.is_empty() && !self.is_hook() && self.unloaded().is_none()
    }

    /// The module that could not be loaded, as far as the loader names it.
    pub(super) fn unloaded(&self) -> Option<&'a str> {
        self.path.starts_with("unittest.loader.").then_some(self.method)
    }

    /// Whether a class or module is this path or lies around it.
    pub(super) fn is_within(&self, outer: &str) -> bool {
        within(self.path, outer)
    }

    /// The name that the loader takes, of a test, class or module.
    pub(super) fn dotted(&self) -> String {
        match (self.unloaded(), self.method) {
            (Some(module), _) => module.to_owned(),
            (None, _) if self.is_hook() => self.path.to_owned(),
            (None, "") => self.path.to_owned(),
            (None, method) => format!("{}.{method}", self.path),
        }
    }

    /// Whether the loader finds it by that name: it splits at dots, whatever a method is called.
    pub(super) fn is_plain(&self) -> bool {
        self.dotted().split('.').all(is_identifier)
    }
}

/// `inner` is `outer` or begins with it and a dot.
pub(super) fn within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether a result, as printed, belongs to a target's id.
pub(super) fn belongs(target: &str, result: &str, passed: bool) -> bool {
    if target == result {
        return true;
    }
    let (wanted, found) = (Name::read(target), Name::read(result));
    if let Some(module) = found.unloaded() {
        // The loader names a module that it was asked for by the last part of its name only.
        let asked = wanted.unloaded().unwrap_or(wanted.path);
        return !passed
            && (within(asked, module)
                || asked.split('.').any(|part| part == module)
                || within(module, asked));
    }
    if let Some(module) = wanted.unloaded() {
        return found.is_within(module);
    }
    if found.is_hook() {
        return !passed && (wanted.is_within(found.path) || found.is_within(wanted.path));
    }
    if wanted.is_hook() || wanted.method.is_empty() {
        return found.is_within(wanted.path);
    }
    let same = wanted.method == found.method && wanted.path == found.path;
    // A subtest that was not reached is not shown by the test around it to have passed.
    same && (wanted.subtest.is_empty()
        || wanted.subtest == found.subtest
        || (found.subtest.is_empty() && !passed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_forms_are_read() {
        let read = |id| {
            let name = Name::read(id);
            (name.method, name.path, name.subtest)
        };
        assert_eq!(read("test_a (m.T.test_a)"), ("test_a", "m.T", ""));
        assert_eq!(read("test_a (m.T)"), ("test_a", "m.T", ""));
        assert_eq!(
            read("test_a (m.T.test_a) [a - b] (name='x (y)')"),
            ("test_a", "m.T", "[a - b] (name='x (y)')")
        );
        assert_eq!(read("test a (b) \"ü\" (m.T.test a (b) \"ü\")"), ("test a (b) \"ü\"", "m.T", ""));
        assert_eq!(read("m.T"), ("", "m.T", ""));
        assert_eq!(Name::read("tests.x (unittest.loader._FailedTest.tests.x)").unloaded(), Some("tests.x"));
        assert!(Name::read("test_größe (m.T.test_größe)").is_plain());
        assert!(!Name::read("test 1.5 (m.T.test 1.5)").is_plain());
    }

    #[test]
    fn what_is_around_tests_is_no_test() {
        let is_test = |id| Name::read(id).is_test();
        assert!(is_test("test_a (tests.pypi.T.test_a)") && is_test("test_a (m.T.test_a) (i=1)"));
        assert!(!is_test("setUpClass (m.T)") && !is_test("tearDownModule (m)") && !is_test("m.T"));
        assert!(!is_test("tests.x (unittest.loader._FailedTest.tests.x)"));
        assert!(!is_test("x (unittest.loader._FailedTest)"));
    }

    #[test]
    fn a_target_owns_its_subtests_and_what_failed_around_it() {
        let id = "test_a (p.m.T.test_a)";
        for (result, passed, expected) in [
            ("test_a (p.m.T)", true, true),
            ("test_a (p.m.T.test_a) (i=1)", true, true),
            ("test_ab (p.m.T.test_ab)", true, false),
            ("test_a (p.m.TT.test_a)", true, false),
            ("setUpClass (p.m.T)", false, true),
            ("setUpModule (p.m)", false, true),
            ("setUpClass (p.m.TT)", false, false),
            ("m (unittest.loader._FailedTest.m)", false, true),
            ("p.m (unittest.loader._FailedTest.p.m)", false, true),
            ("p.n (unittest.loader._FailedTest.p.n)", false, false),
        ] {
            assert_eq!(belongs(id, result, passed), expected, "{result}");
        }
        let subtest = "test_a (p.m.T.test_a) (i=1)";
        assert!(belongs(subtest, id, false) && !belongs(subtest, id, true));
        assert!(!belongs(subtest, "test_a (p.m.T.test_a) (i=2)", false));
        assert!(belongs("setUpClass (p.m.T)", id, true) && belongs("p.m", id, true));
        assert!(belongs("p.m (unittest.loader._FailedTest.p.m)", id, true));
    }
}

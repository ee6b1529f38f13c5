//! Which test of a report is which test of a log. Both name it, each in its own form: what they have in
//! common are the words.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use regreen_case::Framework;

use super::ReportedFailure;

/// Endings of files, which one side often leaves out.
const ENDINGS: &[&str] = &[
    "py", "rs", "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "java", "kt", "kts", "groovy", "scala",
    "go", "rb", "php", "cs", "cc", "cpp", "cxx", "c", "h", "swift", "ex", "exs", "dart", "bats", "sh",
];

/// The words of a name.
pub(super) fn words(name: &str) -> Vec<&str> {
    name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// A name whatever stands between its words.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for word in parts.iter().flat_map(|part| words(part)).filter(|word| !ENDINGS.contains(word)) {
        word.hash(&mut hasher);
    }
    hasher.finish()
}

/// The class, unless the name holds it already.
pub(super) fn own_class<'a>(classname: &'a str, name: &str) -> &'a str {
    if words(name).starts_with(&words(classname)) { "" } else { classname }
}

/// The words by which tests are compared.
pub(super) struct Words<'a> {
    /// Of the name alone (report), or of the whole id (log).
    name: Vec<&'a str>,
    /// Of whatever else may stand in an id: class, file, suite.
    around: BTreeSet<&'a str>,
}

impl<'a> Words<'a> {
    /// Of a reported failure.
    pub(super) fn reported(failure: &'a ReportedFailure) -> Self {
        let around =
            [failure.classname.as_str(), &failure.suite, failure.declared_in.as_deref().unwrap_or_default()];
        let name = if failure.name.is_empty() { &failure.classname } else { &failure.name };
        Words { name: words(name), around: around.into_iter().flat_map(words).collect() }
    }

    /// Of a name in a log.
    pub(super) fn logged(id: &'a str, suite: Option<&'a str>, file: Option<&'a str>) -> Self {
        let around = [suite.unwrap_or_default(), file.unwrap_or_default()];
        Words { name: words(id), around: around.into_iter().flat_map(words).collect() }
    }

    /// How sure it is that a reported test (`self`) is one of a log: `None` when it is another.
    pub(super) fn likeness(&self, logged: &Words<'_>) -> Option<Likeness> {
        let at = position(&logged.name, &self.name)?;
        let rest = logged.name[..at].iter().chain(&logged.name[at + self.name.len()..]);
        let rest: Vec<&str> = rest.copied().filter(|word| !ENDINGS.contains(word)).collect();
        let known = |word: &&str| self.around.contains(word) || self.name.contains(word);
        let strange = rest.iter().filter(|word| !known(word)).count();
        let told = rest.iter().filter(|word| self.around.contains(*word)).count();
        let shared = told + self.around.intersection(&logged.around).count();
        if strange == 0 {
            // The name alone is the whole id: then what stands around it must not contradict.
            let apart =
                rest.is_empty() && !logged.around.is_empty() && !self.around.is_empty() && shared == 0;
            let unlike = self.around.symmetric_difference(&logged.around).count();
            return Some(if apart {
                Likeness::Likely(0)
            } else {
                Likeness::Sure(shared, usize::MAX - unlike)
            });
        }
        (shared > 0 || self.around.is_empty()).then_some(Likeness::Likely(shared))
    }
}

/// How sure it is that two names are one test's; greater is surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// The name is the same, and something around it.
    Likely(usize),
    /// Nothing speaks against it: so many words around it are shared, so few are not.
    Sure(usize, usize),
}

/// Where the words of `inner` stand in `outer`, in a row.
fn position(outer: &[&str], inner: &[&str]) -> Option<usize> {
    if inner.is_empty() || inner.len() > outer.len() {
        return None;
    }
    outer.windows(inner.len()).rposition(|window| window == inner)
}

/// A parent fails because a part of it does: go's reports list both.
pub(super) fn drop_parents(failures: &mut Vec<ReportedFailure>) {
    let nested: BTreeSet<(String, String)> = failures
        .iter()
        .flat_map(|failure| {
            let cuts = failure.name.match_indices('/').map(|(at, _)| failure.name[..at].to_owned());
            cuts.map(|parent| (failure.classname.clone(), parent)).collect::<Vec<_>>()
        })
        .collect();
    failures.retain(|failure| !nested.contains(&(failure.classname.clone(), failure.name.clone())));
}

/// The id as the framework prints it in a log, and the group where one name can exist twice.
pub(super) fn id(failure: &ReportedFailure, framework: Framework) -> (String, Option<String>) {
    let (class, name) = (failure.classname.as_str(), failure.name.as_str());
    let group = (!class.is_empty()).then(|| class.to_owned());
    let with = |separator: &str| {
        if own_class(class, name).is_empty() { name.to_owned() } else { format!("{class}{separator}{name}") }
    };
    match framework {
        Framework::Pytest => (pytest(failure), None),
        Framework::CargoTest | Framework::GoTest | Framework::Vitest | Framework::Playwright => {
            (name.to_owned(), group)
        }
        Framework::Jest | Framework::Ctest | Framework::Catch2 | Framework::Rspec => (name.to_owned(), None),
        Framework::Phpunit => (with("::"), None),
        Framework::Minitest => (with("#"), None),
        Framework::Mocha => (with(" > "), None),
        Framework::Gtest => (with("."), None),
        Framework::NodeTest if class == "test" || class == "suite" => {
            let suite = failure.suite.as_str();
            (if suite.is_empty() { name.to_owned() } else { format!("{suite} > {name}") }, None)
        }
        Framework::Exunit => (format!("{name} ({})", class.trim_start_matches("Elixir.")), None),
        _ if class.contains('/') => (name.to_owned(), group),
        _ => (with("."), None),
    }
}

/// `tests.test_x.TestA` and `test_b[1]` are `tests/test_x.py::TestA::test_b[1]`. Which dots part folders and
/// which classes is told by a file, or else by Python's custom of how classes are spelled.
fn pytest(failure: &ReportedFailure) -> String {
    let (class, name) = (failure.classname.as_str(), failure.name.as_str());
    let dotted = |file: &str| file.trim_end_matches(".py").replace('/', ".");
    if class.is_empty() {
        // A file that could not be collected.
        return failure.declared_in.clone().unwrap_or_else(|| format!("{}.py", name.replace('.', "/")));
    }
    let files = [&failure.declared_in, &failure.file].into_iter().flatten();
    let file = files.filter(|file| file.ends_with(".py")).find(|file| {
        class.strip_prefix(&dotted(file)).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    let (file, classes) = match file {
        Some(file) => (file.clone(), class[dotted(file).len()..].trim_start_matches('.').to_owned()),
        None => {
            let parts: Vec<&str> = class.split('.').collect();
            let is_class = |part: &&str| part.starts_with(|c: char| c.is_uppercase());
            let modules = parts.iter().position(is_class).unwrap_or(parts.len()).max(1);
            (format!("{}.py", parts[..modules].join("/")), parts[modules..].join("."))
        }
    };
    let classes: String =
        classes.split('.').filter(|part| !part.is_empty()).map(|part| format!("::{part}")).collect();
    format!("{file}{classes}::{name}")
}

//! How alike two failures are, when one of them is the memory of another case.
//!
//! Plain data and one pure function: what earlier cases teach depends on nothing else.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Failure, Framework, Grade, Reproduction, Signature};

/// A kind that says nothing, so that having it in common says nothing either.
const UNNAMED_KIND: &str = "failure";

/// How alike an earlier failure is to this one. What is less alike is no help, and has no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// The same kind of error in the same place of the project.
    SameKind,
    /// The same test failed, in another way.
    SameTest,
    /// The same failure.
    SameSignature,
}

impl std::fmt::Display for Likeness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Likeness::SameKind => "the same kind of error in the same place",
            Likeness::SameTest => "the same test",
            Likeness::SameSignature => "the same signature",
        })
    }
}

/// What a failure is recognised by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FailureTraits {
    /// Its fingerprint: as seen here, else as seen in CI.
    pub signature: Option<Signature>,
    /// The tests that fail.
    pub tests: BTreeSet<(Framework, String)>,
    /// Files of the project that its stack traces name, as printed.
    pub files: BTreeSet<String>,
}

impl FailureTraits {
    /// The traits that the documents of a case hold.
    #[must_use]
    pub fn of(failure: Option<&Failure>, reproduction: &Reproduction) -> Self {
        let in_ci = failure.and_then(|failure| failure.signature.as_ref());
        let signature = reproduction.signature.as_ref().or(in_ci).cloned();
        let named = reproduction.tests.iter().map(|test| (test.framework, test.id.clone()));
        let fingerprinted =
            signature.iter().filter_map(|signature| Some((signature.framework?, signature.test.clone()?)));
        let tests = named.chain(fingerprinted).filter(|(_, id)| !id.is_empty()).collect::<BTreeSet<_>>();
        let frames = failure.into_iter().flat_map(|failure| &failure.tests).flat_map(|test| &test.frames);
        let files = frames.filter(|frame| frame.project).map(|frame| frame.file.clone()).collect();
        FailureTraits { signature, tests, files }
    }

    /// How alike `earlier` is; `None` when it is another matter.
    #[must_use]
    pub fn likeness(&self, earlier: &FailureTraits) -> Option<Likeness> {
        let signatures = self.signature.as_ref().zip(earlier.signature.as_ref());
        // A missing part is no difference to the comparison: where no test is named it would say too much.
        let both_named = |(now, then): &(&Signature, &Signature)| now.test.is_some() && then.test.is_some();
        if signatures.is_some_and(|(now, then)| now.hash == then.hash)
            || signatures.filter(both_named).is_some_and(|(now, then)| now.compare(then) == Grade::Same)
        {
            return Some(Likeness::SameSignature);
        }
        if !self.tests.is_disjoint(&earlier.tests) {
            return Some(Likeness::SameTest);
        }
        let (now, then) = signatures?;
        let same_kind = now.kind == then.kind && now.kind != UNNAMED_KIND;
        let same_frame = now.frame.is_some() && now.frame == then.frame;
        let same_file =
            || self.files.iter().any(|one| earlier.files.iter().any(|other| is_same_file(one, other)));
        (same_kind && (same_frame || same_file())).then_some(Likeness::SameKind)
    }
}

/// Logs print paths from the root of the machine or of the project: one may be the end of the other.
fn is_same_file(one: &str, other: &str) -> bool {
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|front| front.is_empty() || front.ends_with('/'))
    };
    !one.is_empty() && !other.is_empty() && (ends(one, other) || ends(other, one))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traits(test: &str, kind: &str, message: &str, frame: Option<&str>, files: &[&str]) -> FailureTraits {
        let framework = Framework::Pytest;
        FailureTraits {
            signature: Some(Signature::new(Some(framework), Some(test), kind, message, frame)),
            tests: BTreeSet::from([(framework, test.to_owned())]),
            files: files.iter().map(|file| (*file).to_owned()).collect(),
        }
    }

    #[test]
    fn the_same_failure_is_known_again() {
        let now = traits("t.py::a", "KeyError", "KeyError: 'pie'", Some("prices.py price"), &[]);
        assert_eq!(now.likeness(&now), Some(Likeness::SameSignature));
        // A log that cut the message and named no frame.
        let cut = traits("t.py::a", "KeyError", "", None, &[]);
        assert_eq!(now.likeness(&cut), Some(Likeness::SameSignature));
    }

    #[test]
    fn the_same_test_in_another_way_is_similar() {
        let now = traits("t.py::a", "KeyError", "KeyError: 'pie'", None, &[]);
        let other = traits("t.py::a", "TypeError", "no", None, &[]);
        assert_eq!(now.likeness(&other), Some(Likeness::SameTest));
        let mut jest = other;
        jest.signature = None;
        jest.tests = BTreeSet::from([(Framework::Jest, "t.py::a".to_owned())]);
        assert_eq!(now.likeness(&jest), None, "another framework's test of that name is another test");
    }

    #[test]
    fn the_same_kind_needs_the_same_place() {
        let now = traits("t.py::a", "KeyError", "x", Some("prices.py price"), &["/ci/w/shop/prices.py"]);
        let like = |kind: &str, frame: Option<&str>, files: &[&str]| {
            now.likeness(&traits("t.py::b", kind, "y", frame, files))
        };
        assert_eq!(like("KeyError", Some("prices.py price"), &[]), Some(Likeness::SameKind));
        assert_eq!(like("KeyError", None, &["shop/prices.py"]), Some(Likeness::SameKind));
        assert_eq!(like("KeyError", None, &["workshop/prices.py", "rices.py"]), None);
        assert_eq!(like("TypeError", Some("prices.py price"), &["shop/prices.py"]), None);
        let unnamed = traits("t.py::a", "failure", "x", Some("prices.py price"), &[]);
        assert_eq!(unnamed.likeness(&traits("t.py::b", "failure", "y", Some("prices.py price"), &[])), None);
    }

    #[test]
    fn failures_without_a_name_are_not_the_same() {
        let bare = |message| FailureTraits {
            signature: Some(Signature::new(None, None, "failure", message, None)),
            ..FailureTraits::default()
        };
        assert_eq!(bare("").likeness(&bare("exit code 1")), None);
        assert_eq!(FailureTraits::default().likeness(&FailureTraits::default()), None);
        assert!(Likeness::SameSignature > Likeness::SameTest && Likeness::SameTest > Likeness::SameKind);
    }
}

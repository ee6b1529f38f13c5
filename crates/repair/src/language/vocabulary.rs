//! How a language spells what templates insert, as plain data. Weights are between 0 and 1, 1 being the likeliest.

use super::Kind;

/// Spelling of the language itself.
#[derive(Debug)]
pub(crate) struct Syntax {
    pub(crate) and: &'static str,
    pub(crate) or: &'static str,
    /// With the blank that has to follow, if any.
    pub(crate) not: &'static str,
    pub(crate) truth: &'static str,
    pub(crate) falsehood: &'static str,
    /// The comparison that is meant when no other one stands there: `==`, or `===`.
    pub(crate) equal: &'static str,
    pub(crate) unequal: &'static str,
    /// Arithmetic operators besides `+ - * / %` and those on bits.
    pub(crate) operators: &'static [&'static str],
    /// Whether a float and an integer literal never mix: `a * 2.0`.
    pub(crate) strict_floats: bool,
    /// Whether a value of any type may stand anywhere: nothing checks types before the program runs.
    pub(crate) dynamic: bool,
    /// What ends a simple statement.
    pub(crate) end: &'static str,
    /// One level of indentation.
    pub(crate) indent: &'static str,
    pub(crate) blocks: Blocks,
}

/// How the head and the body of a control statement are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blocks {
    /// `if a:` and an indented line
    Indented,
    /// `if a {`
    Braces,
    /// `if (a) {`
    ParenthesesAndBraces,
}

impl Syntax {
    /// An `if` with one statement in front of a statement that is indented by `indent`.
    pub(crate) fn guard(&self, test: &str, statement: &str, indent: &str) -> String {
        let (inner, end) = (self.indent, self.end);
        let (open, close) = match self.blocks {
            Blocks::Indented => (format!("if {test}:"), String::new()),
            Blocks::Braces => (format!("if {test} {{"), format!("}}\n{indent}")),
            Blocks::ParenthesesAndBraces => (format!("if ({test}) {{"), format!("}}\n{indent}")),
        };
        format!("{open}\n{indent}{inner}{statement}{end}\n{indent}{close}")
    }
}

/// Names or forms, with how likely each is.
pub(crate) type Weighted = &'static [(&'static str, f64)];

/// What a language's library offers. In forms, `{}` is the value or the name.
pub(crate) struct Vocabulary {
    /// Functions that are mistaken for each other.
    pub(crate) families: &'static [&'static [&'static str]],
    /// Calls behind the dot that normalise a value of a kind: `trim()`.
    pub(crate) methods: fn(&Kind) -> Weighted,
    /// Calls around a value of a kind: `abs({})`.
    pub(crate) wrappers: fn(&Kind) -> Weighted,
    /// What may be wrong with a variable of a kind, as conditions: `{} == null`.
    pub(crate) doubts: fn(&Kind) -> Vec<(&'static str, f64)>,
    /// Clauses on a variable that a condition may lack; true: it protects what follows, so it goes first.
    pub(crate) clauses: fn(&Kind) -> Vec<(&'static str, bool, f64)>,
    /// Number of elements of a value of a kind: `len({})`.
    pub(crate) size: fn(&Kind) -> Option<&'static str>,
    /// Index of the last element.
    pub(crate) last_index: Option<&'static str>,
    /// Calls on a list that stand alone as a statement: `{}.sort()`.
    pub(crate) statements: Weighted,
    /// Absolute value.
    pub(crate) absolute: Option<&'static str>,
}

/// A form with its value in place.
pub(crate) fn filled(form: &str, value: &str) -> String {
    form.replace("{}", value)
}

/// Conditions under which a number is an odd one out.
pub(crate) fn number_doubts(weight: f64) -> Vec<(&'static str, f64)> {
    vec![
        ("{} == 0", weight),
        ("{} < 0", weight * 0.8),
        ("{} <= 0", weight * 0.8),
        ("{} < 1", weight * 0.5),
        ("{} == 1", weight * 0.5),
        ("{} < 2", weight * 0.5),
    ]
}

/// Clauses on a number.
pub(crate) fn number_clauses(weight: f64) -> Vec<(&'static str, bool, f64)> {
    vec![
        ("{} > 0", false, weight),
        ("{} != 0", true, weight * 0.7),
        ("{} >= 0", false, weight * 0.7),
        ("{} % 2 == 0", false, weight * 0.3),
        ("{} % 2 != 0", false, weight * 0.3),
    ]
}

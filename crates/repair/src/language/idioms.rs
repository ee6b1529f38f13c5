//! What some languages offer to candidates and others have no use for, as plain data. In forms, `{}` is the value or
//! the left side, `@` what goes with it. A language without an idiom leaves it as in [`Idioms::NONE`].

use super::{Kind, Weighted};

/// Ways to write what templates look for.
pub(crate) struct Idioms {
    /// The element of a value of a kind, where brackets do not do for all: `{}.charAt(@)`.
    pub(crate) element: fn(&Kind) -> Option<&'static str>,
    /// Number types that are taken instead of the named one.
    pub(crate) number_types: fn(&str) -> Weighted,
    /// Types whose order is by chance, with an ordered one of the same use, in full.
    pub(crate) ordered_types: &'static [(&'static str, &'static str)],
    /// Arguments that a well-known function is often missing.
    pub(crate) options: fn(&str) -> Weighted,
    /// Methods that fail, or yield nothing, for what is not there, with a form that has a default.
    pub(crate) lookups: &'static [(&'static str, &'static str, f64)],
    /// Forms of an operation that do not overflow, or have another sign.
    pub(crate) arithmetic: fn(&str) -> Weighted,
    /// Equality by contents, where the operator compares identities.
    pub(crate) equality: &'static [(&'static str, f64)],
    /// Whether a value of a kind may have such a method: false only where the kind is known well enough.
    pub(crate) has_method: fn(&Kind, &str) -> bool,
    /// Sources of chance, with a seeded one.
    pub(crate) seeds: &'static [(&'static str, &'static str)],
}

impl Idioms {
    /// Nothing of the kind.
    pub(crate) const NONE: Idioms = Idioms {
        element: |_| None,
        number_types: |_| &[],
        ordered_types: &[],
        options: |_| &[],
        lookups: &[],
        arithmetic: |_| &[],
        equality: &[],
        has_method: |_, _| true,
        seeds: &[],
    };
}

/// A form with both places filled.
pub(crate) fn both(form: &str, value: &str, other: &str) -> String {
    // The value may hold the sign of the other place, so it goes in piece by piece.
    form.split('@').map(|piece| piece.replace("{}", value)).collect::<Vec<_>>().join(other)
}

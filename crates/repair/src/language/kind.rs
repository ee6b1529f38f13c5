//! Rough types of values.

/// A rough type. Good enough to order candidates, never to exclude one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Integer,
    Float,
    Text,
    Character,
    Boolean,
    List,
    Map,
    Function,
    /// Declared, but none of the above.
    Named(String),
    Unknown,
}

impl Kind {
    /// Whether it is a plain array, where a language tells it from a list: `int[]`.
    pub(crate) fn is_array(&self) -> bool {
        matches!(self, Kind::Named(name) if name.ends_with("[]"))
    }

    /// How plausible it is to put `other` where `self` stands: 1, less, or almost not.
    pub(crate) fn fit(&self, other: &Kind) -> f64 {
        match (self, other) {
            (a, b) if a == b && *a != Kind::Unknown => 1.0,
            (Kind::Unknown, Kind::Function) | (Kind::Function, Kind::Unknown) => 0.2,
            (Kind::Unknown, _) | (_, Kind::Unknown) => 0.6,
            (Kind::Integer, Kind::Float) | (Kind::Float, Kind::Integer) => 0.3,
            (Kind::Text, Kind::Character) | (Kind::Character, Kind::Text) => 0.2,
            _ => 0.08,
        }
    }
}

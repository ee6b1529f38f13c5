//! Written types: what they roughly are, what their elements are, and which number type may be meant instead.

use tree_sitter::Node;

use crate::language::{Kind, Weighted, text_of};

/// The rough type that a written type names; `declarator` is what stands around the name: `*`, `[]`.
pub(super) fn declared(written: &str, declarator: &str) -> Kind {
    let written = bare(written);
    let pointers = declarator.chars().filter(|letter| matches!(letter, '*' | '[')).count()
        + written.chars().filter(|letter| *letter == '*').count();
    let kind = named(written.trim_end_matches(['*', '&', ' ']));
    match (pointers, &kind) {
        (0, _) => kind,
        (1, Kind::Character) => Kind::Text,
        (_, Kind::Integer | Kind::Float | Kind::Boolean | Kind::Character | Kind::Text) => Kind::List,
        _ if declarator.contains('[') => Kind::List,
        _ => Kind::Named(format!("{}*", written.trim_end_matches(['*', '&', ' ']))),
    }
}

/// Without qualifiers and namespaces of the standard library.
fn bare(written: &str) -> &str {
    let mut rest = written.trim();
    loop {
        let before = rest;
        for word in
            ["const ", "volatile ", "static ", "constexpr ", "inline ", "typename ", "struct ", "std::"]
        {
            rest = rest.strip_prefix(word).unwrap_or(rest).trim_start();
        }
        if rest == before {
            return rest.strip_suffix("const").map_or(rest, str::trim_end);
        }
    }
}

fn named(written: &str) -> Kind {
    let head = written.split(['<', ' ']).next().unwrap_or_default().trim();
    match head {
        "char" | "wchar_t" | "char8_t" | "char16_t" | "char32_t" => Kind::Character,
        "float" | "double" => Kind::Float,
        "bool" | "_Bool" => Kind::Boolean,
        "unsigned" | "signed" if written.ends_with("char") => Kind::Character,
        "long" if written.ends_with("double") => Kind::Float,
        "int" | "short" | "long" | "unsigned" | "signed" | "size_t" | "ssize_t" | "ptrdiff_t"
        | "intptr_t" | "uintptr_t" | "off_t" | "time_t" => Kind::Integer,
        "string" | "string_view" | "wstring" | "QString" => Kind::Text,
        "vector" | "array" | "deque" | "list" | "set" | "unordered_set" | "multiset" | "span" | "stack"
        | "queue" | "priority_queue" | "initializer_list" | "forward_list" | "QVector" | "QList" => {
            Kind::List
        }
        "map" | "unordered_map" | "multimap" | "unordered_multimap" | "QMap" | "QHash" => Kind::Map,
        "function" => Kind::Function,
        "" | "auto" | "decltype" | "void" => Kind::Unknown,
        _ if is_sized_integer(head) => Kind::Integer,
        _ => Kind::Named(written.chars().take(60).collect()),
    }
}

/// `uint8_t`, `int_fast32_t`
fn is_sized_integer(name: &str) -> bool {
    name.strip_suffix("_t").is_some_and(|stem| {
        let stem = stem.strip_prefix('u').unwrap_or(stem);
        stem.strip_prefix("int").is_some_and(|rest| rest.ends_with(|letter: char| letter.is_ascii_digit()))
    })
}

/// The rough type of the elements of a written type.
pub(super) fn element(written: &str, declarator: &str) -> Kind {
    let written = bare(written);
    if let Some((_, inner)) = written.split_once('<') {
        let inner = inner.trim_end_matches(['&', ' ', '*']);
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        let (first, second) = split_arguments(inner);
        return match declared(written, "") {
            Kind::Map => second.map_or(Kind::Unknown, |value| declared(value, "")),
            Kind::List => declared(first, ""),
            _ => Kind::Unknown,
        };
    }
    match declared(written, "") {
        Kind::Text => Kind::Character,
        Kind::Named(_) if !declarator.contains(['*', '[']) => Kind::Unknown,
        kind => match declarator.chars().filter(|letter| matches!(letter, '*' | '[')).count() {
            0 => Kind::Unknown,
            1 => kind,
            more => declared(written, &"*".repeat(more - 1)),
        },
    }
}

/// The first template argument, and the second.
fn split_arguments(inner: &str) -> (&str, Option<&str>) {
    let mut depth = 0_usize;
    for (at, letter) in inner.char_indices() {
        match letter {
            '<' | '(' => depth += 1,
            '>' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return (&inner[..at], Some(split_arguments(&inner[at + 1..]).0)),
            _ => {}
        }
    }
    (inner, None)
}

/// Number types that may be meant where `node` names one.
pub(super) fn others(node: Node<'_>, text: &str) -> Weighted {
    if !matches!(node.kind(), "primitive_type" | "sized_type_specifier") {
        return &[];
    }
    // `unsigned int` is one type, not two.
    if node.parent().is_some_and(|parent| parent.kind() == "sized_type_specifier") {
        return &[];
    }
    match text_of(node, text) {
        "int" => &[("long long", 1.0), ("double", 0.6), ("unsigned", 0.2), ("float", 0.2), ("size_t", 0.2)],
        "short" | "short int" => &[("int", 1.0), ("long", 0.5)],
        "long" | "long int" => &[("long long", 0.9), ("double", 0.3), ("unsigned long", 0.2)],
        "unsigned" | "unsigned int" => &[("int", 0.9), ("unsigned long long", 0.6), ("size_t", 0.3)],
        "unsigned long" => &[("unsigned long long", 0.8), ("long", 0.6)],
        "long long" | "long long int" => &[("unsigned long long", 0.4), ("double", 0.4), ("__int128", 0.2)],
        "unsigned long long" => &[("long long", 0.6), ("unsigned __int128", 0.3)],
        "unsigned short" => &[("unsigned", 0.8), ("int", 0.6)],
        "unsigned char" => &[("int", 0.7), ("unsigned", 0.6), ("char", 0.3)],
        "size_t" => &[("int", 0.6), ("ptrdiff_t", 0.5), ("long long", 0.4)],
        "float" => &[("double", 1.0), ("int", 0.2)],
        "double" => &[("long double", 0.3), ("float", 0.3), ("int", 0.3), ("long long", 0.2)],
        "char" => &[("int", 0.7), ("unsigned char", 0.6)],
        "bool" => &[("int", 0.4)],
        "int8_t" => &[("int16_t", 0.8), ("int32_t", 0.8), ("uint8_t", 0.4)],
        "uint8_t" => &[("uint16_t", 0.8), ("uint32_t", 0.8), ("int", 0.4)],
        "int16_t" => &[("int32_t", 1.0), ("int64_t", 0.6)],
        "uint16_t" => &[("uint32_t", 1.0), ("uint64_t", 0.6)],
        "int32_t" => &[("int64_t", 1.0), ("uint32_t", 0.3)],
        "uint32_t" => &[("uint64_t", 1.0), ("int64_t", 0.5), ("int32_t", 0.5)],
        "uint64_t" => &[("int64_t", 0.6)],
        "int64_t" => &[("uint64_t", 0.4), ("double", 0.3)],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_types_are_read_with_what_stands_around_the_name() {
        for (written, declarator, kind) in [
            ("const std::vector<int>&", "&a", Kind::List),
            ("int", "a[3]", Kind::List),
            ("const char", "*a", Kind::Text),
            ("char", "**a", Kind::List),
            ("unsigned char", "a", Kind::Character),
            ("long double", "a", Kind::Float),
            ("uint8_t", "a", Kind::Integer),
            ("std::map<char,int>", "a", Kind::Map),
            ("Cart", "*a", Kind::Named("Cart*".to_owned())),
            ("auto", "a", Kind::Unknown),
        ] {
            assert_eq!(declared(written, declarator), kind, "{written} {declarator}");
        }
    }

    #[test]
    fn elements_are_those_of_the_container() {
        for (written, declarator, kind) in [
            ("std::vector<std::vector<int>>", "a", Kind::List),
            ("const vector<float>", "&a", Kind::Float),
            ("map<string, pair<int, int>>", "a", Kind::Named("pair<int, int>".to_owned())),
            ("std::unordered_map<char, int>", "a", Kind::Integer),
            ("string", "a", Kind::Character),
            ("int", "*a", Kind::Integer),
            ("int", "a[2][3]", Kind::List),
            ("int", "a", Kind::Unknown),
        ] {
            assert_eq!(element(written, declarator), kind, "{written} {declarator}");
        }
    }
}

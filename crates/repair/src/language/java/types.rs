//! Rough types by their written names.

use crate::language::{Kind, Variable};

/// How far from a variable its type is looked for.
const REACH: usize = 400;

/// The rough type that a type names. Arrays keep their name, see [`Kind::is_array`].
pub(super) fn declared(name: &str) -> Kind {
    let name = name.trim();
    if name.ends_with(']') {
        return Kind::Named(name.chars().filter(|letter| !letter.is_whitespace()).take(60).collect());
    }
    let base = name.split('<').next().unwrap_or(name).trim();
    match base.rsplit('.').next().unwrap_or(base) {
        "int" | "long" | "short" | "byte" | "Integer" | "Long" | "Short" | "Byte" => Kind::Integer,
        "double" | "float" | "Double" | "Float" => Kind::Float,
        "boolean" | "Boolean" => Kind::Boolean,
        "char" | "Character" => Kind::Character,
        "String" | "CharSequence" => Kind::Text,
        "List"
        | "ArrayList"
        | "LinkedList"
        | "Collection"
        | "Set"
        | "HashSet"
        | "TreeSet"
        | "LinkedHashSet"
        | "SortedSet"
        | "NavigableSet"
        | "Deque"
        | "ArrayDeque"
        | "Queue"
        | "PriorityQueue"
        | "Stack"
        | "Vector"
        | "CopyOnWriteArrayList" => Kind::List,
        "Map" | "HashMap" | "TreeMap" | "LinkedHashMap" | "SortedMap" | "NavigableMap" | "EnumMap"
        | "ConcurrentMap" | "ConcurrentHashMap" => Kind::Map,
        "Function" | "BiFunction" | "Predicate" | "Supplier" | "Consumer" | "Runnable" | "Comparator"
        | "Callable" | "UnaryOperator" | "BinaryOperator" | "BiConsumer" => Kind::Function,
        "var" | "void" | "" | "Object" | "T" | "E" | "K" | "V" => Kind::Unknown,
        _ => Kind::Named(name.chars().take(60).collect()),
    }
}

/// The rough type of the elements of an array, or of what the last type argument names.
pub(super) fn element(name: &str) -> Kind {
    let name = name.trim();
    if let Some(inner) = name.strip_suffix("[]") {
        return declared(inner);
    }
    let Some((_, inner)) = name.split_once('<') else { return Kind::Unknown };
    let inner = inner.rsplit_once('>').map_or(inner, |(inner, _)| inner);
    let mut depth = 0_usize;
    let mut from = 0;
    for (at, letter) in inner.char_indices() {
        match letter {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => from = at + 1,
            _ => {}
        }
    }
    declared(inner[from..].trim().trim_start_matches("? extends ").trim_start_matches("? super "))
}

/// The generic type with which a variable was declared, as written: right behind where it is bound (a parameter) or
/// right before (a local variable).
pub(super) fn written<'a>(text: &'a str, variable: &Variable) -> Option<&'a str> {
    let ahead = text.get(variable.from..)?.split([';', '{', '(', ')', '=']).next()?;
    if let Some(at) = places(ahead, &variable.name).next() {
        return generic(&ahead[..at]);
    }
    let mut start = variable.from.saturating_sub(REACH);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let behind = text.get(start..variable.from)?;
    places(behind, &variable.name).filter_map(|at| generic(&behind[..at])).last()
}

/// Where a name stands as a whole word.
fn places<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    text.match_indices(name).map(|(at, _)| at).filter(move |at| {
        !name.is_empty() && !text[..*at].ends_with(is_part) && !text[*at + name.len()..].starts_with(is_part)
    })
}

/// The generic type that ends a text.
fn generic(head: &str) -> Option<&str> {
    let head = head.trim_end();
    if !head.ends_with('>') {
        return None;
    }
    let mut depth = 0_i32;
    for (at, letter) in head.char_indices().rev() {
        match letter {
            '>' => depth += 1,
            '<' => depth -= 1,
            _ if depth > 0 || letter.is_alphanumeric() || matches!(letter, '_' | '.' | '$') => {}
            _ => return head.get(at + letter.len_utf8()..),
        }
    }
    Some(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_sorted_roughly() {
        for (name, kind) in [
            ("Integer", Kind::Integer),
            ("java.util.List<String>", Kind::List),
            ("Map<String, List<Integer>>", Kind::Map),
            ("int [ ]", Kind::Named("int[]".to_owned())),
            ("Optional<String>", Kind::Named("Optional<String>".to_owned())),
            ("var", Kind::Unknown),
        ] {
            assert_eq!(declared(name), kind, "{name}");
        }
        assert_eq!(element("Map<String, List<Integer>>"), Kind::List);
        assert_eq!(element("char[]"), Kind::Character);
        assert_eq!(element("List<? extends Number>"), Kind::Named("Number".to_owned()));
        assert_eq!(element("List"), Kind::Unknown);
    }

    #[test]
    fn the_written_type_is_found_for_parameters_and_locals() {
        let text = "int f(List<Integer> a, int b) { Map<String, Long> m = new X<>(a); }";
        let at = |name: &str, from: usize| {
            let kind = Kind::Unknown;
            written(text, &Variable { name: name.to_owned(), kind, from, until: text.len() })
        };
        assert_eq!(at("a", text.find("List").unwrap()), Some("List<Integer>"));
        assert_eq!(at("m", text.rfind(';').unwrap()), Some("Map<String, Long>"));
        assert_eq!(at("b", text.find("int b").unwrap()), None);
        assert_eq!(at("", 0), None);
        let odd = Variable { name: "ö".to_owned(), kind: Kind::Unknown, from: 3, until: 9 };
        assert_eq!(written("> ö öö", &odd), None);
    }
}

//! Java's own ways: elements, equality by contents, number types, ordered collections.

use crate::language::{Idioms, Kind, Weighted};

pub(super) static IDIOMS: Idioms = Idioms {
    element,
    number_types,
    ordered_types: &[
        ("HashMap", "java.util.LinkedHashMap"),
        ("HashMap", "java.util.TreeMap"),
        ("HashSet", "java.util.LinkedHashSet"),
        ("HashSet", "java.util.TreeSet"),
        ("ConcurrentHashMap", "java.util.concurrent.ConcurrentSkipListMap"),
    ],
    options,
    lookups: &[
        ("get", "{}.getOrDefault(@, 0)", 0.8),
        ("get", "{}.getOrDefault(@, \"\")", 0.3),
        ("get", "{}.getOrDefault(@, 1)", 0.2),
        ("get", "{}.getOrDefault(@, false)", 0.2),
        ("get", "{}.getOrDefault(@, 0L)", 0.15),
        ("get", "{}.getOrDefault(@, 0.0)", 0.15),
        ("get", "{}.orElse(null)", 0.1),
        ("orElseThrow", "{}.orElse(null)", 0.6),
        ("getAsInt", "{}.orElse(0)", 1.0),
        ("getAsLong", "{}.orElse(0)", 1.0),
        ("getAsDouble", "{}.orElse(0.0)", 1.0),
        ("remove", "{}.poll()", 0.1),
        ("put", "{}.putIfAbsent(@)", 0.3),
    ],
    arithmetic,
    equality: &[("{}.equals(@)", 1.0), ("java.util.Objects.equals({}, @)", 0.4)],
    has_method,
    seeds: &[("new Random()", "new Random(0)"), ("new SecureRandom()", "new Random(0)")],
};

fn element(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Text => Some("{}.charAt(@)"),
        Kind::Named(name) if name.starts_with("StringBuilder") => Some("{}.charAt(@)"),
        Kind::List | Kind::Map => Some("{}.get(@)"),
        _ => Some("{}[@]"),
    }
}

fn number_types(name: &str) -> Weighted {
    match name {
        "int" => &[("long", 1.0), ("double", 0.6), ("char", 0.1)],
        "short" | "byte" => &[("int", 1.0), ("long", 0.4)],
        "long" => &[("int", 0.4), ("double", 0.4)],
        "float" => &[("double", 1.0)],
        "double" => &[("int", 0.3), ("long", 0.3)],
        _ => &[],
    }
}

fn options(name: &str) -> Weighted {
    match name {
        "split" => &[("-1", 0.7), ("2", 0.3)],
        "sort" => &[
            ("Collections.reverseOrder()", 0.8),
            ("java.util.Comparator.reverseOrder()", 0.3),
            ("null", 0.1),
        ],
        "sorted" => {
            &[("java.util.Comparator.reverseOrder()", 0.8), ("java.util.Comparator.naturalOrder()", 0.3)]
        }
        "max" | "min" => &[("java.util.Comparator.naturalOrder()", 0.2)],
        "parseInt" | "parseLong" | "valueOf" | "toString" => &[("2", 0.3), ("10", 0.2), ("16", 0.3)],
        "toLowerCase" | "toUpperCase" => &[("java.util.Locale.ROOT", 0.3)],
        "getBytes" => &[("java.nio.charset.StandardCharsets.UTF_8", 0.8)],
        "indexOf" | "substring" => &[("1", 0.2)],
        "get" | "join" | "await" => &[("1, java.util.concurrent.TimeUnit.SECONDS", 0.05)],
        _ => &[],
    }
}

fn arithmetic(operator: &str) -> Weighted {
    match operator {
        "%" => &[("Math.floorMod({}, @)", 1.0)],
        "/" => {
            &[("Math.floorDiv({}, @)", 0.4), ("(double) {} / @", 0.6), ("Math.ceil((double) {} / @)", 0.1)]
        }
        "+" => &[("Math.addExact({}, @)", 0.1), ("(long) {} + @", 0.1)],
        "-" => &[("Math.abs({} - @)", 0.6), ("Math.max(0, {} - @)", 0.4), ("Math.subtractExact({}, @)", 0.1)],
        "*" => &[("(long) {} * @", 0.6), ("Math.multiplyExact({}, @)", 0.3)],
        "<<" => &[("1L << @", 0.3)],
        ">>" => &[("{} >>> @", 1.0)],
        "^" => &[("(int) Math.pow({}, @)", 0.6)],
        _ => &[],
    }
}

/// Methods of the kinds that are told by name; of a list, what most collections have.
fn has_method(kind: &Kind, name: &str) -> bool {
    let known: &[&str] = match kind {
        Kind::Text => &TEXT,
        Kind::List => &COLLECTION,
        Kind::Map => &MAP,
        _ => return true,
    };
    known.contains(&name)
}

const TEXT: [&str; 26] = [
    "startsWith",
    "endsWith",
    "contains",
    "toUpperCase",
    "toLowerCase",
    "trim",
    "strip",
    "stripLeading",
    "stripTrailing",
    "isEmpty",
    "isBlank",
    "indexOf",
    "lastIndexOf",
    "equals",
    "equalsIgnoreCase",
    "contentEquals",
    "compareTo",
    "compareToIgnoreCase",
    "replace",
    "replaceAll",
    "replaceFirst",
    "substring",
    "subSequence",
    "toString",
    "matches",
    "length",
];
const COLLECTION: [&str; 27] = [
    "add",
    "addAll",
    "addFirst",
    "addLast",
    "remove",
    "removeAll",
    "removeIf",
    "retainAll",
    "removeFirst",
    "removeLast",
    "clear",
    "contains",
    "containsAll",
    "indexOf",
    "lastIndexOf",
    "getFirst",
    "getLast",
    "first",
    "last",
    "push",
    "pop",
    "peek",
    "poll",
    "pollFirst",
    "pollLast",
    "peekFirst",
    "peekLast",
];
const MAP: [&str; 17] = [
    "put",
    "putIfAbsent",
    "replace",
    "remove",
    "containsKey",
    "containsValue",
    "keySet",
    "values",
    "entrySet",
    "computeIfAbsent",
    "computeIfPresent",
    "compute",
    "merge",
    "floorKey",
    "lowerKey",
    "ceilingKey",
    "higherKey",
];

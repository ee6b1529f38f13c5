//! What Java's library offers to candidates.

use crate::language::Kind;
use crate::language::vocabulary::{Blocks, Syntax, Vocabulary, Weighted, number_clauses, number_doubts};

pub(super) static SYNTAX: Syntax = Syntax {
    and: "&&",
    or: "||",
    not: "!",
    truth: "true",
    falsehood: "false",
    equal: "==",
    unequal: "!=",
    operators: &[],
    strict_floats: false,
    dynamic: false,
    end: ";",
    indent: "    ",
    blocks: Blocks::ParenthesesAndBraces,
};

pub(super) static VOCABULARY: Vocabulary = Vocabulary {
    families: FAMILIES,
    methods,
    wrappers,
    doubts,
    clauses,
    size,
    last_index: None,
    statements: &[
        ("Collections.sort({})", 1.0),
        ("Collections.reverse({})", 0.8),
        ("Arrays.sort({})", 0.8),
        ("{}.sort(Collections.reverseOrder())", 0.7),
        ("{}.sort(Comparator.comparing(String::length))", 0.3),
        ("{}.remove({}.size() - 1)", 0.4),
        ("{}.clear()", 0.2),
    ],
    absolute: Some("Math.abs({})"),
};

const FAMILIES: &[&[&str]] = &[
    &["min", "max"],
    &["floor", "ceil", "round", "rint", "abs"],
    &["floorMod", "floorDiv"],
    &["sqrt", "cbrt", "abs"],
    &["startsWith", "endsWith", "contains"],
    &["toUpperCase", "toLowerCase"],
    &["isUpperCase", "isLowerCase", "isLetter", "isLetterOrDigit", "isDigit", "isWhitespace"],
    &["isAlphabetic", "isLetter"],
    &["trim", "strip", "stripLeading", "stripTrailing"],
    &["isEmpty", "isBlank"],
    &["indexOf", "lastIndexOf"],
    &["equals", "equalsIgnoreCase", "contentEquals"],
    &["compareTo", "compareToIgnoreCase"],
    &["replace", "replaceAll", "replaceFirst"],
    &["substring", "subSequence"],
    &["append", "insert"],
    &["add", "addAll"],
    &["addFirst", "addLast", "push", "offer", "add"],
    &["add", "remove"],
    &["remove", "removeAll", "removeIf", "retainAll", "clear"],
    &["contains", "containsAll"],
    &["containsKey", "containsValue", "contains"],
    &["keySet", "values", "entrySet"],
    &["getKey", "getValue"],
    &["comparingByKey", "comparingByValue"],
    &["put", "putIfAbsent", "replace"],
    &["computeIfAbsent", "computeIfPresent", "compute", "merge"],
    &["getFirst", "getLast"],
    &["removeFirst", "removeLast"],
    &["peekFirst", "peekLast"],
    &["pollFirst", "pollLast"],
    &["peek", "pop", "poll", "element"],
    &["push", "pop"],
    &["first", "last"],
    &["floorKey", "lowerKey", "ceilingKey", "higherKey"],
    &["floorEntry", "lowerEntry", "ceilingEntry", "higherEntry"],
    &["headMap", "tailMap"],
    &["headSet", "tailSet"],
    &["floor", "lower", "ceiling", "higher"],
    &["anyMatch", "allMatch", "noneMatch"],
    &["filter", "map", "takeWhile", "dropWhile"],
    &["map", "flatMap", "peek", "mapToInt", "mapToLong", "mapToDouble"],
    &["limit", "skip"],
    &["findFirst", "findAny"],
    &["sum", "average", "count", "max", "min"],
    &["sorted", "distinct"],
    &["isPresent", "isEmpty"],
    &["orElse", "orElseGet"],
    &["naturalOrder", "reverseOrder"],
    &["nullsFirst", "nullsLast"],
    &["comparing", "comparingInt", "comparingLong", "comparingDouble"],
    &["thenComparing", "thenComparingInt"],
    &["sort", "reverse", "shuffle"],
    &["groupingBy", "partitioningBy"],
    &["toList", "toSet"],
    &["parseInt", "valueOf"],
    &["parseInt", "parseLong", "parseDouble"],
    &["intValue", "longValue", "doubleValue"],
    &["toString", "toBinaryString", "toHexString", "toOctalString"],
    &["and", "or", "xor"],
    &["addExact", "subtractExact", "multiplyExact"],
    &["plus", "minus"],
    &["plusDays", "minusDays", "plusWeeks", "plusMonths"],
    &["plusHours", "minusHours", "plusMinutes", "plusSeconds"],
    &["isBefore", "isAfter", "isEqual"],
    &["before", "after"],
    &["toMillis", "toSeconds", "toMinutes", "toHours", "toDays", "toNanos"],
    &["ofMillis", "ofSeconds", "ofMinutes", "ofHours", "ofDays", "ofNanos"],
    &["currentTimeMillis", "nanoTime"],
    &["getName", "getSimpleName"],
    &["lock", "unlock"],
    &["notify", "notifyAll"],
    &["incrementAndGet", "getAndIncrement", "get"],
    &["MAX_VALUE", "MIN_VALUE"],
    &["decrementAndGet", "getAndDecrement", "incrementAndGet"],
    &["nextInt", "nextLong", "nextDouble"],
    &["next", "nextLine"],
    &["multiply", "divide"],
    &["subtract", "add"],
    &["requireNonNull", "requireNonNullElse"],
    &["sin", "cos", "tan"],
    &["log", "log10", "exp"],
];

fn methods(kind: &Kind) -> Weighted {
    match kind {
        Kind::Text => &[
            ("trim()", 0.8),
            ("toLowerCase()", 1.0),
            ("toUpperCase()", 0.7),
            ("length()", 0.3),
            ("isEmpty()", 0.2),
            ("substring(1)", 0.5),
            ("toCharArray()", 0.2),
        ],
        Kind::List => &[("size()", 0.4), ("isEmpty()", 0.2), ("stream()", 0.1)],
        Kind::Map => &[("size()", 0.3), ("values()", 0.3), ("keySet()", 0.3), ("entrySet()", 0.2)],
        Kind::Named(name) if name.ends_with("[]") => &[("clone()", 0.4)],
        Kind::Named(name) if name.starts_with("String") => {
            &[("toString()", 0.6), ("reverse()", 0.7), ("length()", 0.3)]
        }
        Kind::Named(name) if name.starts_with("Optional") => &[("orElse(null)", 0.4), ("get()", 0.4)],
        Kind::Function => &[("reversed()", 0.6), ("negate()", 0.4)],
        Kind::Unknown => &[
            ("reversed()", 0.2),
            ("sorted()", 0.2),
            ("distinct()", 0.2),
            ("toString()", 0.2),
            ("trim()", 0.2),
            ("toLowerCase()", 0.2),
        ],
        _ => &[],
    }
}

fn wrappers(kind: &Kind) -> Weighted {
    match kind {
        Kind::Integer => &[
            ("Math.abs({})", 1.0),
            ("(double) {}", 0.7),
            ("(char) {}", 0.4),
            ("(long) {}", 0.3),
            ("String.valueOf({})", 0.5),
            ("Math.max(0, {})", 0.3),
            ("Math.max(1, {})", 0.2),
            ("Integer.toBinaryString({})", 0.1),
        ],
        Kind::Float => &[
            ("Math.abs({})", 0.9),
            ("(int) {}", 0.6),
            ("Math.round({})", 0.6),
            ("Math.floor({})", 0.5),
            ("Math.ceil({})", 0.5),
            ("(int) Math.round({})", 0.5),
            ("(int) Math.floor({})", 0.3),
            ("(int) Math.ceil({})", 0.4),
            ("Math.sqrt({})", 0.3),
        ],
        Kind::Text => &[
            ("Integer.parseInt({})", 0.4),
            ("new StringBuilder({}).reverse().toString()", 0.5),
            ("{}.substring(0, {}.length() - 1)", 0.5),
            ("{}.substring(1, {}.length() - 1)", 0.2),
            ("Integer.valueOf({})", 0.1),
        ],
        Kind::Character => &[
            ("Character.toLowerCase({})", 0.9),
            ("Character.toUpperCase({})", 0.7),
            ("String.valueOf({})", 0.5),
            ("Character.isDigit({})", 0.2),
            ("Character.getNumericValue({})", 0.4),
            ("(int) {}", 0.2),
        ],
        Kind::List => &[
            ("new ArrayList<>({})", 0.9),
            ("Collections.unmodifiableList({})", 0.3),
            ("Collections.max({})", 0.5),
            ("Collections.min({})", 0.5),
            ("{}.subList(1, {}.size())", 0.4),
            ("{}.subList(0, {}.size() - 1)", 0.4),
            ("new HashSet<>({})", 0.3),
            ("{}.get({}.size() - 1)", 0.3),
        ],
        Kind::Map => &[("new HashMap<>({})", 0.6), ("new TreeMap<>({})", 0.5)],
        Kind::Named(name) if name.ends_with("[]") => {
            &[("Arrays.asList({})", 0.4), ("Arrays.stream({}).sum()", 0.2), ("String.valueOf({})", 0.2)]
        }
        Kind::Unknown => &[
            ("Math.abs({})", 0.4),
            ("String.valueOf({})", 0.4),
            ("(int) {}", 0.4),
            ("(double) {}", 0.2),
            ("new ArrayList<>({})", 0.2),
        ],
        _ => &[],
    }
}

fn size(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Text => Some("{}.length()"),
        Kind::List | Kind::Map => Some("{}.size()"),
        Kind::Named(name) if name.ends_with("[]") => Some("{}.length"),
        Kind::Named(name) if name.starts_with("String") => Some("{}.length()"),
        _ => None,
    }
}

fn doubts(kind: &Kind) -> Vec<(&'static str, f64)> {
    match kind {
        Kind::Integer => number_doubts(0.7),
        Kind::Float => vec![("{} == 0", 0.7), ("{} < 0", 0.5), ("{} <= 0", 0.4)],
        Kind::Text => vec![
            ("{}.isEmpty()", 1.0),
            ("{} == null", 0.8),
            ("{} == null || {}.isEmpty()", 0.6),
            ("{}.length() < 2", 0.3),
            ("{}.length() == 1", 0.2),
        ],
        Kind::List | Kind::Map => vec![
            ("{}.isEmpty()", 1.0),
            ("{} == null", 0.7),
            ("{} == null || {}.isEmpty()", 0.6),
            ("{}.size() < 2", 0.3),
            ("{}.size() == 1", 0.2),
        ],
        Kind::Named(name) if name.ends_with("[]") => vec![
            ("{}.length == 0", 1.0),
            ("{} == null", 0.7),
            ("{} == null || {}.length == 0", 0.6),
            ("{}.length < 2", 0.3),
        ],
        Kind::Named(name) if name.starts_with("Optional") => vec![("{}.isEmpty()", 0.9)],
        Kind::Named(_) | Kind::Function | Kind::Unknown => vec![("{} == null", 0.9)],
        Kind::Boolean => vec![("{}", 0.2), ("!{}", 0.3)],
        Kind::Character => vec![("{} == ' '", 0.3)],
    }
}

fn clauses(kind: &Kind) -> Vec<(&'static str, bool, f64)> {
    match kind {
        Kind::Integer => number_clauses(0.4),
        Kind::Float => vec![("{} > 0", false, 0.3), ("{} != 0", true, 0.3)],
        Kind::Text | Kind::List | Kind::Map => {
            vec![("!{}.isEmpty()", true, 0.6), ("{} != null", true, 0.6), ("{}.isEmpty()", true, 0.3)]
        }
        Kind::Boolean => vec![("{}", false, 0.6), ("!{}", false, 0.6)],
        Kind::Character => vec![
            ("Character.isLetter({})", false, 0.3),
            ("Character.isDigit({})", false, 0.2),
            ("{} != ' '", false, 0.2),
        ],
        Kind::Named(name) if name.ends_with("[]") => {
            vec![("{}.length > 0", true, 0.5), ("{} != null", true, 0.5)]
        }
        Kind::Named(name) if name.starts_with("Optional") => vec![("{}.isPresent()", true, 0.6)],
        Kind::Named(_) | Kind::Unknown => vec![("{} != null", true, 0.7), ("{} == null", true, 0.3)],
        Kind::Function => Vec::new(),
    }
}

//! What the libraries of C and C++ offer to candidates.

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

pub(super) static CPP: Vocabulary = Vocabulary {
    families: FAMILIES,
    methods,
    wrappers: |kind| wrappers(kind, true),
    doubts,
    clauses,
    size: |_| Some("{}.size()"),
    last_index: Some("{}.size() - 1"),
    statements: &[
        ("std::sort({}.begin(), {}.end())", 1.0),
        ("std::reverse({}.begin(), {}.end())", 0.8),
        ("{}.pop_back()", 0.5),
        ("if (!{}.empty()) { {}.pop_back(); }", 0.4),
        ("{}.clear()", 0.3),
    ],
    absolute: Some("std::abs({})"),
};

pub(super) static C: Vocabulary = Vocabulary {
    families: FAMILIES,
    methods: |_| &[],
    wrappers: |kind| wrappers(kind, false),
    doubts: |kind| match kind {
        Kind::Integer | Kind::Float => number_doubts(0.8),
        Kind::Text => vec![("{} == NULL", 1.0), ("*{} == '\\0'", 0.7), ("strlen({}) == 0", 0.3)],
        Kind::List | Kind::Named(_) | Kind::Unknown => vec![("{} == NULL", 0.9)],
        _ => Vec::new(),
    },
    clauses: |kind| match kind {
        Kind::Integer | Kind::Float => number_clauses(0.4),
        Kind::Text | Kind::List | Kind::Named(_) => {
            vec![("{} != NULL", true, 0.6), ("{} == NULL", true, 0.4)]
        }
        Kind::Boolean => vec![("{}", false, 0.6), ("!{}", false, 0.6)],
        _ => Vec::new(),
    },
    size: |kind| match kind {
        Kind::Text => Some("strlen({})"),
        _ => None,
    },
    last_index: None,
    statements: &[],
    absolute: Some("fabs({})"),
};

const FAMILIES: &[&[&str]] = &[
    &["min", "max"],
    &["min_element", "max_element"],
    &["fmin", "fmax"],
    &["floor", "ceil", "round", "trunc", "nearbyint"],
    &["lround", "llround", "lrint"],
    &["abs", "fabs", "labs", "llabs"],
    &["sqrt", "cbrt"],
    &["pow", "fmod", "fmax", "fmin"],
    &["sin", "cos", "tan"],
    &["asin", "acos", "atan", "atan2"],
    &["log", "log2", "log10", "log1p", "exp"],
    &["toupper", "tolower"],
    &["isupper", "islower", "isalpha", "isalnum"],
    &["isdigit", "isalpha", "isalnum", "isxdigit", "ispunct", "isspace"],
    &["isspace", "isblank"],
    &["begin", "rbegin", "cbegin", "end"],
    &["end", "rend", "cend", "begin"],
    &["rbegin", "begin"],
    &["rend", "end"],
    &["front", "back"],
    // Not those that mean the same: `emplace_back`, `length`.
    &["push_back", "push_front"],
    &["pop_back", "pop_front"],
    &["emplace_back", "emplace_front"],
    &["push", "pop"],
    &["top", "front"],
    &["size", "empty"],
    &["capacity", "size"],
    &["clear", "pop_back"],
    &["resize", "reserve", "assign"],
    &["find", "rfind", "find_first_of", "find_last_of", "count"],
    &["find_first_of", "find_last_of", "find_first_not_of", "find_last_not_of"],
    &["find_if", "find_if_not"],
    &["any_of", "all_of", "none_of"],
    &["lower_bound", "upper_bound", "equal_range"],
    &["sort", "stable_sort", "reverse"],
    &["partial_sort", "nth_element"],
    &["unique", "remove"],
    &["remove_if", "copy_if", "count_if"],
    &["count", "find"],
    &["next", "prev"],
    &["set_union", "set_intersection", "set_difference", "set_symmetric_difference"],
    &["starts_with", "ends_with", "contains"],
    &["insert", "erase"],
    &["insert", "insert_or_assign", "try_emplace"],
    &["at", "find"],
    &["append", "assign", "insert"],
    &["stoi", "stol", "stoll", "stod"],
    &["stof", "stod"],
    &["atoi", "atol", "atoll", "atof"],
    &["strtol", "strtoul", "strtoll", "strtod"],
    &["greater", "less"],
    &["greater_equal", "less_equal"],
    &["plus", "minus", "multiplies"],
    &["lock", "try_lock", "unlock"],
    &["notify_one", "notify_all"],
    &["join", "detach"],
    &["load", "store", "exchange"],
    &["fetch_add", "fetch_sub"],
    &["make_unique", "make_shared"],
    &["static_cast", "dynamic_cast", "reinterpret_cast"],
    &["seconds", "milliseconds", "microseconds", "nanoseconds"],
    &["minutes", "seconds", "hours"],
    &["gcd", "lcm"],
    &["accumulate", "reduce"],
    &["is_sorted", "is_sorted_until"],
    &["rotate", "reverse"],
    &["copy", "move", "copy_backward"],
    &["first", "second"],
    &["malloc", "calloc", "realloc"],
    &["strcmp", "strcasecmp", "strncmp"],
    &["strncmp", "strncasecmp", "memcmp"],
    &["strcpy", "strcat"],
    &["strncpy", "strncat", "memcpy"],
    &["strchr", "strrchr", "strstr"],
    &["strspn", "strcspn"],
    &["memcpy", "memmove", "memset"],
    &["memchr", "memrchr"],
    &["sprintf", "snprintf"],
    &["fgets", "gets"],
    &["fopen", "freopen"],
    &["htons", "ntohs"],
    &["htonl", "ntohl"],
];

fn methods(kind: &Kind) -> Weighted {
    match kind {
        Kind::Text => &[
            ("size()", 0.8),
            ("substr(1)", 0.3),
            ("back()", 0.3),
            ("empty()", 0.3),
            ("c_str()", 0.2),
            ("front()", 0.2),
        ],
        Kind::List => &[
            ("size()", 0.9),
            ("empty()", 0.4),
            ("back()", 0.5),
            ("front()", 0.4),
            ("begin()", 0.2),
            ("end()", 0.2),
        ],
        Kind::Map => &[("size()", 0.6), ("empty()", 0.3)],
        Kind::Named(name) if name.starts_with("optional") => &[("value()", 0.6), ("has_value()", 0.6)],
        Kind::Named(name) if name.ends_with("ptr") || name.contains("_ptr<") => &[("get()", 0.6)],
        Kind::Unknown => &[("size()", 0.2), ("second", 0.1), ("first", 0.1)],
        _ => &[],
    }
}

fn wrappers(kind: &Kind, plus: bool) -> Weighted {
    match (kind, plus) {
        (Kind::Integer, true) => &[
            ("std::abs({})", 0.9),
            ("std::to_string({})", 0.5),
            ("(long long)({})", 0.4),
            ("(double)({})", 0.5),
            ("(int)({})", 0.5),
            ("std::max(0, {})", 0.2),
            ("sqrt({})", 0.2),
        ],
        (Kind::Integer, false) => {
            &[("abs({})", 0.9), ("(long long)({})", 0.4), ("(double)({})", 0.5), ("(int)({})", 0.5)]
        }
        (Kind::Float, true) => &[
            ("std::round({})", 0.9),
            ("std::abs({})", 0.8),
            ("(int)({})", 0.7),
            ("std::floor({})", 0.6),
            ("std::ceil({})", 0.5),
            ("std::sqrt({})", 0.4),
        ],
        (Kind::Float, false) => &[
            ("round({})", 0.9),
            ("fabs({})", 0.8),
            ("(int)({})", 0.7),
            ("floor({})", 0.6),
            ("ceil({})", 0.5),
            ("sqrt({})", 0.4),
        ],
        (Kind::Character, true) => &[
            ("tolower({})", 0.9),
            ("toupper({})", 0.8),
            ("(unsigned char)({})", 0.3),
            ("std::string(1, {})", 0.3),
            ("isalpha({})", 0.2),
        ],
        (Kind::Character, false) => {
            &[("tolower({})", 0.9), ("toupper({})", 0.8), ("(unsigned char)({})", 0.4)]
        }
        (Kind::Text, true) => &[("std::stoi({})", 0.6), ("std::string({})", 0.3), ("std::stod({})", 0.2)],
        (Kind::Text, false) => &[("strlen({})", 0.8), ("atoi({})", 0.6)],
        (Kind::Named(_), true) => &[("std::move({})", 0.2)],
        (Kind::Unknown, true) => &[("std::abs({})", 0.4), ("(int)({})", 0.3), ("std::round({})", 0.2)],
        (Kind::Unknown, false) => &[("abs({})", 0.4), ("(int)({})", 0.3)],
        _ => &[],
    }
}

fn doubts(kind: &Kind) -> Vec<(&'static str, f64)> {
    match kind {
        Kind::Integer | Kind::Float => number_doubts(0.8),
        Kind::Text | Kind::List | Kind::Map => {
            vec![("{}.empty()", 1.0), ("{}.size() < 2", 0.4), ("{}.size() == 1", 0.2)]
        }
        Kind::Named(name) if name.starts_with("optional") => vec![("!{}", 0.9), ("!{}.has_value()", 0.5)],
        Kind::Named(name) if name.contains('*') || name.contains("_ptr") => vec![("{} == nullptr", 1.0)],
        Kind::Unknown => vec![("{} == nullptr", 0.4), ("{} == 0", 0.3)],
        _ => Vec::new(),
    }
}

fn clauses(kind: &Kind) -> Vec<(&'static str, bool, f64)> {
    match kind {
        Kind::Integer | Kind::Float => number_clauses(0.4),
        Kind::Text | Kind::List | Kind::Map => {
            vec![("!{}.empty()", true, 0.6), ("{}.empty()", true, 0.3), ("{}.size() > 1", true, 0.2)]
        }
        Kind::Boolean => vec![("{}", false, 0.6), ("!{}", false, 0.6)],
        Kind::Named(name) if name.contains('*') || name.contains("_ptr") || name.starts_with("optional") => {
            vec![("{}", true, 0.6), ("!{}", true, 0.4)]
        }
        _ => Vec::new(),
    }
}

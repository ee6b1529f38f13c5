//! What Rust's library offers to candidates.

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
    strict_floats: true,
    dynamic: false,
    end: ";",
    indent: "    ",
    blocks: Blocks::Braces,
};

pub(super) static VOCABULARY: Vocabulary = Vocabulary {
    families: FAMILIES,
    methods,
    wrappers: |_| &[],
    doubts,
    clauses,
    size: |_| Some("{}.len()"),
    last_index: None,
    statements: &[("{}.sort()", 1.0), ("{}.reverse()", 0.8), ("{}.pop()", 0.5)],
    absolute: Some("({}).abs()"),
};

const FAMILIES: &[&[&str]] = &[
    &["starts_with", "ends_with"],
    &["min", "max"],
    &["any", "all"],
    &["floor", "ceil", "round", "trunc"],
    &["to_lowercase", "to_uppercase"],
    &["to_ascii_lowercase", "to_ascii_uppercase"],
    &["trim", "trim_start", "trim_end"],
    &["trim_matches", "trim_start_matches", "trim_end_matches"],
    &["strip_prefix", "strip_suffix"],
    &["contains", "starts_with", "ends_with"],
    &["as_secs", "as_millis", "as_micros", "as_nanos"],
    &["from_secs", "from_millis", "from_micros"],
    &["checked_sub", "checked_add", "checked_mul"],
    &["filter", "map", "filter_map"],
    &["zip", "chain"],
    &["nth", "skip"],
    &["replace", "replacen"],
    &["get", "remove"],
    &["is_ascii_lowercase", "is_ascii_uppercase"],
    &["is_lowercase", "is_uppercase", "is_alphabetic", "is_alphanumeric", "is_numeric"],
    &["is_ascii_digit", "is_ascii_alphabetic", "is_ascii_alphanumeric", "is_ascii_punctuation"],
    &["is_some", "is_none"],
    &["is_ok", "is_err"],
    &["first", "last"],
    &["find", "rfind", "position", "rposition"],
    &["filter", "skip_while", "take_while"],
    &["take", "skip"],
    &["push", "insert", "push_str"],
    &["push_back", "push_front"],
    &["pop_back", "pop_front"],
    &["keys", "values"],
    &["saturating_sub", "wrapping_sub", "abs_diff"],
    &["saturating_add", "wrapping_add", "checked_add"],
    &["split", "split_terminator", "split_inclusive", "rsplit"],
    &["split_once", "rsplit_once"],
    &["sum", "product", "count"],
    &["rem_euclid", "div_euclid"],
    &["sort", "reverse", "dedup"],
    &["chars", "bytes"],
    &["len", "count"],
    &["min_by_key", "max_by_key"],
    &["min_by", "max_by"],
    &["unwrap", "unwrap_or_default"],
    &["lt", "le", "gt", "ge"],
    &["ceil", "sqrt", "abs"],
    &["iter", "into_iter"],
    &["chunks", "windows", "chunks_exact"],
    &["clear", "pop"],
    &["and_then", "or_else"],
    &["is_negative", "is_positive"],
    &["wrapping_add", "wrapping_sub", "wrapping_mul", "wrapping_div", "wrapping_rem"],
    &["wrapping_shl", "wrapping_shr"],
    &["checked_mul", "checked_div", "checked_rem"],
    &["saturating_add", "saturating_sub", "saturating_mul"],
    &["wrapping_mul", "saturating_mul", "checked_mul"],
    &["rotate_left", "rotate_right"],
    &["leading_zeros", "trailing_zeros", "count_ones", "count_zeros"],
    &["next", "next_back", "peek"],
    &["next", "last"],
    &["char_indices", "chars", "bytes"],
    &["front", "back"],
    &["front_mut", "back_mut"],
    &["first_mut", "last_mut"],
    &["extend", "append"],
    &["truncate", "resize"],
    &["map", "flat_map", "and_then"],
    &["or_insert", "or_default"],
    &["all", "any", "find"],
    &["contains_key", "contains"],
    &["is_lt", "is_le", "is_gt", "is_ge"],
    &["is_eq", "is_ne"],
    &["max_by", "min_by_key"],
    &["then", "reverse"],
    &["union", "intersection", "difference", "symmetric_difference"],
    &["is_subset", "is_superset", "is_disjoint"],
    &["is_whitespace", "is_control"],
    &["is_ascii_digit", "is_ascii_hexdigit"],
    &["to_le_bytes", "to_be_bytes", "to_ne_bytes"],
    &["from_le_bytes", "from_be_bytes", "from_ne_bytes"],
    &["lines", "split_whitespace"],
    &["left", "right"],
    &["start", "end"],
    &["pow", "powi", "powf"],
    &["ln", "log2", "log10"],
    &["sin", "cos", "tan"],
    &["as_str", "as_bytes"],
    &["range", "range_mut"],
    &["lock", "read", "write"],
    &["try_lock", "try_read", "try_write"],
];

fn methods(kind: &Kind) -> Weighted {
    match kind {
        Kind::Text => &[
            ("trim()", 1.0),
            ("to_lowercase()", 1.0),
            ("to_uppercase()", 0.6),
            ("to_ascii_lowercase()", 0.6),
            ("is_empty()", 0.2),
            ("len()", 0.2),
        ],
        Kind::Integer => &[("abs()", 0.9), ("max(0)", 0.5), ("max(1)", 0.5), ("min(1)", 0.1)],
        Kind::Float => {
            &[("abs()", 0.9), ("round()", 0.8), ("floor()", 0.5), ("ceil()", 0.5), ("sqrt()", 0.2)]
        }
        Kind::Character => &[("to_ascii_lowercase()", 0.9), ("to_ascii_uppercase()", 0.6)],
        Kind::List => &[("rev()", 0.6), ("len()", 0.3), ("skip(1)", 0.4), ("enumerate()", 0.1)],
        Kind::Named(_) | Kind::Unknown => &[
            ("unwrap_or_default()", 0.5),
            ("abs()", 0.4),
            ("clone()", 0.3),
            ("trim()", 0.4),
            ("to_lowercase()", 0.4),
            ("rev()", 0.4),
            ("to_ascii_lowercase()", 0.3),
            ("skip(1)", 0.2),
            ("max(1)", 0.2),
            ("max(0)", 0.2),
        ],
        _ => &[],
    }
}

fn doubts(kind: &Kind) -> Vec<(&'static str, f64)> {
    match kind {
        Kind::Integer => number_doubts(0.8),
        Kind::Float => vec![("{} == 0.0", 0.7), ("{} < 0.0", 0.5)],
        Kind::Text | Kind::List | Kind::Map => {
            vec![("{}.is_empty()", 1.0), ("{}.len() < 2", 0.4), ("{}.len() == 1", 0.2)]
        }
        Kind::Named(name) if name.starts_with("Option<") => vec![("{}.is_none()", 0.9)],
        _ => Vec::new(),
    }
}

fn clauses(kind: &Kind) -> Vec<(&'static str, bool, f64)> {
    match kind {
        Kind::Integer => number_clauses(0.4),
        Kind::Text | Kind::List | Kind::Map => {
            vec![("!{}.is_empty()", true, 0.6), ("{}.is_empty()", true, 0.3)]
        }
        Kind::Boolean => vec![("{}", false, 0.6), ("!{}", false, 0.6)],
        Kind::Named(name) if name.starts_with("Option<") => {
            vec![("{}.is_some()", true, 0.6), ("{}.is_none()", true, 0.4)]
        }
        _ => Vec::new(),
    }
}

/// Number types that may be meant where one is written.
pub(super) fn number_types(kind: &str) -> Weighted {
    match kind {
        "u8" => &[("u32", 0.8), ("u16", 0.8), ("u64", 0.7), ("i32", 0.3), ("usize", 0.3)],
        "u16" => &[("u32", 0.8), ("u64", 0.6)],
        "u32" => &[("u64", 1.0), ("i64", 0.5), ("i32", 0.5), ("usize", 0.2)],
        "i8" | "i16" => &[("i32", 0.9), ("i64", 0.7)],
        "i32" => &[("i64", 1.0), ("f64", 0.3), ("u32", 0.2), ("i128", 0.1)],
        "u64" => &[("u128", 0.8), ("i64", 0.5), ("f64", 0.2)],
        "i64" => &[("i128", 0.8), ("f64", 0.3)],
        "usize" => &[("isize", 0.6), ("u64", 0.2), ("i64", 0.3)],
        "f32" => &[("f64", 1.0)],
        _ => &[],
    }
}

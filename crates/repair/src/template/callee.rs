//! `a.startswith(b)` to `a.endswith(b)`: the wrong function.

use super::{Proposals, Site, Template, python, rust};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "callee",
    doc: "Calls another function of the same family, or another one of the file with as many arguments.",
    prior: 0.3,
    trust: 0.6,
    caution: None,
    pairs: true,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return a.endswith(b)\n", "def f(a, b):\n    return a.startswith(b)\n"),
        python("def f(a):\n    return min(a)\n", "def f(a):\n    return max(a)\n"),
        python("def f(a):\n    return math.floor(a)\n", "def f(a):\n    return math.ceil(a)\n"),
        python("def f(a):\n    return g(a) + h(a)\n", "def f(a):\n    return h(a) + h(a)\n"),
        rust("fn f() { D::from_secs(5); }\n", "fn f() { D::from_millis(5); }\n"),
        rust("fn f(a: f64) -> f64 { a.floor() }\n", "fn f(a: f64) -> f64 { a.round() }\n"),
    ],
};

/// Functions that are mistaken for each other.
const PYTHON: &[&[&str]] = &[
    &["startswith", "endswith"],
    &["lower", "upper", "swapcase", "capitalize", "title", "casefold"],
    &["strip", "lstrip", "rstrip"],
    &["removeprefix", "removesuffix"],
    &["min", "max", "sum", "len"],
    &["any", "all"],
    &["floor", "ceil", "round", "int", "trunc"],
    &["append", "extend", "add", "update"],
    &["append", "insert", "appendleft"],
    &["pop", "popleft", "remove", "discard"],
    &["index", "find", "rindex", "rfind", "count"],
    &["split", "rsplit", "splitlines"],
    &["partition", "rpartition"],
    &["isdigit", "isalpha", "isalnum", "isnumeric", "isdecimal"],
    &["islower", "isupper", "istitle"],
    &["keys", "values", "items"],
    &["encode", "decode"],
    &["dumps", "loads"],
    &["sorted", "reversed", "list", "set", "tuple"],
    &["int", "float", "str", "round"],
    &["isinstance", "issubclass"],
    &["ljust", "rjust", "center", "zfill"],
    &["union", "intersection", "difference", "symmetric_difference"],
    &["issubset", "issuperset"],
    &["bin", "hex", "oct"],
    &["search", "match", "fullmatch", "findall"],
    &["permutations", "combinations", "combinations_with_replacement"],
    &["time", "monotonic", "perf_counter"],
    &["utcnow", "now"],
    &["sort", "reverse"],
    &["get", "pop", "setdefault"],
    &["sin", "cos", "tan"],
    &["log", "log2", "log10"],
    &["bisect_left", "bisect_right", "bisect"],
];

const RUST: &[&[&str]] = &[
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
];

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Call {
        return;
    }
    let Some((mut name, object)) = site.callee() else { return };
    let path = name;
    if name.kind() == "scoped_identifier" {
        name = name.child_by_field_name("name").unwrap_or(name);
    }
    let current = site.text_of(name);
    let families = if site.is_python() { PYTHON } else { RUST };
    let mut seen = vec![current];
    for family in families.iter().filter(|family| family.contains(&current)) {
        for other in *family {
            if !seen.contains(other) {
                seen.push(other);
                let close = if family.len() == 2 { 1.0 } else { 0.7 };
                out.replace(site, name, *other, close);
            }
        }
    }
    if object.is_none() {
        let count = site.arguments().len();
        for (other, arguments) in &site.scope.callees {
            if !seen.contains(&other.as_str()) && other != site.text_of(path) {
                seen.push(other);
                let weight = match arguments {
                    Some(arguments) if *arguments == count => 0.4,
                    None => 0.3,
                    Some(_) => continue,
                };
                out.replace(site, path, other.as_str(), weight);
            }
        }
    }
}

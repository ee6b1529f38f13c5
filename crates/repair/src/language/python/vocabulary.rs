//! What Python's library offers to candidates.

use crate::language::Kind;
use crate::language::vocabulary::{Blocks, Syntax, Vocabulary, Weighted, number_clauses, number_doubts};

pub(super) static SYNTAX: Syntax = Syntax {
    and: "and",
    or: "or",
    not: "not ",
    truth: "True",
    falsehood: "False",
    equal: "==",
    unequal: "!=",
    operators: &["//", "**"],
    strict_floats: false,
    dynamic: true,
    end: "",
    indent: "    ",
    blocks: Blocks::Indented,
};

pub(super) static VOCABULARY: Vocabulary = Vocabulary {
    families: FAMILIES,
    methods,
    wrappers,
    doubts,
    clauses,
    size: |_| Some("len({})"),
    last_index: Some("-1"),
    statements: &[("{}.sort()", 1.0), ("{}.reverse()", 0.8), ("{}.pop()", 0.5), ("next({})", 0.4)],
    absolute: Some("abs({})"),
};

const FAMILIES: &[&[&str]] = &[
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
    &["insort_left", "insort_right", "insort"],
    &["copy", "deepcopy"],
    &["strip", "removeprefix", "removesuffix"],
    &["isspace", "isdigit", "isalpha"],
    &["is_file", "is_dir", "exists"],
    &["isfile", "isdir", "exists"],
    &["dirname", "basename"],
    &["abspath", "realpath", "normpath"],
    &["read", "readline", "readlines"],
    &["write", "writelines"],
    &["append", "appendleft"],
    &["extend", "extendleft"],
    &["union", "update"],
    &["islice", "takewhile", "dropwhile"],
    &["zip", "zip_longest"],
    &["map", "filter", "filterfalse"],
    &["map", "starmap"],
    &["chain", "product"],
    &["group", "groups", "groupdict"],
    &["start", "end", "span"],
    &["finditer", "findall"],
    &["quote", "quote_plus"],
    &["unquote", "unquote_plus"],
    &["b64encode", "b64decode"],
    &["b64encode", "urlsafe_b64encode"],
    &["b64decode", "urlsafe_b64decode"],
    &["dump", "dumps"],
    &["load", "loads"],
    &["getattr", "hasattr"],
    &["iter", "next"],
    &["degrees", "radians"],
    &["gcd", "lcm"],
    &["nlargest", "nsmallest"],
    &["heappush", "heappop", "heapify", "heapreplace"],
    &["weekday", "isoweekday"],
    &["fromtimestamp", "utcfromtimestamp"],
    &["truediv", "floordiv", "mod"],
    &["lt", "le", "gt", "ge"],
    &["itemgetter", "attrgetter"],
    &["acquire", "release"],
];

fn methods(kind: &Kind) -> Weighted {
    match kind {
        Kind::Text => &[
            ("lower()", 1.0),
            ("strip()", 1.0),
            ("upper()", 0.7),
            ("split()", 0.4),
            ("swapcase()", 0.3),
            ("rstrip()", 0.4),
            ("lstrip()", 0.3),
            ("title()", 0.3),
            ("capitalize()", 0.3),
            ("encode()", 0.2),
            ("isdigit()", 0.2),
            ("casefold()", 0.2),
        ],
        Kind::Map => &[("items()", 0.8), ("copy()", 0.8), ("values()", 0.6), ("keys()", 0.5)],
        Kind::List => &[("copy()", 0.8)],
        Kind::Unknown | Kind::Named(_) => &[
            ("lower()", 0.5),
            ("strip()", 0.5),
            ("copy()", 0.4),
            ("upper()", 0.3),
            ("items()", 0.2),
            ("values()", 0.1),
            ("swapcase()", 0.1),
        ],
        _ => &[],
    }
}

fn wrappers(kind: &Kind) -> Weighted {
    match kind {
        Kind::Integer => {
            &[("abs({})", 0.9), ("str({})", 0.6), ("int({})", 0.4), ("float({})", 0.3), ("bool({})", 0.1)]
        }
        Kind::Float => {
            &[("int({})", 0.8), ("round({})", 0.9), ("abs({})", 0.7), ("str({})", 0.3), ("float({})", 0.1)]
        }
        Kind::Text => &[
            ("int({})", 0.8),
            ("len({})", 0.7),
            ("float({})", 0.4),
            ("sorted({})", 0.3),
            ("list({})", 0.3),
            ("set({})", 0.2),
        ],
        Kind::List => &[
            ("sorted({})", 1.0),
            ("len({})", 0.8),
            ("list({})", 0.7),
            ("set({})", 0.5),
            ("sum({})", 0.4),
            ("max({})", 0.3),
            ("min({})", 0.3),
            ("reversed({})", 0.3),
            ("tuple({})", 0.3),
        ],
        Kind::Map => &[("sorted({})", 0.4), ("dict({})", 0.5), ("list({})", 0.5), ("len({})", 0.4)],
        Kind::Boolean => &[("int({})", 0.2)],
        Kind::Function | Kind::Character => &[],
        Kind::Named(_) | Kind::Unknown => &[
            ("str({})", 0.5),
            ("int({})", 0.5),
            ("abs({})", 0.4),
            ("len({})", 0.4),
            ("sorted({})", 0.4),
            ("list({})", 0.3),
            ("float({})", 0.2),
            ("bool({})", 0.2),
            ("set({})", 0.2),
            ("dict({})", 0.1),
        ],
    }
}

fn doubts(kind: &Kind) -> Vec<(&'static str, f64)> {
    match kind {
        Kind::Integer | Kind::Float => number_doubts(0.6),
        Kind::Text | Kind::List | Kind::Map => {
            vec![("not {}", 1.0), ("{} is None", 0.6), ("len({}) < 2", 0.3), ("len({}) == 1", 0.2)]
        }
        _ => [vec![("{} is None", 0.9), ("not {}", 0.9)], number_doubts(0.15)].concat(),
    }
}

fn clauses(kind: &Kind) -> Vec<(&'static str, bool, f64)> {
    match kind {
        Kind::Integer | Kind::Float => number_clauses(0.4),
        Kind::Text | Kind::List | Kind::Map => vec![("{}", true, 0.6), ("not {}", true, 0.4)],
        Kind::Boolean => vec![("{}", false, 0.6), ("not {}", false, 0.6)],
        Kind::Function => Vec::new(),
        _ => {
            let presence = vec![
                ("{} is not None", true, 0.7),
                ("{}", true, 0.5),
                ("not {}", true, 0.3),
                ("{} is None", true, 0.2),
            ];
            [presence, number_clauses(0.15)].concat()
        }
    }
}

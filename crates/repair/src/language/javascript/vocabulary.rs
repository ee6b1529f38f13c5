//! What the library of JavaScript offers to candidates.

use crate::language::Kind;
use crate::language::vocabulary::{Blocks, Syntax, Vocabulary, Weighted};

pub(super) static SYNTAX: Syntax = Syntax {
    and: "&&",
    or: "||",
    not: "!",
    truth: "true",
    falsehood: "false",
    equal: "===",
    unequal: "!==",
    operators: &["**"],
    strict_floats: false,
    dynamic: true,
    end: ";",
    indent: "  ",
    blocks: Blocks::ParenthesesAndBraces,
};

pub(super) static VOCABULARY: Vocabulary = Vocabulary {
    families: FAMILIES,
    methods,
    wrappers,
    doubts,
    clauses,
    size,
    last_index: Some("{}.length - 1"),
    statements: &[
        ("{}.sort()", 0.7),
        ("{}.sort((a, b) => a - b)", 0.9),
        ("{}.reverse()", 0.8),
        ("{}.pop()", 0.5),
        ("{}.shift()", 0.4),
    ],
    absolute: Some("Math.abs({})"),
};

const FAMILIES: &[&[&str]] = &[
    &["startsWith", "endsWith", "includes"],
    &["toLowerCase", "toUpperCase"],
    &["toLocaleLowerCase", "toLocaleUpperCase"],
    &["trim", "trimStart", "trimEnd"],
    &["padStart", "padEnd"],
    &["min", "max"],
    &["floor", "ceil", "round", "trunc"],
    &["some", "every"],
    &["push", "unshift", "concat"],
    &["pop", "shift"],
    &["indexOf", "lastIndexOf"],
    &["find", "findIndex", "filter"],
    &["find", "findLast"],
    &["findIndex", "findLastIndex"],
    &["includes", "indexOf"],
    &["map", "forEach", "filter", "flatMap"],
    &["reduce", "reduceRight"],
    &["slice", "splice", "substring", "substr"],
    &["replace", "replaceAll"],
    &["keys", "values", "entries"],
    &["getOwnPropertyNames", "keys"],
    &["sort", "reverse"],
    &["sort", "toSorted"],
    &["reverse", "toReversed"],
    &["splice", "toSpliced"],
    &["parseInt", "parseFloat", "Number"],
    &["Number", "String", "Boolean"],
    &["charAt", "charCodeAt"],
    &["charCodeAt", "codePointAt"],
    &["fromCharCode", "fromCodePoint"],
    &["stringify", "parse"],
    &["toString", "toFixed", "valueOf"],
    &["toFixed", "toPrecision"],
    &["add", "delete", "has"],
    &["get", "has"],
    &["set", "add", "get"],
    &["Map", "Set", "WeakMap", "WeakSet"],
    &["test", "exec", "match"],
    &["match", "matchAll", "search"],
    &["isNaN", "isFinite", "isInteger", "isSafeInteger"],
    &["all", "allSettled", "race", "any"],
    &["resolve", "reject"],
    &["then", "catch", "finally"],
    &["setTimeout", "setInterval", "setImmediate"],
    &["clearTimeout", "clearInterval"],
    &["call", "apply", "bind"],
    &["join", "resolve"],
    &["dirname", "basename", "extname"],
    &["getDate", "getDay"],
    &["getMonth", "getDate", "getFullYear"],
    &["getHours", "getUTCHours"],
    &["getDate", "getUTCDate"],
    &["getMonth", "getUTCMonth"],
    &["getFullYear", "getUTCFullYear"],
    &["toISOString", "toString", "toJSON"],
    &["encodeURIComponent", "encodeURI", "decodeURIComponent"],
    &["decodeURIComponent", "decodeURI"],
    &["isArray", "from", "of"],
    &["assign", "freeze", "create"],
    &["on", "once", "off"],
    &["log", "log2", "log10"],
    &["sin", "cos", "tan"],
    &["sqrt", "cbrt"],
    &["appendChild", "prepend", "append"],
    &["querySelector", "querySelectorAll"],
    &["nextSibling", "nextElementSibling"],
    &["readFile", "readFileSync"],
    &["writeFile", "appendFile"],
    &["Error", "TypeError", "RangeError", "SyntaxError"],
];

fn methods(kind: &Kind) -> Weighted {
    match kind {
        Kind::Text => &[
            ("toLowerCase()", 1.0),
            ("trim()", 0.9),
            ("length", 0.8),
            ("toUpperCase()", 0.7),
            ("split('')", 0.5),
            ("slice(1)", 0.4),
            ("slice(0, -1)", 0.4),
            ("split(' ')", 0.3),
            ("split('').reverse().join('')", 0.3),
            ("charCodeAt(0)", 0.2),
            ("trimEnd()", 0.2),
            ("trimStart()", 0.2),
        ],
        Kind::List => &[
            ("length", 0.8),
            ("slice()", 0.6),
            ("sort()", 0.4),
            ("sort((a, b) => a - b)", 0.6),
            ("reverse()", 0.5),
            ("join('')", 0.5),
            ("slice(1)", 0.5),
            ("slice(0, -1)", 0.5),
            ("filter(Boolean)", 0.3),
            ("flat()", 0.2),
            ("join(' ')", 0.2),
        ],
        Kind::Integer => &[("toString()", 0.5)],
        Kind::Float => &[("toFixed(2)", 0.4), ("toString()", 0.3)],
        Kind::Unknown | Kind::Named(_) => &[
            ("toLowerCase()", 0.4),
            ("length", 0.4),
            ("trim()", 0.4),
            ("toString()", 0.3),
            ("slice()", 0.2),
            ("toUpperCase()", 0.2),
            ("size", 0.1),
            ("reverse()", 0.1),
        ],
        _ => &[],
    }
}

fn wrappers(kind: &Kind) -> Weighted {
    match kind {
        Kind::Integer => &[
            ("Math.abs({})", 0.9),
            ("String({})", 0.4),
            ("Math.floor({})", 0.4),
            ("Math.sqrt({})", 0.1),
            ("Math.round({})", 0.1),
        ],
        Kind::Float => &[
            ("Math.floor({})", 1.0),
            ("Math.round({})", 0.8),
            ("Math.ceil({})", 0.6),
            ("Math.abs({})", 0.5),
            ("Math.trunc({})", 0.4),
            ("Number({})", 0.1),
        ],
        Kind::Text => {
            &[("parseInt({})", 0.8), ("Number({})", 0.8), ("parseFloat({})", 0.3), ("[...{}]", 0.2)]
        }
        Kind::List => &[
            ("[...{}]", 0.6),
            ("Math.max(...{})", 0.4),
            ("Math.min(...{})", 0.4),
            ("new Set({})", 0.3),
            ("Array.from({})", 0.2),
            ("[...new Set({})]", 0.3),
        ],
        Kind::Map => &[("Object.keys({})", 0.7), ("Object.values({})", 0.6), ("Object.entries({})", 0.5)],
        Kind::Boolean => &[("Number({})", 0.1)],
        Kind::Function | Kind::Character => &[],
        Kind::Named(_) | Kind::Unknown => &[
            ("Number({})", 0.5),
            ("Math.abs({})", 0.4),
            ("String({})", 0.4),
            ("parseInt({})", 0.4),
            ("Math.floor({})", 0.4),
            ("Math.round({})", 0.2),
            ("Object.keys({})", 0.2),
            ("Array.from({})", 0.2),
            ("[...{}]", 0.2),
            ("Object.values({})", 0.1),
            ("Math.ceil({})", 0.1),
            ("Boolean({})", 0.1),
        ],
    }
}

const NUMBER_DOUBTS: &[(&str, f64)] = &[
    ("{} === 0", 1.0),
    ("{} < 0", 0.8),
    ("{} <= 0", 0.8),
    ("{} < 1", 0.5),
    ("{} === 1", 0.5),
    ("{} < 2", 0.5),
];

const NUMBER_CLAUSES: &[(&str, bool, f64)] = &[
    ("{} > 0", false, 1.0),
    ("{} !== 0", true, 0.7),
    ("{} >= 0", false, 0.7),
    ("{} % 2 === 0", false, 0.3),
    ("{} % 2 === 1", false, 0.3),
    ("{} % 2 !== 0", false, 0.2),
];

fn number_doubts(weight: f64) -> Vec<(&'static str, f64)> {
    NUMBER_DOUBTS.iter().map(|(form, likely)| (*form, likely * weight)).collect()
}

fn number_clauses(weight: f64) -> Vec<(&'static str, bool, f64)> {
    NUMBER_CLAUSES.iter().map(|(form, first, likely)| (*form, *first, likely * weight)).collect()
}

fn doubts(kind: &Kind) -> Vec<(&'static str, f64)> {
    match kind {
        Kind::Integer | Kind::Float => number_doubts(0.6),
        Kind::Text | Kind::List => vec![
            ("{}.length === 0", 1.0),
            ("!{}", 0.8),
            ("{}.length < 2", 0.3),
            ("{}.length === 1", 0.2),
            ("{} == null", 0.3),
        ],
        Kind::Map => vec![("!{}", 1.0), ("{} == null", 0.5), ("Object.keys({}).length === 0", 0.3)],
        Kind::Boolean | Kind::Function => vec![("!{}", 0.5)],
        _ => {
            let absence = vec![
                ("!{}", 0.9),
                ("{} == null", 0.6),
                ("{} === undefined", 0.6),
                ("{} === null", 0.5),
                ("{}.length === 0", 0.3),
            ];
            [absence, number_doubts(0.15)].concat()
        }
    }
}

fn clauses(kind: &Kind) -> Vec<(&'static str, bool, f64)> {
    match kind {
        Kind::Integer | Kind::Float => number_clauses(0.4),
        Kind::Text | Kind::List => {
            vec![("{}.length > 0", true, 0.5), ("{}", true, 0.4), ("{}.length === 0", true, 0.3)]
        }
        Kind::Map => vec![("{}", true, 0.6), ("!{}", true, 0.3)],
        Kind::Boolean => vec![("{}", false, 0.6), ("!{}", false, 0.6)],
        Kind::Function => vec![("typeof {} === 'function'", true, 0.4), ("{}", true, 0.4)],
        _ => {
            let presence = vec![
                ("{}", true, 0.6),
                ("{} !== null", true, 0.5),
                ("{} != null", true, 0.4),
                ("{} !== undefined", true, 0.5),
                ("!{}", true, 0.3),
                ("{} === undefined", true, 0.2),
            ];
            [presence, number_clauses(0.15)].concat()
        }
    }
}

fn size(kind: &Kind) -> Option<&'static str> {
    match kind {
        Kind::Map => Some("Object.keys({}).length"),
        Kind::Named(name) if matches!(name.as_str(), "Map" | "Set") => Some("{}.size"),
        _ => Some("{}.length"),
    }
}

/// What to take when a key is not there.
pub(super) const LOOKUP_DEFAULTS: Weighted =
    &[("({} || 0)", 0.8), ("({} ?? 0)", 0.7), ("({} || '')", 0.4), ("({} || [])", 0.5)];

/// The argument that a well-known function is usually missing.
pub(super) fn options(callee: &str) -> Weighted {
    match callee {
        "sort" | "toSorted" => &[
            ("(a, b) => a - b", 1.0),
            ("(a, b) => b - a", 0.6),
            ("(a, b) => a.length - b.length", 0.2),
            ("(a, b) => a.localeCompare(b)", 0.3),
        ],
        "parseInt" => &[("10", 0.9), ("2", 0.2), ("16", 0.2)],
        "reduce" => &[("0", 0.9), ("{}", 0.3), ("[]", 0.4), ("''", 0.2), ("1", 0.2)],
        "stringify" => &[("null, 2", 0.5)],
        "toString" => &[("2", 0.6), ("16", 0.2), ("'utf8'", 0.3)],
        "split" | "join" => &[("''", 0.8), ("' '", 0.5), ("','", 0.3)],
        "flat" => &[("Infinity", 0.6), ("2", 0.2)],
        "slice" => &[("1", 0.4), ("0", 0.3), ("-1", 0.3)],
        "toFixed" => &[("2", 0.9), ("1", 0.2)],
        "padStart" | "padEnd" => &[("'0'", 0.8), ("' '", 0.3)],
        "readFile" | "readFileSync" => &[("'utf8'", 0.9)],
        "mkdir" | "mkdirSync" => &[("{ recursive: true }", 0.9)],
        "rm" | "rmSync" => &[("{ recursive: true, force: true }", 0.7)],
        "addEventListener" => &[("{ once: true }", 0.2)],
        "localeCompare" => {
            &[("undefined, { numeric: true }", 0.3), ("undefined, { sensitivity: 'base' }", 0.3)]
        }
        "log" | "error" | "push" => &[],
        "fill" => &[("0", 0.8), ("false", 0.3), ("null", 0.3)],
        "indexOf" | "includes" => &[("1", 0.1)],
        _ => &[],
    }
}

//! Types that do not go together. Where a type is not known, or is one that only a declaration elsewhere explains,
//! there is nothing to complain about.

use tree_sitter::Node;

use super::bindings::{lookup, result_of};
use super::library;
use super::types::{is_conversion, is_number, several, type_of};
use crate::language::{Variable, field_of, parts, text_of, walk};

/// How many places of the region do not fit.
pub(super) fn count(region: Node<'_>, text: &str, variables: &[Variable]) -> usize {
    let mut found = 0;
    let kind = |node: Node<'_>| type_of(node, text, variables);
    walk(region, &mut |node| {
        let field = |name: &str| node.child_by_field_name(name);
        let wrong = match node.kind() {
            "binary_expression" => match (field("left"), field("operator"), field("right")) {
                (Some(left), Some(operator), Some(right)) => {
                    operands(&kind(left), operator.kind(), &kind(right))
                        || operator.kind() == "/" && text_of(right, text) == "0"
                }
                _ => false,
            },
            "unary_expression" => {
                let inner = field("operand").map(kind).unwrap_or_default();
                match field("operator").map(|operator| operator.kind()) {
                    Some("!") => !fits("bool", &inner),
                    Some("-") => is_plain(&inner) && !is_number(bare(&inner)),
                    _ => false,
                }
            }
            "if_statement" | "for_clause" => {
                field("condition").is_some_and(|condition| !fits("bool", &kind(condition)))
            }
            "for_statement" => parts(node).first().is_some_and(|head| {
                field_of(*head).is_none()
                    && !matches!(head.kind(), "for_clause" | "range_clause")
                    && !fits("bool", &kind(*head))
            }),
            "index_expression" => index(node, text, variables),
            "slice_expression" => {
                let whole = field("operand").map(kind).unwrap_or_default();
                is_scalar(&whole)
                    || ["start", "end"]
                        .into_iter()
                        .filter_map(field)
                        .any(|bound| !is_index(&kind(bound)) || text_of(bound, text).starts_with('-'))
            }
            "return_statement" => returned(node, text, variables),
            "assignment_statement" | "var_spec" => assigned(node, text, variables),
            "inc_statement" | "dec_statement" => {
                let inner = node.named_child(0).map(kind).unwrap_or_default();
                is_plain(&inner) && !is_number(bare(&inner))
            }
            "call_expression" => called(node, text, variables),
            // `a == b` alone computes nothing.
            "expression_statement" => node.named_child(0).is_some_and(|inner| {
                !matches!(inner.kind(), "call_expression" | "unary_expression" | "parenthesized_expression")
            }),
            "range_clause" => {
                field("right").map(kind).is_some_and(|kind| matches!(bare(&kind), "bool" | "float64"))
            }
            _ => false,
        };
        found += usize::from(wrong);
        true
    });
    found
}

fn bare(kind: &str) -> &str {
    match kind.trim_end_matches('?') {
        "byte" => "uint8",
        "rune" => "int32",
        other => other,
    }
}

/// Types whose whole meaning is in their name.
fn is_plain(kind: &str) -> bool {
    let kind = bare(kind);
    is_conversion(kind)
}

/// Plain types that have no elements.
fn is_scalar(kind: &str) -> bool {
    is_number(bare(kind)) || bare(kind) == "bool"
}

fn is_composite(kind: &str) -> bool {
    kind.starts_with('[') || kind.starts_with("map[") || kind.starts_with("func")
}

/// Whether a value of type `given` may stand where `wanted` is.
fn fits(wanted: &str, given: &str) -> bool {
    if wanted.is_empty() || given.is_empty() || wanted == given {
        return true;
    }
    if given.starts_with('(') {
        return false;
    }
    if given == "nil" {
        return !is_plain(wanted);
    }
    if !(is_plain(wanted) || is_composite(wanted)) || !(is_plain(given) || is_composite(given)) {
        // A plain value is no slice; a named type may be anything.
        return true;
    }
    let (a, b) = (bare(wanted), bare(given));
    if given.ends_with('?') {
        return match given {
            "int?" | "rune?" => is_number(a),
            "float64?" => matches!(a, "float32" | "float64" | "complex128"),
            _ => a == b,
        };
    }
    if wanted.ends_with('?') {
        return fits(given, wanted);
    }
    a == b || (is_composite(a) && is_composite(b) && !comparable(a, b))
}

/// Whether two composite types are written in full, so that to differ means to be different.
fn comparable(a: &str, b: &str) -> bool {
    let plain = |kind: &str| {
        let inner = kind.trim_start_matches("[]");
        is_conversion(inner)
    };
    a.starts_with('[') != b.starts_with('[') || (plain(a) && plain(b))
}

fn operands(left: &str, operator: &str, right: &str) -> bool {
    if left.starts_with('(') || right.starts_with('(') {
        return true;
    }
    let (a, b) = (bare(left), bare(right));
    match operator {
        "&&" | "||" => !fits("bool", left) || !fits("bool", right),
        "<<" | ">>" => false,
        "==" | "!=" => !fits(left, right) || is_composite(a) && is_composite(b),
        "<" | "<=" | ">" | ">=" => {
            !fits(left, right)
                || [a, b].into_iter().any(|kind| kind == "bool" || is_composite(kind) || kind == "nil")
        }
        "+" => {
            !fits(left, right)
                || [a, b].into_iter().any(|kind| kind == "bool" || is_composite(kind) || kind == "nil")
        }
        _ => {
            let odd = |kind: &str| matches!(kind, "bool" | "string" | "nil") || is_composite(kind);
            let float = |kind: &str| matches!(kind, "float64" | "float32");
            let whole = matches!(operator, "%" | "&" | "|" | "^" | "&^");
            !fits(left, right)
                || odd(a)
                || odd(b)
                || whole && (float(a) && !left.ends_with('?') || float(b) && !right.ends_with('?'))
        }
    }
}

fn is_index(kind: &str) -> bool {
    kind.is_empty() || !is_plain(kind) && !is_composite(kind) && kind != "nil" || {
        let kind = bare(kind);
        is_number(kind) && !kind.starts_with("float") && !kind.starts_with("complex")
    }
}

fn index(node: Node<'_>, text: &str, variables: &[Variable]) -> bool {
    let (Some(whole), Some(index)) = (node.child_by_field_name("operand"), node.child_by_field_name("index"))
    else {
        return false;
    };
    let (whole, kind) = (type_of(whole, text, variables), type_of(index, text, variables));
    if let Some(key) = whole.strip_prefix("map[").and_then(|rest| rest.split_once(']')) {
        return !fits(key.0, &kind);
    }
    let constant = text_of(index, text).starts_with('-')
        && text_of(index, text)[1..].starts_with(|c: char| c.is_ascii_digit());
    let listed = whole.starts_with('[') || bare(&whole) == "string";
    is_scalar(&whole) || listed && (!is_index(&kind) || constant)
}

/// The values of a `return` against the results of the innermost function.
fn returned(node: Node<'_>, text: &str, variables: &[Variable]) -> bool {
    let mut owner = node.parent();
    while let Some(parent) = owner {
        if matches!(parent.kind(), "function_declaration" | "method_declaration" | "func_literal") {
            break;
        }
        owner = parent.parent();
    }
    let Some(owner) = owner else { return false };
    let wanted = match owner.child_by_field_name("result") {
        Some(_) => several(&result_of(owner, text)),
        None => Vec::new(),
    };
    let values = node.named_child(0).map(parts).unwrap_or_default();
    let named = owner
        .child_by_field_name("result")
        .is_some_and(|result| parts(result).iter().any(|one| one.child_by_field_name("name").is_some()));
    match values[..] {
        [] => !wanted.is_empty() && !named,
        // A call may give all of them.
        [only] if wanted.len() > 1 => only.kind() != "call_expression",
        _ if values.len() != wanted.len() => true,
        _ => {
            values.iter().zip(&wanted).any(|(value, wanted)| !fits(wanted, &type_of(*value, text, variables)))
        }
    }
}

fn assigned(node: Node<'_>, text: &str, variables: &[Variable]) -> bool {
    let (left, right) = (node.child_by_field_name("left"), node.child_by_field_name("right"));
    if node.kind() == "var_spec" {
        let (Some(kind), Some(value)) = (node.child_by_field_name("type"), node.child_by_field_name("value"))
        else {
            return false;
        };
        return parts(value)
            .iter()
            .any(|value| !fits(text_of(kind, text), &type_of(*value, text, variables)));
    }
    let (Some(left), Some(right)) = (left, right) else { return false };
    let (targets, values) = (parts(left), parts(right));
    if targets.len() != values.len() {
        return values.len() != 1;
    }
    let operator = node.child_by_field_name("operator").map_or("=", |operator| operator.kind());
    targets.iter().zip(&values).any(|(target, value)| {
        let (target, value) = (type_of(*target, text, variables), type_of(*value, text, variables));
        match operator.strip_suffix('=') {
            Some("") | None => !fits(&target, &value),
            Some(operator) => operands(&target, operator, &value),
        }
    })
}

/// Number and types of a call's arguments, where the callee is known.
fn called(node: Node<'_>, text: &str, variables: &[Variable]) -> bool {
    let (Some(function), Some(list)) =
        (node.child_by_field_name("function"), node.child_by_field_name("arguments"))
    else {
        return false;
    };
    let arguments = parts(list);
    let kinds = || arguments.iter().map(|argument| type_of(*argument, text, variables));
    let name = text_of(function, text);
    let unused = node.parent().is_some_and(|parent| parent.kind() == "expression_statement");
    match name {
        "len" | "cap" => unused || arguments.len() != 1 || kinds().any(|kind| is_scalar(&kind)),
        "append" => {
            let kinds: Vec<String> = kinds().collect();
            let Some(first) = kinds.first() else { return true };
            let element = super::types::element(first);
            unused
                || is_plain(first)
                || kinds
                    .iter()
                    .zip(&arguments)
                    .skip(1)
                    .any(|(kind, argument)| argument.kind() != "variadic_argument" && !fits(&element, kind))
        }
        "min" | "max" => {
            let kinds: Vec<String> = kinds().collect();
            kinds.windows(2).any(|pair| operands(&pair[0], "<", &pair[1]))
                || kinds.iter().any(|kind| is_composite(kind))
        }
        "make" | "new" | "panic" | "copy" | "delete" | "close" => false,
        _ if is_conversion(name) => {
            unused || arguments.len() != 1 || converts(name, &kinds().collect::<String>())
        }
        _ => {
            if let Some(signature) = library::signature(name) {
                let wanted: Vec<&str> =
                    signature.parameters.split(',').filter(|one| !one.is_empty()).collect();
                let ignored = unused && matches!(signature.result, "string" | "bool" | "int" | "float64");
                return ignored
                    || wanted != ["*"]
                        && (wanted.len() != arguments.len()
                            || wanted.iter().zip(kinds()).any(|(wanted, given)| !fits(wanted, &given)));
            }
            function.kind() == "identifier" && own_function(node, name, text, &arguments, variables)
        }
    }
}

/// `int("a")`, `bool(1)`
fn converts(name: &str, given: &str) -> bool {
    match (name, bare(given)) {
        ("string", kind) => kind == "bool" || kind.starts_with("float") || kind == "nil",
        ("bool", kind) => is_number(kind) || kind == "string",
        (_, kind) => matches!(kind, "string" | "bool" | "nil") || is_composite(kind),
    }
}

/// A call of a function of the same file, or of a variable that is none.
fn own_function(
    node: Node<'_>,
    name: &str,
    text: &str,
    arguments: &[Node<'_>],
    variables: &[Variable],
) -> bool {
    if lookup(&format!("{name}()"), 0, variables).is_empty() {
        let kind = lookup(name, node.start_byte(), variables);
        return is_plain(&kind) || kind.starts_with('[');
    }
    let mut root = node;
    while let Some(parent) = root.parent() {
        root = parent;
    }
    let Some(function) = parts(root).into_iter().find(|part| {
        part.kind() == "function_declaration"
            && part.child_by_field_name("name").is_some_and(|own| text_of(own, text) == name)
    }) else {
        return false;
    };
    let generic = function.child_by_field_name("type_parameters").is_some();
    let Some(list) = function.child_by_field_name("parameters").filter(|_| !generic) else { return false };
    let mut wanted = Vec::new();
    for declaration in parts(list) {
        if declaration.kind() == "variadic_parameter_declaration" {
            return false;
        }
        let kind = declaration.child_by_field_name("type").map_or("", |kind| text_of(kind, text));
        let mut cursor = declaration.walk();
        let names = declaration.children_by_field_name("name", &mut cursor).filter(Node::is_named).count();
        wanted.extend(std::iter::repeat_n(kind, names.max(1)));
    }
    match arguments {
        [only] if wanted.len() > 1 => only.kind() != "call_expression",
        _ => {
            wanted.len() != arguments.len()
                || wanted
                    .iter()
                    .zip(arguments)
                    .any(|(wanted, given)| !fits(wanted, &type_of(*given, text, variables)))
        }
    }
}

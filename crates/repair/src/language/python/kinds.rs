//! Rough types of Python values, and what a function binds.

use tree_sitter::Node;

use crate::language::{Kind, Variable, parts, text_of, walk};

/// Rough type of a value.
pub(super) fn kind_of(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let of = |child: Option<Node<'_>>| child.map_or(Kind::Unknown, |child| kind_of(child, text, variables));
    match node.kind() {
        "integer" => Kind::Integer,
        "float" => Kind::Float,
        "string" | "concatenated_string" => Kind::Text,
        "true" | "false" | "comparison_operator" | "not_operator" => Kind::Boolean,
        "list" | "list_comprehension" | "tuple" | "set" | "set_comprehension" | "generator_expression" => {
            Kind::List
        }
        "dictionary" | "dictionary_comprehension" => Kind::Map,
        "lambda" => Kind::Function,
        "parenthesized_expression" => of(node.named_child(0)),
        "unary_operator" => of(node.child_by_field_name("argument")),
        "boolean_operator" => of(node.child_by_field_name("left")),
        "conditional_expression" => of(node.named_child(0)),
        "identifier" => {
            let name = text_of(node, text);
            let at = node.start_byte();
            variables
                .iter()
                .rev()
                .find(|variable| variable.name == name && variable.from <= at)
                .or_else(|| variables.iter().find(|variable| variable.name == name))
                .map_or(Kind::Unknown, |variable| variable.kind.clone())
        }
        "binary_operator" => arithmetic(node, text, variables),
        "subscript" => element_of(&of(node.child_by_field_name("value")), node),
        "call" => call(node, text, variables),
        _ => Kind::Unknown,
    }
}

fn arithmetic(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let side = |field: &str| {
        node.child_by_field_name(field).map_or(Kind::Unknown, |side| kind_of(side, text, variables))
    };
    let operator = node.child_by_field_name("operator").map_or("", |operator| operator.kind());
    match (side("left"), operator, side("right")) {
        (Kind::Text, "%", _) | (Kind::Text, "+" | "*", _) | (_, "+", Kind::Text) => Kind::Text,
        (Kind::List, ..) | (_, "+", Kind::List) => Kind::List,
        (_, "/", _) | (Kind::Float, ..) | (_, _, Kind::Float) => Kind::Float,
        _ => Kind::Integer,
    }
}

fn element_of(of: &Kind, node: Node<'_>) -> Kind {
    let sliced = node.child_by_field_name("subscript").is_some_and(|index| index.kind() == "slice");
    match of {
        Kind::Text => Kind::Text,
        Kind::List if sliced => Kind::List,
        _ => Kind::Unknown,
    }
}

fn call(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let Some(function) = node.child_by_field_name("function") else { return Kind::Unknown };
    let name = function.child_by_field_name("attribute").unwrap_or(function);
    match text_of(name, text) {
        "len" | "int" | "ord" | "index" | "find" | "rfind" | "count" | "floor" | "ceil" | "bit_length"
        | "hash" | "id" => Kind::Integer,
        "float" | "sqrt" | "time" | "monotonic" | "log" | "sin" | "cos" => Kind::Float,
        "str" | "join" | "lower" | "upper" | "strip" | "lstrip" | "rstrip" | "replace" | "format"
        | "title" | "capitalize" | "swapcase" | "chr" | "repr" | "bin" | "hex" | "oct" | "decode"
        | "zfill" | "ljust" | "rjust" | "center" | "input" => Kind::Text,
        "sorted" | "list" | "tuple" | "set" | "split" | "splitlines" | "range" | "reversed" | "keys"
        | "values" | "items" | "zip" | "map" | "filter" | "enumerate" | "frozenset" => Kind::List,
        "dict" | "Counter" | "defaultdict" | "OrderedDict" => Kind::Map,
        "isinstance" | "any" | "all" | "bool" | "startswith" | "endswith" | "isdigit" | "isalpha"
        | "isupper" | "islower" | "callable" | "hasattr" | "exists" => Kind::Boolean,
        "abs" | "sum" | "min" | "max" | "round" => node
            .child_by_field_name("arguments")
            .and_then(|arguments| arguments.named_child(0))
            .map_or(Kind::Integer, |first| match kind_of(first, text, variables) {
                Kind::List | Kind::Unknown => Kind::Integer,
                other => other,
            }),
        _ => Kind::Unknown,
    }
}

/// The rough type that an annotation names.
pub(super) fn annotated(annotation: &str) -> Kind {
    let annotation = annotation.trim().trim_start_matches("Optional[").trim_start_matches("typing.");
    let head = annotation.split(['[', ' ', '|', ']']).next().unwrap_or_default();
    match head {
        "int" => Kind::Integer,
        "float" => Kind::Float,
        "str" => Kind::Text,
        "bool" => Kind::Boolean,
        "list" | "List" | "tuple" | "Tuple" | "set" | "Set" | "Sequence" | "Iterable" | "FrozenSet"
        | "frozenset" | "Collection" => Kind::List,
        "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "Counter" => Kind::Map,
        "Callable" => Kind::Function,
        "" | "Any" | "object" => Kind::Unknown,
        other => Kind::Named(other.to_owned()),
    }
}

/// The rough type of the elements of an annotated container.
fn element_annotated(annotation: &str) -> Kind {
    let inner = annotation.split_once('[').map_or("", |(_, inner)| inner);
    if annotation.starts_with("str") { Kind::Text } else { annotated(inner) }
}

/// Everything that `region` binds: parameters, assignments, loop targets, `with`, comprehensions.
pub(super) fn variables(region: Node<'_>, text: &str) -> Vec<Variable> {
    let mut found: Vec<Variable> = Vec::new();
    let mut elements: Vec<(String, Kind)> = Vec::new();
    walk(region, &mut |node| {
        let end = region.end_byte();
        match node.kind() {
            "typed_parameter" | "typed_default_parameter" => {
                let annotation = node.child_by_field_name("type").map_or("", |kind| text_of(kind, text));
                let name = node.child_by_field_name("name").or_else(|| node.named_child(0));
                if let Some(name) = name.filter(|name| name.kind() == "identifier") {
                    let name = text_of(name, text).to_owned();
                    elements.push((name.clone(), element_annotated(annotation)));
                    let kind = annotated(annotation);
                    found.push(Variable { name, kind, from: node.start_byte(), until: end });
                }
            }
            "parameters" | "lambda_parameters" => {
                let until = node.parent().map_or(end, |parent| parent.end_byte());
                for parameter in parts(node) {
                    let name = parameter.child_by_field_name("name").unwrap_or(parameter);
                    if name.kind() == "identifier" {
                        let value = parameter.child_by_field_name("value");
                        let kind = value.map_or(Kind::Unknown, |value| kind_of(value, text, &[]));
                        let name = text_of(name, text).to_owned();
                        found.push(Variable { name, kind, from: parameter.start_byte(), until });
                    }
                }
            }
            "assignment" | "named_expression" => {
                let right = node.child_by_field_name("right").or_else(|| node.child_by_field_name("value"));
                let left = node.child_by_field_name("left").or_else(|| node.child_by_field_name("name"));
                let annotation = node.child_by_field_name("type").map(|kind| annotated(text_of(kind, text)));
                let kind = annotation
                    .unwrap_or_else(|| right.map_or(Kind::Unknown, |right| kind_of(right, text, &found)));
                bind_assigned(left, right, kind, text, end, &mut found);
            }
            "for_statement" | "for_in_clause" => {
                let until = if node.kind() == "for_statement" {
                    end
                } else {
                    node.parent().map_or(end, |parent| parent.end_byte())
                };
                bind_loop(node, text, until, &elements, &mut found);
            }
            "as_pattern_target" => bind(node, &Kind::Unknown, text, end, &mut found),
            _ => {}
        }
        true
    });
    found
}

fn bind_assigned(
    left: Option<Node<'_>>,
    right: Option<Node<'_>>,
    kind: Kind,
    text: &str,
    until: usize,
    found: &mut Vec<Variable>,
) {
    let Some(left) = left else { return };
    let targets = if left.kind() == "identifier" { vec![left] } else { parts(left) };
    let values = right.filter(|right| right.kind() == "expression_list").map(parts).unwrap_or_default();
    for (index, target) in targets.iter().enumerate() {
        let kind = match values.get(index) {
            Some(value) => kind_of(*value, text, found),
            None if targets.len() == 1 => kind.clone(),
            None => Kind::Unknown,
        };
        // Bound from where the statement ends: `x = x + 1` reads the older one.
        if target.kind() == "identifier" {
            let from = right.map_or(target.end_byte(), |right| right.end_byte());
            let name = text_of(*target, text).to_owned();
            if !found.iter().any(|variable| variable.name == name && variable.kind != Kind::Unknown) {
                found.push(Variable { name, kind, from, until });
            }
        }
    }
}

fn bind_loop(
    node: Node<'_>,
    text: &str,
    until: usize,
    elements: &[(String, Kind)],
    found: &mut Vec<Variable>,
) {
    let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right"))
    else {
        return;
    };
    let source = text_of(right, text);
    let kind = if source.starts_with("range(") {
        Kind::Integer
    } else if let Some((_, kind)) = elements.iter().find(|(name, _)| name == source) {
        kind.clone()
    } else {
        element_of(&kind_of(right, text, found), right)
    };
    let before = found.len();
    bind(left, &kind, text, until, found);
    if source.starts_with("enumerate(")
        && let Some(first) = found.get_mut(before)
    {
        first.kind = Kind::Integer;
    }
    for variable in &mut found[before..] {
        // A comprehension uses its names before it binds them.
        variable.from = node
            .parent()
            .filter(|_| node.kind() == "for_in_clause")
            .map_or(variable.from, |p| p.start_byte());
    }
}

fn bind(node: Node<'_>, kind: &Kind, text: &str, until: usize, found: &mut Vec<Variable>) {
    let mut several = 0;
    walk(node, &mut |name| {
        if name.kind() == "identifier" {
            several += 1;
            let name_text = text_of(name, text).to_owned();
            found.push(Variable { name: name_text, kind: kind.clone(), from: name.start_byte(), until });
        }
        !matches!(name.kind(), "attribute" | "subscript")
    });
    if several > 1 {
        let first = found.len() - several;
        for variable in &mut found[first..] {
            variable.kind = Kind::Unknown;
        }
    }
}

/// What a function may return early, guessed from its annotation and its other returns.
pub(super) fn empty_values(function: Node<'_>, text: &str) -> Vec<String> {
    let annotation = function.child_by_field_name("return_type").map_or("", |kind| text_of(kind, text));
    let mut values: Vec<String> = match annotated(annotation) {
        Kind::Integer => vec!["0"],
        Kind::Float => vec!["0.0", "0"],
        Kind::Text => vec!["\"\""],
        Kind::Boolean => vec!["False", "True"],
        Kind::List => vec!["[]"],
        Kind::Map => vec!["{}"],
        _ => vec!["None"],
    }
    .into_iter()
    .map(str::to_owned)
    .collect();
    if annotation.starts_with("Optional") || annotation.contains("None") {
        values.insert(0, "None".to_owned());
    }
    let variables = variables(function, text);
    walk(function, &mut |node| {
        if node.kind() == "return_statement"
            && let Some(value) = node.named_child(0)
        {
            let small = text_of(value, text);
            let guess = match kind_of(value, text, &variables) {
                _ if small.len() <= 12
                    && matches!(
                        value.kind(),
                        "integer"
                            | "float"
                            | "string"
                            | "none"
                            | "true"
                            | "false"
                            | "list"
                            | "tuple"
                            | "dictionary"
                    ) =>
                {
                    small
                }
                Kind::Integer => "0",
                Kind::Float => "0.0",
                Kind::Text => "\"\"",
                Kind::List => "[]",
                Kind::Map => "{}",
                Kind::Boolean => "False",
                _ => "None",
            };
            if !values.iter().any(|value| value == guess) {
                values.push(guess.to_owned());
            }
        }
        !matches!(node.kind(), "lambda")
    });
    values.truncate(5);
    values
}

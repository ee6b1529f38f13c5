//! Rough types of the values of C and C++, and what a function may return early.

use tree_sitter::Node;

use super::types::declared;
use super::variables::element_kind;
use crate::language::{Kind, Role, Variable, text_of, walk};

/// Rough type of a value.
pub(super) fn kind_of(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let of = |child: Option<Node<'_>>| child.map_or(Kind::Unknown, |child| kind_of(child, text, variables));
    match node.kind() {
        "number_literal" => match super::nodes::role(node, text) {
            Role::Float => Kind::Float,
            _ => Kind::Integer,
        },
        "string_literal" | "raw_string_literal" | "concatenated_string" => Kind::Text,
        "char_literal" => Kind::Character,
        "true" | "false" => Kind::Boolean,
        "initializer_list" => Kind::List,
        "lambda_expression" => Kind::Function,
        "sizeof_expression" => Kind::Integer,
        "cast_expression" | "compound_literal_expression" => {
            node.child_by_field_name("type").map_or(Kind::Unknown, |kind| {
                let written = text_of(kind, text);
                declared(written.trim_end_matches(['*', ' ']), if written.contains('*') { "*" } else { "" })
            })
        }
        "parenthesized_expression" | "subscript_argument_list" => of(node.named_child(0)),
        "conditional_expression" => match of(node.child_by_field_name("consequence")) {
            Kind::Unknown => of(node.child_by_field_name("alternative")),
            known => known,
        },
        "assignment_expression" => of(node.child_by_field_name("left")),
        "update_expression" => of(node.child_by_field_name("argument")),
        "unary_expression" => match node.child_by_field_name("operator").map(|operator| operator.kind()) {
            Some("!" | "not") => Kind::Boolean,
            _ => of(node.child_by_field_name("argument")),
        },
        "pointer_expression" => match node.child_by_field_name("operator").map(|operator| operator.kind()) {
            Some("*") => node
                .child_by_field_name("argument")
                .map_or(Kind::Unknown, |argument| element_kind(argument, text, variables)),
            _ => Kind::Unknown,
        },
        "binary_expression" => binary(node, text, variables),
        "identifier" => named(node, text, variables),
        "subscript_expression" => node
            .child_by_field_name("argument")
            .map_or(Kind::Unknown, |argument| element_kind(argument, text, variables)),
        "qualified_identifier" if text_of(node, text).ends_with("::npos") => Kind::Integer,
        "call_expression" => call(node, text, variables),
        _ => Kind::Unknown,
    }
}

fn named(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let (name, at) = (text_of(node, text), node.start_byte());
    variables
        .iter()
        .rev()
        .find(|variable| variable.name == name && variable.from <= at && at <= variable.until)
        .map_or(Kind::Unknown, |variable| variable.kind.clone())
}

fn binary(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let side = |field: &str| {
        node.child_by_field_name(field).map_or(Kind::Unknown, |side| kind_of(side, text, variables))
    };
    match super::nodes::role(node, text) {
        Role::Compare | Role::Logic => return Kind::Boolean,
        _ => {}
    }
    match (side("left"), side("right")) {
        (Kind::Text, _) | (_, Kind::Text) => Kind::Text,
        (Kind::Float, _) | (_, Kind::Float) => Kind::Float,
        (Kind::List, _) => Kind::List,
        (Kind::Unknown | Kind::Named(_), Kind::Unknown | Kind::Named(_)) => Kind::Unknown,
        // Arithmetic turns characters and truth values into integers.
        _ => Kind::Integer,
    }
}

fn call(node: Node<'_>, text: &str, variables: &[Variable]) -> Kind {
    let Some(function) = node.child_by_field_name("function") else { return Kind::Unknown };
    let object = function.child_by_field_name("argument");
    let name = function.child_by_field_name("field").unwrap_or(function);
    let name = text_of(name, text);
    let name = name.rsplit("::").next().unwrap_or(name).split('<').next().unwrap_or(name);
    let of = |node: Node<'_>| kind_of(node, text, variables);
    let argument = || {
        node.child_by_field_name("arguments").and_then(|list| list.named_child(0)).map_or(Kind::Unknown, of)
    };
    match name {
        "size" | "length" | "count" | "stoi" | "stol" | "stoll" | "atoi" | "atol" | "strlen" | "strcmp"
        | "strncmp" | "memcmp" | "distance" | "toupper" | "tolower" | "abs" | "labs" | "llabs" | "gcd"
        | "lcm" | "capacity" | "lround" | "find_first_of" | "find_last_of" | "rfind" | "compare" | "rand"
        | "stoul" | "strtol" | "popcount" | "accumulate" => match (name, argument()) {
            ("abs", kind @ (Kind::Float | Kind::Integer)) => kind,
            _ => Kind::Integer,
        },
        // The method of a text gives an index, that of a map an iterator.
        "find" => match object.map(of) {
            Some(Kind::Text) => Kind::Integer,
            _ => Kind::Unknown,
        },
        "sqrt" | "pow" | "floor" | "ceil" | "round" | "fabs" | "log" | "log2" | "log10" | "exp" | "sin"
        | "cos" | "tan" | "atan2" | "atof" | "stod" | "stof" | "strtod" | "fmod" | "hypot" | "trunc" => {
            Kind::Float
        }
        "to_string" | "substr" | "str" | "string" | "c_str" | "getline" | "strdup" | "strchr" | "strstr" => {
            Kind::Text
        }
        "empty" | "contains" | "starts_with" | "ends_with" | "isdigit" | "isalpha" | "isupper"
        | "islower" | "isspace" | "isalnum" | "ispunct" | "isxdigit" | "any_of" | "all_of" | "none_of"
        | "isnan" | "isinf" | "is_sorted" | "binary_search" | "has_value" | "equal" | "exists" => {
            Kind::Boolean
        }
        "front" | "back" | "top" | "at" => {
            object.map_or(Kind::Unknown, |object| super::variables::element_kind(object, text, variables))
        }
        "min" | "max" | "clamp" | "move" | "exchange" => argument(),
        "vector" | "set" | "list" | "deque" | "array" => Kind::List,
        "map" | "unordered_map" => Kind::Map,
        "int" | "float" | "double" | "char" | "bool" | "size_t" | "long" => declared(name, ""),
        _ => match function.kind() {
            "primitive_type" | "sized_type_specifier" | "template_type" => {
                declared(text_of(function, text), "")
            }
            _ => Kind::Unknown,
        },
    }
}

/// What a function may return early, by its other returns and its return type.
pub(super) fn empty_values(function: Node<'_>, text: &str, plus: bool) -> Vec<String> {
    let mut values: Vec<&str> = Vec::new();
    walk(function, &mut |node| {
        if node.kind() == "return_statement"
            && let Some(value) = node.named_child(0)
        {
            let small = text_of(value, text);
            let literal = matches!(
                value.kind(),
                "number_literal"
                    | "string_literal"
                    | "char_literal"
                    | "null"
                    | "true"
                    | "false"
                    | "initializer_list"
            );
            if small.len() <= 12 && literal && !values.contains(&small) {
                values.push(small);
            }
        }
        node.kind() != "lambda_expression"
    });
    values.truncate(3);
    let written = function.child_by_field_name("type").map_or("", |kind| text_of(kind, text));
    let pointer =
        function.child_by_field_name("declarator").is_some_and(|part| part.kind() == "pointer_declarator");
    let typical: &[&str] = match declared(written, if pointer { "*" } else { "" }) {
        _ if pointer && plus => &["nullptr"],
        _ if pointer => &["NULL"],
        _ if matches!(written, "void" | "") => &[""],
        Kind::Integer => &["0", "-1", "1"],
        Kind::Float => &["0.0", "1.0"],
        Kind::Boolean => &["false", "true"],
        Kind::Text => &["\"\""],
        Kind::Character => &["'\\0'"],
        _ if !plus => &["0"],
        Kind::Named(name) if name.contains("optional") => &["std::nullopt"],
        Kind::Named(name) if name.ends_with("_ptr") => &["nullptr"],
        _ => &["{}"],
    };
    for value in typical {
        if !values.contains(value) {
            values.push(value);
        }
    }
    values.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::language::cpp::CPP;
    use crate::source::SourceFile;

    /// The kind of what is returned last.
    fn returned(text: &str) -> Kind {
        let source = SourceFile::parse("a.cpp".to_owned(), text.to_owned(), &CPP).unwrap();
        let root = source.tree.root_node();
        let variables = CPP.variables(root, text);
        let mut kind = Kind::Unknown;
        walk(root, &mut |node| {
            if node.kind() == "return_statement" {
                kind = kind_of(node.named_child(0).unwrap(), text, &variables);
            }
            true
        });
        kind
    }

    #[test]
    fn values_are_typed_through_containers_operators_and_calls() {
        for (text, kind) in [
            ("auto f(std::vector<float> v, int i) { return v[i]; }", Kind::Float),
            ("auto f(std::vector<std::string> v, int i) { return v[i]; }", Kind::Text),
            ("auto f(std::vector<std::string> v, int i) { return v[i][0]; }", Kind::Character),
            ("auto f(string s) { return s[0] - 32; }", Kind::Integer),
            ("auto f(string s) { return s.find('a'); }", Kind::Integer),
            ("auto f(map<char,int> m) { return m['a']; }", Kind::Integer),
            ("auto f(int a) { return a > 1 and a < 2; }", Kind::Boolean),
            ("auto f(int a) { return (double)a; }", Kind::Float),
            ("auto f(int a) { return a / 2.0f; }", Kind::Float),
            ("auto f(int a) { return std::max<int>(a, 1); }", Kind::Integer),
            ("auto f(int *p) { return *p; }", Kind::Integer),
            ("auto f(int a[]) { double a = 1; return a; }", Kind::Float),
            ("auto f() { return 0x1F; }", Kind::Integer),
            ("auto f() { auto s = std::to_string(1); return s; }", Kind::Text),
        ] {
            assert_eq!(returned(text), kind, "{text}");
        }
    }

    #[test]
    fn an_early_exit_returns_what_the_function_does() {
        for (text, values) in [
            ("int f(int a) { if (a) return -1; return a; }", &["-1", "0", "1"][..]),
            ("void f() { }", &[""][..]),
            ("std::vector<int> f() { return g(); }", &["{}"][..]),
            ("char *f() { return g(); }", &["nullptr"][..]),
            ("std::unique_ptr<A> f() { return g(); }", &["{}"][..]),
        ] {
            let source = SourceFile::parse("a.cpp".to_owned(), text.to_owned(), &CPP).unwrap();
            let function = source.tree.root_node().named_child(0).unwrap();
            assert_eq!(empty_values(function, text, true), values, "{text}");
        }
    }
}

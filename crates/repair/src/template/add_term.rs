//! `a` to `a + b`: a term is missing.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role};

pub(super) static TEMPLATE: Template = Template {
    id: "add_term",
    doc: "Adds an operand: a variable, or one of the small numbers, with one of the usual operators.",
    prior: 0.07,
    trust: 0.45,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a, b):\n    return a\n", "def f(a, b):\n    return a + b\n"),
        python("def f(a, b):\n    s = (a + b)\n", "def f(a, b):\n    s = (a + b) / 2\n"),
        python(
            "def f(a: str, b: str):\n    return a + b\n",
            "def f(a: str, b: str):\n    return a + '.' + b\n",
        ),
        rust("fn f(a: i32, b: i32) -> i32 { g(a) }\n", "fn f(a: i32, b: i32) -> i32 { g(a) + b }\n"),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    let plain = matches!(
        site.role,
        Role::Name | Role::Call | Role::Member | Role::Index | Role::Group | Role::Arithmetic
    );
    if !plain || !site.is_value || site.is_receiver() || site.parent_role() == Role::Member {
        return;
    }
    let kind = site.kind();
    let place = match site.parent_role() {
        Role::Return | Role::Assign | Role::Augment => 1.0,
        Role::Arithmetic | Role::Arguments | Role::Comprehension => 0.6,
        Role::Compare | Role::Group => 0.5,
        _ => 0.3,
    };
    if kind == Kind::Text {
        texts(site, place, out);
        return;
    }
    // What nobody knows may be a text as well.
    if kind == Kind::Unknown && site.role == Role::Arithmetic {
        texts(site, place * 0.7, out);
    }
    let operators: &[(&str, f64)] = match kind {
        Kind::Character if site.scope.file.language.characters_are_numbers() => &[("-", 0.6), ("+", 0.5)],
        Kind::Integer | Kind::Float => &[("+", 0.9), ("-", 0.9), ("*", 0.8), ("/", 0.4), ("%", 0.3)],
        Kind::Unknown => &[("+", 0.6), ("-", 0.6), ("*", 0.5), ("/", 0.2), ("%", 0.2)],
        Kind::List => &[("+", 0.4)],
        _ => return,
    };
    let own = site.operand(site.node);
    let loose = if site.role == Role::Arithmetic { site.text().to_owned() } else { own.clone() };
    for variable in
        site.scope.variables_at(site.node.start_byte()).into_iter().filter(|variable| variable.name != "self")
    {
        let fit = kind.fit(&variable.kind);
        for (operator, weight) in operators {
            let left = if matches!(*operator, "+" | "-") { &loose } else { &own };
            let text = format!("{left} {operator} {}", variable.name);
            out.replace(site, site.node, site.in_place(text), (weight * fit * place * 0.35).max(0.01));
        }
    }
    if matches!(kind, Kind::Integer | Kind::Float | Kind::Unknown) {
        numbers(site, &kind, place, out);
    }
}

/// One of the small numbers behind the value.
fn numbers(site: &Site<'_>, kind: &Kind, place: f64, out: &mut Proposals) {
    let own = site.operand(site.node);
    let numbers: &[(&str, &str, f64)] = &[
        ("*", "2", 0.8),
        ("/", "2", 0.8),
        ("//", "2", 0.5),
        ("**", "2", 0.5),
        ("**", "3", 0.3),
        ("*", "100", 0.2),
        ("%", "2", 0.2),
        ("%", "10", 0.2),
    ];
    for (operator, number, weight) in numbers {
        if matches!(*operator, "//" | "**") && !site.syntax().operators.contains(operator) {
            continue;
        }
        let number = if *kind == Kind::Float && site.syntax().strict_floats {
            format!("{number}.0")
        } else {
            (*number).to_owned()
        };
        out.replace(site, site.node, site.in_place(format!("{own} {operator} {number}")), weight * place);
    }
}

/// A separator between two texts, or a text in scope behind.
fn texts(site: &Site<'_>, place: f64, out: &mut Proposals) {
    if site.syntax().strict_floats {
        return;
    }
    if site.role == Role::Arithmetic {
        let Some(operands) = site.operands() else { return };
        if site.text_of(operands.operator) == "+" {
            let doubled = !site.syntax().dynamic || site.text_of(site.scope.root).contains('"');
            let quote = if doubled && !site.is_python() { '"' } else { '\'' };
            for separator in [" ", ".", ",", "-", "_", "/", ":", "\\n", ", "] {
                let (left, right) = (site.text_of(operands.left), site.text_of(operands.right));
                let weight = if matches!(separator, " " | "." | ",") { 0.6 } else { 0.4 };
                out.replace(
                    site,
                    site.node,
                    format!("{left} + {quote}{separator}{quote} + {right}"),
                    weight * place,
                );
            }
        }
        return;
    }
    for variable in site.scope.variables_at(site.node.start_byte()) {
        if variable.kind == Kind::Text && variable.name != site.text() {
            out.replace(site, site.node, format!("{} + {}", site.text(), variable.name), 0.3 * place);
        }
    }
}

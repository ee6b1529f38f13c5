//! `a[1:]` to `a[:-1]`: the wrong piece.

use std::ops::Range;

use super::{Proposals, Site, Template, python, rust, short};
use crate::language::{Kind, Role, filled};

pub(super) static TEMPLATE: Template = Template {
    id: "slice",
    doc: "Changes the bounds of a slice, or takes a slice where there was none.",
    prior: 0.12,
    trust: 0.5,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python("def f(a, n):\n    return a[n:]\n", "def f(a, n):\n    return a[:n]\n"),
        python("def f(a: list):\n    return a\n", "def f(a: list):\n    return a[::-1]\n"),
        python("def f(a: str):\n    return a\n", "def f(a: str):\n    return a[1:]\n"),
        python("def f(a):\n    return a[2:]\n", "def f(a):\n    return a[2:-1]\n"),
        rust("fn f(a: &[u8]) -> &[u8] { &a[1..] }\n", "fn f(a: &[u8]) -> &[u8] { &a[..1] }\n"),
        rust(
            "fn f(a: &[u8], n: usize) -> &[u8] { &a[n..3] }\n",
            "fn f(a: &[u8], n: usize) -> &[u8] { &a[n..] }\n",
        ),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    match site.role {
        Role::Slice => bounds(site, site.node.byte_range(), ":", out),
        Role::Range if site.parent_role() == Role::Index => {
            bounds(site, site.node.byte_range(), "..", out);
        }
        Role::Index => {
            if let Some(span) = site.scope.file.language.slice_bounds(site.node) {
                bounds(site, span, ":", out);
            }
        }
        Role::Name | Role::Call | Role::Member if site.is_value && site.text() != "self" => {
            let likely = match site.kind() {
                Kind::List | Kind::Text => 0.6,
                Kind::Unknown => 0.2,
                _ => return,
            };
            if site.parent_role() == Role::Index {
                return;
            }
            for (piece, weight) in site.scope.file.language.pieces() {
                out.replace(site, site.node, filled(piece, site.text()), weight * likely);
            }
        }
        _ => {}
    }
}

fn bounds(site: &Site<'_>, span: Range<usize>, separator: &str, out: &mut Proposals) {
    let text = site.scope.file.text.get(span.clone()).unwrap_or_default();
    let mut change = |by: String, weight: f64| {
        let description = format!("replace `{}` by `{}`", short(text), short(&by));
        out.splice(site, span.clone(), by, weight, description);
    };
    let separator = if separator == ".." && text.contains("..=") { "..=" } else { separator };
    let mut pieces = text.split(separator).map(str::trim);
    let (Some(from), Some(to)) = (pieces.next(), pieces.next()) else { return };
    let step = pieces.next();
    if step.is_some() && separator == ":" {
        change(format!("{from}:{to}"), 0.3);
        return;
    }
    let separator = if separator == "..=" { ".." } else { separator };
    change(format!("{to}{separator}{from}"), 0.8);
    if !from.is_empty() {
        change(format!("{separator}{to}"), 0.6);
    } else {
        change(format!("1{separator}{to}"), 0.4);
    }
    let last = site.vocabulary().last_index.zip(site.parts().first().copied());
    if !to.is_empty() {
        change(format!("{from}{separator}"), 0.6);
    } else if separator == ":" {
        let end = match last {
            Some((last, whole)) if site.role == Role::Index => filled(last, site.text_of(whole)),
            _ => "-1".to_owned(),
        };
        change(format!("{from}{separator}{end}"), 0.6);
    }
    if separator == ":" && site.role == Role::Slice {
        change(format!("{text}:2"), 0.3);
        change(format!("{text}:-1"), 0.3);
    }
}

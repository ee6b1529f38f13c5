//! `a[1:]` to `a[:-1]`: the wrong piece.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Kind, Role};

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
        Role::Slice => bounds(site, ":", out),
        Role::Range if site.parent_role() == Role::Index => bounds(site, "..", out),
        Role::Name | Role::Call | Role::Member
            if site.is_python() && site.is_value && site.text() != "self" =>
        {
            let likely = match site.kind() {
                Kind::List | Kind::Text => 0.6,
                Kind::Unknown => 0.2,
                _ => return,
            };
            if site.parent_role() == Role::Index {
                return;
            }
            for (piece, weight) in
                [("[1:]", 1.0), ("[:-1]", 1.0), ("[::-1]", 1.0), ("[1:-1]", 0.3), ("[:]", 0.5)]
            {
                out.replace(site, site.node, format!("{}{piece}", site.text()), weight * likely);
            }
        }
        _ => {}
    }
}

fn bounds(site: &Site<'_>, separator: &str, out: &mut Proposals) {
    let text = site.text();
    let separator = if separator == ".." && text.contains("..=") { "..=" } else { separator };
    let mut pieces = text.split(separator).map(str::trim);
    let (Some(from), Some(to)) = (pieces.next(), pieces.next()) else { return };
    let step = pieces.next();
    if step.is_some() && separator == ":" {
        out.replace(site, site.node, format!("{from}:{to}"), 0.3);
        return;
    }
    let separator = if separator == "..=" { ".." } else { separator };
    out.replace(site, site.node, format!("{to}{separator}{from}"), 0.8);
    if !from.is_empty() {
        out.replace(site, site.node, format!("{separator}{to}"), 0.6);
    } else {
        out.replace(site, site.node, format!("1{separator}{to}"), 0.4);
    }
    if !to.is_empty() {
        out.replace(site, site.node, format!("{from}{separator}"), 0.6);
    } else if separator == ":" {
        out.replace(site, site.node, format!("{from}{separator}-1"), 0.6);
    }
    if separator == ":" {
        out.replace(site, site.node, format!("{text}:2"), 0.3);
        out.replace(site, site.node, format!("{text}:-1"), 0.3);
    }
}

//! `def f(a=[])`: one list for all calls.

use super::{Proposals, Site, Template, python};
use crate::language::parts;

pub(super) static TEMPLATE: Template = Template {
    id: "default_argument",
    doc: "Makes a mutable default argument fresh for every call.",
    prior: 0.9,
    trust: 0.9,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[python(
        "def f(a, b=[]):\n    b.append(a)\n    return b\n",
        "def f(a, b=None):\n    if b is None:\n        b = []\n    b.append(a)\n    return b\n",
    )],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !matches!(site.node.kind(), "default_parameter" | "typed_default_parameter") {
        return;
    }
    let (Some(name), Some(value)) =
        (site.node.child_by_field_name("name"), site.node.child_by_field_name("value"))
    else {
        return;
    };
    let fresh = matches!(value.kind(), "list" | "dictionary" | "set")
        || matches!(site.text_of(value), "list()" | "dict()" | "set()");
    let body =
        site.node.parent().and_then(|list| list.parent()).and_then(|owner| owner.child_by_field_name("body"));
    let Some(body) = body.filter(|body| fresh && body.kind() == "block") else { return };
    let statements = parts(body);
    let documented = statements.len() > 1 && site.text_of(statements[0]).starts_with(['"', '\'']);
    let Some(first) = statements.get(usize::from(documented)) else { return };
    let (name, indent) = (site.text_of(name), site.indent_of(*first));
    let guard = format!("if {name} is None:\n{indent}    {name} = {}\n{indent}", site.text_of(value));
    let at = first.start_byte();
    let spans = vec![(value.byte_range(), "None".to_owned()), (at..at, guard)];
    out.several(site, spans, 1.0, format!("make the default of `{name}` fresh for every call"));
}

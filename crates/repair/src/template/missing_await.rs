//! `f()` to `await f()` in an async function.

use super::{Proposals, Site, Template, python};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "missing_await",
    doc: "Waits for a call in an async function whose result was taken for the value.",
    prior: 0.5,
    trust: 0.8,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[python(
        "async def f(a):\n    b = g(a)\n    return b\n",
        "async def f(a):\n    b = await g(a)\n    return b\n",
    )],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if site.role != Role::Call || site.parent_role() == Role::OtherValue {
        return;
    }
    let mut current = site.node.parent();
    let (language, text) = (site.scope.file.language, &site.scope.file.text);
    let awaits = loop {
        let Some(parent) = current else { return };
        match language.awaits(parent, text) {
            Some(awaits) => break awaits,
            None => current = parent.parent(),
        }
    };
    if awaits {
        let own = site.callee().map_or("", |(name, _)| site.text_of(name));
        let asynchronous =
            ["def ", "function ", ""].iter().any(|word| text.contains(&format!("async {word}{own}(")))
                || text.contains(&format!("{own} = async"));
        let text = format!("await {}", site.text());
        out.replace(site, site.node, site.in_place(text), if asynchronous { 1.0 } else { 0.4 });
    }
}

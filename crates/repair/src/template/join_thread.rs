//! A thread is started and nobody waits for it.

use super::{Proposals, Site, Template, python};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "join_thread",
    doc: "Waits for the threads or the pool that a function started.",
    prior: 0.3,
    trust: 0.7,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(t):\n    t.start()\n    return 1\n",
            "def f(t):\n    t.start()\n    t.join()\n    return 1\n",
        ),
        python(
            "def f(ts):\n    for t in ts:\n        t.start()\n    return 1\n",
            "def f(ts):\n    for t in ts:\n        t.start()\n    for t in ts:\n        t.join()\n    return 1\n",
        ),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !site.is_python() || site.role != Role::Call {
        return;
    }
    let (Some((name, Some(object))), Some(statement)) = (site.callee(), site.statement()) else { return };
    if site.text_of(name) != "start" || !site.arguments().is_empty() {
        return;
    }
    let thread = site.text_of(object);
    if site.text_of(site.scope.root).contains(&format!("{thread}.join(")) {
        return;
    }
    let at = statement.end_byte();
    let indent = site.indent_of(statement);
    out.splice(site, at..at, format!("\n{indent}{thread}.join()"), 0.6, format!("wait for `{thread}`"));
    let owner =
        statement.parent().and_then(|block| block.parent()).filter(|owner| site.role_of(*owner) == Role::For);
    if let Some(owner) = owner {
        let (Some(left), Some(right)) =
            (owner.child_by_field_name("left"), owner.child_by_field_name("right"))
        else {
            return;
        };
        let (outer, at) = (site.indent_of(owner), owner.end_byte());
        let code = format!(
            "\n{outer}for {} in {}:\n{outer}    {thread}.join()",
            site.text_of(left),
            site.text_of(right)
        );
        out.splice(site, at..at, code, 1.0, format!("wait for every `{thread}`"));
    }
}

//! `v.sort()` is missing before `v` is used.

use super::{Proposals, Site, Template, python, rust};
use crate::language::{Blocks, Kind, Role, filled};

pub(super) static TEMPLATE: Template = Template {
    id: "insert_call",
    doc: "Inserts a call that puts a collection in order, or takes its last element away, before it is returned.",
    prior: 0.06,
    trust: 0.5,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[
        python(
            "def f(a):\n    b = list(a)\n    return b\n",
            "def f(a):\n    b = list(a)\n    b.sort()\n    return b\n",
        ),
        rust(
            "fn f(a: Vec<u8>) -> Vec<u8> {\n    let mut b: Vec<u8> = a.clone();\n    b\n}\n",
            "fn f(a: Vec<u8>) -> Vec<u8> {\n    let mut b: Vec<u8> = a.clone();\n    b.reverse();\n    b\n}\n",
        ),
    ],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !site.is_statement() {
        return;
    }
    let Some(first) = site.statement() else { return };
    let at = first.start_byte();
    let indent = site.indent_of(first);
    let last = site.node.next_named_sibling().is_none();
    let before = site.node.prev_named_sibling().map_or("", |before| site.text_of(before));
    let end = site.syntax().end;
    let braces = site.syntax().blocks == Blocks::ParenthesesAndBraces;
    // A loop that fills it, where the loop has braces around it.
    let loop_before = braces
        && site
            .node
            .prev_named_sibling()
            .is_some_and(|before| matches!(site.role_of(before), Role::For | Role::While));
    // Where parameters are values, they are put in order before anything else.
    let head =
        site.node.parent().map_or(0, |block| block.start_byte().saturating_sub(site.scope.root.start_byte()));
    let opening = braces
        && site.node.prev_named_sibling().is_none()
        && site.node.parent().and_then(|block| block.parent()).is_some_and(|owner| site.is_function(owner));
    for variable in site.scope.variables_at(at) {
        let text = variable.kind == Kind::Text && site.scope.file.language.texts_are_lists();
        let fits = text
            || matches!(variable.kind, Kind::List)
            || variable.kind.is_array()
            || (variable.kind == Kind::Unknown && site.text().contains(&variable.name));
        // Behind the statement that made it, or before the one that gives it away.
        let place = if last {
            1.0
        } else if before.contains(&variable.name) && before.contains('=') {
            0.8
        } else if (loop_before && before.contains(&variable.name))
            || (opening && variable.from < site.scope.root.start_byte() + head)
        {
            0.6
        } else {
            0.0
        };
        if !fits || place == 0.0 || site.role == Role::Other && site.text().starts_with("fn") {
            continue;
        }
        let likely = if variable.kind == Kind::List || variable.kind.is_array() { 1.0 } else { 0.3 };
        for (form, weight) in site.vocabulary().statements {
            let array = variable.kind.is_array();
            if form.contains("Arrays.") != array {
                continue;
            }
            let call = filled(form, &variable.name);
            let end = if call.ends_with('}') { "" } else { end };
            let code = format!("{call}{end}\n{indent}");
            let description = format!("add `{call}`");
            out.splice(site, at..at, code, weight * place * likely, description);
        }
    }
}

//! `case 1: f();` without `break;`: the next case runs as well.

use super::{Fixture, Proposals, Site, Template};
use crate::language::Role;

pub(super) static TEMPLATE: Template = Template {
    id: "fall_through",
    doc: "Ends a case of a switch where control runs into the next one.",
    prior: 0.3,
    trust: 0.7,
    caution: None,
    pairs: false,
    propose,
    fixtures: &[Fixture {
        file: "a.java",
        before: "class A {\n    void f(int a) {\n        switch (a) {\n            case 1:\n                g();\n            \
                 default:\n                h();\n        }\n    }\n}\n",
        after: "class A {\n    void f(int a) {\n        switch (a) {\n            case 1:\n                g();\n                \
                break;\n            default:\n                h();\n        }\n    }\n}\n",
    }],
};

fn propose(site: &Site<'_>, out: &mut Proposals) {
    if !matches!(site.node.kind(), "switch_block_statement_group" | "case_statement" | "switch_case") {
        return;
    }
    // The last case has nothing to run into, an empty one is a second label.
    let Some(last) = site.parts().last().copied().filter(|_| site.node.next_named_sibling().is_some()) else {
        return;
    };
    let ends =
        matches!(site.role_of(last), Role::Leave | Role::Return) || !site.text_of(last).ends_with([';', '}']);
    if !ends {
        let (indent, at) = (site.indent_of(last), last.end_byte());
        out.splice(
            site,
            at..at,
            format!("\n{indent}break{}", site.syntax().end),
            1.0,
            "end the case with `break`",
        );
    }
}

//! Several bodies in one Go function.

use std::ops::Range;

use tree_sitter::Node;

use crate::language::switch::Switch;
use crate::language::{parts, walk};

pub(super) static SWITCH: Switch = Switch {
    body,
    prelude_at: behind_package,
    // On the line of the package clause: all others keep their numbers.
    prelude: "; import regreenOs \"os\"",
    coda: "\nvar regreenCandidate{file} = regreenOs.Getenv(\"{variable}\")\n",
    open: "{ switch regreenCandidate{file} {\n",
    arm: "case \"{number}\":\n{body}\n",
    otherwise: "default:\n{body}\n",
    close: "} }",
    sentinel: "{ regreenOs.Stderr.WriteString(\"{marker}\\n\"); regreenOs.Exit(77); panic(\"\") }",
};

fn behind_package(root: Node<'_>) -> usize {
    parts(root).iter().find(|part| part.kind() == "package_clause").map_or(0, Node::end_byte)
}

/// Not where a label would be there twice.
fn body(function: Node<'_>, _text: &str) -> Option<Range<usize>> {
    let body = function.child_by_field_name("body")?;
    let mut labels = false;
    walk(body, &mut |node| {
        labels |= node.kind() == "labeled_statement";
        !labels
    });
    (!labels).then(|| body.byte_range())
}

//! Several bodies in one Java method.

use std::ops::Range;

use tree_sitter::Node;

use crate::language::parts;
use crate::language::switch::{Switch, at_start};

/// A chain of `if`: behind a body that always returns, a `break` could not be reached, which is an error.
pub(super) static SWITCH: Switch = Switch {
    body,
    prelude_at: at_start,
    prelude: "",
    coda: "",
    open: "{ final int regreenCandidate = java.lang.Integer.parseInt(\
           java.lang.System.getenv().getOrDefault(\"{variable}\", \"0\"));\n",
    arm: "if (regreenCandidate == {number})\n{body}\nelse\n",
    otherwise: "{body}\n",
    close: "}",
    sentinel: "{ java.lang.System.err.println(\"{marker}\"); java.lang.System.err.flush(); \
               java.lang.Runtime.getRuntime().halt(77); throw new java.lang.Error(); }",
};

/// Not of constructors that first call another one: nothing may stand before that.
fn body(function: Node<'_>, _text: &str) -> Option<Range<usize>> {
    let body = function.child_by_field_name("body")?;
    let calls = parts(body).first().is_some_and(|first| first.kind() == "explicit_constructor_invocation");
    (!calls).then(|| body.byte_range())
}

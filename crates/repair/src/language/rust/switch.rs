//! Several bodies in one Rust function.

use std::ops::Range;

use tree_sitter::Node;

use crate::language::switch::{Switch, at_start};
use crate::language::{parts, text_of};

pub(super) static SWITCH: Switch = Switch {
    body,
    prelude_at: at_start,
    prelude: "",
    coda: "",
    // A crate may do without the standard library; its tests do not.
    open: "{ match { extern crate std as regreen_std; \
           static REGREEN: regreen_std::sync::OnceLock<u32> = regreen_std::sync::OnceLock::new(); \
           *REGREEN.get_or_init(|| regreen_std::env::var(\"{variable}\").ok().and_then(|text| text.parse().ok()).unwrap_or(0)) } {\n",
    arm: "{number}u32 =>\n{body}\n",
    otherwise: "_ =>\n{body}\n",
    close: "} }",
    sentinel: "{ extern crate std as regreen_std; \
               let _ = regreen_std::io::Write::write_all(&mut regreen_std::io::stderr(), b\"{marker}\\n\"); \
               regreen_std::process::abort() }",
};

/// Not of functions that the compiler itself calls, and not where every body would be of a type of its own.
fn body(function: Node<'_>, text: &str) -> Option<Range<usize>> {
    let opaque =
        function.child_by_field_name("return_type").is_some_and(|kind| text_of(kind, text).contains("impl "));
    let body = function.child_by_field_name("body")?;
    (!is_const(function, text) && !opaque).then(|| body.byte_range())
}

/// Whether the compiler may call it.
pub(super) fn is_const(function: Node<'_>, text: &str) -> bool {
    parts(function).iter().any(|part| {
        part.kind() == "function_modifiers"
            && text_of(*part, text).split_whitespace().any(|word| word == "const")
    })
}

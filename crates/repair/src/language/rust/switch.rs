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
    open: "{ match { static REGREEN: ::std::sync::OnceLock<u32> = ::std::sync::OnceLock::new(); \
           *REGREEN.get_or_init(|| ::std::env::var(\"{variable}\").ok().and_then(|text| text.parse().ok()).unwrap_or(0)) } {\n",
    arm: "{number}u32 =>\n{body}\n",
    otherwise: "_ =>\n{body}\n",
    close: "} }",
    sentinel: "{ let _ = ::std::io::Write::write_all(&mut ::std::io::stderr(), b\"{marker}\\n\"); ::std::process::abort() }",
};

/// Not of functions that the compiler itself calls, and not where every body would be of a type of its own.
fn body(function: Node<'_>, text: &str) -> Option<Range<usize>> {
    let is_const = parts(function).iter().any(|part| {
        part.kind() == "function_modifiers"
            && text_of(*part, text).split_whitespace().any(|word| word == "const")
    });
    let opaque =
        function.child_by_field_name("return_type").is_some_and(|kind| text_of(kind, text).contains("impl "));
    let body = function.child_by_field_name("body")?;
    (!is_const && !opaque).then(|| body.byte_range())
}

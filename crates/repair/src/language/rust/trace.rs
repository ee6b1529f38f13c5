//! Which blocks of Rust run. The compiler counts too, but what it writes can only be read by tools that few machines have.

use tree_sitter::Node;

use super::switch::is_const;
use crate::language::parts;
use crate::language::trace::{Trace, behind_brace};

/// The crate may do without the standard library; its tests do not.
pub(super) static TRACE: Trace = Trace {
    prelude: "",
    point: " { extern crate std as regreen_std; \
            use regreen_std::sync::atomic::{AtomicBool, Ordering}; \
            static REGREEN: AtomicBool = AtomicBool::new(false); \
            if !REGREEN.swap(true, Ordering::Relaxed) { \
            if let Some(path) = regreen_std::env::var_os(\"{variable}\") { \
            if let Ok(mut file) = regreen_std::fs::OpenOptions::new().append(true).create(true).open(path) { \
            let _ = regreen_std::io::Write::write_all(&mut file, b\"{number}\\n\"); } } } } ",
    allows: |function, text| !is_const(function, text),
    begins,
    still: &["const_item", "static_item", "const_block", "array_type", "enum_variant", "const_parameter"],
    leaves: &["return_expression", "break_expression", "continue_expression", "try_expression"],
};

fn begins(node: Node<'_>) -> Option<usize> {
    let owner = node.parent()?;
    if node.kind() != "block" || owner.kind() == "const_block" {
        return None;
    }
    let inner = parts(node).into_iter().take_while(|part| part.kind() == "inner_attribute_item").last();
    Some(inner.map_or_else(|| behind_brace(node), |attribute| attribute.end_byte()))
}

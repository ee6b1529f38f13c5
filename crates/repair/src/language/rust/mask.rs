//! The grammar sees the arguments of a macro as loose tokens. For macros that take expressions, the call is
//! disguised as a function call (`format!(` as `format_(`) or, for `vec!`, as a bare array, without moving a
//! byte: so the search can look into them, and every offset still holds in the real text.

use std::borrow::Cow;

use tree_sitter::Node;

/// Macros whose arguments are expressions.
const CALLS: [&str; 20] = [
    "format",
    "print",
    "println",
    "eprint",
    "eprintln",
    "write",
    "writeln",
    "panic",
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "todo",
    "unreachable",
    "unimplemented",
    "bail",
    "ensure",
    "anyhow",
];

/// The text to parse.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    if !text.contains('!') {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for (at, _) in text.match_indices('!') {
        let head = &text[..at];
        let name_start = head
            .char_indices()
            .rev()
            .take_while(|(_, letter)| letter.is_ascii_alphanumeric() || *letter == '_')
            .last()
            .map_or(at, |(index, _)| index);
        let (name, next) = (&head[name_start..], text.as_bytes().get(at + 1));
        if name == "vec" && next == Some(&b'[') {
            bytes[name_start..=at].fill(b' ');
        } else if next == Some(&b'(') && CALLS.contains(&name) {
            bytes[at] = b'_';
        }
    }
    // Only ASCII bytes were replaced by ASCII bytes, so this cannot fail.
    String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// First byte of the node, with the `vec!` that the mask hid.
pub(super) fn start(node: Node<'_>, text: &str) -> usize {
    let start = node.start_byte();
    let hidden =
        node.kind() == "array_expression" && text.get(..start).is_some_and(|head| head.ends_with("vec!"));
    if hidden { start - 4 } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macros_with_expressions_become_calls_of_the_same_length() {
        for (text, expected) in [
            ("format!(\"{}\", a)", "format_(\"{}\", a)"),
            ("vec![1, 2]", "    [1, 2]"),
            ("a != b && !c", "a != b && !c"),
            ("my_format!(a)", "my_format!(a)"),
            ("matches!(a, B)", "matches!(a, B)"),
            ("ä + vec![ö]", "ä +     [ö]"),
            ("println!{}", "println!{}"),
        ] {
            assert_eq!(masked(text), expected);
            assert_eq!(masked(text).len(), text.len());
        }
    }
}

//! Several bodies in one function of C or C++.

use std::ops::Range;

use tree_sitter::Node;

use crate::language::switch::{Switch, at_start};
use crate::language::{text_of, walk};

pub(super) static CPP: Switch = Switch {
    body,
    prelude_at: at_start,
    prelude: "#include <cstdio>\n#include <cstdlib>\n",
    coda: "",
    open: "{ static const int regreen_candidate = [] { const char *text = ::std::getenv(\"{variable}\"); \
           return text ? ::std::atoi(text) : 0; }(); switch (regreen_candidate) {\n",
    arm: "case {number}:\n{body}\nbreak;\n",
    otherwise: "default:\n{body}\n",
    close: "} }",
    sentinel: "{ ::std::fputs(\"{marker}\\n\", stderr); ::std::fflush(stderr); ::std::abort(); }",
};

/// Headers of C may depend on what is defined before the first of them: here nothing is included.
pub(super) static C: Switch = Switch {
    body,
    prelude_at: at_start,
    prelude: "",
    coda: "",
    open: "{ extern char **environ; static int regreen_candidate = -1; if (regreen_candidate < 0) { \
           const char *regreen_name; char **regreen_entry; int regreen_number = 0; \
           for (regreen_entry = environ; regreen_entry && *regreen_entry; ++regreen_entry) { \
           const char *regreen_text = *regreen_entry; regreen_name = \"{variable}=\"; \
           while (*regreen_name && *regreen_text == *regreen_name) { ++regreen_text; ++regreen_name; } \
           if (!*regreen_name) { while (*regreen_text >= '0' && *regreen_text <= '9') \
           regreen_number = regreen_number * 10 + (*regreen_text++ - '0'); } } \
           regreen_candidate = regreen_number; } switch (regreen_candidate) {\n",
    arm: "case {number}:\n{body}\nbreak;\n",
    otherwise: "default:\n{body}\n",
    close: "} }",
    sentinel: "{ extern int dprintf(int, const char *, ...); dprintf(2, \"{marker}\\n\"); __builtin_trap(); }",
};

/// Not of functions that the compiler itself may call, and not where a label would be there twice.
fn body(function: Node<'_>, text: &str) -> Option<Range<usize>> {
    let body = function.child_by_field_name("body")?;
    let mut labels = false;
    walk(body, &mut |node| {
        labels |= node.kind() == "labeled_statement";
        !labels
    });
    (is_run(function, text) && !labels).then(|| body.byte_range())
}

/// Whether it has a body of its own that the compiler cannot call.
pub(super) fn is_run(function: Node<'_>, text: &str) -> bool {
    let Some(body) = function.child_by_field_name("body").filter(|body| body.kind() == "compound_statement")
    else {
        return false;
    };
    let head = text.get(function.start_byte()..body.start_byte()).unwrap_or_default();
    let mut words = head.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let compile_time = words.any(|word| matches!(word, "constexpr" | "consteval"));
    // A macro of the project's that begins a function may hide anything.
    let whole = text_of(body, text).starts_with('{') && text_of(body, text).ends_with('}');
    !compile_time && whole
}

//! Which blocks of C and C++ run.

use super::switch::is_run;
use crate::language::trace::{Trace, behind_brace};

pub(super) static CPP: Trace = Trace {
    prelude: "#include <cstdio>\n#include <cstdlib>\n",
    point: " { static bool regreen_ran = false; if (!regreen_ran) { regreen_ran = true; \
            if (const char *regreen_path = ::std::getenv(\"{variable}\")) { \
            if (::std::FILE *regreen_file = ::std::fopen(regreen_path, \"a\")) { \
            ::std::fputs(\"{number}\\n\", regreen_file); ::std::fclose(regreen_file); } } } } ",
    allows: is_run,
    begins: |node| {
        let owner = node.parent()?;
        // Between the brace of a `switch` and its first label nothing runs.
        (node.kind() == "compound_statement" && owner.kind() != "switch_statement")
            .then(|| behind_brace(node))
    },
    still: &["static_assert_declaration", "template_argument_list", "preproc_def", "preproc_function_def"],
    leaves: &[
        "return_statement",
        "break_statement",
        "continue_statement",
        "goto_statement",
        "throw_statement",
    ],
};

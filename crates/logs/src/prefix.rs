//! What programs that run several others put before each line: which of them speaks.
//!
//! compose (`web-1  | `), BuildKit (`#12 0.345 `), ant (`    [junit] `), workspaces of package managers
//! (`packages/a test: `, `a:test: `). Lines of different speakers are read apart, so that two runners
//! whose output is interleaved do not confuse each other's parser.

/// The speaker, and the line without its prefix.
pub(crate) fn without_prefix(text: &str) -> (Option<&str>, &str) {
    (None, text)
}

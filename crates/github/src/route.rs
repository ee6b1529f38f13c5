//! Paths and queries of the API, percent-encoded: names come from users and from branches.

use std::fmt::Write;

/// A path under construction.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    text: String,
    has_query: bool,
}

impl Route {
    /// Starts with literal text.
    pub(crate) fn new(literal: &str) -> Self {
        Route { text: literal.to_owned(), has_query: false }
    }

    /// Appends literal text.
    pub(crate) fn literal(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Appends one segment, encoded; a slash in it is encoded too.
    pub(crate) fn segment(mut self, segment: &str) -> Self {
        self.text.push('/');
        encode(&mut self.text, segment, b"");
        self
    }

    /// Appends a path, each of its segments encoded.
    pub(crate) fn path(mut self, path: &str) -> Self {
        self.text.push('/');
        encode(&mut self.text, path, b"/");
        self
    }

    /// Appends a query parameter.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        self.text.push(if self.has_query { '&' } else { '?' });
        self.has_query = true;
        self.text.push_str(name);
        self.text.push('=');
        encode(&mut self.text, value, b"/:");
        self
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// Encodes all but the unreserved characters and those in `keep`.
fn encode(to: &mut String, text: &str, keep: &[u8]) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keep.contains(&byte) {
            to.push(char::from(byte));
        } else {
            let _ = write!(to, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_place() {
        let route =
            Route::new("/repos").segment("o/../x").segment("r?a=b").literal("/contents").path("a b/ü#");
        assert_eq!(route.as_str(), "/repos/o%2F..%2Fx/r%3Fa%3Db/contents/a%20b/%C3%BC%23");
        let route = Route::new("/x").query("head", "me:fix/a&b").query("state", "open");
        assert_eq!(route.as_str(), "/x?head=me:fix/a%26b&state=open");
    }
}

//! Tests that are calls with a title: `describe("cart", () => { it("adds", () => { … }) })`.

use tree_sitter::Node;

use super::is_function;
use crate::language::{parts, text_of};
use crate::scope::content_of;

/// A call that defines a test or a suite of tests.
pub(super) struct TestCall<'t> {
    pub(super) title: String,
    pub(super) is_suite: bool,
    pub(super) body: Option<Node<'t>>,
}

/// The name at the root of what is called: `it` of `it.skip.each([…])("…", f)`.
fn root_name<'a>(call: Node<'_>, text: &'a str) -> &'a str {
    let mut current = call;
    for _ in 0..8 {
        let next = match current.kind() {
            "call_expression" => current.child_by_field_name("function"),
            "member_expression" => current.child_by_field_name("object"),
            _ => None,
        };
        match next {
            Some(next) => current = next,
            None => break,
        }
    }
    if current.kind() == "identifier" { text_of(current, text) } else { "" }
}

fn is_suite(name: &str) -> bool {
    matches!(name, "describe" | "fdescribe" | "xdescribe" | "suite" | "context" | "xcontext" | "QUnit")
}

fn is_test(name: &str) -> bool {
    matches!(name, "it" | "test" | "fit" | "xit" | "xtest" | "specify" | "bench" | "tap" | "ava")
}

/// The test that a call defines.
pub(super) fn test_call<'t>(call: Node<'t>, text: &str) -> Option<TestCall<'t>> {
    let root = root_name(call, text);
    let arguments = call.child_by_field_name("arguments").filter(|list| list.kind() == "arguments")?;
    let arguments = parts(arguments);
    let title = arguments.first().filter(|first| matches!(first.kind(), "string" | "template_string"))?;
    let function = arguments.iter().skip(1).find(|argument| is_function(argument.kind()));
    // `test.describe("…", () => { … })` is how some runners spell a suite.
    let callee = call.child_by_field_name("function").map_or("", |callee| text_of(callee, text));
    let suite = is_suite(root) || (is_test(root) && callee.split('.').any(is_suite));
    if !suite && !is_test(root) {
        return None;
    }
    Some(TestCall {
        title: plain(content_of(text_of(*title, text))),
        is_suite: suite,
        body: function.and_then(|function| function.child_by_field_name("body")),
    })
}

/// A title as runners print it: quotes unescaped, blanks single.
fn plain(title: &str) -> String {
    let title = title.replace("\\'", "'").replace("\\\"", "\"").replace("\\`", "`");
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a call prepares the tests around it.
pub(super) fn is_hook(call: Node<'_>, text: &str) -> bool {
    let callee = call.child_by_field_name("function").map_or("", |callee| text_of(callee, text));
    matches!(
        callee.rsplit('.').next().unwrap_or(callee),
        "beforeEach" | "beforeAll" | "before" | "setup" | "suiteSetup"
    )
}

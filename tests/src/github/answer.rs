//! Answers as GitHub words them.

use serde_json::{Value, json};

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Answer {
            status,
            headers: vec![("content-type".into(), "application/json; charset=utf-8".into())],
            body: body.to_string().into_bytes(),
        }
    }

    pub(crate) fn ok(body: &Value) -> Self {
        Answer::json(200, body)
    }

    pub(crate) fn bytes(body: Vec<u8>) -> Self {
        Answer {
            status: 200,
            headers: vec![("content-type".into(), "application/octet-stream".into())],
            body,
        }
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Answer { status: 302, headers: vec![("location".into(), to.to_owned())], body: Vec::new() }
    }

    pub(crate) fn error(status: u16, message: &str) -> Self {
        Answer::json(
            status,
            &json!({ "message": message, "documentation_url": "https://docs.github.com/rest", "status": status.to_string() }),
        )
    }

    pub(crate) fn not_found() -> Self {
        Answer::error(404, "Not Found")
    }

    /// 422 with one error of GitHub's usual shape.
    pub(crate) fn invalid(resource: &str, message: &str) -> Self {
        Answer::json(
            422,
            &json!({
                "message": "Validation Failed",
                "errors": [{ "resource": resource, "code": "custom", "message": message }],
                "documentation_url": "https://docs.github.com/rest",
                "status": "422"
            }),
        )
    }
}

//! Faults on demand.

use super::answer::Answer;

/// What goes wrong with the next matching requests.
#[derive(Debug, Clone)]
pub struct Fault {
    method: Option<String>,
    path: String,
    times: u32,
    after_doing: bool,
    answer: Answer,
}

impl Fault {
    /// The next request whose path holds `path` is answered with this status and GitHub's shape of
    /// message.
    #[must_use]
    pub fn new(path: &str, status: u16, message: &str) -> Self {
        Fault {
            method: None,
            path: path.to_owned(),
            times: 1,
            after_doing: false,
            answer: Answer::error(status, message),
        }
    }

    /// A rate limit that names its pause.
    #[must_use]
    pub fn rate_limit(path: &str, retry_after: u64) -> Self {
        Fault::new(path, 403, "You have exceeded a secondary rate limit. Please wait a few minutes.")
            .header("retry-after", &retry_after.to_string())
    }

    /// The storage's way to say that a log is not there (yet).
    #[must_use]
    pub fn blob_not_found(path: &str) -> Self {
        Fault::new(path, 404, "").body(
            "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>BlobNotFound</Code><Message>The specified blob does not exist.</Message></Error>",
        )
    }

    /// Only requests with this method.
    #[must_use]
    pub fn on(mut self, method: &str) -> Self {
        self.method = Some(method.to_owned());
        self
    }

    /// So many requests.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Does what was asked first: the answer is lost, the deed is not.
    #[must_use]
    pub const fn after_doing(mut self) -> Self {
        self.after_doing = true;
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.answer.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Replaces the body.
    #[must_use]
    pub fn body(mut self, body: &str) -> Self {
        self.answer.body = body.as_bytes().to_vec();
        self
    }

    /// Whether it strikes this request.
    fn strikes(&self, method: &str, path: &str) -> bool {
        self.times > 0
            && self.method.as_deref().is_none_or(|wanted| wanted == method)
            && path.contains(&self.path)
    }
}

/// The fault that strikes this request, used up by one.
pub(crate) fn strike(faults: &mut [Fault], method: &str, path: &str) -> Option<(Answer, bool)> {
    let fault = faults.iter_mut().find(|fault| fault.strikes(method, path))?;
    fault.times -= 1;
    Some((fault.answer.clone(), fault.after_doing))
}

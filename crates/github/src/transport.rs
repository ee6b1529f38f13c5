//! The one gateway to the server.
//!
//! Everything that leaves goes through [`Transport::send`]: it checks the status before anybody sees
//! the body, waits for rate limits as told and no longer than the deadline, repeats reads that
//! failed on the way, and never repeats a write. octocrab's own retries are off, for they repeat
//! writes and know no upper bound.

use std::io::Write;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Response};
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use jiff::Timestamp;
use octocrab::Octocrab;
use octocrab::service::middleware::retry::RetryConfig;
use serde::de::DeserializeOwned;

use crate::rate_limit;
use crate::route::Route;
use crate::{Access, GitHubError, Refusal, Watch};

/// Largest JSON answer that is read; recursive trees of big repositories reach some megabytes.
const MAX_JSON: u64 = 64 * 1024 * 1024;
/// Largest error body that is looked at.
const MAX_REFUSAL: u64 = 64 * 1024;
/// How often a failed read is repeated, and the pause before each.
const READ_PAUSES: [Duration; 3] =
    [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];
const CONNECT_LIMIT: Duration = Duration::from_secs(20);
const SILENCE_LIMIT: Duration = Duration::from_secs(60);

type Body = BoxBody<Bytes, octocrab::Error>;

/// One request.
#[derive(Debug)]
pub(crate) struct Call {
    method: Method,
    route: Route,
    accept: &'static str,
    body: Option<serde_json::Value>,
}

impl Call {
    pub(crate) fn get(route: Route) -> Self {
        Call { method: Method::GET, route, accept: "application/vnd.github+json", body: None }
    }

    /// A read whose answer is the bytes themselves.
    pub(crate) fn get_raw(route: Route) -> Self {
        Call { accept: "application/vnd.github.raw+json", ..Call::get(route) }
    }

    pub(crate) fn write(method: Method, route: Route, body: serde_json::Value) -> Self {
        Call { method, body: Some(body), ..Call::get(route) }
    }

    /// The call as messages name it.
    pub(crate) fn name(&self) -> String {
        let path = self.route.as_str();
        format!("{} {}", self.method, path.split_once('?').map_or(path, |(path, _)| path))
    }

    fn is_read(&self) -> bool {
        self.method == Method::GET
    }
}

/// Runtime, client and watch.
pub(crate) struct Transport {
    runtime: tokio::runtime::Runtime,
    crab: Octocrab,
    pub(crate) watch: Watch,
}

impl Transport {
    pub(crate) fn new(access: &Access, watch: Watch) -> Result<Self, GitHubError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| GitHubError::SetUp(error.to_string()))?;
        let mut builder = Octocrab::builder()
            .base_uri(access.server.api_url.as_str())
            .and_then(|builder| builder.upload_uri(access.server.api_url.as_str()))
            .map_err(|error| GitHubError::BadServer {
                url: access.server.api_url.clone(),
                detail: error.to_string(),
            })?
            .add_retry_config(RetryConfig::None)
            .set_connect_timeout(Some(CONNECT_LIMIT))
            .set_read_timeout(Some(SILENCE_LIMIT))
            .set_write_timeout(Some(SILENCE_LIMIT));
        if let Some(token) = &access.token {
            if !token.is_usable() {
                return Err(GitHubError::BadToken);
            }
            builder = builder.personal_token(token.expose().to_owned());
        }
        // octocrab starts its worker task while it is built.
        let crab = {
            let _inside = runtime.enter();
            builder.build().map_err(|error| GitHubError::SetUp(describe(&error)))?
        };
        Ok(Transport { runtime, crab, watch })
    }

    /// Sends and reads a JSON answer.
    pub(crate) fn json<T: DeserializeOwned>(&self, call: &Call) -> Result<T, GitHubError> {
        let bytes = self.bytes(call, MAX_JSON)?;
        serde_json::from_slice(&bytes)
            .map_err(|error| GitHubError::Malformed { call: call.name(), detail: error.to_string() })
    }

    /// Sends and reads the answer, if it is not larger than `limit`.
    pub(crate) fn bytes(&self, call: &Call, limit: u64) -> Result<Vec<u8>, GitHubError> {
        let mut bytes = Vec::new();
        let mut repeats = 0;
        loop {
            bytes.clear();
            match self.stream(call, &mut bytes, limit) {
                Ok(true) => return Ok(bytes),
                Ok(false) => return Err(GitHubError::TooLarge { call: call.name(), limit }),
                // The connection broke within the answer: what was sent again is a read.
                Err(GitHubError::Network { .. }) if call.is_read() && repeats < 2 => repeats += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Sends and copies the answer into `to` as it arrives. `false` when it was cut at `limit`.
    pub(crate) fn stream(
        &self,
        call: &Call,
        to: &mut (dyn Write + '_),
        limit: u64,
    ) -> Result<bool, GitHubError> {
        let name = call.name();
        self.runtime.block_on(async {
            let response = self.send(call).await?;
            self.copy(&name, response.into_body(), to, limit).await
        })
    }

    async fn copy(
        &self,
        name: &str,
        mut body: Body,
        to: &mut (dyn Write + '_),
        limit: u64,
    ) -> Result<bool, GitHubError> {
        let mut left = limit;
        while let Some(frame) = self.watch.guard(name, body.frame()).await? {
            let frame = frame.map_err(|error| network(name, &error))?;
            let Ok(data) = frame.into_data() else { continue };
            let fits = usize::try_from(left).unwrap_or(usize::MAX).min(data.len());
            to.write_all(&data[..fits])
                .map_err(|source| GitHubError::Store { call: name.to_owned(), source })?;
            if fits < data.len() {
                return Ok(false);
            }
            left -= fits as u64;
        }
        Ok(true)
    }

    /// The first good answer, headers only.
    async fn send(&self, call: &Call) -> Result<Response<Body>, GitHubError> {
        let name = call.name();
        let (mut waits, mut waited, mut repeats) = (0, Duration::ZERO, 0);
        loop {
            let failed = match self.once(call, &name).await {
                Ok(response) if response.status().is_success() => return Ok(response),
                Ok(response) => {
                    let headers = response.headers().clone();
                    let refusal = self.refusal(&name, response).await?;
                    let now = Timestamp::now();
                    let wait = rate_limit::wait_for(
                        refusal.status,
                        &headers,
                        &refusal.message,
                        now.as_second(),
                        waits,
                    );
                    if let Some(wait) = wait {
                        self.sit_out(refusal, wait, waited).await?;
                        waits += 1;
                        waited += wait;
                        continue;
                    }
                    classify(refusal)
                }
                Err(error) => error,
            };
            if !(call.is_read() && failed.is_uncertain()) {
                return Err(failed);
            }
            let Some(pause) = READ_PAUSES.get(repeats) else { return Err(failed) };
            repeats += 1;
            self.watch.pause(&name, *pause, "").await?;
        }
    }

    async fn once(&self, call: &Call, name: &str) -> Result<Response<Body>, GitHubError> {
        let builder = http::request::Builder::new()
            .method(call.method.clone())
            .uri(call.route.as_str())
            .header(http::header::ACCEPT, call.accept);
        let request = self
            .crab
            .build_request(builder, call.body.as_ref())
            .map_err(|error| GitHubError::SetUp(describe(&error)))?;
        self.watch.guard(name, self.crab.execute(request)).await?.map_err(|error| network(name, &error))
    }

    /// Waits for a rate limit, if there is time for it.
    async fn sit_out(
        &self,
        refusal: Box<Refusal>,
        wait: Duration,
        waited: Duration,
    ) -> Result<(), GitHubError> {
        let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
        let retry_at = Timestamp::from_second(Timestamp::now().as_second().saturating_add(seconds))
            .unwrap_or(Timestamp::MAX);
        if wait >= self.watch.remaining() {
            return Err(GitHubError::RateLimited { refusal, retry_at, waited_s: waited.as_secs() });
        }
        let why = format!("GitHub's rate limit: waiting until {retry_at}");
        self.watch.tell(&format!("{why} ({} s)", wait.as_secs()));
        self.watch.pause(&refusal.call, wait, &why).await
    }

    async fn refusal(&self, name: &str, response: Response<Body>) -> Result<Box<Refusal>, GitHubError> {
        let status = response.status().as_u16();
        let header = |wanted: &str| response.headers().get(wanted)?.to_str().ok().map(str::to_owned);
        let permissions = header("x-accepted-github-permissions");
        let single_sign_on = header("x-github-sso");
        let mut bytes = Vec::new();
        // A body that breaks off is still a refusal; only stopping counts.
        let copied = self.copy(name, response.into_body(), &mut bytes, MAX_REFUSAL).await;
        if let Err(stop @ (GitHubError::Cancelled | GitHubError::DeadlineReached { .. })) = copied {
            return Err(stop);
        }
        let mut refusal = read_refusal(&bytes);
        if single_sign_on.is_some() {
            refusal
                .errors
                .push("the token must be authorised for the organisation's single sign-on".to_owned());
        }
        Ok(Box::new(Refusal { call: name.to_owned(), status, permissions, ..refusal }))
    }
}

fn classify(refusal: Box<Refusal>) -> GitHubError {
    match refusal.status {
        401 => GitHubError::Unauthorized(refusal),
        403 => GitHubError::Forbidden(refusal),
        404 => GitHubError::NotFound(refusal),
        409 => GitHubError::Conflict(refusal),
        410 => GitHubError::Gone(refusal),
        422 => GitHubError::Unprocessable(refusal),
        500..=599 => GitHubError::Server(refusal),
        _ => GitHubError::Unexpected(refusal),
    }
}

/// GitHub's words, from its JSON, the storage's XML or whatever a proxy says.
fn read_refusal(bytes: &[u8]) -> Refusal {
    let text = String::from_utf8_lossy(bytes);
    let bounded = |text: &str| text.trim().chars().take(500).collect::<String>();
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) else {
        return Refusal { message: bounded(&text), ..Refusal::default() };
    };
    let message = value.get("message").and_then(serde_json::Value::as_str).map(bounded).unwrap_or_default();
    let errors = match value.get("errors") {
        Some(serde_json::Value::Array(errors)) => {
            errors.iter().take(20).map(|e| bounded(&in_words(e))).collect()
        }
        Some(serde_json::Value::String(error)) => vec![bounded(error)],
        _ => Vec::new(),
    };
    Refusal { message, errors, ..Refusal::default() }
}

fn in_words(error: &serde_json::Value) -> String {
    let field = |name: &str| error.get(name).and_then(serde_json::Value::as_str);
    if let Some(text) = error.as_str().or_else(|| field("message")) {
        return text.to_owned();
    }
    match (field("resource"), field("field"), field("code")) {
        (Some(resource), Some(name), Some(code)) => format!("{resource}.{name}: {code}"),
        _ => error.to_string(),
    }
}

fn network(call: &str, error: &octocrab::Error) -> GitHubError {
    GitHubError::Network { call: call.to_owned(), detail: describe(error) }
}

/// The whole chain: the outermost error alone says nothing ("Service Error").
fn describe(error: &(dyn std::error::Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        // octocrab prints a backtrace behind some messages.
        let text = text.split("\n\nFound at").next().unwrap_or_default().trim().to_owned();
        if !text.is_empty() && !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    parts.join(": ").chars().take(500).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_hold_githubs_own_words() {
        let json = br#"{"message":"Validation Failed","errors":[{"resource":"PullRequest","code":"custom","message":"A pull request already exists for me:fix."},{"resource":"Label","field":"name","code":"missing_field"}]}"#;
        let refusal = Box::new(Refusal { call: "POST /x".into(), status: 422, ..read_refusal(json) });
        assert!(refusal.says("a pull request ALREADY exists for"));
        let text = GitHubError::Unprocessable(refusal).to_string();
        assert_eq!(
            text,
            "not accepted: POST /x answered 422: Validation Failed (A pull request already exists for me:fix.; Label.name: missing_field)"
        );
        let xml = b"<?xml version=\"1.0\"?><Error><Code>BlobNotFound</Code></Error>";
        assert!(read_refusal(xml).says("BlobNotFound"));
        assert_eq!(read_refusal(b"").message, "");
        assert_eq!(read_refusal(&[b'x'; 9000]).message.len(), 500);
    }
}

//! The models' APIs: which calls pass, where the key goes, how an error is said.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

/// An API of models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Anthropic's Messages.
    Messages,
    /// OpenAI's Responses.
    Responses,
    /// OpenAI's Chat Completions, which most other services speak as well.
    ChatCompletions,
    /// Gemini's `generateContent`.
    Gemini,
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// An answer of the model, which costs money.
    Answer(Protocol),
    /// Something about models that costs nothing: a list of them, a count of tokens.
    Free(Protocol),
}

impl Call {
    pub(crate) fn protocol(self) -> Protocol {
        match self {
            Call::Answer(protocol) | Call::Free(protocol) => protocol,
        }
    }
}

/// What a method and a path ask for; `None` for everything that is no business of an agent's. Services lie
/// at different places, so only the end of the path counts.
pub(crate) fn call(method: &Method, path: &str) -> Option<Call> {
    if path.contains("..") || path.contains("//") || path.contains('%') {
        return None;
    }
    let (folder, last) = path.rsplit_once('/')?;
    let of_gemini = folder.ends_with("/models") && last.contains(':');
    if method == Method::POST {
        return match last {
            "messages" => Some(Call::Answer(Protocol::Messages)),
            "count_tokens" if folder.ends_with("/messages") => Some(Call::Free(Protocol::Messages)),
            "responses" => Some(Call::Answer(Protocol::Responses)),
            "completions" if folder.ends_with("/chat") => Some(Call::Answer(Protocol::ChatCompletions)),
            _ if of_gemini => match last.rsplit_once(':')?.1 {
                "generateContent" | "streamGenerateContent" => Some(Call::Answer(Protocol::Gemini)),
                "countTokens" => Some(Call::Free(Protocol::Gemini)),
                _ => None,
            },
            _ => None,
        };
    }
    let lists = method == Method::GET && (last == "models" || folder.ends_with("/models"));
    let protocol = if path.contains("/v1beta/") { Protocol::Gemini } else { Protocol::ChatCompletions };
    lists.then_some(Call::Free(protocol))
}

/// The model that Gemini's path names.
pub(crate) fn model_of_path(path: &str) -> Option<&str> {
    path.rsplit('/').next()?.split_once(':').map(|(model, _)| model)
}

/// Headers that carry a key. None of an agent's own go out.
const KEYS: [&str; 4] = ["x-api-key", "authorization", "x-goog-api-key", "api-key"];

/// The key that an agent gave, wherever it stands: in a header, or as Gemini's `key` in the query.
pub(crate) fn key_of<'a>(headers: &'a HeaderMap, query: Option<&'a str>) -> Option<&'a str> {
    let in_header = KEYS.iter().find_map(|name| headers.get(*name)?.to_str().ok());
    let in_query = || query?.split('&').find_map(|part| part.strip_prefix("key="));
    let key = in_header.or_else(in_query)?;
    Some(key.strip_prefix("Bearer ").unwrap_or(key).trim())
}

/// Takes every key out.
pub(crate) fn remove_keys(headers: &mut HeaderMap) {
    for name in KEYS {
        headers.remove(name);
    }
}

/// The header in which the service wants its key.
pub(crate) fn key_header(protocol: Protocol) -> (HeaderName, &'static str) {
    match protocol {
        Protocol::Messages => (HeaderName::from_static("x-api-key"), ""),
        Protocol::Gemini => (HeaderName::from_static("x-goog-api-key"), ""),
        Protocol::Responses | Protocol::ChatCompletions => (http::header::AUTHORIZATION, "Bearer "),
    }
}

/// The header with a key in it, which is not printed.
pub(crate) fn key_value(prefix: &str, key: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("{prefix}{key}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Why the gateway itself says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    WrongKey,
    NoSuchCall,
    TooLarge,
    NotJson,
    OutOfBudget,
    TooMany,
    Unreachable,
    TimedOut,
}

impl Refusal {
    /// None of those that say "never" is one that agents' libraries try again.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Refusal::WrongKey => StatusCode::UNAUTHORIZED,
            Refusal::NoSuchCall => StatusCode::NOT_FOUND,
            Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::NotJson => StatusCode::BAD_REQUEST,
            Refusal::OutOfBudget | Refusal::TooMany => StatusCode::PAYMENT_REQUIRED,
            Refusal::Unreachable => StatusCode::BAD_GATEWAY,
            Refusal::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    /// One word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Refusal::WrongKey => "wrong-key",
            Refusal::NoSuchCall => "no-such-call",
            Refusal::TooLarge => "too-large",
            Refusal::NotJson => "not-json",
            Refusal::OutOfBudget => "out-of-budget",
            Refusal::TooMany => "too-many-requests",
            Refusal::Unreachable => "unreachable",
            Refusal::TimedOut => "timed-out",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Refusal::WrongKey => "this gateway takes only the key that it gave to its agent",
            Refusal::NoSuchCall => "this gateway passes calls of models only",
            Refusal::TooLarge => "the request is larger than this gateway passes",
            Refusal::NotJson => "the request is not JSON",
            Refusal::OutOfBudget => "the limit of money for this attempt is reached; stop here",
            Refusal::TooMany => "the limit of requests for this attempt is reached; stop here",
            Refusal::Unreachable => "the model's service cannot be reached",
            Refusal::TimedOut => "the model's service did not answer in time",
        }
    }

    /// The refusal as the API says errors.
    pub(crate) fn body(self, protocol: Protocol) -> Value {
        let (code, text) = (self.word(), self.text());
        match protocol {
            Protocol::Messages => {
                json!({ "type": "error", "error": { "type": "invalid_request_error", "message": text } })
            }
            Protocol::Gemini => {
                let status = self.status().as_u16();
                json!({ "error": { "code": status, "message": text, "status": "FAILED_PRECONDITION" } })
            }
            Protocol::Responses | Protocol::ChatCompletions => {
                json!({ "error": { "message": text, "type": "invalid_request_error", "code": code, "param": null } })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_calls_of_models_pass() {
        let post = |path: &str| call(&Method::POST, path);
        assert_eq!(post("/v1/messages"), Some(Call::Answer(Protocol::Messages)));
        assert_eq!(post("/v1/messages/count_tokens"), Some(Call::Free(Protocol::Messages)));
        assert_eq!(post("/v1/responses"), Some(Call::Answer(Protocol::Responses)));
        assert_eq!(post("/inference/chat/completions"), Some(Call::Answer(Protocol::ChatCompletions)));
        let gemini = "/v1beta/models/gemini-x:streamGenerateContent";
        assert_eq!(
            (post(gemini), model_of_path(gemini)),
            (Some(Call::Answer(Protocol::Gemini)), Some("gemini-x"))
        );
        assert_eq!(call(&Method::GET, "/v1/models"), Some(Call::Free(Protocol::ChatCompletions)));
        for path in [
            "/v1/files",
            "/v1/messages/batches",
            "/v1/../v1/messages",
            "/v1//messages",
            "/",
            "",
            "/v1/%6dessages",
        ] {
            assert_eq!(post(path), None, "{path}");
        }
        assert_eq!(call(&Method::DELETE, "/v1/models/x"), None);
        assert_eq!(call(&Method::GET, "/v1/messages"), None);
    }

    #[test]
    fn a_key_is_found_wherever_it_stands() {
        let with = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            key_of(&headers, None).map(str::to_owned)
        };
        assert_eq!(with("x-api-key", "k").as_deref(), Some("k"));
        assert_eq!(with("authorization", "Bearer k").as_deref(), Some("k"));
        assert_eq!(with("x-goog-api-key", "k").as_deref(), Some("k"));
        assert_eq!(key_of(&HeaderMap::new(), Some("alt=sse&key=k")), Some("k"));
        assert_eq!(key_of(&HeaderMap::new(), Some("alt=sse")), None);
    }
}

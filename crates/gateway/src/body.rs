//! What goes out: read as JSON, its secrets masked, asked to say what it cost.

use bytes::Bytes;
use regreen_case::Redactor;
use serde_json::{Value, json};

use crate::Usage;
use crate::protocol::{Protocol, Refusal};

/// Tokens that an answer may have when the request does not say; no model of today writes more.
const MOST_OUTPUT: u64 = 128_000;
/// Deepest nesting that is looked into; `serde_json` itself refuses more.
const DEEPEST: usize = 128;

/// A request, ready to go out.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) bytes: Bytes,
    /// The model, if the body names it.
    pub(crate) model: Option<String>,
    /// The most that it can cost.
    pub(crate) most: Usage,
    /// Secrets masked.
    pub(crate) masked: u64,
}

/// Makes a request ready. A body that holds nothing stays so.
pub(crate) fn prepare(bytes: Bytes, protocol: Protocol, redactor: &Redactor) -> Result<Outgoing, Refusal> {
    if bytes.is_empty() {
        return Ok(Outgoing { bytes, model: None, most: Usage::default(), masked: 0 });
    }
    let mut body: Value = serde_json::from_slice(&bytes).map_err(|_| Refusal::NotJson)?;
    let masked = mask(&mut body, redactor, 0);
    let streams = body.get("stream").and_then(Value::as_bool).unwrap_or(false);
    let asks = protocol == Protocol::ChatCompletions && streams;
    if asks && let Some(fields) = body.as_object_mut() {
        // Otherwise a stream of this API does not say what it cost.
        match fields.get_mut("stream_options").and_then(Value::as_object_mut) {
            Some(options) => drop(options.insert("include_usage".to_owned(), json!(true))),
            None => drop(fields.insert("stream_options".to_owned(), json!({ "include_usage": true }))),
        }
    }
    let limits =
        ["/max_tokens", "/max_output_tokens", "/max_completion_tokens", "/generationConfig/maxOutputTokens"];
    let limit = limits.iter().filter_map(|pointer| body.pointer(pointer)?.as_u64()).max();
    // Several answers at once cost as many times as much.
    let answers = body.get("n").and_then(Value::as_u64).unwrap_or(1).clamp(1, 1_000);
    // No token is shorter than a byte.
    let most = Usage {
        input: bytes.len() as u64,
        output: limit.unwrap_or(MOST_OUTPUT).saturating_mul(answers),
        ..Usage::default()
    };
    let model = body.get("model").and_then(Value::as_str).map(str::to_owned);
    let changed = masked > 0 || asks;
    let bytes = if changed { serde_json::to_vec(&body).map_err(|_| Refusal::NotJson)?.into() } else { bytes };
    Ok(Outgoing { bytes, model, most, masked })
}

/// Masks secrets in all texts. In the values only: what a text looks like in JSON is not what it is.
fn mask(value: &mut Value, redactor: &Redactor, depth: usize) -> u64 {
    match value {
        Value::String(text) => {
            let (masked, count) = redactor.redact(text);
            if count > 0 {
                *text = masked.into_owned();
            }
            count
        }
        Value::Array(all) if depth < DEEPEST => {
            all.iter_mut().map(|one| mask(one, redactor, depth + 1)).sum()
        }
        Value::Object(all) if depth < DEEPEST => {
            all.values_mut().map(|one| mask(one, redactor, depth + 1)).sum()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(body: &str, protocol: Protocol) -> (Value, Outgoing) {
        let redactor = Redactor::new(["hunter2\"hunter2"]);
        let outgoing = prepare(body.to_owned().into(), protocol, &redactor).unwrap();
        (serde_json::from_slice(&outgoing.bytes).unwrap(), outgoing)
    }

    #[test]
    fn secrets_stay_here_however_they_are_escaped() {
        let body = r#"{"model":"m","max_tokens":7,"messages":[{"content":"key: hunter2\"hunter2, -----BEGIN PRIVATE KEY-----"}]}"#;
        let (value, outgoing) = prepared(body, Protocol::Messages);
        assert!(!value.to_string().contains("hunter2") && outgoing.masked > 0, "{value}");
        assert_eq!((outgoing.model.as_deref(), outgoing.most.output), (Some("m"), 7));
        assert_eq!(value["max_tokens"], 7, "still the same request");
    }

    #[test]
    fn a_stream_is_asked_what_it_cost() {
        let (value, _) = prepared(r#"{"stream":true,"stream_options":{"x":1}}"#, Protocol::ChatCompletions);
        assert_eq!(value["stream_options"], json!({ "x": 1, "include_usage": true }));
        let plain = r#"{"stream": true}"#;
        let (_, outgoing) = prepared(plain, Protocol::Responses);
        assert_eq!(outgoing.bytes, plain, "untouched, to the byte");
        assert_eq!(outgoing.most.output, MOST_OUTPUT);
    }

    #[test]
    fn what_is_not_json_does_not_go_out() {
        let redactor = Redactor::default();
        assert_eq!(prepare("{".into(), Protocol::Gemini, &redactor).unwrap_err(), Refusal::NotJson);
    }
}

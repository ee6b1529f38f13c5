//! The way to a chat model: one conversation in, one answer out, in whichever API its service speaks.
//!
//! Everything goes to the gateway on loopback, which keeps the key, counts the money, and tries again what is
//! worth it.

use std::time::Duration;

use genai::adapter::AdapterKind;
use genai::chat::{ChatMessage, ChatOptions, ChatRequest};
use genai::resolver::{AuthData, Endpoint, ServiceTargetResolver};
use genai::{Client, ModelIden, ServiceTarget};
use regreen_supervise::{Cancel, Deadline};

use crate::preset::ChatProtocol;

/// How often a wait looks up.
const LOOK_UP: Duration = Duration::from_millis(100);

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// The time is over.
    OutOfTime,
    /// We were told to stop.
    Cancelled,
    /// The conversation is longer than the model can read.
    TooLong,
    /// The model cannot write that many tokens.
    TooMany,
    /// In words.
    Failed(String),
}

/// A model behind the gateway.
pub(crate) struct Model {
    client: Client,
    runtime: tokio::runtime::Runtime,
    name: String,
}

impl Model {
    /// `endpoint` ends in a slash; `ticket` is what the gateway takes for a key.
    pub(crate) fn new(
        protocol: ChatProtocol,
        endpoint: &str,
        ticket: &str,
        name: &str,
    ) -> Result<Self, String> {
        let kind = match protocol {
            ChatProtocol::Messages => AdapterKind::Anthropic,
            ChatProtocol::Responses => AdapterKind::OpenAIResp,
            ChatProtocol::ChatCompletions => AdapterKind::OpenAI,
            ChatProtocol::Gemini => AdapterKind::Gemini,
        };
        let (endpoint, ticket) = (endpoint.to_owned(), ticket.to_owned());
        let target = move |target: ServiceTarget| -> Result<ServiceTarget, genai::resolver::Error> {
            Ok(ServiceTarget {
                endpoint: Endpoint::from_owned(endpoint.clone()),
                auth: AuthData::from_single(ticket.clone()),
                model: ModelIden::new(kind, target.model.model_name),
            })
        };
        // The user's proxy leads out of the machine, and so may a redirection; the gateway is in it.
        let web = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let web = web.build().map_err(|error| error.to_string())?;
        let client = Client::builder()
            .with_reqwest(web)
            .with_adapter_kind(kind)
            .with_service_target_resolver(ServiceTargetResolver::from_resolver_fn(target))
            .build()
            .map_err(|error| error.to_string())?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        Ok(Model { client, runtime, name: name.to_owned() })
    }

    /// Asks for an answer of so many tokens at most, and waits for it as long as there is time.
    pub(crate) fn ask(
        &self,
        messages: Vec<ChatMessage>,
        tokens: u32,
        deadline: Deadline,
        cancel: &Cancel,
    ) -> Result<String, NoAnswer> {
        let options = ChatOptions::default().with_max_tokens(tokens);
        self.runtime.block_on(async {
            let call = self.client.exec_chat(&self.name, ChatRequest::new(messages), Some(&options));
            let mut call = std::pin::pin!(call);
            loop {
                match tokio::time::timeout(LOOK_UP, &mut call).await {
                    Ok(Ok(answer)) => return Ok(answer.into_first_text().unwrap_or_default()),
                    Ok(Err(error)) => return Err(no_answer(&error)),
                    Err(_) if cancel.is_cancelled() => return Err(NoAnswer::Cancelled),
                    Err(_) if deadline.is_over() => return Err(NoAnswer::OutOfTime),
                    Err(_) => {}
                }
            }
        })
    }
}

fn no_answer(error: &genai::Error) -> NoAnswer {
    use genai::webc::Error::ResponseFailedStatus;
    if let genai::Error::ChatResponseGeneration { cause, .. } = error {
        return NoAnswer::Failed(format!("its service's answer cannot be read: {}", first_lines(cause)));
    }
    let (genai::Error::WebModelCall { webc_error, .. } | genai::Error::WebAdapterCall { webc_error, .. }) =
        error
    else {
        return NoAnswer::Failed(first_lines(&error.to_string()));
    };
    match webc_error {
        ResponseFailedStatus { status, body, .. } if is_too_many(status.as_u16(), body) => NoAnswer::TooMany,
        ResponseFailedStatus { status, body, .. } if is_too_long(status.as_u16(), body) => NoAnswer::TooLong,
        ResponseFailedStatus { status, body, .. } => {
            NoAnswer::Failed(format!("its service answered {}: {}", status.as_u16(), first_lines(body)))
        }
        other => NoAnswer::Failed(first_lines(&other.to_string())),
    }
}

/// Services say it in their own words, with 400 or 413.
fn is_too_long(status: u16, body: &str) -> bool {
    let body = body.to_lowercase();
    let says = ["context", "too long", "too many tokens", "too large", "maximum number of tokens"];
    matches!(status, 400 | 413) && says.iter().any(|words| body.contains(words))
}

/// Older models write less than is asked for here, and say so by the name of the field.
fn is_too_many(status: u16, body: &str) -> bool {
    let body = body.to_lowercase();
    let fields = ["max_tokens", "max_completion_tokens", "max_output_tokens", "maxoutputtokens"];
    status == 400 && fields.iter().any(|field| body.contains(field)) && !body.contains("context")
}

fn first_lines(text: &str) -> String {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_that_is_too_long_is_known_by_what_services_say() {
        for body in [
            "{\"error\":{\"code\":\"context_length_exceeded\"}}",
            "prompt is too long: 210000 tokens > 200000 maximum",
            "Requested tokens (4096) exceed context window of 2048",
        ] {
            assert!(is_too_long(400, body), "{body}");
        }
        assert!(is_too_many(
            400,
            "max_tokens: 16384 > 8192, which is the maximum allowed number of output tokens"
        ));
        assert!(!is_too_many(400, "max_tokens exceeds the context") && !is_too_many(429, "max_tokens"));
        assert!(!is_too_long(400, "unknown model") && !is_too_long(429, "context"));
    }
}

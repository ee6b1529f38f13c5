//! A model's service on loopback that speaks four protocols and has one idea: to run a shell command by
//! whatever tool the agent offers, and to say that it is done.
//!
//! It remembers what it was asked. It may also never answer, which is how time limits are tried.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::{Value, json};

/// Names under which agents offer a shell.
const SHELLS: [&str; 6] = ["Bash", "exec_command", "shell_command", "shell", "run_shell_command", "bash"];

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Its path.
    pub path: String,
    /// The key in it, whatever header it stood in.
    pub key: String,
    /// Its body.
    pub body: String,
}

#[derive(Debug)]
struct Script {
    /// What it runs, one command a task that it is given in a conversation.
    commands: Vec<String>,
    /// What it says to who offers no tools, one answer after the other, the last one for ever.
    says: Vec<String>,
    answers: bool,
    asked: Mutex<Vec<Asked>>,
}

/// The service. It ends with the program.
#[derive(Debug)]
pub struct ModelService {
    /// Its port on 127.0.0.1.
    pub port: u16,
    script: Arc<Script>,
}

impl ModelService {
    /// Starts one whose model runs this command. With `answers` false it only listens.
    ///
    /// # Panics
    /// When there is no port.
    #[must_use]
    pub fn start(command: &str, answers: bool) -> Self {
        ModelService::with(&[command], vec![DONE.to_owned()], answers)
    }

    /// Starts one whose model runs the first command, and another when it is asked again in the same
    /// conversation. In a new one it knows of nothing, and begins with the first.
    ///
    /// # Panics
    /// When there is no port.
    #[must_use]
    pub fn running(commands: &[&str]) -> Self {
        ModelService::with(commands, vec![DONE.to_owned()], true)
    }

    /// Starts one whose model answers with these texts, one after the other, the last one for ever.
    ///
    /// # Panics
    /// When there is no port.
    #[must_use]
    pub fn saying(texts: &[&str]) -> Self {
        ModelService::with(&[], texts.iter().map(|text| (*text).to_owned()).collect(), true)
    }

    fn with(commands: &[&str], says: Vec<String>, answers: bool) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let port = listener.local_addr().expect("an address").port();
        let commands = commands.iter().map(|command| (*command).to_owned()).collect();
        let script = Arc::new(Script { commands, says, answers, asked: Mutex::default() });
        let router = axum::Router::new().fallback(answer).with_state(Arc::clone(&script));
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                axum::serve(listener, router).await.expect("a server");
            });
        });
        ModelService { port, script }
    }

    /// What it was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.script.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(State(script): State<Arc<Script>>, request: Request) -> Result<Response, Infallible> {
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let key = ["x-api-key", "authorization", "x-goog-api-key"].iter().find_map(|name| header(name));
    let bytes = axum::body::to_bytes(body, 64 << 20).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let path = parts.uri.path().to_owned();
    let asked = Asked { path: path.clone(), key: key.unwrap_or_default().to_owned(), body: text.clone() };
    let number = {
        let mut all = script.asked.lock().unwrap_or_else(PoisonError::into_inner);
        all.push(asked);
        all.len() - 1
    };
    let text_of = |number: usize| script.says.get(number).or(script.says.last()).map_or(DONE, String::as_str);
    let words = text_of(number);
    if !script.answers {
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
    let body: Value = serde_json::from_str(&text).unwrap_or_default();
    let streams = body["stream"] == true || path.contains("streamGenerateContent");
    let tools = body["tools"].to_string();
    let shell = SHELLS.into_iter().find(|name| tools.contains(&format!("\"name\":\"{name}\"")));
    let said = ["messages", "input", "contents"].map(|name| body[name].to_string()).concat();
    // Calls, for Gemini CLI repeats the results of a session that it goes on with.
    let calls = ["\"tool_use\"", "\"function_call\"", "\"functionCall\""];
    let ran: usize = calls.iter().map(|word| said.matches(word).count()).sum();
    // mini-swe-agent ends by a command, which it says itself.
    let submit = "echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT";
    // What ran and was not followed by its words is what it was asked for last.
    let next = match script.commands.get(ran) {
        _ if ran > 0 && text.contains(submit) => Some(submit),
        Some(command) if ran <= said.matches(DONE).count() => Some(command.as_str()),
        _ => None,
    };
    // There may be nothing to run it with: a question about a title, say.
    let shell = shell.filter(|_| next.is_some());
    let command = next.unwrap_or_default();
    let events = if path.ends_with("/messages") {
        messages(&body, shell, (command, words), streams)
    } else if path.ends_with("/responses") {
        responses(&body, shell, (command, words), streams)
    } else if path.contains(":generateContent") || path.contains(":streamGenerateContent") {
        gemini(shell, (command, words))
    } else if path.ends_with("/chat/completions") {
        chat_completions(&body, words)
    } else {
        vec![json!({ "data": [], "models": [], "input_tokens": 100 })]
    };
    Ok(reply(&events, streams))
}

/// Events as a stream, or the last one alone.
fn reply(events: &[Value], streams: bool) -> Response {
    let (kind, text) = if streams {
        let event = |event: &Value| {
            let name = event["type"].as_str().map(|name| format!("event: {name}\n")).unwrap_or_default();
            format!("{name}data: {event}\n\n")
        };
        ("text/event-stream", events.iter().map(event).collect::<String>())
    } else {
        ("application/json", events.last().map(Value::to_string).unwrap_or_default())
    };
    Response::builder().header("content-type", kind).body(Body::from(text)).unwrap_or_default()
}

const DONE: &str = "The sum left out the last number; it is whole now.";

fn messages(body: &Value, shell: Option<&str>, (command, words): (&str, &str), streams: bool) -> Vec<Value> {
    let usage = json!({ "input_tokens": 1000, "output_tokens": 50 });
    let input = json!({ "command": command, "description": "repair" });
    let tool = |name: &str, input: &Value| json!({ "type": "tool_use", "id": "toolu_1", "name": name, "input": input });
    let stop = if shell.is_some() { "tool_use" } else { "end_turn" };
    let message = |content: Value, stop: Option<&str>| {
        json!({ "id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "content": content,
                "stop_reason": stop, "stop_sequence": null, "usage": usage })
    };
    if !streams {
        let content =
            shell.map_or_else(|| json!({ "type": "text", "text": words }), |name| tool(name, &input));
        return vec![message(json!([content]), Some(stop))];
    }
    let (block, delta) = match shell {
        Some(name) => {
            (tool(name, &json!({})), json!({ "type": "input_json_delta", "partial_json": input.to_string() }))
        }
        None => (json!({ "type": "text", "text": "" }), json!({ "type": "text_delta", "text": words })),
    };
    vec![
        json!({ "type": "message_start", "message": message(json!([]), None) }),
        json!({ "type": "content_block_start", "index": 0, "content_block": block }),
        json!({ "type": "content_block_delta", "index": 0, "delta": delta }),
        json!({ "type": "content_block_stop", "index": 0 }),
        json!({ "type": "message_delta", "delta": { "stop_reason": stop, "stop_sequence": null }, "usage": { "output_tokens": 50 } }),
        json!({ "type": "message_stop" }),
    ]
}

fn responses(body: &Value, shell: Option<&str>, (command, words): (&str, &str), streams: bool) -> Vec<Value> {
    let item = match shell {
        Some(name) => {
            let arguments = match name {
                "exec_command" => json!({ "cmd": command }),
                "shell" => json!({ "command": ["bash", "-lc", command] }),
                _ => json!({ "command": command }),
            };
            json!({ "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": name, "arguments": arguments.to_string() })
        }
        None => {
            let content = json!([{ "type": "output_text", "text": words, "annotations": [] }]);
            json!({ "type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": content })
        }
    };
    let usage = json!({ "input_tokens": 1000, "input_tokens_details": { "cached_tokens": 0 }, "output_tokens": 50,
                        "output_tokens_details": { "reasoning_tokens": 0 }, "total_tokens": 1050 });
    let whole = json!({ "id": "resp_1", "object": "response", "status": "completed", "model": body["model"],
                        "usage": usage, "output": [item] });
    if !streams {
        return vec![whole];
    }
    vec![
        json!({ "type": "response.created", "response": { "id": "resp_1" } }),
        json!({ "type": "response.output_item.done", "output_index": 0, "item": item }),
        json!({ "type": "response.completed", "response": whole }),
    ]
}

fn chat_completions(body: &Value, words: &str) -> Vec<Value> {
    let message = json!({ "role": "assistant", "content": words });
    let usage = json!({ "prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050 });
    vec![json!({ "id": "chat_1", "object": "chat.completion", "model": body["model"],
                 "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }], "usage": usage })]
}

fn gemini(shell: Option<&str>, (command, words): (&str, &str)) -> Vec<Value> {
    let part = match shell {
        Some(name) => {
            json!({ "functionCall": { "name": name, "args": { "command": command, "description": "repair" } } })
        }
        None => json!({ "text": words }),
    };
    let usage = json!({ "promptTokenCount": 1000, "candidatesTokenCount": 50, "totalTokenCount": 1050 });
    let content = json!({ "role": "model", "parts": [part] });
    vec![
        json!({ "candidates": [{ "content": content, "finishReason": "STOP", "index": 0 }], "usageMetadata": usage }),
    ]
}

//! The sockets, and the way of a request: journal, contract, token, fault, answer.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use serde_json::Value;

use super::answer::Answer;
use super::state::{Recorded, State};
use super::{actions, contract, fault, objects, pulls};

type Lock = Arc<Mutex<State>>;

/// A request, taken apart.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    /// Path without the API's prefix, still encoded.
    pub(crate) path: &'a str,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) accept: String,
    pub(crate) token: Option<String>,
    pub(crate) body: Value,
}

impl Request<'_> {
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self, field: &str) -> &str {
        self.body.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// The page that is asked for, of all of them.
    pub(crate) fn page<T: Clone>(&self, all: &[T]) -> Vec<T> {
        let number = |name: &str, default: usize| {
            self.parameter(name).and_then(|value| value.parse().ok()).unwrap_or(default)
        };
        let size = number("per_page", 30).min(100);
        all.iter().skip(number("page", 1).saturating_sub(1) * size).take(size).cloned().collect()
    }
}

/// The running server.
#[derive(Debug)]
pub(crate) struct Handle {
    api: SocketAddr,
    storage: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Handle {
    pub(crate) fn server_url(&self) -> String {
        format!("http://{}", self.api)
    }

    pub(crate) fn storage_url(&self) -> String {
        format!("http://{}", self.storage)
    }

    pub(crate) fn stop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Starts both origins on a thread of their own.
pub(crate) fn start(state: &Lock) -> Handle {
    let stop = Arc::new(AtomicBool::new(false));
    let (tell, told) = mpsc::channel();
    let (state, stopping) = (Arc::clone(state), Arc::clone(&stop));
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let any = SocketAddr::from(([127, 0, 0, 1], 0));
            let api = tokio::net::TcpListener::bind(any).await.expect("loopback");
            let storage = tokio::net::TcpListener::bind(any).await.expect("loopback");
            let addresses = (api.local_addr().expect("bound"), storage.local_addr().expect("bound"));
            tell.send(addresses).expect("the test waits");
            let api_routes = Router::new().fallback(api_request).with_state(Arc::clone(&state));
            let storage_routes = Router::new().fallback(storage_request).with_state(state);
            tokio::select! {
                _ = axum::serve(api, api_routes) => {}
                _ = axum::serve(storage, storage_routes) => {}
                () = async { while !stopping.load(Ordering::SeqCst) { tokio::time::sleep(Duration::from_millis(10)).await; } } => {}
            }
        });
    });
    let (api, storage) = told.recv().expect("the server starts");
    Handle { api, storage, stop, thread: Some(thread) }
}

async fn api_request(
    Shared(state): Shared<Lock>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let path = uri.path().strip_prefix("/api/v3").unwrap_or_else(|| uri.path());
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = header("authorization").split_once(' ').map(|(_, token)| token.to_owned());
    let parsed = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let request = Request {
        method: method.as_str(),
        path,
        query: pairs(uri.query().unwrap_or_default()),
        accept: header("accept").to_owned(),
        token,
        body: parsed,
    };
    let found = contract::check_request(&request, !body.is_empty());
    state.violations.extend(found);
    let answer = answer_to(&mut state, &request);
    if request.accept.contains("+json") && !request.accept.contains("raw") && answer.status < 300 {
        let found = contract::check_answer(&request, &answer);
        state.violations.extend(found);
    }
    state.journal.push(Recorded {
        method: request.method.to_owned(),
        path: path.to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        authorised: request.token.is_some(),
        storage: false,
        body: request.body,
        status: answer.status,
    });
    respond(answer)
}

fn answer_to(state: &mut State, request: &Request<'_>) -> Answer {
    let struck = fault::strike(&mut state.faults, request.method, request.path);
    if let Some((answer, false)) = struck {
        return answer;
    }
    let done = dispatch(state, request);
    struck.map_or(done, |(answer, _)| answer)
}

fn dispatch(state: &mut State, request: &Request<'_>) -> Answer {
    if let Some(only) = &state.only_token
        && request.token.as_ref().is_some_and(|token| token != only)
    {
        return Answer::error(401, "Bad credentials");
    }
    if request.method != "GET" && request.token.is_none() {
        return Answer::error(401, "Requires authentication");
    }
    let segments: Vec<String> = request.path.split('/').skip(1).map(decoded).collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let ["repos", owner, name, rest @ ..] = segments.as_slice() else { return Answer::not_found() };
    let context = Context {
        server_url: state.server_url.clone(),
        api_url: state.api_url.clone(),
        storage_url: state.storage_url.clone(),
    };
    let Some(repository) = state.repositories.get_mut(&format!("{owner}/{name}")) else {
        return Answer::not_found();
    };
    match rest {
        ["actions", rest @ ..] => actions::answer(&context, repository, &mut state.storage, request, rest),
        ["pulls" | "issues", ..] => pulls::answer(&context, repository, request, rest),
        _ => objects::answer(&context, repository, request, rest),
    }
}

/// Addresses that stand in answers.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) server_url: String,
    pub(crate) api_url: String,
    pub(crate) storage_url: String,
}

async fn storage_request(
    Shared(state): Shared<Lock>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    let authorised = headers.contains_key("authorization");
    if authorised {
        let path = uri.path().to_owned();
        state.violations.push(format!("{method} {path}: a token was sent to the storage's origin"));
    }
    let path = format!("/storage{}", uri.path());
    let answer = match fault::strike(&mut state.faults, method.as_str(), &path) {
        Some((answer, _)) => answer,
        None => match state.storage.get(uri.path()) {
            Some(bytes) => Answer::bytes(bytes.clone()),
            None => Answer {
                status: 404,
                headers: vec![("content-type".into(), "application/xml".into())],
                body: b"\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>BlobNotFound</Code><Message>The specified blob does not exist.</Message></Error>".to_vec(),
            },
        },
    };
    state.journal.push(Recorded {
        method: method.to_string(),
        path,
        query: uri.query().unwrap_or_default().to_owned(),
        authorised,
        storage: true,
        body: Value::Null,
        status: answer.status,
    });
    respond(answer)
}

fn respond(answer: Answer) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) =
            (axum::http::HeaderName::try_from(name), axum::http::HeaderValue::try_from(value))
        {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(&value.replace('+', " ")))
        })
        .collect()
}

/// Percent-decoded.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match (first, code.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

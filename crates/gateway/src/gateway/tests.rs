//! The gateway against a service on loopback: what passes, what does not, and what it costs.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;

use super::*;

const TABLE: &str = "date = \"x\"\n[models]\nm = { input = 1.0, output = 10.0 }";
const KEY: &str = "sk-real-key-of-the-service";

/// A model's service that answers as the path's last-but-one part says, and remembers what it was asked.
#[derive(Default)]
struct Service {
    asked: Mutex<Vec<(String, String, String)>>,
    calls: AtomicU32,
}

impl Service {
    async fn answer(State(service): State<Arc<Service>>, request: Request) -> Response {
        let number = service.calls.fetch_add(1, Ordering::SeqCst);
        let (parts, body) = request.into_parts();
        let headers = format!("{:?}", parts.headers);
        let key = parts.headers.get("x-api-key").or(parts.headers.get("authorization"));
        let key = key.map(|key| key.to_str().unwrap().to_owned()).unwrap_or_default();
        let body = axum::body::to_bytes(body, 64 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&body).into_owned();
        service.asked.lock().unwrap().push((key, format!("{} {headers}", parts.uri), text.clone()));
        let tokens = serde_json::from_str::<serde_json::Value>(&text).ok();
        let tokens = tokens.and_then(|body| body["tokens"].as_u64()).unwrap_or(100);
        let whole = format!(r#"{{"model":"m","usage":{{"input_tokens":{tokens},"output_tokens":0}}}}"#);
        let plain = |status: u16, body: String| {
            Response::builder()
                .status(status)
                .header("content-type", "application/json")
                .body(body.into())
                .unwrap()
        };
        let path = parts.uri.path();
        if path.contains("busy") && number < 2 {
            let mut answer = plain(429, "{}".to_owned());
            answer.headers_mut().insert("retry-after", "0".parse().unwrap());
            return answer;
        }
        if path.contains("never") {
            tokio::time::sleep(Duration::from_secs(30)).await;
        }
        if path.contains("broken") {
            return plain(500, whole);
        }
        if path.contains("stream") {
            let (sender, receiver) = tokio::sync::mpsc::channel::<String>(1);
            tokio::spawn(async move {
                let start =
                    r#"data: {"message":{"model":"m","usage":{"input_tokens":10,"output_tokens":1}}}"#;
                let end = r#"data: {"usage":{"output_tokens":7}}"#;
                let middle = "data: {\"text\":\"sk-real-key-of-the-service\"}".to_owned();
                for piece in [start.to_owned(), middle, end.to_owned()] {
                    if sender.send(format!("{piece}\n\n")).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(150)).await;
                }
            });
            let stream = Pieces(receiver);
            return Response::builder()
                .header("content-type", "text/event-stream")
                .body(Body::new(stream))
                .unwrap();
        }
        plain(200, whole)
    }

    fn start() -> (Arc<Self>, u16) {
        let service = Arc::new(Service::default());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let router = axum::Router::new().fallback(Service::answer).with_state(Arc::clone(&service));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        (service, port)
    }
}

struct Pieces(tokio::sync::mpsc::Receiver<String>);

impl hyper::body::Body for Pieces {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<bytes::Bytes>, Self::Error>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|text| Ok(hyper::body::Frame::data(text.into()))))
    }
}

fn prices() -> PriceTable {
    PriceTable::free().with(toml::Value::Table(toml::from_str(TABLE).unwrap()), "here").unwrap()
}

fn config(port: u16, folder: &str) -> GatewayConfig {
    let upstream =
        Upstream { address: format!("http://127.0.0.1:{port}/{folder}/"), key: Some(KEY.to_owned()) };
    GatewayConfig::new(upstream, prices())
}

/// Connects, asks, and leaves the answer in the stream.
fn send(gateway: &Gateway, key: &str, path: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", gateway.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = body.len();
    let text = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(text.as_bytes()).unwrap();
    stream
}

fn ask_with(gateway: &Gateway, key: &str, path: &str, body: &str) -> (u16, String) {
    let mut answer = Vec::new();
    let _ = send(gateway, key, path, body).read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
    (status, text)
}

fn ask(gateway: &Gateway, body: &str) -> (u16, String) {
    ask_with(gateway, gateway.ticket(), "/v1/messages", body)
}

#[test]
fn the_key_goes_to_the_service_and_nowhere_else() {
    let (service, port) = Service::start();
    let folder = tempfile::tempdir().unwrap();
    let transcript = folder.path().join("transcript.jsonl");
    let redactor = Arc::new(Redactor::new([KEY, "top-secret-value"]));
    let gateway = Gateway::start(GatewayConfig {
        transcript: Some(transcript.clone()),
        redactor,
        ..config(port, "stream")
    })
    .unwrap();
    let body = r#"{"model":"m","messages":[{"content":"my top-secret-value"}]}"#;
    assert_eq!(ask(&gateway, body).0, 200);
    for wrong in ["", KEY, "sk-ant-other"] {
        let (status, text) = ask_with(&gateway, wrong, "/v1/messages", body);
        assert!(status == 401 && !text.contains(KEY), "{text}");
    }
    let query = format!("/v1/messages?beta=true&key={}", gateway.ticket());
    assert_eq!(ask_with(&gateway, gateway.ticket(), &query, body).0, 200);
    for path in ["/v1/files", "/v1/messages/batches", "http://example.com/v1/messages/x"] {
        assert_eq!(ask_with(&gateway, gateway.ticket(), path, body).0, 404, "{path}");
    }
    let account = gateway.stop();
    let asked = service.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 2, "what was refused did not go out");
    for (key, head, text) in &asked {
        assert_eq!(key, KEY);
        assert!(head.starts_with("/stream/v1/messages") && !head.contains("sk-ant-regreen"), "{head}");
        assert!(!text.contains("top-secret") && text.contains("my ***"), "{text}");
    }
    assert_eq!((account.masked, account.refused["wrong-key"], account.refused["no-such-call"]), (2, 3, 3));
    let transcript = std::fs::read_to_string(transcript).unwrap();
    assert_eq!(transcript.lines().count(), 8);
    assert!(!transcript.contains(KEY) && !transcript.contains("top-secret") && transcript.contains("***"));
}

#[test]
fn a_stream_is_passed_on_as_it_comes_and_counted() {
    let (_, port) = Service::start();
    let gateway = Gateway::start(config(port, "stream")).unwrap();
    let began = Instant::now();
    let mut stream = send(&gateway, gateway.ticket(), "/v1/messages", r#"{"model":"m"}"#);
    let mut first = [0u8; 64];
    assert!(stream.read(&mut first).unwrap() > 0);
    let to_first = began.elapsed();
    let mut rest = String::new();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.contains(r#"{"output_tokens":7}"#) && to_first < began.elapsed() / 2, "{to_first:?}");
    let account = gateway.stop();
    let model = account.models["m"];
    assert_eq!((model.usage.input, model.usage.output, account.estimated), (10, 7, 0));
    assert!((account.usd - 80e-6).abs() < 1e-12, "{account:?}");
}

#[test]
fn an_answer_that_is_cut_off_is_estimated() {
    let (_, port) = Service::start();
    let gateway = Gateway::start(config(port, "stream")).unwrap();
    let mut stream = send(&gateway, gateway.ticket(), "/v1/messages", r#"{"model":"m"}"#);
    // The beginning says what was read, and that one token was written; then text, and no end.
    let mut got = Vec::new();
    while !String::from_utf8_lossy(&got).contains("{\"text\"") {
        let mut piece = [0u8; 512];
        let length = stream.read(&mut piece).unwrap();
        assert!(length > 0, "the stream ended");
        got.extend_from_slice(&piece[..length]);
    }
    drop(stream);
    let account = gateway.stop();
    let usage = account.models["m"].usage;
    assert_eq!((account.estimated, account.models["m"].answers, usage.input), (1, 1, 10), "{account:?}");
    assert!(account.usd > 0.0 && usage.output > 10, "{account:?}");
}

#[test]
fn who_asks_for_patience_is_asked_again_and_who_never_answers_is_not_waited_for() {
    let (service, port) = Service::start();
    let gateway = Gateway::start(config(port, "busy")).unwrap();
    assert_eq!(ask(&gateway, r#"{"model":"m"}"#).0, 200);
    let account = gateway.stop();
    assert_eq!((account.rate_limited, account.requests, service.calls.load(Ordering::SeqCst)), (2, 1, 3));
    let patience = Duration::from_millis(200);
    let gateway = Gateway::start(GatewayConfig { patience, ..config(port, "never") }).unwrap();
    assert_eq!(ask(&gateway, r#"{"model":"m"}"#).0, 504);
    let account = gateway.stop();
    assert_eq!((account.timed_out, account.rate_limited, account.usd), (1, 0, 0.0));
    let gateway = Gateway::start(config(port, "broken")).unwrap();
    assert_eq!(ask(&gateway, r#"{"model":"m"}"#).0, 500);
    assert_eq!(gateway.stop().usd, 0.0, "a service that fails charges nothing");
}

/// Sixty runs against a limit of ten cents, each with requests of random cost, up to four at a time.
#[test]
fn a_limit_is_never_passed_by_more_than_one_request() {
    let (_, port) = Service::start();
    let mut random = 7u64;
    let mut next = move || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        random >> 33
    };
    for run in 0..60 {
        let gateway = Gateway::start(GatewayConfig { usd: Some(0.10), ..config(port, "any") }).unwrap();
        let costs: Vec<u64> = (0..30).map(|_| 1_000 + next() % 40_000).collect();
        let workers = 1 + run % 4;
        let refused = AtomicU32::new(0);
        std::thread::scope(|scope| {
            for worker in 0..workers {
                let (gateway, costs, refused) = (&gateway, &costs, &refused);
                scope.spawn(move || {
                    for tokens in costs.iter().skip(worker).step_by(workers) {
                        // As long as it costs tokens, so that its size bounds them as with a real service.
                        let filler = "x".repeat(*tokens as usize);
                        let body =
                            format!(r#"{{"model":"m","max_tokens":0,"tokens":{tokens},"text":"{filler}"}}"#);
                        let (status, _) = ask(gateway, &body);
                        refused.fetch_add(u32::from(status == 402), Ordering::SeqCst);
                    }
                });
            }
        });
        let account = gateway.stop();
        let most = 0.10 + 41_000.0 / 1e6;
        assert!(account.usd <= most, "run {run}: {account:?}");
        assert!(account.usd >= 0.10 && account.is_out_of_budget(), "run {run}: {account:?}");
        assert!(refused.load(Ordering::SeqCst) > 0);
    }
}

#[test]
fn a_flood_ends_at_the_limit_of_requests() {
    let (service, port) = Service::start();
    let gateway = Gateway::start(GatewayConfig { requests: 5, ..config(port, "any") }).unwrap();
    let statuses: Vec<u16> = (0..20).map(|_| ask(&gateway, r#"{"model":"m"}"#).0).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 5);
    assert!(statuses[5..].iter().all(|status| *status == 402), "{statuses:?}");
    assert!(gateway.stop().is_out_of_budget());
    assert_eq!(service.calls.load(Ordering::SeqCst), 5);
}

#[test]
fn a_folder_that_both_sides_say_is_said_once() {
    let uri = |address: &str, asked: &str| {
        let upstream = Upstream { address: address.to_owned(), key: None };
        Target::of(&upstream).unwrap().uri(&asked.parse().unwrap()).unwrap().to_string()
    };
    assert_eq!(uri("https://a.b/v1", "/v1/responses"), "https://a.b/v1/responses");
    assert_eq!(uri("https://a.b/x/v1/", "/v1/responses?a=1&key=k"), "https://a.b/x/v1/responses?a=1");
    assert_eq!(uri("https://a.b", "/v1/messages"), "https://a.b/v1/messages");
    assert_eq!(uri("https://a.b/inference", "/chat/completions"), "https://a.b/inference/chat/completions");
}

#[test]
fn addresses_and_keys_are_checked_before_anything_starts() {
    let with = |address: &str, key: &str| {
        let upstream = Upstream { address: address.to_owned(), key: Some(key.to_owned()) };
        Gateway::start(GatewayConfig::new(upstream, PriceTable::free())).unwrap_err()
    };
    for address in ["", "example.com", "ftp://example.com", "https://user:pass@example.com", "http://"] {
        assert!(matches!(with(address, "k"), GatewayError::BadAddress { .. }), "{address}");
    }
    assert!(matches!(with("http://127.0.0.1:1", "a\nb"), GatewayError::BadKey));
}

//! One request: looked at, sent on, and its answer streamed back while it is counted.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, RETRY_AFTER};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;

use crate::body::{self, Outgoing};
use crate::gateway::Target;
use crate::ledger::{Ledger, Reservation};
use crate::protocol::{self, Call, Protocol, Refusal};
use crate::transcript::{Exchange, KEPT, Transcript};
use crate::usage::UsageReader;

/// Largest request that passes.
const LARGEST: usize = 32 << 20;
/// Longest wait that a service may ask for before it is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

pub(crate) type Outbound = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// What a gateway's requests share.
pub(crate) struct Relay {
    pub(crate) client: Outbound,
    pub(crate) target: Target,
    /// What the agent must give as its key.
    pub(crate) ticket: String,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) transcript: Arc<Transcript>,
    pub(crate) redactor: Arc<regreen_case::Redactor>,
    pub(crate) retries: u32,
    pub(crate) patience: Duration,
}

/// A request as far as the transcript wants to know.
struct Asked {
    method: String,
    path: String,
    began: Instant,
    at: String,
    model: Option<String>,
    request: String,
}

/// What the agent gets: an answer that passes through, or one of our own.
pub(crate) type Answer = Response<http_body_util::Either<Metered, Full<Bytes>>>;

impl Relay {
    /// Handles one request. Never fails: what goes wrong is an answer.
    pub(crate) async fn handle(&self, request: Request<Incoming>) -> Answer {
        let mut asked = Asked {
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            began: Instant::now(),
            at: jiff::Timestamp::now().to_string(),
            model: None,
            request: String::new(),
        };
        let call = protocol::call(request.method(), request.uri().path());
        let protocol = call.map_or(Protocol::ChatCompletions, Call::protocol);
        match self.pass(request, call, &mut asked).await {
            Ok(answer) => answer.map(http_body_util::Either::Left),
            Err(why) => self.refuse(why, protocol, &asked),
        }
    }

    fn refuse(&self, why: Refusal, protocol: Protocol, asked: &Asked) -> Answer {
        self.ledger.refuse(why);
        let all_ms = millis(asked.began);
        self.transcript.write(&Exchange {
            at: asked.at.clone(),
            method: &asked.method,
            path: &asked.path,
            model: asked.model.as_deref(),
            status: why.status().as_u16(),
            refused: Some(why.word()),
            request: asked.request.clone(),
            all_ms,
            ..Exchange::default()
        });
        let body = Full::new(Bytes::from(why.body(protocol).to_string()));
        let mut answer = Response::new(http_body_util::Either::Right(body));
        *answer.status_mut() = why.status();
        answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        answer
    }

    async fn pass(
        &self,
        request: Request<Incoming>,
        call: Option<Call>,
        asked: &mut Asked,
    ) -> Result<Response<Metered>, Refusal> {
        let (parts, incoming) = request.into_parts();
        // Before anything else: other programs of this machine are none of our business.
        if protocol::key_of(&parts.headers, parts.uri.query()) != Some(self.ticket.as_str()) {
            return Err(Refusal::WrongKey);
        }
        let call = call.ok_or(Refusal::NoSuchCall)?;
        let read = Limited::new(incoming, LARGEST).collect().await;
        let bytes = read.map_err(|_| Refusal::TooLarge)?.to_bytes();
        let outgoing = body::prepare(bytes, call.protocol(), &self.redactor)?;
        self.ledger.masked(outgoing.masked);
        let of_path = protocol::model_of_path(&asked.path).map(str::to_owned);
        asked.model = outgoing.model.clone().or(of_path);
        asked.request = self.transcript.text(&outgoing.bytes);
        let reservation = match call {
            Call::Answer(_) => {
                let model = asked.model.as_deref().unwrap_or_default();
                Some(self.ledger.admit(model, outgoing.most).await?)
            }
            Call::Free(_) => None,
        };
        let uri = self.target.uri(&parts.uri).ok_or(Refusal::NoSuchCall)?;
        let headers = self.headers(parts.headers, call.protocol(), &outgoing);
        let answer = self.send(&parts.method, &uri, &headers, &outgoing.bytes).await?;
        Ok(self.meter(answer, reservation, asked, outgoing.bytes.len() as u64))
    }

    /// The agent's headers, with our key in place of its own. No compression: it could not be counted.
    fn headers(&self, mut headers: HeaderMap, protocol: Protocol, outgoing: &Outgoing) -> HeaderMap {
        protocol::remove_keys(&mut headers);
        for name in [
            "connection",
            "keep-alive",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
        ] {
            headers.remove(name);
        }
        headers.remove(HOST);
        headers.insert(CONTENT_LENGTH, HeaderValue::from(outgoing.bytes.len()));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let (name, prefix) = protocol::key_header(protocol);
        if let Some(value) = self.target.key.as_deref().and_then(|key| protocol::key_value(prefix, key)) {
            headers.insert(name, value);
        }
        headers
    }

    /// Sends, and again when the service asks for patience, as long as nothing of an answer has passed.
    async fn send(
        &self,
        method: &http::Method,
        uri: &Uri,
        headers: &HeaderMap,
        bytes: &Bytes,
    ) -> Result<Response<Incoming>, Refusal> {
        let mut left = self.retries;
        loop {
            let mut request = Request::new(Full::new(bytes.clone()));
            *request.method_mut() = method.clone();
            *request.uri_mut() = uri.clone();
            *request.headers_mut() = headers.clone();
            let answer = tokio::time::timeout(self.patience, self.client.request(request)).await;
            let answer = answer.map_err(|_| Refusal::TimedOut)?.map_err(|error| {
                tracing::debug!("the model's service cannot be reached: {error}");
                Refusal::Unreachable
            })?;
            if !is_busy(answer.status()) {
                return Ok(answer);
            }
            self.ledger.rate_limited();
            if left == 0 {
                return Ok(answer);
            }
            left -= 1;
            tokio::time::sleep(wait_asked(answer.headers())).await;
        }
    }

    fn meter(
        &self,
        answer: Response<Incoming>,
        reservation: Option<Reservation>,
        asked: &Asked,
        request_bytes: u64,
    ) -> Response<Metered> {
        let (mut parts, inner) = answer.into_parts();
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let streams = kind.starts_with("text/event-stream");
        for name in ["connection", "keep-alive", "transfer-encoding", "set-cookie"] {
            parts.headers.remove(name);
        }
        let meter = Meter {
            // A service that refuses charges nothing.
            reservation: reservation.filter(|_| parts.status.is_success()),
            reader: UsageReader::new(streams),
            transcript: Arc::clone(&self.transcript),
            kept: Vec::new(),
            bytes: 0,
            request_bytes,
            status: parts.status.as_u16(),
            first_ms: millis(asked.began),
            began: asked.began,
            at: asked.at.clone(),
            method: asked.method.clone(),
            path: asked.path.clone(),
            model: asked.model.clone(),
            request: asked.request.clone(),
        };
        Response::from_parts(parts, Metered { inner, meter: Some(meter) })
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// "Too many requests", and Anthropic's "overloaded".
fn is_busy(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.as_u16() == 529
}

/// How long a service asks to wait.
fn wait_asked(headers: &HeaderMap) -> Duration {
    let text = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let seconds = text.and_then(|text| text.trim().parse::<u64>().ok()).unwrap_or(1);
    Duration::from_secs(seconds).min(LONGEST_WAIT)
}

/// An answer that is counted as it passes. Its end, or its being cut off, settles the account.
pub(crate) struct Metered {
    inner: Incoming,
    meter: Option<Meter>,
}

struct Meter {
    reservation: Option<Reservation>,
    reader: UsageReader,
    transcript: Arc<Transcript>,
    kept: Vec<u8>,
    bytes: u64,
    request_bytes: u64,
    status: u16,
    first_ms: u64,
    began: Instant,
    at: String,
    method: String,
    path: String,
    model: Option<String>,
    request: String,
}

impl Meter {
    fn see(&mut self, piece: &[u8]) {
        self.bytes += piece.len() as u64;
        self.reader.feed(piece);
        let room = KEPT.saturating_sub(self.kept.len()).min(piece.len());
        self.kept.extend_from_slice(&piece[..room]);
    }

    /// Settles the account of an answer that came whole, or was cut off.
    fn close(mut self, is_whole: bool) {
        let (found, answered) = self.reader.finish();
        let is_said = is_whole && found.is_some();
        let usage = found.filter(|_| is_whole).unwrap_or_else(|| self.reader.estimate(self.request_bytes));
        let settle = |reservation: Reservation| reservation.settle(usage, !is_said, answered.as_deref());
        let cost = self.reservation.take().map(settle);
        let counted = if cost.is_some() { usage } else { found.unwrap_or_default() };
        self.transcript.write(&Exchange {
            at: std::mem::take(&mut self.at),
            method: &self.method,
            path: &self.path,
            model: self.model.as_deref(),
            status: self.status,
            refused: None,
            request: std::mem::take(&mut self.request),
            answer: self.transcript.text(&self.kept),
            answer_bytes: self.bytes,
            input_tokens: counted.input + counted.cached + counted.cache_written,
            output_tokens: counted.output,
            usd: cost.unwrap_or_default() as f64 / 1e9,
            first_ms: self.first_ms,
            all_ms: millis(self.began),
        });
    }
}

impl Body for Metered {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let (Some(data), Some(meter)) = (frame.data_ref(), self.meter.as_mut()) {
                    meter.see(data);
                }
            }
            Poll::Ready(end) => {
                if let Some(meter) = self.meter.take() {
                    meter.close(end.is_none());
                }
            }
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Metered {
    fn drop(&mut self) {
        if let Some(meter) = self.meter.take() {
            meter.close(self.inner.is_end_stream());
        }
    }
}

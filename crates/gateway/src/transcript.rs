//! What was said, as lines of JSON: one for each request, its secrets masked, bounded.
//!
//! Promise: it never holds a run up, and never fails one: what cannot be written is left out, and said so.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use regreen_case::Redactor;
use serde::Serialize;

use crate::GatewayError;

/// Bytes of a request and of an answer that are kept, each.
pub(crate) const KEPT: usize = 256 << 10;
/// Bytes of the whole transcript.
const LIMIT: usize = 64 << 20;

/// One exchange.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Exchange<'a> {
    pub(crate) at: String,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<&'a str>,
    /// Of the answer, or of the refusal.
    pub(crate) status: u16,
    /// Why the gateway itself refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<&'a str>,
    pub(crate) request: String,
    pub(crate) answer: String,
    /// Bytes of the whole answer.
    pub(crate) answer_bytes: u64,
    pub(crate) input_tokens: u64,
    pub(crate) output_tokens: u64,
    pub(crate) usd: f64,
    /// Milliseconds to the beginning and to the end of the answer.
    pub(crate) first_ms: u64,
    pub(crate) all_ms: u64,
}

#[derive(Debug, Default)]
struct State {
    file: Option<File>,
    written: usize,
}

/// Where the exchanges are written.
#[derive(Debug)]
pub(crate) struct Transcript {
    state: Mutex<State>,
    redactor: Arc<Redactor>,
}

impl Transcript {
    /// A new file at `path`, or none.
    pub(crate) fn new(path: Option<&Path>, redactor: Arc<Redactor>) -> Result<Self, GatewayError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| GatewayError::Transcript { path, source }
        };
        let file = path.map(|path| File::create(path).map_err(failed(path))).transpose()?;
        Ok(Transcript { state: Mutex::new(State { file, written: 0 }), redactor })
    }

    /// The beginning of a body as text, without secrets.
    pub(crate) fn text(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(KEPT)]);
        self.redactor.redact(&text).0.into_owned()
    }

    pub(crate) fn write(&self, exchange: &Exchange<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(mut line) = serde_json::to_vec(exchange) else { return };
        line.push(b'\n');
        if state.file.is_none() || state.written + line.len() > LIMIT {
            return;
        }
        state.written += line.len();
        if let Some(Err(error)) = state.file.as_mut().map(|file| file.write_all(&line)) {
            tracing::warn!("the transcript of the model ends here: {error}");
            state.file = None;
        }
    }
}

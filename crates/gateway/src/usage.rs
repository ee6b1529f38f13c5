//! What an answer cost in tokens, read from it as it passes.
//!
//! Promises: an answer is never held as a whole; what a service says twice, once on the way and once at
//! the end, is counted once; an answer that says nothing is estimated from its size, and told apart.

use serde_json::Value;

/// Longest line of a stream that is looked at, and longest answer in one piece.
const LONGEST: usize = 4 << 20;
/// Bytes that make a token, in an answer that does not say. Fewer than usual, so that the money is rather
/// counted too high.
const BYTES_PER_TOKEN: u64 = 3;

/// Tokens of one answer, or of several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Read by the model for the first time.
    pub input: u64,
    /// Read by the model from its cache.
    pub cached: u64,
    /// Written into the model's cache.
    pub cache_written: u64,
    /// Written by the model, its thoughts included.
    pub output: u64,
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.input += other.input;
        self.cached += other.cached;
        self.cache_written += other.cache_written;
        self.output += other.output;
    }
}

/// Reads an answer as it passes.
#[derive(Debug)]
pub(crate) struct UsageReader {
    /// Whether it is a stream of events, one a line.
    streams: bool,
    /// The line, or the answer, so far.
    held: Vec<u8>,
    /// Too long to look at.
    skips: bool,
    found: Option<Usage>,
    model: Option<String>,
    /// Bytes so far, and how many of them had come when the service last said what it had cost.
    seen: u64,
    seen_when_said: u64,
}

impl UsageReader {
    pub(crate) fn new(streams: bool) -> Self {
        UsageReader {
            streams,
            held: Vec::new(),
            skips: false,
            found: None,
            model: None,
            seen: 0,
            seen_when_said: 0,
        }
    }

    /// The next piece.
    pub(crate) fn feed(&mut self, mut piece: &[u8]) {
        if !self.streams {
            self.hold(piece);
            return;
        }
        while let Some(end) = memchr::memchr(b'\n', piece) {
            self.hold(&piece[..end]);
            self.line();
            piece = &piece[end + 1..];
        }
        self.hold(piece);
    }

    fn hold(&mut self, piece: &[u8]) {
        self.seen += piece.len() as u64;
        if self.held.len() + piece.len() > LONGEST {
            self.skips = true;
            self.held = Vec::new();
        }
        if !self.skips {
            self.held.extend_from_slice(piece);
        }
    }

    /// A line of a stream is whole.
    fn line(&mut self) {
        let line = std::mem::take(&mut self.held);
        if std::mem::take(&mut self.skips) {
            return;
        }
        let Some(data) = line.strip_prefix(b"data:") else { return };
        // Most lines are pieces of text: reading them all would cost the time of the stream.
        if memchr::memmem::find(data, b"\"usage").is_some() {
            self.value(data);
        }
    }

    fn value(&mut self, bytes: &[u8]) {
        let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
        // An answer, or an event with an answer in it; Gemini's streams may be one list.
        let list = value.as_array().map_or(std::slice::from_ref(&value), Vec::as_slice);
        for one in list {
            let answer = ["message", "response"].iter().find_map(|name| one.get(name)).unwrap_or(one);
            let model = answer.get("model").or_else(|| answer.get("modelVersion")).and_then(Value::as_str);
            if let Some(model) = model {
                self.model = Some(model.to_owned());
            }
            for holder in [answer, one] {
                if let Some(usage) = holder.get("usage").or_else(|| holder.get("usageMetadata")) {
                    self.take(usage);
                }
            }
        }
    }

    /// Services count upwards on the way: the largest number of each kind is the last.
    fn take(&mut self, usage: &Value) {
        let number = |pointer: &str| usage.pointer(pointer).and_then(Value::as_u64);
        let first = |pointers: &[&str]| pointers.iter().find_map(|pointer| number(pointer)).unwrap_or(0);
        // Anthropic's numbers leave the cache out of the input; the others' include it.
        let read = number("/cache_read_input_tokens");
        let within = first(&[
            "/prompt_tokens_details/cached_tokens",
            "/input_tokens_details/cached_tokens",
            "/cachedContentTokenCount",
        ]);
        let input = first(&["/input_tokens", "/prompt_tokens", "/promptTokenCount"]);
        let output = first(&["/output_tokens", "/completion_tokens", "/candidatesTokenCount"])
            + first(&["/thoughtsTokenCount"]);
        self.seen_when_said = self.seen;
        let found = self.found.get_or_insert_default();
        let largest = |kept: &mut u64, now: u64| *kept = (*kept).max(now);
        largest(&mut found.input, input.saturating_sub(within));
        largest(&mut found.cached, read.unwrap_or(within));
        largest(&mut found.cache_written, first(&["/cache_creation_input_tokens"]));
        largest(&mut found.output, output);
    }

    /// What was found, and the model that answered. `None` for the usage when the answer did not say.
    pub(crate) fn finish(&mut self) -> (Option<Usage>, Option<String>) {
        if self.streams {
            self.line();
        } else if !std::mem::take(&mut self.skips) {
            let held = std::mem::take(&mut self.held);
            self.value(&held);
        }
        (self.found, self.model.take())
    }

    /// An estimate from sizes, for an answer that did not say or was cut off: what it had said by then, and
    /// what came after that. Anthropic says at the beginning what was read, and at the end what was written.
    pub(crate) fn estimate(&self, request_bytes: u64) -> Usage {
        let tokens = |bytes: u64| bytes.div_ceil(BYTES_PER_TOKEN);
        let said = self.found.unwrap_or_else(|| Usage { input: tokens(request_bytes), ..Usage::default() });
        Usage { output: said.output + tokens(self.seen - self.seen_when_said), ..said }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(streams: bool, text: &str, piece: usize) -> (Option<Usage>, Option<String>) {
        let mut reader = UsageReader::new(streams);
        text.as_bytes().chunks(piece).for_each(|piece| reader.feed(piece));
        reader.finish()
    }

    fn usage(input: u64, cached: u64, cache_written: u64, output: u64) -> Option<Usage> {
        Some(Usage { input, cached, cache_written, output })
    }

    #[test]
    fn every_protocol_is_read_however_it_is_cut() {
        let messages = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":\"claude-x\",\"usage\":{\"input_tokens\":25,\"cache_read_input_tokens\":100,\"cache_creation_input_tokens\":7,\"output_tokens\":1}}}\n\nevent: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"hello\"}}\n\nevent: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{},\"usage\":{\"output_tokens\":15}}\n\n";
        let responses = "data: {\"type\":\"response.completed\",\"response\":{\"model\":\"gpt-x\",\"usage\":{\"input_tokens\":50,\"input_tokens_details\":{\"cached_tokens\":20},\"output_tokens\":9}}}\n\n";
        let chat = "data: {\"model\":\"gpt-x\",\"choices\":[],\"usage\":null}\n\ndata: {\"model\":\"gpt-x\",\"choices\":[],\"usage\":{\"prompt_tokens\":50,\"completion_tokens\":9,\"prompt_tokens_details\":{\"cached_tokens\":0}}}\n\ndata: [DONE]\n\n";
        let gemini = "data: {\"modelVersion\":\"gemini-x\",\"usageMetadata\":{\"promptTokenCount\":8,\"candidatesTokenCount\":1}}\n\ndata: {\"modelVersion\":\"gemini-x\",\"usageMetadata\":{\"promptTokenCount\":8,\"candidatesTokenCount\":4,\"thoughtsTokenCount\":3}}\r\n\r\n";
        for piece in [1, 7, 4096] {
            assert_eq!(read(true, messages, piece), (usage(25, 100, 7, 15), Some("claude-x".to_owned())));
            assert_eq!(read(true, responses, piece), (usage(30, 20, 0, 9), Some("gpt-x".to_owned())));
            assert_eq!(read(true, chat, piece), (usage(50, 0, 0, 9), Some("gpt-x".to_owned())));
            assert_eq!(read(true, gemini, piece), (usage(8, 0, 0, 7), Some("gemini-x".to_owned())));
        }
        let whole = r#"{"model":"claude-x","content":[{"text":"usage"}],"usage":{"input_tokens":3,"output_tokens":4}}"#;
        assert_eq!(read(false, whole, 5), (usage(3, 0, 0, 4), Some("claude-x".to_owned())));
    }

    #[test]
    fn what_does_not_say_is_estimated_and_nothing_is_held() {
        let mut reader = UsageReader::new(true);
        for _ in 0..200 {
            reader.feed(&[b'x'; 65_536]);
        }
        assert!(reader.held.len() <= LONGEST);
        assert_eq!(reader.finish(), (None, None));
        assert_eq!(
            reader.estimate(9),
            Usage { input: 3, output: (200 * 65_536u64).div_ceil(3), ..Usage::default() }
        );
        assert_eq!(read(true, "data: {\"usage\": rubbish}\n", 3), (None, None));
    }
}

//! What the gateway costs: time to the first byte of an answer, direct and by way of it, in turn; and a stream
//! of 100 MB, with the memory that it takes. `cargo xtask bench gateway` runs it.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement for developers"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use regreen_gateway::{Gateway, GatewayConfig, PriceTable, Upstream};

/// Requests of each kind.
const REQUESTS: usize = 200;
/// Events of the long stream, and bytes of text in each.
const EVENTS: usize = 25_600;
const EVENT_BYTES: usize = 4_096;

fn main() {
    let port = service();
    let upstream = Upstream { address: format!("http://127.0.0.1:{port}"), key: Some("key".to_owned()) };
    let gateway = Gateway::start(GatewayConfig::new(upstream, PriceTable::free())).unwrap();
    let (mut direct, mut through) = (Vec::new(), Vec::new());
    for _ in 0..REQUESTS {
        direct.push(first_byte(port, "key", "short").0);
        through.push(first_byte(gateway.port(), gateway.ticket(), "short").0);
    }
    let (direct, through) = (median(direct), median(through));
    let added = through.saturating_sub(direct);
    println!("first byte, direct         {:>8.3} ms", millis(direct));
    println!("first byte, by the gateway {:>8.3} ms", millis(through));
    println!("added                      {:>8.3} ms (goal: below 5)", millis(added));

    let began = Instant::now();
    let bytes = drain(first_byte(port, "key", "long").1);
    let direct = began.elapsed();
    let before = peak_mb();
    let began = Instant::now();
    let passed = drain(first_byte(gateway.port(), gateway.ticket(), "long").1);
    let through = began.elapsed();
    let mb = passed as f64 / 1e6;
    println!("stream of {mb:.0} MB, direct    {:>8.0} MB/s", bytes as f64 / 1e6 / direct.as_secs_f64());
    println!("by the gateway              {:>8.0} MB/s", mb / through.as_secs_f64());
    println!("memory that it took         {:>8.1} MB more at the most", peak_mb() - before);
    let account = gateway.stop();
    let usage = account.models["m"].usage;
    assert_eq!((usage.output, account.estimated), (7 * (REQUESTS as u64 + 1), 0), "all of it was counted");
}

/// Asks, and reads the first byte of the answer's body.
fn first_byte(port: u16, key: &str, kind: &str) -> (Duration, BufReader<TcpStream>) {
    let began = Instant::now();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let body = format!(r#"{{"model":"m","stream":true,"kind":"{kind}"}}"#);
    let length = body.len();
    let request = format!(
        "POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut reader = BufReader::with_capacity(1 << 16, stream);
    head(&mut reader).expect("an answer");
    reader.fill_buf().unwrap();
    (began.elapsed(), reader)
}

fn drain(mut reader: BufReader<TcpStream>) -> u64 {
    std::io::copy(&mut reader, &mut std::io::sink()).unwrap()
}

/// Reads to the empty line.
fn head(reader: &mut impl BufRead) -> Option<String> {
    let mut text = String::new();
    while !text.ends_with("\r\n\r\n") {
        if reader.read_line(&mut text).ok()? == 0 {
            return None;
        }
    }
    Some(text)
}

/// A service that streams a short answer, or a long one.
fn service() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    port
}

fn answer(stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let head = head(&mut reader)?.to_ascii_lowercase();
    let length = head.split("content-length: ").nth(1)?.lines().next()?.trim().parse::<usize>().ok()?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let events = if String::from_utf8_lossy(&body).contains("long") { EVENTS } else { 1 };
    let mut out = std::io::BufWriter::with_capacity(1 << 16, stream);
    out.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n").ok()?;
    let event = format!("data: {{\"text\":\"{}\"}}\n\n", "x".repeat(EVENT_BYTES - 20));
    for _ in 0..events {
        out.write_all(event.as_bytes()).ok()?;
    }
    out.write_all(b"data: {\"model\":\"m\",\"usage\":{\"input_tokens\":1,\"output_tokens\":7}}\n\n").ok()?;
    out.flush().ok()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The most memory that this process had so far; 0 where the system does not tell.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok()).unwrap_or_default() / 1e3
}

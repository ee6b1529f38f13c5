//! Signs of life on standard error: a line when something happens, and one while nothing does.
//!
//! Long work must never look hung: neither to a person nor to a runner that kills silent jobs.

use std::io::Write;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::duration::format_duration;
use crate::replay::neutral;

/// Longest silence; the promise is 15 s.
const SILENCE: Duration = Duration::from_secs(10);
/// Longest line, in characters.
const LINE_LIMIT: usize = 300;

/// Progress of one program. Dropping it ends it.
#[derive(Debug)]
pub struct Heartbeat {
    sender: Option<Sender<String>>,
    thread: Option<JoinHandle<()>>,
}

impl Heartbeat {
    /// Begins, naming the program.
    #[must_use]
    pub fn start(program: &str) -> Self {
        Self::on(program, SILENCE, std::io::stderr())
    }

    fn on(program: &str, silence: Duration, mut out: impl Write + Send + 'static) -> Self {
        let (sender, receiver) = channel::<String>();
        let program = program.to_owned();
        let thread = std::thread::spawn(move || {
            let started = Instant::now();
            let (mut doing, mut since) = ("starting".to_owned(), started);
            loop {
                // Nobody may be listening: that is no reason to stop working.
                match receiver.recv_timeout(silence) {
                    Ok(text) => {
                        (doing, since) = (text, Instant::now());
                        let _ = writeln!(out, "[{program} +{}] {doing}", format_duration(started.elapsed()));
                    }
                    Err(RecvTimeoutError::Timeout) => {
                        let _ = writeln!(
                            out,
                            "[{program} +{}] still {doing} ({})",
                            format_duration(started.elapsed()),
                            format_duration(since.elapsed())
                        );
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
        });
        Heartbeat { sender: Some(sender), thread: Some(thread) }
    }

    /// Says what is being done now: one line, untrusted text allowed.
    pub fn say(&self, text: impl AsRef<str>) {
        if let Some(sender) = &self.sender {
            let _ = sender.send(one_line(text.as_ref()));
        }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        drop(self.sender.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The text on one line without control characters, cut.
fn one_line(text: &str) -> String {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let flat = neutral(flat.trim()).into_owned();
    if flat.chars().count() <= LINE_LIMIT {
        return flat;
    }
    flat.chars().take(LINE_LIMIT - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn silence_is_broken_and_lines_are_safe() {
        let sink = Sink::default();
        let beat = Heartbeat::on("reproduce", Duration::from_millis(20), sink.clone());
        beat.say("run 1\n::error::forged \u{1b}[31m");
        std::thread::sleep(Duration::from_millis(120));
        drop(beat);
        let text = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
        assert!(text.starts_with("[reproduce +0s] run 1 ::error::forged  [31m\n"), "{text}");
        assert!(text.contains("] still run 1"), "{text}");
        assert!(text.lines().all(|line| line.starts_with("[reproduce +")), "{text}");
    }

    #[test]
    fn lines_are_bounded() {
        assert_eq!(one_line(&"x".repeat(10_000)).chars().count(), LINE_LIMIT);
    }
}

//! One program of the suite as a child process.
//!
//! Not the supervisor of `regreen-supervise`: that one takes whole trees down within two seconds of
//! a cancellation, and the phases need longer to clean up after themselves and to write their
//! documents. They are ours, so asking is enough; only one that does not answer is killed.

use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use regreen_supervise::Cancel;

/// A phase answers a signal within 7 s; after this it is killed.
const GRACE: Duration = Duration::from_secs(12);
/// How long output is waited for when its writer is gone.
const DRAIN: Duration = Duration::from_millis(300);
/// Longer lines are cut.
const MAX_LINE: u64 = 16 * 1024;

/// Runs it to its end, passing a cancellation on. Each line of its output goes to `on_line`.
pub(crate) fn run(
    command: &mut Command,
    own_input: bool,
    cancel: &Cancel,
    mut on_line: impl FnMut(&str),
) -> std::io::Result<ExitStatus> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if own_input {
        command.stdin(Stdio::inherit());
    } else {
        // A group of its own: an interrupt from the terminal then reaches it once, through us.
        command.stdin(Stdio::null()).process_group(0);
    }
    let mut child = Running(command.spawn()?);
    let lines = listen(&mut child.0);
    let mut asked: Option<Instant> = None;
    loop {
        match lines.recv_timeout(Duration::from_millis(50)) {
            Ok(line) => on_line(&line),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(Duration::from_millis(20)),
        }
        if let Some(status) = child.0.try_wait()? {
            while let Ok(line) = lines.recv_timeout(DRAIN) {
                on_line(&line);
            }
            return Ok(status);
        }
        match asked {
            None if cancel.is_cancelled() => {
                child.signal(cancel.signal().and_then(|number| Signal::try_from(number).ok()));
                asked = Some(Instant::now());
            }
            Some(since) if since.elapsed() > GRACE => child.signal(Some(Signal::SIGKILL)),
            _ => {}
        }
    }
}

/// Does not outlive its guard, not even in a panic.
struct Running(Child);

impl Running {
    fn signal(&self, signal: Option<Signal>) {
        if let Ok(id) = i32::try_from(self.0.id()) {
            let _ = kill(Pid::from_raw(id), signal.unwrap_or(Signal::SIGTERM));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Ok(None) = self.0.try_wait() {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

fn listen(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(out) = child.stdout.take() {
        follow(out, sender.clone());
    }
    if let Some(err) = child.stderr.take() {
        follow(err, sender);
    }
    receiver
}

fn follow(stream: impl Read + Send + 'static, sender: Sender<String>) {
    std::thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        loop {
            line.clear();
            match (&mut reader).take(MAX_LINE).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => break,
                Ok(_) if sender.send(String::from_utf8_lossy(&line).trim_end().to_owned()).is_err() => break,
                Ok(_) => {}
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_the_exit_code_come_back() {
        let mut seen = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", "echo one; echo two >&2; exit 4"]);
        let status = run(&mut command, false, &Cancel::new(), |line| seen.push(line.to_owned())).unwrap();
        seen.sort();
        assert_eq!((status.code(), seen), (Some(4), vec!["one".to_owned(), "two".to_owned()]));
    }

    const CLEANS_UP: &str = "\
import signal, sys, time

def clean(*_):
    print('cleaning', flush=True)
    sys.exit(130)

signal.signal(signal.SIGINT, clean)
print('ready', flush=True)
while True:
    time.sleep(0.05)
";

    #[test]
    fn a_cancellation_is_passed_on_and_the_child_may_finish() {
        let cancel = Cancel::new();
        // Not a shell: started in the background, it is born with SIGINT ignored and may not trap it.
        let mut command = Command::new("python3");
        command.args(["-c", CLEANS_UP]);
        let mut seen = Vec::new();
        let status = run(&mut command, false, &cancel, |line| {
            seen.push(line.to_owned());
            cancel.cancel();
        })
        .unwrap();
        assert_eq!((status.code(), seen), (Some(130), vec!["ready".to_owned(), "cleaning".to_owned()]));
    }
}

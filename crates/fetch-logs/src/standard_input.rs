//! Standard input that can be interrupted: a blocking read would not notice a signal.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use crate::log_folder::Stop;

const PIECE: usize = 64 * 1024;
const TICK: Duration = Duration::from_millis(50);

/// Reads on a thread of its own, a few pieces ahead.
pub(crate) struct StandardInput {
    pieces: Receiver<io::Result<Vec<u8>>>,
    current: Vec<u8>,
    taken: usize,
    stop: Stop,
}

impl StandardInput {
    pub(crate) fn open(stop: Stop) -> Self {
        StandardInput::reading(io::stdin(), stop)
    }

    fn reading(mut from: impl Read + Send + 'static, stop: Stop) -> Self {
        let (send, pieces) = sync_channel(4);
        // Ends with the input or with the process; nobody can wait for it.
        std::thread::spawn(move || {
            loop {
                let mut piece = vec![0; PIECE];
                let read = match from.read(&mut piece) {
                    Ok(0) => return,
                    Ok(count) => {
                        piece.truncate(count);
                        Ok(piece)
                    }
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    Err(error) => Err(error),
                };
                let failed = read.is_err();
                if send.send(read).is_err() || failed {
                    return;
                }
            }
        });
        StandardInput { pieces, current: Vec::new(), taken: 0, stop }
    }
}

impl Read for StandardInput {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.current.len() {
            if self.stop.check("").is_err() {
                return Err(io::Error::other("stopped"));
            }
            match self.pieces.recv_timeout(TICK) {
                Ok(piece) => (self.current, self.taken) = (piece?, 0),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
        }
        let count = to.len().min(self.current.len() - self.taken);
        to[..count].copy_from_slice(&self.current[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use regreen_supervise::{Cancel, Deadline};

    use super::*;

    #[test]
    fn everything_arrives_in_order() {
        let input: Vec<u8> = (0..500_000u32).flat_map(u32::to_le_bytes).collect();
        let stop = Stop { cancel: Cancel::new(), deadline: Deadline::after(Duration::from_secs(30)) };
        let mut read = Vec::new();
        StandardInput::reading(io::Cursor::new(input.clone()), stop).read_to_end(&mut read).unwrap();
        assert_eq!(read, input);
    }

    #[test]
    fn a_silent_input_can_be_left() {
        let (reader, _writer) = io::pipe().unwrap();
        let cancel = Cancel::new();
        cancel.cancel();
        let stop = Stop { cancel, deadline: Deadline::after(Duration::from_secs(30)) };
        assert!(StandardInput::reading(reader, stop).read(&mut [0; 8]).is_err());
    }
}

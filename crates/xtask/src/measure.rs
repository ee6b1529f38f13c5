//! What the programs weigh and how fast they start: limits that hold for every release build.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::chore::ChoreError;
use crate::place::{PROGRAMS, Place};

/// Each release binary is smaller than this: those that drive agents carry TLS for the way to a model, and
/// the clients of four APIs of models.
const MAX_BYTES: u64 = 10 << 20;
/// `implement-fix` carries nine grammars and the search besides: the tables of C++ and of TypeScript, twice, are the
/// largest of it.
const MAX_BYTES_WITH_GRAMMARS: u64 = 21 << 20;
/// A phase without its work costs less than this.
const MAX_START: Duration = Duration::from_millis(20);
/// Starts per program; the median counts.
const STARTS: usize = 21;

/// Checks and prints both, for every program.
pub(crate) fn check(place: &Place) -> Result<(), ChoreError> {
    let mut wrong = Vec::new();
    println!("{:14} {:>10} {:>10}", "program", "MB", "start ms");
    for name in PROGRAMS {
        let path = place.program("release", name);
        let bytes = std::fs::metadata(&path).map_err(ChoreError::io("look at", &path))?.len();
        let start = start_up(place, name)?;
        println!("{name:14} {:>10.2} {:>10.1}", megabytes(bytes), start.as_secs_f64() * 1000.0);
        let most = if name == "implement-fix" { MAX_BYTES_WITH_GRAMMARS } else { MAX_BYTES };
        if bytes > most {
            wrong.push(format!("{name} has {:.2} MB, more than {:.2}", megabytes(bytes), megabytes(most)));
        }
        if start > MAX_START {
            wrong.push(format!("{name} --help takes {start:?}, more than {MAX_START:?}"));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(ChoreError::Check(wrong.join("; "))) }
}

/// Median time of `--help`.
pub(crate) fn start_up(place: &Place, name: &str) -> Result<Duration, ChoreError> {
    median(Command::new(place.program("release", name)).arg("--help"))
}

/// Median time of a command that does next to nothing.
pub(crate) fn median(command: &mut Command) -> Result<Duration, ChoreError> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let since = Instant::now();
        let started = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
        started.map_err(|source| ChoreError::NotStarted {
            program: command.get_program().to_string_lossy().into_owned(),
            source,
        })?;
        times.push(since.elapsed());
    }
    times.sort_unstable();
    Ok(times[STARTS / 2])
}

#[allow(clippy::cast_precision_loss, reason = "binaries are small")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1_000_000.0
}

//! Diagnostics for developers, on standard error.

use std::io::{IsTerminal, Write};

use tracing::{Level, level_filters::LevelFilter};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;

use crate::commands::in_actions;
use crate::replay::neutral;

/// Sends `tracing` events to standard error: warnings only, or everything down to debug when
/// `verbose`. Only the first call has an effect.
pub fn init_tracing(verbose: bool) {
    let level = if verbose { LevelFilter::DEBUG } else { LevelFilter::WARN };
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let actions = in_actions();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(colour)
        .with_target(verbose)
        .with_writer(move || Lines { actions })
        .finish()
        // Libraries below may print requests, and with them what nobody should read: warnings only.
        .with(filter_fn(|event| *event.level() <= Level::WARN || event.target().starts_with("regreen")));
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Standard error, with untrusted event text kept from becoming a workflow command.
struct Lines {
    actions: bool,
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.actions {
            let text = String::from_utf8_lossy(bytes);
            std::io::stderr().write_all(neutral(&text).as_bytes())?;
        } else {
            std::io::stderr().write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

//! What a child may touch: a policy as plain data, and what the kernel made of it.
//!
//! Promises, where the kernel has Landlock: the child and all its descendants write only to the
//! folders they were given, to a private TMPDIR and to a few devices; they cannot read the
//! credentials named by the policy, nor memory or environment of processes outside, nor signal them;
//! and nothing they do takes that back. What the kernel cannot enforce is said in
//! [`Confinement::not_enforced`], never passed over: a step that fails where the kernel claims to
//! support it is an error, not a weaker sandbox.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use regreen_case::{Confinement, SandboxMode};

use crate::{Environment, SuperviseError};

#[cfg(target_os = "linux")]
mod grants;
#[cfg(target_os = "linux")]
mod landlock;
mod secrets;
#[cfg(target_os = "linux")]
mod sockets;
mod statement;
mod temporary;

pub(crate) use temporary::PrivateTemporary;

/// Oldest Landlock interface that is used: the first one lets nobody move files between folders.
const LEAST_ABI: u32 = 2;

/// What a child may do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sandbox {
    /// Whether it is confined at all.
    pub mode: SandboxMode,
    /// Folders and files it may write, beside a private TMPDIR and some devices. Missing ones are
    /// passed over.
    pub writable: Vec<PathBuf>,
    /// Whether it may write the caches of package managers: downloads, locks, compiled packages. Where
    /// they lie is read from the child's environment.
    pub caches: bool,
    /// Folders and files it may not read. Missing ones are passed over.
    pub secrets: Vec<PathBuf>,
    /// Which network it may use.
    pub network: Network,
}

/// Which network a child may use, beside sockets in the file system.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Network {
    /// All of it: tests that talk to themselves need it.
    #[default]
    Open,
    /// No connection and no server.
    Refused,
    /// TCP connections to this port only, whatever the host, and TCP servers.
    OnlyTo(u16),
}

impl Sandbox {
    /// None: the child has our rights.
    #[must_use]
    pub fn off() -> Self {
        Sandbox { mode: SandboxMode::Off, ..Sandbox::default() }
    }

    /// Nothing writable but what is added, the user's credentials unreadable, TCP open.
    #[must_use]
    pub fn new(mode: SandboxMode) -> Self {
        let secrets = if mode == SandboxMode::Off { Vec::new() } else { secrets::of_this_user() };
        Sandbox { mode, writable: Vec::new(), caches: false, secrets, network: Network::Open }
    }

    /// For tests and agents: as above, and the caches of package managers are writable.
    #[must_use]
    pub fn for_tools(mode: SandboxMode) -> Self {
        Sandbox { caches: true, ..Sandbox::new(mode) }
    }

    /// Lets it write here too.
    #[must_use]
    pub fn writing(mut self, path: impl Into<PathBuf>) -> Self {
        self.writable.push(path.into());
        self
    }

    /// Lets it read and write this, though it may hold credentials: an agent's own settings.
    #[must_use]
    pub fn trusting(mut self, path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        self.secrets.retain(|secret| !secret.starts_with(path));
        self.writing(path)
    }

    /// Whether children are confined, as far as the kernel can.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.mode != SandboxMode::Off
    }

    /// What the running kernel enforces of it.
    ///
    /// # Errors
    /// When it is required and the kernel cannot.
    pub fn confinement(&self) -> Result<Confinement, SuperviseError> {
        self.confinement_on(kernel_support())
    }

    fn confinement_on(&self, support: Support) -> Result<Confinement, SuperviseError> {
        if self.mode == SandboxMode::Require {
            let lack = match support {
                Support::Missing(why) => Some(why),
                Support::Landlock { .. } if self.network == Network::Open => None,
                Support::Landlock { version, .. } if version < statement::TCP => {
                    Some("its Landlock is older than version 4 and cannot refuse TCP")
                }
                Support::Landlock { sockets, .. } => {
                    (!sockets).then_some("it has no seccomp filters and cannot refuse UDP")
                }
            };
            if let Some(why) = lack {
                return Err(SuperviseError::SandboxMissing { why });
            }
        }
        Ok(statement::of(self, support))
    }

    /// Starts the child confined. Its domain is made by a thread of its own, which is gone afterwards:
    /// the kernel confines threads for good.
    pub(crate) fn spawn(
        &self,
        command: &mut Command,
        env: &Environment,
        temporary: Option<&Path>,
    ) -> Result<std::io::Result<Child>, SuperviseError> {
        let support = kernel_support();
        if !self.is_on() || !matches!(support, Support::Landlock { .. }) {
            return Ok(command.spawn());
        }
        #[cfg(target_os = "linux")]
        {
            let mut writable = self.writable.clone();
            if self.caches {
                writable.extend(secrets::caches(env));
            }
            writable.extend(temporary.map(Path::to_owned));
            let failed = |what: String| SuperviseError::SandboxFailed { what };
            std::thread::scope(|scope| {
                let confined = move || {
                    landlock::restrict_this_thread(self, &writable)?;
                    if self.network != Network::Open && support.filters_sockets() {
                        sockets::restrict_this_thread().map_err(failed)?;
                    }
                    Ok(command.spawn())
                };
                std::thread::Builder::new()
                    .name("sandbox".to_owned())
                    .spawn_scoped(scope, confined)
                    .map_err(|error| failed(format!("no thread: {error}")))?
                    .join()
                    .unwrap_or_else(|_| Err(failed("its thread ended early".to_owned())))
            })
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = (env, temporary);
            Ok(command.spawn())
        }
    }
}

/// What the kernel has to offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Support {
    /// Landlock.
    Landlock {
        /// Its version.
        version: u32,
        /// Whether sockets that it does not know can be refused, by seccomp.
        sockets: bool,
    },
    /// Nothing, and why.
    Missing(&'static str),
}

impl Support {
    fn filters_sockets(self) -> bool {
        matches!(self, Support::Landlock { sockets: true, .. })
    }
}

/// Asked once: it does not change while we run.
fn kernel_support() -> Support {
    #[cfg(target_os = "linux")]
    {
        static SUPPORT: std::sync::OnceLock<Support> = std::sync::OnceLock::new();
        *SUPPORT.get_or_init(landlock::support)
    }
    #[cfg(not(target_os = "linux"))]
    Support::Missing("this system is not Linux")
}

#[cfg(test)]
mod tests;

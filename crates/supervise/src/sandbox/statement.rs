//! What a policy comes to on a kernel, in words.

use regreen_case::{Confinement, SandboxMode};

use super::{Network, Sandbox, Support};

/// Versions of Landlock, by what they brought.
const TRUNCATION: u32 = 3;
pub(super) const TCP: u32 = 4;
const DEVICES: u32 = 5;
const SIGNALS: u32 = 6;

pub(super) fn of(sandbox: &Sandbox, support: Support) -> Confinement {
    let mut found = Confinement { mode: sandbox.mode, ..Confinement::default() };
    if sandbox.mode == SandboxMode::Off {
        return found;
    }
    let version = match support {
        Support::Landlock { version, .. } => version,
        Support::Missing(why) => {
            found.enforced.extend(limits());
            found.not_enforced.push(format!("any access to files, processes and network: {why}"));
            return found;
        }
    };
    found.landlock = Some(version);
    let mut say = |holds: bool, what: &str| {
        let list = if holds { &mut found.enforced } else { &mut found.not_enforced };
        list.push(what.to_owned());
    };
    say(
        true,
        "files are written only in the checkout, in the run's own folders, in a private TMPDIR, in package \
         managers' caches and on a few devices",
    );
    say(true, "the user's credentials cannot be read");
    say(true, "memory and environment of processes outside cannot be read");
    say(true, "set-uid programs such as sudo gain no rights, and the administrator has fewer");
    say(version >= TRUNCATION, "files elsewhere are not cut short");
    say(version >= DEVICES, "devices take no commands");
    say(version >= SIGNALS, "no signal and no abstract socket reaches processes outside");
    match sandbox.network {
        Network::Open => say(false, "network: it was not asked to be closed"),
        Network::Refused => say(version >= TCP, "TCP connections and servers are refused"),
        Network::OnlyTo(port) => {
            say(version >= TCP, &format!("TCP connections go to port {port} only, the model's gateway"));
        }
    }
    if sandbox.network != Network::Open {
        say(support.filters_sockets(), "no network but TCP: no UDP, no raw sockets, no queries for names");
    }
    say(false, "sockets in the file system, such as Docker's");
    say(false, "modes, owners, times and attributes of files elsewhere");
    found.enforced.extend(limits());
    found
}

/// What holds without Landlock, where it is set.
fn limits() -> Option<String> {
    cfg!(target_os = "linux").then(|| "no core dumps, and no file beyond 64 GiB".to_owned())
}

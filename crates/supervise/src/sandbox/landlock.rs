//! Puts a policy on the calling thread by the kernel's Landlock.
//!
//! Two layers: one for reading, the same for all children and kept, and one for writing, network and
//! signals, made anew for each.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use landlock::{
    ABI, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus, NetPort, PathBeneath,
    PathFd, RestrictSelf, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope, path_beneath_rules,
};
use rustix::thread::{CapabilitySet, capabilities, set_capabilities};

use super::{LEAST_ABI, Network, Sandbox, Support, grants, sockets};
use crate::SuperviseError;

/// Rights of the administrator that reach around the rules: reading other processes' memory, raising
/// limits, loading code into the kernel, making devices.
const DROPPED: CapabilitySet = CapabilitySet::SYS_ADMIN
    .union(CapabilitySet::SYS_PTRACE)
    .union(CapabilitySet::PERFMON)
    .union(CapabilitySet::CHECKPOINT_RESTORE)
    .union(CapabilitySet::BPF)
    .union(CapabilitySet::SYS_RESOURCE)
    .union(CapabilitySet::SYS_MODULE)
    .union(CapabilitySet::SYS_RAWIO)
    .union(CapabilitySet::SYS_BOOT)
    .union(CapabilitySet::SYS_TIME)
    .union(CapabilitySet::MKNOD);

/// Devices that programs write to as a matter of course: sinks and sources, terminals they make
/// themselves, shared memory, accelerators.
const DEVICES: &[&str] = &[
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/ptmx",
    "/dev/pts",
    "/dev/shm",
    "/dev/dri",
    "/dev/kfd",
    "/dev/nvidiactl",
    "/dev/nvidia0",
    "/dev/nvidia-uvm",
];

/// What the kernel supports.
pub(super) fn support() -> Support {
    // Nothing is restricted by this: it only tells the status.
    let status = RestrictSelf::default().no_new_privs(false).apply().map(|status| status.landlock);
    match status {
        Ok(LandlockStatus::Available { effective_abi, .. }) if effective_abi as u32 >= LEAST_ABI => {
            Support::Landlock { version: effective_abi as u32, sockets: sockets::are_filtered() }
        }
        Ok(LandlockStatus::Available { .. }) => Support::Missing("the kernel's Landlock is too old"),
        Ok(LandlockStatus::NotEnabled) => Support::Missing("the kernel's Landlock is not enabled"),
        Ok(LandlockStatus::NotImplemented) => Support::Missing("the kernel has no Landlock"),
        Err(_) => Support::Missing("the kernel's Landlock does not answer"),
    }
}

/// Confines the calling thread, and with it all processes that it starts.
pub(super) fn restrict_this_thread(sandbox: &Sandbox, writable: &[PathBuf]) -> Result<(), SuperviseError> {
    let layers = || -> Result<[RulesetCreated; 2], RulesetError> {
        Ok([reading(&sandbox.secrets)?, writing(sandbox.network, writable)?])
    };
    let failed = |what: String| SuperviseError::SandboxFailed { what };
    for layer in layers().map_err(|error| failed(error.to_string()))? {
        let status = layer.restrict_self().map_err(|error| failed(error.to_string()))?;
        if status.ruleset == RulesetStatus::NotEnforced || !status.no_new_privs {
            return Err(failed("the kernel accepted the rules and does not enforce them".to_owned()));
        }
    }
    drop_rights().map_err(|error| failed(format!("rights of the administrator stay: {error}")))
}

/// Since no new rights come with a program, what is dropped here stays dropped.
fn drop_rights() -> std::io::Result<()> {
    let mut held = capabilities(None)?;
    if (held.permitted | held.inheritable).intersects(DROPPED) {
        held.effective -= DROPPED;
        held.permitted -= DROPPED;
        held.inheritable -= DROPPED;
        set_capabilities(None, held)?;
    }
    Ok(())
}

/// Folders that were listed, and when they last changed.
type Listed = Vec<(PathBuf, Option<SystemTime>)>;

/// The layer for reading that was made last, with what it was made from.
static READING: Mutex<Option<(Vec<PathBuf>, Listed, RulesetCreated)>> = Mutex::new(None);

/// Reading and executing everything but the secrets. Listing folders stays free: Landlock cannot allow
/// it for a folder and refuse it below.
fn reading(secrets: &[PathBuf]) -> Result<RulesetCreated, RulesetError> {
    let changed = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified()).ok();
    let mut kept = READING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((of, listed, layer)) = kept.as_ref()
        && of == secrets
        && listed.iter().all(|(path, when)| changed(path) == *when)
        && let Ok(layer) = layer.try_clone()
    {
        return Ok(layer);
    }
    let root = Path::new("/");
    let grants = grants::around(root, secrets);
    let listed = grants.listed.into_iter().map(|path| (changed(&path), path)).map(|(at, path)| (path, at));
    let listed = listed.collect();
    let access = AccessFs::ReadFile | AccessFs::Execute;
    let mut layer = ruleset()
        .handle_access(access)?
        // Refused by every layer that does not speak of it.
        .handle_access(AccessFs::Refer)?
        .create()?
        .add_rules(path_beneath_rules(&grants.readable, access))?;
    if let Ok(everywhere) = PathFd::new(root) {
        layer = layer.add_rule(PathBeneath::new(everywhere, AccessFs::Refer))?;
    }
    if let Ok(copy) = layer.try_clone() {
        *kept = Some((secrets.to_vec(), listed, copy));
    }
    Ok(layer)
}

/// Writing where it is allowed; no signal and no abstract socket to processes outside; as little TCP as
/// asked.
fn writing(network: Network, writable: &[PathBuf]) -> Result<RulesetCreated, RulesetError> {
    let all: BitFlags<AccessFs> = AccessFs::from_write(ABI::V5);
    let no_devices = all & !(AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::IoctlDev);
    let mut rules = ruleset().handle_access(all)?.scope(Scope::AbstractUnixSocket | Scope::Signal)?;
    rules = match network {
        Network::Open => rules,
        Network::Refused => rules.handle_access(AccessNet::BindTcp | AccessNet::ConnectTcp)?,
        Network::OnlyTo(_) => rules.handle_access(AccessNet::ConnectTcp)?,
    };
    let mut rules = rules.create()?;
    if let Network::OnlyTo(port) = network {
        rules = rules.add_rule(NetPort::new(port, AccessNet::ConnectTcp))?;
    }
    rules
        .add_rules(path_beneath_rules(writable, no_devices))?
        .add_rules(path_beneath_rules(DEVICES, no_devices | AccessFs::IoctlDev))
}

/// As much as the kernel knows; what that is is said in the statement.
fn ruleset() -> Ruleset {
    Ruleset::default().set_compatibility(CompatLevel::BestEffort)
}

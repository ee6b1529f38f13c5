//! Refuses the calling thread all sockets that Landlock does not know, by a seccomp filter.
//!
//! Landlock rules over `bind` and `connect` of TCP. Around these lead: UDP (queries for names carry data to
//! anybody), raw and packet sockets, multipath TCP and SCTP, the first packet of TCP Fast Open, and
//! `io_uring`, whose calls no filter sees. With the filter a process has sockets in the file system, TCP as
//! Landlock allows it, and netlink, from which programs read their own addresses. A program for another
//! architecture of the same machine is killed: its calls have other numbers.

use std::collections::BTreeMap;

use nix::libc;
use rustix::io::Errno;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};

/// What the kernel says of itself: which answers a filter may give.
const ANSWERS: &str = "/proc/sys/kernel/seccomp/actions_avail";
/// `sendto` and its like open a connection with this, without `connect`.
const FAST_OPEN: u64 = libc::MSG_FASTOPEN as u64;
/// The low bits of a socket's type; the others are flags.
const TYPE_BITS: u64 = 0xf;
/// Calls of the same kernel with pointers of 32 bits, on x86-64 kernels that know them.
const X32: i64 = 0x4000_0000;

type Problem = seccompiler::BackendError;

/// Whether this kernel filters system calls, on a machine that the filter is written for.
pub(super) fn are_filtered() -> bool {
    architecture().is_some()
        && std::fs::read_to_string(ANSWERS).is_ok_and(|all| all.split_whitespace().any(|one| one == "errno"))
}

/// Confines the calling thread, and with it all processes that it starts. It must have given up new
/// rights, as after Landlock.
pub(super) fn restrict_this_thread() -> Result<(), String> {
    let Some(architecture) = architecture() else { return Ok(()) };
    let program = program(architecture).map_err(|error| error.to_string())?;
    seccompiler::apply_filter(&program).map_err(|error| error.to_string())
}

fn architecture() -> Option<TargetArch> {
    TargetArch::try_from(std::env::consts::ARCH).ok()
}

fn program(architecture: TargetArch) -> Result<BpfProgram, Problem> {
    let refused = SeccompAction::Errno(Errno::ACCESS.raw_os_error().unsigned_abs());
    let mut rules = BTreeMap::from([
        (libc::SYS_socket, sockets()?),
        (libc::SYS_io_uring_setup, Vec::new()),
        (libc::SYS_sendto, vec![fast_open(3)?]),
        (libc::SYS_sendmsg, vec![fast_open(2)?]),
        (libc::SYS_sendmmsg, vec![fast_open(3)?]),
    ]);
    if architecture == TargetArch::x86_64 {
        // Their own numbers: no call is forgotten by that door.
        let same: Vec<_> = rules.iter().map(|(call, rules)| (call | X32, rules.clone())).collect();
        rules.extend(same);
        // `sendmsg` and `sendmmsg` have others there.
        rules.insert(X32 | 518, vec![fast_open(2)?]);
        rules.insert(X32 | 538, vec![fast_open(3)?]);
    }
    SeccompFilter::new(rules, SeccompAction::Allow, refused, architecture)?.try_into()
}

/// Sockets that are refused.
fn sockets() -> Result<Vec<SeccompRule>, Problem> {
    let known = [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK];
    let mut rules = vec![rule(known.map(|family| is_not(0, family)))?];
    for family in [libc::AF_INET, libc::AF_INET6] {
        for kind in (0..=TYPE_BITS).filter(|kind| *kind != libc::SOCK_STREAM as u64) {
            let of_kind = condition(1, SeccompCmpOp::MaskedEq(TYPE_BITS), kind);
            rules.push(rule([is(0, family), of_kind])?);
        }
        rules.push(rule([is(0, family), is_not(2, 0), is_not(2, libc::IPPROTO_TCP)])?);
    }
    Ok(rules)
}

fn fast_open(flags: u8) -> Result<SeccompRule, Problem> {
    rule([condition(flags, SeccompCmpOp::MaskedEq(FAST_OPEN), FAST_OPEN)])
}

fn is(argument: u8, value: libc::c_int) -> Result<SeccompCondition, Problem> {
    condition(argument, SeccompCmpOp::Eq, value as u64)
}

fn is_not(argument: u8, value: libc::c_int) -> Result<SeccompCondition, Problem> {
    condition(argument, SeccompCmpOp::Ne, value as u64)
}

fn condition(argument: u8, how: SeccompCmpOp, value: u64) -> Result<SeccompCondition, Problem> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, how, value)
}

fn rule<const N: usize>(all: [Result<SeccompCondition, Problem>; N]) -> Result<SeccompRule, Problem> {
    SeccompRule::new(all.into_iter().collect::<Result<_, _>>()?)
}

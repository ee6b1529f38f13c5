//! Fixes that the tools themselves offer. Only what a tool calls safe; what it says is judged like any other
//! change, by somebody else.

use regreen_case::{FailedTest, Framework, TestCommand};
use regreen_supervise::{End, ProcessSpec};

use super::tool::{FILE, Tool};
use super::{call, place};
use crate::counted::{RunContext, describe, environment, sandbox};
use crate::error::ProofError;
use crate::private_channel::PrivateChannel;

/// Of what a fix prints, this much is kept.
const MAX_TAIL: usize = 4 * 1024;

/// A tool's own fix for one complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolFix {
    /// The check whose complaint it is: `ruff check`.
    pub check: &'static str,
    /// The rule.
    pub rule: String,
    /// The file, relative to the repository.
    pub file: String,
    /// Words behind the program's name.
    arguments: Vec<String>,
}

/// The fix that the tool has for a complaint, when it may have one.
#[must_use]
pub fn offered_fix(command: &TestCommand, complaint: &FailedTest) -> Option<ToolFix> {
    if command.framework != Framework::Checker || complaint.framework != Framework::Checker {
        return None;
    }
    let (tool, arguments) = call::read(command).ok()?;
    let file = complaint.file.clone()?;
    let arguments = tool.fix(&arguments, complaint)?;
    Some(ToolFix { check: tool.name(), rule: complaint.kind.clone(), file, arguments })
}

/// Lets the tool repair the context's checkout. Whether that helped, the next run of the check tells.
///
/// # Errors
/// When it cannot be started, or fails.
pub fn apply_tool_fix(
    command: &TestCommand,
    fix: &ToolFix,
    context: &RunContext<'_>,
) -> Result<(), ProofError> {
    let (tool, _): (&dyn Tool, _) = call::read(command)?;
    let private = PrivateChannel::new_in(context.scratch)?;
    let mut prepared = place::program(tool, command, context)?;
    let file = context.checkout.join(&fix.file).display().to_string();
    prepared.argv.extend(fix.arguments.iter().map(|word| word.replace(FILE, &file)));
    let cwd = context.checkout.join(&command.cwd);
    let mut spec = ProcessSpec::new(prepared.argv, cwd, context.deadline);
    spec.env = environment(command, context, &prepared.env);
    spec.tail = MAX_TAIL;
    spec.sandbox = sandbox(context, private.path(), &prepared.writable);
    let outcome = regreen_supervise::run(spec, context.cancel)?;
    match outcome.end {
        // 1: complaints are left that it does not repair.
        End::Exited(0 | 1) => Ok(()),
        end => Err(ProofError::BadCommand(format!("the fix of {} ended with {}", fix.check, describe(end)))),
    }
}

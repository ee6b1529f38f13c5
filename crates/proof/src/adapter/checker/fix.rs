//! Fixes that the tools themselves offer. Only what a tool calls safe; what it says is judged like any other
//! change, by somebody else.

use std::path::Path;

use regreen_case::{FailedTest, Framework, TestCommand};
use regreen_supervise::{End, ProcessSpec};

use super::place::{self, Roots};
use super::tool::{FILE, Offer, Tool};
use super::{Checker, call, edit};
use crate::adapter::{Adapter as _, Prepared};
use crate::counted::{RunContext, describe, environment, read_bounded, sandbox};
use crate::error::ProofError;
use crate::private_channel::PrivateChannel;

/// Of what a fix prints, this much may come.
const MAX_PRINTED: u64 = 64 * 1024 * 1024;
/// Edits of one rule may touch each other: what is left out the first time is asked for again.
const MAX_PASSES: usize = 5;

/// A tool's own fix for one complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolFix {
    /// The check whose complaint it is: `ruff check`.
    pub check: &'static str,
    /// The rule.
    pub rule: String,
    /// The file, relative to the repository.
    pub file: String,
    offer: Offer,
}

/// The fix that the tool has for a complaint, when it may have one.
#[must_use]
pub fn offered_fix(command: &TestCommand, complaint: &FailedTest) -> Option<ToolFix> {
    if command.framework != Framework::Checker || complaint.framework != Framework::Checker {
        return None;
    }
    let (tool, arguments) = call::read(command).ok()?;
    let file = complaint.file.clone()?;
    let offer = tool.fix(&arguments, complaint)?;
    Some(ToolFix { check: tool.name(), rule: complaint.kind.clone(), file, offer })
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
    let (tool, _) = call::read(command)?;
    let private = PrivateChannel::new_in(context.scratch)?;
    match &fix.offer {
        Offer::Run(words) => {
            let mut prepared = place::program(tool, command, context)?;
            let file = context.checkout.join(&fix.file).display().to_string();
            prepared.argv.extend(words.iter().map(|word| word.replace(FILE, &file)));
            match start(command, &prepared, context, &private)?.0 {
                // 1: complaints are left that it does not repair.
                End::Exited(0 | 1) => Ok(()),
                end => Err(ProofError::BadCommand(format!(
                    "the fix of {} ended with {}",
                    fix.check,
                    describe(end)
                ))),
            }
        }
        Offer::Edits | Offer::Script { .. } => edit_in_passes(tool, command, fix, context, &private),
    }
}

fn edit_in_passes(
    tool: &dyn Tool,
    command: &TestCommand,
    fix: &ToolFix,
    context: &RunContext<'_>,
    private: &PrivateChannel,
) -> Result<(), ProofError> {
    let roots = Roots::of(context.checkout, &context.checkout.join(&command.cwd));
    let is_its_file = |printed: &str| roots.relative(printed).as_ref() == Some(&fix.file);
    for _ in 0..MAX_PASSES {
        let prepared = asking(tool, command, fix, context, private)?;
        let (_, printed) = start(command, &prepared, context, private)?;
        let edits = tool.edits(&printed, &fix.rule, &is_its_file);
        if edits.is_empty() || !edit::apply(edits, context.checkout, &roots)? {
            break;
        }
    }
    Ok(())
}

/// What has to run to hear what to write.
fn asking(
    tool: &dyn Tool,
    command: &TestCommand,
    fix: &ToolFix,
    context: &RunContext<'_>,
    private: &PrivateChannel,
) -> Result<Prepared, ProofError> {
    let Offer::Script { text, arguments } = &fix.offer else {
        return Checker.prepare(command, context, private.path());
    };
    let mut prepared = place::program(tool, command, context)?;
    let script = private.path().join("fixes.cjs");
    std::fs::write(&script, text).map_err(ProofError::io("write", &script))?;
    // `…/typescript/bin/tsc` → `…/typescript`.
    let program = prepared.argv.pop().unwrap_or_default();
    let package = Path::new(&program).ancestors().nth(2).unwrap_or(Path::new(&program));
    let file = context.checkout.join(&fix.file);
    let words = [script.as_path(), package, &file].map(|path| path.display().to_string());
    prepared.argv.extend(words.into_iter().chain([fix.rule.clone()]).chain(arguments.iter().cloned()));
    Ok(prepared)
}

/// Runs it in the checkout, under supervision.
fn start(
    command: &TestCommand,
    prepared: &Prepared,
    context: &RunContext<'_>,
    private: &PrivateChannel,
) -> Result<(End, String), ProofError> {
    let log = private.surroundings().join("output");
    let mut spec = ProcessSpec::new(prepared.argv.clone(), cwd(command, context.checkout), context.deadline);
    spec.env = environment(command, context, &prepared.env);
    spec.log = Some(log.clone());
    spec.max_output = MAX_PRINTED;
    spec.sandbox = sandbox(context, private.path(), &prepared.writable);
    let outcome = regreen_supervise::run(spec, context.cancel)?;
    Ok((outcome.end, read_bounded(&log)?))
}

fn cwd(command: &TestCommand, checkout: &Path) -> std::path::PathBuf {
    checkout.join(&command.cwd)
}

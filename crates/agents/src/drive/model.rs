//! A run of a preset without a program: our own conversation with a plain model, told like any agent's run.

use std::time::Instant;

use regreen_case::{Cost, Redactor};

use crate::chat::{Talk, converse};
use crate::drive::{MAX_SUMMARY_CHARS, cut, write_record};
use crate::preset::RuleEnd;
use crate::service::{self, Route};
use crate::{AgentEnd, AgentError, AgentJob, AgentRun, result};

/// Talks to the model of the service that is there.
pub(super) fn run(
    job: AgentJob<'_>,
    task: &str,
    route: Option<Route>,
    masking: &Redactor,
) -> Result<AgentRun, AgentError> {
    let began = Instant::now();
    let no_service = || AgentError::NoService {
        name: job.preset.name.clone(),
        keys: job.preset.service.iter().map(|service| service.key.clone()).collect(),
    };
    let route = route.ok_or_else(no_service)?;
    let chat = route.chat.clone().ok_or_else(no_service)?;
    let named = job.limits.model.clone().filter(|model| !model.is_empty());
    let model = named.or(chat.model).ok_or_else(|| AgentError::NoModel { name: job.preset.name.clone() })?;
    let ticket = route.ticket();
    let talked = converse(Talk {
        protocol: chat.protocol,
        endpoint: chat.endpoint,
        ticket: &ticket,
        model: &model,
        worktree: job.worktree,
        task,
        places: job.places,
        turns: job.limits.turns,
        deadline: job.deadline,
        cancel: job.cancel,
        on_line: job.on_line,
    });
    let clean = |text: &str| masking.clean(text);
    if let Some(record) = job.record {
        write_record(record, &clean(&talked.record))?;
    }
    let end = match talked.end {
        AgentEnd::Failed(why) => match result::read(job.preset, &why, Some(1)).end {
            Some(RuleEnd::RateLimited) => AgentEnd::RateLimited,
            Some(RuleEnd::OutOfBudget) => AgentEnd::OutOfBudget,
            None => AgentEnd::Failed(clean(&why)),
        },
        other => other,
    };
    let passed = route.close();
    let said = Cost { turns: Some(talked.turns.into()), ..Cost::default() };
    Ok(AgentRun {
        end: service::end_of(&passed, end),
        cost: service::cost_of(&passed, said),
        end_reason: None,
        summary: talked.summary.as_deref().map(|text| cut(&clean(text), MAX_SUMMARY_CHARS)),
        session: None,
        duration: began.elapsed(),
    })
}

//! What there is to know about a coding agent, as data.

use std::collections::BTreeMap;
use std::path::{Component, Path};
use std::sync::Arc;

use regex::Regex;
use regreen_case::Redactor;
use regreen_gateway::PriceTable;
use serde::Deserialize;

use crate::AgentError;
use crate::drive::is_secret_name;

/// How the task goes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskInput {
    /// On standard input.
    Stdin,
    /// As a file, named by `{task}` in the arguments and by `REGREEN_TASK`.
    File,
    /// As an argument, in place of `{prompt}`.
    Argument,
}

/// Arguments that are added only when a value is given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    /// `model`, `usd` or `turns`; `confined` when our sandbox holds the agent, `unconfined` when not: a
    /// sandbox of its own cannot stand inside of ours. `kept` when the folder that its service tells it of is
    /// there for the next attempt too, `unkept` when not; `session` when it is to go on with one that it
    /// keeps there.
    pub(crate) given: String,
    /// The arguments.
    pub(crate) argv: Vec<String>,
}

/// The environment beside what every child gets.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Variables {
    /// Let through when they are set.
    pub(crate) keep: Vec<String>,
    /// Always set.
    pub(crate) set: BTreeMap<String, String>,
}

/// An API of chat models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ChatProtocol {
    /// Anthropic's.
    Messages,
    /// OpenAI's.
    Responses,
    /// OpenAI's older one, which most other services and local servers speak.
    ChatCompletions,
    /// Google's.
    Gemini,
}

/// How a plain model is talked to, where there is no program to do it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chat {
    pub(crate) protocol: ChatProtocol,
    /// Where its calls go, with a slash at the end: `{gateway}/v1/`.
    pub(crate) endpoint: String,
    /// Model, when the user names none.
    #[serde(default)]
    pub(crate) model: Option<String>,
}

/// A service of models that the agent can use, by way of the gateway: then it gets no key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// Variable that holds its key. The first service whose key is set, and that has the model, is used.
    pub(crate) key: String,
    /// It works without a key too: then `address_from` being set is what chooses it.
    #[serde(default)]
    pub(crate) key_optional: bool,
    /// Beginnings of the names of the models that it has. Empty: any that the user names.
    #[serde(default)]
    pub(crate) models: Vec<String>,
    /// Where it is.
    pub(crate) address: String,
    /// Variable in which the user says that it is elsewhere.
    #[serde(default)]
    pub(crate) address_from: Option<String>,
    /// What the agent's environment says instead: `{gateway}` is the address to use, `{ticket}` the key.
    #[serde(default)]
    pub(crate) set: BTreeMap<String, String>,
    /// Arguments that say it, with the same placeholders.
    #[serde(default)]
    pub(crate) argv: Vec<String>,
    /// Files that the agent needs to be told in, by their paths in a folder of its own, with the same
    /// placeholders. The folder, `{folder}`, is there as long as the agent runs, which may write in it, or as
    /// long as it is tried.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
    /// How its models are talked to by ourselves: with one in every service there is no program, and the
    /// model's edits are made for it.
    #[serde(default)]
    pub(crate) chat: Option<Chat>,
}

/// How its output reads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ResultFormat {
    /// Plain text.
    #[default]
    Text,
    /// One JSON object, or one a line, with anything around.
    Json,
}

/// Where its own account of the run stands: JSON pointers, in which `*` adds up what it matches.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ResultFields {
    pub(crate) format: ResultFormat,
    /// True when it failed.
    pub(crate) failed: Option<String>,
    /// There, and not empty, when it failed.
    pub(crate) error: Option<String>,
    /// Its word for how it ended.
    pub(crate) reason: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) session: Option<String>,
    pub(crate) usd: Option<String>,
    pub(crate) turns: Option<String>,
    pub(crate) input_tokens: Option<String>,
    pub(crate) output_tokens: Option<String>,
    /// What it does now, in the lines that it prints on the way; the first of these texts that is there.
    pub(crate) doing: Vec<String>,
    /// For plain text: a regular expression whose first group is the cost; the last match counts.
    pub(crate) usd_text: Option<String>,
}

/// The ends that matter to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RuleEnd {
    OutOfBudget,
    RateLimited,
}

/// How to tell an end. The first rule that holds decides.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndRule {
    pub(crate) end: RuleEnd,
    /// Exit code.
    #[serde(default)]
    pub(crate) code: Option<i32>,
    /// JSON pointer of a value …
    #[serde(default)]
    pub(crate) field: Option<String>,
    /// … that is one of these.
    #[serde(default)]
    pub(crate) is: Vec<serde_json::Value>,
    /// Regular expression on what a run that failed says. Never asked of one that succeeded: it may
    /// well have repaired a rate limiter.
    #[serde(default)]
    pub(crate) says: Option<String>,
}

/// A coding agent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Name on the ladder.
    #[serde(skip)]
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Command that installs it.
    #[serde(default)]
    pub install: Option<String>,
    /// Version the preset was checked with.
    #[serde(default)]
    pub version: Option<String>,
    /// Who to name as co-author of what it writes: `Name <mail>`.
    #[serde(default)]
    pub co_author: Option<String>,
    /// Program and arguments. `{task}`, `{prompt}`, `{worktree}`, `{model}`, `{usd}`, `{turns}`, `{session}`
    /// are replaced. Empty: the caller gives the command.
    #[serde(default)]
    pub argv: Vec<String>,
    /// Arguments that must come last.
    #[serde(default)]
    pub last: Vec<String>,
    /// How the task goes in.
    pub task: TaskInput,
    /// Files it leaves in the worktree that are no part of its change, as globs on the first path
    /// component.
    #[serde(default)]
    pub litter: Vec<String>,
    /// Its own settings and state, relative to the home directory: in the sandbox it may read and write
    /// them. Folders end in `/` and are made when they are missing.
    #[serde(default)]
    pub home: Vec<String>,
    #[serde(default)]
    pub(crate) when: Vec<When>,
    #[serde(default)]
    pub(crate) service: Vec<Service>,
    #[serde(default)]
    pub(crate) env: Variables,
    #[serde(default)]
    pub(crate) result: ResultFields,
    #[serde(default)]
    pub(crate) ends: Vec<EndRule>,
    /// What tokens cost, when the user says so.
    #[serde(skip)]
    pub(crate) prices: Option<Arc<PriceTable>>,
}

/// Values that `when` knows.
const GIVEN: &[&str] = &["model", "usd", "turns", "confined", "unconfined", "kept", "unkept", "session"];

impl Service {
    /// Whether it has the model that the user asks for, if any.
    pub(crate) fn has(&self, model: Option<&str>) -> bool {
        let begins = |model: &str| self.models.iter().any(|beginning| model.starts_with(beginning.as_str()));
        self.models.is_empty() || model.is_none_or(begins)
    }

    /// Whether the agent is told of a folder.
    pub(crate) fn has_folder(&self) -> bool {
        !self.files.is_empty() || self.set.values().chain(&self.argv).any(|text| text.contains("{folder}"))
    }
}

impl Preset {
    /// Reads a preset and checks all that can be checked before it is used.
    pub(crate) fn from_value(name: &str, value: toml::Value) -> Result<Self, AgentError> {
        let bad = |detail: String| AgentError::BadPreset { name: name.to_owned(), detail };
        let mut preset: Preset =
            value.try_into().map_err(|error: toml::de::Error| bad(error.message().to_owned()))?;
        preset.name = name.to_owned();
        preset.check().map_err(bad)?;
        Ok(preset)
    }

    /// The redactor, which also masks the keys that the agent may be given, these variables' among them.
    #[must_use]
    pub fn masking(&self, redactor: &Redactor, further: &[String]) -> Redactor {
        let of_services = self.service.iter().map(|service| &service.key);
        let names = self.env.keep.iter().chain(further).chain(of_services);
        redactor.with(names.filter(|name| is_secret_name(name)).filter_map(|name| std::env::var(name).ok()))
    }

    fn check(&self) -> Result<(), String> {
        for when in &self.when {
            if !GIVEN.contains(&when.given.as_str()) {
                return Err(format!("`when.given` is `{}`, not one of {}", when.given, GIVEN.join(", ")));
            }
        }
        if self.resumes() && self.result.session.is_none() {
            return Err("`when` has `session`, but `result` does not say where its name stands".to_owned());
        }
        let patterns = self.ends.iter().filter_map(|rule| rule.says.as_ref()).chain(&self.result.usd_text);
        for pattern in patterns {
            Regex::new(pattern).map_err(|error| format!("`{pattern}`: {error}"))?;
        }
        for rule in &self.ends {
            if rule.code.is_none() && rule.says.is_none() && (rule.field.is_none() || rule.is.is_empty()) {
                return Err("a rule of `ends` has neither `code`, `says`, nor `field` with `is`".to_owned());
            }
        }
        for service in &self.service {
            let endpoint = service.chat.iter().map(|chat| &chat.endpoint);
            let told =
                service.set.values().chain(&service.argv).chain(service.files.values()).chain(endpoint);
            if !told.clone().any(|text| text.contains("{gateway}")) {
                return Err(format!(
                    "the service of `{}` does not say `{{gateway}}` to the agent",
                    service.key
                ));
            }
            let leaves = |path: &&String| {
                Path::new(path).components().any(|part| !matches!(part, Component::Normal(_)))
            };
            if let Some(path) = service.files.keys().find(leaves) {
                return Err(format!("`{path}` does not lie in the agent's folder"));
            }
        }
        let talks = self.service.iter().any(|service| service.chat.is_some());
        if talks && !(self.is_chat() && self.argv.is_empty()) {
            return Err("a service has `chat`: then all of them have, and there is no `argv`".to_owned());
        }
        if self.task == TaskInput::Argument && !self.argv.iter().any(|part| part.contains("{prompt}")) {
            return Err("`task` is `argument`, but no argument has `{prompt}`".to_owned());
        }
        if let Some(co_author) = &self.co_author
            && !(co_author.contains('<') && co_author.ends_with('>') && !co_author.contains('\n'))
        {
            return Err("`co_author` is not of the form `Name <mail>`".to_owned());
        }
        Ok(())
    }

    /// Whether it can go on with a session, where it has a folder to keep it.
    pub(crate) fn resumes(&self) -> bool {
        self.when.iter().any(|when| when.given == "session")
    }

    /// Whether the caller has to say what to run.
    #[must_use]
    pub fn needs_command(&self) -> bool {
        self.argv.is_empty() && !self.is_chat()
    }

    /// Whether there is no program: a model of one of its services is talked to.
    pub(crate) fn is_chat(&self) -> bool {
        !self.service.is_empty() && self.service.iter().all(|service| service.chat.is_some())
    }

    /// Whether a path, relative to the worktree, is what the agent leaves lying about.
    #[must_use]
    pub fn is_litter(&self, path: &str) -> bool {
        let first = path.split('/').next().unwrap_or(path);
        self.litter.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(beginning) => first.starts_with(beginning),
            None => first == pattern,
        })
    }
}

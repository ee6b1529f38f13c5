//! The way to the model: a gateway for an attempt of an agent whose service is known and whose key we have.
//!
//! Promise: with a gateway, neither the agent nor what it starts gets a key that is worth anything, but for
//! what the user lets through by name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use regreen_case::{Cost, Redactor};
use regreen_gateway::{Account, Gateway, GatewayConfig, PriceTable, Upstream};

use crate::drive::expand;
use crate::preset::{Chat, Service};
use crate::{AgentEnd, AgentError, AgentFolder, AgentLimits, Preset};

/// Variables that lead HTTP elsewhere; programs read them in both cases.
const PROXIES: &[&str] = &["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

/// A gateway, and what the agent is told of it.
pub(crate) struct Route {
    gateway: Gateway,
    /// Variables of the agent.
    pub(crate) set: BTreeMap<String, String>,
    /// Arguments for the agent.
    pub(crate) argv: Vec<String>,
    /// Variables that it must not have: every key of the preset's services, where they are, and proxies, by
    /// which its calls would leave the machine in place of coming to us.
    pub(crate) without: Vec<String>,
    /// How to talk to a plain model.
    pub(crate) chat: Option<Chat>,
    /// With its settings and its state, when it is told of one.
    folder: Option<PathBuf>,
}

/// Opens the way, when the preset knows one of the services whose keys are set.
pub(crate) fn open(
    preset: &Preset,
    limits: &AgentLimits,
    redactor: &Redactor,
    transcript: Option<&Path>,
    folder: &AgentFolder,
) -> Result<Option<Route>, AgentError> {
    let fits = |service: &&Service| service.has(limits.model.as_deref()) && is_usable(service);
    let Some(service) = preset.service.iter().find(fits) else { return Ok(None) };
    let key = given(&service.key);
    let address = service.address_from.as_deref().and_then(given).unwrap_or_else(|| service.address.clone());
    let mut prices = match &preset.prices {
        Some(prices) => prices.as_ref().clone(),
        None => PriceTable::built_in()?,
    };
    if is_on_this_machine(&address) {
        prices = prices.with_unknown_free();
    }
    let mut config = GatewayConfig::new(Upstream { address, key: key.clone() }, prices);
    config.usd = limits.usd;
    config.transcript = transcript.map(Path::to_owned);
    config.redactor = Arc::new(redactor.with(key));
    let gateway = Gateway::start(config)?;
    let base = gateway.base_url();
    let told = |name: &str| match name {
        "gateway" => Some(base.clone()),
        "ticket" => Some(gateway.ticket().to_owned()),
        _ => None,
    };
    let files = service.files.iter().map(|(name, text)| (name.clone(), expand(text, &told))).collect();
    folder.put(&files)?;
    let value = |name: &str| match name {
        "folder" => Some(folder.path().display().to_string()),
        _ => told(name),
    };
    let set = service.set.iter().map(|(name, text)| (name.clone(), expand(text, &value))).collect();
    let argv = service.argv.iter().map(|text| expand(text, &value)).collect();
    let names = |one: &Service| [Some(one.key.clone()), one.address_from.clone()];
    let proxies = PROXIES.iter().flat_map(|name| [(*name).to_owned(), name.to_lowercase()]);
    let without = preset.service.iter().flat_map(names).flatten().chain(proxies).collect();
    let chat =
        service.chat.as_ref().map(|chat| Chat { endpoint: expand(&chat.endpoint, &told), ..chat.clone() });
    let folder = service.has_folder().then(|| folder.path().to_owned());
    Ok(Some(Route { gateway, set, argv, without, folder, chat }))
}

fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Whether its key is set; some services work without one, once we know where they are.
fn is_usable(service: &Service) -> bool {
    let is_placed = || service.address_from.as_deref().and_then(given).is_some();
    given(&service.key).is_some() || (service.key_optional && is_placed())
}

impl Route {
    /// Its port, the only one that the agent needs.
    pub(crate) fn port(&self) -> u16 {
        self.gateway.port()
    }

    /// The folder with its settings and its state, which it may write.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// What is worth nothing, and still nobody's to read in a record.
    pub(crate) fn ticket(&self) -> String {
        self.gateway.ticket().to_owned()
    }

    /// Closes it, and says what passed.
    pub(crate) fn close(self) -> Account {
        self.gateway.stop()
    }
}

/// What the gateway counted is the cost, whatever the agent says of it.
pub(crate) fn cost_of(account: &Account, said: Cost) -> Cost {
    if account.requests == 0 {
        return said;
    }
    let mut tokens = regreen_gateway::Usage::default();
    account.models.values().for_each(|model| tokens += model.usage);
    Cost {
        usd: Some(account.usd),
        input_tokens: Some(tokens.input + tokens.cached + tokens.cache_written),
        output_tokens: Some(tokens.output),
        ..said
    }
}

/// How it ended, by what the gateway saw: an agent that ran into the limit often says something else.
pub(crate) fn end_of(account: &Account, end: AgentEnd) -> AgentEnd {
    match end {
        // One that asks on and on is stopped by its time, but has been at its limit before.
        AgentEnd::Finished | AgentEnd::Failed(_) | AgentEnd::OutOfTime if account.is_out_of_budget() => {
            AgentEnd::OutOfBudget
        }
        AgentEnd::Failed(_) if account.rate_limited > 0 && account.models.is_empty() => AgentEnd::RateLimited,
        other => other,
    }
}

fn is_on_this_machine(address: &str) -> bool {
    let host = address.split("//").nth(1).unwrap_or_default();
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
        host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_of_ones_own_is_known_by_its_address() {
        for address in ["http://127.0.0.1:11434", "http://localhost/v1", "http://[::1]:1/"] {
            assert!(is_on_this_machine(address), "{address}");
        }
        for address in ["https://api.example.com", "http://localhost.example.com", "127.0.0.1"] {
            assert!(!is_on_this_machine(address), "{address}");
        }
    }

    #[test]
    fn the_gateway_knows_better_than_the_agent_how_it_ended() {
        let mut account = Account::default();
        let failed = AgentEnd::Failed("exited with code 1".to_owned());
        assert_eq!(end_of(&account, failed.clone()), failed);
        account.rate_limited = 3;
        assert_eq!(end_of(&account, failed.clone()), AgentEnd::RateLimited);
        assert_eq!(end_of(&account, AgentEnd::Finished), AgentEnd::Finished);
        assert_eq!(end_of(&account, AgentEnd::OutOfTime), AgentEnd::OutOfTime);
        account.refused.insert("out-of-budget", 1);
        for end in [failed, AgentEnd::Finished, AgentEnd::OutOfTime] {
            assert_eq!(end_of(&account, end), AgentEnd::OutOfBudget);
        }
        assert_eq!(end_of(&account, AgentEnd::Cancelled), AgentEnd::Cancelled);
    }
}

//! The presets that come with us, and those of the user.

use std::collections::BTreeMap;
use std::sync::Arc;

use regreen_gateway::PriceTable;

use crate::{AgentError, Preset};

/// One file per agent. Adding one is adding a line here; users add theirs without it.
const BUILT_IN: &[(&str, &str)] = &[
    ("aider", include_str!("../presets/aider.toml")),
    ("claude-code", include_str!("../presets/claude-code.toml")),
    ("codex", include_str!("../presets/codex.toml")),
    ("command", include_str!("../presets/command.toml")),
    ("copilot", include_str!("../presets/copilot.toml")),
    ("gemini", include_str!("../presets/gemini.toml")),
    ("mini-swe-agent", include_str!("../presets/mini-swe-agent.toml")),
    ("model", include_str!("../presets/model.toml")),
    ("opencode", include_str!("../presets/opencode.toml")),
];

/// Where users add theirs.
const CONFIGURATION: &str = ".github/regreen.toml";

/// All agents that can be named.
#[derive(Debug, Clone)]
pub struct Presets {
    by_name: BTreeMap<String, Preset>,
}

impl Presets {
    /// Those that come with us.
    ///
    /// # Errors
    /// [`AgentError::BadPreset`]; a test sees to it that it does not happen.
    pub fn built_in() -> Result<Self, AgentError> {
        let mut by_name = BTreeMap::new();
        for (name, text) in BUILT_IN {
            by_name.insert((*name).to_owned(), Preset::from_value(name, parse(name, text)?)?);
        }
        Ok(Presets { by_name })
    }

    /// The same, with those of the user's `.github/regreen.toml` (`[agents.NAME]`) added. One of the
    /// same name replaces ours as a whole. The user's `[prices]` hold for all of them. Other parts of the
    /// configuration are none of our business.
    ///
    /// # Errors
    /// [`AgentError::BadPreset`] when the text is not TOML or one of them is not valid,
    /// [`AgentError::Gateway`] for prices that are none.
    pub fn with_configuration(text: &str) -> Result<Self, AgentError> {
        let mut presets = Self::built_in()?;
        let configuration = parse(CONFIGURATION, text)?;
        if let Some(toml::Value::Table(agents)) = configuration.get("agents") {
            for (name, value) in agents {
                presets.by_name.insert(name.clone(), Preset::from_value(name, value.clone())?);
            }
        }
        if let Some(prices) = configuration.get("prices") {
            let prices = Arc::new(PriceTable::built_in()?.with(prices.clone(), CONFIGURATION)?);
            presets.by_name.values_mut().for_each(|preset| preset.prices = Some(Arc::clone(&prices)));
        }
        Ok(presets)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`AgentError::Unknown`], which names the nearest one.
    pub fn get(&self, name: &str) -> Result<&Preset, AgentError> {
        self.by_name.get(name).ok_or_else(|| AgentError::Unknown {
            name: name.to_owned(),
            known: self.names().map(str::to_owned).collect(),
            nearest: self
                .names()
                .map(|known| (strsim::damerau_levenshtein(known, name), known))
                .min()
                .filter(|(distance, _)| *distance <= 3)
                .map(|(_, known)| known.to_owned()),
        })
    }

    /// Their names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }
}

/// A preset that comes with us.
///
/// # Errors
/// As [`Presets::get`].
pub fn preset(name: &str) -> Result<Preset, AgentError> {
    Presets::built_in()?.get(name).cloned()
}

/// Names of the presets that come with us.
#[must_use]
pub fn names() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(name, _)| *name).collect()
}

fn parse(name: &str, text: &str) -> Result<toml::Value, AgentError> {
    toml::from_str::<toml::Table>(text).map(toml::Value::Table).map_err(|error| AgentError::BadPreset {
        name: name.to_owned(),
        detail: error.to_string().trim_end().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TaskInput;

    #[test]
    fn all_of_ours_are_valid_and_pinned() {
        let presets = Presets::built_in().unwrap();
        assert_eq!(presets.names().collect::<Vec<_>>(), names());
        for name in names() {
            let preset = presets.get(name).unwrap();
            if name == "command" {
                assert!(preset.argv.is_empty());
                continue;
            }
            if name == "model" {
                assert!(preset.is_chat() && !preset.needs_command());
                continue;
            }
            let version = preset.version.as_deref().unwrap();
            assert!(preset.install.as_deref().unwrap().ends_with(version), "{name} installs another version");
            assert!(preset.co_author.is_some(), "{name}");
            assert!(
                !preset.env.keep.iter().any(|key| key.starts_with("GITHUB_") || key == "GH_TOKEN"),
                "{name}"
            );
            assert!(preset.ends.iter().any(|rule| rule.end == crate::preset::RuleEnd::RateLimited), "{name}");
            assert!(preset.ends.iter().any(|rule| rule.end == crate::preset::RuleEnd::OutOfBudget), "{name}");
        }
    }

    #[test]
    fn a_user_adds_an_agent_without_code() {
        let text = r#"
            protected = ["docs/**"]
            [agents.wizard]
            title = "House wizard"
            argv = ["wizard", "--go", "{task}"]
            task = "file"
            env = { keep = ["WIZARD_KEY"] }
            result = { format = "json", usd = "/bill" }
        "#;
        let presets = Presets::with_configuration(text).unwrap();
        let wizard = presets.get("wizard").unwrap();
        assert_eq!((wizard.name.as_str(), wizard.task), ("wizard", TaskInput::File));
        assert!(presets.get("claude-code").is_ok());
    }

    #[test]
    fn the_example_for_users_is_valid() {
        let readme = include_str!("../../../actions/README.md");
        let example = readme.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        let presets = Presets::with_configuration(example).unwrap();
        let wizard = presets.get("wizard").unwrap();
        assert_eq!((wizard.service.len(), wizard.when.len(), wizard.ends.len()), (1, 2, 1));
        assert!(wizard.resumes());
    }

    #[test]
    fn mistakes_are_named() {
        let error = Presets::built_in().unwrap().get("claude-cod").unwrap_err();
        assert_eq!(error.hint().unwrap(), "did you mean `claude-code`?");
        assert_eq!(error.exit_code(), 2);
        let wrong = |text: &str| Presets::with_configuration(text).unwrap_err().to_string();
        let head = "[agents.x]\ntitle = 'x'\ntask = 'file'\n";
        assert!(wrong(&format!("{head}argv = ['x']\nargs = ['y']")).contains("args"));
        assert!(
            wrong(&format!("{head}argv = ['x']\n[[agents.x.ends]]\nend = 'rate-limited'\nsays = '('"))
                .contains("unclosed group")
        );
        assert!(wrong("[agents.x]\ntitle = 'x'\nargv = ['x']\ntask = 'argument'").contains("{prompt}"));
        let prices = wrong("[prices]\ndate = '2026-11-22'\nmodels = { mine = { input = 1.0 } }");
        assert!(prices.contains(CONFIGURATION) && prices.contains("output"), "{prices}");
        let service = |rest: &str| {
            wrong(&format!(
                "{head}argv = ['x']\n[[agents.x.service]]\nkey = 'K'\naddress = 'http://x'\n{rest}"
            ))
        };
        assert!(service("set = { A = 'b' }").contains("{gateway}"));
        assert!(service("chat = { protocol = 'gemini', endpoint = '{gateway}/' }").contains("no `argv`"));
        assert!(service("files = { '../a' = '{gateway}' }").contains("../a"));
        let unnamed =
            wrong(&format!("{head}argv = ['x']\nwhen = [{{ given = 'session', argv = ['{{session}}'] }}]"));
        assert!(unnamed.contains("where its name stands"), "{unnamed}");
        assert!(wrong("agents = [").contains("regreen.toml"));
    }
}

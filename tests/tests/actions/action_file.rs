//! An `action.yml` of this repository, read as far as the tests need it.

use std::collections::BTreeMap;

use regreen_tests::tools::workspace;

/// One composite action with one step.
pub(crate) struct ActionFile {
    /// Default by name, as it stands in the file.
    pub(crate) inputs: BTreeMap<String, String>,
    pub(crate) outputs: Vec<String>,
    /// Expression by variable.
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) script: String,
}

impl ActionFile {
    pub(crate) fn read(phase: &str) -> Self {
        let path = workspace().join("actions").join(phase).join("action.yml");
        let text = std::fs::read_to_string(&path).unwrap();
        let section = |name: &str| {
            let start = text.find(&format!("\n{name}:\n")).unwrap() + name.len() + 3;
            text[start..]
                .lines()
                .take_while(|line| line.is_empty() || line.starts_with(' '))
                .collect::<Vec<_>>()
        };
        let key = |line: &str| {
            let name = line.strip_prefix("  ")?.strip_suffix(':')?;
            (!name.starts_with(' ')).then(|| name.to_owned())
        };
        let mut inputs = BTreeMap::new();
        let mut last = String::new();
        for line in section("inputs") {
            if let Some(name) = key(line) {
                last = name;
            } else if let Some(value) = line.trim().strip_prefix("default: ") {
                inputs.insert(last.clone(), value.trim_matches('"').to_owned());
            }
        }
        let runs = section("runs");
        assert_eq!(runs.iter().filter(|line| line.contains("run: ")).count(), 1, "{phase}: one script");
        let script = runs.iter().find_map(|line| line.trim().strip_prefix("run: ")).unwrap().to_owned();
        let env = runs.iter().filter_map(|line| line.strip_prefix("        ")?.split_once(": "));
        ActionFile {
            inputs,
            outputs: section("outputs").into_iter().filter_map(key).collect(),
            env: env.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            script,
        }
    }
}

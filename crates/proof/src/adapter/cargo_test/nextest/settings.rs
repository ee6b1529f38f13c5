//! The project's own settings of nextest, with a report added whose place we choose. Settings of a tool
//! would give way to the project's, so they are added to a copy of those.

use std::path::Path;

/// The profile that we add where the project's own has a report already.
const OURS: &str = "counted";

/// What to run with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) text: String,
    /// The profile to choose, when it is not the one that was asked for.
    pub(super) profile: Option<String>,
}

/// The settings with a report for a profile, or why the project's cannot be read.
pub(super) fn with_report(own: &str, profile: &str, report: &Path) -> Result<Settings, String> {
    let table: toml::Table =
        own.parse().map_err(|error| format!("nextest's settings cannot be read: {error}"))?;
    if !profile.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-')) {
        return Err(format!("`{profile}` is no name of a profile"));
    }
    let known = table.get("profile").and_then(|profiles| profiles.get(profile));
    let has_report = known.is_some_and(|profile| profile.get("junit").is_some());
    let mut text = own.to_owned();
    let chosen = if has_report {
        text.push_str(&format!("\n[profile.{OURS}]\ninherits = \"{profile}\"\n"));
        OURS
    } else {
        profile
    };
    // A literal string of several lines takes any path without escapes.
    text.push_str(&format!("\n[profile.{chosen}.junit]\npath = '''{}'''\n", report.display()));
    Ok(Settings { text, profile: has_report.then(|| OURS.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_added_beside_whatever_the_project_sets() {
        let report = Path::new("/private/r 1/junit.xml");
        for (own, profile, chosen) in [
            ("", "default", None),
            (
                "[profile.ci]\nretries = 3\n[[profile.ci.overrides]]\nfilter = 'test(x)'\nretries = 9\n",
                "ci",
                None,
            ),
            ("[profile.ci.junit]\npath = \"junit.xml\"\n", "ci", Some("counted")),
            ("[profile.default.junit]\npath = \"junit.xml\"\n", "ci", None),
        ] {
            let settings = with_report(own, profile, report).unwrap();
            assert_eq!(settings.profile.as_deref(), chosen, "{own}");
            let table: toml::Table = settings.text.parse().unwrap();
            let path = table["profile"][chosen.unwrap_or(profile)]["junit"]["path"].as_str();
            assert_eq!(path, Some("/private/r 1/junit.xml"));
        }
        assert!(with_report("[profile", "ci", report).is_err());
        assert!(with_report("", "a]\n[x", report).is_err());
    }
}

//! Versions of tools and machines that a log mentions, to compare CI with the machine at hand.

use crate::findings::Findings;

/// Takes a line. Only beginnings of lines are looked at: this runs for every line of the log.
pub(crate) fn line(text: &str, findings: &mut Findings) {
    match text.as_bytes().first() {
        Some(b'C') => {
            if let Some(version) = text.strip_prefix("Current runner version: '") {
                findings.tool("runner", version.trim_end_matches('\''));
            }
        }
        Some(b'I') => {
            if let Some(image) = text.strip_prefix("Image: ").or_else(|| text.strip_prefix("Environment: ")) {
                findings.tool("runner image", image);
            }
        }
        Some(b'r') => versioned(text, "rustc ", "rustc", findings),
        Some(b'c') => versioned(text, "cargo ", "cargo", findings),
        Some(b'P') => versioned(text, "Python ", "python", findings),
        Some(b'n') => versioned(text, "node: v", "node", findings),
        Some(b'g') => versioned(text, "go version go", "go", findings),
        Some(b'p') => versioned(text, "platform linux -- Python ", "python", findings),
        _ => {}
    }
}

/// `rustc 1.90.0 (…)`: the word behind the name, when it begins with a digit.
fn versioned(text: &str, start: &str, name: &str, findings: &mut Findings) {
    let Some(rest) = text.strip_prefix(start) else { return };
    let version = rest.split([' ', ',', '(']).next().unwrap_or_default();
    if version.starts_with(|c: char| c.is_ascii_digit()) && version.contains('.') {
        findings.tool(name, version);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_where_tools_print_them() {
        let mut findings = Findings::default();
        for text in [
            "Current runner version: '2.333.1'",
            "Image: ubuntu-24.04",
            "rustc 1.90.0 (1159e78c4 2025-09-14)",
            "Python 3.12.3",
            "go version go1.22.1 linux/amd64",
            "rustc is a compiler",
        ] {
            line(text, &mut findings);
        }
        let tools: Vec<_> =
            findings.tools.iter().map(|(name, version)| format!("{name} {version}")).collect();
        assert_eq!(
            tools,
            ["go 1.22.1", "python 3.12.3", "runner 2.333.1", "runner image ubuntu-24.04", "rustc 1.90.0"]
        );
    }
}

//! Title, status and the few lines that a hurried reader gets.
//!
//! The lines `## Status: …` and `- PR URL: …` are an interface: scripts grep for them.

use regreen_case::PullRequestStatus;

use crate::facts::Facts;
use crate::markdown;

pub(super) fn text(facts: &Facts) -> String {
    let conclusion = &facts.conclusion;
    let mut out = format!(
        "# Regreen: {}\n\n## Status: {}\n\n{}\n\n",
        markdown::text(&facts.title()),
        conclusion.ending.status().mark(),
        markdown::text(&conclusion.summary)
    );
    let mut lines =
        vec![format!("Ending: `{}` ({})", conclusion.ending, markdown::text(&conclusion.because))];
    if let Some(found) = facts.documents.pull_request.get() {
        if let Some(url) = &found.url {
            // Bare, for scripts that cut it out; checked, for it stands outside any fence.
            let safe = is_web_address(url);
            lines.push(format!("PR URL: {}", if safe { url.clone() } else { markdown::code(url) }));
        } else if let (PullRequestStatus::WrittenLocally, Some(branch)) = (found.status, &found.branch) {
            lines.push(format!("PR branch: {} in the local repository", markdown::code(branch)));
        }
    }
    lines.push(format!("Time: {}", markdown::seconds(facts.duration_s)));
    out.push_str(&markdown::list(lines));
    out
}

fn is_web_address(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://"))
        && url.len() < 500
        && url.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/?#[]@!&'*+,;=%".contains(c))
        && !url.contains("](")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_stand_bare() {
        assert!(is_web_address("https://github.com/o/r/pull/7"));
        for url in ["javascript:alert(1)", "https://x/<b>", "https://x/a b", "https://x/`a`"] {
            assert!(!is_web_address(url), "{url}");
        }
    }
}

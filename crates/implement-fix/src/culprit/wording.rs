//! How a commit is called and what came of looking for one, in words. What people wrote into commits is bounded and
//! of one line.

use jiff::Timestamp;
use regreen_case::{Culprit, HunkPlace};
use regreen_workspace::{CommitFacts, LineEnd};

use super::follow::{Finding, Named};

const SUBJECT_CHARS: usize = 120;
const NAME_CHARS: usize = 80;

/// The first digits, as git shows them.
pub(crate) fn short(commit: &str) -> &str {
    commit.get(..7).unwrap_or(commit)
}

/// `1a2b3c4 “Sort the items” by Ann`.
pub(crate) fn title(facts: &CommitFacts) -> String {
    format!("{} “{}” by {}", short(&facts.id), line(&facts.subject, SUBJECT_CHARS), author(facts))
}

/// As the document has it.
pub(crate) fn culprit(facts: &CommitFacts, hunks: Vec<HunkPlace>) -> Culprit {
    Culprit {
        commit: facts.id.clone(),
        subject: line(&facts.subject, SUBJECT_CHARS),
        author: author(facts),
        date: Timestamp::from_second(facts.seconds).ok(),
        hunks,
    }
}

/// The login where the address tells it: `12345+login@users.noreply.github.com`. Other addresses are nobody's business.
fn author(facts: &CommitFacts) -> String {
    let user = facts.email.strip_suffix("@users.noreply.github.com");
    let login = user.and_then(|user| user.rsplit('+').next()).filter(|login| !login.is_empty());
    login.map_or_else(|| line(&facts.author, NAME_CHARS), |login| format!("@{}", line(login, NAME_CHARS)))
}

fn line(text: &str, most: usize) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut cut: String = plain.take(most).collect();
    if text.chars().count() > most {
        cut.push('…');
    }
    cut.trim().to_owned()
}

/// What came of it, in a sentence.
pub(crate) fn said(finding: &Finding, facts: Option<&CommitFacts>) -> String {
    let asked = format!(
        "{} tested, {} skipped, with the tests as they are on the base",
        commits(finding.tested),
        finding.skipped
    );
    let green = finding.last_green.as_deref().map(short).unwrap_or_default();
    let cut = if finding.cut_short {
        "; it ended early, for its share of time or of commits was used up"
    } else {
        ""
    };
    match (&finding.named, facts) {
        (Named::One(_), Some(facts)) => {
            let merge = if facts.parents.len() > 1 { ", a merge" } else { "" };
            format!("{} broke it{merge}; the test passes on {green} before it ({asked})", title(facts))
        }
        (Named::One(commit), None) => format!("{} broke it ({asked})", short(commit)),
        (Named::Among(commits), _) => format!(
            "one of {} commits broke it, the newest of them {}; the test passes on {green} before them, and on those \
             between it {} ({asked}){cut}",
            commits.len(),
            commits.first().map(|commit| short(commit)).unwrap_or_default(),
            if finding.cut_short {
                "was not run, or gives no result that counts"
            } else {
                "gives no result that counts"
            }
        ),
        (Named::Nobody, _) => {
            let back = match finding.end {
                LineEnd::Shallow => {
                    "; the clone is shallow, and older commits are not here (actions/checkout has fetch-depth)"
                }
                LineEnd::Beginning => ", back to the beginning",
                LineEnd::Reached | LineEnd::Limit => "",
            };
            format!("no commit was found on which the test passes{back} ({asked}){cut}")
        }
    }
}

fn commits(count: u32) -> String {
    if count == 1 { "1 commit".to_owned() } else { format!("{count} commits") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(author: &str, email: &str, subject: &str) -> CommitFacts {
        CommitFacts {
            id: "0123456789abcdef0123456789abcdef01234567".to_owned(),
            parents: vec!["a".to_owned()],
            author: author.to_owned(),
            email: email.to_owned(),
            seconds: 1_700_000_000,
            subject: subject.to_owned(),
        }
    }

    #[test]
    fn a_commit_is_called_by_one_bounded_line_and_no_address() {
        let long = format!("Sort\u{1b}[31m{}", "x".repeat(500));
        let shown = title(&facts("Ann\nB", "ann@example.com", &long));
        assert!(shown.starts_with("0123456 “Sort [31mxxx"), "{shown}");
        assert!(shown.ends_with("…” by Ann B") && shown.chars().count() < 160, "{shown}");
        assert!(!shown.contains("example.com"));
        let noreply = facts("Ann", "1+ann@users.noreply.github.com", "s");
        let document = culprit(&noreply, Vec::new());
        assert_eq!((document.author.as_str(), document.subject.as_str()), ("@ann", "s"));
        assert_eq!(document.date.map(|date| date.to_string()).as_deref(), Some("2023-11-14T22:13:20Z"));
    }

    #[test]
    fn a_shallow_clone_is_named_as_the_reason() {
        let mut finding = Finding {
            named: Named::Nobody,
            tested: 1,
            skipped: 2,
            last_green: None,
            end: LineEnd::Shallow,
            cut_short: false,
        };
        let text = said(&finding, None);
        assert!(text.contains("fetch-depth") && text.contains("1 commit tested, 2 skipped"), "{text}");
        finding.end = LineEnd::Beginning;
        finding.cut_short = true;
        let text = said(&finding, None);
        assert!(text.contains("back to the beginning") && text.contains("time"), "{text}");
    }
}

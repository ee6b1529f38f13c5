//! Opens or updates the one pull request of a branch, through everything GitHub may answer.

use std::fmt::Write as _;
use std::time::Duration;

use regreen_case::PullRequestStatus;
use regreen_github::{GitHubError, NewPull, Pull, PullChange, PullQuery, Repo};

use super::{Proposal, Proposed};

/// Compare links longer than this are refused by browsers and servers.
const MAX_LINK_BODY: usize = 2_000;

/// Opens the pull request; updates the open one for the branch; or says how to open it by hand.
pub(super) fn propose(
    repo: &Repo<'_>,
    server_url: &str,
    proposal: &Proposal<'_>,
) -> Result<Proposed, GitHubError> {
    let (open, closed) = existing(repo, proposal)?;
    if let Some(pull) = open {
        return update(repo, proposal, &pull);
    }
    let mut warnings: Vec<String> = closed
        .iter()
        .map(|pull| format!("an earlier pull request for the same failure was closed: {}", pull.html_url))
        .collect();
    let mut draft = true;
    loop {
        let error = match create(repo, proposal, draft) {
            Ok(pull) => return Ok(done(PullRequestStatus::Opened, pull, warnings)),
            Err(error) => error,
        };
        let says = |text: &str| error.refusal().is_some_and(|refusal| refusal.says(text));
        if says("A pull request already exists") || error.is_uncertain() {
            // Made beside us, or made although the answer was lost: look before anything else.
            return match anywhere(repo, proposal)? {
                Some(pull) if error.is_uncertain() => Ok(done(PullRequestStatus::Opened, pull, warnings)),
                Some(pull) => update(repo, proposal, &pull),
                None => Err(error),
            };
        }
        if says("not permitted to create") {
            let reason = "GitHub does not let Actions create pull requests here (setting of the repository or organisation)";
            return Ok(by_hand(repo, server_url, proposal, reason, warnings));
        }
        if draft && says("Draft pull requests are not supported") {
            if proposal.draft_only {
                let reason = "drafts are not supported in this repository, and only a draft may be opened";
                return Ok(by_hand(repo, server_url, proposal, reason, warnings));
            }
            warnings.push(
                "drafts are not supported in this repository: it is an ordinary pull request".to_owned(),
            );
            draft = false;
            continue;
        }
        return Err(error);
    }
}

/// Retries what GitHub refuses only because the new pull request is not known everywhere yet.
pub(super) fn eventually<T>(call: impl Fn() -> Result<T, GitHubError>) -> Result<T, GitHubError> {
    for pause_ms in [300, 700, 1_500] {
        match call() {
            Err(error) if error.refusal().is_some_and(|r| r.says("Could not resolve to a node")) => {
                std::thread::sleep(Duration::from_millis(pause_ms));
            }
            other => return other,
        }
    }
    call()
}

fn create(repo: &Repo<'_>, proposal: &Proposal<'_>, draft: bool) -> Result<Pull, GitHubError> {
    repo.create_pull(&NewPull {
        title: proposal.title.to_owned(),
        head: proposal.branch.to_owned(),
        base: proposal.base.to_owned(),
        body: proposal.body.to_owned(),
        draft,
        // Only forks have it; asking for it there can fail ("Fork collab can't be granted").
        maintainer_can_modify: false,
    })
}

fn update(repo: &Repo<'_>, proposal: &Proposal<'_>, pull: &Pull) -> Result<Proposed, GitHubError> {
    let change = PullChange {
        title: Some(proposal.title.to_owned()),
        body: Some(proposal.body.to_owned()),
        base: (pull.base.branch != proposal.base).then(|| proposal.base.to_owned()),
        state: None,
    };
    let updated = eventually(|| repo.update_pull(pull.number, &change))?;
    Ok(done(PullRequestStatus::Updated, updated, Vec::new()))
}

fn done(status: PullRequestStatus, pull: Pull, warnings: Vec<String>) -> Proposed {
    let (number, url) = (Some(pull.number), Some(pull.html_url));
    Proposed { status, number, url, draft: pull.draft, reason: None, warnings }
}

/// The open pull request of the branch, and the newest closed one.
fn existing(repo: &Repo<'_>, proposal: &Proposal<'_>) -> Result<(Option<Pull>, Option<Pull>), GitHubError> {
    let head = format!("{}:{}", repo.owner(), proposal.branch);
    let query = PullQuery { head: Some(head), state: Some("all".to_owned()), ..PullQuery::default() };
    let mut found = repo.pulls(&query)?;
    // A server that does not know the filter answers with all of them.
    found.retain(|pull| pull.head.branch == proposal.branch);
    let (open, closed): (Vec<Pull>, Vec<Pull>) = found.into_iter().partition(|pull| pull.state == "open");
    Ok((open.into_iter().next(), closed.into_iter().next()))
}

/// The open pull request of the branch, looked for among all: the filter misses some.
fn anywhere(repo: &Repo<'_>, proposal: &Proposal<'_>) -> Result<Option<Pull>, GitHubError> {
    if let (Some(pull), _) = existing(repo, proposal)? {
        return Ok(Some(pull));
    }
    let all = repo.pulls(&PullQuery { state: Some("open".to_owned()), ..PullQuery::default() })?;
    Ok(all.into_iter().find(|pull| pull.head.branch == proposal.branch))
}

fn by_hand(
    repo: &Repo<'_>,
    server_url: &str,
    proposal: &Proposal<'_>,
    reason: &str,
    warnings: Vec<String>,
) -> Proposed {
    let body: String = proposal.body.chars().take(MAX_LINK_BODY).collect();
    let link = format!(
        "{server_url}/{}/compare/{}...{}?quick_pull=1&title={}&body={}",
        repo.slug(),
        encode(proposal.base, "/"),
        encode(proposal.branch, "/"),
        encode(proposal.title, ""),
        encode(&body, ""),
    );
    Proposed {
        status: PullRequestStatus::BranchOnly,
        number: None,
        url: None,
        draft: false,
        reason: Some(format!("{reason}; the branch is there, open the pull request by hand: {link}")),
        warnings,
    }
}

fn encode(text: &str, keep: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-_.~".contains(c) || keep.contains(c) {
            out.push(c);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

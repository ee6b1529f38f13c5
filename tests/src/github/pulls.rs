//! Pull requests, labels, reviewers, comments.

use serde_json::{Value, json};

use super::answer::Answer;
use super::server::{Context, Request};
use super::state::{CiOnPull, FakeRun, RepositoryState};

pub(crate) fn answer(
    context: &Context,
    repository: &mut RepositoryState,
    request: &Request<'_>,
    rest: &[&str],
) -> Answer {
    match (request.method, rest) {
        ("GET", ["pulls"]) => list(repository, request),
        ("POST", ["pulls"]) => create(context, repository, request),
        (method, ["pulls" | "issues", number, rest @ ..]) => {
            let wanted = number.parse::<u64>().ok();
            let Some(at) = repository.pulls.iter().position(|pull| pull["number"].as_u64() == wanted) else {
                return Answer::not_found();
            };
            match (method, rest) {
                ("GET", []) => Answer::ok(&repository.pulls[at]),
                ("PATCH", []) => update(repository, request, at),
                ("POST", ["labels"]) => label(&mut repository.pulls[at], request),
                ("POST", ["requested_reviewers"]) => review(repository, request, at),
                ("POST", ["comments"]) => comment(context, repository, request, at),
                _ => Answer::not_found(),
            }
        }
        _ => Answer::not_found(),
    }
}

fn list(repository: &RepositoryState, request: &Request<'_>) -> Answer {
    let state = request.parameter("state").unwrap_or("open");
    let found: Vec<Value> = repository
        .pulls
        .iter()
        .rev()
        .filter(|pull| state == "all" || pull["state"] == state)
        .filter(|pull| request.parameter("head").is_none_or(|head| pull["head"]["label"] == head))
        .filter(|pull| request.parameter("base").is_none_or(|base| pull["base"]["ref"] == base))
        .cloned()
        .collect();
    Answer::ok(&Value::Array(request.page(&found)))
}

fn create(context: &Context, repository: &mut RepositoryState, request: &Request<'_>) -> Answer {
    if !repository.pulls_permitted {
        return Answer::error(403, "GitHub Actions is not permitted to create or approve pull requests.");
    }
    let draft = request.body.get("draft").and_then(Value::as_bool).unwrap_or(false);
    if draft && !repository.drafts {
        return Answer::error(422, "Draft pull requests are not supported in this repository.");
    }
    let (head, base) = (request.text("head"), request.text("base"));
    let branch = head.rsplit(':').next().unwrap_or(head);
    let label = format!("{}:{branch}", repository.owner);
    let Some(head_sha) = repository.branch(branch) else {
        return Answer::invalid("PullRequest", "head is invalid");
    };
    let Some(base_sha) = repository.branch(base) else {
        return Answer::invalid("PullRequest", "base is invalid");
    };
    if head_sha == base_sha {
        return Answer::invalid("PullRequest", &format!("No commits between {base} and {branch}"));
    }
    if repository.pulls.iter().any(|pull| {
        pull["state"] == "open" && pull["head"]["label"] == label.as_str() && pull["base"]["ref"] == base
    }) {
        return Answer::invalid("PullRequest", &format!("A pull request already exists for {label}."));
    }
    let number = repository.pulls.len() as u64 + 1;
    let slug = format!("{}/{}", repository.owner, repository.name);
    let pull = json!({
        "number": number,
        "id": 1000 + number,
        "state": "open",
        "draft": draft,
        "locked": false,
        "title": request.text("title"),
        "body": request.body.get("body").cloned().unwrap_or(Value::Null),
        "html_url": format!("{}/{slug}/pull/{number}", context.server_url),
        "url": format!("{}/repos/{slug}/pulls/{number}", context.api_url),
        "head": { "ref": branch, "sha": head_sha, "label": label },
        "base": { "ref": base, "sha": base_sha, "label": format!("{}:{base}", repository.owner) },
        "labels": [],
        "requested_reviewers": [],
        "maintainer_can_modify": request.body.get("maintainer_can_modify").cloned().unwrap_or(json!(true)),
    });
    repository.pulls.push(pull.clone());
    start_ci(repository, branch, &head_sha, number);
    Answer::json(201, &pull)
}

fn start_ci(repository: &mut RepositoryState, branch: &str, sha: &str, number: u64) {
    let (status, conclusion) = match repository.ci_on_pull {
        CiOnPull::Nothing => return,
        CiOnPull::Waiting => ("completed", Some("action_required")),
        CiOnPull::Started => ("in_progress", None),
    };
    repository.runs.push(FakeRun {
        status: status.to_owned(),
        conclusion: conclusion.map(str::to_owned),
        event: "pull_request".to_owned(),
        head_branch: Some(branch.to_owned()),
        head_sha: sha.to_owned(),
        ..FakeRun::failed(900_000 + number, Vec::new())
    });
}

fn update(repository: &mut RepositoryState, request: &Request<'_>, at: usize) -> Answer {
    let base = request.text("base");
    if !base.is_empty() {
        let Some(sha) = repository.branch(base) else {
            return Answer::invalid("PullRequest", "base is invalid");
        };
        repository.pulls[at]["base"]["ref"] = json!(base);
        repository.pulls[at]["base"]["sha"] = json!(sha);
    }
    for field in ["title", "body", "state"] {
        if let Some(value) = request.body.get(field) {
            repository.pulls[at][field] = value.clone();
        }
    }
    let branch = repository.pulls[at]["head"]["ref"].as_str().unwrap_or_default().to_owned();
    if let Some(sha) = repository.branch(&branch) {
        repository.pulls[at]["head"]["sha"] = json!(sha);
    }
    Answer::ok(&repository.pulls[at])
}

fn label(pull: &mut Value, request: &Request<'_>) -> Answer {
    for name in request.body.get("labels").and_then(Value::as_array).into_iter().flatten() {
        let label = json!({ "name": name, "color": "ededed", "default": false });
        if let Some(labels) = pull["labels"].as_array_mut()
            && !labels.iter().any(|known| known["name"] == *name)
        {
            labels.push(label);
        }
    }
    Answer::ok(&pull["labels"])
}

fn review(repository: &mut RepositoryState, request: &Request<'_>, at: usize) -> Answer {
    let asked: Vec<Value> =
        request.body.get("reviewers").and_then(Value::as_array).cloned().unwrap_or_default();
    for person in &asked {
        let login = person.as_str().unwrap_or_default();
        if !repository.collaborators.is_empty()
            && !repository.collaborators.iter().any(|known| known == login)
        {
            return Answer::error(
                422,
                "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.",
            );
        }
    }
    let people: Vec<Value> = asked.iter().map(|login| json!({ "login": login })).collect();
    repository.pulls[at]["requested_reviewers"] = Value::Array(people);
    Answer::json(201, &repository.pulls[at])
}

fn comment(context: &Context, repository: &mut RepositoryState, request: &Request<'_>, at: usize) -> Answer {
    let number = repository.pulls[at]["number"].as_u64().unwrap_or_default();
    let comments = repository.comments.entry(number).or_default();
    comments.push(request.text("body").to_owned());
    let id = comments.len();
    let page = format!(
        "{}/{}/{}/pull/{number}#issuecomment-{id}",
        context.server_url, repository.owner, repository.name
    );
    Answer::json(201, &json!({ "id": id, "body": request.text("body"), "html_url": page }))
}

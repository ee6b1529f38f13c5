//! Runs, jobs, logs and artifacts.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Value, json};

use super::answer::Answer;
use super::server::{Context, Request};
use super::state::{FakeJob, FakeRun, FakeStep, RepositoryState};

pub(crate) fn answer(
    context: &Context,
    repository: &RepositoryState,
    storage: &mut BTreeMap<String, Vec<u8>>,
    request: &Request<'_>,
    rest: &[&str],
) -> Answer {
    if request.method != "GET" {
        return Answer::not_found();
    }
    let run = |id: &str| repository.runs.iter().find(|run| run.id.to_string() == id);
    let mut download = |path: &str, bytes: Option<Vec<u8>>| {
        if request.token.is_none() {
            return Answer::error(403, "Must have admin rights to Repository.");
        }
        if let Some(bytes) = bytes {
            storage.insert(path.to_owned(), bytes);
        }
        Answer::redirect(&format!("{}{path}?sig=secret", context.storage_url))
    };
    match rest {
        ["runs"] => runs(context, repository, request, None),
        ["workflows", workflow, "runs"] => runs(context, repository, request, Some(workflow)),
        ["runs", id] => {
            run(id).map_or_else(Answer::not_found, |run| Answer::ok(&show_run(context, repository, run)))
        }
        ["runs", id, "attempts", attempt] => {
            run(id).map_or_else(Answer::not_found, |run| show_attempt(context, repository, run, attempt))
        }
        ["runs", id, "jobs"] => {
            let all = request.parameter("filter") == Some("all");
            run(id).map_or_else(Answer::not_found, |run| {
                jobs(context, request, run, |job| all || job.attempt == run.attempt)
            })
        }
        ["runs", id, "attempts", attempt, "jobs"] => run(id).map_or_else(Answer::not_found, |run| {
            jobs(context, request, run, |job| job.attempt.to_string() == *attempt)
        }),
        ["runs", id, "logs"] | ["runs", id, "attempts", _, "logs"] => match run(id) {
            None => Answer::not_found(),
            Some(run) if run.expired => Answer::error(410, "Server Error"),
            Some(run) => download(&format!("/zip/{id}"), Some(logs_zip(run))),
        },
        ["runs", id, "artifacts"] => run(id).map_or_else(Answer::not_found, artifacts),
        ["jobs", id] => match job(repository, id) {
            Some((run, job)) => Answer::ok(&show_job(context, run, job)),
            None => Answer::not_found(),
        },
        ["jobs", id, "logs"] => match job(repository, id) {
            None => Answer::not_found(),
            Some((run, _)) if run.expired => Answer::error(410, "Server Error"),
            Some((_, job)) => download(&format!("/log/{id}"), job.log.clone()),
        },
        ["artifacts", id, "zip"] => {
            let found =
                repository.runs.iter().flat_map(|run| &run.artifacts).find(|one| one.id.to_string() == *id);
            match found {
                None => Answer::not_found(),
                Some(found) if found.expired => Answer::error(410, "Artifact has expired"),
                Some(found) => download(&format!("/artifact/{id}"), Some(found.zip.clone())),
            }
        }
        _ => Answer::not_found(),
    }
}

fn job<'a>(repository: &'a RepositoryState, id: &str) -> Option<(&'a FakeRun, &'a FakeJob)> {
    repository
        .runs
        .iter()
        .find_map(|run| run.jobs.iter().find(|job| job.id.to_string() == id).map(|job| (run, job)))
}

fn runs(
    context: &Context,
    repository: &RepositoryState,
    request: &Request<'_>,
    workflow: Option<&str>,
) -> Answer {
    let wanted = |name: &str, value: &str| request.parameter(name).is_none_or(|wanted| wanted == value);
    // Only the form that is used: up to a time.
    let until = request.parameter("created").map(|range| range.trim_start_matches("<=").to_owned());
    let found: Vec<Value> = repository
        .runs
        .iter()
        .rev()
        .filter(|run| wanted("head_sha", &run.head_sha))
        .filter(|run| workflow.is_none_or(|id| run.workflow_id.to_string() == id))
        // By name alone, whoever's branch it is.
        .filter(|run| wanted("branch", run.head_branch.as_deref().unwrap_or_default()))
        .filter(|run| until.as_ref().is_none_or(|until| run.created_at <= *until))
        .filter(|run| {
            request
                .parameter("status")
                .is_none_or(|status| run.status == status || run.conclusion.as_deref() == Some(status))
        })
        .map(|run| show_run(context, repository, run))
        .collect();
    Answer::ok(&json!({ "total_count": found.len(), "workflow_runs": request.page(&found) }))
}

fn jobs(
    context: &Context,
    request: &Request<'_>,
    run: &FakeRun,
    wanted: impl Fn(&FakeJob) -> bool,
) -> Answer {
    let found: Vec<Value> =
        run.jobs.iter().filter(|job| wanted(job)).map(|job| show_job(context, run, job)).collect();
    Answer::ok(&json!({ "total_count": found.len(), "jobs": request.page(&found) }))
}

fn artifacts(run: &FakeRun) -> Answer {
    let found: Vec<Value> = run
        .artifacts
        .iter()
        .map(|one| json!({ "id": one.id, "name": one.name, "size_in_bytes": one.zip.len(), "expired": one.expired, "created_at": one.created_at }))
        .collect();
    Answer::ok(&json!({ "total_count": found.len(), "artifacts": found }))
}

fn show_run(context: &Context, repository: &RepositoryState, run: &FakeRun) -> Value {
    let slug = format!("{}/{}", repository.owner, repository.name);
    let (head, full_name) = run.fork.clone().unwrap_or_else(|| (1, slug.clone()));
    json!({
        "id": run.id,
        "name": run.name,
        "path": run.path,
        "run_attempt": run.attempt,
        "run_number": run.id,
        "created_at": run.created_at,
        "run_started_at": run.created_at,
        "updated_at": run.created_at.replace(":00Z", ":59Z"),
        "head_repository": { "id": head, "full_name": full_name, "fork": run.fork.is_some() },
        "status": run.status,
        "conclusion": run.conclusion,
        "event": run.event,
        "head_branch": run.head_branch,
        "head_sha": run.head_sha,
        "workflow_id": run.workflow_id,
        "html_url": format!("{}/{slug}/actions/runs/{}", context.server_url, run.id),
        "url": format!("{}/repos/{slug}/actions/runs/{}", context.api_url, run.id),
    })
}

fn show_attempt(context: &Context, repository: &RepositoryState, run: &FakeRun, attempt: &str) -> Answer {
    match attempt.parse::<u32>() {
        Ok(attempt) if (1..=run.attempt).contains(&attempt) => {
            let mut shown = show_run(context, repository, run);
            shown["run_attempt"] = json!(attempt);
            Answer::ok(&shown)
        }
        _ => Answer::not_found(),
    }
}

fn show_job(context: &Context, run: &FakeRun, job: &FakeJob) -> Value {
    json!({
        "id": job.id,
        "run_id": run.id,
        "run_attempt": job.attempt,
        "name": job.name,
        "status": job.status,
        "conclusion": job.conclusion,
        "labels": ["ubuntu-24.04"],
        "steps": job.steps.iter().map(show_step).collect::<Vec<_>>(),
        "workflow_name": run.name,
        "head_sha": run.head_sha,
        "html_url": format!("{}/job/{}", context.server_url, job.id),
    })
}

fn show_step(step: &FakeStep) -> Value {
    json!({
        "number": step.number,
        "name": step.name,
        "status": "completed",
        "conclusion": step.conclusion,
        "started_at": step.started_at,
        "completed_at": step.completed_at,
    })
}

/// The zip as GitHub packs it: a file per job, named by an ordinal that is not its id.
fn logs_zip(run: &FakeRun) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (ordinal, job) in run.jobs.iter().filter(|job| job.attempt == run.attempt).enumerate() {
        let name = job.name.replace(['/', ':'], "");
        let twins = run.jobs.iter().take_while(|one| one.id != job.id);
        let twins = twins.filter(|one| one.name.replace(['/', ':'], "") == name).count();
        let folder = if twins == 0 { name.clone() } else { format!("{name} ({twins})") };
        zip.start_file(format!("{folder}/system.txt"), options).expect("an entry");
        zip.write_all(b"Job defined at: o/r/.github/workflows/ci.yml\n").expect("an entry");
        if let (Some(log), false) = (&job.log, run.poor_zip) {
            zip.start_file(format!("{ordinal}_{name}.txt"), options).expect("an entry");
            zip.write_all(log).expect("an entry");
        }
    }
    zip.finish().expect("a zip").into_inner()
}

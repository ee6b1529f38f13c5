//! The repository, its files, and git objects with the ids that git gives them.

use std::path::Path;

use git2::{Index, IndexEntry, IndexTime, ObjectType, Oid, Repository, Signature};
use serde_json::{Value, json};

use super::answer::Answer;
use super::server::{Context, Request};
use super::state::RepositoryState;

pub(crate) fn answer(
    context: &Context,
    repository: &RepositoryState,
    request: &Request<'_>,
    rest: &[&str],
) -> Answer {
    let git = repository.git();
    match (request.method, rest) {
        ("GET", []) => show_repository(context, repository),
        ("GET", ["contents", path @ ..]) => contents(&git, repository, request, &path.join("/")),
        ("GET", ["commits"]) => commits(&git, request),
        ("GET", ["git", "ref", name @ ..]) => reference(&git, &name.join("/")),
        ("GET", ["git", "commits", sha]) => oid(sha)
            .and_then(|id| show_commit(&git, id, true))
            .map_or_else(Answer::not_found, |commit| Answer::ok(&commit)),
        ("GET", ["git", "trees", sha]) => tree(&git, sha, request.parameter("recursive").is_some()),
        ("GET", ["git", "blobs", sha]) => match oid(sha).and_then(|id| git.find_blob(id).ok()) {
            Some(blob) if request.accept.contains("raw") => Answer::bytes(blob.content().to_vec()),
            Some(blob) => Answer::ok(&json!({
                "sha": sha, "size": blob.content().len(), "encoding": "base64", "content": to_base64(blob.content())
            })),
            None => Answer::not_found(),
        },
        ("POST", ["git", "blobs"]) => create_blob(&git, request),
        ("POST", ["git", "trees"]) => create_tree(&git, &request.body),
        ("POST", ["git", "commits"]) => create_commit(&git, &request.body),
        ("POST", ["git", "refs"]) => create_reference(&git, request),
        ("PATCH", ["git", "refs", name @ ..]) => update_reference(&git, request, &name.join("/")),
        _ => Answer::not_found(),
    }
}

/// Ids are forty hexadecimal digits; git2 would also take short ones.
fn oid(text: &str) -> Option<Oid> {
    (text.len() == 40).then(|| Oid::from_str(text).ok()).flatten()
}

fn show_repository(context: &Context, repository: &RepositoryState) -> Answer {
    let slug = format!("{}/{}", repository.owner, repository.name);
    Answer::ok(&json!({
        "id": 1,
        "name": repository.name,
        "full_name": slug,
        "private": false,
        "default_branch": repository.default_branch,
        "html_url": format!("{}/{slug}", context.server_url),
    }))
}

fn contents(git: &Repository, repository: &RepositoryState, request: &Request<'_>, path: &str) -> Answer {
    let reference = request.parameter("ref").unwrap_or(&repository.default_branch);
    let Ok(commit) = git.revparse_single(reference).and_then(|found| found.peel_to_commit()) else {
        return Answer::error(404, &format!("No commit found for the ref {reference}"));
    };
    let found = commit.tree().and_then(|tree| tree.get_path(Path::new(path)));
    let Ok(entry) = found else { return Answer::not_found() };
    let Ok(blob) = git.find_blob(entry.id()) else {
        return Answer::ok(&json!([]));
    };
    if request.accept.contains("raw") {
        return Answer::bytes(blob.content().to_vec());
    }
    Answer::ok(&json!({
        "type": "file", "encoding": "base64", "size": blob.content().len(), "path": path,
        "name": path.rsplit('/').next(), "sha": entry.id().to_string(), "content": to_base64(blob.content()),
    }))
}

fn show_reference(name: &str, id: Oid) -> Value {
    json!({ "ref": name, "node_id": "REF", "url": "https://example.com", "object": { "type": "commit", "sha": id.to_string(), "url": "https://example.com" } })
}

fn reference(git: &Repository, name: &str) -> Answer {
    let name = format!("refs/{name}");
    let found = git.find_reference(&name).ok().and_then(|found| found.target());
    found.map_or_else(Answer::not_found, |id| Answer::ok(&show_reference(&name, id)))
}

fn show_commit(git: &Repository, id: Oid, verified: bool) -> Option<Value> {
    let commit = git.find_commit(id).ok()?;
    let person = |signature: &Signature<'_>| {
        json!({
            "name": signature.name().unwrap_or_default(),
            "email": signature.email().unwrap_or_default(),
            "date": "2026-01-05T10:00:00Z",
        })
    };
    Some(json!({
        "sha": id.to_string(),
        "node_id": "C",
        "url": "https://example.com",
        "html_url": "https://example.com",
        "message": commit.message().unwrap_or_default(),
        "tree": { "sha": commit.tree_id().to_string(), "url": "https://example.com" },
        "parents": commit.parent_ids().map(|id| json!({ "sha": id.to_string(), "url": "https://example.com", "html_url": "https://example.com" })).collect::<Vec<_>>(),
        "author": person(&commit.author()),
        "committer": person(&commit.committer()),
        "verification": { "verified": verified, "reason": if verified { "valid" } else { "unsigned" }, "signature": null, "payload": null },
    }))
}

/// The newest commits that changed a file. GitHub knows none of the authors' accounts.
fn commits(git: &Repository, request: &Request<'_>) -> Answer {
    let (start, path) = (request.parameter("sha").unwrap_or("HEAD"), request.parameter("path").unwrap_or(""));
    let Ok(mut walk) = git.revwalk() else { return Answer::not_found() };
    let Ok(start) = git.revparse_single(start) else { return Answer::not_found() };
    let _ = walk.push(start.id());
    let file = |commit: &git2::Commit<'_>| {
        commit.tree().ok()?.get_path(Path::new(path)).ok().map(|entry| entry.id())
    };
    let found: Vec<Value> = walk
        .flatten()
        .filter_map(|id| git.find_commit(id).ok())
        .filter(|commit| file(commit) != commit.parent(0).ok().and_then(|parent| file(&parent)))
        .filter_map(|commit| {
            let inner = show_commit(git, commit.id(), false)?;
            Some(json!({
                "sha": inner["sha"], "node_id": "C", "url": "https://example.com", "html_url": "https://example.com",
                "comments_url": "https://example.com", "author": null, "committer": null, "parents": inner["parents"],
                "commit": {
                    "url": "https://example.com", "message": inner["message"], "comment_count": 0,
                    "tree": inner["tree"], "author": inner["author"], "committer": inner["committer"],
                },
            }))
        })
        .collect();
    Answer::ok(&Value::Array(request.page(&found)))
}

fn tree(git: &Repository, sha: &str, recursive: bool) -> Answer {
    // GitHub takes a commit or a branch here too.
    let Ok(tree) = git.revparse_single(sha).and_then(|found| found.peel_to_tree()) else {
        return Answer::not_found();
    };
    let mut entries = Vec::new();
    let _ = tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
        let kind = match entry.kind() {
            Some(ObjectType::Tree) => "tree",
            Some(ObjectType::Commit) => "commit",
            _ => "blob",
        };
        let mut shown = json!({
            "path": format!("{folder}{}", entry.name().unwrap_or_default()),
            "mode": format!("{:06o}", entry.filemode()),
            "type": kind,
            "sha": entry.id().to_string(),
            "url": "https://example.com",
        });
        if let Ok(blob) = git.find_blob(entry.id()) {
            shown["size"] = json!(blob.size());
        }
        entries.push(shown);
        if kind == "tree" && !recursive { git2::TreeWalkResult::Skip } else { git2::TreeWalkResult::Ok }
    });
    Answer::ok(
        &json!({ "sha": tree.id().to_string(), "url": "https://example.com", "tree": entries, "truncated": false }),
    )
}

fn create_blob(git: &Repository, request: &Request<'_>) -> Answer {
    let content = request.text("content");
    let bytes = match request.text("encoding") {
        "base64" => from_base64(content),
        _ => Some(content.as_bytes().to_vec()),
    };
    match bytes.and_then(|bytes| git.blob(&bytes).ok()) {
        Some(id) => Answer::json(201, &json!({ "sha": id.to_string(), "url": "https://example.com" })),
        None => Answer::error(422, "Problems parsing JSON"),
    }
}

fn create_tree(git: &Repository, body: &Value) -> Answer {
    let broken = || Answer::error(422, "GitRPC::BadObjectState");
    let Ok(mut index) = Index::new() else { return broken() };
    if let Some(base) = body.get("base_tree").and_then(Value::as_str) {
        let base = git.revparse_single(base).and_then(|found| found.peel_to_tree());
        if base.and_then(|tree| index.read_tree(&tree)).is_err() {
            return Answer::error(422, "base_tree is not a valid tree oid");
        }
    }
    for entry in body.get("tree").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| entry.get(name).and_then(Value::as_str);
        let path = text("path").unwrap_or_default();
        if path.is_empty()
            || path.starts_with('/')
            || path.split('/').any(|part| matches!(part, ".." | "." | ".git" | ""))
        {
            return Answer::error(422, "tree.path contains a malformed path component");
        }
        if entry.get("sha").is_some_and(Value::is_null) {
            if index.get_path(Path::new(path), 0).is_none() || index.remove_path(Path::new(path)).is_err() {
                return broken();
            }
            continue;
        }
        let id = match (text("sha"), text("content")) {
            (Some(sha), _) => oid(sha).filter(|id| git.find_object(*id, None).is_ok()),
            (None, Some(content)) => git.blob(content.as_bytes()).ok(),
            (None, None) => None,
        };
        let mode = text("mode").and_then(|mode| u32::from_str_radix(mode, 8).ok());
        let (Some(id), Some(mode)) = (id, mode) else {
            return Answer::error(422, "tree.sha is not a valid blob");
        };
        if index.add(&index_entry(path, mode, id)).is_err() {
            return broken();
        }
    }
    match index.write_tree_to(git) {
        Ok(id) => {
            let shown = tree(git, &id.to_string(), false);
            Answer { status: 201, ..shown }
        }
        Err(_) => broken(),
    }
}

fn index_entry(path: &str, mode: u32, id: Oid) -> IndexEntry {
    IndexEntry {
        ctime: IndexTime::new(0, 0),
        mtime: IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

fn create_commit(git: &Repository, body: &Value) -> Answer {
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let Some(tree) = oid(text("tree")).and_then(|id| git.find_tree(id).ok()) else {
        return Answer::error(422, "Tree SHA does not exist");
    };
    let mut parents = Vec::new();
    for parent in body.get("parents").and_then(Value::as_array).into_iter().flatten() {
        match parent.as_str().and_then(oid).and_then(|id| git.find_commit(id).ok()) {
            Some(found) => parents.push(found),
            None => return Answer::error(422, "Parent SHA does not exist or is not a commit object"),
        }
    }
    let given = body.get("author");
    let field = |name: &str| given.and_then(|author| author.get(name)).and_then(Value::as_str);
    let time = git2::Time::new(1_767_607_200, 0);
    let signature = Signature::new(
        field("name").unwrap_or("github-actions[bot]"),
        field("email").unwrap_or("41898282+github-actions[bot]@users.noreply.github.com"),
        &time,
    );
    let Ok(signature) = signature else { return Answer::error(422, "author is invalid") };
    let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
    match git.commit(None, &signature, &signature, text("message"), &tree, &parents) {
        // GitHub signs what bots commit without naming an author.
        Ok(id) => show_commit(git, id, given.is_none())
            .map_or_else(Answer::not_found, |commit| Answer::json(201, &commit)),
        Err(error) => Answer::error(422, error.message()),
    }
}

fn create_reference(git: &Repository, request: &Request<'_>) -> Answer {
    let name = request.text("ref");
    if !name.starts_with("refs/") || name.matches('/').count() < 2 || !git2::Reference::is_valid_name(name) {
        return Answer::error(
            422,
            "Reference name must start with 'refs/' and contain at least two slashes.",
        );
    }
    let Some(id) = oid(request.text("sha")).filter(|id| git.find_commit(*id).is_ok()) else {
        return Answer::error(422, "Object does not exist");
    };
    if git.find_reference(name).is_ok() {
        return Answer::error(422, "Reference already exists");
    }
    match git.reference(name, id, false, "created over the API") {
        Ok(_) => Answer::json(201, &show_reference(name, id)),
        Err(error) => Answer::error(422, error.message()),
    }
}

fn update_reference(git: &Repository, request: &Request<'_>, name: &str) -> Answer {
    let name = format!("refs/{name}");
    let Some(old) = git.find_reference(&name).ok().and_then(|found| found.target()) else {
        return Answer::error(422, "Reference does not exist");
    };
    let Some(id) = oid(request.text("sha")).filter(|id| git.find_commit(*id).is_ok()) else {
        return Answer::error(422, "Object does not exist");
    };
    let forced = request.body.get("force").and_then(Value::as_bool).unwrap_or(false);
    if !forced && old != id && !git.graph_descendant_of(id, old).unwrap_or(false) {
        return Answer::error(422, "Update is not a fast forward");
    }
    match git.reference(&name, id, true, "moved over the API") {
        Ok(_) => Answer::ok(&show_reference(&name, id)),
        Err(error) => Answer::error(422, error.message()),
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn to_base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                text.push(char::from(ALPHABET[((word >> (18 - 6 * place)) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut word, mut bits) = (0u32, 0);
    for character in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let value = ALPHABET.iter().position(|known| *known == character)?;
        word = (word << 6) | u32::try_from(value).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((word >> bits) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_goes_both_ways() {
        for bytes in [&b""[..], b"f", b"fo", b"foo", b"\x00\xff\xfe", b"foobar!"] {
            assert_eq!(from_base64(&to_base64(bytes)).unwrap(), bytes);
        }
        assert_eq!(to_base64(b"foobar"), "Zm9vYmFy");
        assert_eq!(to_base64(b"f"), "Zg==");
    }
}

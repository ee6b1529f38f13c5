//! GitHub's OpenAPI description as the judge of requests, and of the fake's own answers.
//!
//! Stricter than the description in one thing: fields of a body and parameters of a query that it
//! does not know are violations, for they are typing errors that GitHub would silently ignore.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;

use super::answer::Answer;
use super::schema;
use super::server::Request;

fn description() -> &'static Value {
    static DESCRIPTION: OnceLock<Value> = OnceLock::new();
    DESCRIPTION.get_or_init(|| {
        let path = crate::tools::openapi_description();
        let bytes = std::fs::read(&path).expect("the description can be read");
        serde_json::from_slice(&bytes).expect("the description is JSON")
    })
}

/// The template of a path (`/repos/{owner}/{repo}/pulls`) and its operation. Templates with fewer
/// parameters win; the last parameter of a git reference or of a file's path takes the rest.
fn operation(method: &str, path: &str) -> Option<(&'static str, &'static Value)> {
    let paths = description().get("paths")?.as_object()?;
    let mut found: Vec<_> = paths
        .iter()
        .filter(|(template, _)| matches(template, path))
        .filter_map(|(template, item)| {
            item.get(method.to_ascii_lowercase()).map(|operation| (template.as_str(), operation))
        })
        .collect();
    found.sort_by_key(|(template, _)| template.matches('{').count());
    found.into_iter().next()
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let takes_rest = matches!(template.last(), Some(&("{ref}" | "{path}")));
    if path.len() != template.len() && !(takes_rest && path.len() > template.len()) {
        return false;
    }
    template
        .iter()
        .zip(&path)
        .all(|(part, given)| if part.starts_with('{') { !given.is_empty() } else { part == given })
}

/// What is against the description in a request.
pub(crate) fn check_request(request: &Request<'_>, has_body: bool) -> Vec<String> {
    let name = format!("{} {}", request.method, request.path);
    let Some((template, operation)) = operation(request.method, request.path) else {
        return vec![format!("{name}: GitHub has no such operation")];
    };
    let mut found = Vec::new();
    check_parameters(request, template, operation, &mut found);
    let schema = operation.pointer("/requestBody/content/application~1json/schema");
    match (schema, has_body) {
        (Some(schema), true) => {
            let key = format!("{} {template}", request.method);
            found.extend(violations(&key, schema, &request.body, false));
            found.extend(unknown_fields(schema, &request.body));
        }
        (None, true) => found.push("it takes no body".to_owned()),
        (_, false) if operation.pointer("/requestBody/required") == Some(&Value::Bool(true)) => {
            found.push("the body is missing".to_owned());
        }
        _ => {}
    }
    found.into_iter().map(|what| format!("{name}: {what}")).collect()
}

/// What is against the description in an answer of the fake.
pub(crate) fn check_answer(request: &Request<'_>, answer: &Answer) -> Vec<String> {
    let Some((template, operation)) = operation(request.method, request.path) else { return Vec::new() };
    let status = answer.status.to_string();
    let mut response = operation.get("responses").and_then(|all| all.get(&status));
    if let Some(target) = response.and_then(|found| found.get("$ref")).and_then(Value::as_str) {
        response = description().pointer(target.trim_start_matches('#'));
    }
    let Some(response) = response else {
        return vec![format!(
            "the fake answers {} {template} with {status}, GitHub never does",
            request.method
        )];
    };
    let Some(schema) = response.pointer("/content/application~1json/schema") else { return Vec::new() };
    let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let key = format!("{} {template} {status}", request.method);
    violations(&key, schema, &body, true)
        .into_iter()
        .map(|what| format!("the fake's answer to {key}: {what}"))
        .collect()
}

fn check_parameters(request: &Request<'_>, template: &str, operation: &Value, found: &mut Vec<String>) {
    let parameters: Vec<&Value> = operation
        .get("parameters")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|parameter| match parameter.get("$ref").and_then(Value::as_str) {
            Some(target) => description().pointer(target.trim_start_matches('#')).unwrap_or(parameter),
            None => parameter,
        })
        .collect();
    let parameter = |place: &str, name: &str| {
        parameters.iter().find(|one| one["in"] == place && one["name"] == name).copied()
    };
    for (part, given) in template.split('/').zip(request.path.split('/')) {
        if let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'))
            && let Some(parameter) = parameter("path", name)
            && let Some(wrong) = unfit(&parameter["schema"], given)
        {
            found.push(format!("path parameter `{name}` {wrong}"));
        }
    }
    for (name, given) in &request.query {
        match parameter("query", name) {
            None => found.push(format!("`{name}` is no query parameter")),
            Some(parameter) => {
                let wrong = unfit(&parameter["schema"], given);
                found.extend(wrong.map(|wrong| format!("query parameter `{name}` {wrong}")));
            }
        }
    }
    if request.parameter("per_page").and_then(|size| size.parse::<u32>().ok()).is_some_and(|size| size > 100)
    {
        found.push("query parameter `per_page` is above 100".to_owned());
    }
    for one in parameters.iter().filter(|one| one["in"] == "query" && one["required"] == true) {
        let name = one["name"].as_str().unwrap_or_default();
        if request.parameter(name).is_none() {
            found.push(format!("query parameter `{name}` is missing"));
        }
    }
}

/// Why a text does not fit a simple schema.
fn unfit(schema: &Value, given: &str) -> Option<String> {
    if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
        && !allowed.iter().any(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned) == given)
    {
        return Some(format!("is `{given}`, which is none of the allowed values"));
    }
    let fits = match schema.get("type").and_then(Value::as_str) {
        Some("integer") => given.parse::<i64>().is_ok(),
        Some("number") => given.parse::<f64>().is_ok(),
        Some("boolean") => matches!(given, "true" | "false"),
        _ => true,
    };
    (!fits).then(|| format!("is `{given}`, which has the wrong type"))
}

fn unknown_fields(schema: &Value, body: &Value) -> Vec<String> {
    let (Some(known), Some(given)) = (schema.get("properties").and_then(Value::as_object), body.as_object())
    else {
        return Vec::new();
    };
    given
        .keys()
        .filter(|name| !known.contains_key(*name))
        .map(|name| format!("`{name}` is no field of the body"))
        .collect()
}

fn violations(key: &str, schema: &Value, body: &Value, lenient: bool) -> Vec<String> {
    type Compiled = HashMap<String, Arc<jsonschema::Validator>>;
    static COMPILED: OnceLock<Mutex<Compiled>> = OnceLock::new();
    let compiled = COMPILED.get_or_init(Mutex::default);
    let validator = {
        let mut compiled = compiled.lock().unwrap_or_else(PoisonError::into_inner);
        match compiled.get(key) {
            Some(known) => Arc::clone(known),
            None => match jsonschema::validator_for(&schema::standalone(schema, description(), lenient)) {
                Ok(made) => Arc::clone(compiled.entry(key.to_owned()).or_insert(Arc::new(made))),
                Err(error) => return vec![format!("its schema does not compile: {error}")],
            },
        }
    };
    validator
        .iter_errors(body)
        .take(5)
        .map(|error| format!("{error} at `{}`", error.instance_path()))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(method: &str, path: &str, query: &[(&str, &str)], body: Value) -> Vec<String> {
        let request = Request {
            method,
            path,
            query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            accept: String::new(),
            token: None,
            body,
        };
        let has_body = !request.body.is_null();
        check_request(&request, has_body)
    }

    #[test]
    fn what_github_allows_is_clean() {
        let none = Value::Null;
        assert_eq!(
            check(
                "GET",
                "/repos/o/r/actions/runs/1/jobs",
                &[("filter", "latest"), ("per_page", "100"), ("page", "2")],
                none.clone()
            ),
            [""; 0]
        );
        assert_eq!(check("GET", "/repos/o/r/git/ref/heads/fix/x", &[], none.clone()), [""; 0]);
        assert_eq!(check("GET", "/repos/o/r/contents/.github/CODEOWNERS", &[("ref", "main")], none), [""; 0]);
        let pull = json!({ "title": "t", "head": "fix/x", "base": "main", "body": "b", "draft": true });
        assert_eq!(check("POST", "/repos/o/r/pulls", &[], pull), [""; 0]);
    }

    #[test]
    fn what_github_does_not_allow_is_named() {
        let says = |found: Vec<String>, text: &str| {
            assert!(found.iter().any(|one| one.contains(text)), "{text}: {found:?}");
        };
        says(check("GET", "/repos/o/r/actions/runs/x", &[], Value::Null), "wrong type");
        says(check("GET", "/repos/o/r/actions/steps/1", &[], Value::Null), "no such operation");
        says(check("PUT", "/repos/o/r/actions/runs/1", &[], Value::Null), "no such operation");
        says(
            check("GET", "/repos/o/r/actions/runs/1/jobs", &[("filter", "newest")], Value::Null),
            "none of the allowed",
        );
        says(check("GET", "/repos/o/r/pulls", &[("perpage", "1")], Value::Null), "no query parameter");
        says(check("GET", "/repos/o/r/pulls", &[("per_page", "500")], Value::Null), "above 100");
        says(check("POST", "/repos/o/r/pulls", &[], json!({ "head": "x", "title": "t" })), "base");
        says(
            check("POST", "/repos/o/r/pulls", &[], json!({ "head": "x", "base": "m", "draft": "yes" })),
            "draft",
        );
        says(
            check("POST", "/repos/o/r/pulls", &[], json!({ "head": "x", "base": "m", "titel": "t" })),
            "no field",
        );
        says(check("POST", "/repos/o/r/git/blobs", &[], Value::Null), "missing");
        says(check("GET", "/repos/o/r", &[], json!({ "a": 1 })), "takes no body");
    }
}

//! Documents, fingerprints and settings, for whoever digs deeper.

use crate::facts::Facts;
use crate::markdown;

pub(super) fn body(facts: &Facts) -> Option<String> {
    let documents = &facts.documents;
    let mut lines = vec![format!("Case: {}", markdown::code(&facts.case.root().display().to_string()))];
    let signature = documents
        .reproduction
        .get()
        .and_then(|found| found.signature.as_ref())
        .or_else(|| documents.failure.get().and_then(|found| found.signature.as_ref()));
    if let Some(signature) = signature {
        lines.push(format!(
            "Fingerprint: {} ({}: {})",
            markdown::code(&signature.hash),
            markdown::code(&signature.kind),
            markdown::code(&signature.message)
        ));
    }
    if let Some(base) = documents.fix.get().and_then(|fix| fix.base.as_ref()) {
        lines.push(format!("Base: {}", markdown::code(base)));
    }
    if let Some(masked) = documents.failure.get().map(|found| found.redactions).filter(|count| *count > 0) {
        lines.push(format!("Secrets masked in the logs: {masked}"));
    }
    lines.push(format!("Written by: write-report {}", env!("CARGO_PKG_VERSION")));
    let states = [
        ("task.json", documents.task.problem()),
        ("failure.json", documents.failure.problem()),
        ("reproduction.json", documents.reproduction.problem()),
        ("fix.json", documents.fix.problem()),
        ("verification.json", documents.verification.problem()),
        ("pull-request.json", documents.pull_request.problem()),
    ];
    let rows: Vec<_> = states
        .into_iter()
        .map(|(file, problem)| {
            vec![format!("`{file}`"), problem.map_or("read".to_owned(), |problem| markdown::text(&problem))]
        })
        .collect();
    Some(format!("{}\n{}", markdown::list(lines), markdown::table(&["Document", "State"], &rows)))
}

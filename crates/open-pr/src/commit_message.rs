//! The one commit's message: what, why, how it was proven, and whose it is.

use regreen_case::Stage;

use crate::evidence::Evidence;
use crate::identity::Identity;
use crate::markdown::quiet;

/// The trailer that a branch of ours is recognised by.
const FAILURE: &str = "Regreen-Failure";
const WIDTH: usize = 72;

/// Writes the message. Text from outside cannot mention people, close issues or forge trailers.
pub(crate) fn message(evidence: &Evidence, identity: &Identity, patch_sha256: &str) -> String {
    let mut paragraphs = vec![quiet(&identity.title)];
    if let Some(test) = evidence.failure.as_ref().and_then(|failure| failure.tests.first()) {
        let text = format!("{} failed with {}: {}", test.id, test.kind, test.message);
        paragraphs.push(wrap(&bounded(&text)));
    } else if let Some(signature) = evidence.signature() {
        let test = signature.test.as_deref().unwrap_or("It");
        paragraphs
            .push(wrap(&bounded(&format!("{test} failed with {}: {}", signature.kind, signature.message))));
    }
    let fix = evidence.fix.as_ref();
    for (name, text) in [
        ("Cause", fix.and_then(|fix| fix.root_cause.as_deref())),
        ("Change", fix.and_then(|fix| fix.hypothesis.as_deref())),
    ] {
        if let Some(text) = text {
            paragraphs.push(wrap(&bounded(&format!("{name}: {text}"))));
        }
    }
    if let Some(proof) = proof(evidence) {
        paragraphs.push(wrap(&proof));
    }
    paragraphs.push(trailers(evidence, identity, patch_sha256));
    let mut message = paragraphs.join("\n\n");
    message.push('\n');
    message
}

/// Whether a commit message is one of ours for this failure.
pub(crate) fn is_ours(message: &str, fingerprint: &str) -> bool {
    let trailer = format!("{FAILURE}: {fingerprint}");
    message
        .trim_end()
        .rsplit("\n\n")
        .next()
        .is_some_and(|last| last.lines().any(|line| line.trim() == trailer))
}

fn trailers(evidence: &Evidence, identity: &Identity, patch_sha256: &str) -> String {
    let mut lines =
        vec![format!("{FAILURE}: {}", identity.fingerprint), format!("Regreen-Patch: {patch_sha256}")];
    let author = evidence.fix.as_ref().and_then(|fix| fix.co_author.as_deref());
    if let Some(author) = author.filter(|author| is_author(author)) {
        lines.push(format!("Co-authored-by: {author}"));
    }
    lines.join("\n")
}

/// `Name <user@host>` and nothing else.
fn is_author(text: &str) -> bool {
    let plain =
        |text: &str| !text.is_empty() && !text.contains(['<', '>']) && !text.chars().any(char::is_control);
    let Some((name, mail)) = text.strip_suffix('>').and_then(|text| text.split_once(" <")) else {
        return false;
    };
    let mail_fits = plain(mail) && mail.contains('@') && !mail.contains(' ');
    plain(name) && mail_fits && text.len() <= 200
}

fn proof(evidence: &Evidence) -> Option<String> {
    let found = evidence.verification.as_ref()?;
    let red = |stage: &Stage| format!("{} of {} runs failed", stage.failures, stage.runs);
    let green = found.green.as_ref()?;
    let (before, after) = (found.red.as_ref()?, found.red_again.as_ref()?);
    Some(format!(
        "Evidence: without the change {}; with it {} of {} passed; with it taken back {}.",
        red(before),
        green.passes,
        green.runs,
        red(after)
    ))
}

/// One line of at most 400 characters.
fn bounded(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = quiet(&line);
    if line.chars().count() <= 400 { line } else { line.chars().take(399).chain(['…']).collect() }
}

fn wrap(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;

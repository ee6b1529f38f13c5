//! `README.md` of the reproduction folder: what failed, how to see it, what to expect.

use std::fmt::Write as _;

use regreen_case::{Failure, Grade, Reproduction, ReproductionStatus, Task};

use crate::script::quote;

/// Longest message quoted.
const MAX_MESSAGE: usize = 3000;

/// The text.
pub(crate) fn render(task: &Task, failure: Option<&Failure>, found: &Reproduction) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "# Reproduction: {}\n", one_line(&task.prompt, 120));
    let _ = writeln!(text, "{}\n", state(found));
    original(&mut text, failure);
    how_to_run(&mut text, found);
    expected(&mut text, found);
    tried(&mut text, found);
    text
}

fn state(found: &Reproduction) -> String {
    let reason = found.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
    match found.status {
        ReproductionStatus::Reproduced => match &found.rate {
            Some(rate) if rate.failures < rate.runs => format!(
                "**Reproduced.** It comes and goes: {} of {} runs failed ({:.1} %, 95 % interval {:.1} % to {:.1} %){reason}.",
                rate.failures,
                rate.runs,
                rate.rate * 100.0,
                rate.low * 100.0,
                rate.high * 100.0
            ),
            Some(rate) => format!("**Reproduced** in {} of {} runs{reason}.", rate.failures, rate.runs),
            None => format!("**Reproduced**{reason}."),
        },
        ReproductionStatus::NotReproduced => format!("**Not reproduced**{reason}."),
        ReproductionStatus::DifferentFailure => {
            format!("**The test fails here in another way than in CI**{reason}.")
        }
        ReproductionStatus::NotRunnable => format!("**Could not be run**{reason}."),
        ReproductionStatus::Skipped => format!("**Skipped**{reason}."),
    }
}

fn original(text: &mut String, failure: Option<&Failure>) {
    let Some(failure) = failure else { return };
    text.push_str("## The failure in CI\n\n");
    if let Some(run) = &failure.run {
        let _ = writeln!(text, "- Run: {}", run.url);
    }
    for test in failure.tests.iter().take(10) {
        let _ = writeln!(text, "- Test: `{}` ({})", test.id.replace('`', "'"), test.kind);
    }
    if let Some(command) = &failure.command {
        let _ = writeln!(text, "- Command: `{}`", one_line(&command.script, 300).replace('`', "'"));
    }
    let message =
        failure.tests.first().map(|test| &test.message).or(failure.cause.as_ref().map(|c| &c.message));
    if let Some(message) = message {
        let _ = writeln!(text, "\n{}", fenced(message));
    }
    text.push('\n');
}

fn how_to_run(text: &mut String, found: &Reproduction) {
    let Some(command) = &found.command else { return };
    text.push_str("## How to run it\n\n```sh\n./run_test.sh            # from anywhere; needs git and the project's tools\n./run_test.sh 100        # a hundred times\n./run_test.sh 5 BRANCH   # on a branch with a fix\n```\n\n");
    let words: Vec<String> = command
        .env
        .iter()
        .map(|(name, value)| format!("{name}={}", quote(value)))
        .chain(command.argv.iter().map(|word| quote(word)))
        .collect();
    let place = if command.cwd.is_empty() { String::new() } else { format!("cd {}\n", quote(&command.cwd)) };
    let _ = writeln!(text, "By hand, in a checkout{}:\n", base(found));
    let _ = writeln!(text, "{}\n", fenced(&format!("{place}{}", words.join(" "))));
    if !found.overlays.is_empty() {
        text.push_str("after copying\n\n");
        for overlay in &found.overlays {
            let source = overlay.source.strip_prefix("reproduction/").unwrap_or(&overlay.source);
            let _ = writeln!(text, "- `{source}` to `{}`", overlay.destination);
        }
        text.push('\n');
    }
}

fn base(found: &Reproduction) -> String {
    found.base.as_deref().map(|base| format!(" of `{}`", &base[..base.len().min(12)])).unwrap_or_default()
}

fn expected(text: &mut String, found: &Reproduction) {
    let Some(signature) = found.signature.as_ref().filter(|_| found.status == ReproductionStatus::Reproduced)
    else {
        return;
    };
    text.push_str("## What to expect\n\n");
    if let Some(test) = &signature.test {
        let _ = writeln!(text, "`{}` fails with `{}`:\n", test.replace('`', "'"), signature.kind);
    }
    let _ = writeln!(text, "{}\n", fenced(&signature.message));
    let _ = writeln!(text, "Fingerprint `{}`.", signature.hash);
    match found.grade {
        Some(Grade::Same) => text.push_str("It is the same failure as in CI.\n"),
        Some(Grade::SameKind) => {
            text.push_str("It is the same test with the same kind of error as in CI; the message or the place differs.\n");
        }
        _ => {}
    }
    text.push('\n');
}

fn tried(text: &mut String, found: &Reproduction) {
    if !found.trials.is_empty() {
        text.push_str("## What was tried\n\n| How | Runs | Failed like CI | Failed otherwise |\n| --- | ---: | ---: | ---: |\n");
        for trial in &found.trials {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} |",
                cell(&trial.how),
                trial.runs,
                trial.matching,
                trial.other
            );
        }
        text.push('\n');
    }
    if !found.not_replicated.is_empty() {
        text.push_str("## What differs from CI\n\n| What | CI | Here |\n| --- | --- | --- |\n");
        for difference in &found.not_replicated {
            let _ = writeln!(
                text,
                "| {} | {} | {} |",
                cell(&difference.what),
                cell(&difference.ci),
                cell(&difference.here)
            );
        }
        text.push('\n');
    }
    if !found.next_steps.is_empty() {
        text.push_str("## What to do next\n\n");
        for step in &found.next_steps {
            let _ = writeln!(text, "- {}", one_line(step, 500));
        }
    }
}

/// One line of at most so many characters.
fn one_line(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit { line } else { line.chars().take(limit).chain(['…']).collect() }
}

fn cell(text: &str) -> String {
    one_line(text, 200).replace('|', "\\|")
}

/// A block that its content cannot close.
fn fenced(text: &str) -> String {
    let text: String = text.chars().take(MAX_MESSAGE).collect();
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}\n{}\n{fence}", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_log_says_cannot_leave_its_block() {
        assert_eq!(fenced("a\n```\nb"), "````\na\n```\nb\n````");
        assert_eq!(cell("a|b\nc"), "a\\|b c");
    }
}

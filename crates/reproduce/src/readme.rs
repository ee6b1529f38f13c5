//! `README.md` of the reproduction folder: what failed, how to see it, what to expect.

use std::fmt::Write as _;

use regreen_case::{Conditions, Failure, FailureRate, Grade, Reproduction, ReproductionStatus, Task};

use regreen_proof::{support_files, under};

use crate::explain;
use crate::script::quote;

/// Longest message quoted.
const MAX_MESSAGE: usize = 3000;

/// The text.
pub(crate) fn render(task: &Task, failure: Option<&Failure>, found: &Reproduction) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "# Reproduction: {}\n", one_line(&task.prompt, 120));
    let _ = writeln!(text, "{}\n", state(found));
    original(&mut text, failure);
    cause(&mut text, failure, found);
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
    let Some(failure) =
        failure.filter(|one| one.run.is_some() || !one.tests.is_empty() || one.command.is_some())
    else {
        return;
    };
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
    text.push_str("## How to run it\n\n```sh\n./run_test.sh              # from anywhere; needs git and the project's tools\n./run_test.sh -n 100 -j 2  # a hundred times, two at a time\n./run_test.sh BRANCH       # on a branch with a fix\n./run_test.sh --help\n```\n\n");
    if let Some(conditions) = &found.conditions {
        text.push_str(&surroundings(conditions));
    }
    if let Some(failing) = failing_seed(found) {
        let _ = writeln!(
            text,
            "A run that failed is made again with its seed: `./run_test.sh -n 1 -s {failing}`.\n"
        );
    }
    let conditions = found.conditions.clone().unwrap_or_default();
    let number = failing_number(found).unwrap_or(1);
    let varied = under(command, &conditions, number).unwrap_or_else(|| command.clone());
    let ours = |name: &str| name.starts_with("REGREEN_");
    let support =
        if support_files(&varied).is_empty() { None } else { Some("PYTHONPATH=reproduction/plugins") };
    let words: Vec<String> = support
        .map(str::to_owned)
        .into_iter()
        .chain(
            varied
                .env
                .iter()
                .filter(|(name, _)| !ours(name))
                .map(|(name, value)| format!("{name}={}", quote(value))),
        )
        .chain(varied.argv.iter().map(|word| quote(word)))
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

/// Under which conditions the script runs, and what of them it cannot bring about.
fn surroundings(conditions: &Conditions) -> String {
    let mut text = format!("It runs under the conditions that show the failure cheapest: {conditions}.\n\n");
    if conditions.pauses {
        text.push_str(
            "The script makes no pauses: without them the failure may show less often than measured.\n\n",
        );
    }
    text
}

/// The seed of a run that failed, where chance has a seed at all.
fn failing_seed(found: &Reproduction) -> Option<u64> {
    let conditions = found.conditions.as_ref().filter(|one| one.random_order || one.random_seed)?;
    Some(conditions.seed_of(failing_number(found)?))
}

/// The number of the first run that failed under the conditions.
fn failing_number(found: &Reproduction) -> Option<u64> {
    let mut alike = found.trials.iter().filter(|trial| trial.conditions == found.conditions);
    alike.find_map(|trial| trial.failing_runs.first().copied())
}

fn base(found: &Reproduction) -> String {
    found.base.as_deref().map(|base| format!(" of `{}`", &base[..base.len().min(12)])).unwrap_or_default()
}

/// What is known about the cause this early.
fn cause(text: &mut String, failure: Option<&Failure>, found: &Reproduction) {
    let points_to = explain::points_to(found);
    let in_ci = failure.and_then(|failure| failure.cause.as_ref());
    if points_to.is_none() && in_ci.is_none() {
        return;
    }
    text.push_str("## The cause, as far as it is known\n\n");
    if let Some(points_to) = points_to {
        let _ = writeln!(text, "- {points_to}.");
    }
    if let Some(cause) = in_ci {
        let _ = writeln!(
            text,
            "- CI's log explains it with: `{}`",
            one_line(&cause.message, 300).replace('`', "'")
        );
    }
    text.push('\n');
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
        text.push_str("## What was tried\n\n| How | Runs | Failed like CI | Failed otherwise | Rate | A failure every |\n| --- | ---: | ---: | ---: | ---: | ---: |\n");
        for trial in &found.trials {
            let rate = trial.rate.as_ref().map_or_else(|| "-".to_owned(), interval);
            let seconds =
                trial.seconds_to_failure.map_or_else(|| "-".to_owned(), |seconds| format!("{seconds:.1} s"));
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {rate} | {seconds} |",
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

/// A rate, or what it can be at most.
fn interval(rate: &FailureRate) -> String {
    let (low, high) = (rate.low * 100.0, rate.high * 100.0);
    match rate.failures {
        0 => format!("below {high:.1} %"),
        _ => format!("{:.1} % ({low:.1} to {high:.1} %)", rate.rate * 100.0),
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
    fn what_the_script_does_not_do_is_said() {
        let pauses = |pauses| surroundings(&Conditions { pauses, ..Conditions::default() });
        assert!(pauses(true).contains("random pauses.\n\nThe script makes no pauses"), "{}", pauses(true));
        assert!(!pauses(false).contains("pauses"));
    }

    #[test]
    fn what_a_log_says_cannot_leave_its_block() {
        assert_eq!(fenced("a\n```\nb"), "````\na\n```\nb\n````");
        assert_eq!(cell("a|b\nc"), "a\\|b c");
    }
}

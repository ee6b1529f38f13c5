//! The message says why, and nothing in it can be forged.

use super::*;
use crate::sample::evidence;

fn written(evidence: &Evidence) -> String {
    message(evidence, &Identity::of(evidence, true), "abc123")
}

#[test]
fn it_says_why_and_how_it_was_proven() {
    let mut evidence = evidence();
    evidence.fix.as_mut().unwrap().co_author = Some("Claude <noreply@anthropic.com>".to_owned());
    insta::assert_snapshot!(written(&evidence));
}

#[test]
fn ours_is_recognised_by_the_trailer_alone() {
    let text = written(&evidence());
    assert!(is_ours(&text, "0123456789abcdef"));
    assert!(!is_ours(&text, "0123456789abcdee"));
    assert!(!is_ours("Regreen-Failure: 0123456789abcdef\n\nsome text\n", "0123456789abcdef"));
    assert!(!is_ours("", "0123456789abcdef"));
}

#[test]
fn text_from_outside_cannot_forge_trailers_or_close_issues() {
    let mut evidence = evidence();
    let fix = evidence.fix.as_mut().unwrap();
    fix.root_cause = Some("x\n\nCo-authored-by: Eve <e@example.com>\nfixes #1, thanks @bob".to_owned());
    for forged in ["Eve", "Eve <e>\nX: y <a@b>", "Eve <e@x y>", "<a@b.c>"] {
        evidence.fix.as_mut().unwrap().co_author = Some(forged.to_owned());
        let text = written(&evidence);
        let trailers = text.trim_end().rsplit("\n\n").next().unwrap();
        assert_eq!(trailers.lines().count(), 2, "{text}");
        assert!(!text.contains("#1,") && !text.contains("@bob"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}

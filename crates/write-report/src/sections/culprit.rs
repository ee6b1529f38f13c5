//! The commit that broke the test, and how it was looked for, in lines beside the root cause.

use regreen_case::{Bisection, Culprit, Fix};

use crate::markdown;

/// Commits that are named where no single one could be told.
const MOST_NAMED: usize = 8;

/// What `fix.json` says of it; `None` when nobody looked.
pub(super) fn lines(fix: &Fix) -> Option<String> {
    let mut out = String::new();
    if let Some(culprit) = &fix.culprit {
        out.push_str(&named(culprit));
    }
    if let Some(bisection) = &fix.bisection {
        out.push_str(&searched(bisection));
    }
    (!out.is_empty()).then_some(out)
}

fn named(culprit: &Culprit) -> String {
    let date = culprit.date.map(|date| format!(" of {}", date.strftime("%Y-%m-%d"))).unwrap_or_default();
    let mut out = format!(
        "Broken by: {} {}{date}, by {}.\n",
        markdown::code(culprit.commit.get(..12).unwrap_or(&culprit.commit)),
        markdown::text(&culprit.subject),
        markdown::text(&culprit.author)
    );
    let hunks: Vec<String> = culprit
        .hunks
        .iter()
        .take(MOST_NAMED)
        .map(|hunk| markdown::code(&format!("{}:{}", hunk.file, hunk.first_line)))
        .collect();
    if !hunks.is_empty() {
        out.push_str(&format!("What matters of it, by lines of the base: {}.\n", hunks.join(", ")));
    }
    out
}

fn searched(bisection: &Bisection) -> String {
    let time = if bisection.tested + bisection.skipped > 0 {
        format!(" ({})", markdown::seconds(bisection.duration_s))
    } else {
        String::new()
    };
    let mut out = format!("Bisecting: {}{time}.\n", markdown::text(&bisection.said));
    if !bisection.among.is_empty() {
        let names = bisection.among.iter().take(MOST_NAMED);
        let names: Vec<String> =
            names.map(|commit| markdown::code(commit.get(..12).unwrap_or(commit))).collect();
        let more = if bisection.among.len() > MOST_NAMED { ", …" } else { "" };
        out.push_str(&format!("One of these: {}{more}.\n", names.join(", ")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(value: serde_json::Value) -> Fix {
        let mut fix = serde_json::json!({"status": "patch-found",
            "timing": {"started_at": "2026-01-02T03:04:05Z", "duration_s": 1.0}});
        fix.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        serde_json::from_value(fix).unwrap()
    }

    #[test]
    fn the_commit_its_author_and_its_hunks_are_named() {
        let fix = fix(serde_json::json!({
            "culprit": {"commit": "0123456789abcdef0123456789abcdef01234567", "subject": "Sort <b>items</b>",
                "author": "Ann", "date": "2026-01-02T03:04:05Z",
                "hunks": [{"file": "shop/a.py", "first_line": 3, "last_line": 4}]},
            "bisection": {"said": "it was found", "tested": 9, "skipped": 2, "duration_s": 12.0}}));
        insta::assert_snapshot!(lines(&fix).unwrap(), @r"
        Broken by: `0123456789ab` Sort &lt;b&gt;items&lt;/b&gt; of 2026-01-02, by Ann.
        What matters of it, by lines of the base: `shop/a.py:3`.
        Bisecting: it was found (12.0 s).
        ");
    }

    #[test]
    fn what_kept_it_from_being_found_is_said() {
        assert_eq!(lines(&fix(serde_json::json!({}))), None);
        let many: Vec<String> = (0..9).map(|number| format!("{number}").repeat(40)).collect();
        let fix = fix(serde_json::json!({"bisection": {"said": "one of 9 commits broke it", "tested": 3,
            "skipped": 8, "among": many}}));
        let text = lines(&fix).unwrap();
        assert!(text.starts_with("Bisecting: one of 9 commits broke it (0"), "{text}");
        assert!(text.contains("One of these: `000000000000`, ") && text.contains(", …."), "{text}");
    }
}

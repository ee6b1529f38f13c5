//! What earlier cases taught, in a line, beside the attempts.

use regreen_case::{EarlierCases, EarlierEnd, Likeness};

use crate::markdown;

/// Names that are shown.
const MOST_NAMES: usize = 3;

/// `Earlier cases: 2 with the same signature (1 proven) …`
pub(super) fn line(earlier: &EarlierCases) -> String {
    if let Some(problem) = &earlier.problem {
        return format!("Earlier cases: none, for {}.\n", markdown::text(problem));
    }
    let mut parts = Vec::new();
    for likeness in [Likeness::SameSignature, Likeness::SameTest, Likeness::SameKind] {
        let alike: Vec<_> = earlier.used.iter().filter(|used| used.likeness == likeness).collect();
        if alike.is_empty() {
            continue;
        }
        let proven = alike.iter().filter(|used| used.end == EarlierEnd::Proven).count();
        let names: Vec<String> = alike
            .iter()
            .take(MOST_NAMES)
            .map(|used| format!("{} of {}", markdown::code(&used.slug), used.started_at.strftime("%Y-%m-%d")))
            .collect();
        let more = if alike.len() > MOST_NAMES { ", …" } else { "" };
        parts.push(format!("{} with {likeness} ({proven} proven): {}{more}", alike.len(), names.join(", ")));
    }
    let left_out = [
        (earlier.unlike, "of other failures"),
        (earlier.of_others, "of other repositories"),
        (earlier.unreadable, "unreadable"),
    ];
    let left_out: Vec<String> = left_out
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if parts.is_empty() {
        parts.push("none was used".to_owned());
    }
    if !left_out.is_empty() {
        parts.push(format!("not used: {}", left_out.join(", ")));
    }
    let reused =
        if earlier.patch_reused { " The patch is the one that an earlier case had proven." } else { "" };
    format!("Earlier cases: {}.{reused}\n", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use regreen_case::UsedCase;

    use super::*;

    fn used(likeness: Likeness, end: EarlierEnd) -> UsedCase {
        let started_at = "2026-01-02T03:04:05Z".parse().expect("a time");
        UsedCase { slug: "fix-`x`".to_owned(), started_at, likeness, end, fixer: None }
    }

    #[test]
    fn it_says_which_cases_were_used_and_which_not() {
        let same = used(Likeness::SameSignature, EarlierEnd::Proven);
        let earlier = EarlierCases {
            used: vec![same.clone(), same, used(Likeness::SameKind, EarlierEnd::NoFix)],
            of_others: 3,
            patch_reused: true,
            ..EarlierCases::default()
        };
        insta::assert_snapshot!(line(&earlier), @"Earlier cases: 2 with the same signature (2 proven): `` fix-`x` `` of 2026-01-02, `` fix-`x` `` of 2026-01-02; 1 with the same kind of error in the same place (0 proven): `` fix-`x` `` of 2026-01-02; not used: 3 of other repositories. The patch is the one that an earlier case had proven.");
        insta::assert_snapshot!(line(&EarlierCases::default()), @"Earlier cases: none was used.");
        let problem = Some("cannot read <old>".to_owned());
        insta::assert_snapshot!(line(&EarlierCases { problem, ..EarlierCases::default() }), @"Earlier cases: none, for cannot read &lt;old&gt;.");
    }
}

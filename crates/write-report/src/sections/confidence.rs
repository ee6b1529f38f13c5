//! How sure the search is of its change, and where others that pass do something else.

use regreen_case::{BehaviourGroup, ConfidenceLevel, Fix};

use crate::markdown;

pub(super) fn part(fix: &Fix) -> Option<String> {
    let found = fix.confidence.as_ref()?;
    let level = match found.level {
        ConfidenceLevel::High => "high",
        ConfidenceLevel::Low if found.accepted => "low, and accepted as such",
        ConfidenceLevel::Low => "low",
    };
    let mut out = format!("\n**Confidence: {level}.** {}.\n", sentence(&found.reason));
    if found.probes > 0 {
        out.push_str(&format!(
            "\nCompared: {} that pass, by {} copies of tests with one value changed; the code did {} of them \
             otherwise before.\n",
            match found.compared {
                1 => "one change".to_owned(),
                many => format!("{many} changes"),
            },
            found.probes,
            found.telling
        ));
    }
    let rows: Vec<Vec<String>> = found.behaviours.iter().map(row).collect();
    if rows.len() > 1 {
        out.push('\n');
        out.push_str(&markdown::table(
            &["Change", "Others alike", "With this input", "the chosen change", "this one", "Diff"],
            &rows,
        ));
    }
    Some(out)
}

fn sentence(reason: &str) -> String {
    let text = markdown::text(reason);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn row(group: &BehaviourGroup) -> Vec<String> {
    let difference = group.difference.as_ref();
    let input = difference.map(|it| {
        format!("{} in place of {}", markdown::code_cell(&it.after), markdown::code_cell(&it.before))
    });
    let said =
        |text: Option<&String>| text.map(|text| markdown::code_cell(first_line(text))).unwrap_or_default();
    vec![
        markdown::text(&group.change),
        group.members.saturating_sub(1).to_string(),
        input.unwrap_or_else(|| "(chosen)".to_owned()),
        said(difference.map(|it| &it.chosen)),
        said(difference.map(|it| &it.other)),
        group.diff.as_deref().map(markdown::code_cell).unwrap_or_default(),
    ]
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

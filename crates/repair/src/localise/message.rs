//! What the message of the failure gives away: functions it names, texts it quotes.

use regreen_case::FailedTest;

use super::Regions;
use crate::language::DefinitionSort;
use crate::project::Project;

/// Raises suspects that the message names or quotes, and adds functions that it names.
pub(super) fn boost(project: &Project, failures: &[FailedTest], regions: &mut Regions) {
    for failure in failures {
        let message: String = failure.message.chars().take(4000).collect();
        for name in called_names(&message) {
            for &file in project.files_defining(name) {
                if !project.is_searchable(file) {
                    continue;
                }
                for definition in project.definitions(file) {
                    let function = definition.sort == DefinitionSort::Function && !definition.in_test;
                    if definition.name == name && function {
                        regions.add(file, definition, 0.8, "named in the message");
                    }
                }
            }
        }
        let quotes = quoted(&message);
        for region in regions.found.values_mut() {
            let Some(source) = project.source(region.file) else { continue };
            let text = source.text.get(region.span.clone()).unwrap_or_default();
            if quotes.iter().any(|quote| text.contains(quote.as_str())) {
                region.score = (region.score * 1.3).min(1.3);
                region.reasons.push("holds a text that the message quotes".to_owned());
            }
        }
    }
}

/// Names that stand before an opening parenthesis: `where 3 = add(1, 1)`.
fn called_names(message: &str) -> Vec<&str> {
    message
        .match_indices('(')
        .filter_map(|(at, _)| {
            let head = &message[..at];
            let start = head
                .char_indices()
                .rev()
                .take_while(|(_, letter)| letter.is_alphanumeric() || *letter == '_')
                .last()?
                .0;
            Some(&head[start..]).filter(|name| name.len() > 1)
        })
        .take(20)
        .collect()
}

/// Texts in quotes that are long enough to mean something.
fn quoted(message: &str) -> Vec<String> {
    let mut found = Vec::new();
    for quote in ['\'', '"', '`'] {
        let pieces: Vec<&str> = message.split(quote).collect();
        found.extend(
            pieces
                .iter()
                .skip(1)
                .step_by(2)
                .filter(|piece| (4..=80).contains(&piece.len()) && !piece.contains('\n'))
                .map(|piece| (*piece).to_owned()),
        );
    }
    found.truncate(20);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_quotes_are_read_from_messages() {
        assert_eq!(called_names("assert 3 == 4\n +  where 3 = add(1, mul(2))"), ["add", "mul"]);
        assert_eq!(quoted("KeyError: 'total_price' (\"x\")"), ["total_price"]);
    }
}

//! Text that does not show what it is: directions turned, letters that look like others, characters
//! that take no room, lines that leave the screen.

use regreen_case::FindingKind;

use super::{Change, Findings};

/// Longer lines of code are not read by anybody.
const LONGEST: usize = 1500;
/// So many blanks in a line move what follows off the screen.
const GAP: usize = 80;

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    let added = change.file.hunks.iter().flat_map(|hunk| hunk.numbered_lines());
    for (line, _, text) in added.filter(|(_, origin, _)| *origin == '+') {
        let reject = |findings: &mut Findings, what: &str| {
            let message = format!("{what} in `{}`", text.escape_debug().to_string().trim());
            findings.reject(FindingKind::Unreadable, change.path, Some(line), message);
        };
        if text.chars().any(turns_direction) {
            reject(findings, "characters that turn the direction of the text");
        } else if invisible(text, line) {
            reject(findings, "characters that nobody sees");
        } else if text.trim_end_matches('\r').chars().any(|c| c.is_control() && !matches!(c, '\t' | '\u{c}'))
        {
            reject(findings, "control characters, behind which text may hide,");
        } else if change.language.is_code() {
            if words(change.bare(line)).any(mixes_scripts) {
                reject(findings, "a word whose letters come from more than one script");
            } else if text.len() > LONGEST {
                reject(findings, "a line too long to read");
            } else if text.trim().contains(&" ".repeat(GAP)) {
                reject(findings, "code moved out of sight by blanks");
            }
        }
    }
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// Characters of no width, where they join nothing (as they do in emoji and some scripts), and tags.
fn invisible(text: &str, line: u32) -> bool {
    let letters: Vec<char> = text.chars().collect();
    letters.iter().enumerate().any(|(index, c)| match c {
        '\u{200b}'
        | '\u{2060}'..='\u{2064}'
        | '\u{00ad}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{3164}'
        | '\u{ffa0}' => true,
        '\u{e0000}'..='\u{e007f}' | '\u{2800}' | '\u{180e}' => true,
        '\u{feff}' => !(index == 0 && line == 1),
        '\u{200c}' | '\u{200d}' => {
            let before = index.checked_sub(1).and_then(|index| letters.get(index));
            before.is_none_or(char::is_ascii) || letters.get(index + 1).is_none_or(char::is_ascii)
        }
        _ => false,
    })
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// Latin beside Cyrillic, Greek, Armenian, Cherokee or letters of full width: `аssert`.
fn mixes_scripts(word: &str) -> bool {
    let foreign = |c: char| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{531}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}' | '\u{ff21}'..='\u{ff5a}' | '\u{1d400}'..='\u{1d7ff}');
    // Greek letters stand in formulas: `Δt`, `σ_x`. One that looks like Latin does not.
    let formula = |c: char| {
        matches!(c, 'α'..='ω' | 'Δ' | 'Σ' | 'Ω' | 'Π' | 'Φ' | 'Ψ' | 'Λ' | 'Θ' | 'Γ') && c != 'ο' && c != 'ν'
    };
    word.chars().any(|c| c.is_ascii_alphabetic()) && word.chars().any(|c| foreign(c) && !formula(c))
}

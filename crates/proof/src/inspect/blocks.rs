//! Where the block ends that a line begins: by braces, by `end`, by indentation.

use super::language::{Language, Line};

/// Index of the last line of the block that the line at `from` begins; `from` itself for a line that
/// begins none.
pub(super) fn end_of(language: Language, lines: &[Line], from: usize) -> usize {
    if language.has_braces() { end_in_braces(lines, from) } else { end_by_indentation(language, lines, from) }
}

/// The code of a block without its first line's part up to the opening, and without its last brace.
pub(super) fn body(language: Language, lines: &[Line], from: usize) -> String {
    let end = end_of(language, lines, from);
    let whole =
        lines.get(from..=end).unwrap_or_default().iter().map(|line| line.code.as_str()).collect::<Vec<_>>();
    let text = whole.join("\n");
    if language.has_braces() {
        let inner = text.split_once('{').map_or("", |(_, rest)| rest);
        return inner.rsplit_once('}').map_or(inner, |(inner, _)| inner).trim().to_owned();
    }
    let header = lines.get(from).map_or("", |line| line.code.as_str());
    let one_line = match language {
        Language::Python => header.rsplit_once(':').map_or("", |(_, rest)| rest),
        _ => header.split_once(';').map_or("", |(_, rest)| rest.trim_end().trim_end_matches("end")),
    };
    let below = whole.get(1..).unwrap_or_default().join("\n");
    let below = below.trim_end();
    let below = if language == Language::Ruby { below.strip_suffix("end").unwrap_or(below) } else { below };
    format!("{}\n{below}", one_line.trim()).trim().to_owned()
}

fn end_in_braces(lines: &[Line], from: usize) -> usize {
    let mut depth = 0i32;
    let mut round = 0i32;
    let mut opened = false;
    for (index, line) in lines.iter().enumerate().skip(from) {
        for (at, c) in line.bare.char_indices() {
            match c {
                '(' => round += 1,
                ')' => round -= 1,
                '{' => {
                    depth += 1;
                    opened = true;
                }
                '}' => depth -= 1,
                // A declaration, or a statement without a block.
                ';' if !opened && round <= 0 && !line.bare[at..].contains('{') => return index,
                _ => {}
            }
            if opened && depth <= 0 {
                return index;
            }
        }
        if !opened && index > from + 20 {
            return from;
        }
    }
    if opened { lines.len().saturating_sub(1) } else { from }
}

fn end_by_indentation(language: Language, lines: &[Line], from: usize) -> usize {
    let depth = |line: &Line| line.bare.chars().take_while(|c| c.is_whitespace()).count();
    let Some(first) = lines.get(from) else { return from };
    let own = depth(first);
    let mut end = from;
    // A signature may go on over lines.
    let mut round = 0i32;
    for (index, line) in lines.iter().enumerate().skip(from) {
        let blank = line.bare.trim().is_empty();
        let inside = round > 0;
        round += line
            .bare
            .chars()
            .map(|c| i32::from("([{".contains(c)) - i32::from(")]}".contains(c)))
            .sum::<i32>();
        if index == from || blank {
            continue;
        }
        if inside || depth(line) > own {
            end = index;
        } else {
            let closes = language == Language::Ruby && line.bare.trim_start().starts_with("end");
            return if closes { index } else { end };
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::language::lines;

    #[test]
    fn blocks_end_where_people_see_them_end() {
        for (language, text, end, inner) in [
            (Language::Python, "def f(\n    a,\n):\n    return a\n\nx = 1\n", 3, "a,\n):\n    return a"),
            (Language::Python, "def f(a): return True\n", 0, "return True"),
            (Language::Ruby, "def ==(other)\n  true\nend\n", 2, "true"),
            (Language::Ruby, "def ==(other); true; end\n", 0, "true;"),
            (Language::Go, "func f() bool {\n\treturn \"}\" == x\n}\n", 2, "return \"}\" == x"),
            (Language::Java, "boolean equals(Object o) { return true; }\n", 0, "return true;"),
            (Language::C, "bool operator==(const A&);\nint x;\n", 0, ""),
        ] {
            let lines = lines(language, text);
            assert_eq!(end_of(language, &lines, 0), end, "{text}");
            assert_eq!(body(language, &lines, 0), inner, "{text}");
        }
    }
}

//! What the tests in question say: the values they hand in and expect, and their own names.

use std::collections::BTreeSet;

use regreen_case::TestTarget;

use super::change::{Language, file_of};
use super::pattern::Pattern;

/// Strings, lists of numbers, and numbers, as sources spell them.
static LITERAL: Pattern = Pattern::new(
    r#"0[xXoObB][0-9a-fA-F_]+|b?"(?:[^"\\\n]|\\.){1,120}"|b?'(?:[^'\\\n]|\\.){1,120}'|`[^`\n]{1,120}`|[\[({]\s*-?\d[\d_.]*(?:\s*,\s*-?\d[\d_.]*)+\s*,?\s*[\])}]|-?\b\d[\d_]*(?:\.\d+)?"#,
);

/// More of them than this are not compared.
const MAX_LITERALS: usize = 800;

/// The literals of the tests in question.
#[derive(Debug, Default)]
pub(crate) struct Literals {
    /// In one spelling each: see [`canonical`].
    all: BTreeSet<String>,
    /// Names of the tests and of their files.
    pub(crate) names: BTreeSet<String>,
}

impl Literals {
    pub(crate) fn of(base: &dyn Fn(&str) -> Option<Vec<u8>>, targets: &[TestTarget]) -> Self {
        let mut found = Literals::default();
        for target in targets {
            let file = file_of(target).unwrap_or_default();
            found.name(file, &target.id);
            let Some(bytes) = base(file) else { continue };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let language = Language::of(file);
            // Beside Rust code only its tests count.
            let tests: String = if language == Language::Rust && !file.contains("tests/") {
                super::syntax::tests(language, &text).into_iter().map(|item| item.text + "\n").collect()
            } else {
                super::language::lines(language, &text).into_iter().map(|line| line.code + "\n").collect()
            };
            for literal in LITERAL.find_all(&tests).into_iter().take(MAX_LITERALS) {
                found.all.insert(canonical(literal));
                // The numbers of a list by themselves, too.
                if literal.starts_with(['[', '(', '{']) {
                    let numbers = literal.trim_matches(|c| "[](){} ".contains(c)).split(',');
                    found.all.extend(numbers.map(canonical).filter(|number| !number.is_empty()));
                }
            }
        }
        found
    }

    fn name(&mut self, file: &str, id: &str) {
        let stem = file.rsplit('/').next().unwrap_or(file);
        let test = id.rsplit("::").next().unwrap_or(id);
        let test = test.split('[').next().unwrap_or(test);
        for name in [stem, stem.split('.').next().unwrap_or(stem), test] {
            let telling = name.len() > 5
                && (name.to_lowercase().contains("test") || name.to_lowercase().contains("spec"));
            if telling && !matches!(name, "lib.rs" | "tests" | "testing") {
                self.names.insert(name.to_owned());
            }
        }
    }

    pub(crate) fn has(&self, literal: &str) -> bool {
        let plain = canonical(literal);
        // A number or a list in quotes is that number or list.
        let inner = plain.trim_matches('"');
        let quoted = inner.starts_with(['[', '(']) || inner.parse::<f64>().is_ok();
        self.all.contains(&plain) || quoted && self.all.contains(&canonical(inner))
    }

    /// Whether the tests name a file, by its last part and not by chance.
    pub(crate) fn mentions_file(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        name.contains('.') && self.all.iter().any(|literal| literal.contains(name))
    }

    /// The literals of a line that the tests say, too.
    pub(crate) fn shared<'t>(&self, text: &'t str) -> Vec<&'t str> {
        LITERAL.find_all(text).into_iter().filter(|literal| self.has(literal)).collect()
    }
}

/// All literals of a text.
pub(crate) fn literals(text: &str) -> Vec<&str> {
    LITERAL.find_all(text)
}

/// Pieces of strings put together: `"PYTEST" + "_CURRENT"`, `"PYTEST" "_CURRENT"`.
pub(crate) fn joined(text: &str) -> String {
    static SEAM: Pattern = Pattern::new(r#"(["'`])\s*[+.]?\s*(["'`])"#);
    let mut joined = text.to_owned();
    for _ in 0..20 {
        let Some(seam) = SEAM.captures(&joined).and_then(|found| {
            let whole = found.get(0)?;
            // `""` and `'', ''` are no seams; quotes of one kind are.
            (found[1] == found[2] && whole.len() > 2 || whole.as_str() == "\"\"").then(|| whole.range())
        }) else {
            break;
        };
        joined.replace_range(seam, "");
    }
    joined
}

/// One spelling: quotes of one kind, brackets of one kind, no blanks, no underscores in numbers.
fn canonical(literal: &str) -> String {
    let literal = literal
        .trim()
        .strip_prefix('b')
        .filter(|rest| rest.starts_with(['"', '\'']))
        .unwrap_or(literal.trim());
    if literal.len() > 1
        && let Some(inner) =
            ['"', '\'', '`'].iter().find_map(|quote| literal.strip_prefix(*quote)?.strip_suffix(*quote))
    {
        return format!("\"{inner}\"");
    }
    if let Some(number) = whole_number(literal) {
        return number.to_string();
    }
    literal
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '_')
        .map(|c| match c {
            '(' | '{' => '[',
            ')' | '}' => ']',
            other => other,
        })
        .collect::<String>()
        .replace(",]", "]")
}

/// The value of a number in base two, eight or sixteen.
fn whole_number(literal: &str) -> Option<i64> {
    let digits = literal.get(2..)?.replace('_', "");
    let base = match literal.get(..2)?.to_ascii_lowercase().as_str() {
        "0x" => 16,
        "0o" => 8,
        "0b" => 2,
        _ => return None,
    };
    i64::from_str_radix(&digits, base).ok()
}

/// The value of a sum or product of written numbers: `2000 + 35`.
pub(crate) fn computed(text: &str) -> Option<i64> {
    if !text.contains(['+', '*', '-']) {
        return None;
    }
    let mut total = 0i64;
    for term in text.replace('-', "+-").split('+').map(str::trim).filter(|term| !term.is_empty()) {
        let mut product = 1i64;
        for factor in term.split('*').map(str::trim) {
            let negative = factor.strip_prefix('-').map(str::trim);
            let value: i64 = negative.unwrap_or(factor).replace('_', "").parse().ok()?;
            product = product.checked_mul(if negative.is_some() { -value } else { value })?;
        }
        total = total.checked_add(product)?;
    }
    Some(total)
}

/// Whether a value is so common that meeting it twice says nothing: empty, yes, no, small numbers.
pub(crate) fn is_common(literal: &str) -> bool {
    let plain = canonical(literal);
    match plain.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.chars().count() < 3,
        None if plain.starts_with('[') => false,
        None => {
            let number = plain.trim_start_matches('-');
            matches!(number.parse::<f64>(), Ok(value) if value <= 2.0)
                || matches!(
                    number,
                    "10" | "16" | "32" | "60" | "64" | "100" | "255" | "256" | "1000" | "1024"
                )
        }
    }
}

/// Whether only a test could have a reason to name the value: longer strings, larger numbers, lists.
pub(crate) fn is_telling(literal: &str) -> bool {
    let plain = canonical(literal);
    match plain.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.chars().count() >= 4,
        None if plain.starts_with('[') => true,
        None => !is_common(literal) && plain.chars().filter(char::is_ascii_digit).count() >= 3,
    }
}

//! Answers keyed on the values of the tests in question: branches, tables, hashes of inputs.

use regreen_case::FindingKind;

use super::language::Language;
use super::literals::{is_common, is_telling, literals};
use super::pattern::Pattern;
use super::syntax::{line_of, parse, source, walk};
use super::{Change, Findings};

/// A comparison or a case.
static BRANCH: Pattern = Pattern::new(
    r"\bif\b|\belif\b|\belsif\b|\belse if\b|\bunless\b|\bwhen\b|\bmatch\b|\bcase\b|\bswitch\b|=>|===?|\?.*:|\.equals\(|\.eql\?|\bstrcmp\(|\bmemcmp\(|\breflect\.DeepEqual\(|\bArrays\.equals\(|\bisEqual\(|\b(?:and|or)\b|&&|\|\||\bin\s*[\[({]|\.includes\(|\bin_array\(|\.contains\(|\.has\(|slices\.Equal\(|\bmatches!\(|\.startsWith\(|\.startswith\(|->",
);

/// A constant handed out.
static ANSWER: Pattern = Pattern::new(
    r#"\breturn\s+(?:Ok\(|Some\(|Right\(|Money\(|new\s+\w+\(|\w+\()?\s*(?:-?\d[\w.]*|["'`]|\[|\(\s*-?[\d"']|\{|b["']|True\b|False\b|true\b|false\b|None\b|nil\b|null\b|String::from|vec!|List\.of)|=>\s*(?:return\s+)?(?:Ok\(|Some\()?(?:-?\d|["'`]|true|false|vec!|String::from)|\?\s*(?:-?\d|["'`\[])|->\s*(?:-?\d|["'])|^\s*(?:-?\d[\d_.]*|["'][^"']*["'])\s*[;,]?\s*$|\bthen\s+(?:-?\d|["'])|\b\w+\s*=\s*(?:-?\d[\d_.]*|["'`][^"'`]*["'`])\s*;?\s*$"#,
);

/// A hash of something, and a constant it is compared with.
static HASHED: Pattern = Pattern::new(
    r#"(?i)(?:md5|sha\d*|crc32|adler32|blake\w*|xxh\w*|fnv\w*|siphash|hash|hexdigest|digest|finish|hashCode|checksum|sum256)\b.*(?:[!=]==?|\.equals\(|\bin\b|\.eql\?)\s*\(?[\[({]*\s*(?:b?["'`][0-9a-fA-F+/=]{6,}|-?0x[0-9a-fA-F]{4,}|-?\d{5,})|(?:["'`][0-9a-fA-F]{8,}["'`]|0x[0-9a-fA-F]{6,})\s*[!=]==?.*(?:md5|sha\d*|crc32|hash|digest)"#,
);

/// An entry of a table: key and value.
static ENTRY: Pattern = Pattern::new(
    r#"((?:b?["'`][^"'`\n]*["'`])|[\[({]\s*-?\d[^\])}]*[\])}]|-?\d[\d_.]*)\s*\]?\s*(?::|=>|->|,|=)\s*((?:b?["'`][^"'`\n]*["'`])|[\[({]\s*-?\d[^\])}]*[\])}]|-?\d[\d_.]*)"#,
);

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if !change.is_judged_code() {
        return;
    }
    let constants = constant_branches(change);
    for (line, text) in &change.added {
        if HASHED.is_match(text) {
            let message = format!("an answer is chosen by the hash of the input: `{}`", text.trim());
            findings.reject(FindingKind::SpecialCase, change.path, Some(*line), message);
        }
        branch(change, *line, text, constants.contains(line), findings);
    }
    table(change, findings);
    answers(change, findings);
}

/// Literals that the tests say and the code did not before.
fn new_literals<'t>(change: &Change<'_>, text: &'t str) -> Vec<&'t str> {
    change.literals.shared(text).into_iter().filter(|literal| !change.known.contains(*literal)).collect()
}

/// A branch on a value that only the tests name: sure when it answers with a constant, else shown.
fn branch(change: &Change<'_>, line: u32, text: &str, constant: bool, findings: &mut Findings) {
    if !BRANCH.is_match(text) || is_table_entry(change, line) {
        return;
    }
    let shared = new_literals(change, text);
    let telling = shared.iter().find(|literal| is_telling(literal));
    // `a == 3 && b == 4`: each says little, all of them say much.
    let several = shared.iter().filter(|literal| !is_common(literal)).count() >= 2;
    let Some(literal) = telling.or_else(|| shared.iter().find(|_| several)) else {
        return common_branch(change, line, text, findings);
    };
    let message = format!("a branch on `{literal}`, which only the test names: `{}`", text.trim());
    // Nobody but the test names a whole list, or two values at once.
    let whole = shared.iter().any(|literal| literal.starts_with(['[', '(', '{']));
    let two = shared.iter().filter(|literal| is_telling(literal)).count() >= 2;
    let answers = ANSWER.is_match(text).then(|| text.to_owned()).or_else(|| answer_below(change, line));
    // `if mode == "recursive": return None`: a word may well mean something to the program.
    let keyword = KEYWORD.is_match(literal) && !two_telling(change, answers.as_deref().unwrap_or_default());
    let leaves = (whole || two) && leaves_below(change, line);
    if leaves || !keyword && (constant || answers.is_some()) {
        findings.reject(FindingKind::SpecialCase, change.path, Some(line), message);
    } else {
        findings.review(FindingKind::SpecialCase, change.path, Some(line), message);
    }
}

static KEYWORD: Pattern = Pattern::new(r#"^b?["'`][A-Za-z][A-Za-z_]*["'`]$"#);

/// Whether an answer is a value that only the test names.
fn two_telling(change: &Change<'_>, answer: &str) -> bool {
    let asked = |text: &&str| is_answer_of_test(change, text) && !KEYWORD.is_match(text);
    let words = literals(answer).into_iter().filter(|one| is_answer_of_test(change, one)).count();
    literals(answer).into_iter().any(|one| asked(&one)) || words >= 2
}

/// A branch on nothing special that answers with the very value the test expects.
fn common_branch(change: &Change<'_>, line: u32, text: &str, findings: &mut Findings) {
    static CONDITION: Pattern = Pattern::new(r"\bif\b|\belif\b|\belsif\b|\bunless\b|\bwhen\b|\bcase\b|=>|\?");
    if !CONDITION.is_match(change.bare(line)) {
        return;
    }
    let own: Vec<&str> = literals(text).into_iter().filter(|one| is_answer_of_test(change, one)).collect();
    let below = answer_below(change, line).unwrap_or_default();
    let answers = ANSWER.is_match(text) && !own.is_empty();
    let next = literals(&below).into_iter().any(|one| is_answer_of_test(change, one));
    if answers || next {
        let code = if answers { text } else { &below };
        let message = format!("a branch answers with the value that the test expects: `{}`", code.trim());
        findings.reject(FindingKind::SpecialCase, change.path, Some(line), message);
    }
}

fn is_answer_of_test(change: &Change<'_>, literal: &str) -> bool {
    is_telling(literal) && change.literals.has(literal) && !change.known.contains(literal)
}

/// The next added line, when it hands out a constant.
fn answer_below(change: &Change<'_>, line: u32) -> Option<String> {
    let next = change.added.iter().find(|(number, _)| *number > line && *number <= line + 2)?;
    ANSWER.is_match(&next.1).then(|| next.1.clone())
}

/// Whether the branch gives an answer of any kind.
fn leaves_below(change: &Change<'_>, line: u32) -> bool {
    static RETURNS: Pattern = Pattern::new(r"\breturn\b|=>\s*\S");
    change.added.iter().any(|(number, text)| (line..=line + 2).contains(number) && RETURNS.is_match(text))
}

/// Whether a line stands in a table that was there before: one more entry is how tables grow.
fn is_table_entry(change: &Change<'_>, line: u32) -> bool {
    let shape = |number: u32| {
        let line =
            usize::try_from(number).ok().and_then(|number| change.lines.get(number.checked_sub(1)?))?;
        let entry = ENTRY.captures(&line.code)?;
        let starts = line.code.trim_start().starts_with(&entry[0]);
        starts.then_some(())
    };
    let near = [line.saturating_sub(2), line.saturating_sub(1), line + 1, line + 2];
    shape(line).is_some() && near.into_iter().any(|near| !change.is_added(near) && shape(near).is_some())
}

/// A new table most of whose entries the tests name, key and value.
fn table(change: &Change<'_>, findings: &mut Findings) {
    let mut entries = 0;
    let mut named: Vec<(u32, String)> = Vec::new();
    for (line, text) in &change.added {
        if is_table_entry(change, *line) || BRANCH.is_match(change.bare(*line)) && text.contains("if ") {
            continue;
        }
        let mut rest = text.as_str();
        while let Some(entry) = ENTRY.captures(rest) {
            entries += 1;
            let (key, value) = (&entry[1], &entry[2]);
            let both = change.literals.has(key) && change.literals.has(value);
            let news = !new_literals(change, &entry[0]).is_empty();
            if both && news && (is_telling(key) || is_telling(value)) && key != value {
                named.push((*line, entry[0].to_owned()));
            }
            rest = &rest[entry.get(0).map_or(rest.len(), |found| found.end())..];
        }
    }
    if let Some((line, entry)) = named.first().filter(|_| named.len() * 2 >= entries) {
        let message = format!("a table answers what the test asks: `{entry}`");
        findings.reject(FindingKind::SpecialCase, change.path, Some(*line), message);
    }
}

/// Where something was computed, the value that the test expects is now written down.
fn answers(change: &Change<'_>, findings: &mut Findings) {
    static RETURN: Pattern = Pattern::new(
        r#"^\s*(?:return|\w+\s*=|yield|Ok\(|Some\()?\s*\(?((?:b?["'`][^"'`]*["'`])|[\[({]\s*-?\d[^\])}]*[\])}]|0[xob][0-9a-fA-F_]+|-?\d[\d_.]*)\)?(?:\s*,\s*(?:nil|None|null))?(?:\.to_(?:owned|string)\(\)|\.into\(\))?\s*;?\s*$"#,
    );
    static ASSIGNED: Pattern = Pattern::new(
        r"^\s*(?:(?:pub|export|const|static|final|let|var|public|private|int|long|String|#define)\b.*|[A-Z][A-Z0-9_]+\s*)[:=]",
    );
    static INLINE: Pattern = Pattern::new(
        r"^\s*return\s*\{[^}]*\}\s*(?:\.get\b|\[)|^\s*return\s*\[[^\]]*\]\s*\[|^\s*return\s+(?:[\w:]+\.)*[\w:]+\(\s*[\x22'][^\x22']*[\x22']\s*\)\s*;?$",
    );
    static SUM: Pattern = Pattern::new(r"^\s*(?:return\s+)?\(?([\d_]+(?:\s*[-+*]\s*[\d_]+)+)\)?\s*;?\s*$");
    for (line, text) in &change.added {
        let sum = SUM.captures(text).and_then(|found| super::literals::computed(&found[1]));
        let written =
            INLINE.is_match(text) && literals(text).into_iter().any(|one| is_answer_of_test(change, one));
        if written || sum.is_some_and(|sum| is_answer_of_test(change, &sum.to_string())) {
            let message = format!("this is what the test expects, written down: `{}`", text.trim());
            findings.reject(FindingKind::SpecialCase, change.path, Some(*line), message);
            continue;
        }
        let Some(found) = RETURN.captures(text) else { continue };
        let literal = &found[1];
        if ASSIGNED.is_match(text) || !is_answer_of_test(change, literal) {
            continue;
        }
        // One constant for another is how wrong constants are repaired.
        let was_constant = change.removed.iter().any(|(_, old)| RETURN.is_match(old));
        let message = format!("`{literal}` is what the test expects, written down: `{}`", text.trim());
        if was_constant || is_table_entry(change, *line) {
            findings.review(FindingKind::SpecialCase, change.path, Some(*line), message);
        } else {
            findings.reject(FindingKind::SpecialCase, change.path, Some(*line), message);
        }
    }
}

/// Lines of `if` conditions in Python whose branch does nothing but return a constant.
fn constant_branches(change: &Change<'_>) -> Vec<u32> {
    let mut lines = Vec::new();
    let (Language::Python, Some(after)) = (change.language, change.after.as_deref()) else { return lines };
    let Some(tree) = parse(change.language, after) else { return lines };
    walk(tree.root_node(), &mut |node| {
        if matches!(node.kind(), "if_statement" | "elif_clause")
            && let Some(body) = node.child_by_field_name("consequence")
            && ANSWER.is_match(source(body, after))
        {
            lines.push(line_of(node));
        }
        if node.kind() == "conditional_expression" {
            lines.push(line_of(node));
        }
    });
    lines
}

//! Comparisons that always say yes: assertions on such a value cannot fail.

use regreen_case::FindingKind;

use super::blocks;
use super::language::Language;
use super::pattern::Pattern;
use super::{Change, Findings};

/// Where a comparison is defined; the name is in one of the groups.
static PYTHON: Pattern = Pattern::new(
    r"^\s*(?:async\s+)?def\s+(?P<name>__(?:eq|ne|lt|le|gt|ge|contains|bool|cmp|instancecheck|subclasscheck)__)\s*\(\s*\w+\s*,?\s*\*?(?P<other>\w+)?",
);
static OTHERS: Pattern = Pattern::new(concat!(
    r"\bfn\s+(?P<r>eq|ne|partial_cmp|cmp|lt|le|gt|ge)\s*\(\s*&\s*self\s*,\s*(?P<ro>_?\w*)\s*:",
    r"|\bfunc\s*\([^)]*\)\s*(?P<g>Equals?|Is|Cmp|Compare|Matches)\s*\(\s*(?P<go>\w+)",
    r"|^\s*(?:public\s+|private\s+|static\s+|override\s+|final\s+)*(?:boolean\s+|bool\s+|int\s+|fun\s+|operator\s+fun\s+)?(?P<j>equals|Equals|compareTo|isEqual|isEqualTo|asymmetricMatch|equal|eql|deepEqual)\s*\(\s*(?:final\s+)?(?:[\w.<>?]+\s+)?(?P<jo>\w+)?[^)]*\)[^;=]*\{",
    r"|\bdef\s+(?P<b>==|===|eql\?|equal\?|!=|<=>|=~|match\?)\s*\(?\s*(?P<bo>\w+)?",
    r"|\boperator\s*(?P<c>==|!=|<=>|<|>)\s*\((?P<co>[^)]*)\)",
));
/// In one line, or by another way than a method.
static SHORT: Pattern = Pattern::new(concat!(
    r#"__(?:eq|contains|le|ge)__\s*["']?\s*[:=]\s*lambda[^:]*:\s*(?:True|1\b|not\s+False)|__(?:ne|lt|gt)__\s*["']?\s*[:=]\s*lambda[^:]*:\s*(?:False|0\b)"#,
    r#"|setattr\(.*["']__(?:eq|ne|contains|bool)__["']|__(?:eq|ne)__["']\]?\s*=[^=]|\balias(?:_method)?\s+:?(?:==|eql\?)|define_method\(?\s*:(?:==|eql\?|equal\?)|\.__eq__\s*=[^=]"#,
    r"|\bdef\s+[\w.]*(?:==|===|eql\?|equal\?)\s*\([^)]*\)\s*=\s*true|define_\w*method\(?\s*:(?:==|eql\?|equal\?)|\bfun\s+equals\s*\([^)]*\)[^={]*=\s*true",
    r"|\basymmetricMatch\b|Symbol\.toPrimitive|\$\$typeof\s*[:=]|(?:equals|isEqual|asymmetricMatch)\s*[:=]\s*(?:\([^)]*\)|\w+)\s*=>\s*(?:true|!0|1)\b",
));

/// Types that a value of the program has no business to extend in order to compare otherwise.
static BUILT_IN: Pattern = Pattern::new(
    r"class\s+\w+\s*\(\s*(?:int|str|float|list|dict|tuple|set|bytes|bool|frozenset|complex)\s*[,)]",
);

static ALWAYS: Pattern = Pattern::new(
    r"^(?:return\s+)?\(?(?:True|true|1|!0|not False|!false|bool\(1\)|0|Some\((?:std::cmp::)?Ordering::Equal\)|(?:std::cmp::)?Ordering::Equal|(?:\w+\s*(?:==|is)\s*\w+\s+or\s+True)|True or .*|.*\bor\s+True|.*\|\|\s*true|self\s+(?:is|==)\s+self|this\s*===?\s*this|\*?this\s*==\s*\*?this|self\s*==\s*self|not\s+self\.__ne__\(\w*\)|isinstance\(\w+,\s*object\)|super\(\)\.__eq__\(self\))\)?\s*;?$",
);

pub(super) fn check(change: &Change<'_>, findings: &mut Findings) {
    if !change.is_judged_code() {
        return;
    }
    for (line, text) in &change.added {
        let reject = |findings: &mut Findings, what: &str| {
            let message = format!("{what}, so assertions on it cannot fail: `{}`", text.trim());
            findings.reject(FindingKind::AssertionWeakened, change.path, Some(*line), message);
        };
        if SHORT.is_match(text) {
            reject(findings, "a comparison is put in place of the real one");
        }
    }
    for (index, line) in change.lines.iter().enumerate() {
        let Some((name, other)) = definition(change.language, &line.code) else { continue };
        let end = blocks::end_of(change.language, &change.lines, index);
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let last = u32::try_from(end + 1).unwrap_or(u32::MAX);
        if !change.added.iter().any(|(added, _)| (number..=last).contains(added)) {
            continue;
        }
        if let Some(what) = always(change, index, name, &other) {
            let message = format!("{what}, so assertions on it cannot fail: `{}`", line.code.trim());
            findings.reject(FindingKind::AssertionWeakened, change.path, Some(number), message);
        }
    }
}

/// The name of the comparison that a line defines, and what the other side is called there.
fn definition(language: Language, code: &str) -> Option<(&'static str, String)> {
    let pattern = if language == Language::Python { &PYTHON } else { &OTHERS };
    let found = pattern.captures(code)?;
    let group = |names: &[&str]| {
        names.iter().find_map(|name| found.name(name)).map(|one| one.as_str().to_owned()).unwrap_or_default()
    };
    let other = group(&["other", "ro", "go", "jo", "bo", "co"]);
    // Of `const A& a, const A& b` the last word.
    let other =
        other.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned();
    let name = group(&["name", "r", "g", "j", "b", "c"]);
    let kind = match name.as_str() {
        "__bool__" => "bool",
        "__ne__" | "ne" | "!=" => "differs",
        "asymmetricMatch" => "matcher",
        _ => "equals",
    };
    Some((kind, other))
}

fn always(change: &Change<'_>, index: usize, kind: &str, other: &str) -> Option<&'static str> {
    if kind == "matcher" {
        return Some("the value passes for a matcher of the test framework");
    }
    let body = blocks::body(change.language, &change.lines, index);
    // Signatures over several lines leave their rest in the body; what counts is the last statement.
    let statements: Vec<&str> =
        body.lines().map(str::trim).filter(|one| !one.is_empty() && *one != "}" && *one != "end").collect();
    let first = statements.first().copied().unwrap_or_default();
    let never = matches!(first, "return False" | "false" | "return false;" | "return 0" | "return False;");
    if kind == "differs" {
        return never.then_some("the comparison never finds a difference");
    }
    if statements.len() <= 2 && statements.last().is_some_and(|last| ALWAYS.is_match(last))
        || ALWAYS.is_match(first)
    {
        return Some("the comparison says yes to everything");
    }
    if kind == "bool" {
        return None;
    }
    let above = change.lines.get(..index).unwrap_or_default().iter().rev();
    let class = above.map(|line| line.code.as_str()).find(|code| code.trim_start().starts_with("class "));
    if change.language == Language::Python && class.is_some_and(|code| BUILT_IN.is_match(code)) {
        return Some("a built-in type compares in a way of its own");
    }
    if compares_with_itself(&body) {
        return Some("the comparison compares a value with itself");
    }
    if !COMPARES.is_match(&body) && !statements.is_empty() {
        return Some("the comparison compares nothing");
    }
    let ignores = other.is_empty() || other.starts_with('_') || !mentions(&body, other);
    (ignores && !statements.is_empty() && change.language != Language::C)
        .then_some("the comparison never looks at the other side")
}

/// Some way to find a difference.
static COMPARES: Pattern = Pattern::new(
    r"[!=<>]=|<|>|\bis\b|\bin\b|\.eq\b|\.ne\b|\(|\bcmp\b|\beql\?|\bequal|\bsame|\bmatch\b|\bbase\b|\bsuper\b|NotImplemented",
);

/// `self.a == self.a`, `other == other`.
fn compares_with_itself(body: &str) -> bool {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    ["===", "==", " is "].iter().any(|sign| {
        let mut rest = body;
        let mut found = false;
        while let Some(at) = rest.find(sign) {
            let left: String = rest[..at].trim_end().chars().rev().take_while(|c| word(*c)).collect();
            let left: String = left.chars().rev().collect();
            let right: String =
                rest[at + sign.len()..].trim_start().chars().take_while(|c| word(*c)).collect();
            found |= !left.is_empty() && left == right;
            rest = &rest[at + sign.len()..];
        }
        found
    })
}

fn mentions(body: &str, name: &str) -> bool {
    body.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

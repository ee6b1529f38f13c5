//! The lines that maven's surefire and failsafe plugins print, of all versions since 2.5.

/// Takes off `[ERROR] `, also behind a time; tells the level.
pub(super) fn level(text: &str) -> (Option<&'static str>, &str) {
    const LEVELS: &[&str] = &["ERROR", "INFO", "WARNING", "WARN", "DEBUG"];
    let head = &text.as_bytes()[..text.len().min(64)];
    let Some(open) = LEVELS.iter().find_map(|level| {
        let at = memchr::memmem::find(head, level.as_bytes())?;
        let closed = text.as_bytes().get(at + level.len()) == Some(&b']');
        (at > 0 && head[at - 1] == b'[' && closed).then_some((at, *level))
    }) else {
        return (None, text);
    };
    let (at, level) = open;
    let before = &text[..at - 1];
    if !before.chars().all(|char| char.is_ascii_digit() || " :.,-[]TZ+()main".contains(char)) {
        return (None, text);
    }
    let rest = &text[at + level.len() + 1..];
    (Some(level), rest.strip_prefix(' ').unwrap_or(rest))
}

/// `Tests run: 3, Failures: 1, Errors: 1, Skipped: 0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) failed: u64,
}

/// The numbers of such a line.
pub(super) fn totals(text: &str) -> Option<Totals> {
    let rest = text.strip_prefix("Tests run:")?;
    let mut failed = None;
    for part in rest.split(',') {
        let Some((name, number)) = part.split_once(':') else { continue };
        if matches!(name.trim(), "Failures" | "Errors") {
            let digits: &str = number.trim().split(' ').next().unwrap_or_default();
            failed = Some(failed.unwrap_or(0) + digits.parse::<u64>().ok()?);
        }
    }
    failed.map(|failed| Totals { failed })
}

/// The result of a class: totals, and the class where it is printed.
pub(super) fn heading(text: &str) -> Option<(Totals, Option<&str>)> {
    if !text.contains("Time elapsed") {
        return None;
    }
    let totals = totals(text)?;
    let class = ["! -- in ", "! - in ", " s -- in ", " s - in ", " sec - in "]
        .iter()
        .find_map(|word| text.rsplit_once(word))
        .map(|(_, class)| class.trim());
    Some((totals, class))
}

/// A test's result: its name as printed.
pub(super) fn test_line(text: &str) -> Option<&str> {
    let text = text.trim_end();
    if !text.ends_with("<<< FAILURE!") && !text.ends_with("<<< ERROR!") {
        return None;
    }
    let at = text.rfind("Time elapsed: ")?;
    let name = text[..at].trim_end();
    let name = name.strip_suffix("--").unwrap_or(name).trim_end();
    (!name.is_empty() && !name.starts_with("Tests run:")).then_some(name)
}

/// Class and method of a name as printed: `m(pkg.C)`, `pkg.C.m`, `m{int}[2]`, `pkg.C`.
pub(super) fn name_parts(name: &str, class: Option<&str>) -> (String, String) {
    if let Some((method, owner)) = name.strip_suffix(')').and_then(|name| name.rsplit_once('('))
        && is_class(owner)
        && !method.is_empty()
    {
        // `pkg.C.m(pkg.C)` occurs too.
        let method = method.strip_prefix(&format!("{owner}.")).unwrap_or(method);
        return (owner.to_owned(), method.to_owned());
    }
    if let Some(class) = class {
        if name == class {
            return (class.to_owned(), String::new());
        }
        if let Some(method) = name.strip_prefix(class).and_then(|rest| rest.strip_prefix('.')) {
            let method = if method == class { "" } else { method };
            return (class.to_owned(), method.to_owned());
        }
        if !name.contains('.') || !is_class_like(name) {
            return (class.to_owned(), name.to_owned());
        }
    }
    // Parameters may hold dots.
    let end = name.find(['(', '[', '{', ' ']).unwrap_or(name.len());
    match name[..end].rfind('.') {
        Some(dot) => (name[..dot].to_owned(), name[dot + 1..].to_owned()),
        None => (class.unwrap_or_default().to_owned(), name.to_owned()),
    }
}

/// Whether a name begins with a package: `a.b.C…`.
fn is_class_like(name: &str) -> bool {
    let end = name.find(['(', '[', '{', ' ']).unwrap_or(name.len());
    let head = &name[..end];
    head.contains('.') && head.split('.').all(is_word)
}

fn is_word(word: &str) -> bool {
    word.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_' || first == '$')
        && word.chars().all(|char| char.is_alphanumeric() || "_$-".contains(char))
}

/// Whether `text` is the name of a class: words joined by dots.
pub(super) fn is_class(text: &str) -> bool {
    !text.is_empty() && text.split('.').all(is_word)
}

/// The last part of a class's name.
pub(super) fn simple(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class)
}

/// An entry of the list under `Results:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Without package, mostly.
    pub(super) class: String,
    pub(super) method: String,
    pub(super) line: Option<u32>,
    pub(super) message: String,
    pub(super) at: u64,
}

/// `Sub>Super.method:33->helper:44 message`, `Class.method » NullPointer`, `method(pkg.Class): message`.
pub(super) fn item(text: &str, at: u64) -> Option<Item> {
    let text = text.trim();
    if let Some((method, rest)) = text.split_once('(')
        && let Some((class, message)) = rest.split_once(')')
        && is_class(class)
        && !method.is_empty()
        && !method.contains([' ', ':'])
    {
        let message = message.strip_prefix(':').unwrap_or(message).trim().to_owned();
        let method = method.strip_prefix(&format!("{class}.")).unwrap_or(method);
        return Some(Item { class: class.to_owned(), method: method.to_owned(), line: None, message, at });
    }
    let end = text.find(" » ").unwrap_or(text.len());
    let end = text[..end].find([':', ' ']).unwrap_or(end);
    let name = &text[..end];
    let mut rest = &text[end..];
    let mut line = None;
    if let Some(after) = rest.strip_prefix(':') {
        let digits = after.find(|char: char| !char.is_ascii_digit()).unwrap_or(after.len());
        line = after[..digits].parse().ok();
        rest = &after[digits..];
    }
    while let Some(called) = rest.strip_prefix("->") {
        rest = called.find(' ').map_or("", |at| &called[at..]);
    }
    let rest = rest.trim_start();
    let message = rest.strip_prefix("» ").unwrap_or(rest).to_owned();
    let (sub, name) = name.split_once('>').map_or((None, name), |(sub, name)| (Some(sub), name));
    let plain = name.split('.').all(is_word);
    let (class, method) = match name.rsplit_once('.') {
        Some((class, method)) if plain => (class, method),
        _ if plain && (line.is_some() || rest.starts_with('»')) => (name, ""),
        _ => return None,
    };
    Some(Item { class: sub.unwrap_or(class).to_owned(), method: method.to_owned(), line, message, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_taken_off() {
        assert_eq!(level("[ERROR] x"), (Some("ERROR"), "x"));
        assert_eq!(level("10:11:12.123 [INFO] Running a.B"), (Some("INFO"), "Running a.B"));
        assert_eq!(level("1234 [main] [WARNING]   x"), (Some("WARNING"), "  x"));
        assert_eq!(level("see [ERROR] x"), (None, "see [ERROR] x"));
    }

    #[test]
    fn names_of_all_versions_are_read() {
        let parts = |name, class| {
            let (class, method) = name_parts(name, class);
            format!("{class} {method}")
        };
        assert_eq!(parts("odd[1: x=2 - y.z (a)](a.b.C)", Some("a.b.C")), "a.b.C odd[1: x=2 - y.z (a)]");
        assert_eq!(parts("a.b.C.m", Some("a.b.C")), "a.b.C m");
        assert_eq!(parts("a.b.D.m", Some("TestSuite")), "a.b.D m");
        assert_eq!(parts("m{int, String}[2]", Some("a.b.C")), "a.b.C m{int, String}[2]");
        assert_eq!(parts("a.b.C", Some("a.b.C")), "a.b.C ");
        assert_eq!(parts("a.b.C.a.b.C", Some("a.b.C")), "a.b.C ");
        assert_eq!(parts("a.b.C.m(java.lang.String)[2]", None), "a.b.C m(java.lang.String)[2]");
        assert_eq!(parts("adds 1.5 to it", Some("a.b.C")), "a.b.C adds 1.5 to it");
    }

    #[test]
    fn entries_of_the_summary_are_read() {
        let read = |text| item(text, 1).map(|item| (item.class, item.method, item.line, item.message));
        let is = |class: &str, method: &str, line, message: &str| {
            Some((class.to_owned(), method.to_owned(), line, message.to_owned()))
        };
        assert_eq!(read("A.b:3 x: y"), is("A", "b", Some(3), "x: y"));
        assert_eq!(read("A$I.b:3->c:4->d:5 x"), is("A$I", "b", Some(3), "x"));
        assert_eq!(read("Sub>Super.b:3 » NullPointer"), is("Sub", "b", Some(3), "NullPointer"));
        assert_eq!(read("A.b Expected exception: x.Y"), is("A", "b", None, "Expected exception: x.Y"));
        assert_eq!(read("b(p.A): expected:<1>"), is("p.A", "b", None, "expected:<1>"));
        assert_eq!(read("A.b » IllegalState a.b"), is("A", "b", None, "IllegalState a.b"));
        assert_eq!(read("p.A » NullPointer"), is("p", "A", None, "NullPointer"));
        assert_eq!(read("second line"), None);
    }
}

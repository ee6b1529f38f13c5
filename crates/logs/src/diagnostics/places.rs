//! Source places in lines of any of the usual shapes.

use std::sync::OnceLock;

use regex::Regex;

/// A place in a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// File as printed.
    pub(crate) file: String,
    /// One-based line.
    pub(crate) line: u32,
    /// One-based column.
    pub(crate) column: Option<u32>,
    /// Whether the line consists of the place: then it belongs to what stands above it.
    pub(crate) alone: bool,
}

/// Shapes, and whether such a line consists of the place.
const SHAPES: &[(bool, &str)] = &[
    (true, r#"^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)"#),
    (true, r"^\s*(?:-->|╭─\[|┌─|└─|,-\[|at) ?(?P<file>[^\s:\]()][^:\]()]*):(?P<line>\d+)(?::(?P<col>\d+))?"),
    (true, r"^(?:│ )?\s*on (?P<file>\S+) line (?P<line>\d+)"),
    (true, r"^\s+at .*\((?:file://)?(?P<file>[^()\s]+?):(?P<line>\d+)(?::(?P<col>\d+))?\)$"),
    (true, r"^\s+at (?:file://)?(?P<file>/?[\w./\\@+-]+\.\w+):(?P<line>\d+)(?::(?P<col>\d+))?$"),
    (true, r"^(?:Build|build|Script|Settings) file '(?P<file>[^']+)' line: (?P<line>\d+)"),
    (true, r"^\s*(?P<file>[\w./\\@+-]+\.\w+):(?P<line>\d+):(?P<col>\d+):?$"),
    (true, r"^\s*(?P<file>[\w./\\@+-]+\.\w+) \((?P<line>\d+):(?P<col>\d+)\)$"),
    (false, r"\bin (?P<file>/?[\w./\\@+-]+\.\w+)(?: on line |:)(?P<line>\d+)\b"),
    (false, r"^(?:\[?\w+\]? )?(?P<file>[\w./\\@+-]+\.\w+):\[(?P<line>\d+),(?P<col>\d+)\]"),
    (false, r"^\s*(?P<file>[\w./\\@+-]+\.\w+)\((?P<line>\d+)(?:,(?P<col>\d+))?\): "),
    (false, r"(?P<file>(?:[A-Za-z]:)?[\w./\\@+-]+\.[A-Za-z]\w{0,7}):(?P<line>\d+)(?::(?P<col>\d+))?\b"),
    (false, r#"(?P<file>[\w./\\@+-]+\.\w{1,5})["']?,? line (?P<line>\d+)"#),
];

/// The first place that a line names.
pub(crate) fn place_in(text: &str) -> Option<Place> {
    static REGEXES: OnceLock<Vec<(bool, Regex)>> = OnceLock::new();
    let shapes = REGEXES.get_or_init(|| {
        let compiled = |(alone, shape): &(bool, &str)| Some((*alone, Regex::new(shape).ok()?));
        SHAPES.iter().filter_map(compiled).collect()
    });
    // Without a digit there is no line number.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    shapes.iter().find_map(|(alone, shape)| {
        let found = shape.captures(text)?;
        let number = |name: &str| found.name(name).and_then(|number| number.as_str().parse().ok());
        Some(Place {
            file: found.name("file")?.as_str().trim().to_owned(),
            line: number("line")?,
            column: number("col"),
            alone: *alone,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_in_the_shapes_of_many_tools() {
        for (text, file, line) in [
            ("  File \"/w/a.py\", line 3, in <module>", "/w/a.py", 3),
            (" --> src/lib.rs:2:5", "src/lib.rs", 2),
            ("   ╭─[src/a.ts:3:1]", "src/a.ts", 3),
            ("│   on main.tf line 3, in resource \"x\" \"y\":", "main.tf", 3),
            ("    at f (/w/a.js:3:9)", "/w/a.js", 3),
            ("    at com.x.A.b(A.java:12)", "A.java", 12),
            ("PHP Fatal error:  Uncaught Exception: x in /w/a.php:3", "/w/a.php", 3),
            ("[ERROR] /w/A.java:[12,5] cannot find symbol", "/w/A.java", 12),
            ("src/a.ts(3,5): error TS2304: x", "src/a.ts", 3),
            ("\tfrom /w/a.rb:3:in `x'", "/w/a.rb", 3),
            ("./main.go:5:2: undefined: x", "./main.go", 5),
            ("    src/a.js:3:5:", "src/a.js", 3),
            ("Can't locate X.pm in @INC at t/a.t line 3.", "t/a.t", 3),
        ] {
            let place = place_in(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((place.file.as_str(), place.line), (file, line), "{text}");
        }
        assert_eq!(place_in("no place here"), None);
        assert_eq!(place_in("took 3:20 min"), None);
    }
}

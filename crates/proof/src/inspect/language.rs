//! The languages that rules know, and a source file as they look at it: the same lines without
//! comments, and without what strings say.

/// Languages with rules of their own; each stands for its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Rust,
    Go,
    /// And TypeScript.
    JavaScript,
    /// And Kotlin, Groovy, Scala, C#.
    Java,
    /// And C++.
    C,
    Ruby,
    /// Data, documents, build files.
    Other,
}

impl Language {
    pub(crate) fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        if matches!(name, "Gemfile" | "Rakefile") {
            return Language::Ruby;
        }
        match name.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default() {
            "py" | "pyi" | "pyx" | "pyw" => Language::Python,
            "rs" => Language::Rust,
            "go" => Language::Go,
            "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" | "vue" | "svelte" => {
                Language::JavaScript
            }
            "java" | "kt" | "kts" | "groovy" | "gradle" | "scala" | "cs" => Language::Java,
            "c" | "cc" | "cpp" | "cxx" | "c++" | "h" | "hh" | "hpp" | "hxx" | "inl" | "ipp" | "m" | "mm" => {
                Language::C
            }
            "rb" | "rake" | "gemspec" | "ru" => Language::Ruby,
            _ => Language::Other,
        }
    }

    /// Whether files of it hold code.
    pub(crate) fn is_code(self) -> bool {
        self != Language::Other
    }

    /// Whether blocks stand in braces.
    pub(crate) fn has_braces(self) -> bool {
        !matches!(self, Language::Python | Language::Ruby | Language::Other)
    }

    fn has_hash_comments(self) -> bool {
        matches!(self, Language::Python | Language::Ruby)
    }
}

/// A line of a source file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Line {
    /// Without comments.
    pub(crate) code: String,
    /// Without comments and without what stands in quotes.
    pub(crate) bare: String,
}

/// What the reader of a source file is in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Inside {
    Code,
    LineComment,
    BlockComment,
    /// Until this text; whether a backslash escapes, whether it goes on over lines, and whether it is
    /// only a remark (a docstring).
    Quotes {
        end: String,
        escapes: bool,
        lines: bool,
        remark: bool,
    },
}

struct Reader<'t> {
    language: Language,
    rest: &'t str,
    lines: Vec<Line>,
    inside: Inside,
    /// The last character of code that is not blank, to tell a division from an expression.
    last: char,
}

/// The lines of a source file. Other files are as they are.
pub(crate) fn lines(language: Language, text: &str) -> Vec<Line> {
    if language == Language::Other {
        let same = |line: &str| Line { code: line.to_owned(), bare: line.to_owned() };
        return text.lines().map(same).collect();
    }
    let mut reader =
        Reader { language, rest: text, lines: vec![Line::default()], inside: Inside::Code, last: '\n' };
    while let Some(next) = reader.rest.chars().next() {
        reader.step(next);
    }
    reader.lines
}

impl Reader<'_> {
    /// Takes `length` bytes into the current line.
    fn take(&mut self, length: usize, code: bool, bare: bool) {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        let Some(line) = self.lines.last_mut() else { return };
        for c in taken.chars() {
            line.code.push(if code { c } else { ' ' });
            line.bare.push(if bare { c } else { ' ' });
            if bare && !c.is_whitespace() {
                self.last = c;
            }
        }
    }

    fn step(&mut self, next: char) {
        if next == '\n' {
            self.rest = &self.rest[1..];
            self.lines.push(Line::default());
            self.last = if self.inside == Inside::Code { '\n' } else { self.last };
            let over = match &self.inside {
                Inside::LineComment => true,
                Inside::Quotes { lines, .. } => !lines,
                _ => false,
            };
            if over {
                self.inside = Inside::Code;
            }
            return;
        }
        match self.inside.clone() {
            Inside::Code => self.code(next),
            Inside::LineComment => self.take(next.len_utf8(), false, false),
            Inside::BlockComment => {
                if self.rest.starts_with("*/") {
                    self.take(2, false, false);
                    self.inside = Inside::Code;
                } else {
                    self.take(next.len_utf8(), false, false);
                }
            }
            Inside::Quotes { end, escapes, remark, .. } => {
                if self.rest.starts_with(&end) {
                    self.take(end.len(), !remark, !remark);
                    self.inside = Inside::Code;
                } else if escapes && next == '\\' {
                    let escaped =
                        self.rest[1..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
                    self.take(1 + escaped, !remark, false);
                } else {
                    self.take(next.len_utf8(), !remark, false);
                }
            }
        }
    }

    fn code(&mut self, next: char) {
        let comment =
            if self.language.has_hash_comments() { next == '#' } else { self.rest.starts_with("//") };
        let interpolation = next == '#' && self.language == Language::Ruby && self.rest.starts_with("#{");
        if comment && !interpolation {
            self.inside = Inside::LineComment;
        } else if !self.language.has_hash_comments() && self.rest.starts_with("/*") {
            self.inside = Inside::BlockComment;
            self.take(2, false, false);
        } else if let Some((open, inside)) = self.quotes(next) {
            let remark = matches!(&inside, Inside::Quotes { remark: true, .. });
            self.take(open, !remark, !remark);
            self.inside = inside;
        } else {
            self.take(next.len_utf8(), true, true);
        }
    }

    /// The length of an opening quote here, and what it begins.
    fn quotes(&self, next: char) -> Option<(usize, Inside)> {
        use Language::{C, Go, Java, JavaScript, Python, Ruby, Rust};
        let quoted = |open: usize, end: &str, escapes: bool, lines: bool| {
            Some((open, Inside::Quotes { end: end.to_owned(), escapes, lines, remark: false }))
        };
        let before = self.lines.last().and_then(|line| line.code.chars().last());
        let word_before = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        match (self.language, next) {
            (Python | Java, '"' | '\'') => {
                let triple = next.to_string().repeat(3);
                if self.rest.starts_with(&triple) {
                    let blank = self.lines.last().is_some_and(|line| line.code.trim().is_empty());
                    let remark = self.language == Python && blank && matches!(self.last, '\n' | ':');
                    return Some((3, Inside::Quotes { end: triple, escapes: true, lines: true, remark }));
                }
                quoted(1, &next.to_string(), true, false)
            }
            (Rust, 'r') if !word_before => {
                let hashes = self.rest[1..].chars().take_while(|c| *c == '#').count();
                let raw = self.rest[1 + hashes..].starts_with('"');
                raw.then(|| quoted(2 + hashes, &format!("\"{}", "#".repeat(hashes)), false, true)).flatten()
            }
            (C, 'R') if !word_before && self.rest.starts_with("R\"") => {
                let delimiter: String = self.rest[2..].chars().take_while(|c| *c != '(').take(17).collect();
                quoted(2 + delimiter.len(), &format!("){delimiter}\""), false, true)
            }
            (Rust | Go | C, '\'') => {
                let mut rest = self.rest[1..].chars();
                let first = rest.next()?;
                (first == '\\' || rest.next() == Some('\'')).then(|| quoted(1, "'", true, false)).flatten()
            }
            (_, '"') => quoted(1, "\"", true, matches!(self.language, Rust | Ruby)),
            (JavaScript | Ruby, '\'') => quoted(1, "'", true, self.language == Ruby),
            (JavaScript, '`') => quoted(1, "`", true, true),
            (Go, '`') => quoted(1, "`", false, true),
            (JavaScript | Ruby, '/') if "\n(,=:[!&|?{};~".contains(self.last) => {
                let line = self.rest[1..].lines().next().unwrap_or_default();
                (line.contains('/')).then(|| quoted(1, "/", true, false)).flatten()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(language: Language, text: &str) -> Vec<String> {
        lines(language, text).into_iter().map(|line| line.code.trim_end().to_owned()).collect()
    }

    fn bare(language: Language, text: &str) -> Vec<String> {
        lines(language, text).into_iter().map(|line| line.bare.trim_end().to_owned()).collect()
    }

    #[test]
    fn comments_go_and_strings_stay_in_every_language() {
        for (language, text, expected) in [
            (Language::Python, "x = '#' # note", "x = '#'"),
            (Language::Ruby, "x = \"#{y}\" # note", "x = \"#{y}\""),
            (Language::Go, "x := \"//\" // note", "x := \"//\""),
            (Language::Rust, "let x: &'a str = \"/*\"; /* note */", "let x: &'a str = \"/*\";"),
            (Language::JavaScript, "s.replace(/[\"']/g, '') // note", "s.replace(/[\"']/g, '')"),
            (Language::C, "char c = '\"'; // note", "char c = '\"';"),
            (Language::Java, "String s = \"\\\"//\"; // note", "String s = \"\\\"//\";"),
        ] {
            assert_eq!(code(language, text), [expected]);
        }
        assert_eq!(
            code(Language::Python, "def f():\n    \"\"\"os._exit(0)\n    \"\"\"\n    return 1"),
            ["def f():", "", "", "    return 1"]
        );
        assert_eq!(code(Language::C, "a /* x\n y */ b"), ["a", "      b"]);
    }

    #[test]
    fn what_strings_say_is_not_code() {
        assert_eq!(bare(Language::Python, "f('{', \"}\")"), ["f(' ', \" \")"]);
        assert_eq!(bare(Language::Rust, "r#\"a\"b\"# + x"), ["r#\"   \"# + x"]);
        assert_eq!(bare(Language::JavaScript, "a = `x\n}`; b"), ["a = `", " `; b"]);
        assert_eq!(bare(Language::Go, "x := 'a' / 2"), ["x := ' ' / 2"]);
    }
}

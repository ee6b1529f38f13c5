//! Splits a script into simple commands and words, as a POSIX shell would, without running one.
//!
//! Anything that would need a shell to know its value (substitutions, unknown variables, globs in
//! front of a program) makes the word unknown; callers leave unknown words out.

use std::collections::BTreeMap;

/// One simple command: its words, `None` for those only a shell could know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SimpleCommand {
    pub(crate) words: Vec<Option<String>>,
    /// Whether something stands after it in the same pipeline or it is redirected.
    pub(crate) piped: bool,
}

/// The simple commands of a script, in order. Variables come from `env`.
pub(crate) fn commands(script: &str, env: &BTreeMap<String, String>) -> Vec<SimpleCommand> {
    let mut reader = Reader {
        chars: script.chars().peekable(),
        env,
        done: Vec::new(),
        now: SimpleCommand::default(),
        word: None,
        unknown: false,
    };
    reader.read();
    reader.done
}

struct Reader<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    env: &'a BTreeMap<String, String>,
    done: Vec<SimpleCommand>,
    now: SimpleCommand,
    word: Option<String>,
    unknown: bool,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some(c) = self.chars.next() {
            match c {
                '\\' => match self.chars.next() {
                    Some('\n') | None => {}
                    Some(escaped) => self.push(escaped),
                },
                '\'' => self.single(),
                '"' => self.double(),
                '$' => self.variable(),
                '`' => {
                    for c in self.chars.by_ref() {
                        if c == '`' {
                            break;
                        }
                    }
                    self.unknown = true;
                }
                '#' if self.word.is_none() && !self.unknown => {
                    while self.chars.peek().is_some_and(|c| *c != '\n') {
                        self.chars.next();
                    }
                }
                ' ' | '\t' | '\r' => self.end_word(),
                '|' | '>' | '<' => {
                    self.end_word();
                    let or = c == '|' && self.chars.next_if_eq(&'|').is_some();
                    self.now.piped = self.now.piped || !or;
                    // What follows `|` is another command; what follows `>` is a file name.
                    self.end_command();
                }
                '\n' | ';' | '&' | '(' | ')' => {
                    self.end_word();
                    self.end_command();
                }
                other => self.push(other),
            }
        }
        self.end_word();
        self.end_command();
    }

    fn push(&mut self, c: char) {
        self.word.get_or_insert_with(String::new).push(c);
    }

    fn single(&mut self) {
        let word = self.word.get_or_insert_with(String::new);
        for c in self.chars.by_ref() {
            if c == '\'' {
                break;
            }
            word.push(c);
        }
    }

    fn double(&mut self) {
        self.word.get_or_insert_with(String::new);
        while let Some(c) = self.chars.next() {
            match c {
                '"' => break,
                '\\' => match self.chars.next() {
                    Some(c @ ('"' | '\\' | '$' | '`')) => self.push(c),
                    Some('\n') | None => {}
                    Some(c) => {
                        self.push('\\');
                        self.push(c);
                    }
                },
                '$' => self.variable(),
                '`' => self.unknown = true,
                other => self.push(other),
            }
        }
    }

    fn variable(&mut self) {
        let mut name = String::new();
        if self.chars.next_if_eq(&'{').is_some() {
            for c in self.chars.by_ref() {
                if c == '}' {
                    break;
                }
                name.push(c);
            }
        } else if self.chars.next_if_eq(&'(').is_some() {
            let mut depth = 1;
            for c in self.chars.by_ref() {
                depth += i32::from(c == '(') - i32::from(c == ')');
                if depth == 0 {
                    break;
                }
            }
            self.unknown = true;
            return;
        } else {
            while let Some(c) = self.chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
                name.push(c);
            }
            if name.is_empty() {
                self.push('$');
                return;
            }
        }
        match self.env.get(&name) {
            Some(value) => self.word.get_or_insert_with(String::new).push_str(value),
            None => self.unknown = true,
        }
    }

    fn end_word(&mut self) {
        let word = self.word.take();
        if std::mem::take(&mut self.unknown) {
            self.now.words.push(None);
        } else if let Some(word) = word {
            self.now.words.push(Some(word));
        }
    }

    fn end_command(&mut self) {
        let command = std::mem::take(&mut self.now);
        if !command.words.is_empty() {
            self.done.push(command);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(script: &str) -> Vec<Vec<Option<String>>> {
        let env = BTreeMap::from([("DIR".to_owned(), "a b".to_owned())]);
        commands(script, &env).into_iter().map(|command| command.words).collect()
    }

    fn known(words: &[&str]) -> Vec<Option<String>> {
        words.iter().map(|word| Some((*word).to_owned())).collect()
    }

    #[test]
    fn quotes_continuations_and_operators_are_understood() {
        assert_eq!(
            words("cd sub && python -m pytest \\\n  'tests/a b.py' -k \"x or y\" # why\necho done"),
            [
                known(&["cd", "sub"]),
                known(&["python", "-m", "pytest", "tests/a b.py", "-k", "x or y"]),
                known(&["echo", "done"])
            ]
        );
        assert_eq!(words("pytest \"$DIR/t.py\"; x"), [known(&["pytest", "a b/t.py"]), known(&["x"])]);
    }

    #[test]
    fn what_only_a_shell_knows_is_unknown() {
        assert_eq!(words("pytest $(ls) $NOPE `x`"), [vec![Some("pytest".to_owned()), None, None, None]]);
        assert!(commands("pytest | tee log", &BTreeMap::new())[0].piped);
        assert!(!commands("pytest || true", &BTreeMap::new())[0].piped);
    }
}

//! `info.json`: read strictly, so that a typing error cannot silently change the work.

use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use crate::InputError;
use crate::input::RawInput;

/// The keys, all of them.
pub(crate) const KEYS: [&str; 5] = ["deterministic", "url", "prompt", "raw-logs", "existing-test-path"];

/// Far more than any input; raw logs within it are text.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Keys and values in their order, doubles included.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnObject;
        impl<'de> Visitor<'de> for AnObject {
            type Value = Pairs;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(AnObject)
    }
}

/// Reads a file.
pub(crate) fn read(path: &Path) -> Result<RawInput, InputError> {
    let unreadable = |source| InputError::Unreadable { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(unreadable)?.len() > MAX_BYTES {
        return Err(unreadable(std::io::Error::other("it is too large; give the logs with --raw-logs FILE")));
    }
    let text = std::fs::read(path).map_err(unreadable)?;
    // Windows editors put a byte order mark in front.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let Pairs(pairs) = serde_json::from_slice(text)
        .map_err(|error| InputError::NotAnObject { path: path.to_owned(), detail: error.to_string() })?;
    from_pairs(pairs)
}

fn from_pairs(pairs: Vec<(String, Value)>) -> Result<RawInput, InputError> {
    let mut input = RawInput::default();
    let mut seen: Vec<&'static str> = Vec::new();
    for (key, value) in pairs {
        let Some(key) = KEYS.into_iter().find(|known| *known == key) else {
            return Err(InputError::UnknownKey { nearest: nearest(&key), key });
        };
        if seen.contains(&key) {
            return Err(InputError::TwiceKey(key.to_owned()));
        }
        seen.push(key);
        match key {
            "deterministic" => input.deterministic = Some(boolean(&value)?),
            "url" => input.url = text(key, value)?,
            "prompt" => input.prompt = text(key, value)?,
            "raw-logs" => input.raw_logs = text(key, value)?,
            _ => input.existing_test_path = text(key, value)?,
        }
    }
    Ok(input)
}

fn boolean(value: &Value) -> Result<bool, InputError> {
    value.as_bool().ok_or_else(|| InputError::WrongType {
        key: "deterministic",
        expected: "true or false",
        found: in_words(value),
    })
}

/// A text; null and blanks count as not given, for people keep empty fields in their files.
fn text(key: &'static str, value: Value) -> Result<Option<String>, InputError> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text).filter(|text| !text.trim().is_empty())),
        other => Err(InputError::WrongType { key, expected: "a text", found: in_words(&other) }),
    }
}

fn in_words(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text \"{}\"", text.chars().take(40).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// The key that was probably meant: other spellings of one first, then the fewest changed letters.
fn nearest(key: &str) -> Option<&'static str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', ' ', '.'], "-");
    let key = plain(key);
    if let Some((_, meant)) = OTHER_WORDS.iter().find(|(other, _)| *other == key) {
        return Some(meant);
    }
    KEYS.into_iter()
        .map(|known| (strsim::damerau_levenshtein(&key, known), known))
        .min()
        .filter(|(distance, known)| *distance <= known.len().div_ceil(2))
        .map(|(_, known)| known)
}

/// What people write instead.
const OTHER_WORDS: [(&str, &str); 8] = [
    ("ci-run-url", "url"),
    ("ci-url", "url"),
    ("run-url", "url"),
    ("logs", "raw-logs"),
    ("log", "raw-logs"),
    ("test", "existing-test-path"),
    ("test-path", "existing-test-path"),
    ("flaky", "deterministic"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<RawInput, InputError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("info.json");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn the_five_keys_are_read() {
        let input = parsed(
            "\u{feff}{\"deterministic\": true, \"url\": null, \"prompt\": \"p\", \"raw-logs\": \" \", \"existing-test-path\": \"t.py\"}",
        )
        .unwrap();
        assert_eq!((input.deterministic, input.prompt.as_deref()), (Some(true), Some("p")));
        assert_eq!(
            (input.url, input.raw_logs, input.existing_test_path.as_deref()),
            (None, None, Some("t.py"))
        );
    }

    #[test]
    fn an_unknown_key_names_the_nearest_known_one() {
        for (key, meant) in [
            ("promt", Some("prompt")),
            ("raw_logs", Some("raw-logs")),
            ("existingTestPath", Some("existing-test-path")),
            ("determinstic", Some("deterministic")),
            ("URL", Some("url")),
            ("logs", Some("raw-logs")),
            ("zebra", None),
        ] {
            let error = parsed(&format!("{{\"{key}\": 1}}")).unwrap_err();
            let InputError::UnknownKey { key: named, nearest } = &error else { panic!("{error}") };
            assert_eq!((named.as_str(), *nearest), (key, meant));
            assert!(error.to_string().contains(key));
        }
    }

    #[test]
    fn wrong_types_and_forms_are_named() {
        for (text, says) in [
            ("{\"deterministic\": \"true\"}", "`deterministic` must be true or false, not the text \"true\""),
            ("{\"deterministic\": 1}", "not the number 1"),
            ("{\"deterministic\": null}", "not null"),
            ("{\"prompt\": [\"a\"]}", "`prompt` must be a text, not a list"),
            ("{\"prompt\": \"a\", \"prompt\": \"b\"}", "`prompt` is there twice"),
            ("[]", "is not a JSON object"),
            ("{\"prompt\": \"a\"", "is not a JSON object"),
            ("", "is not a JSON object"),
        ] {
            let error = parsed(text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        assert!(matches!(read(Path::new("/nowhere/info.json")), Err(InputError::Unreadable { .. })));
    }
}

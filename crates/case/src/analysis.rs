//! What a fixer says about a failure, beside its change: asked for, never needed, and never believed.
//!
//! Promises: whatever a fixer writes, reading it gives an analysis of bounded size or none; a part that is
//! not what it should be is left out, the others stay.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Redactor;

const TEXT_CHARS: usize = 2_000;
const ITEM_CHARS: usize = 300;
const MOST_ITEMS: usize = 20;

/// How sure a fixer is, in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// It guesses.
    Low,
    /// It has reasons.
    Medium,
    /// It has seen it.
    High,
}

/// What a fixer says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Analysis {
    /// What went wrong, in a few sentences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_cause: Option<String>,
    /// Why its change helps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypothesis: Option<String>,
    /// Files that have to do with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// How sure it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// What it could not check.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unchecked: Vec<String>,
}

impl Analysis {
    /// Where a fixer is asked to write it, in its working directory.
    pub const FILE: &'static str = "regreen-analysis.json";

    /// Bytes of the largest file that is read.
    pub const LARGEST: usize = 64 * 1024;

    /// Reads what a fixer wrote. `None` when it says nothing.
    #[must_use]
    pub fn read(bytes: &[u8], redactor: &Redactor) -> Option<Self> {
        if bytes.len() > Self::LARGEST {
            return None;
        }
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let clean = |text: &str, most: usize| -> Option<String> {
            let plain: String =
                text.chars().filter(|c| !c.is_control() || *c == '\n').collect::<String>().trim().to_owned();
            let text: String = redactor.clean(&plain).chars().take(most).collect();
            (!text.is_empty()).then_some(text)
        };
        let text = |name: &str| clean(value.get(name)?.as_str()?, TEXT_CHARS);
        let list = |name: &str| -> Vec<String> {
            let items = value.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let one_line = |item: &Value| clean(&item.as_str()?.replace('\n', " "), ITEM_CHARS);
            items.iter().filter_map(one_line).take(MOST_ITEMS).collect()
        };
        let confidence = match text("confidence").as_deref() {
            Some("low") => Some(Confidence::Low),
            Some("medium") => Some(Confidence::Medium),
            Some("high") => Some(Confidence::High),
            _ => None,
        };
        let read = Analysis {
            root_cause: text("root_cause"),
            hypothesis: text("hypothesis"),
            files: list("files"),
            confidence,
            unchecked: list("unchecked"),
        };
        (read != Analysis::default()).then_some(read)
    }
}

impl std::fmt::Display for Confidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Analysis> {
        Analysis::read(text.as_bytes(), &Redactor::new(["hunter2"]))
    }

    #[test]
    fn what_is_as_it_should_be_stays() {
        let found = read(
            r#"{"root_cause": " The last hunter2 is left out.\u001b ", "hypothesis": 7, "files": ["a.py", 3, "b\nc"],
                "confidence": "high", "unchecked": "nothing", "more": {}}"#,
        );
        let analysis = found.unwrap();
        assert_eq!(analysis.root_cause.as_deref(), Some("The last *** is left out."));
        assert_eq!((analysis.hypothesis, analysis.confidence), (None, Some(Confidence::High)));
        assert_eq!(
            (analysis.files, analysis.unchecked.len()),
            (vec!["a.py".to_owned(), "b c".to_owned()], 0)
        );
    }

    #[test]
    fn rubbish_is_no_analysis_and_a_flood_is_cut() {
        for text in ["", "{", "[]", "{}", "null", "\"high\"", "{\"confidence\": \"sure\"}"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&format!("{{\"root_cause\": \"{}\"}}", "x".repeat(Analysis::LARGEST))), None);
        let items = vec!["\"x\""; 1_000].join(",");
        let long =
            read(&format!("{{\"root_cause\": \"{}\", \"files\": [{items}]}}", "é".repeat(9_000))).unwrap();
        assert_eq!((long.root_cause.unwrap().chars().count(), long.files.len()), (TEXT_CHARS, MOST_ITEMS));
    }
}

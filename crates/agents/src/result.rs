//! Reads an agent's own account of its run, leniently: what is not there is not known.

use regex::Regex;
use regreen_case::Cost;
use serde_json::Value;

use crate::preset::{EndRule, Preset, ResultFormat, RuleEnd};

/// Objects are looked for at no more places than this.
const MAX_OBJECTS: usize = 20_000;

/// What it says.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Account {
    pub(crate) failed: bool,
    pub(crate) end: Option<RuleEnd>,
    pub(crate) reason: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) session: Option<String>,
    pub(crate) cost: Cost,
}

impl PartialEq<RuleEnd> for Account {
    fn eq(&self, other: &RuleEnd) -> bool {
        self.end == Some(*other)
    }
}

/// Reads the account from the end of the output. `code` is the exit code, when it had one.
pub(crate) fn read(preset: &Preset, output: &str, code: Option<i32>) -> Account {
    let fields = &preset.result;
    let objects = match fields.format {
        ResultFormat::Json => objects_in(output),
        ResultFormat::Text => Vec::new(),
    };
    let value = |pointer: &Option<String>| pointer.as_deref().and_then(|pointer| find(&objects, pointer));
    let text = |pointer: &Option<String>| value(pointer).and_then(|value| as_text(&value));
    let count = |pointer: &Option<String>| value(pointer).and_then(|value| value.as_f64()).map(as_count);
    let error = text(&fields.error).filter(|text| !text.is_empty());
    let failed = code != Some(0)
        || error.is_some()
        || value(&fields.failed).is_some_and(|value| value.as_bool() == Some(true));
    let cost = Cost {
        usd: value(&fields.usd)
            .and_then(|value| value.as_f64())
            .or_else(|| fields.usd_text.as_deref().and_then(|pattern| last_number(pattern, output)))
            .filter(|usd| usd.is_finite() && *usd >= 0.0),
        turns: count(&fields.turns),
        input_tokens: count(&fields.input_tokens),
        output_tokens: count(&fields.output_tokens),
    };
    let summary = error.or_else(|| text(&fields.summary));
    let said = summary.as_deref().unwrap_or(output);
    let holds = |rule: &EndRule| rule_holds(rule, &objects, said, code, failed);
    Account {
        failed,
        end: preset.ends.iter().find(|rule| holds(rule)).map(|rule| rule.end),
        reason: text(&fields.reason),
        summary,
        session: text(&fields.session),
        cost,
    }
}

fn rule_holds(rule: &EndRule, objects: &[Value], said: &str, code: Option<i32>, failed: bool) -> bool {
    let code_is = rule.code.is_some() && rule.code == code;
    let field_is = rule
        .field
        .as_deref()
        .and_then(|field| find(objects, field))
        .is_some_and(|value| rule.is.iter().any(|one| same(one, &value)));
    let says = failed
        && rule
            .says
            .as_deref()
            .and_then(|pattern| Regex::new(pattern).ok())
            .is_some_and(|pattern| pattern.is_match(said));
    code_is || field_is || says
}

/// 429 and 429.0 are the same to us.
fn same(a: &Value, b: &Value) -> bool {
    a == b || matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if a == b)
}

/// The value in the last object that has it.
fn find(objects: &[Value], pointer: &str) -> Option<Value> {
    objects.iter().rev().find_map(|object| look_up(object, pointer))
}

fn look_up(value: &Value, pointer: &str) -> Option<Value> {
    let found = values_at(value, pointer);
    if !pointer.contains("/*") {
        return found.first().copied().cloned();
    }
    let numbers: Vec<f64> = found.into_iter().filter_map(Value::as_f64).collect();
    if numbers.is_empty() { None } else { Some(Value::from(numbers.iter().sum::<f64>())) }
}

/// What a pointer leads to, nulls left out; `*` stands for each member in turn.
pub(crate) fn values_at<'a>(value: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let Some((before, after)) = pointer.split_once("/*") else {
        return value.pointer(pointer).into_iter().filter(|value| !value.is_null()).collect();
    };
    match value.pointer(before) {
        Some(Value::Object(fields)) => fields.values().flat_map(|member| values_at(member, after)).collect(),
        Some(Value::Array(items)) => items.iter().flat_map(|member| values_at(member, after)).collect(),
        _ => Vec::new(),
    }
}

/// Every JSON object that starts at the start of a line, in order. What surrounds them is skipped.
fn objects_in(output: &str) -> Vec<Value> {
    let mut objects = Vec::new();
    let mut at = 0;
    while let Some(start) = next_object(output, at) {
        if objects.len() == MAX_OBJECTS {
            break;
        }
        let mut stream = serde_json::Deserializer::from_str(&output[start..]).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value @ Value::Object(_))) => {
                objects.push(value);
                at = start + stream.byte_offset();
            }
            _ => at = start + 1,
        }
    }
    objects
}

/// Where the next line begins with `{`, from `at` on.
fn next_object(output: &str, at: usize) -> Option<usize> {
    if at == 0 && output.starts_with('{') {
        return Some(0);
    }
    // Step back one, so that a line that starts right at `at` is seen.
    let from = at.saturating_sub(1);
    output.get(from..)?.find("\n{").map(|found| from + found + 1)
}

fn last_number(pattern: &str, output: &str) -> Option<f64> {
    let pattern = Regex::new(pattern).ok()?;
    pattern.captures_iter(output).last()?.get(1)?.as_str().parse().ok()
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

fn as_count(number: f64) -> u64 {
    if number.is_finite() && number > 0.0 { number.round() as u64 } else { 0 }
}

#[cfg(test)]
mod tests;

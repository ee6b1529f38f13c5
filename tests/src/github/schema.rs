//! OpenAPI 3.0 schemas made into JSON Schemas.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// A JSON Schema that stands alone: `nullable` translated, references and what they reach brought
/// along. With `lenient`, nothing is required and alternatives may overlap: a fake's answer holds
/// only some of the fields, but those have to have the right form.
pub(crate) fn standalone(schema: &Value, document: &Value, lenient: bool) -> Value {
    let mut wanted = BTreeSet::new();
    let mut root = translate(schema, lenient, &mut wanted);
    let mut known: Map<String, Value> = Map::new();
    while let Some(name) = wanted.iter().find(|name| !known.contains_key(name.as_str())).cloned() {
        let found = document.pointer(&format!("/components/schemas/{name}")).unwrap_or(&Value::Null);
        known.insert(name, translate(found, lenient, &mut wanted));
    }
    if let Value::Object(fields) = &mut root {
        fields.insert("components".to_owned(), json!({ "schemas": known }));
    }
    root
}

fn translate(schema: &Value, lenient: bool, wanted: &mut BTreeSet<String>) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(|item| translate(item, lenient, wanted)).collect(),
        Value::Object(fields) => {
            let mut made = Map::new();
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("$ref", Value::String(target)) => {
                        wanted.insert(target.rsplit('/').next().unwrap_or_default().to_owned());
                        made.insert(name.clone(), value.clone());
                    }
                    // Examples break their own schemas, formats are of GitHub's own making.
                    ("example" | "examples" | "default" | "format" | "discriminator" | "nullable", _) => {}
                    ("properties", Value::Object(properties)) => {
                        let inner: Map<String, Value> = properties
                            .iter()
                            .map(|(key, value)| (key.clone(), translate(value, lenient, wanted)))
                            .collect();
                        made.insert(name.clone(), Value::Object(inner));
                    }
                    ("required", Value::Array(_)) if lenient => {}
                    ("oneOf", _) if lenient => {
                        made.insert("anyOf".to_owned(), translate(value, lenient, wanted));
                    }
                    ("enum", _) => {
                        made.insert(name.clone(), value.clone());
                    }
                    _ => {
                        made.insert(name.clone(), translate(value, lenient, wanted));
                    }
                }
            }
            if fields.get("nullable") == Some(&Value::Bool(true)) {
                return json!({ "anyOf": [Value::Object(made), { "type": "null" }] });
            }
            Value::Object(made)
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_and_references_are_translated() {
        let document = json!({ "components": { "schemas": {
            "a": { "type": "object", "properties": { "b": { "$ref": "#/components/schemas/b" } }, "required": ["b"] },
            "b": { "type": "string", "nullable": true },
            "unused": { "type": "string" },
        } } });
        let schema = standalone(&json!({ "$ref": "#/components/schemas/a" }), &document, false);
        let strict = jsonschema::validator_for(&schema).unwrap();
        assert!(strict.is_valid(&json!({ "b": null })) && strict.is_valid(&json!({ "b": "x" })));
        assert!(!strict.is_valid(&json!({})) && !strict.is_valid(&json!({ "b": 1 })));
        assert!(schema.pointer("/components/schemas/unused").is_none());
        let lenient = standalone(&json!({ "$ref": "#/components/schemas/a" }), &document, true);
        let lenient = jsonschema::validator_for(&lenient).unwrap();
        assert!(lenient.is_valid(&json!({})) && !lenient.is_valid(&json!({ "b": 1 })));
    }
}

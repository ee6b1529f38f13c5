//! The JSON Schemas committed under `schemas/` are the ones that the Rust types generate, and what
//! the case directory writes satisfies them.
//!
//! After a wanted change: `REGREEN_BLESS=1 cargo test -p regreen-case --test schemas`.

use std::fs;
use std::path::{Path, PathBuf};

use regreen_case::{
    CaseDir, Document, Ending, Failure, FailureStatus, Fix, Limits, PullRequest, Redactor, Report,
    Reproduction, SCHEMA_VERSION, Source, Task, Timing, Verification, WorkKind,
};
use schemars::JsonSchema;
use serde_json::{Value, json};

fn schema_of<D: Document + JsonSchema>() -> (PathBuf, Value) {
    let mut schema = schemars::schema_for!(D).to_value();
    // The version is written by the directory, not by the types: say so in every schema.
    schema["properties"]["schema"] =
        json!({ "description": "Version of the schema.", "type": "integer", "const": SCHEMA_VERSION });
    schema["required"].as_array_mut().expect("a struct requires fields").push("schema".into());
    let name = D::FILE.replace(".json", ".schema.json");
    (Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name), schema)
}

fn all() -> Vec<(PathBuf, Value)> {
    vec![
        schema_of::<Task>(),
        schema_of::<Failure>(),
        schema_of::<Reproduction>(),
        schema_of::<Fix>(),
        schema_of::<Verification>(),
        schema_of::<PullRequest>(),
        schema_of::<Report>(),
    ]
}

#[test]
fn committed_schemas_are_the_generated_ones() {
    let bless = std::env::var_os("REGREEN_BLESS").is_some();
    for (path, schema) in all() {
        let generated = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if bless {
            fs::write(&path, &generated).unwrap();
        }
        // As values: the order of keys depends on which crates are built along.
        let committed = fs::read_to_string(&path).unwrap_or_default();
        let committed: Value = serde_json::from_str(&committed).unwrap_or_default();
        assert!(committed == schema, "{} is out of date: bless it", path.display());
    }
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")).unwrap().count();
    assert_eq!(files, all().len(), "a schema without a document");
}

#[test]
fn what_is_written_satisfies_its_schema() {
    let dir = tempfile::tempdir().unwrap();
    let case = CaseDir::create(dir.path().join("case")).unwrap();
    let task = Task {
        prompt: "Fix it".to_owned(),
        deterministic: true,
        work: WorkKind::RawLogs,
        source: Source::RawLogs { origin: "stdin".to_owned() },
        existing_test_path: None,
        performance: None,
        slug: "fix-it".to_owned(),
        limits: Limits::default(),
        warnings: vec![],
        timing: Timing::start().finish(),
    };
    case.write(&task, &Redactor::default()).unwrap();
    let failure = Failure {
        status: FailureStatus::NoLogs,
        reason: Some("expired".to_owned()),
        ending: Some(Ending::NoLogs),
        tests: vec![],
        containers: vec![],
        tallies: vec![],
        diagnostics: vec![],
        cause: None,
        command: None,
        infrastructure: None,
        signature: None,
        run: None,
        repeats: None,
        jobs: vec![],
        logs: vec![],
        excerpt: String::new(),
        cut: vec![],
        redactions: 0,
        warnings: vec![],
        timing: Timing::start(),
    };
    case.write(&failure, &Redactor::default()).unwrap();
    for (path, schema) in all().into_iter().take(2) {
        let document = path.file_name().unwrap().to_str().unwrap().replace(".schema.json", ".json");
        let written: Value = serde_json::from_slice(&fs::read(case.path(&document)).unwrap()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(validator.is_valid(&written), "{document}: {written:#}");
        let mut without_version = written.clone();
        without_version.as_object_mut().unwrap().remove("schema");
        assert!(!validator.is_valid(&without_version), "{document}: the version is not required");
    }
}

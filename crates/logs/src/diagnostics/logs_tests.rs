//! Small logs of real tools that failed: the explaining line, its place, the verdict, the inner command
//! and the first diagnostic are exactly the expected ones. `REGREEN_BLESS=1` writes down what is found.

use std::path::PathBuf;

use crate::{Extraction, extract};

const STAMP: &str = "2026-03-04T05:06:07.1234567Z ";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/causes")
}

/// The output of a tool as the log of a job whose step failed.
fn job(output: &str) -> Extraction {
    let job = format!(
        "##[group]Run ./ci.sh\n./ci.sh\nshell: /usr/bin/bash -e {{0}}\n##[endgroup]\n{}\n##[error]Process completed with exit code 1.\nPost job cleanup.\nError: late words\n",
        output.trim_end()
    );
    let stamped: String = job.lines().map(|line| format!("{STAMP}{line}\n")).collect();
    extract(stamped.as_bytes(), "logs/x.log").unwrap()
}

fn row(name: &str, found: &Extraction) -> String {
    let cause = found.cause.as_ref();
    let message = cause.map_or("", |cause| cause.message.lines().next().unwrap_or_default());
    let place = cause.map_or(String::new(), |cause| {
        format!("{}:{}", cause.file.as_deref().unwrap_or("-"), cause.line.unwrap_or(0))
    });
    let verdict =
        found.infrastructure.as_ref().map_or(String::from("-"), |found| format!("{:?}", found.kind));
    let inner = found.command.as_ref().and_then(|command| command.inner.as_deref()).unwrap_or("-");
    let first = found.diagnostics.first().map_or(String::from("-"), |first| {
        format!(
            "{} {}:{}:{} {}",
            first.tool,
            first.file.as_deref().unwrap_or("-"),
            first.line.unwrap_or(0),
            first.column.unwrap_or(0),
            first.code.as_deref().unwrap_or("-")
        )
    });
    format!("{name}\t{message}\t{place}\t{verdict}\t{inner}\t{first}\n")
}

#[test]
fn the_logs_of_real_tools_are_explained_by_the_expected_lines() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".log").map(str::to_owned))
        .collect();
    names.sort();
    assert!(names.len() >= 60);
    let mut rows = String::new();
    for name in &names {
        let raw = std::fs::read(folder().join(format!("{name}.log"))).unwrap();
        let found = job(&String::from_utf8_lossy(&raw));
        assert!(found.tests.is_empty(), "{name}");
        let cause = found.cause.as_ref().unwrap_or_else(|| panic!("{name}: no cause"));
        assert!(found.excerpt.contains(cause.message.lines().next().unwrap().trim()), "{name}");
        rows += &row(name, &found);
    }
    let path = folder().join("expected.tsv");
    if std::env::var_os("REGREEN_BLESS").is_some() {
        std::fs::write(path, rows).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap();
    for (found, expected) in rows.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(rows.lines().count(), expected.lines().count());
}

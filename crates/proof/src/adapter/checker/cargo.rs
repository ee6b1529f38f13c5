//! cargo as a check: clippy, `cargo check`, `cargo build`, and whether the tests of `cargo test` compile. What counts
//! are its messages for programs; a file was looked at when the list of sources that the compiler leaves beside
//! what it made names it.

use std::path::{Path, PathBuf};

use regreen_case::{Diagnostic, FailedTest};
use serde_json::Value;

use super::edit::Edit;
use super::report::{Complaint, Report};
use super::tool::{Claim, Home, Offer, Printed, Tool, command, without, words};

/// Options that we set ourselves, and those that would start other programs.
const DROPPED: &[(&str, bool)] = &[
    ("--message-format", true),
    ("--quiet", false),
    ("-q", false),
    ("--fix", false),
    ("--allow-dirty", false),
    ("--allow-staged", false),
    ("--allow-no-vcs", false),
    ("--color", true),
    ("--config", true),
    ("--target-dir", true),
    ("--artifact-dir", true),
    ("--timings", false),
    ("--no-run", false),
];
/// A list of sources is smaller.
const MAX_LIST: u64 = 4 * 1024 * 1024;

/// One of cargo's commands.
pub(super) struct Cargo {
    pub(super) name: &'static str,
    pub(super) verbs: &'static [&'static str],
    /// Words that keep it from running what it builds.
    pub(super) only: &'static [&'static str],
}

impl Tool for Cargo {
    fn name(&self) -> &'static str {
        self.name
    }

    fn program(&self) -> &'static str {
        "cargo"
    }

    fn home(&self) -> Home {
        Home::Cargo
    }

    fn arguments(&self, words: &[String]) -> Option<usize> {
        let (_, verb) = command(words)?;
        self.verbs.contains(&verb).then_some(0)
    }

    /// Tests fail for many reasons: what their command does is a check only when the compiler complained.
    fn needs_claim(&self) -> bool {
        !matches!(self.verbs, ["clippy"])
    }

    fn plain(&self, arguments: &[String]) -> Vec<String> {
        self.call(arguments, self.only)
    }

    fn counted(&self, arguments: &[String]) -> Vec<String> {
        self.call(arguments, &[self.only, &["--message-format=json"]].concat())
    }

    fn read(&self, printed: &Printed<'_>) -> Result<Report, String> {
        printed.ended_with(&[0, 101])?;
        let mut report = Report::default();
        let mut finished = None;
        for message in messages(printed.printed) {
            match message["reason"].as_str() {
                Some("compiler-message") => report.complaints.extend(complaint(&message)),
                Some("compiler-artifact") => report.looked_at.extend(sources(&message)),
                Some("build-finished") => finished = message["success"].as_bool(),
                _ => {}
            }
        }
        match finished {
            Some(success) if success == report.complaints.is_empty() => Ok(report),
            Some(true) => Err("cargo complains, and calls it a success".to_owned()),
            _ => {
                let said = printed.printed.lines().find(|line| line.starts_with("error"));
                Err(format!("cargo did not come to an end: {}", said.unwrap_or("it does not say why")))
            }
        }
    }

    fn claims(&self, complaint: &Diagnostic) -> Option<Claim> {
        let ours = matches!(complaint.tool.as_str(), "rustc" | "clippy");
        let panics = complaint.message.contains("panicked");
        if !ours || panics || complaint.file.is_none() {
            return None;
        }
        Some(Claim { rule: complaint.code.clone(), message: complaint.message.clone() })
    }

    fn fix(&self, _arguments: &[String], _complaint: &FailedTest) -> Option<Offer> {
        Some(Offer::Edits)
    }

    /// The first way out of each complaint of this rule in this file, if the compiler vouches for it.
    fn edits(&self, printed: &str, rule: &str, is_its_file: &dyn Fn(&str) -> bool) -> Vec<Edit> {
        messages(printed)
            .filter(|message| {
                complaint(message).is_some_and(|one| one.rule == rule && is_its_file(&one.file))
            })
            .filter_map(|message| first_solution(&message["message"]))
            .flatten()
            .collect()
    }
}

impl Cargo {
    fn call(&self, arguments: &[String], ours: &[&str]) -> Vec<String> {
        let is_verb = |word: &String| self.verbs.contains(&word.as_str());
        let at = arguments.iter().position(is_verb).map_or(0, |at| at + 1);
        let (front, rest) = arguments.split_at(at);
        let end = rest.iter().position(|word| word == "--").unwrap_or(rest.len());
        let mut all: Vec<String> = front.iter().filter(|word| word.starts_with('+')).cloned().collect();
        all.extend([self.verbs[0].to_owned()]);
        all.extend(words(ours));
        all.extend(without(&rest[..end], DROPPED));
        // Behind it stand the harness's options, or the lints.
        if self.verbs == ["clippy"] {
            all.extend(rest[end..].iter().cloned());
        }
        all
    }
}

fn messages(printed: &str) -> impl Iterator<Item = Value> {
    printed.lines().filter(|line| line.starts_with('{')).filter_map(|line| serde_json::from_str(line).ok())
}

/// What makes the build fail; that it fails is no complaint of its own.
fn complaint(message: &Value) -> Option<Complaint> {
    let inner = &message["message"];
    if !inner["level"].as_str()?.starts_with("error") {
        return None;
    }
    let text = inner["message"].as_str()?;
    let spans = inner["spans"].as_array()?;
    if spans.is_empty() && text.starts_with("aborting due to") {
        return None;
    }
    let main = spans.iter().find(|span| span["is_primary"].as_bool() == Some(true)).or(spans.first());
    let in_span = main.and_then(|span| span["file_name"].as_str());
    let file = in_span.filter(|file| !file.starts_with('<')).or(message["target"]["src_path"].as_str())?;
    Some(Complaint {
        file: file.to_owned(),
        line: main.and_then(|span| u32::try_from(span["line_start"].as_u64()?).ok()),
        rule: inner["code"]["code"].as_str().unwrap_or("error").to_owned(),
        message: text.to_owned(),
    })
}

fn first_solution(message: &Value) -> Option<Vec<Edit>> {
    let of_child = |child: &Value| -> Option<Vec<Edit>> {
        let spans: Vec<&Value> = child["spans"]
            .as_array()?
            .iter()
            .filter(|span| span["suggested_replacement"].is_string())
            .collect();
        let vouched = |span: &&Value| span["suggestion_applicability"].as_str() == Some("MachineApplicable");
        if spans.is_empty() || !spans.iter().all(vouched) {
            return None;
        }
        spans.into_iter().map(edit).collect()
    };
    message["children"].as_array()?.iter().find_map(of_child)
}

fn edit(span: &Value) -> Option<Edit> {
    let number = |name: &str| usize::try_from(span[name].as_u64()?).ok();
    Some(Edit {
        file: span["file_name"].as_str()?.to_owned(),
        range: number("byte_start")?..number("byte_end")?,
        text: span["suggested_replacement"].as_str()?.to_owned(),
    })
}

/// The sources of a package of the project that the compiler names beside what it made of them.
fn sources(artifact: &Value) -> Vec<String> {
    let ours =
        artifact["package_id"].as_str().is_some_and(|id| id.contains("path+file://") || !id.contains("+"));
    let made = artifact["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let executable = artifact["executable"].as_str();
    if !ours {
        return Vec::new();
    }
    made.chain(executable).filter_map(|made| listed(&list_beside(Path::new(made))?)).flatten().collect()
}

/// `deps/libx-1f2e.rmeta` → `deps/x-1f2e.d`.
fn list_beside(made: &Path) -> Option<PathBuf> {
    let stem = made.file_stem()?.to_str()?;
    let library = made.extension().is_some_and(|end| end == "rmeta" || end == "rlib" || end == "so");
    let stem = if library { stem.strip_prefix("lib").unwrap_or(stem) } else { stem };
    Some(made.with_file_name(format!("{stem}.d")))
}

fn listed(list: &Path) -> Option<Vec<String>> {
    let size = std::fs::metadata(list).ok().filter(std::fs::Metadata::is_file)?.len();
    let text = std::fs::read_to_string(list).ok().filter(|_| size <= MAX_LIST)?;
    let files = text.lines().filter_map(|line| line.strip_suffix(':')).filter(|file| file.ends_with(".rs"));
    Some(files.map(|file| file.replace("\\ ", " ")).collect())
}

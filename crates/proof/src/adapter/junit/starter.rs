//! First opinions on the JVM: maven compiles, surefire is given a script for its `java`, which notes what it was to run, and
//! a small program of ours runs that on JUnit's platform, in a JVM for each candidate.
//!
//! Promises: the program and the archive that makes it start faster lie in the scratch folder, where no test can write. What
//! cannot be read as surefire's is not run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use regreen_case::Framework;
use regreen_supervise::{Deadline, Environment, ProcessSpec};
use sha2::{Digest as _, Sha256};

use crate::adapter::left_file;
use crate::adapter::noted::Start;
use crate::counted::{RECORD, RunContext, TestOutcome, TestResult};
use crate::error::ProofError;

/// The program.
const SOURCE: &str = include_str!("starter/Platform.java");
const NAME: &str = "Platform";
/// Longest that compiling it, or making the archive, may take.
const MAKING: Duration = Duration::from_secs(60);
/// What surefire is told has fewer bytes.
const MOST: u64 = 4 * 1024 * 1024;

/// Makes the starts that surefire's were ready to be ours. None of those that JUnit's platform does not run.
pub(super) fn own_words(starts: Vec<Start>, context: &RunContext<'_>) -> Result<Vec<Start>, ProofError> {
    let mut own = Vec::new();
    for start in starts {
        own.extend(own_start(start, context)?);
    }
    Ok(own)
}

fn own_start(start: Start, context: &RunContext<'_>) -> Result<Option<Start>, ProofError> {
    let Some(kept) = start.kept.as_deref() else { return Ok(None) };
    let Some(told) = told(kept) else { return Ok(None) };
    let Some(at) = start.argv.iter().position(|word| word == "-jar") else { return Ok(None) };
    let java = |name: &str| match start.env.get("JAVA_HOME").filter(|home| !home.is_empty()) {
        Some(home) => Path::new(home).join("bin").join(name).display().to_string(),
        None => name.to_owned(),
    };
    let (folders, jars): (Vec<String>, Vec<String>) =
        told.class_path.into_iter().partition(|path| !path.ends_with(".jar"));
    let maker = Maker { context, env: &start.env, cwd: &start.cwd };
    let mut rest =
        vec![NAME.to_owned(), told.file.display().to_string(), told.properties.display().to_string()];
    rest.extend(folders);
    let Some(made) = maker.program(&jars, &java, &rest)? else { return Ok(None) };
    let mut argv = vec![java("java")];
    // Surefire enables assertions unless told otherwise; quick to start is worth more than quick later.
    argv.extend(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-ea"].map(str::to_owned));
    if let Some(archive) = made.archive {
        argv.push(format!("-XX:SharedArchiveFile={}", archive.display()));
    }
    argv.extend(start.argv[..at].iter().cloned());
    argv.extend(["-cp".to_owned(), made.class_path]);
    argv.extend(rest);
    Ok(Some(Start { argv, cwd: start.cwd, env: start.env, kept: start.kept }))
}

/// What surefire was told.
struct Told {
    class_path: Vec<String>,
    /// Its properties, and those it was to set.
    file: PathBuf,
    properties: PathBuf,
}

/// From the files that surefire had laid out for its JVM.
fn told(folder: &Path) -> Option<Told> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).take(100).collect();
    files.sort();
    let (mut found, mut properties) = (None, None);
    for file in files {
        let Ok(text) = left_file::text(&file, MOST) else { continue };
        if text.starts_with("#surefire_") {
            properties = Some(file);
        } else if text.contains("providerConfiguration=") {
            found = Some((file, text));
        }
    }
    let (file, text) = found?;
    let lines: BTreeMap<String, String> = text.lines().filter_map(property).collect();
    if !lines.get("providerConfiguration")?.contains("junitplatform") {
        return None;
    }
    let mut class_path = Vec::new();
    for list in ["classPathUrl", "surefireClassPathUrl"] {
        class_path.extend((0..).map_while(|at| lines.get(&format!("{list}.{at}")).cloned()));
    }
    // A colon would part a path in two.
    let plain = class_path.iter().all(|path| path.starts_with('/') && !path.contains(':'));
    plain.then_some(Told { class_path, file, properties: properties? })
}

/// `name=value`, with Java's escapes as far as paths have them.
fn property(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
    let mut plain = String::new();
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next()? {
                'u' => {
                    let code: String = letters.by_ref().take(4).collect();
                    plain.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
                }
                other => plain.push(other),
            },
            other => plain.push(other),
        }
    }
    Some((name.to_owned(), plain))
}

/// Our program, compiled.
struct Made {
    class_path: String,
    archive: Option<PathBuf>,
}

/// Compiles our program for a class path, once.
struct Maker<'m> {
    context: &'m RunContext<'m>,
    env: &'m Environment,
    cwd: &'m Path,
}

impl Maker<'_> {
    fn program(
        &self,
        jars: &[String],
        java: &dyn Fn(&str) -> String,
        rest: &[String],
    ) -> Result<Option<Made>, ProofError> {
        let mut hasher = Sha256::new();
        jars.iter().for_each(|jar| hasher.update(format!("{jar}\0")));
        let name: String = hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let folder = self.context.scratch.join("jvm-starter").join(name);
        let (jar, archive) = (folder.join("starter.jar"), folder.join("starter.jsa"));
        let class_path =
            std::iter::once(jar.display().to_string()).chain(jars.iter().cloned()).collect::<Vec<_>>();
        let class_path = class_path.join(":");
        if !jar.is_file() {
            std::fs::create_dir_all(&folder).map_err(ProofError::io("create", &folder))?;
            let source = folder.join("Platform.java");
            std::fs::write(&source, SOURCE).map_err(ProofError::io("write", &source))?;
            let place = folder.display().to_string();
            let compile = [
                "-proc:none",
                "-nowarn",
                "-d",
                &place,
                "-cp",
                &jars.join(":"),
                &source.display().to_string(),
            ]
            .map(str::to_owned);
            let pack = ["--create", "--file", &jar.display().to_string(), "-C", &place, "Platform.class"]
                .map(str::to_owned);
            if !self.run(&java("javac"), &compile, &folder)? || !self.run(&java("jar"), &pack, &folder)? {
                return Ok(None);
            }
            let mut archived = vec![
                format!("-XX:ArchiveClassesAtExit={}", archive.display()),
                "-XX:+UseSerialGC".to_owned(),
            ];
            archived.extend(["-cp".to_owned(), class_path.clone()]);
            archived.extend(rest.iter().cloned());
            // Without one it is slower, nothing else.
            let _ = self.run(&java("java"), &archived, &folder)?;
        }
        Ok(Some(Made { class_path, archive: archive.is_file().then_some(archive) }))
    }

    fn run(&self, program: &str, words: &[String], writable: &Path) -> Result<bool, ProofError> {
        let argv = std::iter::once(program.to_owned()).chain(words.iter().cloned()).collect();
        let deadline = self.context.deadline.earlier(Deadline::after(MAKING));
        let mut spec = ProcessSpec::new(argv, self.cwd, deadline);
        spec.env = self.env.clone();
        spec.sandbox = self.context.sandbox.clone().writing(self.context.checkout).writing(writable);
        let outcome = regreen_supervise::run(spec, self.context.cancel)?;
        if !outcome.end.is_success() {
            tracing::debug!("{program}: {}: {}", outcome.end, outcome.tail);
        }
        Ok(outcome.end.is_success())
    }
}

/// What our program printed.
pub(super) fn first_results(text: &str, framework: Framework) -> Vec<TestResult> {
    let result = |line: &str| {
        let mut parts = line.strip_prefix(RECORD)?.splitn(3, '\t');
        let outcome = match parts.next()? {
            "passed" => TestOutcome::Passed,
            "failed" => TestOutcome::Failed,
            "skipped" => TestOutcome::Skipped,
            _ => return None,
        };
        let (id, message) = (parts.next()?.to_owned(), parts.next()?);
        let failure =
            (outcome == TestOutcome::Failed).then(|| crate::failures::plain(framework, &id, None, message));
        Some(TestResult { id, suite: None, outcome, failure, seconds: None })
    };
    text.lines().filter_map(result).collect()
}

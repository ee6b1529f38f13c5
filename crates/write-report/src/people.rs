//! Whom to ask when no pull request names anybody: owners and authors of the code in question.
//!
//! The author of the commit that broke the test comes first. Code in question: the files of the patch, the project's frames of the stack, the test. Names
//! only, no addresses: a report travels further than a commit log.

use std::collections::BTreeMap;
use std::path::Path;

use regreen_case::Person;
use regreen_workspace::{Codeowners, Repository};

use crate::documents::Documents;

/// Places looked at, people named.
const MAX_PLACES: usize = 6;
const MAX_PEOPLE: usize = 5;

/// Where GitHub looks for the file, in its order.
const CODEOWNERS: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// A file, and the lines in question when they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    file: String,
    line: Option<u32>,
}

/// Looks into the repository. It need not be one, nor have the files: then nobody is named.
pub(crate) fn find(repo: &Path, documents: &Documents) -> Vec<Person> {
    let places = places(documents);
    let mut people: Vec<Person> = culprits_author(documents).into_iter().collect();
    let Ok(repository) = Repository::discover(repo) else { return people };
    let Ok(commit) = repository.resolve("HEAD") else { return people };
    if places.is_empty() {
        return people;
    }
    let more = owners(&repository, &commit, &places).into_iter();
    for person in more.chain(authors(&repository, &commit, &places)) {
        if !people.iter().any(|known| known.who == person.who) {
            people.push(person);
        }
    }
    people.truncate(MAX_PEOPLE);
    people
}

/// Who wrote the commit that broke the test, where `implement-fix` found one.
fn culprits_author(documents: &Documents) -> Option<Person> {
    let culprit = documents.fix.get()?.culprit.as_ref()?;
    let why = format!("wrote {}, which broke the test", culprit.commit.get(..7).unwrap_or(&culprit.commit));
    (!culprit.author.contains("[bot]")).then(|| Person { who: culprit.author.clone(), why })
}

/// Innermost frames first: that is where it broke.
fn places(documents: &Documents) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut add = |file: &str, line: Option<u32>| {
        let file = file.trim_start_matches("./");
        if !file.is_empty()
            && !Path::new(file).is_absolute()
            && !places.iter().any(|place| place.file == file)
        {
            places.push(Place { file: file.to_owned(), line });
        }
    };
    if let Some(fix) = documents.fix.get() {
        fix.files.iter().for_each(|changed| add(&changed.path, None));
    }
    if let Some(failure) = documents.failure.get() {
        for test in failure.tests.iter().take(3) {
            test.frames.iter().rev().filter(|f| f.project).for_each(|f| add(&f.file, Some(f.line)));
            if let Some(file) = &test.file {
                add(file, test.line);
            }
        }
        if let Some(cause) = &failure.cause
            && let Some(file) = &cause.file
        {
            add(file, cause.line);
        }
    }
    if let Some(found) = documents.reproduction.get() {
        found.tests.iter().filter_map(|test| test.file.as_deref()).for_each(|file| add(file, None));
    }
    places.truncate(MAX_PLACES);
    places
}

fn owners(repository: &Repository, commit: &str, places: &[Place]) -> Vec<Person> {
    let text = CODEOWNERS.into_iter().find_map(|path| repository.read_file(commit, path).ok().flatten());
    let Some(text) = text else { return Vec::new() };
    let codeowners = Codeowners::parse(&String::from_utf8_lossy(&text));
    let mut people: Vec<Person> = Vec::new();
    for place in places {
        for who in codeowners.owners_of(&place.file) {
            if !people.iter().any(|person| person.who == *who) {
                people.push(Person { who: who.clone(), why: format!("owns {} (CODEOWNERS)", place.file) });
            }
        }
    }
    people
}

fn authors(repository: &Repository, commit: &str, places: &[Place]) -> Vec<Person> {
    let mut lines_by: BTreeMap<String, (u32, String)> = BTreeMap::new();
    for place in places {
        let around = lines_around(repository, commit, place);
        for blamed in repository.blame(commit, &place.file, &around).unwrap_or_default() {
            let entry = lines_by.entry(blamed.author).or_insert((0, place.file.clone()));
            entry.0 += blamed.lines;
        }
    }
    let mut authors: Vec<_> = lines_by.into_iter().collect();
    authors.sort_by_key(|(_, (lines, _))| std::cmp::Reverse(*lines));
    authors
        .into_iter()
        .map(|(who, (lines, file))| {
            let unit = if lines == 1 { "line" } else { "lines" };
            Person { who, why: format!("last changed {lines} {unit} of the code in question ({file})") }
        })
        .collect()
}

/// A few lines around the one in question; without one, the whole file (its beginning when long).
fn lines_around(repository: &Repository, commit: &str, place: &Place) -> Vec<u32> {
    let text = repository.read_file(commit, &place.file).ok().flatten().unwrap_or_default();
    let last = u32::try_from(String::from_utf8_lossy(&text).lines().count()).unwrap_or(u32::MAX);
    match place.line {
        Some(line) => (line.saturating_sub(3).max(1)..=line.saturating_add(3).min(last)).collect(),
        None => (1..=last.min(400)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::Read;

    fn failing_at(file: &str, line: u32) -> Documents {
        let failure = serde_json::from_value(serde_json::json!({
            "status": "cause-found",
            "cause": {"message": "boom", "file": file, "line": line},
            "timing": {"started_at": "2026-01-02T03:04:05Z", "duration_s": 1.0}
        }));
        Documents { failure: Read::Found(Box::new(failure.unwrap())), ..Documents::default() }
    }

    fn git(folder: &Path, author: &str, arguments: &[&str]) {
        let done = std::process::Command::new("git")
            .args(["-c", &format!("user.name={author}"), "-c", "user.email=x@example.invalid"])
            .args(arguments)
            .current_dir(folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    #[test]
    fn owners_come_first_and_authors_of_the_lines_follow() {
        let folder = tempfile::tempdir().unwrap();
        git(folder.path(), "x", &["init", "-q"]);
        std::fs::write(folder.path().join("CODEOWNERS"), "*.py @org/python\n").unwrap();
        std::fs::write(folder.path().join("a.py"), "1\n2\n3\n").unwrap();
        git(folder.path(), "Ada", &["add", "."]);
        git(folder.path(), "Ada", &["commit", "-q", "-m", "one"]);
        let people = find(folder.path(), &failing_at("a.py", 2));
        let shown: Vec<_> = people.iter().map(|person| format!("{}: {}", person.who, person.why)).collect();
        assert_eq!(
            shown,
            [
                "@org/python: owns a.py (CODEOWNERS)",
                "Ada: last changed 3 lines of the code in question (a.py)"
            ]
        );
        let mut broken = failing_at("a.py", 2);
        let fix = serde_json::json!({"status": "no-fix-found",
            "culprit": {"commit": "0123456789", "subject": "s", "author": "Ada"},
            "timing": {"started_at": "2026-01-02T03:04:05Z", "duration_s": 1.0}});
        broken.fix = Read::Found(Box::new(serde_json::from_value(fix).unwrap()));
        let people = find(folder.path(), &broken);
        let shown: Vec<_> = people.iter().map(|person| format!("{}: {}", person.who, person.why)).collect();
        assert_eq!(
            shown,
            ["Ada: wrote 0123456, which broke the test", "@org/python: owns a.py (CODEOWNERS)"],
            "the author comes first, and once"
        );
        assert!(find(folder.path(), &failing_at("/etc/passwd", 1)).is_empty());
        assert!(find(&folder.path().join("nowhere"), &failing_at("a.py", 2)).is_empty());
    }
}

//! Whom to ask: who wrote the commit that broke the test, who owns the changed files, and who wrote the changed lines.

use std::collections::BTreeSet;

use regreen_case::{Culprit, Person};
use regreen_workspace::{Codeowners, FileChange, Patch, Repository};

use crate::error::OpenPrError;
use crate::forge::Forge;

/// More names are no help.
const MAX_PEOPLE: usize = 8;
/// Files whose authors are looked up.
const MAX_FILES: usize = 10;

/// The author of the culprit, the owners after CODEOWNERS of `tip`, then the authors of the changed lines. `local` is a
/// repository that has the commit that was proven, where there is one.
pub(crate) fn people(
    forge: &dyn Forge,
    tip: &str,
    local: Option<(&Repository, &str)>,
    patch: &Patch,
    culprit: Option<&Culprit>,
) -> Result<Vec<Person>, OpenPrError> {
    let mut people: Vec<Person> = Vec::new();
    let mut known = BTreeSet::new();
    let mut add = |who: String, why: String| {
        if people.len() < MAX_PEOPLE && known.insert(who.to_lowercase()) {
            people.push(Person { who, why });
        }
    };
    if let Some(culprit) = culprit.filter(|culprit| is_person(&culprit.author)) {
        let commit: String = culprit.commit.chars().filter(char::is_ascii_hexdigit).take(7).collect();
        add(culprit.author.clone(), format!("wrote {commit}, which broke the test"));
    }
    if let Some(owners) = codeowners(forge, tip)? {
        for path in patch.files().iter().map(FileChange::path) {
            for owner in owners.owners_of(path).iter().filter(|owner| owner.starts_with('@')) {
                add(owner.clone(), format!("owns {} (CODEOWNERS)", owners.pattern_of(path).unwrap_or(path)));
            }
        }
    }
    for file in patch.files().iter().filter(|file| file.old_path.is_some()).take(MAX_FILES) {
        let path = file.old_path.as_deref().unwrap_or_default();
        let mut blamed = local
            .and_then(|(repository, commit)| repository.blame(commit, path, &touched_lines(file)).ok())
            .unwrap_or_default();
        blamed.retain(|person| is_person(&person.author));
        for person in &blamed {
            let who = login(&person.email).unwrap_or_else(|| person.author.clone());
            add(who, format!("wrote {} of the changed lines of {path}", person.lines));
        }
        if blamed.is_empty() {
            for (who, why) in forge.authors(tip, path) {
                add(who, why);
            }
        }
    }
    Ok(people)
}

fn is_person(author: &str) -> bool {
    !author.is_empty() && !author.contains("[bot]") && author != "Regreen"
}

fn codeowners(forge: &dyn Forge, tip: &str) -> Result<Option<Codeowners>, OpenPrError> {
    for path in Codeowners::PATHS {
        if let Some((_, content)) = forge.file(tip, path)? {
            return Ok(Some(Codeowners::parse(&String::from_utf8_lossy(&content))));
        }
    }
    Ok(None)
}

/// Lines of the old file that are removed, or that new lines are put behind.
fn touched_lines(file: &FileChange) -> Vec<u32> {
    let mut lines = Vec::new();
    for hunk in &file.hunks {
        let mut old = hunk.old_start;
        for (origin, _) in &hunk.lines {
            match origin {
                '-' => lines.push(old),
                '+' if old > 1 => lines.push(old - 1),
                _ => {}
            }
            old += u32::from(*origin != '+');
        }
    }
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// `12345+login@users.noreply.github.com` tells the login; other addresses are nobody's business.
fn login(email: &str) -> Option<String> {
    let user = email.strip_suffix("@users.noreply.github.com")?;
    let login = user.rsplit('+').next()?;
    (!login.is_empty()).then(|| format!("@{login}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn touched_lines_are_those_of_the_old_file() {
        let text = "diff --git a/f b/f\nindex 1..2 100644\n--- a/f\n+++ b/f\n@@ -4,4 +4,4 @@\n a\n-b\n+B\n c\n+d\n e\n";
        let text = text.replace("-4,4 +4,4", "-4,4 +4,5");
        let patch = Patch::from_bytes(text.into_bytes()).unwrap();
        assert_eq!(touched_lines(&patch.files()[0]), [5, 6]);
    }

    #[test]
    fn only_githubs_own_addresses_tell_a_login() {
        assert_eq!(login("1+ann@users.noreply.github.com").as_deref(), Some("@ann"));
        assert_eq!(login("ann@users.noreply.github.com").as_deref(), Some("@ann"));
        assert_eq!(login("ann@example.com"), None);
    }
}

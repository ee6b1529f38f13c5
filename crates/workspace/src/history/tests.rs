//! Lines of commits and their ends.

use super::*;
use crate::fixture::Fixture;

#[test]
fn a_line_goes_along_first_parents_to_its_end() {
    let fixture = Fixture::new();
    let first = fixture.commit("a", "1\n");
    let second = fixture.commit("a", "2\n");
    fixture.git(&["checkout", "-q", "-b", "side", &first]);
    let side = fixture.commit("b", "1\n");
    fixture.git(&["checkout", "-q", "main"]);
    fixture.git(&["merge", "-q", "--no-ff", "-m", "merge\n\nside", "side"]);
    let tip = fixture.git(&["rev-parse", "HEAD"]);
    let repository = fixture.repository();
    let line = repository.first_parents(&tip, None, 100).unwrap();
    assert_eq!(
        (line.commits, line.end),
        (vec![tip.clone(), second.clone(), first.clone()], LineEnd::Beginning)
    );
    let line = repository.first_parents(&tip, Some(&second), 100).unwrap();
    assert_eq!((line.commits.len(), line.end), (2, LineEnd::Reached));
    let line = repository.first_parents(&tip, None, 2).unwrap();
    assert_eq!((line.commits.len(), line.end), (2, LineEnd::Limit));
    let facts = repository.commit_facts(&tip).unwrap();
    assert_eq!(facts.parents, [second.clone(), side.clone()]);
    assert_eq!((facts.author.as_str(), facts.subject.as_str()), ("Ann", "merge"));
    assert!(facts.seconds > 1_500_000_000);
    assert_eq!(repository.merge_base(&second, &side).unwrap(), Some(first.clone()));
    let patch = repository.changes_between(&first, &tip).unwrap();
    let paths: Vec<&str> = patch.files().iter().map(|file| file.path()).collect();
    assert_eq!(paths, ["a", "b"]);
    assert!(repository.commit_facts(&"0".repeat(40)).is_err());
}

#[test]
fn the_end_of_a_shallow_clone_is_no_beginning() {
    let fixture = Fixture::new();
    for content in ["1\n", "2\n", "3\n"] {
        fixture.commit("a", content);
    }
    let clone = tempfile::tempdir().unwrap();
    let target = clone.path().join("clone");
    let from = format!("file://{}", fixture.path().display());
    fixture.git(&["clone", "-q", "--depth", "2", &from, target.to_str().unwrap()]);
    let shallow = Repository::discover(&target).unwrap();
    let line = shallow.first_parents(&shallow.resolve("HEAD").unwrap(), None, 100).unwrap();
    assert_eq!((line.commits.len(), line.end), (2, LineEnd::Shallow));
}

//! Who wrote which line.

use crate::fixture::Fixture;

#[test]
fn lines_are_counted_per_author() {
    let fixture = Fixture::new();
    fixture.commit("a.txt", "1\n2\n3\n");
    fixture.write("a.txt", "1\nzwei\n3\n4\n");
    fixture.git(&["add", "-A"]);
    fixture.git(&["commit", "-q", "-m", "x", "--author", "Bob <bob@example.com>"]);
    let commit = fixture.git(&["rev-parse", "HEAD"]);
    let people = fixture.repository().blame(&commit, "a.txt", &[1, 2, 4, 4, 99]).unwrap();
    let told: Vec<_> = people.iter().map(|p| (p.author.as_str(), p.email.as_str(), p.lines)).collect();
    assert_eq!(told, [("Bob", "bob@example.com", 2), ("Ann", "ann@example.com", 1)]);
    assert!(fixture.repository().blame(&commit, "a.txt", &[]).unwrap().is_empty());
    assert!(fixture.repository().blame(&commit, "nope", &[1]).unwrap().is_empty());
    assert!(fixture.repository().blame(&"0".repeat(40), "a.txt", &[1]).is_err());
}

//! What `cargo xtask tools` unpacked of Debian's packages, and how maven and gradle run offline with it.

use std::path::{Path, PathBuf};

use crate::tools;

/// A path below the unpacked packages, whether it is there or not.
#[must_use]
pub fn root(path: &str) -> PathBuf {
    tools::workspace().join("target/tools/debian/root").join(path)
}

/// The folders below the unpacked packages that a pattern with one `*` fits; the `*` stands for one name.
///
/// # Panics
/// When the pattern has none.
#[must_use]
pub fn matching(pattern: &str) -> Vec<PathBuf> {
    let (before, after) = pattern.split_once('*').expect("a pattern");
    let Ok(entries) = std::fs::read_dir(root(before)) else { return Vec::new() };
    let after = after.trim_start_matches('/');
    let path = |name: PathBuf| if after.is_empty() { name } else { name.join(after) };
    let mut found: Vec<_> = entries.filter_map(Result::ok).map(|entry| path(entry.path())).collect();
    found.retain(|path| path.exists());
    found.sort();
    found
}

/// Folders as a variable that holds several.
#[must_use]
pub fn joined(folders: &[PathBuf]) -> String {
    let texts: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
    texts.join(":")
}

/// Folders of the unpacked libraries.
#[must_use]
pub fn libraries() -> Vec<PathBuf> {
    let mut all = matching("usr/lib/*");
    all.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("-linux-gnu")));
    all
}

/// A copy of a tree whose files are links: maven writes into its repository, so each run gets its own.
///
/// # Panics
/// When it cannot be written.
pub fn link_all(from: &Path, to: &Path) {
    let Ok(entries) = std::fs::read_dir(from) else { return };
    std::fs::create_dir_all(to).expect("a folder");
    for entry in entries.filter_map(Result::ok) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            link_all(&entry.path(), &target);
        } else if !target.exists() {
            std::os::unix::fs::symlink(entry.path(), target).expect("a link");
        }
    }
}

/// A repository of maven with all that Debian has.
pub fn maven_repository(at: &Path) {
    link_all(&root("usr/share/maven-repo"), at);
    link_all(Path::new("/usr/share/maven-repo"), at);
}

/// Variables with which maven and gradle find Java and, below this home directory, a repository that they
/// may write.
#[must_use]
pub fn java(home: &Path) -> Vec<(&'static str, String)> {
    let repository = home.join(".m2/repository");
    maven_repository(&repository);
    let mut variables = vec![
        // Programs that live for seconds are not worth the second compiler.
        (
            "MAVEN_OPTS",
            format!("-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dmaven.repo.local={}", repository.display()),
        ),
        ("GRADLE_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC".to_owned()),
        ("GRADLE_USER_HOME", home.join(".gradle").display().to_string()),
    ];
    variables.extend(java_home().map(|home| ("JAVA_HOME", home.display().to_string())));
    variables
}

/// Where the unpacked Java is.
#[must_use]
pub fn java_home() -> Option<PathBuf> {
    Some(matching("usr/lib/jvm/*/bin/javac").first()?.parent()?.parent()?.to_owned())
}

//! What maven and gradle need to run offline: Debian's packages, wherever they are unpacked.

use crate::bench::Bench;

/// What `cargo xtask tools` unpacked of Debian's packages, and what the system has.
pub(crate) mod debian {
    use std::path::{Path, PathBuf};

    use regreen_tests::tools;

    use super::Bench;

    /// A path below the unpacked packages, whether it is there or not.
    pub(crate) fn root(path: &str) -> PathBuf {
        tools::workspace().join("target/tools/debian/root").join(path)
    }

    /// The folders below the unpacked packages that a pattern with one `*` fits.
    pub(crate) fn matching(pattern: &str) -> Vec<PathBuf> {
        let (before, after) = pattern.split_once('*').unwrap();
        let Ok(entries) = std::fs::read_dir(root(before)) else { return Vec::new() };
        let after = after.trim_start_matches('/');
        let path = |name: PathBuf| if after.is_empty() { name } else { name.join(after) };
        let mut found: Vec<_> = entries.filter_map(Result::ok).map(|entry| path(entry.path())).collect();
        found.retain(|path| path.exists());
        found.sort();
        found
    }

    /// Folders as a variable that holds several.
    pub(crate) fn joined(folders: &[PathBuf]) -> String {
        let texts: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        texts.join(":")
    }

    /// Puts the unpacked programs and libraries where a bench finds them.
    pub(crate) fn make_known(bench: &mut Bench) {
        let path = format!("{}:{}", root("usr/bin").display(), bench.env["PATH"]);
        bench.env.insert("PATH".to_owned(), path);
        let mut libraries = matching("usr/lib/*");
        libraries.retain(|path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().ends_with("-linux-gnu"))
        });
        if !libraries.is_empty() {
            bench.env.insert("LD_LIBRARY_PATH".to_owned(), joined(&libraries));
        }
    }

    /// A copy of a tree whose files are links.
    pub(crate) fn link_all(from: &Path, to: &Path) {
        let Ok(entries) = std::fs::read_dir(from) else { return };
        std::fs::create_dir_all(to).unwrap();
        for entry in entries.filter_map(Result::ok) {
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                link_all(&entry.path(), &target);
            } else if !target.exists() {
                std::os::unix::fs::symlink(entry.path(), target).unwrap();
            }
        }
    }
}

/// Makes Java and a local repository of maven known.
pub(crate) fn prepare(bench: &mut Bench) {
    debian::make_known(bench);
    // Where it may be written: below the home directory that programs are told.
    let home = bench.folder.path().join("home");
    let repository = home.join(".m2/repository");
    debian::link_all(&debian::root("usr/share/maven-repo"), &repository);
    debian::link_all(std::path::Path::new("/usr/share/maven-repo"), &repository);
    let options = format!("-Dmaven.repo.local={}", repository.display());
    bench.env.insert("MAVEN_OPTS".to_owned(), options);
    bench.env.insert("GRADLE_USER_HOME".to_owned(), home.join(".gradle").display().to_string());
    let maven = debian::root("usr/share/maven/bin");
    if maven.exists() {
        let path = format!("{}:{}", maven.display(), bench.env["PATH"]);
        bench.env.insert("PATH".to_owned(), path);
    }
    if let Some(java) = debian::matching("usr/lib/jvm/*/bin/javac").first() {
        let home = java.parent().and_then(std::path::Path::parent).unwrap();
        bench.env.insert("JAVA_HOME".to_owned(), home.display().to_string());
    }
}

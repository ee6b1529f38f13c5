//! JUnit through Maven's surefire, offline, on Debian's own repository of Maven artifacts.

use std::path::Path;

use crate::debian;

/// Maven writes into its repository, so each run gets one of links.
fn link_all(from: &Path, to: &Path) {
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

#[test]
fn surefire() {
    let mut bench = debian::bench("java");
    let repository = bench.folder().join("repository");
    link_all(&debian::root("usr/share/maven-repo"), &repository);
    link_all(Path::new("/usr/share/maven-repo"), &repository);
    if let Some(java) = debian::matching("usr/lib/jvm/*/bin/javac").first() {
        let home = java.parent().and_then(Path::parent).unwrap().display().to_string();
        bench = bench.env("JAVA_HOME", home);
    }
    let maven = debian::root("usr/share/maven/bin/mvn");
    let maven = if maven.exists() { maven.display().to_string() } else { "mvn".to_owned() };
    let local = format!("-Dmaven.repo.local={}", repository.display());
    let base = [maven.as_str(), "--offline", "--batch-mode", local.as_str()];
    // Compiling needs everything but surefire; what that needs shows in the green run.
    if !bench.has(&[&base[..], &["test"]].concat()) {
        return;
    }
    for style in [&[][..], &["-Dstyle.color=always"], &["-DtrimStackTrace=false", "-Dsurefire.useFile=false"]]
    {
        let argv = [&base[..], style, &["surefire:test"]].concat();
        for variant in ["red", "green"] {
            bench.check(variant, &argv);
        }
    }
    bench.finish();
}

//! JUnit through Maven's surefire, offline, on Debian's own repository of Maven artifacts.

use crate::debian;

#[test]
fn surefire() {
    let mut bench = debian::bench("java");
    let repository = bench.folder().join("repository");
    debian::maven_repository(&repository);
    if let Some(home) = debian::java_home() {
        bench = bench.env("JAVA_HOME", home.display().to_string());
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

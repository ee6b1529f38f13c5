//! `dist/run.sh`: every way to a binary, in order, and what must never be run.
//!
//! Each test copies the script beside a version and a manifest of its own, so that what the
//! repository's manifest holds at the moment does not matter.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use sha2::{Digest, Sha256};

const ASSET: &str = "#!/bin/sh\necho \"asset $*\"\n";
const NEEDED: [&str; 15] = [
    "bash",
    "cat",
    "chmod",
    "curl",
    "dirname",
    "env",
    "id",
    "mkdir",
    "mktemp",
    "mv",
    "rm",
    "sha256sum",
    "shasum",
    "sleep",
    "uname",
];
const TOKENS: [&str; 4] = ["GITHUB_TOKEN", "REGREEN_TOKEN", "ACTIONS_RUNTIME_TOKEN", "MY_SECRET"];

struct Source {
    root: tempfile::TempDir,
}

impl Source {
    fn new(manifest: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let dist = root.path().join("dist");
        fs::create_dir(&dist).unwrap();
        fs::copy(repository().join("dist/run.sh"), dist.join("run.sh")).unwrap();
        fs::write(dist.join("version"), "9.9.9\n").unwrap();
        fs::write(dist.join("manifest.tsv"), format!("# comment\n{manifest}")).unwrap();
        for directory in ["bin", "cache", "temp", "mirror/v9.9.9", "tools"] {
            fs::create_dir_all(root.path().join(directory)).unwrap();
        }
        // Not the whole system: on some, cargo lies beside curl.
        for name in NEEDED {
            let of_system = ["/usr/bin", "/bin"].map(|directory| Path::new(directory).join(name));
            if let Some(path) = of_system.into_iter().find(|path| path.exists()) {
                std::os::unix::fs::symlink(path, root.path().join("tools").join(name)).unwrap();
            }
        }
        Source { root }
    }

    fn with_asset(hash_of: &str, asset: &str) -> Self {
        let source = Source::new(&format!("reproduce\t{}\t{}\n", target(), hash(hash_of)));
        fs::write(source.path(&format!("mirror/v9.9.9/reproduce-{}", target())), asset).unwrap();
        source
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    fn cached(&self, name: &str) -> PathBuf {
        self.path(&format!("cache/regreen/9.9.9/{}/{name}", std::env::consts::ARCH))
    }

    /// A command that prints its name, arguments and environment, and does what cargo would.
    fn fake_cargo(&self) {
        let script = "#!/bin/sh\nenv > \"$(dirname \"$0\")/cargo.env\"\necho \"$@\" > \"$(dirname \"$0\")/cargo.args\"\n\
            for last; do :; done\nmkdir -p \"$last/release\"\n\
            printf '#!/bin/sh\\necho \"built $*\"\\n' > \"$last/release/reproduce\"\nchmod +x \"$last/release/reproduce\"\n";
        program(&self.path("tools/cargo"), script);
    }

    /// The script's own run, with only the system's programs and `tools` to find.
    fn command(&self) -> Command {
        let mut command = Command::new("bash");
        command.arg(self.path("dist/run.sh")).arg("reproduce").arg("--one").arg("two words");
        command.env_clear();
        command.env("PATH", self.path("tools"));
        command.env("HOME", self.root.path()).env("RUNNER_TEMP", self.path("temp"));
        command.env("REGREEN_MIRROR", format!("file://{}", self.path("mirror").display()));
        command.env("RUNNER_TOOL_CACHE", self.path("cache"));
        for name in TOKENS {
            command.env(name, "top-secret");
        }
        command
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn target() -> String {
    let system = if cfg!(target_os = "macos") { "apple-darwin" } else { "unknown-linux-musl" };
    format!("{}-{system}", std::env::consts::ARCH)
}

fn program(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[track_caller]
fn printed(output: &Output, expected: &str) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out == expected, "{:?}\n{out}\n{err}", output.status);
}

#[track_caller]
fn refused(output: &Output, code: i32, reason: &str) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{out}\n{err}");
    assert!(err.contains(reason) && err.contains("hint: "), "{err}");
    assert!(!out.contains("asset") && !out.contains("built"), "ran something: {out}");
}

#[test]
fn an_explicit_directory_comes_first_and_must_hold_the_binary() {
    let source = Source::with_asset(ASSET, ASSET);
    program(&source.path("bin/reproduce"), "#!/bin/sh\necho \"own $*\"\n");
    let run =
        |directory: &str| source.command().env("REGREEN_BIN_DIR", source.path(directory)).output().unwrap();
    printed(&run("bin"), "own --one two words\n");
    refused(&run("empty"), 3, "is not an executable file");
}

#[test]
fn a_release_asset_is_checked_kept_and_checked_again() {
    let source = Source::with_asset(ASSET, ASSET);
    printed(&source.command().output().unwrap(), "asset --one two words\n");
    assert!(source.cached("reproduce.complete").exists());
    fs::remove_dir_all(source.path("mirror")).unwrap();
    printed(&source.command().output().unwrap(), "asset --one two words\n");
    fs::write(source.cached("reproduce"), "#!/bin/sh\necho asset, but evil\n").unwrap();
    refused(&source.command().output().unwrap(), 3, "the cached file");
}

#[test]
fn an_interrupted_download_in_the_cache_is_replaced() {
    let source = Source::with_asset(ASSET, ASSET);
    fs::create_dir_all(source.cached("")).unwrap();
    fs::write(source.cached("reproduce"), "#!/bin/sh\necho asset, hal").unwrap();
    printed(&source.command().output().unwrap(), "asset --one two words\n");
}

#[test]
fn a_tampered_asset_is_fatal_even_where_a_build_would_work() {
    let source = Source::with_asset(ASSET, "#!/bin/sh\necho asset, but evil\n");
    source.fake_cargo();
    refused(&source.command().output().unwrap(), 3, "the download");
    assert!(!source.cached("reproduce").exists(), "the tampered file was kept");
    let annotated = source.command().env("GITHUB_ACTIONS", "true").output().unwrap();
    assert!(String::from_utf8_lossy(&annotated.stdout).starts_with("::error::the download"), "{annotated:?}");
}

#[test]
fn without_an_entry_or_an_answer_the_source_is_built_without_secrets() {
    for source in [Source::new(""), Source::with_asset(ASSET, ASSET)] {
        source.fake_cargo();
        fs::remove_dir_all(source.path("mirror")).unwrap();
        printed(&source.command().output().unwrap(), "built --one two words\n");
        let arguments = fs::read_to_string(source.path("tools/cargo.args")).unwrap();
        let temp = source.path("temp");
        assert!(arguments.starts_with("build --locked --release --package regreen-reproduce"), "{arguments}");
        assert!(arguments.contains(&*temp.to_string_lossy()), "{arguments}");
        let environment = fs::read_to_string(source.path("tools/cargo.env")).unwrap();
        assert!(environment.contains("PATH=") && !environment.contains("top-secret"), "{environment}");
    }
}

#[test]
fn without_cargo_the_message_says_what_to_do() {
    let source = Source::new("");
    refused(&source.command().output().unwrap(), 3, "cargo is not installed");
}

#[test]
fn a_download_carries_no_credentials() {
    let source = Source::with_asset(ASSET, ASSET);
    // What curl gets: arguments and nothing from a configuration file.
    let spy = "#!/bin/sh\necho \"$@\" > \"$(dirname \"$0\")/curl.args\"\nexit 22\n";
    fs::remove_file(source.path("tools/curl")).unwrap();
    program(&source.path("tools/curl"), spy);
    fs::write(source.path(".curlrc"), "header = \"Authorization: token top-secret\"\n").unwrap();
    refused(&source.command().output().unwrap(), 3, "cargo is not installed");
    let arguments = fs::read_to_string(source.path("tools/curl.args")).unwrap();
    assert!(arguments.starts_with("--disable ") && !arguments.contains("top-secret"), "{arguments}");
}

#[test]
fn plain_http_mirrors_and_unknown_names_are_bad_input() {
    let source = Source::with_asset(ASSET, ASSET);
    let output = source.command().env("REGREEN_MIRROR", "http://mirror.example").output().unwrap();
    refused(&output, 2, "is not an https address");
    let output = Command::new("bash").arg(source.path("dist/run.sh")).arg("../../bin/sh").output().unwrap();
    refused(&output, 2, "unknown binary");
}

#[test]
fn a_damaged_manifest_is_fatal() {
    let source = Source::new(&format!("reproduce\t{}\tabc\n", target()));
    source.fake_cargo();
    let output = source.command().output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("no valid SHA-256"), "{output:?}");
}

#[test]
fn signals_reach_the_binary_itself() {
    let source = Source::new("");
    // Ends by itself after five seconds, so that a lost signal fails the test instead of hanging it.
    // SIGTERM: a shell that was started in the background may not trap SIGINT.
    let script = "#!/bin/sh\ntrap 'echo stopped; exit 143' TERM\necho started > \"$STARTED\"\n\
        i=0; while [ $i -lt 100 ]; do sleep 0.05; i=$((i + 1)); done\n";
    program(&source.path("bin/reproduce"), script);
    let started = source.path("started");
    let mut command = source.command();
    command.env("REGREEN_BIN_DIR", source.path("bin")).env("STARTED", &started);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    while !started.exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let pid = nix::unistd::Pid::from_raw(i32::try_from(child.id()).unwrap());
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stdout), (Some(143), &b"stopped\n"[..]));
}

#[test]
fn the_committed_files_belong_together() {
    let read = |name: &str| fs::read_to_string(repository().join(name)).unwrap();
    let version = read("dist/version");
    assert!(read("Cargo.toml").contains(&format!("\nversion = \"{}\"", version.trim())), "{version}");
    for line in read("dist/manifest.tsv").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        assert_eq!(fields.len(), 3, "{line}");
        assert!(fields[2].len() == 64 && fields[2].bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
    }
}

#[test]
fn every_binary_can_be_built_under_the_name_the_script_uses() {
    let script = fs::read_to_string(repository().join("dist/run.sh")).unwrap();
    let names = script.split("BINARIES=\"").nth(1).unwrap().split('"').next().unwrap();
    for binary in names.split(' ') {
        let manifest = repository().join("crates").join(binary).join("Cargo.toml");
        let manifest = fs::read_to_string(&manifest).unwrap_or_else(|error| panic!("{binary}: {error}"));
        let package = if binary == "regreen" { "regreen".to_owned() } else { format!("regreen-{binary}") };
        assert!(manifest.starts_with(&format!("[package]\nname = \"{package}\"")), "{manifest}");
        assert!(manifest.contains(&format!("[[bin]]\nname = \"{binary}\"")), "{manifest}");
    }
    assert_eq!(names.split(' ').count(), 7);
}

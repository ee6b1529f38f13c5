//! Folders of links.

use std::collections::BTreeMap;

use regreen_case::Redactor;
use regreen_supervise::{Cancel, Deadline, Sandbox};

use super::*;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place { folder };
        for file in [
            "user/node_modules/jest/package.json",
            "user/node_modules/@jest/core/index.js",
            "user/node_modules/.bin/jest",
            "user/node_modules/.cache/poison",
            "user/packages/core/node_modules/deep/index.js",
            "user/packages/core/index.js",
            "checkout/packages/core/index.js",
        ] {
            place.write(file, r#"{"bin":{"jest":"./bin.js"}}"#);
        }
        place.write("user/node_modules/jest/bin.js", "");
        symlink("../../packages/core", place.path("user/node_modules/@jest/ours")).unwrap();
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn provide(&self) {
        let redactor = Redactor::default();
        let (env, cancel) = (BTreeMap::new(), Cancel::new());
        let context = RunContext {
            checkout: &self.path("checkout"),
            repo_root: &self.path("user"),
            scratch: self.folder.path(),
            env: &env,
            deadline: Deadline::after(std::time::Duration::from_secs(60)),
            cancel: &cancel,
            log: None,
            redactor: &redactor,
            sandbox: &Sandbox::off(),
        };
        provide(&context, "").unwrap();
    }

    fn leads(&self, name: &str) -> PathBuf {
        let real = fs::canonicalize(self.path("checkout/node_modules").join(name)).unwrap();
        real.strip_prefix(fs::canonicalize(self.folder.path()).unwrap()).unwrap().to_owned()
    }
}

#[test]
fn modules_are_the_users_and_packages_the_checkouts() {
    let place = Place::new();
    place.provide();
    assert_eq!(place.leads("jest"), Path::new("user/node_modules/jest"));
    assert_eq!(place.leads("@jest/core"), Path::new("user/node_modules/@jest/core"));
    assert_eq!(place.leads("@jest/ours"), Path::new("checkout/packages/core"), "the judged one");
    assert!(place.path("checkout/packages/core/node_modules/deep/index.js").is_file());
    assert!(!place.path("checkout/node_modules/.cache").exists());
}

#[test]
fn what_a_run_or_a_patch_put_there_is_gone_in_the_next() {
    let place = Place::new();
    // A patch that brings its own runner; a link that leads elsewhere; a folder that is none.
    place.write("checkout/node_modules/jest/package.json", "{}");
    place.write("checkout/node_modules/evil/index.js", "");
    place.write("checkout/node_modules/@jest/evil/index.js", "");
    place.provide();
    assert_eq!(place.leads("jest"), Path::new("user/node_modules/jest"));
    assert!(!place.path("checkout/node_modules/evil").exists());
    assert!(!place.path("checkout/node_modules/@jest/evil").exists());
    place.write("checkout/node_modules/.vite/results.json", "");
    place.provide();
    assert!(!place.path("checkout/node_modules/.vite").exists());
    fs::remove_dir_all(place.path("checkout/node_modules")).unwrap();
    symlink(place.path("user/packages"), place.path("checkout/node_modules")).unwrap();
    place.provide();
    assert_eq!(place.leads("jest"), Path::new("user/node_modules/jest"));
    assert!(
        place.path("user/packages/core/index.js").is_file() && !place.path("user/packages/jest").exists()
    );
}

#[test]
fn the_runner_is_never_the_checkouts() {
    let place = Place::new();
    place.write("checkout/node_modules/mocha/package.json", r#"{"bin":"x.js"}"#);
    assert!(entry(&place.path("user"), "", "mocha", "mocha").is_err());
    let found = entry(&place.path("user"), "packages/core", "jest", "jest").unwrap();
    assert!(found.program.ends_with("user/node_modules/jest/bin.js"), "{found:?}");
}

//! Every rule refuses what it is for, and nothing else.

use super::*;

fn rules(policy: &PatchPolicy, patch: &str) -> Vec<Rule> {
    let patch = Patch::from_bytes(patch.as_bytes().to_vec()).unwrap();
    policy.check(&patch).into_iter().map(|refusal| refusal.rule).collect()
}

fn changing(path: &str) -> String {
    format!(
        "diff --git a/{path} b/{path}\nindex 1..2 100644\n--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-a\n+b\n"
    )
}

#[test]
fn an_ordinary_patch_passes() {
    let policy = PatchPolicy::default();
    assert!(rules(&policy, &changing("src/a b.py")).is_empty());
    let script =
        "diff --git a/s b/s\nnew file mode 100755\nindex 0..1\n--- /dev/null\n+++ b/s\n@@ -0,0 +1 @@\n+x\n";
    assert!(rules(&policy, script).is_empty());
    for path in ["a/.gitignore", "src/git/x", "a..b", "...", ".editorconfig", "github/x"] {
        assert!(rules(&policy, &changing(path)).is_empty(), "{path}");
    }
}

#[test]
fn paths_that_lead_out_or_into_git_are_refused() {
    for path in [
        "/etc/passwd",
        "../x",
        "a/../../x",
        "./x",
        "a//b",
        ".git/config",
        "a/.GIT/hooks/x",
        ".git",
        "GIT~1/x",
        ".git./x",
        ".git /x",
        ".git::$INDEX_ALLOCATION/x",
        ".g\u{200c}it/x",
        "a\\b",
        "a\u{7f}",
        "",
    ] {
        assert!(path_problem(path).is_some(), "{path:?}");
    }
    assert_eq!(rules(&PatchPolicy::default(), &changing("../x")), [Rule::Path]);
    let rename = "diff --git a/ok b/.git/x\nsimilarity index 100%\nrename from ok\nrename to .git/x\n";
    assert_eq!(rules(&PatchPolicy::default(), rename), [Rule::Path]);
}

#[test]
fn links_submodules_modes_and_binaries_are_refused() {
    let policy = PatchPolicy::default();
    let new = |mode: &str| {
        format!(
            "diff --git a/x b/x\nnew file mode {mode}\nindex 0..1\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+y\n"
        )
    };
    assert_eq!(rules(&policy, &new("120000")), [Rule::Symlink]);
    assert_eq!(rules(&policy, &new("160000")), [Rule::Submodule]);
    assert_eq!(rules(&policy, &new("104755")), [Rule::Mode]);
    assert_eq!(rules(&policy, "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n"), [Rule::Mode]);
    let moved = "diff --git a/x b/x\nindex 1..2 160000\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n";
    assert_eq!(rules(&policy, moved), [Rule::Submodule]);
    let binary = "diff --git a/x b/x\nindex 1..2 100644\nBinary files a/x and b/x differ\n";
    assert_eq!(rules(&policy, binary), [Rule::Binary]);
}

#[test]
fn protected_paths_are_refused_unless_allowed() {
    let mut policy = PatchPolicy::default();
    for path in [
        ".github/workflows/ci.yml",
        ".GitHub/x",
        ".circleci/config.yml",
        "CODEOWNERS",
        "a/CLAUDE.md",
        "x/.gitattributes",
    ] {
        assert_eq!(rules(&policy, &changing(path)), [Rule::Protected], "{path}");
    }
    policy.protected.push("src/generated/**".to_owned());
    assert_eq!(rules(&policy, &changing("src/generated/a.py")), [Rule::Protected]);
    policy.allow.push(".github/dependabot.yml".to_owned());
    assert!(rules(&policy, &changing(".github/dependabot.yml")).is_empty());
    assert_eq!(rules(&policy, &changing(".github/x.yml")), [Rule::Protected]);
}

#[test]
fn size_and_count_are_limited_and_nothing_is_refused_too() {
    let policy = PatchPolicy { max_files: 1, max_bytes: 100, ..PatchPolicy::default() };
    let two = changing("a") + &changing("b");
    assert_eq!(rules(&policy, &two), [Rule::TooManyFiles, Rule::TooLarge]);
    assert_eq!(rules(&policy, ""), [Rule::Empty]);
}

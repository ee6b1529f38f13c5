//! Where a user's credentials lie, and where package managers keep what they download.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::Environment;

/// Relative to the home directory. Settings that tools cannot work without (Maven's `settings.xml`,
/// `pip.conf`, `.gitconfig`) are not among them.
const IN_HOME: &[&str] = &[
    // Keys and passwords.
    ".ssh",
    ".gnupg",
    ".netrc",
    "_netrc",
    ".password-store",
    ".local/share/keyrings",
    ".local/share/kwalletd",
    ".config/op",
    ".config/sops",
    ".config/age",
    ".vault-token",
    ".pgpass",
    ".my.cnf",
    // Forges.
    ".git-credentials",
    ".config/git/credentials",
    ".config/gh",
    ".config/glab-cli",
    ".config/hub",
    ".config/github-copilot",
    // Clouds.
    ".aws",
    ".azure",
    ".config/gcloud",
    ".config/doctl",
    ".boto",
    ".s3cfg",
    ".config/rclone",
    ".fly",
    ".kube",
    ".docker",
    ".config/containers/auth.json",
    ".terraformrc",
    ".terraform.d/credentials.tfrc.json",
    // Package registries.
    ".npmrc",
    ".pypirc",
    ".cargo/credentials",
    ".cargo/credentials.toml",
    ".gem/credentials",
    ".local/share/gem/credentials",
    ".m2/settings-security.xml",
    ".composer/auth.json",
    ".config/composer/auth.json",
    ".config/pypoetry/auth.toml",
    ".huggingface/token",
    ".cache/huggingface/token",
    ".kaggle",
    // Agents.
    ".claude",
    ".claude.json",
    ".codex",
    ".gemini",
    ".aider.conf.yml",
    ".config/goose",
    ".local/share/opencode/auth.json",
    // What was typed and browsed.
    ".bash_history",
    ".zsh_history",
    ".psql_history",
    ".mysql_history",
    ".python_history",
    ".node_repl_history",
    ".mozilla",
    ".thunderbird",
    ".config/google-chrome",
    ".config/chromium",
    // A self-hosted runner's own key.
    "actions-runner/.credentials",
    "actions-runner/.credentials_rsaparams",
];

/// Wherever the home directory is.
const ANYWHERE: &[&str] = &["/run/secrets", "/var/run/secrets"];

/// Names that begin so in the Actions runner's folder for temporary files: what checkout stores there,
/// and the files through which steps set variables of later steps.
const IN_RUNNER_TEMP: &[&str] = &["git-credentials", "_runner_file_commands"];

/// Caches of package managers, relative to the home directory. Builds write them: downloads, locks,
/// compiled packages. The first word is the variable that moves the folder named second.
const CACHES: &[(&str, &str, &[&str])] = &[
    (
        "CARGO_HOME",
        ".cargo",
        &["registry", "git", ".package-cache", ".package-cache-mutate", ".global-cache"],
    ),
    ("GOPATH", "go", &["pkg/mod", "pkg/sumdb"]),
    ("GOMODCACHE", "", &[""]),
    ("GOCACHE", ".cache/go-build", &[""]),
    ("UV_CACHE_DIR", ".cache/uv", &[""]),
    ("npm_config_cache", ".npm", &["_logs", "_cacache"]),
    ("", ".m2", &["repository", "wrapper"]),
    (
        "GRADLE_USER_HOME",
        ".gradle",
        &["caches", "daemon", "native", "wrapper", "notifications", "workers", ".tmp"],
    ),
    ("NUGET_PACKAGES", ".nuget", &[""]),
    ("", ".local/share/NuGet", &[""]),
    ("", ".dotnet", &[""]),
    ("CCACHE_DIR", ".cache/ccache", &[""]),
];

/// Everything that may hold this user's credentials, whether it exists or not.
pub(super) fn of_this_user() -> Vec<PathBuf> {
    let mut secrets: BTreeSet<PathBuf> = ANYWHERE.iter().map(PathBuf::from).collect();
    secrets.extend(homes().iter().flat_map(|home| in_home(home)));
    if let Some(cargo) = variable("CARGO_HOME") {
        secrets.extend(["credentials", "credentials.toml"].map(|name| cargo.join(name)));
    }
    if let Some(folder) = variable("RUNNER_TEMP")
        && let Ok(entries) = std::fs::read_dir(&folder)
    {
        let named = |name: &str| IN_RUNNER_TEMP.iter().any(|start| name.starts_with(start));
        let paths = entries.flatten().filter(|entry| entry.file_name().to_str().is_some_and(named));
        secrets.extend(paths.map(|entry| entry.path()));
    }
    secrets.into_iter().collect()
}

/// What may hold credentials in a home directory.
pub(super) fn in_home(home: &Path) -> impl Iterator<Item = PathBuf> {
    IN_HOME.iter().map(|name| home.join(name))
}

/// Caches that package managers write under this environment.
pub(super) fn caches(env: &Environment) -> Vec<PathBuf> {
    let set = |name: &str| env.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    // Java goes by what the system knows, everybody else by the variable.
    let mut homes = homes();
    homes.extend(set("HOME"));
    let mut caches = BTreeSet::new();
    for (name, folder, parts) in CACHES {
        let moved = if name.is_empty() { None } else { set(name) };
        let roots = match moved {
            Some(root) => vec![root],
            None if folder.is_empty() => Vec::new(),
            None => homes.iter().map(|home| home.join(folder)).collect(),
        };
        for root in roots {
            caches.extend(
                parts.iter().map(|part| if part.is_empty() { root.clone() } else { root.join(part) }),
            );
        }
    }
    caches.into_iter().collect()
}

/// An absolute path from the environment.
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// The home directory as programs see it, and as the system knows it.
fn homes() -> BTreeSet<PathBuf> {
    let known = nix::unistd::User::from_uid(nix::unistd::getuid()).ok().flatten().map(|user| user.dir);
    let usable = |path: &PathBuf| path.is_absolute() && path != Path::new("/");
    variable("HOME").into_iter().chain(known).filter(usable).collect()
}

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

/// A cache of a package manager. Builds write it: downloads, locks, compiled packages.
struct Cache {
    /// Variable that moves the folder; empty where there is none.
    variable: &'static str,
    /// The folder, relative to the home directory; empty where only the variable names one.
    folder: &'static str,
    /// Folders in it that may be written; an empty name for all of it.
    folders: &'static [&'static str],
    /// Files in it that may be written.
    files: &'static [&'static str],
    /// Who uses it. On a fresh machine nothing is there yet, and a confined program cannot make it.
    program: &'static str,
}

const fn cache(program: &'static str, variable: &'static str, folder: &'static str) -> Cache {
    Cache { variable, folder, folders: &[""], files: &[], program }
}

const CACHES: &[Cache] = &[
    Cache {
        folders: &["registry", "git"],
        files: &[".package-cache", ".package-cache-mutate", ".global-cache"],
        ..cache("cargo", "CARGO_HOME", ".cargo")
    },
    Cache { folders: &["pkg/mod", "pkg/sumdb"], ..cache("go", "GOPATH", "go") },
    cache("go", "GOMODCACHE", ""),
    cache("go", "GOCACHE", ".cache/go-build"),
    cache("uv", "UV_CACHE_DIR", ".cache/uv"),
    Cache { folders: &["_logs", "_cacache"], ..cache("npm", "npm_config_cache", ".npm") },
    Cache { folders: &["repository", "wrapper"], ..cache("mvn", "", ".m2") },
    Cache {
        folders: &["caches", "daemon", "native", "wrapper", "notifications", "workers", ".tmp"],
        ..cache("gradle", "GRADLE_USER_HOME", ".gradle")
    },
    cache("dotnet", "NUGET_PACKAGES", ".nuget"),
    cache("dotnet", "", ".local/share/NuGet"),
    cache("dotnet", "", ".dotnet"),
    cache("ccache", "CCACHE_DIR", ".cache/ccache"),
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

/// Caches that package managers write under this environment. Those of programs that it finds are made
/// where they are missing: the first build on a fresh machine has to fill them.
pub(super) fn caches(env: &Environment) -> Vec<PathBuf> {
    let set = |name: &str| env.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    // Java goes by what the system knows, everybody else by the variable.
    let mut homes = homes();
    homes.extend(set("HOME"));
    let mut caches = BTreeSet::new();
    for cache in CACHES {
        let moved = if cache.variable.is_empty() { None } else { set(cache.variable) };
        let in_caches = cache.folder.strip_prefix(".cache/").zip(set("XDG_CACHE_HOME"));
        let roots = match (moved, in_caches) {
            (Some(root), _) => vec![root],
            (None, Some((folder, caches))) => vec![caches.join(folder)],
            (None, None) if cache.folder.is_empty() => Vec::new(),
            (None, None) => homes.iter().map(|home| home.join(cache.folder)).collect(),
        };
        for root in roots {
            let folders = cache.folders.iter().map(|name| within(&root, name));
            for folder in folders {
                if !folder.exists() && is_found(cache.program, env) {
                    // Where it cannot be made, its program says so better than we do.
                    let _ = std::fs::create_dir_all(&folder);
                }
                caches.insert(folder);
            }
            caches.extend(cache.files.iter().map(|name| root.join(name)));
        }
    }
    caches.into_iter().collect()
}

fn within(root: &Path, name: &str) -> PathBuf {
    if name.is_empty() { root.to_owned() } else { root.join(name) }
}

fn is_found(program: &str, env: &Environment) -> bool {
    let path = env.get("PATH").map(std::ffi::OsStr::to_owned).unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
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

//! Which variables of CI's environment a local run may take over.
//!
//! A log can be forged, and CI's paths do not exist here: nothing that decides which programs run,
//! which libraries they load or where caches and credentials lie is taken over.

use std::collections::BTreeMap;

/// Names that are never taken over.
const REFUSED: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "PWD",
    "OLDPWD",
    "TMPDIR",
    "TEMP",
    "TMP",
    "IFS",
    "ENV",
    "BASH_ENV",
    "SHELLOPTS",
    "BASHOPTS",
    "PS4",
    "PROMPT_COMMAND",
    "EDITOR",
    "VISUAL",
    "PAGER",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "PYTHONINSPECT",
    "PYTHONPATH",
    "PYTHONUSERBASE",
    "PYTHONEXECUTABLE",
    "PYTEST_PLUGINS",
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "CARGO",
    "CARGO_HOME",
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTC",
    "RUSTDOC",
    "RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_BOOTSTRAP",
    "GOROOT",
    "MAVEN_OPTS",
    "MAVEN_ARGS",
    "GRADLE_OPTS",
    "JAVA_OPTS",
    "JAVA_TOOL_OPTIONS",
    "JDK_JAVA_OPTIONS",
    "_JAVA_OPTIONS",
    "BUNDLE_GEMFILE",
    "GEM_HOME",
    "GEM_PATH",
    "RUBYOPT",
    "RUBYLIB",
    "GOPATH",
    "GOCACHE",
    "GOMODCACHE",
    "GOENV",
    "GOBIN",
    "GOTOOLDIR",
    "GOPROXY",
    "GOSUMDB",
    "CC",
    "CXX",
    "LD",
    "AR",
    "PERL5LIB",
    "PERL5OPT",
    "NODE_OPTIONS",
    "NODE_PATH",
    "JAVA_HOME",
    "CLASSPATH",
    "CLOUDSDK_CONFIG",
    "KUBECONFIG",
    "SSH_AUTH_SOCK",
];

/// Beginnings that are never taken over.
const REFUSED_PREFIXES: &[&str] = &[
    "LD_",
    "DYLD_",
    "GIT_",
    "GITHUB_",
    "ACTIONS_",
    "RUNNER_",
    "INPUT_",
    "REGREEN_",
    "RUSTUP_",
    "CARGO_TARGET_",
    "CARGO_BUILD_",
    "CARGO_REGISTR",
    "CARGO_SOURCE_",
    "PIP_",
    "UV_",
    "NPM_CONFIG_",
    "npm_config_",
    "SSL_",
    "AWS_",
];

/// Whether a variable may be taken over. Masked values are worthless.
pub(crate) fn is_safe(name: &str, value: &str) -> bool {
    let named = name
        .chars()
        .enumerate()
        .all(|(at, c)| c == '_' || c.is_ascii_alphabetic() || (at > 0 && c.is_ascii_digit()));
    named
        && !name.is_empty()
        && name.len() <= 256
        && value.len() <= 64 * 1024
        && !value.contains('\0')
        && !value.contains(regreen_case::MASK)
        && !REFUSED.contains(&name)
        && !REFUSED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        // A wrapper around the compiler by another door.
        && !(name == "GOFLAGS" && (value.contains("exec") || value.contains("overlay")))
        && !(name == "RUSTFLAGS" && value.contains("linker"))
}

/// The part of CI's environment that a local run takes over.
#[must_use]
pub fn safe_environment(env: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    env.iter()
        .filter(|(name, value)| is_safe(name, value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_which_code_runs_stays_ours() {
        for name in [
            "PATH",
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "DYLD_INSERT_LIBRARIES",
            "PYTHONPATH",
            "RUSTC_WRAPPER",
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER",
            "GIT_SSH_COMMAND",
            "GITHUB_OUTPUT",
            "BASH_ENV",
            "A B",
            "",
            "1A",
            "A=B",
        ] {
            assert!(!is_safe(name, "x"), "{name}");
        }
        for name in ["DATABASE_URL", "RUST_BACKTRACE", "PYTEST_ADDOPTS", "CI_MODE", "_X1", "TZ"] {
            assert!(is_safe(name, "x"), "{name}");
        }
        assert!(!is_safe("TOKEN", "***") && !is_safe("A", "x\0y"));
        assert!(is_safe("GOFLAGS", "-mod=mod") && !is_safe("GOFLAGS", "-toolexec=/tmp/x"));
    }
}

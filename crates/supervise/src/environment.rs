//! What a child may know: an environment built from an allow-list, never from everything we have.
//!
//! Tokens, and everything the Actions runner hands to us, stay with us unless a caller names them.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// Names that tools need to work at all. Values are the machine's, not the user's secrets.
const ALLOWED: &[&str] = &[
    // The system.
    "PATH",
    "HOME",
    "LANG",
    "LANGUAGE",
    "TZ",
    "TMPDIR",
    "USER",
    "LOGNAME",
    "SHELL",
    "TERM",
    "HOSTNAME",
    "LD_LIBRARY_PATH",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    // Certificates and proxies.
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
    // Rust.
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "CARGO_BUILD_JOBS",
    "CARGO_NET_OFFLINE",
    "CARGO_HTTP_CAINFO",
    "CARGO_HTTP_PROXY",
    "CARGO_HTTP_TIMEOUT",
    "CC",
    "CXX",
    "AR",
    "PKG_CONFIG_PATH",
    // Go.
    "GOPATH",
    "GOROOT",
    "GOCACHE",
    "GOMODCACHE",
    "GOFLAGS",
    "GOPROXY",
    "GONOSUMDB",
    "GONOSUMCHECK",
    "GOSUMDB",
    "GOTOOLCHAIN",
    "CGO_ENABLED",
    // Python.
    "VIRTUAL_ENV",
    "CONDA_PREFIX",
    "PIP_CERT",
    "PIP_CACHE_DIR",
    "UV_CACHE_DIR",
    "PYTHONHOME",
    // Node and Java.
    "NVM_DIR",
    "NODE_PATH",
    "npm_config_cafile",
    "npm_config_cache",
    "NPM_CONFIG_CAFILE",
    "NPM_CONFIG_CACHE",
    "JAVA_HOME",
    "MAVEN_HOME",
    "MAVEN_OPTS",
    "MAVEN_ARGS",
    "GRADLE_USER_HOME",
    "GRADLE_OPTS",
    // Ruby.
    "GEM_HOME",
    "GEM_PATH",
    "BUNDLE_PATH",
];

/// The same, by beginning.
const ALLOWED_PREFIXES: &[&str] = &["LC_", "PYENV_"];

/// The environment of a child.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// Nothing at all.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// What the allow-list lets through of our own environment.
    #[must_use]
    pub fn scrubbed() -> Self {
        Self::scrub(std::env::vars_os())
    }

    fn scrub(variables: impl Iterator<Item = (OsString, OsString)>) -> Self {
        Environment { variables: variables.filter(|(name, _)| is_allowed(name)).collect() }
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> &mut Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// Sets many variables.
    pub fn extend<N, V>(&mut self, variables: impl IntoIterator<Item = (N, V)>) -> &mut Self
    where
        N: Into<OsString>,
        V: Into<OsString>,
    {
        self.variables.extend(variables.into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// Lets one variable of our own through, whatever the allow-list says. Empty ones are as good
    /// as unset: workflows cannot leave a variable out.
    pub fn inherit(&mut self, name: &str) -> &mut Self {
        if let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) {
            self.variables.insert(name.into(), value);
        }
        self
    }

    /// Takes a variable out.
    pub fn remove(&mut self, name: impl AsRef<OsStr>) -> &mut Self {
        self.variables.remove(name.as_ref());
        self
    }

    /// Value of a variable.
    #[must_use]
    pub fn get(&self, name: impl AsRef<OsStr>) -> Option<&OsStr> {
        self.variables.get(name.as_ref()).map(OsString::as_os_str)
    }

    /// All variables.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }
}

/// Names only: values may be secrets.
impl std::fmt::Debug for Environment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

fn is_allowed(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    ALLOWED.contains(&name) || ALLOWED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_the_runner_stay_outside() {
        let secret = [
            "GITHUB_TOKEN",
            "GH_TOKEN",
            "ACTIONS_RUNTIME_TOKEN",
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            "RUNNER_TEMP",
            "INPUT_TOKEN",
            "REGREEN_REDACT",
            "ANTHROPIC_API_KEY",
            "OPENAI_API_KEY",
            "AWS_SECRET_ACCESS_KEY",
            "CARGO_REGISTRY_TOKEN",
            "NPM_TOKEN",
            "SSH_AUTH_SOCK",
            "GIT_CONFIG_COUNT",
            "LD_PRELOAD",
        ];
        let needed = ["PATH", "HOME", "LANG", "LC_ALL", "CARGO_HOME", "PYENV_ROOT", "https_proxy"];
        let all = secret.iter().chain(&needed).map(|name| (OsString::from(name), OsString::from("v")));
        let environment = Environment::scrub(all);
        let kept: Vec<_> = environment.iter().map(|(name, _)| name.to_str().unwrap()).collect();
        let mut expected = needed.to_vec();
        expected.sort_unstable();
        assert_eq!(kept, expected);
    }

    #[test]
    fn values_are_not_printed() {
        let mut environment = Environment::empty();
        environment.set("KEY", "hunter2");
        assert_eq!(format!("{environment:?}"), r#"{"KEY"}"#);
        assert_eq!(environment.remove("KEY"), &Environment::empty());
    }
}

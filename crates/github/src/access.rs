//! Which server to talk to, and with which token.
//!
//! Promise: the job's own token is sent to the server the job belongs to and to no other. A URL
//! that somebody pastes must not be able to carry it elsewhere.

use http::Uri;

use crate::{GitHubError, Secret};

/// A GitHub server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Root of the REST API, without a trailing slash: `https://api.github.com`.
    pub api_url: String,
    /// Root of the pages, without a trailing slash: `https://github.com`.
    pub server_url: String,
}

impl Server {
    /// github.com.
    #[must_use]
    pub fn github_com() -> Self {
        Server { api_url: "https://api.github.com".to_owned(), server_url: "https://github.com".to_owned() }
    }

    /// The server of the pages at `server_url`, by GitHub's own rules for where its API is.
    ///
    /// # Errors
    /// [`GitHubError::BadServer`] when it is no `https` URL (`http` is for loopback).
    pub fn at(server_url: &str) -> Result<Self, GitHubError> {
        let server_url = checked(server_url)?;
        let (scheme, host) = server_url.split_once("://").unwrap_or_default();
        let api_url = if host == "github.com" || host == "www.github.com" {
            return Ok(Server::github_com());
        } else if host.ends_with(".ghe.com") {
            format!("{scheme}://api.{host}")
        } else {
            format!("{scheme}://{host}/api/v3")
        };
        Ok(Server { api_url, server_url: server_url.to_owned() })
    }

    /// The server that the environment names (`GITHUB_SERVER_URL`, `GITHUB_API_URL`), github.com
    /// where it names none.
    ///
    /// # Errors
    /// [`GitHubError::BadServer`] when a value is no usable URL.
    pub fn from_environment(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, GitHubError> {
        let mut server = match value(lookup, "GITHUB_SERVER_URL") {
            Some(url) => Server::at(&url)?,
            None => Server::github_com(),
        };
        if let Some(api) = value(lookup, "GITHUB_API_URL") {
            server.api_url = checked(&api)?.to_owned();
        }
        Ok(server)
    }

    /// Whether pages of `other` are pages of this server.
    #[must_use]
    pub fn serves(&self, other: &str) -> bool {
        let host = |url: &str| {
            let host = url.split_once("://").map_or(url, |(_, rest)| rest);
            host.split('/').next().unwrap_or_default().to_ascii_lowercase()
        };
        host(&self.server_url) == host(other)
    }
}

/// A server with the token for it.
#[derive(Debug, Clone)]
pub struct Access {
    /// The server.
    pub server: Server,
    /// The token, when there is one for this server. Public repositories can be read without one,
    /// logs cannot.
    pub token: Option<Secret>,
}

impl Access {
    /// Access to the job's own server: `GITHUB_TOKEN`, else `GH_TOKEN`.
    ///
    /// # Errors
    /// [`GitHubError::BadServer`] when the environment names an unusable server.
    pub fn from_environment(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, GitHubError> {
        let server = Server::from_environment(lookup)?;
        Ok(Access { token: token(lookup, &["GITHUB_TOKEN", "GH_TOKEN"]), server })
    }

    /// Access to the server whose pages are at `server_url`. The job's token is used only when
    /// that is the job's own server; for another one `GH_ENTERPRISE_TOKEN` or
    /// `GITHUB_ENTERPRISE_TOKEN` is, and only when `GH_HOST` names that server.
    ///
    /// # Errors
    /// [`GitHubError::BadServer`] when the URL is unusable.
    pub fn to(server_url: &str, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, GitHubError> {
        let own = Access::from_environment(lookup)?;
        if own.server.serves(server_url) {
            return Ok(own);
        }
        let server = Server::at(server_url)?;
        let named = value(lookup, "GH_HOST").is_some_and(|host| server.serves(&host));
        let token =
            named.then(|| token(lookup, &["GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"])).flatten();
        Ok(Access { server, token })
    }
}

fn value(lookup: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    lookup(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn token(lookup: &dyn Fn(&str) -> Option<String>, names: &[&str]) -> Option<Secret> {
    names.iter().find_map(|name| value(lookup, name)).map(|text| Secret::new(&text))
}

/// The URL without trailing slashes, if a token may travel to it.
fn checked(url: &str) -> Result<&str, GitHubError> {
    let url = url.trim().trim_end_matches('/');
    let bad = |detail: &str| GitHubError::BadServer {
        url: url.chars().take(200).collect(),
        detail: detail.to_owned(),
    };
    let parsed: Uri = url.parse().map_err(|_| bad("it is no URL"))?;
    let host = parsed.host().ok_or_else(|| bad("it names no host"))?;
    if parsed.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(bad("it holds credentials"));
    }
    let loopback = matches!(host, "127.0.0.1" | "localhost" | "[::1]");
    match parsed.scheme_str() {
        Some("https") => Ok(url),
        Some("http") if loopback => Ok(url),
        _ => Err(bad("it does not start with https://")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment<'a>(pairs: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn the_api_is_where_each_kind_of_server_has_it() {
        for (server, api) in [
            ("https://github.com/", "https://api.github.com"),
            ("https://git.example.com", "https://git.example.com/api/v3"),
            ("https://acme.ghe.com", "https://api.acme.ghe.com"),
            ("http://127.0.0.1:80", "http://127.0.0.1:80/api/v3"),
        ] {
            assert_eq!(Server::at(server).unwrap().api_url, api);
        }
        for wrong in ["http://git.example.com", "ftp://x", "https://", "https://u:p@git.example.com", "x y"] {
            assert!(matches!(Server::at(wrong), Err(GitHubError::BadServer { .. })), "{wrong}");
        }
    }

    #[test]
    fn the_jobs_token_stays_with_the_jobs_server() {
        let lookup = environment(&[
            ("GITHUB_TOKEN", "job-token"),
            ("GITHUB_SERVER_URL", "https://git.example.com"),
            ("GITHUB_API_URL", "https://git.example.com/api/v3"),
        ]);
        let own = Access::to("https://GIT.example.com", &lookup).unwrap();
        assert_eq!(own.token.unwrap().expose(), "job-token");
        for elsewhere in ["https://github.com", "https://git.example.com.evil.net", "https://evil.net"] {
            assert_eq!(Access::to(elsewhere, &lookup).unwrap().token, None, "{elsewhere}");
        }
    }

    #[test]
    fn another_server_gets_only_the_token_given_for_it() {
        let lookup = environment(&[
            ("GITHUB_TOKEN", "job-token"),
            ("GH_ENTERPRISE_TOKEN", "enterprise"),
            ("GH_HOST", "git.example.com"),
        ]);
        let token = |url| Access::to(url, &lookup).unwrap().token.map(|t| t.expose().to_owned());
        assert_eq!(token("https://git.example.com").as_deref(), Some("enterprise"));
        assert_eq!(token("https://other.example.com"), None);
        assert_eq!(token("https://github.com").as_deref(), Some("job-token"));
    }

    #[test]
    fn tokens_are_not_printed() {
        let access = Access::from_environment(&environment(&[("GH_TOKEN", " abcd\n")])).unwrap();
        assert_eq!(access.token.as_ref().unwrap().expose(), "abcd");
        assert!(!format!("{access:?}").contains("abcd"));
    }
}

//! Where a repository lives, in one spelling for all the ways to write its remote.

use crate::Repository;

impl Repository {
    /// `github.com/owner/name`, of the remote `origin`. `None` without one, and for a remote that is a
    /// folder: its path would tell nobody else anything, and something about this machine.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        address(&self.remote_url()?)
    }
}

fn address(url: &str) -> Option<String> {
    let (authority, path) = match url.split_once("://") {
        Some(("file", _)) => return None,
        Some((_, rest)) => rest.split_once('/')?,
        // As scp writes it: `git@host:owner/name.git`. A path has its slash first.
        None => url.split_once(':').filter(|(host, _)| !host.contains('/'))?,
    };
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // Only ssh is spoken on a port that says nothing about the server.
    let host = if url.starts_with("ssh://") { host.split(':').next().unwrap_or(host) } else { host };
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (!host.is_empty() && path.contains('/')).then(|| format!("{host}/{path}").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_remote_is_the_same_address() {
        for url in [
            "https://github.com/Owner/Name",
            "https://github.com/owner/name.git",
            "https://GitHub.com/owner/name/",
            "git@github.com:owner/name.git",
            "ssh://git@github.com/owner/name.git",
            "ssh://git@github.com:22/owner/name",
        ] {
            assert_eq!(address(url).as_deref(), Some("github.com/owner/name"), "{url}");
        }
        assert_eq!(address("http://127.0.0.1:3000/o/r").as_deref(), Some("127.0.0.1:3000/o/r"));
        for url in ["/srv/git/name.git", "../name", "file:///srv/owner/name", "https://github.com", ""] {
            assert_eq!(address(url), None, "{url}");
        }
    }
}

//! Who changed a file last: blame without a checkout, as far as the REST API goes.

use serde::Deserialize;

use crate::{GitHubError, Repo};

/// Author of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Author {
    /// Login, when GitHub knows whose the mail address is.
    pub login: Option<String>,
    /// Name as the commit has it.
    pub name: String,
}

#[derive(Deserialize)]
struct RawCommit {
    #[serde(default)]
    author: Option<Account>,
    #[serde(default)]
    commit: Inner,
}

#[derive(Deserialize, Default)]
struct Account {
    // An account that is gone is an empty object.
    #[serde(default)]
    login: Option<String>,
}

#[derive(Deserialize, Default)]
struct Inner {
    #[serde(default)]
    author: Option<Named>,
}

#[derive(Deserialize, Default)]
struct Named {
    #[serde(default)]
    name: Option<String>,
}

impl From<RawCommit> for Author {
    fn from(raw: RawCommit) -> Self {
        Author {
            login: raw.author.and_then(|account| account.login),
            name: raw.commit.author.and_then(|author| author.name).unwrap_or_default(),
        }
    }
}

impl Repo<'_> {
    /// Authors of the newest commits that changed `path`, as of `commit`, newest first.
    ///
    /// # Errors
    /// See [`GitHubError`].
    pub fn last_authors(&self, commit: &str, path: &str, limit: u32) -> Result<Vec<Author>, GitHubError> {
        let route = self
            .route("/commits")
            .query("sha", commit)
            .query("path", path)
            .query("per_page", &limit.clamp(1, 100).to_string());
        Ok(self.get::<Vec<RawCommit>>(route)?.into_iter().map(Author::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_may_be_unknown_or_gone() {
        let authors: Vec<RawCommit> = serde_json::from_str(
            r#"[{"author": {"login": "ann"}, "commit": {"author": {"name": "Ann"}}},
                {"author": null, "commit": {"author": {"name": "Bob"}}},
                {"author": {}, "commit": {"author": null}}]"#,
        )
        .unwrap();
        let authors: Vec<Author> = authors.into_iter().map(Author::from).collect();
        assert_eq!(authors[0], Author { login: Some("ann".to_owned()), name: "Ann".to_owned() });
        assert_eq!(authors[1], Author { login: None, name: "Bob".to_owned() });
        assert_eq!(authors[2], Author::default());
    }
}

//! A stateful GitHub on loopback: repositories with real git objects, runs with logs, pulls.
//!
//! Logs and zips are handed out by a second origin through redirects, as GitHub does, and that
//! origin refuses requests that bring a token along. Every request is checked against GitHub's
//! official OpenAPI description; what it does not allow, and tokens at the wrong place, fail the
//! test at [`LoopbackGitHub::assert_clean`] or when the server is dropped.

mod actions;
mod answer;
mod contract;
mod fault;
mod objects;
mod pulls;
mod schema;
mod server;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use fault::Fault;
pub use state::{CiOnPull, FakeArtifact, FakeJob, FakeRun, FakeStep, Recorded, RepositoryState};

use state::State;

/// The server. Stops when dropped.
#[derive(Debug)]
pub struct LoopbackGitHub {
    state: Arc<Mutex<State>>,
    server: server::Handle,
}

impl LoopbackGitHub {
    /// Starts a server without repositories.
    ///
    /// # Panics
    /// When loopback cannot be listened on.
    #[must_use]
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let server = server::start(&state);
        let github = LoopbackGitHub { state, server };
        github.lock().api_url = github.api_url();
        github.lock().server_url = github.server_url();
        github.lock().storage_url = github.server.storage_url();
        github
    }

    /// What `GITHUB_SERVER_URL` has to be.
    #[must_use]
    pub fn server_url(&self) -> String {
        self.server.server_url()
    }

    /// What `GITHUB_API_URL` has to be.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("{}/api/v3", self.server.server_url())
    }

    /// The variables with which a program finds this server, its token included.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("GITHUB_SERVER_URL", self.server_url()),
            ("GITHUB_API_URL", self.api_url()),
            ("GITHUB_TOKEN", Self::TOKEN.to_owned()),
        ]
    }

    /// A token that the server takes.
    pub const TOKEN: &'static str = "loopback-token-0123456789";

    /// Makes an empty repository with the branch `main` as default.
    ///
    /// # Panics
    /// When git does not work.
    pub fn repository(&self, owner: &str, name: &str) {
        let made = RepositoryState::new(owner, name);
        self.lock().repositories.insert(format!("{owner}/{name}"), made);
    }

    /// Makes a repository with all branches of a local one.
    ///
    /// # Panics
    /// When git does not work.
    pub fn repository_from(&self, owner: &str, name: &str, local: &std::path::Path) {
        self.repository(owner, name);
        self.with(owner, name, |repository| repository.fetch_from(local));
    }

    /// Looks at a repository, or changes it behind GitHub's back.
    ///
    /// # Panics
    /// When there is none of that name.
    pub fn with<T>(&self, owner: &str, name: &str, look: impl FnOnce(&mut RepositoryState) -> T) -> T {
        let mut state = self.lock();
        look(state.repositories.get_mut(&format!("{owner}/{name}")).expect("the repository was made"))
    }

    /// Adds a run; returns the URL of its page.
    pub fn add_run(&self, owner: &str, name: &str, run: FakeRun) -> String {
        let id = run.id;
        self.with(owner, name, |repository| repository.runs.push(run));
        format!("{}/{owner}/{name}/actions/runs/{id}", self.server_url())
    }

    /// Lets the next matching requests go wrong.
    pub fn fail(&self, fault: Fault) {
        self.lock().faults.push(fault);
    }

    /// Takes only this token from now on.
    pub fn accept_only(&self, token: &str) {
        self.lock().only_token = Some(token.to_owned());
    }

    /// All requests so far, in order.
    #[must_use]
    pub fn journal(&self) -> Vec<Recorded> {
        self.lock().journal.clone()
    }

    /// How many requests with this method had `text` in their path.
    #[must_use]
    pub fn count(&self, method: &str, text: &str) -> usize {
        self.lock()
            .journal
            .iter()
            .filter(|request| request.method == method && request.path.contains(text))
            .count()
    }

    /// What was against the rules so far; forgets it.
    #[must_use]
    pub fn take_violations(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().violations)
    }

    /// Asserts that every request kept to the rules.
    ///
    /// # Panics
    /// When one did not.
    #[track_caller]
    pub fn assert_clean(&self) {
        let violations = self.take_violations();
        assert!(violations.is_empty(), "requests against GitHub's rules:\n{}", violations.join("\n"));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for LoopbackGitHub {
    fn drop(&mut self) {
        self.server.stop();
        if !std::thread::panicking() {
            self.assert_clean();
        }
    }
}

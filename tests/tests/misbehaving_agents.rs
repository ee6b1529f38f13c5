//! Agents that misbehave, each scripted in Python, on a small real project through the real programs:
//! `fetch-logs`, `reproduce`, `implement-fix`, `write-report`.
//!
//! Promises: whatever an agent does, its attempt and the case end in what is true, the report says it in
//! words for people, and nothing is left behind: no process, no worktree, no branch or commit, no file
//! outside of the case, and no key anywhere (`misbehaving_agents/scene.rs` looks for all of that after
//! every single run). Where the kernel cannot confine an agent, the tests that need it say `not run`.

#![allow(clippy::unwrap_used, reason = "a test may panic anywhere, its helpers too")]

mod misbehaving_agents {
    mod flood;
    mod keys;
    mod own_key;
    mod reach;
    mod results;
    mod scene;
    mod service;
    mod stay;
}

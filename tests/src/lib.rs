//! What the end-to-end tests stand on: the programs run hermetically, repositories made from
//! nothing, and a GitHub that lives on loopback and keeps to the official description.
//!
//! Promises: no test sees the surroundings it runs in (`CI`, `GITHUB_*`, the user's git
//! configuration, the home directory); a missing tool is a failure, never a skip; a request that
//! GitHub's OpenAPI description does not allow fails the test that sent it.

pub mod binaries;
mod contents;
pub mod corpus;
pub mod corpus_proof;
pub mod corpus_table;
pub mod debian;
pub mod fixer_run;
pub mod flaky;
pub mod github;
pub mod kills;
pub mod log_text;
pub mod model_service;
pub mod package_bugs;
pub mod program;
pub mod repair_bugs;
pub mod repository;
pub mod step;
pub mod tools;
pub mod worker_pool;

pub use contents::{copy_tree, files_with};
pub use github::LoopbackGitHub;
pub use program::{Finished, Program, Running};
pub use repository::TestRepository;

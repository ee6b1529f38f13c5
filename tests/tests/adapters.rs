//! The adapters against the real tools: narrowing, counting, and code that tries to look green. Every
//! cheat here runs for real; none may be judged green.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may panic anywhere, its helpers too"
)]

#[path = "adapters/any.rs"]
mod any;
#[path = "adapters/bench.rs"]
mod bench;
#[path = "adapters/cargo.rs"]
mod cargo;
#[path = "adapters/ctest.rs"]
mod ctest;
#[path = "adapters/executed_lines.rs"]
mod executed_lines;
#[path = "adapters/fork_server.rs"]
mod fork_server;
#[path = "adapters/fork_server_attacks.rs"]
mod fork_server_attacks;
#[path = "adapters/generic.rs"]
mod generic;
#[path = "adapters/go.rs"]
mod go;
#[path = "adapters/gradle.rs"]
mod gradle;
#[path = "adapters/gtest.rs"]
mod gtest;
#[path = "adapters/hot_swap.rs"]
mod hot_swap;
#[path = "adapters/javascript.rs"]
mod javascript;
#[path = "adapters/jest.rs"]
mod jest;
#[path = "adapters/jvm.rs"]
mod jvm;
#[path = "adapters/maven.rs"]
mod maven;
#[path = "adapters/mocha.rs"]
mod mocha;
#[path = "adapters/nextest.rs"]
mod nextest;
#[path = "adapters/node_opinions.rs"]
mod node_opinions;
#[path = "adapters/node_test.rs"]
mod node_test;
#[path = "adapters/pytest.rs"]
mod pytest;
#[path = "adapters/pytest_attacks.rs"]
mod pytest_attacks;
#[path = "adapters/rspec.rs"]
mod rspec;
#[path = "adapters/unittest.rs"]
mod unittest;
#[path = "adapters/vitest.rs"]
mod vitest;

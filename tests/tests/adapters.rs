//! The adapters against the real tools: narrowing, counting, and code that tries to look green. Every
//! cheat here runs for real; none may be judged green.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic anywhere, its helpers too")]

#[path = "adapters/any.rs"]
mod any;
#[path = "adapters/bench.rs"]
mod bench;
#[path = "adapters/cargo.rs"]
mod cargo;
#[path = "adapters/go.rs"]
mod go;
#[path = "adapters/pytest.rs"]
mod pytest;
#[path = "adapters/pytest_attacks.rs"]
mod pytest_attacks;
#[path = "adapters/unittest.rs"]
mod unittest;

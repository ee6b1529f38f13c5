//! A project that runs what `cargo xtask tools` unpacked of Debian's packages.

pub(crate) use regreen_tests::debian::{java_home, joined, libraries, matching, maven_repository, root};

use crate::bench::Bench;

/// Makes the unpacked programs and libraries known.
pub(crate) fn bench(name: &str) -> Bench {
    let libraries = libraries();
    Bench::of(name)
        .path(root("usr/bin"))
        .env("LD_LIBRARY_PATH", joined(&libraries))
        .env("LIBRARY_PATH", joined(&libraries))
        .env("CPLUS_INCLUDE_PATH", root("usr/include").display().to_string())
}

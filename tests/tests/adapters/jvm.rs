//! What maven and gradle need to run offline: Debian's packages, wherever they are unpacked.

use regreen_tests::debian;

use crate::bench::Bench;

/// Makes Java and a local repository of maven known.
pub(crate) fn prepare(bench: &mut Bench) {
    // Where it may be written: below the home directory that programs are told.
    let home = bench.folder.path().join("home");
    for (name, value) in debian::java(&home) {
        bench.env.insert(name.to_owned(), value);
    }
}

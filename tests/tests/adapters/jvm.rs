//! What maven and gradle need to run offline: Debian's packages, wherever they are unpacked.

use regreen_tests::debian;

use crate::bench::Bench;

/// Puts the unpacked programs and libraries where a bench finds them.
pub(crate) fn make_known(bench: &mut Bench) {
    let path = format!("{}:{}", debian::root("usr/bin").display(), bench.env["PATH"]);
    bench.env.insert("PATH".to_owned(), path);
    let libraries = debian::libraries();
    if !libraries.is_empty() {
        bench.env.insert("LD_LIBRARY_PATH".to_owned(), debian::joined(&libraries));
    }
}

/// Makes Java and a local repository of maven known.
pub(crate) fn prepare(bench: &mut Bench) {
    make_known(bench);
    // Where it may be written: below the home directory that programs are told.
    let home = bench.folder.path().join("home");
    for (name, value) in debian::java(&home, &bench.env["PATH"]) {
        bench.env.insert(name.to_owned(), value);
    }
}

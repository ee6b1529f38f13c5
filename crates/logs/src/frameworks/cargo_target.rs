//! What cargo says about the target that runs: the suite of its tests.
//!
//! The suite is `lib:NAME`, `bin:NAME`, `test:NAME`, `example:NAME`, `bench:NAME` or `doc:NAME`. It stands in
//! the line that announces the target; cargo's quiet output only tells how to run a failed target again.

/// The target that cargo announces.
pub(super) fn announced_target(text: &str) -> Option<String> {
    let text = text.trim_start();
    if let Some(name) = text.strip_prefix("Doc-tests ") {
        let name = name.trim();
        return (!name.is_empty() && !name.contains(' ')).then(|| format!("doc:{name}"));
    }
    let rest = text.strip_prefix("Running ")?.trim_start_matches('`').trim_end_matches('`');
    let (what, binary) = match rest.strip_suffix(')').and_then(|rest| rest.rsplit_once(" (")) {
        Some((what, binary)) => (what, binary),
        // Before 1.57 only the binary was printed.
        None if rest.contains("/deps/") || rest.contains("\\deps\\") => {
            ("", rest.split(' ').next().unwrap_or(rest))
        }
        None => return None,
    };
    let file = binary.rsplit(['/', '\\']).next()?;
    let name = file.strip_suffix(".exe").unwrap_or(file).rsplit_once('-')?.0;
    if what.starts_with(char::is_uppercase) || name.contains(' ') {
        return None;
    }
    let source = what.strip_prefix("unittests ").unwrap_or(what).trim();
    let kind = match (what.starts_with("unittests"), source) {
        (true, source) if source.ends_with("main.rs") || has_folder(source, "bin") => "bin",
        (true, source) if has_folder(source, "examples") => "example",
        (true, _) | (false, "") => "lib",
        (false, source) if has_folder(source, "benches") => "bench",
        (false, source) if has_folder(source, "examples") => "example",
        (false, _) => "test",
    };
    Some(format!("{kind}:{name}"))
}

fn has_folder(path: &str, folder: &str) -> bool {
    path.split(['/', '\\']).any(|part| part == folder)
}

/// The target of ``error: test failed, to rerun pass `-p demo --test it` ``, or of an item of the list at
/// the end. A library without a package is not named.
pub(super) fn rerun_target(text: &str) -> Option<String> {
    let quoted = text.split(['`', '\'']).nth(1)?;
    let words: Vec<&str> = quoted.split_whitespace().collect();
    let behind =
        |flag: &str| words.iter().position(|word| *word == flag).and_then(|at| words.get(at + 1)).copied();
    for (flag, kind) in [("--test", "test"), ("--bin", "bin"), ("--example", "example"), ("--bench", "bench")]
    {
        if let Some(name) = behind(flag) {
            return Some(format!("{kind}:{}", name.replace('-', "_")));
        }
    }
    let package = behind("-p").or_else(|| behind("--package"))?.replace('-', "_");
    if words.contains(&"--lib") {
        return Some(format!("lib:{package}"));
    }
    words.contains(&"--doc").then(|| format!("doc:{package}"))
}

/// `test:it` of nextest's `demo::it`, `lib:demo` of `demo`, `bin:tool` of `demo::bin/tool`.
pub(super) fn binary_id_target(binary: &str) -> String {
    let Some((package, target)) = binary.split_once("::") else {
        return format!("lib:{}", binary.replace('-', "_"));
    };
    match target.split_once('/') {
        Some(("proc-macro", _)) => format!("lib:{}", package.replace('-', "_")),
        Some((kind, name)) => format!("{kind}:{}", name.replace('-', "_")),
        None => format!("test:{}", target.replace('-', "_")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_give_the_suite() {
        for (text, expected) in [
            ("     Running unittests src/lib.rs (target/debug/deps/my_lib-0a1b)", "lib:my_lib"),
            ("     Running unittests (target/debug/deps/my_lib-0a1b)", "lib:my_lib"),
            ("     Running unittests src/main.rs (target/debug/deps/tool-0a1b)", "bin:tool"),
            ("     Running unittests src/bin/x.rs (target/debug/deps/x-0a1b)", "bin:x"),
            ("     Running unittests src/bin/x/main.rs (target/debug/deps/x-0a1b)", "bin:x"),
            ("     Running tests/it.rs (target/debug/deps/it-0a1b)", "test:it"),
            ("     Running tests/main.rs (target/debug/deps/main-0a1b)", "test:main"),
            ("     Running benches/b.rs (target/release/deps/b-0a1b)", "bench:b"),
            ("     Running examples/e.rs (target/debug/examples/e-0a1b)", "example:e"),
            ("     Running target/debug/deps/old-0a1b", "lib:old"),
            ("     Running `/w/target/debug/deps/old-0a1b --nocapture`", "lib:old"),
            ("     Running unittests src\\lib.rs (target\\debug\\deps\\win-0a1b.exe)", "lib:win"),
            ("   Doc-tests my_lib", "doc:my_lib"),
        ] {
            assert_eq!(announced_target(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(announced_target("Running the migration (step one)"), None);
    }

    #[test]
    fn the_way_to_run_it_again_gives_the_suite_of_quiet_output() {
        for (text, expected) in [
            ("error: test failed, to rerun pass `-p other-crate --lib`", Some("lib:other_crate")),
            ("error: test failed, to rerun pass '--test it'", Some("test:it")),
            ("    `-p demo --bin a-tool`", Some("bin:a_tool")),
            ("error: doctest failed, to rerun pass `-p demo --doc`", Some("doc:demo")),
            ("error: test failed, to rerun pass `--lib`", None),
            ("error: test failed", None),
        ] {
            assert_eq!(rerun_target(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn binary_ids_are_mapped_to_targets() {
        for (id, expected) in [
            ("my-lib", "lib:my_lib"),
            ("demo::it", "test:it"),
            ("demo::bin/tool", "bin:tool"),
            ("demo::example/e", "example:e"),
            ("demo::proc-macro/demo", "lib:demo"),
        ] {
            assert_eq!(binary_id_target(id), expected);
        }
    }
}

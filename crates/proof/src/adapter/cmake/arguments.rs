//! How CI configured a CMake project: generator, source folder and options, from the script of its step.

use std::collections::BTreeMap;

use regreen_case::CiCommand;

use crate::adapter::program_name;
use crate::shell_words::commands;

/// What decides which programs build, or which files of CI's machine are read, stays ours.
const REFUSED: &[&str] = &[
    "COMPILER",
    "LAUNCH",
    "TOOLCHAIN",
    "MAKE_PROGRAM",
    "_INCLUDE",
    "CMAKE_LINKER",
    "CMAKE_AR",
    "RULE_",
    "EMULATOR",
    "PREFIX_PATH",
    "MODULE_PATH",
    "_DIR",
    "_ROOT",
    "INSTALL_PREFIX",
    "FETCHCONTENT_SOURCE",
    "CMAKE_PROJECT",
    "SYSROOT",
    "CTEST_",
    "_EXECUTABLE",
];

/// How CI called CMake.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Called {
    pub(super) source: Option<String>,
    pub(super) generator: Option<String>,
    pub(super) options: Vec<String>,
    pub(super) env: BTreeMap<String, String>,
}

/// The last call of `cmake` that configures.
pub(super) fn of_ci(ci: Option<&CiCommand>) -> Called {
    let mut called = Called::default();
    let Some(ci) = ci else { return called };
    called.env = crate::environment::safe_environment(&ci.env);
    for command in commands(&ci.script, &ci.env) {
        let words: Vec<String> = command.words.into_iter().flatten().collect();
        let Some(at) = words.iter().position(|word| program_name(word) == "cmake") else { continue };
        let rest = &words[at + 1..];
        let other = ["--build", "--install", "--open", "-E", "-P", "--workflow", "--version"];
        if rest.is_empty() || rest.iter().any(|word| other.contains(&word.as_str())) {
            continue;
        }
        take(rest, &mut called);
    }
    called
}

fn take(words: &[String], called: &mut Called) {
    called.options.clear();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (name, glued) = word.split_at(word.len().min(2));
        match name {
            "-D" | "-G" | "-S" => {
                let value = if glued.is_empty() { words.next().cloned() } else { Some(glued.to_owned()) };
                let Some(value) = value else { break };
                match name {
                    "-D" if is_safe(&value) => called.options.push(format!("-D{value}")),
                    "-G" => called.generator = Some(value),
                    "-S" => called.source = inside(&value),
                    _ => {}
                }
            }
            "-B" | "-A" | "-T" | "-C" if glued.is_empty() => {
                let _ = words.next();
            }
            "--" if glued == "preset" => {
                if let Some(name) = words.next().filter(|name| is_name(name)) {
                    called.options.push(format!("--preset={name}"));
                }
            }
            "--" if glued.strip_prefix("preset=").is_some_and(is_name) => called.options.push(word.clone()),
            _ if word.starts_with('-') => {}
            // `cmake ..` is called from the folder of the build.
            _ => called.source = inside(word),
        }
    }
}

fn inside(path: &str) -> Option<String> {
    let path = path.trim_start_matches("../").trim_start_matches("./").trim_end_matches('/');
    crate::project::is_inside(path).then(|| path.to_owned())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Whether an option `NAME[:TYPE]=VALUE` may be taken over.
fn is_safe(option: &str) -> bool {
    let Some((name, value)) = option.split_once('=') else { return false };
    let name = name.split(':').next().unwrap_or(name);
    let named = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let flags = ["-fplugin", "-specs", "-wrapper", "-B", "-fuse-ld", "--ld-path", "@", "-Xclang", "-load"];
    let quiet = value.split_whitespace().all(|flag| !flags.iter().any(|begin| flag.starts_with(begin)));
    named
        && quiet
        && !value.starts_with(['/', '~'])
        && !value.contains(regreen_case::MASK)
        && !REFUSED.iter().any(|part| name.to_ascii_uppercase().contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(script: &str) -> Called {
        of_ci(Some(&CiCommand { script: script.to_owned(), ..CiCommand::default() }))
    }

    #[test]
    fn options_of_the_project_are_taken_and_programs_are_not() {
        let found = called(
            "cmake -S cpp -B build -G Ninja -DBUILD_TESTING=ON -D WITH_X:BOOL=1 -DCMAKE_BUILD_TYPE=Debug \
             -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_TOOLCHAIN_FILE=vcpkg.cmake -DP=/opt/x \
             '-DCMAKE_CXX_FLAGS=-O1 -fplugin=x.so'\ncmake --build build -j4\nctest --test-dir build",
        );
        assert_eq!(found.options, ["-DBUILD_TESTING=ON", "-DWITH_X:BOOL=1", "-DCMAKE_BUILD_TYPE=Debug"]);
        assert_eq!((found.source.as_deref(), found.generator.as_deref()), (Some("cpp"), Some("Ninja")));
        let found = called("mkdir build && cd build && cmake .. -DX=1 && make && ctest");
        assert_eq!((found.source, found.options), (None, vec!["-DX=1".to_owned()]));
        assert_eq!(called("cmake --preset ci-linux").options, ["--preset=ci-linux"]);
        assert_eq!(called("make test").options, Vec::<String>::new());
    }
}

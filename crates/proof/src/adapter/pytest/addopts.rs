//! The options that a project always gives to pytest, as far as they stand in the way of counting.

use std::path::Path;

use crate::adapter::left_file;

/// Longest configuration that is looked at.
const MAX_FILE: u64 = 1 << 20;

/// Options that take back what the project's `addopts` would do to the counting of a few tests.
pub(super) fn counter_options(checkout: &Path, cwd: &str) -> Vec<&'static str> {
    let words: Vec<String> = [checkout.join(cwd), checkout.to_owned()]
        .iter()
        .flat_map(|folder| {
            ["pytest.ini", ".pytest.ini", "pyproject.toml", "pytest.toml", "tox.ini", "setup.cfg"]
                .iter()
                .filter_map(|name| left_file::text(&folder.join(name), MAX_FILE).ok())
                .flat_map(|text| addopts(&text))
                .collect::<Vec<_>>()
        })
        .collect();
    let mut options = Vec::new();
    let quiet =
        |word: &String| word == "--quiet" || (word.starts_with("-q") && word[1..].chars().all(|c| c == 'q'));
    if words.iter().any(quiet) {
        // Twice quiet, pytest prints no summary to count with.
        options.push("--verbosity=0");
    }
    if words
        .iter()
        .any(|word| word == "--cov" || word.starts_with("--cov=") || word.starts_with("--cov-fail-under"))
    {
        // A few tests cover little: a limit on coverage would turn their passes into a failure.
        options.push("--no-cov");
    }
    options
}

/// The words of `addopts`, of an ini file or of TOML, on one line or on several.
fn addopts(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        let bare = line.trim_start();
        let rest =
            match bare.strip_prefix("addopts").map(str::trim_start).and_then(|rest| rest.strip_prefix('=')) {
                Some(rest) => {
                    inside = true;
                    rest
                }
                // Another key or section ends it; so does an empty line in an ini file.
                None if bare.starts_with('[')
                    || bare.is_empty()
                    || (!bare.starts_with(['-', '"', '\'']) && bare.contains('=')) =>
                {
                    inside = false;
                    continue;
                }
                None if inside => bare,
                None => continue,
            };
        let split = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '[' | ']');
        words.extend(rest.split(split).filter(|word| !word.is_empty()).map(str::to_owned));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_found_in_every_form() {
        for (text, expected) in [
            ("[pytest]\naddopts = -qq --cov=shop\ntestpaths = tests\n", vec!["-qq", "--cov=shop"]),
            ("[tool:pytest]\naddopts =\n    -ra\n    --cov\n\n[flake8]\nmax = --cov\n", vec!["-ra", "--cov"]),
            (
                "[tool.pytest.ini_options]\naddopts = [\n  \"-q\",\n  \"--cov-fail-under=90\",\n]\nx = \"-q\"\n",
                vec!["-q", "--cov-fail-under=90"],
            ),
            ("[metadata]\nname = x\n", vec![]),
        ] {
            assert_eq!(addopts(text), expected, "{text}");
        }
    }
}

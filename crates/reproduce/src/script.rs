//! `run_test.sh`: runs the reproduction from anywhere, as often as asked, on a fresh worktree.
//!
//! Promise: nothing that a log or a document says is ever expanded by the shell: every word is
//! quoted, names of variables are checked.

use std::fmt::Write as _;

use regreen_case::{Framework, Overlay, TestCommand};

/// What the script needs.
pub(crate) struct Script<'a> {
    pub(crate) command: &'a TestCommand,
    pub(crate) base: &'a str,
    pub(crate) overlays: &'a [Overlay],
    /// Runs when none are asked for.
    pub(crate) iterations: u32,
    /// Where the repository was when the script was written.
    pub(crate) repository: &'a str,
}

impl Script<'_> {
    /// The text of the script.
    pub(crate) fn render(&self) -> String {
        let mut text = String::from(HEAD);
        let _ = write!(
            text,
            "iterations=\"${{1:-{}}}\"\ncommit=\"${{2:-{}}}\"\nwritten_at={}\n",
            self.iterations,
            self.base,
            quote(self.repository)
        );
        text.push_str(SET_UP);
        for overlay in self.overlays {
            let source = overlay.source.strip_prefix("reproduction/").unwrap_or(&overlay.source);
            let destination = quote(&overlay.destination);
            let _ = writeln!(text, "mkdir -p \"$work\"/\"$(dirname {destination})\"");
            let _ = writeln!(text, "cp \"$here\"/{} \"$work\"/{destination}", quote(source));
        }
        let _ = writeln!(text, "cd \"$work\"/{}", quote(&self.command.cwd));
        for (name, value) in self.command.env.iter().filter(|(name, _)| is_name(name)) {
            let _ = writeln!(text, "export {name}={}", quote(value));
        }
        text.push_str(set_up_of(self.command.framework));
        let words: Vec<String> = self.command.argv.iter().map(|word| quote(word)).collect();
        let words = match self.command.argv.first().map(String::as_str) {
            Some("python" | "python3") => format!("\"$python\" {}", words[1..].join(" ")),
            _ => words.join(" "),
        };
        let _ = write!(text, "run() {{\n  {words}\n}}\n\n");
        text.push_str(LOOP);
        text
    }
}

const HEAD: &str = r#"#!/usr/bin/env bash
# Runs the reproduction on a fresh worktree; the checkout you work in is not touched.
#
#   run_test.sh [ITERATIONS] [COMMIT]
#
# COMMIT is what to test: by default the commit that fails, or name a branch with a fix. The repository is
# the one that holds this script, else REGREEN_REPO, else where it was when this was written.
# Exit code: 0 when every run passed, 1 when one failed, 2 when it could not be run.
set -euo pipefail

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
"#;

const SET_UP: &str = r#"case "$iterations" in ''|*[!0-9]*) echo "run_test.sh: not a number: $iterations" >&2; exit 2 ;; esac
repository="${REGREEN_REPO:-}"
if [ -z "$repository" ]; then
  repository="$(git -C "$here" rev-parse --show-toplevel 2>/dev/null || true)"
fi
if [ -z "$repository" ] || ! git -C "$repository" cat-file -e "$commit^{commit}" 2>/dev/null; then
  repository="$written_at"
fi
if ! git -C "$repository" cat-file -e "$commit^{commit}" 2>/dev/null; then
  echo "run_test.sh: no repository with the commit $commit; set REGREEN_REPO" >&2
  exit 2
fi
work="$(mktemp -d "${TMPDIR:-/tmp}/reproduction.XXXXXX")"
trap 'git -C "$repository" worktree remove --force "$work" >/dev/null 2>&1 || rm -rf -- "$work"; git -C "$repository" worktree prune >/dev/null 2>&1 || true' EXIT
git -C "$repository" worktree add --quiet --force --detach "$work" "$commit"
"#;

/// A fresh worktree lacks the project's environment and its build cache.
fn set_up_of(framework: Framework) -> &'static str {
    match framework {
        Framework::Pytest => {
            r#"python=python3
for candidate in "${VIRTUAL_ENV:-/nowhere}" "$repository/.venv" "$repository/venv"; do
  if [ -x "$candidate/bin/python" ]; then python="$candidate/bin/python"; break; fi
done
export PYTHONPATH="$PWD:$PWD/src:$work:$work/src" PYTHONDONTWRITEBYTECODE=1 COLUMNS=80
"#
        }
        Framework::CargoTest => {
            "export CARGO_TARGET_DIR=\"${CARGO_TARGET_DIR:-${TMPDIR:-/tmp}/reproduction-target}\"\n"
        }
        Framework::Jest | Framework::Vitest | Framework::Mocha | Framework::NodeTest => {
            r#"folder="$PWD"
while :; do
  installed="$repository${folder#"$work"}/node_modules"
  if [ -d "$installed" ] && [ ! -e "$folder/node_modules" ]; then ln -s "$installed" "$folder/node_modules"; fi
  if [ "$folder" = "$work" ] || [ "$folder" = / ]; then break; fi
  folder="$(dirname "$folder")"
done
export CI=true
"#
        }
        _ => "python=python3\n",
    }
}

const LOOP: &str = r#"failed=0
for ((number = 1; number <= iterations; number++)); do
  echo "== run $number of $iterations"
  code=0
  run || code=$?
  if [ "$code" -ne 0 ]; then failed=$((failed + 1)); fi
  echo "== run $number: exit code $code"
done
echo "== $failed of $iterations runs failed"
if [ "$failed" -gt 0 ]; then exit 1; fi
"#;

/// One word for a POSIX shell, whatever is in it.
pub(crate) fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\0', "").replace('\'', r"'\''"))
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn no_word_is_ever_expanded() {
        for word in
            ["$(touch /tmp/x)", "`id`", "it's", "a\nb", "", "*", "a;b", "\\", "\"", "-n", "é ö", "!x", "~"]
        {
            let script = format!("printf %s {}", quote(word));
            for shell in ["sh", "bash"] {
                let output = Command::new(shell).args(["-c", &script]).output().unwrap();
                assert_eq!(String::from_utf8(output.stdout).unwrap(), word, "{shell}");
            }
        }
    }

    #[test]
    fn names_that_are_none_are_left_out() {
        assert!(is_name("A_1") && !is_name("1A") && !is_name("A;id") && !is_name(""));
    }
}

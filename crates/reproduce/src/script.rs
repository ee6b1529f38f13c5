//! `run_test.sh`: runs the reproduction from anywhere, as often as asked, on fresh worktrees, under the
//! conditions that show the failure.
//!
//! Promise: nothing that a log or a document says is ever expanded by the shell: every word is
//! quoted, names of variables are checked.

use std::fmt::Write as _;

use regreen_case::{Conditions, Framework, Overlay, TestCommand};
use regreen_proof::under;

/// Stands for the seed of a run in the command until it is written down. Fits 32 bits, as seeds must.
const SEED: u64 = 3_141_592_653;
/// Says to the runner of cargo's tests how often; by hand there is none.
const CARGO_REPEATS: &str = "REGREEN_REPEATS";

/// What the script needs.
pub(crate) struct Script<'a> {
    pub(crate) command: &'a TestCommand,
    pub(crate) conditions: &'a Conditions,
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
            "iterations={}\nworkers={}\ncommit={}\nfirst_seed={}\nbusy={}\nwritten_at={}\n",
            self.iterations,
            self.conditions.workers.max(1),
            quote(self.base),
            self.conditions.seed,
            self.conditions.busy,
            quote(self.repository)
        );
        text.push_str(OPTIONS);
        text.push_str(SET_UP);
        text.push_str("# A checkout of its own for each worker.\nprepare() {\n  local work=\"$1\"\n");
        text.push_str(
            "  git -C \"$repository\" worktree add --quiet --force --detach \"$work\" \"$commit\"\n",
        );
        for overlay in self.overlays {
            let source = overlay.source.strip_prefix("reproduction/").unwrap_or(&overlay.source);
            let destination = quote(&overlay.destination);
            let _ = writeln!(text, "  mkdir -p \"$work\"/\"$(dirname {destination})\"");
            let _ = writeln!(text, "  cp \"$here\"/{} \"$work\"/{destination}", quote(source));
        }
        text.push_str("}\n\n");
        self.once(&mut text);
        text.push_str(LOOP);
        text
    }

    /// One run.
    fn once(&self, text: &mut String) {
        let pinned = Conditions { seed: SEED, ..self.conditions.clone() };
        let mut command = under(self.command, &pinned, 0).unwrap_or_else(|| self.command.clone());
        let repeats = command.env.remove(CARGO_REPEATS);
        text.push_str("# One run: its checkout, a folder for temporary files, its seed.\nonce() {\n");
        text.push_str("  local work=\"$1\" seed=\"$3\" code=0\n  export TMPDIR=\"$2\"\n");
        let _ = writeln!(text, "  : \"seed $seed\"\n  cd -- \"$work\"{} || return 2", inside(&command.cwd));
        for (name, value) in command.env.iter().filter(|(name, _)| is_name(name)) {
            let _ = writeln!(text, "  export {name}={}", seeded(value));
        }
        text.push_str(set_up_of(command.framework));
        let mut words: Vec<String> = self.held_back();
        words.extend(command.argv.iter().map(|word| seeded(word)));
        let program = words.len() - command.argv.len();
        if matches!(command.argv.first().map(String::as_str), Some("python" | "python3")) {
            words[program] = "\"$python\"".to_owned();
        }
        let words = words.join(" ");
        match repeats {
            Some(repeats) => {
                let _ = writeln!(
                    text,
                    "  local repeat\n  for ((repeat = 0; repeat < {repeats}; repeat++)); do {words} || code=$?; done"
                );
            }
            None => {
                let _ = writeln!(text, "  {words} || code=$?");
            }
        }
        text.push_str("  return \"$code\"\n}\n\n");
    }

    /// What stands before the command to hold it back.
    fn held_back(&self) -> Vec<String> {
        let mut words = Vec::new();
        if self.conditions.nice > 0 {
            words.extend(["nice".to_owned(), "-n".to_owned(), self.conditions.nice.min(19).to_string()]);
        }
        if let Some(cores) = self.conditions.cores {
            words.extend(["taskset".to_owned(), "-c".to_owned(), format!("0-{}", cores.max(1) - 1)]);
        }
        words
    }
}

const HEAD: &str = r#"#!/usr/bin/env bash
# Runs the reproduction on fresh worktrees; the checkout you work in is not touched. `--help` says more.
set -euo pipefail

here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
"#;

const OPTIONS: &str = r#"
usage() {
  cat <<END
usage: run_test.sh [-n ITERATIONS] [-j WORKERS] [-s SEED] [COMMIT]

Runs the test that fails, each time on a checkout of its own, and counts the failures.

  -n, --iterations N  how often [$iterations]
  -j, --workers N     runs side by side [$workers]
  -s, --seed N        the first run draws chance from this; the next one from N + 1 [$((first_seed + 1))]
  -h, --help          this text
  COMMIT              what to test: the commit that fails, or a branch with a fix [${commit:0:12}]

The repository is the one that holds this script, else REGREEN_REPO, else where it was when this was
written. Exit code: 0 when every run passed, 1 when one failed, 2 when it could not be run.
END
}

refuse() {
  echo "run_test.sh: $1" >&2
  exit 2
}

number() {
  case "$2" in '' | *[!0-9]*) refuse "$1 takes a number, not \`$2\`" ;; esac
  [ "${#2}" -le 12 ] || refuse "$1: $2 is too much"
}

while [ "$#" -gt 0 ]; do
  case "$1" in
    -n | --iterations) number "$1" "${2-}"; iterations="$2"; shift 2 ;;
    -j | --workers) number "$1" "${2-}"; workers="$2"; shift 2 ;;
    -s | --seed) number "$1" "${2-}"; first_seed=$(($2 - 1)); shift 2 ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; refuse "unknown option $1" ;;
    *) commit="$1"; shift ;;
  esac
done
[ "$workers" -ge 1 ] && [ "$workers" -le 64 ] || refuse "between 1 and 64 workers, not $workers"
"#;

const SET_UP: &str = r#"
repository="${REGREEN_REPO:-}"
if [ -z "$repository" ]; then
  repository="$(git -C "$here" rev-parse --show-toplevel 2>/dev/null || true)"
fi
if [ -z "$repository" ] || ! git -C "$repository" cat-file -e "$commit^{commit}" 2>/dev/null; then
  repository="$written_at"
fi
if ! git -C "$repository" cat-file -e "$commit^{commit}" 2>/dev/null; then
  refuse "no repository with the commit $commit; set REGREEN_REPO"
fi
repository="$(cd -- "$repository" && pwd)"
temporary="${TMPDIR:-/tmp}"
scratch="$(mktemp -d "$temporary/reproduction.XXXXXX")"
background=()
cleanup() {
  trap - EXIT
  if [ "${#background[@]}" -gt 0 ]; then kill "${background[@]}" 2>/dev/null || true; fi
  for work in "$scratch"/worker-*; do
    git -C "$repository" worktree remove --force "$work" >/dev/null 2>&1 || true
  done
  rm -rf -- "$scratch"
  git -C "$repository" worktree prune >/dev/null 2>&1 || true
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"#;

/// A fresh worktree lacks the project's environment and its build cache.
fn set_up_of(framework: Framework) -> &'static str {
    match framework {
        Framework::Pytest | Framework::Unittest => {
            r#"  local python=python3 candidate
  for candidate in "${VIRTUAL_ENV:-/nowhere}" "$repository/.venv" "$repository/venv"; do
    if [ -x "$candidate/bin/python" ]; then python="$candidate/bin/python"; break; fi
  done
  export PYTHONPATH="$PWD:$PWD/src:$work:$work/src:$here/plugins" PYTHONDONTWRITEBYTECODE=1 COLUMNS=80
"#
        }
        Framework::CargoTest => {
            "  export CARGO_TARGET_DIR=\"${CARGO_TARGET_DIR:-$temporary/reproduction-target}-${work##*-}\"\n"
        }
        Framework::Jest | Framework::Vitest | Framework::Mocha | Framework::NodeTest => {
            r#"  local folder="$PWD" installed
  while :; do
    installed="$repository${folder#"$work"}/node_modules"
    if [ -d "$installed" ] && [ ! -e "$folder/node_modules" ]; then ln -s "$installed" "$folder/node_modules"; fi
    if [ "$folder" = "$work" ] || [ "$folder" = / ]; then break; fi
    folder="$(dirname "$folder")"
  done
  export CI=true
"#
        }
        _ => "  local python=python3\n",
    }
}

const LOOP: &str = r#"# Every so many runs of one worker.
work_off() {
  local worker="$1" number code failed=0
  mkdir -p "$scratch/tmp-$worker"
  for ((number = worker; number <= iterations; number += workers)); do
    code=0
    if [ "$workers" -eq 1 ]; then
      echo "== run $number of $iterations"
      (once "$scratch/worker-$worker" "$scratch/tmp-$worker" "$((first_seed + number))") || code=$?
    else
      (once "$scratch/worker-$worker" "$scratch/tmp-$worker" "$((first_seed + number))") >"$scratch/output-$worker" 2>&1 || code=$?
      if [ "$code" -ne 0 ]; then cat "$scratch/output-$worker"; fi
    fi
    if [ "$code" -ne 0 ]; then failed=$((failed + 1)); fi
    echo "== run $number of $iterations: exit code $code (seed $((first_seed + number)))"
  done
  echo "$failed" >"$scratch/failed-$worker"
}

for ((worker = 1; worker <= workers; worker++)); do
  prepare "$scratch/worker-$worker"
done
for ((count = 0; count < busy; count++)); do
  while :; do :; done &
  background+=("$!")
done
workers_running=()
for ((worker = 1; worker <= workers; worker++)); do
  work_off "$worker" &
  workers_running+=("$!")
  background+=("$!")
done
wait "${workers_running[@]}"
failed=0
for ((worker = 1; worker <= workers; worker++)); do
  failed=$((failed + $(cat "$scratch/failed-$worker")))
done
echo "== $failed of $iterations runs failed"
if [ "$failed" -gt 0 ]; then exit 1; fi
"#;

/// A word in which the seed may stand.
fn seeded(word: &str) -> String {
    let parts: Vec<&str> = word.split(&SEED.to_string()).collect();
    if parts.len() == 1 {
        return quote(word);
    }
    let quoted: Vec<String> =
        parts.iter().map(|part| if part.is_empty() { String::new() } else { quote(part) }).collect();
    quoted.join("\"$seed\"")
}

/// A folder within the checkout.
fn inside(folder: &str) -> String {
    if folder.is_empty() { String::new() } else { format!("/{}", quote(folder)) }
}

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
        // Ours: nothing but us understands it.
        && !name.starts_with("REGREEN_")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
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
        assert!(
            is_name("A_1") && !is_name("1A") && !is_name("A;id") && !is_name("REGREEN_X") && !is_name("")
        );
    }

    #[test]
    fn every_python_test_runs_in_the_projects_environment() {
        for framework in [Framework::Pytest, Framework::Unittest] {
            assert!(set_up_of(framework).contains("$repository/.venv"), "{framework:?}");
        }
    }

    #[test]
    fn every_run_gets_its_seed() {
        assert_eq!(seeded("--order=3141592653"), "--order=\"$seed\"");
        assert_eq!(seeded("a b 3141592653"), "'a b '\"$seed\"");
        assert_eq!(seeded("3141592653"), "\"$seed\"");
        assert_eq!(seeded("3141"), "3141");
        let script = Script {
            command: &TestCommand {
                framework: Framework::Pytest,
                argv: ["python3", "-m", "pytest", "t.py::test_a[it's]"].map(str::to_owned).to_vec(),
                cwd: "a b".to_owned(),
                env: BTreeMap::new(),
            },
            conditions: &Conditions { random_seed: true, nice: 5, workers: 2, ..Conditions::default() },
            base: "0123",
            overlays: &[],
            iterations: 50,
            repository: "/some where",
        };
        let text = script.render();
        assert!(text.contains("export PYTHONHASHSEED=\"$seed\"\n"), "{text}");
        assert!(text.contains("nice -n 5 \"$python\" -m pytest"), "{text}");
        assert!(text.contains("cd -- \"$work\"/'a b' ||") && text.contains("workers=2\n"));
        let checked = Command::new("bash").args(["-n", "-c", &text]).status().unwrap();
        assert!(checked.success());
    }
}

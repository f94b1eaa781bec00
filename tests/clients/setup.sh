#!/usr/bin/env bash
# Installs the real clients that the whole-product tests drive, into this folder. Does nothing when they
# are in place and up to date; says what is missing and fails otherwise.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() { echo "setup.sh: $*" >&2; exit 1; }

for tool in node npm python3; do
    command -v "$tool" >/dev/null || fail "$tool is not installed; the tests run clients written for it"
done

# Several test processes may come here at once: the first installs, the others wait for it.
exec 9>.setup.lock
if command -v flock >/dev/null; then flock 9; fi

# The stamp is a copy of what was asked for, written last, so that an interrupted run is repeated.
node_stamp=node/node_modules/.installed-from
if ! cmp -s node/package-lock.json "$node_stamp"; then
    (cd node && npm ci --no-audit --no-fund --ignore-scripts) || fail "npm ci failed in tests/clients/node"
    cp node/package-lock.json "$node_stamp"
fi

python_stamp=python/.venv/installed-from
if ! cmp -s python/requirements.txt "$python_stamp"; then
    rm -rf python/.venv
    python3 -m venv python/.venv || fail "python3 -m venv failed; on Debian it needs the package python3-venv"
    python/.venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --requirement python/requirements.txt || fail "pip install failed in tests/clients/python"
    cp python/requirements.txt "$python_stamp"
fi

#!/usr/bin/env bash
# Installs the real clients that the whole-product tests drive, into this folder. Does nothing when they
# are in place and up to date; says what is missing and fails otherwise.
#
#   setup.sh         the clients from npm and PyPI, and what the example needs
#   setup.sh java    those from Maven Central too, and compiles the programs that use them
#   setup.sh go      only those written in Go, compiled
#   setup.sh helm    only Helm, which renders the chart of deploy/helm, compiled: minutes, once
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

fail() { echo "setup.sh: $*" >&2; exit 1; }

tools=(node npm python3)
if [ "${1:-}" = go ] || [ "${1:-}" = helm ]; then tools=(go); fi
if [ "${1:-}" = java ]; then tools+=(java javac mvn); fi
for tool in "${tools[@]}"; do
    command -v "$tool" >/dev/null || fail "$tool is not installed; the tests run clients written for it"
done

# Several test processes may come here at once: the first installs, the others wait for it.
exec 9>.setup.lock
if command -v flock >/dev/null; then flock 9; fi

# go.sum pins the modules. What is built carries what it was built from, so that an interrupted run is repeated.
build_go() { # build_go FOLDER PROGRAM PACKAGE
    local sources
    sources=$(cd "$1" && go version && sha256sum go.mod go.sum ./*.go)
    if [ "$(cat "$1/.built/built-from" 2>/dev/null)" != "$sources" ]; then
        rm -rf "$1/.built"
        (cd "$1" && GOTOOLCHAIN=local GOFLAGS=-mod=readonly CGO_ENABLED=0 go build -o ".built/$2" "$3") || fail "go build failed in tests/clients/$1"
        printf '%s\n' "$sources" >"$1/.built/built-from"
    fi
}
case "${1:-}" in
    go) build_go go go-oidc . && exit 0 ;;
    helm) build_go helm helm helm.sh/helm/v3/cmd/helm && exit 0 ;;
esac

# The stamp is a copy of what was asked for, written last, so that an interrupted run is repeated.
for folder in node ../../examples/authorization-server; do
    node_stamp=$folder/node_modules/.installed-from
    if ! cmp -s "$folder/package-lock.json" "$node_stamp"; then
        (cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts) || fail "npm ci failed in $folder"
        cp "$folder/package-lock.json" "$node_stamp"
    fi
done

python_stamp=python/.venv/installed-from
if ! cmp -s python/requirements.txt "$python_stamp"; then
    rm -rf python/.venv
    python3 -m venv python/.venv || fail "python3 -m venv failed; on Debian it needs the package python3-venv"
    python/.venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --requirement python/requirements.txt || fail "pip install failed in tests/clients/python"
    cp python/requirements.txt "$python_stamp"
fi

# A second package of the module `anki_vector`, beside the environment: python/vector_sdk.py chooses.
wirepod_stamp=python/.venv/wirepod/installed-from
if ! cmp -s python/requirements-wirepod.txt "$wirepod_stamp"; then
    rm -rf python/.venv/wirepod
    python/.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --target python/.venv/wirepod \
        --requirement python/requirements-wirepod.txt || fail "pip install failed in tests/clients/python"
    cp python/requirements-wirepod.txt "$wirepod_stamp"
fi

if [ "${1:-}" != java ]; then exit 0; fi

java_stamp=java/.jars/installed-from
if ! cmp -s java/jars.sha256 "$java_stamp"; then
    rm -rf java/.jars
    (cd java && mvn --batch-mode --quiet dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=.jars) ||
        fail "mvn failed in tests/clients/java"
    (cd java/.jars && sha256sum --quiet --strict --check ../jars.sha256) ||
        fail "a jar of tests/clients/java is another than jars.sha256 says"
    cp java/jars.sha256 "$java_stamp"
fi
classes_stamp=java/.classes/compiled-from
sources=$(cd java && sha256sum jars.sha256 ./*/*.java)
if [ "$(cat "$classes_stamp" 2>/dev/null)" != "$sources" ]; then
    rm -rf java/.classes
    (cd java && javac -Werror -Xlint:all,-processing -proc:none -classpath '.jars/*' -d .classes ./*/*.java) ||
        fail "javac failed in tests/clients/java"
    printf '%s\n' "$sources" >"$classes_stamp"
fi

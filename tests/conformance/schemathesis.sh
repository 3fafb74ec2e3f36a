#!/usr/bin/env bash
# `npm run test:api`: tries the emulator with requests that schemathesis makes up from its OpenAPI
# document: first the service's routes, then the emulator's own, each against a fresh emulator, because
# the faults of the second would break the first. Tries the native program, and with fewer requests the
# npm package's command, which has the same engine. Needs Python 3 and both of them built; installs
# schemathesis into target/. More cases: SCHEMATHESIS_EXAMPLES=200 (for each operation and phase); others:
# SCHEMATHESIS_SEED=2 (the same seed makes the same cases, so that a failure is the change's own).
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() {
    echo "$1" >&2
    exit 1
}

native=${COMETCHAT_EMULATOR_BIN:-target/release/cometchat-emulator}
[ -x "$native" ] ||
    fail 'The emulator is not built yet. Run `cargo build --release --package cometchat-emulator-server` first.'
command=tests/emulator/support/in-place-of-native.mjs
[ -f pkg/emulator/dist/command.js ] ||
    fail "The emulator's npm package is not built yet. Run \`npm run build\` first."

venv=target/conformance/venv
version=4.32.5
if [ "$("$venv/bin/st" --version 2>/dev/null)" != "st, version $version" ]; then
    echo "Installing schemathesis $version (about half a minute, once) …"
    python3 -m venv "$venv" || fail "Python 3 with venv is missing. Install it (apt-get install python3-venv)."
    "$venv/bin/pip" install --quiet "schemathesis==$version" ||
        fail "schemathesis could not be installed. What pip printed above tells why."
fi

work=$(mktemp -d)
pid=
end() {
    exec 9>&- # the emulator ends with its standard input
    [ -z "$pid" ] || wait "$pid" || true
    rm -rf "$work"
}
trap end EXIT

start() { # program
    rm -f "$work"/*
    mkfifo "$work/in"
    "$1" --port 0 --database-url "sqlite://$work/emulator.db" --log-level warn \
        --exit-with-stdin <"$work/in" >"$work/out" &
    pid=$!
    exec 9>"$work/in"
    until grep -q '^COMETCHAT_REST_API_KEY=' "$work/out"; do
        kill -0 "$pid" || fail "The emulator did not start. What it printed above tells why."
    done
    # shellcheck disable=SC1090
    source <(grep '^COMETCHAT_' "$work/out")
    export EMULATOR_ORIGIN=http://$COMETCHAT_EMULATOR_HOST
    export REST_API_KEY=$COMETCHAT_REST_API_KEY
    # Any text will do: schemathesis_hooks.py replaces it by a valid token.
    export AUTH_TOKEN=the-token-of-the-tester
}

stop() {
    exec 9>&-
    wait "$pid"
    pid=
}

try() { # program, tag, examples
    start "$1"
    "$venv/bin/st" --config-file tests/conformance/schemathesis.toml run "$EMULATOR_ORIGIN/openapi.json" \
        --include-tag "$2" --max-examples "${SCHEMATHESIS_EXAMPLES:-$3}" --seed "${SCHEMATHESIS_SEED:-1}"
    stop
}

echo "Trying the routes of the native program (about two minutes) …"
try "$native" service 60
try "$native" emulator 12
echo "Trying those of the npm package's command (about a minute) …"
try "$command" service 10
try "$command" emulator 4

#!/bin/sh
# Makes .venv and adds one lock's packages to what is in it: sh requirements/install.sh run|local|dev
# Done once per lock, it does nothing the next time, without a network. It never removes a package.
set -eu
cd "$(dirname "$0")/.."

name=$1
lock=requirements/$name.txt
venv=.venv
packages=$venv/bin/python

fail() {
    printf '\n%s\n' "$1" >&2
    exit 1
}

digest() {
    if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"; else shasum -a 256 "$1"; fi |
        cut -c 1-16
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed, and ${PYTHON:-python3} is not. Name one: make run PYTHON=/path/to/python3.12"
}

make_venv() {
    python=$(find_python)
    "$python" -c 'import ensurepip' 2>/dev/null ||
        fail "$python cannot make virtual environments: install its venv package (Debian, Ubuntu: apt install python3-venv)"
    echo "Making $venv with $("$python" --version) ..."
    "$python" -m venv --clear "$venv"
}

# uv at the version and with the hashes of the lock; without it pip does the same, slowly.
install_uv() {
    awk '/^uv==/ { wanted = 1 } wanted { print } wanted && !/\\$/ { exit }' requirements/dev.txt \
        >"$venv/uv.txt"
    "$packages" -m pip install --quiet --disable-pip-version-check --require-hashes \
        --only-binary :all: -r "$venv/uv.txt" >/dev/null 2>&1
}

with_uv() {
    { [ -x "$venv/bin/uv" ] || install_uv; } &&
        "$venv/bin/uv" pip install --quiet --python "$packages" \
            --compile-bytecode --require-hashes --only-binary :all: -r "$lock" 2>"$venv/uv.log"
}

with_pip() {
    "$packages" -m pip install --quiet --disable-pip-version-check \
        --require-hashes --only-binary :all: -r "$lock"
}

stamp=$venv/.ok-$name-$(digest "$lock")
# A virtual environment stops working when the Python it was made with is removed.
is_new_enough "$packages" || make_venv
[ ! -e "$stamp" ] || exit 0
echo "Installing $lock (once) ..."
with_uv || with_pip || fail "The packages of $lock could not be installed. Is the package index reachable?"
rm -f "$venv/.ok-$name-"*
: >"$stamp"

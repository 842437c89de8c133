#!/bin/sh
# Prints the path of a Python that has the executable consensus specs, and makes it first when it is not there:
# a virtual environment in target/spec with the packages of requirements.txt, pinned by hash.
set -eu
cd "$(dirname "$0")/../.."

venv=$PWD/target/spec/venv
stamp=$venv/.heliograph-requirements.txt
say() { echo "spec: $*" >&2; }

if ! cmp -s tools/spec/requirements.txt "$stamp"; then
    python=
    # Those of pyenv are looked for where they are: its shims only answer for the versions that are switched on.
    for candidate in ${HELIOGRAPH_PYTHON:-python3.13 python3.12 python3 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[234].*/bin/python}; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 12) <= sys.version_info < (3, 15))' 2>/dev/null; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        say "the consensus specs need Python 3.12, 3.13 or 3.14; none of '${HELIOGRAPH_PYTHON:-python3.13 python3.12 python3}' is one"
        say "install one, or name one in HELIOGRAPH_PYTHON"
        exit 1
    fi
    say "installing the executable consensus specs into target/spec/venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        --requirement tools/spec/requirements.txt >&2
    cp tools/spec/requirements.txt "$stamp"
fi
echo "$venv/bin/python"

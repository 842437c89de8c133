# Source this, from any folder of the repository: the pinned contract tools come first on PATH.
#
# tools/bin links to the platform binaries themselves. The launcher packages (@foundry-rs/forge and
# its kind) are not used: they never pass on an exit status, so a failing test would look green.

if [ -n "${BASH_SOURCE:-}" ]; then
    HELIOGRAPH_ROOT=$(cd "$(dirname "$BASH_SOURCE")/.." && pwd)
else
    HELIOGRAPH_ROOT=$PWD
    while [ "$HELIOGRAPH_ROOT" != / ] && [ ! -f "$HELIOGRAPH_ROOT/tools/env.sh" ]; do
        HELIOGRAPH_ROOT=$(dirname "$HELIOGRAPH_ROOT")
    done
fi

case ":$PATH:" in
    ":$HELIOGRAPH_ROOT/tools/bin:"*) ;;
    *) export PATH="$HELIOGRAPH_ROOT/tools/bin:$PATH" ;;
esac

# Without the npm compiler forge falls back to fetching the version that foundry.toml names.
if [ -d "$HELIOGRAPH_ROOT/node_modules/solc" ]; then
    export FOUNDRY_SOLC="$HELIOGRAPH_ROOT/tools/solc" FOUNDRY_OFFLINE=true
fi
export FOUNDRY_DISABLE_NIGHTLY_WARNING=true

if [ ! -x "$HELIOGRAPH_ROOT/tools/bin/forge" ]; then
    echo "heliograph: the contract tools are not set up yet; run 'make setup'" >&2
fi

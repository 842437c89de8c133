#!/bin/sh
# Makes a fresh clone ready to build, and is quick and quiet about it when it already is.
set -eu
cd "$(dirname "$0")/.."

say() { echo "setup: $*"; }
die() { echo "setup: $*" >&2; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || die "$1 not found; $2"; }

need node "install Node.js 20 or newer"
need npm "it comes with Node.js"
need cargo "install Rust, see rust-version in Cargo.toml"
need cc "install a C compiler (gcc or clang)"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] ||
    die "Node.js 20 or newer is needed, this is $(node --version)"

# The stamp is a copy of the lock file inside node_modules: it goes when node_modules goes.
stamp=node_modules/.heliograph-lock.json
if cmp -s package-lock.json "$stamp"; then
    say "npm packages are up to date"
else
    say "installing npm packages (npm ci)"
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json "$stamp"
fi

case "$(uname -s)" in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) die "unsupported system $(uname -s); use Linux or macOS" ;;
esac
case "$(uname -m)" in
    x86_64 | amd64) arch=amd64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) die "unsupported processor $(uname -m)" ;;
esac

# PATH without tools/bin, to find tools that were installed by other means.
elsewhere=$(printf %s "$PATH" | tr : '\n' | grep -vx "$PWD/tools/bin" | paste -sd : -)

mkdir -p tools/bin
version=$(node -p 'require("./package.json").optionalDependencies["@foundry-rs/forge-linux-amd64"]')
for tool in forge cast anvil; do
    binary=$PWD/node_modules/@foundry-rs/$tool-$os-$arch/bin/$tool
    if [ ! -x "$binary" ]; then
        binary=$(PATH=$elsewhere command -v "$tool") ||
            die "no npm package of $tool for $os-$arch here; run 'foundryup -i $version'"
        "$binary" --version | grep -qF "$version" ||
            die "$binary is not version $version; run 'foundryup -i $version'"
    fi
    [ "$(readlink "tools/bin/$tool" 2>/dev/null)" = "$binary" ] || say "linking $tool $version"
    ln -sf "$binary" "tools/bin/$tool"
done
say "ready: $(tools/bin/forge --version | head -n 1), solc $(node -p "require('solc/package.json').version")"

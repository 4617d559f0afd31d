#!/usr/bin/env bash
# Installs the build into a folder of its own, builds a consumer against it, and runs both it and the installed program.
# Usage: install_test.sh BUILD_FOLDER
set -euo pipefail
build=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/prefix" >/dev/null
cmake -S "$here" -B "$work/consumer" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$work/prefix" >"$work/log" 2>&1 ||
  { cat "$work/log"; exit 1; }
cmake --build "$work/consumer" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cd "$work"
./consumer/consumer
"$work/prefix/bin/margay" --version
# The light program finds its heavy sibling in libexec.
[ -x "$work/prefix/libexec/margay/margay-train" ] || exit 0
"$work/prefix/bin/margay" train --help >"$work/help"
grep -q -- --resume "$work/help"

#!/usr/bin/env bash
# A project that has margay in a subdirectory, by itself or as FetchContent puts it there, and predicts. Both give the same
# targets; one is built.
# Usage: subdirectory_test.sh SOURCE_FOLDER COMPILER
set -euo pipefail
source=$1 compiler=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# configure NAME [arguments of cmake]
configure() {
  local name=$1; shift
  cmake -S "$here" -B "$work/$name" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DCMAKE_CXX_COMPILER="$compiler" \
    -DMARGAY_FOLDER="$source" -DMARGAY_TOOLKIT=OFF -DMARGAY_PRECOMPILE=ON "$@"
}
if ! { configure fetched -DFETCH=ON -DLIBRARY=margay::predict_shared && configure build && cmake --build "$work/build"; } >"$work/log" 2>&1
then
  cat "$work/log"; exit 1
fi
cd "$work"
./build/consumer

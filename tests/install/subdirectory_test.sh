#!/usr/bin/env bash
# A project that has margay in a subdirectory, as FetchContent puts it there, and predicts.
# Usage: subdirectory_test.sh SOURCE_FOLDER COMPILER
set -euo pipefail
source=$1 compiler=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! { cmake -S "$here" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DCMAKE_CXX_COMPILER="$compiler" \
         -DMARGAY_FOLDER="$source" -DMARGAY_TOOLKIT=OFF -DMARGAY_PRECOMPILE=ON && cmake --build "$work/build"; } >"$work/log" 2>&1; then
  cat "$work/log"; exit 1
fi
cd "$work"
./build/consumer

#!/usr/bin/env bash
# Builds all but what trains with clang, where every warning is an error, and with the address and undefined-behaviour
# sanitizers, and runs its tests.
# Usage: scripts/test-sanitizers.sh, after scripts/test.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh check
cmake --preset asan -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_CXX_FLAGS=-Werror >/dev/null
cmake --build --preset asan
# What is not of the compiler's, scripts/test.sh has run.
ctest --preset asan --parallel "$(nproc)" --no-tests=error --exclude-regex '^(architecture|container|docs|web):'

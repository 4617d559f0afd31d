#!/usr/bin/env bash
# Builds all but what trains with the address and undefined-behaviour sanitizers, and runs its tests.
# Usage: scripts/test-sanitizers.sh, after scripts/test.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh check
cmake --preset asan >/dev/null
cmake --build --preset asan
ctest --preset asan --parallel "$(nproc)" --no-tests=error

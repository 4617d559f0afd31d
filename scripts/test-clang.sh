#!/usr/bin/env bash
# Builds all but what trains with clang, where every warning is an error, and runs the tests of the vectorised rooms.
# Usage: scripts/test-clang.sh, after scripts/test.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh check

say "Building with $(clang++ --version | head -1)"
cmake -S . -B build-clang -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_CXX_FLAGS=-Werror \
  -DMARGAY_TRAIN=OFF -DMARGAY_TESTS=ON >build-configure.log 2>&1 || { cat build-configure.log >&2; exit 1; }
rm -f build-configure.log
ninja -C build-clang
ctest --test-dir build-clang --output-on-failure --parallel "$(nproc)" --no-tests=error -R '^(image|augment|runtime|fused|instructions):'

#!/usr/bin/env bash
# Installs, builds and runs every test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh test

# Tests on the real pictures find them here; without, ctest shows those tests as skipped.
if [ -z "${MARGAY_TEST_ASSETS:-}" ] && [ -d ../shared ]; then
  MARGAY_TEST_ASSETS=$(cd ../shared && pwd)
  export MARGAY_TEST_ASSETS
fi

say "Testing"
ctest --test-dir build --output-on-failure --parallel "$(nproc)" --no-tests=error "$@"

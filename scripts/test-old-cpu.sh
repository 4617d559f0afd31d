#!/usr/bin/env bash
# Runs what is compiled for several processors on two that lack AVX-512 (Haswell) and AVX2 (Nehalem), as QEMU emulates them:
# an instruction that they do not have ends the program.
# Usage: scripts/test-old-cpu.sh [BUILD_FOLDER]      after scripts/test.sh; MARGAY_TEST_EXHAUSTIVE=1 runs every light test
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh check
build=$(cd "${1:-build}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive LSAN_OPTIONS=detect_leaks=0 MARGAY_CACHE=$work/cache MARGAY_TEST_CACHE=$work/cache

# Room, and its tests that meet vectorised code, as a pattern of doctest's; the others would take minutes.
telling=(
  "image *resiz*,*scaled*,*preprocess*"
  "augment *"
  "head *"
  "runtime *operator*,*activations*,*residual*,*transformer*"
  "fused *pool*,*sum over*,*bfloat16*"
)
if [ -n "${MARGAY_TEST_EXHAUSTIVE:-}" ]; then
  telling=()
  for program in "$build"/tests/test_*; do
    room=${program##*/test_}
    case $room in *.cmake|cli*|engine|train|workflow) ;; *) telling+=("$room *") ;; esac
  done
fi

# A model, made on this processor, and what it says about a picture.
"$build/margay" dataset draw "$work/drawn" --classes cats,dogs --count 40 --size 32 --seed 1 >/dev/null
"$build/margay" train "$work/drawn" --recipe article --epochs 1 --set input.width=32 --set input.height=32 --out "$work/run" --quiet >/dev/null
picture=$(find "$work/drawn" -name '*.jpg' -o -name '*.png' | sort | head -1)
expected=$("$build/margay" predict "$work/run" "$picture" --json)

for cpu in Haswell Nehalem; do
  say "As on a $cpu"
  emulated=(qemu-x86_64 -cpu "$cpu")
  for row in "${telling[@]}"; do
    echo "${row%% *}:"
    "${emulated[@]}" "$build/tests/test_${row%% *}" --test-case="${row#* }" | tail -3
  done
  answer=$("${emulated[@]}" "$build/margay" predict "$work/run" "$picture" --json)
  python3 - "$expected" "$answer" <<'END'
import json, sys
expected, answer = (json.loads(text) for text in sys.argv[1:])
def numbers(value):
    if isinstance(value, dict): return [n for key in sorted(value) for n in numbers(value[key])]
    if isinstance(value, list): return [n for item in value for n in numbers(item)]
    return [float(value)] if isinstance(value, (int, float)) else []
pairs = list(zip(numbers(expected), numbers(answer), strict=True))
assert pairs and all(abs(a - b) < 1e-4 for a, b in pairs), (expected, answer)
print("margay predict: the same answer")
END
  "${emulated[@]}" "$build/margay" show "$work/drawn" --augment all --out "$work/show.png" >/dev/null
  echo "margay show --augment all: drawn"
done

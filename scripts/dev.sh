#!/usr/bin/env bash
# Builds and runs the tests that a change touches, in build/.
# Usage: scripts/dev.sh [--list] [REF] [-- CTEST OPTIONS...]
#   REF      what the change is measured from: its files are those that differ from where HEAD left REF, uncommitted and new ones
#            included (default: origin/main, else main)
#   --list   only prints the changed files' rooms, what would be built and what would be run
# A change of a room runs its tests and those of the rooms above it; of tests/ROOM/ the tests of that room; of apps/ and recipes/
# those of the programs (cli). scripts/test.sh runs everything; that, or scripts/setup.sh test, installs the packages.
# build/ is a Release build, the one of test.sh, so that nothing is compiled twice: most of a compilation goes into headers, which
# a Debug build does not make shorter, and the tests that decode and train run optimised.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n== %s\n' "$*"; }
fail() { echo "dev.sh: $*" >&2; exit 2; }

list=no ref=""
while [ $# -gt 0 ]; do
  case $1 in
    --list) list=yes ;;
    --help|-h) sed -n '2,11s/^# //p' scripts/dev.sh; exit 0 ;;
    --) shift; break ;;
    -*) fail "there is no option '$1' (ctest's stand behind --)" ;;
    *) [ -z "$ref" ] || fail "one REF, not '$ref' and '$1'"; ref=$1 ;;
  esac
  shift
done

# The plan of the house: room(NAME ROOMS what it may include ...) in CMakeLists.txt, and the further rooms that its tests link,
# tests_of(NAME ... ROOMS ...) in tests/CMakeLists.txt. Both name their rooms on the line that begins them.
# rooms_of CALL FILE: NAME and its rooms, a line a call.
rooms_of() {
  awk -v call="$1" '{ gsub(/[()]/, " ") } $1 == call && $2 ~ /^[a-z_]+$/ {
    line = $2
    for (i = 3; i <= NF; i++) { if ($i ~ /^[A-Z]/) taken = $i == "ROOMS"; else if (taken) line = line " " $i }
    taken = 0
    print line }' "$2"
}
declare -A reach  # a room, and all that it may include, over others too; a room stands behind those that it includes
while read -r room rooms; do
  reach[$room]=" $room "
  for below in $rooms; do reach[$room]+=${reach[$below]}; done
done < <(rooms_of room CMakeLists.txt)
for folder in margay/*/; do
  room=$(basename "$folder")
  [ -n "${reach[$room]-}" ] || fail "margay/$room/ is no room(...) of CMakeLists.txt"
done
declare -A linked  # what the tests of a room are linked with
for room in "${!reach[@]}"; do linked[$room]=${reach[$room]}; done
while read -r room rooms; do
  for other in $rooms; do linked[$room]+=${reach[$other]}; done
done < <(rooms_of tests_of tests/CMakeLists.txt)

# What has changed.
if [ -z "$ref" ]; then
  for known in origin/main main; do
    if git rev-parse -q --verify "$known^{commit}" >/dev/null; then ref=$known; break; fi
  done
fi
base=HEAD
if [ -n "$ref" ]; then base=$(git merge-base "$ref" HEAD) || fail "'$ref' is no commit that HEAD has anything in common with"; fi
mapfile -d '' -t files < <(git diff --name-only --no-renames -z "$base" -- && git ls-files --others --exclude-standard -z)

# What that touches.
declare -A tested=() changed=()
everything=no programs=no plan=no examples=no others=()
for file in ${files[@]+"${files[@]}"}; do
  case $file in
    margay/*/*) room=${file#margay/}; changed[${room%%/*}]=yes plan=yes ;;
    margay/*) plan=yes examples=yes programs=yes ;;  # the headers that stand for the library
    apps/*) programs=yes ;;
    recipes/*) programs=yes; tested[recipe]=yes ;;
    examples/*) examples=yes ;;
    tests/cli/*) programs=yes ;;
    tests/examples/*) examples=yes ;;
    tests/architecture/*) plan=yes ;;
    CMakeLists.txt|cmake/*|tests/CMakeLists.txt|tests/support/*) everything=yes ;;
    docs/layers.md) tested[recipe]=yes ;;
    tests/*/*)
      room=${file#tests/} room=${room%%/*}
      if [ -n "${reach[$room]-}" ]; then tested[$room]=yes; else others+=("$file"); fi ;;
    *) others+=("$file") ;;
  esac
done
if [ $everything = yes ]; then
  plan=yes programs=yes examples=yes
  for room in "${!reach[@]}"; do tested[$room]=yes; done
fi
for room in "${!reach[@]}"; do
  for other in "${!changed[@]}"; do
    case ${linked[$room]} in *" $other "*) tested[$room]=yes ;; esac
  done
done

# has OPTION: whether the build there is has it on; a new one has.
has() { [ ! -f build/CMakeCache.txt ] || ! grep -q "^$1:BOOL=OFF" build/CMakeCache.txt; }
without_libraries() {
  case $1 in engine|train|workflow) ! has MARGAY_TRAIN ;; onnx) ! has MARGAY_ONNX ;; *) return 1 ;; esac
}

targets=() prefixes=() left_out=()
for room in $(printf '%s\n' "${!tested[@]}" | sort); do
  ls tests/"$room"/*_test.cpp >/dev/null 2>&1 || continue
  if without_libraries "$room"; then left_out+=("$room"); continue; fi
  targets+=("test_$room") prefixes+=("$room")
done
[ -z "${tested[image]-}" ] || targets+=(decode_pictures)  # which a test in Python asks
if [ $programs = yes ]; then
  targets+=(margay test_cli_light) prefixes+=(cli)
  if has MARGAY_TRAIN; then targets+=(margay-train test_cli test_cli_faults fault_injection); else left_out+=("trainings of cli"); fi
fi
[ $plan = no ] || prefixes+=(architecture)
if [ $examples = yes ]; then
  if has MARGAY_TRAIN && has MARGAY_EXAMPLES; then targets+=(test_examples); else examples=no left_out+=(examples); fi
fi
pattern=$(IFS='|'; echo "^(${prefixes[*]-}):")

echo "files      ${#files[@]} differ from ${ref:-HEAD} ($(git rev-parse --short "$base"))"
[ ${#changed[@]} = 0 ] || echo "rooms      $(printf '%s\n' "${!changed[@]}" | sort | paste -sd ' ')"
[ ${#left_out[@]} = 0 ] || echo "left out   ${left_out[*]}: build/ is without what they need (MARGAY_TRAIN, MARGAY_ONNX, MARGAY_EXAMPLES)"
[ ${#others[@]} = 0 ] || echo "no room    ${others[*]} (scripts/test.sh tests what of these is tested)"
if [ ${#prefixes[@]} = 0 ] && [ $examples = no ]; then echo "Nothing to run."; exit 0; fi
[ ${#targets[@]} = 0 ] || echo "build      ninja -C build ${targets[*]}"
[ ${#prefixes[@]} = 0 ] || echo "run        ctest --test-dir build -R '$pattern'"
[ $examples = no ] || echo "run        build/tests/test_examples"
[ $list = no ] || exit 0

if [ ! -f build/build.ninja ] || ! has MARGAY_TESTS; then
  say "Configuring build/"
  cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DMARGAY_TESTS=ON >build-configure.log 2>&1 ||
    { cat build-configure.log >&2; exit 1; }
  rm -f build-configure.log
fi
if [ ${#targets[@]} -gt 0 ]; then
  say "Building"
  ninja -C build "${targets[@]}"
fi
# Tests on the real pictures find them here, as in test.sh.
if [ -z "${MARGAY_TEST_ASSETS:-}" ] && [ -d ../shared ]; then
  MARGAY_TEST_ASSETS=$(cd ../shared && pwd)
  export MARGAY_TEST_ASSETS
fi
say "Testing"
if [ $examples = yes ]; then build/tests/test_examples; fi
if [ ${#prefixes[@]} -gt 0 ]; then
  ctest --test-dir build --output-on-failure --parallel "$(nproc)" --no-tests=error -R "$pattern" "$@"
fi

#!/usr/bin/env bash
# What an install gives to others: its programs run, every header compiles alone, and consumers build against it, with all
# libraries that margay knows and with those alone that prediction needs.
# Usage: install_test.sh BUILD_FOLDER COMPILER
set -euo pipefail
build=$1 compiler=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/prefix" >/dev/null

# consumer NAME [arguments of cmake]: configures, builds and runs it.
consumer() {
  local name=$1; shift
  if ! { cmake -S "$here" -B "$work/$name" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER="$compiler" \
           -DCMAKE_PREFIX_PATH="$work/prefix" "$@" && cmake --build "$work/$name"; } >"$work/log" 2>&1; then
    echo "the consumer '$name' does not build:"; cat "$work/log"; exit 1
  fi
  (cd "$work" && "./$name/consumer")
}

# As on a machine that lacks what only other parts of the library need.
cat >"$work/pkg-config" <<'END'
#!/bin/sh
case "$*" in *pango*|*libzip*) exit 1 ;; esac
exec pkg-config "$@"
END
chmod +x "$work/pkg-config"
without=(-DPKG_CONFIG_EXECUTABLE="$work/pkg-config")
for package in CLI11 tomlplusplus CURL LibArchive Torch; do without+=(-DCMAKE_DISABLE_FIND_PACKAGE_$package=ON); done
consumer predicts "${without[@]}" -DEXPECTED=predict
consumer names_it "${without[@]}" -DEXPECTED=predict -DCOMPONENTS=predict
consumer has_all
consumer asks_again -DCOMPONENTS=predict -DTHEN_ALL=ON

if (consumer lacks "${without[@]}" -DCOMPONENTS=toolkit) >"$work/said" 2>&1; then
  echo "a part whose libraries are missing is said to be there"; exit 1
fi
tr -s '[:space:]' ' ' <"$work/said" | grep -q "needs CURL, LibArchive, tomlplusplus, libzip, pangocairo" ||
  { echo "what a part lacks is not named:"; cat "$work/said"; exit 1; }

# Every installed header by itself. The build has compiled those that their source includes first, where no precompiled
# header could have helped.
source=$(cd "$here/../.." && pwd)
is_first_in_its_source() {
  case $1 in margay/train/*|margay/workflow/*) return 1 ;; esac
  [ "$(grep -m1 '^#include' "$source/${1%.h}.cpp" 2>/dev/null)" = "#include \"$1\"" ]
}
cd "$work/prefix/include"
find margay -name '*.h' | sort >"$work/all_headers"
grep -q '^margay/train/trainer.h$' "$work/all_headers" || [ ! -x "$work/prefix/libexec/margay/margay-train" ] ||
  { echo "margay/train/trainer.h is not installed"; exit 1; }
while read -r header; do is_first_in_its_source "$header" || echo "$header"; done <"$work/all_headers" >"$work/headers"
compile_alone() { "$1" -std=c++20 -fsyntax-only -Wall -Wextra -I. -x c++ -include "$2" /dev/null || { echo "$2 does not compile alone"; exit 255; }; }
export -f compile_alone
xargs -P "$(nproc)" -I{} bash -c "compile_alone '$compiler' {}" <"$work/headers"
echo "$(wc -l <"$work/all_headers") headers compile alone, $(wc -l <"$work/headers") of them tried here"

cd "$work"
"$work/prefix/bin/margay" --version
# The program finds the training program in libexec.
[ -x "$work/prefix/libexec/margay/margay-train" ] || exit 0
"$work/prefix/bin/margay" train --help >"$work/help"
grep -q -- --resume "$work/help"

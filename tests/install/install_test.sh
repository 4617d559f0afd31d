#!/usr/bin/env bash
# What an install gives to others: its programs run, and consumers build against it, with all libraries that margay knows and
# with those alone that prediction needs, static and shared, by CMake and by pkg-config.
# Usage: install_test.sh BUILD_FOLDER COMPILER
set -euo pipefail
build=$1 compiler=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --prefix "$work/prefix" >/dev/null
parts="predict;toolkit"
[ ! -x "$work/prefix/libexec/margay/margay-train" ] || parts+=";train"

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
for package in CLI11 tomlplusplus nlohmann_json CURL LibArchive Torch; do without+=(-DCMAKE_DISABLE_FIND_PACKAGE_$package=ON); done
consumer predicts "${without[@]}" -DEXPECTED=predict
consumer names_it "${without[@]}" -DEXPECTED=predict -DCOMPONENTS=predict
consumer has_all
consumer asks_again -DCOMPONENTS=predict -DTHEN_ALL=ON

if (consumer lacks "${without[@]}" -DCOMPONENTS=toolkit) >"$work/said" 2>&1; then
  echo "a part whose libraries are missing is said to be there"; exit 1
fi
tr -s '[:space:]' ' ' <"$work/said" | grep -q "needs CURL, LibArchive, tomlplusplus, libzip, pangocairo" ||
  { echo "what a part lacks is not named:"; cat "$work/said"; exit 1; }

# The public headers and what they include are there, nothing else.
cmake -DSOURCE="$here/../.." -DPARTS="$parts" -P "$here/list_headers.cmake" 2>"$work/expected"
(cd "$work/prefix/include" && find margay -name '*.h' | LC_ALL=C sort) >"$work/found"
diff "$work/expected" "$work/found" || { echo "other headers are installed than the public ones"; exit 1; }
echo "$(wc -l <"$work/found") headers"

# The shared library, for who has none of margay's libraries; by CMake, and by pkg-config alone.
consumer shared "${without[@]}" -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON -DCOMPONENTS=shared -DLIBRARY=margay::predict_shared
library=$(find "$work/prefix" -name libmargay_predict.so)
version=$("$work/prefix/bin/margay" --version | grep -o '[0-9]*\.[0-9]*' | head -1)
readelf -d "$library" | grep -q "SONAME.*libmargay_predict\.so\.$version" || { echo "no SONAME of $version"; readelf -d "$library"; exit 1; }
shown=$(nm -D --defined-only -C "$library" | grep -c ' [TW] margay::\(runtime\|model\|core\|data\)::' || true)
[ "$shown" = 0 ] || { echo "the shared library shows $shown inner functions"; nm -D --defined-only -C "$library" | grep -m 9 ' [TW] margay::runtime'; exit 1; }
export PKG_CONFIG_PATH; PKG_CONFIG_PATH=$(dirname "$library")/pkgconfig
# shellcheck disable=SC2046  # several words are wanted
"$compiler" -std=c++20 "$here/consumer.cpp" -o "$work/by_pkg_config" $(pkg-config --cflags --libs margay-predict)
(cd "$work" && LD_LIBRARY_PATH=$(dirname "$library") ./by_pkg_config)

cd "$work"
"$work/prefix/bin/margay" --version
# The program finds the training program in libexec.
[ -x "$work/prefix/libexec/margay/margay-train" ] || exit 0
"$work/prefix/bin/margay" train --help >"$work/help"
grep -q -- --resume "$work/help"

# A program that trains, which needs no libtorch to compile, and none to be found to link the shared library.
consumer trains "${without[@]}" -DCOMPONENTS=shared -DLIBRARY=margay::train_shared -DSOURCE=trainer.cpp
consumer trains_statically "-DCOMPONENTS=predict;train" -DLIBRARY=margay::train -DSOURCE=trainer.cpp

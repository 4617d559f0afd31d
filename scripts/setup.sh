#!/usr/bin/env bash
# Installs what is missing on Debian 12 or 13 and builds margay into build/. Sourced by the other scripts; safe to run again.
# Usage: scripts/setup.sh [build|test|check]
#   test    also installs what only the tests need, and builds them
#   check   installs what the further checks need (other compilers, an emulator) and builds nothing
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
purpose=${1:-build}

say() { printf '\n== %s\n' "$*"; }

# Debian 12 has two versions of Boost, of which the one without a number is too old.
boost=libboost-dev
if grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release; then boost=libboost1.81-dev; fi

# One line a package: what it is needed for.
build_packages=(
  g++                   # compiles margay
  cmake ninja-build     # describe and run the build
  pkg-config            # finds libraries
  libtorch-dev          # training: tensors and gradients
  libopenblas0-pthread  # fast matrix products for libtorch
  libdnnl-dev           # prediction without libtorch
  libonnx-dev libprotobuf-dev  # models for ONNX Runtime and others
  libjemalloc-dev       # an allocator that keeps what it has
  libturbojpeg0-dev libjpeg-dev libpng-dev    # pictures
  libwebp-dev libgif-dev libtiff-dev libopenjp2-7-dev  # pictures: WebP, GIF, TIFF, JPEG 2000
  libheif-dev           # pictures: HEIC and AVIF
  liblcms2-dev          # colour profiles
  libcairo2-dev libpango1.0-dev fonts-dejavu-core  # drawing, text and a font
  gnuplot-nox           # curves
  libcurl4-openssl-dev libssl-dev  # data sets: download, checksums
  libarchive-dev libzip-dev        # archives of pictures
  libunistring-dev      # Unicode: widths of texts, names that look alike
  nlohmann-json3-dev libtomlplusplus-dev libcli11-dev libfmt-dev  # JSON, TOML, command line, text
  "$boost"              # the server: HTTP and sockets, headers alone
  prometheus-cpp-dev    # the server: numbers for Prometheus
  ca-certificates       # secure downloads
)
test_packages=(
  doctest-dev           # the test framework
  libcpp-httplib-dev    # a real HTTP server for the download tests
  doxygen               # the reference, which must have no warnings
  nodejs npm chromium   # the pages in a real browser
  python3-pil imagemagick libjpeg-turbo-progs  # decode what margay decodes
  python3-protobuf      # reads TensorBoard's event files as others do
  python3-torchvision   # what the published networks are compared with
)
check_packages=(
  clang libomp-dev libclang-rt-dev  # a second compiler, with its OpenMP and its sanitizers
  qemu-user             # older processors
)

wanted=("${build_packages[@]}")
case $purpose in
  build) ;;
  test) wanted+=("${test_packages[@]}") ;;
  check) wanted+=("${test_packages[@]}" "${check_packages[@]}") ;;
  *) echo "margay: '$purpose' is none of build, test and check" >&2; exit 2 ;;
esac

is_installed() { dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }
# A Node.js from elsewhere serves as well as Debian's.
is_present() {
  case $1 in
    nodejs) command -v node >/dev/null || is_installed nodejs ;;
    npm) command -v npm >/dev/null || is_installed npm ;;
    *) is_installed "$1" ;;
  esac
}

missing=()
for package in "${wanted[@]}"; do is_present "$package" || missing+=("$package"); done
if [ ${#missing[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "margay: this script installs with apt, and there is none; install: ${missing[*]}" >&2; exit 1; }
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "margay: become root, or install sudo, to install: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  say "Installing ${#missing[@]} Debian packages (scripts/setup.sh says what each is for): ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

[ "$purpose" != check ] || { return 0 2>/dev/null || exit 0; }
tests=OFF
[ "$purpose" != test ] || tests=ON
# A build that has the tests keeps them: the demo must not undo what test.sh has made.
if [ -f build/CMakeCache.txt ] && grep -q '^MARGAY_TESTS:BOOL=ON' build/CMakeCache.txt; then tests=ON; fi
say "Building margay (the first time takes some minutes)"
# With the precompiled header; scripts/test-clang.sh builds without it, as everybody does who sets no option.
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DMARGAY_TESTS=$tests -DMARGAY_PRECOMPILE=ON >build-configure.log 2>&1 ||
  { cat build-configure.log >&2; exit 1; }
rm -f build-configure.log
ninja -C build

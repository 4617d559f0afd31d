#!/usr/bin/env bash
# Prints the Debian packages that margay's programs need where they run: those of the libraries they are linked with, and of
# what they start or load by themselves.
# Usage: scripts/runtime-packages.sh PROGRAM...
set -euo pipefail
{
  ldd "$@" | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | sort -u | while read -r library; do
    file=$(readlink -f "$library")
    # dpkg knows a file by the name that it was packed under, in /lib or in /usr/lib.
    { dpkg-query -S "$file" || dpkg-query -S "${file#/usr}"; } 2>/dev/null | cut -d: -f1
  done
  echo libheif1           # HEIC and AVIF, where somebody has such pictures
  echo gnuplot-nox        # curves
  echo fonts-dejavu-core  # text in pictures
  echo ca-certificates    # secure downloads
} | sort -u

#!/usr/bin/env bash
# Draws many small pictures, indexes them and trains on them; prints the seconds and the largest RssAnon of each.
# Usage: bench/many.sh FOLDER [COUNT]
#   FOLDER keeps the pictures and what was decoded; it is made where it is not there.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,4s/^# //p' "$0"; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd) count=${2:-100000}
margay=${MARGAY:-$(cd "$(dirname "$0")/.." && pwd)/build/margay}
export MARGAY_CACHE=$folder/cache

# measure NAME COMMAND...: memory that no file backs, sampled while the command runs.
measure() {
  local name=$1 start=$EPOCHREALTIME peak=0 now pid
  shift
  "$@" >"$folder/$name.log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    now=$(awk '/^RssAnon/ {print $2}' "/proc/$pid/status" 2>/dev/null || true)
    [ "${now:-0}" -le "$peak" ] || peak=$now
    sleep 0.2
  done
  wait "$pid" || { tail -n 5 "$folder/$name.log" >&2; exit 1; }
  awk -v name="$name" -v from="$start" -v to="$EPOCHREALTIME" -v kb="$peak" \
    'BEGIN {printf "%-18s %7.1f s   RssAnon at most %5.0f MB\n", name, to - from, kb * 1024 / 1e6}'
}

train() {
  measure "$1" "$margay" train "$folder/pictures" --recipe article --set input.width=64 --set input.height=64 \
    --epochs 2 --cache 200MB --out "$folder/run-$1"
  rm -rf "$folder/run-$1"
}

kinds=cats,dogs,rabbits,birds,fish,frogs,elephants,giraffes,pigs,bears
measure draw "$margay" dataset draw "$folder/pictures" --count "$count" --size 64 --classes "$kinds"
measure inspect "$margay" inspect "$folder/pictures"
rm -rf "$MARGAY_CACHE"
train train             # decodes into packed files
train train-again       # finds them

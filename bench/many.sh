#!/usr/bin/env bash
# Draws many small pictures, indexes them and trains on them; prints the seconds by the wall clock and of the processors,
# and the largest RssAnon.
# Usage: bench/many.sh FOLDER [COUNT]
#   FOLDER keeps the pictures and what was decoded; it is made where it is not there.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,5s/^# //p' "$0"; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd) count=${2:-100000}
margay=${MARGAY:-$(cd "$(dirname "$0")/.." && pwd)/build/margay}
export MARGAY_CACHE=$folder/cache

# measure NAME COMMAND...: memory that no file backs, sampled while the command runs.
measure() {
  local name=$1 start=$EPOCHREALTIME peak=0 ticks=0 now pid
  shift
  "$@" >"$folder/$name.log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    now=$(awk '/^RssAnon/ {print $2}' "/proc/$pid/status" 2>/dev/null || true)
    [ "${now:-0}" -le "$peak" ] || peak=$now
    ticks=$(awk '{print $14 + $15}' "/proc/$pid/stat" 2>/dev/null || echo "$ticks")
    sleep 0.2
  done
  wait "$pid" || { tail -n 5 "$folder/$name.log" >&2; exit 1; }
  awk -v name="$name" -v from="$start" -v to="$EPOCHREALTIME" -v kb="$peak" -v ticks="$ticks" \
    'BEGIN {printf "%-12s %7.1f s, %7.1f s of processors, RssAnon at most %5.0f MB\n", name, to - from, ticks / 100,
                   kb * 1024 / 1e6}'
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

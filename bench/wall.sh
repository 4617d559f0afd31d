#!/usr/bin/env bash
# Times two whole commands in turn, and prints seconds by the wall clock and their ratio.
# Usage: bench/wall.sh ROUNDS OURS -- THEIRS...
#   OURS is one word for the shell; what either prints is thrown away, and a command that fails ends the race.
# Who begins alternates. The median ratio (theirs / ours) comes with the smallest and the largest.
set -euo pipefail
[ $# -ge 4 ] && [ "$3" = -- ] && [ "$1" -ge 1 ] 2>/dev/null || { sed -n '2,5s/^# //p' "$0"; exit 2; }
rounds=$1 ours=$2
shift 3
theirs=("$@")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ours() { bash -c "$ours"; }
theirs() { "${theirs[@]}"; }
# seconds_of NAME: of one run.
seconds_of() {
  local begin=$EPOCHREALTIME
  "$1" >"$work/output" 2>&1 || { echo "wall.sh: $1 failed:" >&2; tail -n 5 "$work/output" >&2; exit 1; }
  awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.2f", b - a}'
}
median() { sort -g | awk '{v[NR] = $1} END {print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2}'; }

for round in $(seq "$rounds"); do
  for runner in $([ $((round % 2)) = 1 ] && echo ours theirs || echo theirs ours); do
    seconds_of "$runner" >"$work/now-$runner"
    cat "$work/now-$runner" >>"$work/all-$runner"; echo >>"$work/all-$runner"
  done
  awk -v a="$(cat "$work/now-ours")" -v b="$(cat "$work/now-theirs")" 'BEGIN {print b / a}' >>"$work/ratios"
  printf 'round %d: margay %s s, the other %s s, ratio %.2f\n' "$round" "$(cat "$work/now-ours")" \
    "$(cat "$work/now-theirs")" "$(tail -n 1 "$work/ratios")"
done
printf 'median: margay %.1f s, the other %.1f s, ratio %.2f (%.2f to %.2f)\n' "$(median <"$work/all-ours")" \
  "$(median <"$work/all-theirs")" "$(median <"$work/ratios")" "$(sort -g "$work/ratios" | head -n 1)" \
  "$(sort -g "$work/ratios" | tail -n 1)"

#!/usr/bin/env bash
# Races a recipe's training against another program, the two in turn, and prints images/s and their ratio.
# Usage: bench/race.sh ROUNDS DATA RECIPE EPOCHS -- COMMAND...
#   COMMAND prints a JSON object a line with "images_per_second", one per epoch, for the same data and as many epochs.
# Epoch 1 warms up and is left out; a run's figure is the median of its other epochs, the ratio is taken round by round.
set -euo pipefail
[ $# -ge 6 ] && [ "$5" = -- ] || { sed -n '2,5s/^# //p' "$0"; exit 2; }
rounds=$1 data=$2 recipe=$3 epochs=$4
shift 5
margay=${MARGAY:-$(cd "$(dirname "$0")/.." && pwd)/build/margay}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

median() { sort -g | awk '{v[NR]=$1} END {print (NR % 2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
speed_of() { grep -o '"images_per_second":[ ]*[0-9.]*' "$1" | sed 's/.*://' | tail -n +2 | median; }

for round in $(seq "$rounds"); do
  "$margay" train "$data" --recipe "$recipe" --epochs "$epochs" --out "$work/run$round" --json >"$work/ours" 2>/dev/null
  "$@" >"$work/theirs" 2>/dev/null
  ours=$(speed_of "$work/ours") theirs=$(speed_of "$work/theirs")
  ratio=$(awk -v a="$ours" -v b="$theirs" 'BEGIN {print a / b}')
  printf 'round %d: margay %.0f, the other %.0f images/s, ratio %.2f\n' "$round" "$ours" "$theirs" "$ratio"
  echo "$ours" >>"$work/all-ours"; echo "$theirs" >>"$work/all-theirs"; echo "$ratio" >>"$work/ratios"
  rm -rf "$work/run$round"
done
printf 'median: margay %.0f, the other %.0f images/s, ratio %.2f (%.2f to %.2f)\n' "$(median <"$work/all-ours")" \
  "$(median <"$work/all-theirs")" "$(median <"$work/ratios")" "$(sort -g "$work/ratios" | head -1)" "$(sort -g "$work/ratios" | tail -1)"

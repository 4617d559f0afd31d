#!/usr/bin/env bash
# Races a recipe's training against another program, the two in turn, and prints images/s and their ratio.
# Usage: bench/race.sh ROUNDS DATA RECIPE EPOCHS -- COMMAND...
#   OPTIONS, in the environment, are words that 'margay train' gets besides, such as OPTIONS="--precision fp32".
#   COMMAND prints a JSON object a line with "images_per_second", one per epoch, for the same data and as many epochs.
# Epoch 1 warms up and is left out; a run's figure is the median of its other epochs, the ratio is taken round by round.
# Who begins alternates. The median ratio comes with the smallest and the largest, from 5 rounds on with the quartiles.
set -euo pipefail
[ $# -ge 6 ] && [ "$5" = -- ] && [ "$1" -ge 1 ] 2>/dev/null || { sed -n '2,7s/^# //p' "$0"; exit 2; }
rounds=$1 data=$2 recipe=$3 epochs=$4
shift 5
read -ra options <<<"${OPTIONS:-}"
margay=${MARGAY:-$(cd "$(dirname "$0")/.." && pwd)/build/margay}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# quantile SHARE: of the numbers of standard input, between neighbours by their distance.
quantile() { sort -g | awk -v p="$1" '{v[NR]=$1} END {h=1+(NR-1)*p; i=int(h); print v[i]+(h-i)*(v[i<NR?i+1:i]-v[i])}'; }
speed_of() {
  grep -o '"images_per_second":[ ]*[0-9.]*' "$1" | sed 's/.*://' | tail -n +2 | quantile 0.5 | grep . ||
    { echo "race.sh: fewer than two epochs with images_per_second from ${1##*/}" >&2; exit 1; }
}

ours() {
  "$margay" train "$data" --recipe "$recipe" --epochs "$epochs" --out "$work/run" --json \
    ${options[@]+"${options[@]}"} >"$work/ours" 2>"$work/errors" && rm -rf "$work/run"
}
theirs() { "$peer" "${words[@]}" >"$work/theirs" 2>"$work/errors"; }
peer=$1 words=("${@:2}")

# busy: processors that others keep busy for two seconds.
busy() {
  local user nice system idle wait rest before
  read -r _ user nice system idle wait rest </proc/stat
  before=$((user + nice + system))
  sleep 2
  read -r _ user nice system idle wait rest </proc/stat
  awk -v ticks=$((user + nice + system - before)) 'BEGIN {printf "%.2f", ticks / 200}'
}
others=$(busy)
printf 'before: load %s, others keep %s of %s processors busy\n' "$(cut -d' ' -f1-3 /proc/loadavg)" "$others" "$(nproc)"
awk -v busy="$others" 'BEGIN {exit busy <= 0.1}' && echo 'warning: the machine is not idle, so that figures say little' >&2

for round in $(seq "$rounds"); do
  for runner in $([ $((round % 2)) = 1 ] && echo ours theirs || echo theirs ours); do
    $runner || { echo "race.sh: $runner failed:" >&2; tail -n 5 "$work/errors" >&2; exit 1; }
  done
  a=$(speed_of "$work/ours") b=$(speed_of "$work/theirs")
  ratio=$(awk -v a="$a" -v b="$b" 'BEGIN {print a / b}')
  printf 'round %d: margay %.0f, the other %.0f images/s, ratio %.2f\n' "$round" "$a" "$b" "$ratio"
  echo "$a" >>"$work/all-ours"; echo "$b" >>"$work/all-theirs"; echo "$ratio" >>"$work/ratios"
done
at() { quantile "$1" <"$work/$2"; }
printf 'median: margay %.0f, the other %.0f images/s, ratio %.2f (%.2f to %.2f' \
  "$(at 0.5 all-ours)" "$(at 0.5 all-theirs)" "$(at 0.5 ratios)" "$(at 0 ratios)" "$(at 1 ratios)"
[ "$rounds" -lt 5 ] || printf ', quartiles %.2f to %.2f' "$(at 0.25 ratios)" "$(at 0.75 ratios)"
echo ')'

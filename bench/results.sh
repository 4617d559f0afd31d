#!/usr/bin/env bash
# Trains what docs/results.md reports, three seeds each, and prints its rows. What is trained already is not trained again.
# Usage: [MARGAY=PROGRAM] bench/results.sh [FOLDER]     (default build/margay, runs/results; takes about an hour on two cores)
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-runs/results}
mkdir -p "$out"

# row NAME ARGUMENTS...: mean and spread of the last epoch over the seeds.
row() {
  local name=$1 seed
  shift
  for seed in 1 2 3; do
    [ -f "$out/$name-$seed/report.html" ] ||
      "${MARGAY:-build/margay}" train cats-and-dogs "$@" --seed "$seed" --out "$out/$name-$seed" --quiet >/dev/null
    tail -n 1 "$out/$name-$seed/history.csv"
  done | awk -F, -v name="$name" -v command="margay train cats-and-dogs $*" '
    { e = $1; a[NR] = 100 * $6; v[NR] = 100 * $8; gap[NR] = a[NR] - v[NR] }
    function mean(x, s, i) { s = 0; for (i = 1; i <= NR; i++) s += x[i]; return s / NR }
    function sd(x, m, s, i) { m = mean(x); s = 0; for (i = 1; i <= NR; i++) s += (x[i] - m) ^ 2; return sqrt(s / (NR - 1)) }
    END { printf "| %s | %d | %.1f ± %.1f | %.1f ± %.1f (%.1f, %.1f, %.1f) | %.1f | `%s` |\n", name, e, mean(a), sd(a),
          mean(v), sd(v), v[1], v[2], v[3], mean(gap), command }'
}

echo '| run | epochs | training accuracy, % | validation accuracy, % | gap | command, with --seed 1, 2, 3 |'
echo '| --- | --- | --- | --- | --- | --- |'
row article-bf16 --recipe article --precision bf16
row article-fp32 --recipe article --precision fp32
row regularized-15 --recipe article-regularized
row regularized-60 --recipe article-regularized --epochs 60

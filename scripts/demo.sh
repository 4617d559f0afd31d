#!/usr/bin/env bash
# The whole story on the real cats and dogs: installs, builds, gets the pictures, trains, explains.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/setup.sh build

say "Getting the pictures"
data=cats-and-dogs
if ! build/margay dataset get cats-and-dogs; then
  echo "There is neither a network nor a mirror (MARGAY_MIRROR) with the photographs: going on with drawn animals."
  build/margay dataset draw build/drawn --classes cats,dogs --count 2000 --seed 1
  data=build/drawn
fi

say "The story"
out=story
[ "$data" = cats-and-dogs ] || out=story-drawn
build/margay story "$data" --out "$out"

say "Look at"
for file in "$out"/story.html "$out"/*/report.html "$out"/comparison.png "$out"/*/curves.png "$out"/*/samples.png "$out"/*/augmented.png; do
  [ ! -f "$file" ] || echo "$PWD/$file"
done
echo
echo "Ask the network about a picture of yours: build/margay predict $out/article-regularized PICTURE.jpg"

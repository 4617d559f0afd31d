#!/usr/bin/env python3
"""What decoding during an epoch could win over decoding before it.
   Usage: bench/overlap.py ROUNDS ARCHIVE RECIPE [NICE]
Decodes the training pictures of ARCHIVE alone, trains RECIPE alone (epochs 2 and 3), and does both at once, decoding NICE
(default: 0). Speeds at once are shares of those alone. Where the two shares make 1, nothing is won: what one gains the
other loses. 1.05 says that the time in which both happen would be 5 % shorter. Needs bench/loader_bench."""
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

if not 4 <= len(sys.argv) <= 5:
    sys.exit(__doc__)
ROUNDS, ARCHIVE, RECIPE = int(sys.argv[1]), sys.argv[2], sys.argv[3]
NICE = sys.argv[4] if len(sys.argv) == 5 else "0"
BUILD = Path(__file__).parent.parent / "build"
ALONE = (2, 3)  # epochs, the first of which warms up
MORE_THAN_ENOUGH = 200  # epochs: the training is stopped when the decoder is done
UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}


def start_decoder(nice):
    return subprocess.Popen(
        ["nice", "-n", nice, BUILD / "bench/loader_bench", "--benchmark_filter=^decode", "--benchmark_min_time=20",
         "--benchmark_format=json"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "MARGAY_BENCH_DATA": ARCHIVE})


def splits_per_second(decoder):
    row = json.loads(decoder.communicate()[0])["benchmarks"][0]
    return 1 / (row["real_time"] * UNITS[row["time_unit"]])


def train_with_decoder(run):
    """Pictures a second alone and beside the decoder, and the decoder's speed."""
    training = subprocess.Popen(
        [BUILD / "margay", "train", ARCHIVE, "--recipe", RECIPE, "--epochs", str(MORE_THAN_ENOUGH), "--out", run, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    alone, both, decoder = [], [], None
    for line in training.stdout:
        event = json.loads(line)
        if event["event"] != "epoch":
            continue
        if decoder is None:
            if event["epoch"] in ALONE:
                alone.append(event["images_per_second"])
            if event["epoch"] == ALONE[-1]:
                decoder = start_decoder(NICE)
            continue
        if decoder.poll() is not None:
            break  # an epoch of which a part was alone
        both.append(event["images_per_second"])
    training.kill()
    training.wait()
    if not both:
        sys.exit("overlap.py: no epoch began and ended while pictures were decoded")
    return statistics.median(alone), statistics.median(both), splits_per_second(decoder)


sums = []
for i in range(ROUNDS):
    decode_alone = splits_per_second(start_decoder("0"))
    with tempfile.TemporaryDirectory() as folder:
        train_alone, train_both, decode_both = train_with_decoder(f"{folder}/run")
    sums.append(train_both / train_alone + decode_both / decode_alone)
    print(f"round {i + 1}: training {train_alone:.0f} images/s alone, {train_both / train_alone:.2f} of that beside decoding, "
          f"which has {decode_both / decode_alone:.2f} of its speed alone; together {sums[-1]:.2f}", flush=True)
print(f"together: {statistics.median(sums):.2f} ({min(sums):.2f} to {max(sums):.2f})")

#!/usr/bin/env python3
"""How right a training is about its time left: what it said after each epoch against what came true.
   margay train cats-and-dogs --recipe article --epochs 8 --json | bench/time_left.py"""
import json
import sys
import time

said = []
for line in sys.stdin:
    event = json.loads(line)
    if event["event"] == "epoch":
        said.append((event["epoch"], time.monotonic(), event["seconds_left"]))
end = said[-1][1]
for epoch, when, left in said[:-1]:
    print(f"epoch {epoch}: said {left:.1f} s, took {end - when:.1f} s, {100 * (left / (end - when) - 1):+.1f} %")

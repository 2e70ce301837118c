#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""peers.py NAME TIMES SHARE COMMAND [NAME TIMES SHARE COMMAND]…: one table of several programs.

They run in turns, each TIMES times; the figures are medians. SHARE is the part of the work that
the command is given, and its seconds are divided by it. Ratios are to the first and to the second.
"""
import statistics
import sys

from compare import once

given = sys.argv[1:]
rows = [(given[i], int(given[i + 1]), float(given[i + 2]), given[i + 3]) for i in range(0, len(given), 4)]
runs = [[] for _ in rows]
for turn in range(max(times for _, times, _, _ in rows)):
    for row, done in zip(rows, runs):
        if turn < row[1]:
            done.append(once(row[3]))

print("%-50s %8s %7s %7s %8s %7s %7s %5s" % (
    "", "CPU s", "x floor", "x ours", "wall s", "x floor", "x ours", "MiB"))
first = []
for (name, _, share, _), done in zip(rows, runs):
    seconds = [statistics.median(getattr(r, what) for r in done) / share for what in ("cpu", "wall")]
    first = (first + [seconds])[:2]
    cells = ""
    for i, value in enumerate(seconds):
        ratios = ["%.2f" % (value / f[i]) if f is not seconds else "-" for f in first]
        cells += " %8.3f %7s %7s" % (value, ratios[0], ratios[1] if len(first) > 1 else "-")
    print("%-50s%s %5.0f" % (name, cells, max(r.memory for r in done) / 1024))

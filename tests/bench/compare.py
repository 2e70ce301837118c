#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compare.py WHAT BAR OURS [PEER]: one row of the bench.

OURS and PEER are commands; they run in turns, and the medians of their CPU seconds (user and
system, children included) are compared. BAR is "2.5x" (of the peer), "20ms" of CPU, "40MiB" of
resident memory at the peak, or "40MiB-anon" of anonymous memory, as it was seen 500 times a second.
A bar in MiB needs no peer; one in ms is what OURS takes beyond it. "info" is none: the row tells
CPU and the memory at the peak.
"""
import collections
import os
import re
import shlex
import statistics
import subprocess
import sys
import threading
import time

ROUNDS = 3

Run = collections.namedtuple("Run", "cpu wall memory")  # seconds, seconds, KiB at the peak


def watch_anonymous(pid, peak):
    try:
        while True:
            with open("/proc/%d/status" % pid) as status:
                peak[0] = max(peak[0], int(re.search(r"RssAnon:\s+(\d+)", status.read())[1]))
            time.sleep(0.002)
    except (OSError, TypeError):  # it is gone, or has no memory any more
        pass


def once(command, anonymous=False):
    peak = [0]
    with open(os.devnull, "w") as null:
        start = time.monotonic()
        child = subprocess.Popen(shlex.split(command), stdout=null, stderr=subprocess.PIPE)
        if anonymous:
            threading.Thread(target=watch_anonymous, args=(child.pid, peak)).start()
        errors = child.stderr.read()
        _, status, use = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
        child.returncode = 0
    if os.waitstatus_to_exitcode(status) not in (0, 3):  # 3: lint found what it should
        sys.exit("%s: status %d\n%s" % (command, status, errors.decode()))
    return Run(use.ru_utime + use.ru_stime, wall, peak[0] if anonymous else use.ru_maxrss)


def main(what, bar, ours, peer=None):
    number, unit = re.fullmatch(r"([0-9.]*)(x|ms|MiB|MiB-anon|info)", bar).groups()
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(once(ours, unit == "MiB-anon"))
        if peer:
            theirs.append(once(peer))
    cpu = statistics.median(r.cpu for r in mine)
    memory = max(r.memory for r in mine) / 1024
    text, other, value, ratio = "%.3f s" % cpu, "-", None, "-"
    if unit.startswith("MiB"):
        value, text = memory, "%.1f MiB" % memory
    elif unit == "ms":
        value, text = cpu * 1000, "%.0f ms" % (cpu * 1000)
    if peer:
        floor = statistics.median(r.cpu for r in theirs)
        other = "%.3f s" % floor
        if unit in ("x", "info"):
            value = cpu / floor
            ratio = "%.2f" % value
        elif unit == "ms":
            value -= floor * 1000
    goal = "info, %.1f MiB" % memory
    if unit != "info":
        goal = "<= %-7s %s" % (bar, "met" if value <= float(number) else "NOT MET")
    print("%-52s %10s %10s %6s  %s" % (what, text, other, ratio, goal), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

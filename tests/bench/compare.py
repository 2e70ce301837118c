#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compare.py WHAT BAR OURS [PEER]: one row of the bench.

OURS and PEER are commands; they run in turns, and the medians of their CPU seconds (user and
system, children included) are compared. BAR is "2.5x" (of the peer), "20ms" of CPU, "40MiB" of
resident memory at the peak, or "40MiB-anon" of anonymous memory, as it was seen 500 times a second.
A bar in MiB needs no peer; one in ms is what OURS takes beyond it.
"""
import os
import re
import shlex
import statistics
import subprocess
import sys
import threading
import time

ROUNDS = 3


def watch_anonymous(pid, peak):
    try:
        while True:
            with open("/proc/%d/status" % pid) as status:
                peak[0] = max(peak[0], int(re.search(r"RssAnon:\s+(\d+)", status.read())[1]))
            time.sleep(0.002)
    except (OSError, TypeError):  # it is gone, or has no memory any more
        pass


def once(command, anonymous):
    """CPU seconds and the peak of resident memory (KiB) of one run."""
    peak = [0]
    with open(os.devnull, "w") as null:
        child = subprocess.Popen(shlex.split(command), stdout=null, stderr=subprocess.PIPE)
        if anonymous:
            threading.Thread(target=watch_anonymous, args=(child.pid, peak)).start()
        errors = child.stderr.read()
        _, status, use = os.wait4(child.pid, 0)
        child.returncode = 0
    if os.waitstatus_to_exitcode(status) not in (0, 3):  # 3: lint found what it should
        sys.exit("%s: status %d\n%s" % (command, status, errors.decode()))
    return use.ru_utime + use.ru_stime, peak[0] if anonymous else use.ru_maxrss


def main(what, bar, ours, peer=None):
    number, unit = re.fullmatch(r"([0-9.]+)(x|ms|MiB|MiB-anon)", bar).groups()
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(once(ours, unit == "MiB-anon"))
        if peer:
            theirs.append(once(peer, False))
    cpu = statistics.median(c for c, _ in mine)
    memory = max(m for _, m in mine) / 1024
    text, other = "%.3f s" % cpu, "-"
    if unit.startswith("MiB"):
        value, text = memory, "%.1f MiB" % memory
    elif unit == "ms":
        value, text = cpu * 1000, "%.0f ms" % (cpu * 1000)
    if peer:
        floor = statistics.median(c for c, _ in theirs)
        other = "%.3f s" % floor
        if unit == "x":
            value = cpu / floor
        elif unit == "ms":
            value -= floor * 1000
    ratio = "%.2f" % value if unit == "x" else "-"
    met = "met" if value <= float(number) else "NOT MET"
    print("%-52s %10s %10s %6s  <= %-7s %s" % (what, text, other, ratio, bar, met), flush=True)


main(*sys.argv[1:])

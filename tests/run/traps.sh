#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Mistakes in YAML, one a file (traps/cases): each is one finding, at the exact place, with what to
# do (traps/told).
. "$(dirname "$0")/../lib.sh"
traps=$ROOT/tests/run/traps

"$B/apnsctl" init "$T/own" >"$T/out" 2>&1 || { cat "$T/out"; exit 1; }
exits "each mistake is told as often as its case says" 0 \
	python3 "$traps/traps.py" "$B/apnsctl" "$T/own" "$traps/cases"
same "what is said, and where" "$T/out" "$traps/told"
finish

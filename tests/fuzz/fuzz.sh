#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs each fuzz target of $B/fuzz for SECONDS_EACH from its committed corpus. New inputs stay in
# $B/fuzz-corpus, findings in $B/fuzz-found; what is worth keeping goes to tests/fuzz/corpus.
set -u
B=${B:-build/fuzzing}
failed=0
for target in "$B"/fuzz/fuzz_*; do
	name=$(basename "$target")
	mkdir -p "$B/fuzz-corpus/$name" "$B/fuzz-found/$name"
	echo "== $name, ${SECONDS_EACH:-60} s"
	"$target" -max_total_time="${SECONDS_EACH:-60}" -timeout=5 -rss_limit_mb=1024 \
		-artifact_prefix="$B/fuzz-found/$name/" -print_final_stats=1 \
		"$B/fuzz-corpus/$name" "tests/fuzz/corpus/$name" >"$B/fuzz-found/$name.log" 2>&1 || {
		failed=$((failed + 1))
		echo "FAILED: $B/fuzz-found/$name.log"
		tail -n 30 "$B/fuzz-found/$name.log"
	}
	grep -E '^stat::(number_of_executed_units|average_exec_per_sec)' "$B/fuzz-found/$name.log"
done
[ "$failed" = 0 ]

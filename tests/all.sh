#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs all tests (or those whose path contains one of the arguments), two at a time, and ends with
# a line "N passed, N failed". A test is a cmocka binary or a shell script that prints "ok - …" and
# "not ok - …". Logs: $B/log/. SAN=1 leaves out what says nothing under sanitizers.
set -u
B=${B:-build}
export B PATH="/usr/bin:/bin:/usr/sbin:/sbin:$PATH"
log=$B/log
rm -rf "$log"
mkdir -p "$log"

list() {
	for t in $(find "$B/test" "$B/replay" -type f -perm -u+x 2>/dev/null | sort); do echo "$t"; done
	if [ -n "${SAN:-}" ]; then # the whole way once; more of it would only take longer
		for t in lifecycle refused source_ready claims; do echo "tests/run/$t.sh"; done
		return
	fi
	find tests/golden tests/run tests/fault tests/prop tests/check -name '*.sh' 2>/dev/null | sort
}
chosen() {
	[ $# -gt 0 ] || { list; return; }
	for word in "$@"; do list | grep -F -- "$word"; done | sort -u
}
one='
t=$1; name=$(echo "$t" | sed "s|^$B/||; s|/|-|g"); out=$B/log/$name.log; start=$(date +%s)
case $t in
*.sh) timeout -k 5 ${LIMIT:-300} sh "$t" >"$out" 2>&1; rc=$? ;;
*) timeout -k 5 ${LIMIT:-300} "$t" >"$out" 2>&1; rc=$? ;;
esac
p=$(grep -c -E "^ok - |^\[       OK \]" "$out"); f=$(grep -E "^not ok - |^\[  FAILED  \] [A-Za-z0-9_]+$|^replay failed" "$out" | sort -u | wc -l)
case $t in */replay/*) p=$(sed -n "s/^replayed \([0-9]*\) .*/\1/p" "$out"); p=${p:-0} ;; esac
if [ $rc -ne 0 ] && [ $f -eq 0 ]; then f=1; echo "not ok - ended with status $rc" >>"$out"; fi
if [ $rc -eq 0 ] && [ $p -eq 0 ] && [ $f -eq 0 ]; then f=1; echo "not ok - ran no test" >>"$out"; fi
echo "$p $f" >"$B/log/$name.sum"
took=$(($(date +%s) - start))
if [ $f -gt 0 ]; then
	echo "FAIL $t ($p passed, $f failed, $took s)"
	grep -v -E "^ok - |^\[ RUN|^\[       OK" "$out" | head -n ${LINES_EACH:-40} | sed "s/^/    /"
else echo "ok   $t ($p passed, $took s)"; fi'
chosen "$@" | xargs -P "${JOBS:-$(nproc)}" -I{} sh -c "$one" one {}
cat "$log"/*.sum 2>/dev/null | awk '{p+=$1; f+=$2} END {printf "%d passed, %d failed\n", p, f; exit f>0 || p==0}'

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/failure-modes.md names all fifteen, and rules that are there; every rule about the Apple
# Account and the certificate file is in it.
. "$(dirname "$0")/../lib.sh"
cd "$ROOT" || exit 1
grep -o 'APN[0-9][0-9]*' docs/failure-modes.md | sort -u >"$T/named"
sed -n 's/^RULE(\([0-9]*\),.*/APN\1/p' schema/base/rules.def | sort -u >"$T/rules"
is "rules that are not there" "$(comm -23 "$T/named" "$T/rules")" ""
is "all fifteen stand in order" "$(sed -n 's/^| \([0-9]*\) |.*/\1/p' docs/failure-modes.md | tr '\n' ' ')" \
	"$(seq -s ' ' 15) "
# 3003 and 3008 are about our own lists, 4010 is a note about a word.
is "rules of these families that it leaves out" \
	"$(grep '^APN[34]' "$T/rules" | comm -23 - "$T/named" | tr '\n' ' ')" "APN3003 APN3008 APN4010 "
finish

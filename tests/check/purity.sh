#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The pure parts (schema; model, plan, report, server) link with nothing that does I/O, reads a
# clock, prints or exits: every symbol that their objects leave undefined is defined by another of
# them or stands in purity.allow. There a name may be followed by the one object that may use it.
. "$(dirname "$0")/../lib.sh"
here=$(dirname "$0")

# "object symbol" of each undefined symbol
for archive in schema reconcile; do nm -u -A "$B/lib$archive.a"; done |
	sed -E 's/^[^:]*:([^:]*):.* (U|w) /\1 /' | grep -v -E ' (_GLOBAL_OFFSET_TABLE_|_ITM_|__gmon_start__)' |
	sort -u >"$T/undefined"
nm --defined-only -g "$B/libschema.a" "$B/libreconcile.a" | awk 'NF == 3 {print $3}' | sort -u >"$T/defined"
sed -E '/^#/d; /^$/d' "$here/purity.allow" >"$T/allow"

# strangers UNDEFINED : what neither the pure parts nor the list allow
strangers() {
	awk -v defined="$T/defined" -v allow="$T/allow" '
	BEGIN {
		while ((getline line < defined) > 0) known[line] = 1
		while ((getline line < allow) > 0) { split(line, f, " "); known[f[1]] = 1; if (f[2] != "") only[f[1]] = f[2] }
	}
	!($2 in known) || ($2 in only && only[$2] != $1) { print $1 " uses " $2 }' "$1"
}

printf '%s\n' "plan.o open64" "set.o fopen" "band.o time" "doc.o printf" "scan.o yaml_parser_parse" \
	"plan.o write" "plan.o exit" "nanomdm.o getenv" >"$T/bad"
is "each impure symbol is refused" "$(strangers "$T/bad" | wc -l)" "$(wc -l <"$T/bad")"
is "the pure parts need nothing impure ($(wc -l <"$T/undefined") uses)" "$(strangers "$T/undefined")" ""

unused=$(while read -r name object; do
	grep -q -E "^${object:-.*} ${name}\$" "$T/undefined" || echo "$name $object"
done <"$T/allow")
is "the list names nothing that is not used" "$unused" ""
[ "$(wc -l <"$T/undefined")" -gt 300 ] || not_ok "the symbols were found"
finish

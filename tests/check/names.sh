#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The form of the house: an SPDX line first, lines of 100 columns, functions and files that can be
# taken in at once, no path of somebody's machine.
. "$(dirname "$0")/../lib.sh"

COLUMNS_MAX=100 FUNCTION_MAX=60 FILE_MAX=500
# Longer files that are known. The list may only shrink: an entry that is not needed is an error.
LONG_FILES="tests/unit/reconcile/adapter/git/test_servers.c
tests/unit/reconcile/adapter/git/test_source.c tests/unit/schema/load/test_decode.c
tests/unit/schema/yaml/test_doc.c"

git ls-files --cached --others --exclude-standard | sort -u >"$T/all"
git ls-files --deleted | sort -u | comm -23 "$T/all" - >"$T/files"
grep -E '\.[ch]$' "$T/files" >"$T/c"

# shape FILE… : lines, functions and files beyond the bounds (columns count code points, tabs are 8)
shape() {
	LC_ALL=C awk -v columns=$COLUMNS_MAX -v fn=$FUNCTION_MAX -v file=$FILE_MAX '
	FNR == 1 { if (last != "" && n > file) print last ": " n " lines"; last = FILENAME; start = 0 }
	{
		n = FNR; c = 0; m = split($0, part, "\t")
		for (i = 1; i <= m; i++) {
			gsub(/[\200-\277]/, "", part[i]); c += length(part[i])
			if (i < m) c += 8 - c % 8
		}
		if (c > columns) print FILENAME ":" FNR ": " c " columns"
	}
	/^\{/ { start = FNR }
	/^\}/ { if (start && FNR - start - 1 > fn) print FILENAME ":" start ": function of " FNR - start - 1 " lines"; start = 0 }
	END { if (n > file) print last ": " n " lines" }' "$@"
}
# unsigned_files : files of code without an SPDX line as the first (or behind #!)
unsigned_files() {
	xargs awk -v line='SPDX-License-Identifier: Apache-2.0' '
	FNR == 1 { if (last != "" && !signed) print last; last = FILENAME; signed = 0; where = /^#!/ ? 2 : 1 }
	FNR == where { signed = index($0, line) > 0 }
	FNR == 2 { nextfile }
	END { if (last != "" && !signed) print last }'
}
# machine_paths : places where a path of a person or a machine stands
machine_paths() {
	xargs grep -n -H -I -E '(^|[^A-Za-z0-9_.])/(work|root|home/[a-z]+|Users/[A-Za-z]+)/' | cut -c 1-160
}

mkdir "$T/bad"
awk 'BEGIN { for (i = 0; i < 99; i++) printf "x"; print "\tx"; print "int f(void)\n{"; for (i = 0; i < 61; i++) print "\t;"; print "}"; for (i = 0; i < 500; i++) print "" }' >"$T/bad/a.c"
echo 'const char *p = "/home/somebody/x";' >"$T/bad/b.c"
is "bad shape is told" "$(shape "$T/bad/a.c" "$T/bad/b.c" | wc -l)" 3
is "a missing SPDX line is told" "$(echo "$T/bad/a.c" | unsigned_files)" "$T/bad/a.c"
contains "a path of a machine is told" "$(printf '%s\n' "$T/bad/a.c" "$T/bad/b.c" | machine_paths)" b.c:1:

is "code starts with its licence" \
	"$(grep -E '\.([ch]|sh|py|def)$|(^|/)Makefile$|^\.ci/' "$T/files" | unsigned_files)" ""
shape $(cat "$T/c") >"$T/shape"
is "lines and functions stay within bounds ($(wc -l <"$T/c") files)" \
	"$(grep -E ' columns$|: function of' "$T/shape")" ""
is "no file is too long but the known ones" \
	"$(sed -n 's/: [0-9]* lines$//p' "$T/shape" | grep -v ': function of' | sort)" \
	"$(printf '%s\n' $LONG_FILES | sort)"
is "nothing names somebody's machine" "$(grep -v '^tests/check/names.sh$' "$T/files" | machine_paths)" ""
is "the product names no temporary directory" \
	"$(grep -E '^(schema|reconcile|cmd)/' "$T/files" | xargs grep -n -F /tmp/)" ""
finish

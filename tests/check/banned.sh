#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Functions that the product does without: unbounded copies, static results, locale or time zone,
# numbers without errors, programs run through a shell. Looked for in the source and in the objects.
. "$(dirname "$0")/../lib.sh"

banned='strcpy|stpcpy|strcat|strncat|sprintf|vsprintf|gets|scanf|fscanf|sscanf|strtok|atoi|atol|atoll|atof'
banned="$banned|gmtime|localtime|localtime_r|ctime|ctime_r|asctime|asctime_r|mktime|rand|srand|random"
banned="$banned|tmpnam|tempnam|mktemp|system|popen|alloca|setlocale|getlogin|gethostbyname|longjmp"
used() { xargs grep -n -H -E "\<($banned) ?\(" | grep -v -E ':[0-9]+:[[:space:]]*(/?\*)'; }

printf '\tstrcpy(a, b);\n /* like strcpy(a, b) */\n\tmy_strcpy(a, b);\n\tif (atoi(x))\n' >"$T/bad.c"
is "a banned call is told" "$(echo "$T/bad.c" | used | cut -d: -f2 | tr '\n' ' ')" "1 4 "

is "the source calls nothing banned" "$(find schema reconcile cmd -name '*.[ch]' | used)" ""
# The compiler makes a strcpy of its own out of what it has proved to fit.
is "the objects call nothing banned" \
	"$(find "$B/obj/schema" "$B/obj/reconcile" "$B/obj/cmd" -name '*.o' | xargs nm -u -A |
		grep -w -E "U (__)?($banned)(_chk)?(@.*)?\$" | grep -v -E 'U (strcpy|stpcpy)$')" ""
finish

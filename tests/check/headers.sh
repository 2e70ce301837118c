#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each header compiles alone, with gcc and with clang: it includes what it uses.
. "$(dirname "$0")/../lib.sh"

export FLAGS="-std=gnu17 -D_GNU_SOURCE -DAPNSCTL_VERSION=\"0\" -I. -Wall -Wextra -Werror -fsyntax-only -x c
$(pkg-config --cflags libgit2 openssl libcurl libplist-2.0)"
# alone COMPILER HEADER… : what the compiler says about each header that is the whole program
alone() {
	compiler=$1
	shift
	printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} sh -c '
		out=$(printf "#include \"%s\"\nint the_header_is_all;\n" "{}" | '"$compiler"' $FLAGS - 2>&1) ||
			printf "{}: %s\n" "$(echo "$out" | grep -m 2 -E "error|warning")"'
}

printf '#ifndef A_H\n#define A_H\nbool needs_stdbool(void);\n#endif\n' >"$T/bad.h"
for compiler in gcc clang-14; do
	contains "$compiler refuses a header that lacks an include" "$(alone $compiler "$T/bad.h")" bad.h
	is "each header compiles alone with $compiler" \
		"$(alone $compiler $(find schema reconcile cmd -name '*.h' | sort))" ""
done
finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every source file compiles with clang and all its warnings as errors, tests and fuzz targets too.
. "$(dirname "$0")/../lib.sh"

exits "clang compiles the tree without a warning" 0 make --no-print-directory -j"$(nproc)" \
	B="$B/clang" CC=clang-14 OPT=-O0 FORTIFY= objects
is "it compiled every source file" \
	"$(find "$B/clang/obj" -name '*.o' | wc -l)" \
	"$(find schema reconcile cmd tests/unit tests/contract tests/prop tests/fault tests/fuzz -name '*.c' 2>/dev/null | wc -l)"
finish

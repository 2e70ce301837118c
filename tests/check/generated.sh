#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is generated from the tables and committed is what the program prints now.
. "$(dirname "$0")/../lib.sh"

sh docs/generate.sh "$B/apnsctl" "$T" || not_ok "docs/generate.sh runs"
for dir in docs/reference docs/rules schema/json; do
	if d=$(diff -ru "$dir" "$T/$dir"); then
		ok "$dir is up to date"
	else
		not_ok "$dir is up to date" "run make docs" "$d"
	fi
done
finish

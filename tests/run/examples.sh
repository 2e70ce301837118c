#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The examples keep the findings that their READMEs promise. GOLDEN=write writes the expected text.
. tests/lib.sh

# Whether there is a status branch to compare with depends on the place, and is no finding.
findings() {
	grep -v '^not checked: ' "$T/out" >"$T/findings"
	echo "$T/findings"
}
# lint_example NAME STATUS
lint_example() {
	exits "lint of $1 ends with $2" "$2" "$B/apnsctl" lint "$ROOT/examples/$1"
	same "findings of $1" "$(findings)" "$ROOT/tests/run/examples_$1.txt"
}

lint_example msp 3
lint_example single-organization 0

# What is told depends on the manifests alone: any clock, any working directory.
cp -R "$ROOT/examples/msp" "$T/copy"
exits "lint of a copy ends with 3" 3 "$B/apnsctl" --now 2040-01-01T00:00:00Z lint "$T/copy"
same "findings do not depend on place and clock" "$(findings)" "$ROOT/tests/run/examples_msp.txt"

for customer in alder birch cedar dogwood elm fir gorse hazel; do
	exits "the README tells of $customer" 0 grep -q "^| \`$customer\` " "$ROOT/examples/msp/README.md"
done
finish

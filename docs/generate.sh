#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/generate.sh APNSCTL [ROOT]: writes what is generated from the tables of schema/kind/ and
# committed: docs/reference/KIND.md and schema/json/KIND.json, below ROOT (default: here).
set -eu
apnsctl=$1
root=${2:-.}
mkdir -p "$root/docs/reference" "$root/schema/json"
sed -n 's/^\tX(\([A-Za-z]*\)).*/\1/p' schema/base/ref.h | while read -r kind; do
	"$apnsctl" schema "$kind" --format markdown >"$root/docs/reference/$kind.md"
	"$apnsctl" schema "$kind" --format json-schema >"$root/schema/json/$kind.json"
done
"$apnsctl" schema --format json-schema >"$root/schema/json/apnsctl.json"

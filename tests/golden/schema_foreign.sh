#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The published JSON Schema through two foreign validators, over examples, rule pages and the traps of
# YAML: both judge alike, and the golden file holds where they and lint must differ.
. "$(dirname "$0")/../lib.sh"
here=tests/golden/schema
schema=schema/json/apnsctl.json
export PYTHONDONTWRITEBYTECODE=1
# Where Debian keeps what its packages give to Node.js, whichever Node.js this is.
export NODE_PATH=/usr/share/nodejs

exits "documents are collected" 0 python3 "$here/foreign.py" collect "$T/documents"
exits "python3-jsonschema judges" 0 python3 "$here/foreign.py" judge "$schema" "$T/documents"
mv "$T/out" "$T/python"
exits "there are many documents" 0 test "$(wc -l <"$T/python")" -ge 400
exits "ajv judges" 0 node "$here/ajv.js" "$schema" "$T/documents"
same "ajv and python3-jsonschema judge alike" "$T/out" "$T/python"
is "examples and good pages are accepted" "$(grep -E '^examples/|^APN[0-9]* good' "$T/python" | grep -c ok)" \
	"$(grep -cE '^examples/|^APN[0-9]* good' "$T/python")"

"$B/apnsctl" init "$T/own" >"$T/out" 2>&1 || cat "$T/out"
exits "lint judges" 0 python3 "$here/foreign.py" compare "$T/python" "$B/apnsctl" "$T/own"
lacks "what a foreign YAML reader can not read, lint does not accept" "$(cat "$T/out")" "accepted by lint"
same "where lint and the schema differ" "$T/out" "$here/differ.txt"
exits "each field" 0 python3 "$here/foreign.py" describe "$schema"
is "has a description" "$(cat "$T/out")" ""
finish

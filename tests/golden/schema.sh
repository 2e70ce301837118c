#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `apnsctl schema`: JSON Schemas that a foreign validator takes and that take our own documents,
# templates that stay valid whichever of their keys is switched on, and wrong use.
. "$(dirname "$0")/../lib.sh"
here=tests/golden/schema
kinds=$(sed -n 's/^\tX(\([A-Za-z]*\)).*/\1/p' schema/base/ref.h)

for kind in $kinds; do
	"$B/apnsctl" schema "$kind" >"$T/$kind.json"
	"$B/apnsctl" schema "$kind" --format yaml >"$T/$kind.yaml"
done
python3 "$here/validate.py" templates "$T" $kinds >"$T/templates" 2>&1
lacks "no template is refused" "$(cat "$T/templates")" "not ok"
same "each template is accepted, whichever key is switched on" "$T/templates" "$here/templates.txt"

"$B/apnsctl" schema >"$T/all.json"
"$B/apnsctl" schema --format yaml >"$T/all.yaml"
python3 "$here/validate.py" verdicts "$T/all.json" "$T/all.yaml" >"$T/verdicts" 2>&1
is "the schema of all kinds accepts all templates" "$(grep -c ': accepted$' "$T/verdicts")" \
	"$(echo "$kinds" | wc -l)"
python3 "$here/validate.py" verdicts "$T/all.json" "$here/refused.yaml" >"$T/refused" 2>&1
same "what must be refused is, for its own reason" "$T/refused" "$here/refused.txt"

for mode in multi single; do
	exits "init --mode $mode" 0 "$B/apnsctl" init "$T/$mode" --mode "$mode"
	for file in $(cd "$T" && find "$mode" "$mode.controller" -name '*.yaml' | sort); do
		cat "$T/$file"
		echo ---
	done | sed '$d' >"$T/$mode.yaml"
	python3 "$here/validate.py" verdicts "$T/all.json" "$T/$mode.yaml" >"$T/verdicts" 2>&1
	lacks "the schema accepts the starter of mode $mode" \
		"$(grep -v ': accepted$' "$T/verdicts" || echo all)" ":"
	is "all of its documents" "$(wc -l <"$T/verdicts")" "$(grep -c '^kind:' "$T/$mode.yaml")"
done

for kind in CertificateAssignment MDMServer; do
	same "the template of $kind" "$T/$kind.yaml" "$here/$kind.yaml"
done
"$B/apnsctl" schema Policy --format=markdown >"$T/Policy.md"
same "the page of Policy" "$T/Policy.md" docs/reference/Policy.md
is "all pages follow each other" "$("$B/apnsctl" schema --format markdown | grep -c '^# ')" \
	"$(echo "$kinds" | wc -l)"
exits "an unknown kind is wrong use" 64 "$B/apnsctl" schema Polcy
is "the kinds are told" "$(cat "$T/err")" "apnsctl schema: there is no kind Polcy; the kinds are \
$(echo $kinds | sed 's/ /, /g')"
exits "an unknown format is wrong use" 64 "$B/apnsctl" schema Policy --format xml
contains "the formats are told" "$(cat "$T/err")" "there is no format xml"
exits "an unknown option is wrong use" 64 "$B/apnsctl" schema --all
exits "two kinds are wrong use" 64 "$B/apnsctl" schema Policy Tenant
exits "an output that can not be written is an error" 1 sh -c "\"$B/apnsctl\" schema >/dev/full"
finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Errors in the files that all customers share: file and line stand in the run, doctor and dashboard.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
runs "a first run" 0 reconcile
# told NAME FINDING RUN-STATUS
told() {
	runs "$1: a run" "$3" reconcile
	contains "$1: names it" "$(cat "$T/err")" "apnsctl: $2"
	runs "$1: and so does one that has nothing to do" "$3" reconcile
	contains "$1: with the same words" "$(cat "$T/err")" "apnsctl: $2"
	runs "$1: doctor" 1 doctor
	contains "$1: does so too" "$(cat "$T/out")" "FAIL  manifests: $2
      run apnsctl lint on the repository"
	is "$1: so does status.json" "$(status_file status.json | python3 -c 'import json,sys
print([c["type"]+" "+c["message"] for c in json.load(sys.stdin)["conditions"][1:]])')" "['Quarantined $2']"
	contains "$1: and the dashboard" "$(status_file README.md)" "**The manifests that all customers share have errors; nothing is written for anybody until they are mended:** "
	"$APNSCTL" lint --format concise "$T/repo" >"$T/lint" 2>&1
	contains "$1: as lint" "$(cat "$T/lint")" "${2#*: }"
	git -C "$T/repo" revert --no-edit HEAD >/dev/null && git -C "$T/repo" push -q origin HEAD:main
	runs "$1: mended" 0 reconcile
	lacks "$1: nothing is said of it" "$(status_file README.md; status_file status.json)" Quarantined
}
git -C "$T/repo" rm -q organization.yaml
shop_commit "no organization"
told missing "organization.yaml: there is no Organization; add one in organization.yaml" 3
sed -i 's/^  mode:/  mood:/' "$T/repo/organization.yaml"
shop_commit "a typing mistake"
told "a typing mistake" 'organization.yaml:5: unknown key "mood" in spec of Organization; did you mean "mode"?' 4
finish

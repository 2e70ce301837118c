#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A plan says what the run then does, and changes nothing: neither store nor Git nor a server.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1

world() {
	sqlite3 "$T/ctl/state/apnsctl.db" .dump 2>/dev/null
	git -C "$T/remote.git" for-each-ref
	seen '"event":"apns-request"|"method":"PUT"'
}
# plan_then_run NAME: plan, dry run and run agree, and only the run changes something.
plan_then_run() {
	world >"$T/before"
	run plan -o json
	hash=$(python3 -c 'import json,sys; print(json.load(sys.stdin)["planHash"])' <"$T/out")
	steps=$(python3 -c 'import json,sys; print(sorted(s["id"] for s in json.load(sys.stdin)["steps"] if s["state"] == "Do"))' <"$T/out")
	run reconcile --dry-run -o json
	contains "$1: a dry run has the hash of the plan" "$(cat "$T/out")" "\"planHash\": \"$hash\""
	world >"$T/after"
	is "$1: neither changed anything" "$(diff "$T/before" "$T/after")" ""
	run reconcile -o json
	contains "$1: the run has the hash of the plan" "$(cat "$T/out")" "\"planHash\": \"$hash\""
	done_=$(python3 -c 'import json,sys; print(sorted(s["id"] for s in json.load(sys.stdin)["steps"] if s["outcome"] == "Done"))' <"$T/out")
	world >"$T/after"
	if cmp -s "$T/before" "$T/after"; then not_ok "$1: the run changed something"; else ok "$1: the run changed something"; fi
}

plan_then_run "two new customers"
is "what was planned was done" "$done_" "$steps"
portal_create acme >/dev/null
portal_create beta >/dev/null
put acme
put beta
plan_then_run "two certificates"
is "what was planned was done again" "$done_" "$steps"
contains "with an installation" "$steps" "'InstallCertificate:PushCertificate/acme/push:nano'"
runs "a plan without anything to do" 0 plan --detailed-exitcode
contains "says so" "$(cat "$T/out")" "Nothing to do."
shop_tenant gamma
shop_commit "a third customer"
runs "a plan with something to do, with --detailed-exitcode" 2 plan --detailed-exitcode
finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A source.url that leads to somebody else's repository: nothing of the customers is sent there.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
runs "a first run" 0 reconcile
tip=$(git -C "$T/repo" rev-parse --short=12 HEAD)

git init -q --bare -b main "$T/other.git"
git init -q -b main "$T/theirs"
echo theirs >"$T/theirs/README"
git -C "$T/theirs" add README && git -C "$T/theirs" commit -q -m theirs
git -C "$T/theirs" push -q "$T/other.git" main
other=$(git -C "$T/theirs" rev-parse --short=12 HEAD)
configure "s|file://$T/remote.git|file://$T/other.git|"
for again in "" "and so does the next one: "; do
	runs "${again}a run on another repository ends with 7" 7 reconcile
	contains "${again}it says what it did not send" "$(cat "$T/err")" \
		"apnsctl: the status was not published (the next run sends it): while the source can not be used nothing is sent to a branch that this controller has not written; check source.url and status.url"
	is "${again}the other repository stays as it was" "$(git -C "$T/other.git" for-each-ref --format='%(refname)')" refs/heads/main
done
runs "doctor" 1 doctor
contains "says why" "$(cat "$T/out")" "FAIL  history: $other does not descend from the last applied commit $tip
      check source.url and source.branch; a history that was rewritten on purpose is accepted with reconcile --accept-history"

# The same when a status of somebody else's controller is there.
git -C "$T/theirs" commit -q --allow-empty -m "Status of 1 tenants

Audit-Head: 00" && git -C "$T/theirs" push -q "$T/other.git" HEAD:apnsctl-status
theirs=$(git -C "$T/theirs" rev-parse HEAD)
runs "a status branch of somebody else" 7 reconcile
is "is not written over" "$(git -C "$T/other.git" rev-parse apnsctl-status)" "$theirs"

configure "s|file://$T/other.git|file://$T/remote.git|"
runs "with the right address all is well again" 0 reconcile
is "and the source is ready" "$(status_file status.json | grep -A1 SourceReady | tail -n1 | tr -d ' ,')" '"status":"True"'
finish

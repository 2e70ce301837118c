#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kill -9 at many moments of a first run, an intake, a renewal and a change of name, each a little
# later than the one before, until a run gets through: the next run converges, nothing acknowledged is
# lost. STEP_MS=N sets how much later.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta gamma || exit 1
step=${STEP_MS:-4}

# killed_runs NAME [OPTION…]: runs that are killed, until one ends by itself.
killed_runs() {
	stage=$1
	shift
	cut=0
	ms=4
	while timeout -s KILL "$(awk -v ms=$ms 'BEGIN { printf "%.3f", ms / 1000 }')" \
		"$APNSCTL" --config "$T/ctl/apnsctl.yaml" "$@" >/dev/null 2>&1; [ $? = 137 ]; do
		cut=$((cut + 1))
		# A file remote is locked by the run itself; a server would go on and end the push.
		find "$T/remote.git" -name '*.lock' -delete
		ms=$((ms + step))
	done
	echo "# $stage: $cut runs were killed, the last after $((ms - step)) ms"
	[ $cut -gt 5 ] && ok "$stage: runs were killed" || not_ok "$stage: runs were killed" "only $cut"
}
phases() { for t in acme beta gamma; do fact $t "o['phase']"; done | sort | uniq -c | sed 's/^ *//' | tr '\n' ' '; }
facts() { for t in acme beta gamma; do fact $t "$1"; done | sort -u | tr '\n' ' '; }
sound() {
	runs "$1: the store is sound" 0 store verify
	is "$1: no step is left open" "$(db "select count(*) from journal where outcome = 'Open'")" 0
	is "$1: no temporary file remains" "$(find "$T/ctl" -name '*tmp*' -o -name '*.part' | wc -l)" 0
	exits "$1: the status branch is sound" 0 git -C "$T/remote.git" fsck --strict
}

killed_runs "first run" reconcile
runs "a first run after all that" 0 reconcile
is "every customer has its request" "$(phases)" "3 AwaitingPortal "
is "with one key each" "$(facts "len(o['keys'])")" "1 "
sound "first run"

portal_create_all acme beta gamma || not_ok "the portal answers" "$(cat "$T/portal.out")"
killed_runs intake reconcile
runs "the intake after all that" 0 --now "$(at 30)" reconcile
is "every pair is Active" "$(phases)" "3 Active "
is "installed and in sync" "$(facts "o['servers'][0]['installed']")" "Match "
topics=$(facts "o['topic']")
before=$(uploads)
run --now "$(at 100)" reconcile
is "and not uploaded again" "$(uploads)" "$before"
sound "intake"

later=$(date -u -d '+330 days' +%Y-%m-%dT00:00:00Z)
killed_runs renewal --now "$later" reconcile
runs "the renewal after all that" 0 --now "$later" reconcile
is "the next request waits beside the active pair" "$(facts "o['phase'] + o['renewal']['phase']")" "ActiveAwaitingPortal "
is "with one more key each" "$(facts "len(o['keys'])")" "2 "
is "no topic has changed" "$(facts "o['topic']")" "$topics"
sound "renewal"

git -C "$T/repo" mv tenants/gamma tenants/delta
sed -i 's/tenant: gamma/tenant: delta/; s/{name: gamma}/{name: delta, previousNames: [gamma]}/' "$T/repo"/tenants/delta/*.yaml
shop_commit "gamma is delta now"
killed_runs "another name" --now "$later" reconcile
runs "the new name after all that" 0 --now "$later" reconcile
is "the request waits under the new name" "$(fact delta "o['phase'] + o['renewal']['phase'], len(o['keys'])")" "ActiveAwaitingPortal 2"
is "and nothing is left of the old one" "$(git -C "$T/remote.git" ls-tree -r --name-only apnsctl-status | grep gamma)" ""
is "it was renamed once" "$(db "select count(*) from audit where verb = 'RenameObject'")" 1
sound "another name"
finish

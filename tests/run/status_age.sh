#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A status branch that nobody has renewed: status and --fail-on go by its dates, not by its words.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
activate acme || not_ok "acme is Active" "$(cat "$T/out" "$T/err")"
git -C "$T/repo" fetch -q origin
cd "$T/repo" || exit 1
end=$(date -u -d "$(fact acme "o['notAfter']")" +%s)
day() { date -u -d "@$((end + $1 * 86400))" +%Y-%m-%dT%H:%M:%SZ; }
until=$(status_file status.json | sed -n 's/.*"validUntil": "\(.*\)".*/\1/p')
# band DAYS WANTED-BAND WANTED-VERDICT : of acme, so long after its end
band() {
	exits "$1 days after the end" 0 "$APNSCTL" --now "$(day "$1")" status -o json acme
	is "$1 days after the end it is $2" "$(python3 -c 'import json,sys
o=json.load(sys.stdin)["objects"][0]; print(o["band"], o["verdict"])' <"$T/out")" "$2 $3"
}

band -46 Ok Fine
is "while the status is good nothing is said" "$(cat "$T/err")" ""
band -45 Due Fine
band -30 Warning Attention
band -14 Critical Attention
band 6 Expired Attention
is "and it is said that nobody reports" "$(cat "$T/err")" \
	"apnsctl: this status was good until $until and the controller has not reported since; bands are counted from the dates, the rest is as it was"
band 31 ExpiredPastGrace Attention
exits "--fail-on sees it" 9 "$APNSCTL" --now "$(day 6)" status --fail-on Critical
contains "in the table" "$(cat "$T/out")" "acme/push    Expired  Active"
"$APNSCTL" --config "$T/ctl/apnsctl.yaml" --now "$(day 6)" status | grep -o 'acme/push *[A-Za-z]*' >"$T/from-store"
is "as from the store" "$(grep -o 'acme/push *[A-Za-z]*' "$T/out")" "$(cat "$T/from-store")"

# The limits are those of the manifests.
sed -i 's/mode: MultiTenant/&\n  renewBefore: 90d\n  warnBefore: 80d\n  criticalBefore: 70d/' organization.yaml
shop_commit "earlier limits"
run || not_ok "a run" "$(cat "$T/out" "$T/err")"
git fetch -q origin
band -70 Critical Attention

# A branch of an earlier release has no such limits: what it says may only get worse.
git archive origin/apnsctl-status | tar -x --one-top-level="$T/copy"
sed -i '/warnAfter\|criticalAfter/d; s/"band": "Ok"/"band": "Warning"/' "$T/copy/tenants/acme.json"
exits "without published limits" 0 "$APNSCTL" --now "$(day -60)" status --status "$T/copy" acme
contains "a band stays" "$(cat "$T/out")" "acme/push    Warning"
exits "until its time comes" 9 "$APNSCTL" --now "$(day -1)" status --status "$T/copy" --fail-on Critical acme
finish

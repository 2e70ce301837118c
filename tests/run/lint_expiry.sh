#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint --expiry: the bands at the manifest's line, from the file in Git and from the status branch.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
activate acme || not_ok "acme is Active" "$(cat "$T/out" "$T/err")"
cd "$T/repo" || exit 1
topic=$(fact acme "o['topic']")
row=$(fact acme "o['next'].get('row') or 'APSP:'+o['topic'][-36:]")
end=$(date -u -d "$(openssl x509 -in tenants/acme/push.pem -noout -enddate | cut -d= -f2)" +%s)
iso() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }
day=86400
sed -i "s/topic: New.*/topic: $topic/" tenants/acme/push.yaml

# at_end DAYS-BEFORE-THE-END : the findings of APN4014
at_end() { "$APNSCTL" --now "$(iso $((end - $1 * day)))" lint --expiry --format concise 2>/dev/null | grep APN4014; }
# band NAME DAYS LEVEL TEXT
# band NAME DAYS LEVEL TEXT [HINT]
band() {
	is "$1" "$(at_end "$2")" \
		"tenants/acme/push.yaml:6:10: $3: the certificate $4: renew it at Apple's portal with apple@acme.example, row $row${5:-} [APN4014 expiry-band]"
}
is "46 days before its end nothing is said" "$(at_end 46)" ""
band "45 days before" 45 note "ends $(iso "$end"), which is within renewBefore (45d) (Due)"
band "30 days before" 30 warning "ends $(iso "$end"), which is within warnBefore (30d) (Warning)"
band "14 days before" 14 error "ends $(iso "$end"), which is within criticalBefore (14d) (Critical)"
band "at its end" 0 error "ended $(iso "$end"), and no device can be woken since (Expired)" \
	"; Renew is documented to work for 30 days"
band "long after" -40 error "ended $(iso "$end"), more than 30 days ago (ExpiredPastGrace)" \
	"; try that before anything else, and create no other one while its row is there"
exits "critical is an error" 3 "$APNSCTL" --now "$(iso $((end - day)))" lint --expiry
exits "due is none" 0 "$APNSCTL" --now "$(iso $((end - 40 * day)))" lint --expiry
exits "a warning is one for --fail-on" 3 "$APNSCTL" --now "$(iso $((end - 20 * day)))" lint --expiry --fail-on warning

is "--now behind the command is the same" \
	"$("$APNSCTL" lint --expiry --now "$(iso "$end")" --format concise 2>/dev/null | grep -c Expired)" 1

sed -i 's/^  topic:/  renewBefore: 60d\n  certificateFile: push.pem\n  topic:/' tenants/acme/push.yaml
contains "the certificate's own bands count, and certificateFile is the place" "$(at_end 59)" \
	"tenants/acme/push.yaml:7:20: note: the certificate ends $(iso "$end"), which is within renewBefore (60d)"
"$APNSCTL" --now "$(iso $((end + 400 * day)))" lint --format json >"$T/late"
"$APNSCTL" lint --format json >"$T/now"
same "without --expiry the clock says nothing" "$T/late" "$T/now"

git checkout -q tenants/acme/push.yaml
git rm -q tenants/acme/push.pem
is "without the file and the status branch nothing is known" "$(at_end 10)" ""
git fetch -q origin
contains "without the file the pair in force on the status branch counts" "$(at_end 10)" \
	"(Critical): renew it at Apple's portal with apple@acme.example [APN4014"
git checkout -q HEAD tenants/acme/push.pem
is "nothing new is told against a base that is as old" \
	"$("$APNSCTL" --now "$(iso "$end")" lint --expiry --base HEAD --new --format concise 2>/dev/null | grep -c APN4014)" 0
finish

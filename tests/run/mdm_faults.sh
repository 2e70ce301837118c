#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An MDM server that does not do what it should: no pair is called Active that was not read back, no
# upload is repeated blindly, and the next run goes on.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
run && portal_create acme >/dev/null && portal_create beta >/dev/null

minute=0
# go [STATUS]: a run 70 minutes after the last one: servers are looked at again.
go() {
	minute=$((minute + 70))
	run --now "$(at $minute)" -o json reconcile
	got=$?
	[ "$got" = "${1:-0}" ] || not_ok "the run at minute $minute ends with ${1:-0}" "exit $got: $(cat "$T/err" "$T/out")"
}
mdm() { faults "{\"mdm\":[$1]}"; }
seen_as() { fact "$1" "o['phase'], o['servers'][0]['installed'], o['servers'][0]['inUse']"; }
why() { db "select presence || ' ' || ifnull(reason, '-') from observation o join certificate c on c.uid = o.certificate_uid
	join tenant t on t.uid = c.tenant_uid where t.name = '$1'"; }

put acme
mdm '{"do":"StoreNothing"}'
go 4
is "an upload that is not stored is none" "$(seen_as acme)" "Verified Unknown Unknown"
contains "and the run says so" "$(cat "$T/out")" "says afterwards that it has none"
mdm '{"do":"Silence","method":"PUT"}'
n=$(uploads)
go 4
is "an upload without an answer is sent once" "$(uploads) $(fact acme "o['phase']")" "$((n + 1)) Verified"
contains "its outcome is not known" "$(cat "$T/out")" "it is not known whether the certificate of acme/push was taken"
mdm '{"do":"Redirect","location":"https://localhost:1/"}'
n=$(uploads)
go
is "a redirect is not followed, and nothing is written" "$(why acme) $(uploads)" "unknown Redirected $n"
mdm '{"do":"Answer","status":401,"body":"no"}'
go
is "401: nothing is written" "$(why acme) $(uploads)" "unknown Unauthorized $n"
mdm '{"do":"Answer","status":500,"body":"out of order","method":"GET","times":1}'
go
is "a 500 on reading is asked once more; the upload follows" "$(seen_as acme) $(uploads)" "Active Match Yes $((n + 1))"

n=$(uploads)
mdm ''
go; go; go; go; go
is "never an upload when in sync" "$(uploads)" "$n"
mdm '{"do":"Answer","status":500,"body":"out of order"}'
go
is "a server that fails takes nothing back" "$(fact acme "o['phase'], o['band']") $(uploads)" "Active Ok $n"
mdm ''

# Someone else writes: an own pair of the same topic, older than ours.
topic=$(fact acme "o['topic']")
# foreign DAYS-FROM DAYS: a certificate of the topic by somebody else, uploaded.
foreign() {
	[ -s "$T/foreign.key" ] || openssl req -new -newkey rsa:2048 -nodes -keyout "$T/foreign.key" -out "$T/foreign.csr" \
		-subj "/UID=$topic/CN=$topic" 2>/dev/null
	openssl x509 -req -in "$T/foreign.csr" -key "$T/foreign.key" -days "$1" -out "$T/foreign.pem" 2>/dev/null
	cat "$T/foreign.pem" "$T/foreign.key" | curl -sS --cacert "$T/sim/tls-ca.pem" -u "nanomdm:$(cat "$T/nano.key")" \
		-X PUT --data-binary @- "https://localhost:$MDM_PORT/v1/pushcert" >"$T/foreign.out" 2>&1
}
foreign 100
n=$(uploads)
sed -i 's/^  tenants:/  driftPolicy: Report\n  tenants:/' "$T/repo/servers/nano.yaml"
shop_commit "report only"
go
is "drift is told and left alone with driftPolicy Report" "$(condition acme Drifted) $(uploads)" "True ServerDiffers $n"
sed -i '/driftPolicy/d' "$T/repo/servers/nano.yaml"
shop_commit "correct"
go
is "else it is corrected" "$(seen_as acme) $(condition acme Drifted) $(uploads)" "Active Match Yes none $((n + 1))"
foreign 900
n=$(uploads)
go 5
is "a newer certificate on the server is never overwritten" "$(condition acme Drifted) $(uploads)" "True ServerDiffers $n"
contains "that is Blocked" "$(cat "$T/out")" NewerOnServer

# A release that can not be read.
mdm '{"do":"Release090"}'
put beta
go
is "release 0.9: taken, and assumed" "$(seen_as beta)" "Active Assumed Unknown"
n=$("$APPLESIM" log --log "$T/sim.log" --count mdm-request method=PUT status=200)
go
go
is "and not uploaded again and again" "$("$APPLESIM" log --log "$T/sim.log" --count mdm-request method=PUT status=200)" "$n"
finish

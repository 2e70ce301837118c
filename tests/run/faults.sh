#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Apple and MDM servers that do not do what they should: each fault has its own words, no network
# fault marks a certificate bad, nothing half-done is called done, and the next run goes on.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
run && portal_create acme >/dev/null && put acme

# apns NAME FAULT OUTCOME RESULT: VerifyCertificate under the fault.
apns() {
	faults "{\"apns\": [$2]}"
	run --now "$(date -u -d "+$MIN min" +%Y-%m-%dT%H:%M:%SZ)" -o json reconcile
	MIN=$((MIN + 20))
	is "$1" "$(python3 - "$T/out" <<-'PY'
		import json, sys
		for s in json.load(open(sys.argv[1]))["steps"]:
		    if s["id"].startswith("VerifyCertificate"):
		        print(s["outcome"])
	PY
	) $(sqlite3 "$T/ctl/state/apnsctl.db" 'select result || " " || reason from probe')" "$3"
}
MIN=20
apns "APNs is silent" '{"do": "SilenceOnAccept"}' "Waiting Unreachable TimedOut"
apns "APNs closes at once" '{"do": "CloseOnAccept"}' "Waiting Unreachable ConnectionClosed"
apns "APNs never sends SETTINGS" '{"do": "NoSettings"}' "Waiting Unreachable TimedOut"
apns "no h2" '{"do": "NoALPN"}' "Waiting Unreachable NoHTTP2"
apns "APNs shuts down" '{"do": "GoawayOnConnect", "goaway": [{"code": 0, "debug": "{\"reason\":\"Shutdown\"}"}]}' "Waiting Unreachable Shutdown"
apns "revoked, in the late alert of TLS 1.3" '{"do": "Alert", "number": 44}' "Failed Rejected CertificateRevoked"
is "nothing was uploaded" "$("$APPLESIM" log --log "$T/sim.log" --count mdm-request method=PUT)" 0
finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# probe: APNs is asked now; what it says is told, judged and not recorded.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
activate acme || not_ok "acme is Active" "$(cat "$T/out" "$T/err")"
serial=$(fact acme "o['serial']")
connections() { "$APPLESIM" log --log "$T/sim.log" --count apns-connection "serial=$serial"; }
row() { sqlite3 "$T/ctl/state/apnsctl.db" "SELECT result, reason, probed_at FROM probe"; }
before=$(connections)
known=$(row)

runs "what APNs takes" 0 probe acme/push
is "is Accepted" "$(cat "$T/out")" "acme/push: Accepted (SettingsReceived)
    APNs took the certificate."
is "although the interval is not over" "$(connections)" $((before + 1))
runs "all of them, as data" 0 -o json probe --all
is "one that has no certificate is not probed" "$(python3 -c 'import json,sys
d=json.load(sys.stdin); print(d["kind"], [(r["tenant"], r["name"], r["result"], r["reason"], r["detail"], r.get("alert")) for r in d["results"]])' <"$T/out")" \
	"ProbeReport [('acme', 'push', 'Accepted', 'SettingsReceived', 'APNs took the certificate.', None), ('beta', 'push', 'NotProbed', 'NotYetProbed', 'there is no certificate yet', None)]"
faults '{"apns": [{"do": "Alert", "number": 44}]}'
runs "what APNs refuses ends with 4" 4 -o json probe PushCertificate/acme/push
is "with the alert that came" "$(python3 -c 'import json,sys
r=json.load(sys.stdin)["results"][0]; print(r["result"], r["reason"], r["alert"])' <"$T/out")" \
	"Rejected CertificateRevoked 44"
faults '{"apns": [{"do": "CloseOnAccept"}]}'
runs "a fault of the network too" 4 probe acme/push
contains "but it rejects nothing" "$(cat "$T/out")" "acme/push: Unreachable ("
faults '{}'
is "nothing of this was recorded" "$(row)" "$known"

runs "one that is not there" 64 probe acme/other
is "is named" "$(cat "$T/err")" "apnsctl: the store knows no certificate acme/other"
runs "a name that is none" 64 probe acme
runs "none" 64 probe
runs "all and one" 64 probe --all acme/push
exits "without a configuration" 64 sh -c "cd / && '$APNSCTL' probe --all"
contains "it is asked for" "$(cat "$T/err")" "this command needs the controller's configuration"
chmod 644 "$T/ctl/state/unlock.key"
runs "a sealed store" 4 probe acme/push
contains "says why" "$(cat "$T/err")" "unlock.key"
finish

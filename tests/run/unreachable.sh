#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# When APNs can not be asked: a new pair waits until waiting is the greater danger, a rejected one is
# never installed, and the status tells of it only when it lasts.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
H=60
DAY=1440
# step ACTION: "OUTCOME" of the last run's JSON.
step() {
	python3 -S -c "import json,sys
print(' '.join(s['outcome'] for s in json.load(open(sys.argv[1]))['steps'] if s['id'].startswith(sys.argv[2])) or 'none')" \
		"$T/out" "$1"
}
# go MINUTES [STATUS]: a run at that time.
go() {
	run --now "$(at "$1")" -o json reconcile
	got=$?
	[ "$got" = "${2:-0}" ] || not_ok "the run at minute $1 ends with ${2:-0}" "exit $got: $(cat "$T/err" "$T/out")"
}
state() { fact "$1" "o['phase'], o['band'], o['apns']['result']"; }

go 0
portal_create acme >/dev/null && portal_create beta >/dev/null && put acme && put beta
gone='{"do":"CloseOnAccept"}'
faults "{\"apns\":[$gone]}"
go 1
is "the first certificate waits" "$(step VerifyCertificate) $(state acme)" "Waiting Waiting Returned Ok NotProbed"
is "the status says what for" "$(fact acme "next(c['message'] for c in o['conditions'] if c['type'] == 'Reconciling')")" \
	"it is installed when APNs accepts it, or after 24 hours in which APNs can not be asked"
is "the status does not tell of it yet" "$(condition acme APNsReachable)" none
commits=$(status_commits)
tried=$(seen apns-accept)
go 10
is "it is not asked again at once" "$(seen apns-accept)" "$tried"
go 16
is "but after a quarter of an hour" "$(seen apns-accept)" $((tried + 2))
go $((24 * H - 20))
is "it waits for nearly a day" "$(step VerifyCertificate) $(uploads)" "Waiting Waiting 0"
is "and makes no commits meanwhile" "$(status_commits)" "$commits"
go $((24 * H + 1))
is "after a day it is installed" "$(step VerifyCertificate) $(step InstallCertificate) $(uploads)" "Done Done Done Done 2"
is "in force, and the status says what is not known" "$(state acme) $(condition acme APNsReachable)" \
	"Active Ok Unreachable Unknown ConnectionClosed"
faults '{}'
go $((25 * H))
is "APNs is back" "$(state acme) $(condition acme APNsReachable)" "Active Ok Accepted True Accepted"

# A short fault of a pair in force.
commits=$(status_commits)
faults "{\"apns\":[$gone]}"
t=$((49 * H + 30))
go $t
is "a pair in force is probed and stays as it is" "$(step ProbeCertificate) $(state acme)" "Done Done Active Ok Accepted"
is "a short fault makes no commit" "$(status_commits)" "$commits"
go $((t + 24 * H - 1))
is "nor does one of nearly a day" "$(status_commits)" "$commits"
go $((t + 24 * H + 14))
is "one of a day does" "$(status_commits) $(state acme) $(condition acme APNsReachable)" \
	"$((commits + 1)) Active Ok Unreachable Unknown ConnectionClosed"
is "and takes nothing back" "$(condition acme CertificateValid), $(condition acme Ready)" "True InForce, True Succeeded"
faults '{}'
go $((t + 25 * H))

# Renewal: the old certificate holds until its critical days.
t=$((330 * DAY))
renewed=$(at $t)
go $t
portal_renew acme --now "$renewed" >/dev/null && portal_renew beta --now "$renewed" >/dev/null && put acme && put beta
old=$(fact acme "o['serial']")
serial=$(db "select distinct serial from pair where phase = 'Active' and topic = '$(fact beta "o['topic']")'")
faults "{\"now\":\"$renewed\",\"apns\":[$gone]}"
go $((t + 1))
is "the renewed pair waits" "$(step VerifyCertificate) $(state acme)" "Waiting Waiting Active Due Accepted"
go $((t + 30 * H))
is "for more than a day: the old one is in force" "$(step VerifyCertificate) $(uploads)" "Waiting Waiting 2"
faults "{\"now\":\"$renewed\",\"apns\":[{\"do\":\"Alert\",\"number\":45,\"topic\":\"$(fact beta "o['topic']")\"},{\"do\":\"CloseAfterHandshake\"}]}"
critical=$((350 * DAY + 30 * H))
go $critical 4
is "in the critical days it is installed without an answer" \
	"$(state acme) $([ "$(fact acme "o['serial']")" != "$old" ] && uploads)" "Active Ok Unreachable 3"
is "a rejected one never is" "$(state beta) $(fact beta "o['serial']") $(condition beta APNsReachable)" \
	"Active Critical Rejected $serial False CertificateExpired"
is "its next step" "$(fact beta "o['next']['action'], o['next']['reason']")" "ContactApple CertificateExpired"
faults "{\"now\":\"$renewed\",\"apns\":[$gone]}"
go $((critical + 25 * H)) 4
is "nor when APNs can not be asked afterwards: a network takes no verdict back" \
	"$(fact beta "o['phase'], o['serial'], o['next']['action']") $(uploads)" "Active $serial ContactApple 3"
faults "{\"now\":\"$renewed\"}"
go $((critical + 26 * H))
is "when APNs takes it, it goes on" "$(state beta) $(uploads)" "Active Ok Accepted 4"
finish

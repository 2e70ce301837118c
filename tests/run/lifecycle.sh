#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The main job, whole: from manifests to an installed certificate, a quiet day, and its renewal.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1

runs "a first run makes keys and requests and exits with 0" 0 reconcile
is "each certificate waits for the portal" "$(fact acme "o['phase']") $(fact beta "o['phase']")" "AwaitingPortal AwaitingPortal"
is "the step is Create, with account and file" "$(fact acme "o['next']['action'], o['next']['appleId'], o['next']['file'].split('/')[1]")" \
	"CreateAtPortal apple@acme.example acme"
contains "the dashboard says what to do" "$(status_file README.md)" "Create a Certificate"
commits=$(status_commits)
runs "a second run has nothing to do" 0 reconcile
is "a quiet run makes no commit" "$(status_commits)" "$commits"

portal_create acme >/dev/null || not_ok "the portal takes the upload file" "$(cat "$T/portal.out")"
put acme
runs "the certificate is taken in" 0 reconcile
is "it is Active" "$(fact acme "o['phase'], o['band']")" "Active Ok"
is "it is installed and read back" "$(fact acme "o['servers'][0]['installed'], o['servers'][0]['inUse']")" "Match Yes"
is "APNs was asked once" "$(seen '"apns-connection"')" 1
is "one upload to the server" "$("$APPLESIM" log --log "$T/sim.log" --count mdm-request method=PUT status=200)" 1
is "no request waits for it any more" "$(request_file acme)" ""
is "the other customer still waits" "$(fact beta "o['phase']")" "AwaitingPortal"
is "conditions are true" "$(condition acme Ready), $(condition acme Deployed), $(condition acme APNsReachable)" \
	"True Succeeded, True Installed, True Accepted"
contains "the commit carries its trailers" "$(git -C "$T/remote.git" log -1 --format=%B apnsctl-status)" "Audit-Head: "
exits "the status branch is sound" 0 git -C "$T/remote.git" fsck --strict

sleep 1
commits=$(status_commits)
runs "nothing to do" 0 reconcile
is "no commit on a quiet day" "$(status_commits)" "$commits"
is "no second upload when in sync" "$("$APPLESIM" log --log "$T/sim.log" --count mdm-request method=PUT)" 1
is "no second probe within the interval" "$(seen '"apns-connection"')" 1

# Renewal: eleven months later.
topic=$(fact acme "o['topic']")
serial=$(fact acme "o['serial']")
later=$(date -u -d "+330 days" +%Y-%m-%dT00:00:00Z)
runs "from renewBefore on the next request is made" 0 --now "$later" reconcile
is "beside the active pair" "$(fact acme "o['phase'], o['band'], o['renewal']['phase'], o['next']['action']")" \
	"Active Due AwaitingPortal RenewAtPortal"
is "in its own row" "$(fact acme "o['next']['row'] == 'APSP:' + o['topic'].split('.')[-1]")" True
is "with a key of its own" "$(fact acme "sorted(k['state'] for k in o['keys'])")" "['Active', 'Pending']"
portal_renew acme --now "$later" >/dev/null || not_ok "the portal renews" "$(cat "$T/portal.out")"
put acme
faults "{\"now\": \"$later\"}"
runs "the renewed certificate is taken in" 0 --now "$later" reconcile
is "the topic stays" "$(fact acme "o['topic']")" "$topic"
is "the serial is new, the band is Ok" "$([ "$(fact acme "o['serial']")" != "$serial" ] && fact acme "o['phase'], o['band']")" "Active Ok"
is "the old key is archived, none is lost" "$(fact acme "sorted(k['state'] for k in o['keys'])")" "['Active', 'Archived']"
runs "the store is sound" 0 store verify
contains "with all keys" "$(cat "$T/out")" "all 3 private keys open and fit"
finish

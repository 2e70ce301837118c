#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Git plus the Apple Account are enough to start again, but a missing store is never taken for a new
# one (safety rule 14).
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
activate acme
sed -i "s/topic: New/topic: $(fact acme "o['topic']")/" "$T/repo/tenants/acme/push.yaml"
shop_commit "pin acme"
runs "the store is in use" 0 reconcile
topic=$(fact acme "o['topic']")
commits=$(status_commits)
uploads=$("$APPLESIM" log --log "$T/sim.log" --count mdm-request method=PUT)

mkdir "$T/old" && mv "$T"/ctl/state/apnsctl.db* "$T/old/"
runs "without its database reconcile stops" 1 reconcile
contains "and says what to do" "$(cat "$T/err")" "apnsctl store init --lost"
exits "no database was made" 1 test -e "$T/ctl/state/apnsctl.db"
is "nothing was published" "$(status_commits)" "$commits"
runs "a plain store init does not do it" 1 store init
exits "still no database" 1 test -e "$T/ctl/state/apnsctl.db"
runs "a plan needs the store too" 1 plan

runs "store init --lost begins again" 0 store init --lost
runs "and reconcile goes on" 0 reconcile
is "the certificate is known from Git, its key is not" "$(condition acme KeyAvailable)" "False KeyUnknown"
is "a renewal is ready for its row" "$(fact acme "o['topic'] == '$topic', o['renewal']['phase']")" "True AwaitingPortal"
is "no server was written to" "$("$APPLESIM" log --log "$T/sim.log" --count mdm-request method=PUT)" "$uploads"
is "a customer that Apple never knew is still to be created" "$(fact beta "o['next']['action']")" CreateAtPortal

portal_renew acme >/dev/null || not_ok "the portal renews" "$(cat "$T/portal.out")"
put acme
runs "the renewed certificate is taken in" 0 reconcile
is "the topic is the old one" "$(fact acme "o['topic'] == '$topic', o['phase'], o['band']")" "True Active Ok"

# Git does not know the topic: only the status branch does, which chooses nothing.
sed -i "s/topic: $topic/topic: New/" "$T/repo/tenants/acme/push.yaml"
rm "$T/repo/tenants/acme/push.pem"
shop_commit "not pinned"
runs "as long as the store knows it New changes nothing" 0 reconcile
rm "$T"/ctl/state/apnsctl.db*
runs "once more from nothing" 0 store init --lost
runs "nothing is created" 5 reconcile
contains "until Git says the topic" "$(cat "$T/out")" "PinOnlyPublished"
cd "$T/repo" && git fetch -q origin || exit 1
exits "the plan of the status branch is the same" 5 "$APNSCTL" plan --offline
contains "for the same reason" "$(cat "$T/out")" "PinOnlyPublished"
exits "and lint refuses it" 3 "$APNSCTL" lint
contains "in the same words" "$(cat "$T/out")" "nothing is requested until that stands here"
finish

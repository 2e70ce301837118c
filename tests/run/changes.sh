#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What an editor may change: suspension, Monitor, a new topic by acknowledgement only; and a server
# that is down when its certificate is to be installed.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
folder=$T/repo/tenants/acme

# The server is down: verified, not installed; the next run completes it.
run
portal_create acme >/dev/null && put acme
faults '{"mdm": [{"do": "CloseOnRequest"}]}'
run
is "a server that is down gets nothing" "$(fact acme "o['phase']") $(uploads)" "Verified 0"
contains "the condition says which" "$(fact acme "[c['message'] for c in o['conditions'] if c['type'] == 'Deployed']")" nano
faults '{}'
runs "later the rest is done" 0 --now "$(date -u -d '+20 min' +%Y-%m-%dT%H:%M:%SZ)" reconcile
is "and it is Active" "$(fact acme "o['phase']") $(uploads)" "Active 1"

# Suspended and due: no request; the end of the suspension is a date like any other.
due=$(date -u -d '+330 days' +%Y-%m-%d)
sed -i "s/^spec:$/spec:\n  suspend: {reason: contract, by: alex, until: $due}/" "$folder/tenant.yaml"
shop_commit suspended
runs "suspended" 0 --now "${due}T00:00:00Z" reconcile
is "only its end is asked for" "$(fact acme "o['next']['action'], o['next']['reason'], len(o['keys'])")" "FixManifest Suspended 1"
runs "over the day after" 0 --now "$(date -u -d "$due +1 day" +%Y-%m-%d)T00:00:00Z" reconcile
is "then the renewal is requested" "$(fact acme "o['next']['action'], len(o['keys'])")" "RenewAtPortal 2"

# Monitor: requests stay published, nothing is written.
sed -i 's/^  suspend:.*/  management: Monitor/' "$folder/tenant.yaml"
shop_commit monitored
portal_renew acme --now "$(date -u -d "$due +1 day" +%Y-%m-%d)T00:00:00Z" >/dev/null && put acme
later=$(date -u -d "$due +2 days" +%Y-%m-%d)T00:00:00Z
faults "{\"now\": \"$later\"}"
run --now "$later" reconcile
is "a monitored customer's certificate is checked and not installed" "$(fact acme "o['renewal']['phase']") $(uploads)" "Verified 1"
sed -i '/management: Monitor/d' "$folder/tenant.yaml"
shop_commit managed
runs "managed again" 0 --now "$later" reconcile
is "it goes on where it was" "$(fact acme "o['phase'], o['band']") $(uploads)" "Active Ok 2"

# Another topic: only when both are named.
old=$(fact acme "o['topic']")
sed -i "s/^  topic:.*/  topic: com.apple.mgmt.External.aaaaaaaa-1111-2222-3333-444444444444/" "$folder/push.yaml"
shop_commit "another topic"
run --now "$later" reconcile
is "an edited topic is blocked" "$(fact acme "o['verdict'], o['topic'] == '$old', o['phase']")" "Blocked True Active"
sed -i "s/^  topic:.*/  topic: New\n  allowTopicChange: {from: $old, to: New, reason: account lost, approvedBy: [alex]}/" "$folder/push.yaml"
rm "$folder/push.pem"
shop_commit "start over"
runs "acknowledged: a request for a second Create" 0 --now "$later" reconcile
is "the old topic stays in force" "$(fact acme "o['next']['action'], o['phase'], o['topic'] == '$old'")" "CreateAtPortal Active True"
portal_create acme --now "$later" >/dev/null && put acme
runs "the new certificate comes into force" 0 --now "$later" reconcile
is "with a topic of its own" "$(fact acme "o['phase'], o['topic'] != '$old'")" "Active True"
is "no key is lost" "$(fact acme "len(o['keys'])")" 3
runs "the store is sound" 0 store verify
finish

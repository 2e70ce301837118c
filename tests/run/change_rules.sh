#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What must not change does not, whatever was merged: topics in use, a source that is suddenly empty,
# a rewritten history. Each has its own acknowledgement.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
activate acme
portal_create beta >/dev/null
put beta
run
topic=$(fact acme "o['topic']")
other=com.apple.mgmt.External.11111111-2222-3333-4444-555555555555
uploads() { "$APPLESIM" log --log "$T/sim.log" --count mdm-request method=PUT; }
before=$(uploads)
git -C "$T/repo" tag good

# The topic of a certificate in use.
sed -i "s/topic: New/topic: $other/" "$T/repo/tenants/acme/push.yaml"
rm "$T/repo/tenants/acme/push.pem"
shop_commit "another topic"
runs "another topic is refused" 5 reconcile
contains "as a step that names both" "$(cat "$T/out")" "ChangeTopic:PushCertificate/acme/push"
is "the person is to mend the manifest" "$(fact acme "o['next']['action'], o['next']['reason']")" "FixManifest TopicChanged"
is "the topic in use stays" "$(fact acme "o['topic'] == '$topic', o['phase']")" "True Active"
runs "until it is mended every look says so" 5 plan

git -C "$T/repo" checkout -q good -- .
shop_commit "taken back"
run

# The Apple Account of a certificate in use.
git -C "$T/repo" fetch -q origin
sed -i 's/apple@acme.example/new@acme.example/' "$T/repo/tenants/acme/alias.yaml"
cd "$T/repo" || exit 1
exits "another address: lint refuses it" 3 "$APNSCTL" lint --base HEAD
exits "and so does the plan" 5 "$APNSCTL" plan --offline --base HEAD
contains "under the same rule" "$(cat "$T/out")" "rule APN5008"
mkdir "$T/empty"
exits "also where nothing is published" 5 "$APNSCTL" plan --offline --base HEAD --status "$T/empty"
cd - >/dev/null || exit 1
shop_commit "another address"
runs "merged all the same, it is refused" 5 reconcile
is "the person is to mend the manifest" "$(fact acme "o['next']['action'], o['next']['reason'], o['phase']")" "FixManifest AccountChanged Active"
is "the account stays the one of the certificate" "$(fact acme "o['appleId']")" apple@acme.example
runs "the next run says it again" 5 plan
sed -i 's/custodians:.*/&\n  accountMove: {from: apple@acme.example, appleCase: "1", date: 2026-01-01}/' "$T/repo/tenants/acme/alias.yaml"
shop_commit "Apple moved it"
runs "a move that is told is fine" 0 reconcile
is "and noted" "$(fact acme "o['appleId'], o['verdict']")" "new@acme.example Fine"
git -C "$T/repo" tag -f good >/dev/null

# A source without any tenant.
git -C "$T/repo" rm -rq tenants
shop_commit "all gone"
runs "an empty source is held" 5 reconcile
contains "by its gate" "$(cat "$T/out" "$T/err")" "EmptySource@"
override=$(grep -oh 'EmptySource@[0-9a-f]*' "$T/out" "$T/err" | head -n 1)
is "nothing was archived" "$(fact acme "o['phase']") $(fact beta "o['phase']")" "Active Active"
runs "an override of another hash lets nothing through" 5 reconcile --override "EmptySource@$(printf '%064d' 0)"
is "and still nothing is archived" "$(fact beta "o['phase']")" Active
git -C "$T/repo" checkout -q good -- .
shop_commit "back again"
runs "what comes back goes on" 0 reconcile
is "with the pair it had" "$(fact acme "o['topic'] == '$topic', o['phase']")" "True Active"
is "no server was written to" "$(uploads)" "$before"

# The same again, meant.
git -C "$T/repo" rm -rq tenants
shop_commit "all gone, meant"
run reconcile
override=$(grep -oh 'EmptySource@[0-9a-f]*' "$T/out" "$T/err" | head -n 1)
runs "the override with the hash of the output lets it through" 0 reconcile --override "$override"
is "the certificates are archived" "$(fact acme "o['phase']")" Archived
runs "no key is lost" 0 store verify
contains "all are there" "$(cat "$T/out")" "all 2 private keys open and fit"
git -C "$T/repo" checkout -q good -- .
shop_commit "and back"
runs "a name that comes back revives its object" 0 reconcile
is "with topic and pair" "$(fact acme "o['topic'] == '$topic', o['phase']")" "True Active"

# History.
git -C "$T/repo" commit -q --amend -m "and back, rewritten"
git -C "$T/repo" push -qf origin HEAD:main
runs "a rewritten history is not followed" 7 reconcile
contains "the status says so" "$(status_file status.json | tr -d ' \n')" '"type":"SourceReady","status":"False"'
runs "until it is accepted" 0 reconcile --accept-history "$(git -C "$T/repo" rev-parse HEAD)"
contains "then the source is ready" "$(status_file status.json | tr -d ' \n')" '"type":"SourceReady","status":"True"'
finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# plan --offline --base: what merging would change, with its blast radius first.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
cat >"$T/repo/tenants/acme/more.yaml" <<-YAML
	apiVersion: apnsctl/v1
	kind: Policy
	metadata: {name: lab, tenant: acme}
	spec: {parentRef: root}
	---
	apiVersion: apnsctl/v1
	kind: Policy
	metadata: {name: kiosk, tenant: acme}
	spec: {parentRef: lab}
YAML
shop_commit "policies below"
activate acme && portal_create beta >/dev/null && put beta && run ||
	not_ok "both are Active" "$(cat "$T/out" "$T/err")"
cd "$T/repo" || exit 1
git fetch -q origin
topic=$(fact acme "o['topic']")
against() { # against NAME STATUS [OPTION…]
	name=$1
	want=$2
	shift 2
	exits "$name" "$want" "$APNSCTL" plan --offline --base origin/main "$@"
}
again() { git reset -q --hard && git clean -qfd; }

against "no change" 0 --detailed-exitcode
is "is nothing to do" "$(cat "$T/out")" "Nothing to do."
sed -i '1i # a comment moves all lines' tenants/*/*.yaml
against "lines that move" 0 --detailed-exitcode
is "are no change" "$(cat "$T/out")" "Nothing to do."
again

shop_tenant gamma
against "a new customer" 2 --detailed-exitcode
is "is told with what a person does then, and nobody else" "$(cat "$T/out")" "The controller would:
  + CreateKey:PushCertificate/gamma/push  (FirstCertificate)
      make a new private key
  + CreateRequest:PushCertificate/gamma/push  (FirstCertificate)
      make the request for a first certificate
      then: Create a Certificate at the portal with the Apple Account apple@gamma.example
Plan: 2 to do, 0 for a person, 0 blocked."
again

rm -r tenants/beta
against "a tenant that only the base has" 0
is "is archived with what it had" "$(grep '^  [+!?]' "$T/out")" "  + ArchiveObject:PushCertificate/beta/push  (Removed, Disruptive)
  + ArchiveObject:Tenant/beta  (Removed, Disruptive)"
against "what lint has against it and the controller does all the same" 0
contains "is said" "$(cat "$T/out")" "But lint finds 1 error in this change that the plan does not hold back: APN5010; run apnsctl lint with the same --base."
against "as Markdown" 0 --format markdown
contains "in its first words" "$(cat "$T/out")" "**apnsctl plan: 1 error of lint, 2 archived**"
contains "and with its rule" "$(cat "$T/out")" "does not hold back\\: APN5010; run apnsctl lint"
again
sed -i 's/apple@acme/new@acme/' tenants/acme/alias.yaml
against "what the plan holds back by the same rule" 5
lacks "is not told twice" "$(cat "$T/out")" "lint finds"
again

sed -i 's/name: push, tenant: acme/name: main, tenant: acme, previousNames: [push]/' tenants/acme/push.yaml
sed -i 's/certificateRef: push/certificateRef: main/' tenants/acme/policies.yaml
git mv tenants/acme/push.pem tenants/acme/main.pem
against "a rename" 0
is "keeps all but the name" "$(cat "$T/out")" "The controller would:
  + RenameObject:PushCertificate/acme/main  (Renamed)
      push is now called main; topic, keys and history stay
Plan: 1 to do, 0 for a person, 0 blocked."
sed -i 's/, previousNames: \[push\]//' tenants/acme/push.yaml
against "without previousNames it is another certificate" 4
is "for which devices re-enrol one day" "$(head -n 2 "$T/out")" "Devices must be enrolled again:
  ! 3 policies of tenant acme change their certificate: every device below must re-enrol: kiosk, lab, root (as soon as the new certificate has a topic)"
again

git mv tenants/beta tenants/delta
sed -i 's/tenant: beta/tenant: delta/; s/name: beta}/name: delta}/' tenants/delta/*.yaml
against "a tenant with another name and no previousNames" 4
contains "the old one goes" "$(cat "$T/out")" "+ ArchiveObject:Tenant/beta"
contains "and the new one does not get its certificate" "$(cat "$T/out")" "(Misfiled)"
sed -i 's/name: delta}/name: delta, previousNames: [beta]}/' tenants/delta/tenant.yaml
against "a renamed tenant" 0
is "keeps all but the name" "$(cat "$T/out")" "The controller would:
  + RenameObject:Tenant/delta  (Renamed)
      tenant beta is now called delta; its certificates, topics, keys, requests and history stay
Plan: 1 to do, 0 for a person, 0 blocked."
mkdir "$T/empty"
against "where nothing is published" 0 --status "$T/empty"
contains "it is the same" "$(cat "$T/out")" "+ RenameObject:Tenant/delta"
again

# The certificate of three policies is taken away: none acknowledges it.
sed -i '/^---/,$d' tenants/acme/policies.yaml
against "an assignment is removed" 5 -o json
is "the blast radius names all that inherit" "$(python3 -c 'import json,sys; print(json.load(sys.stdin)["reEnrol"])' <"$T/out")" \
	"[{'tenant': 'acme', 'state': 'Blocked', 'policies': ['kiosk', 'lab', 'root']}]"
against "as text" 5
is "it comes first" "$(head -n 5 "$T/out")" "Devices must be enrolled again:
  ! 3 policies of tenant acme change their certificate: every device below must re-enrol: kiosk, lab, root (refused: the manifests do not acknowledge it)
Blocked:
  ! ReassignPolicy:Policy/acme/kiosk  (EffectiveTopicLost, Destructive)
      the topic of this policy goes from $topic to none: every device of it must be enrolled again; acknowledge it with allowReenrol naming both"
sed -i "s/^spec: {}/spec: {allowReenrol: {from: $topic, to: None, reason: moved away}}/" tenants/acme/policies.yaml
against "acknowledged" 0
is "it would happen" "$(head -n 3 "$T/out")" "Devices must be enrolled again:
  ! 3 policies of tenant acme change their certificate: every device below must re-enrol: kiosk, lab, root
The controller would:"
git commit -qam "taken away" && git push -q origin HEAD:main
sed -i "s/moved away/moved away at last/" tenants/acme/policies.yaml
against "what the base plans already" 0 --detailed-exitcode
is "is not told again" "$(cat "$T/out")" "Nothing to do."
git checkout -q HEAD~1 -- tenants/acme
against "taking it back" 0 --detailed-exitcode
is "is what is no longer planned" "$(cat "$T/out")" "No longer planned:
  - ReassignPolicy:Policy/acme/kiosk  (EffectiveTopicLost)
  - ReassignPolicy:Policy/acme/lab  (EffectiveTopicLost)
  - ReassignPolicy:Policy/acme/root  (EffectiveTopicLost)
Nothing to do."
git commit -qam "given back" && git push -q origin HEAD:main

edit_topic() { sed -i 's/^  topic: .*/  topic: com.apple.mgmt.External.00000000-0000-0000-0000-000000000000/' "tenants/$1/push.yaml"; }
edit_topic acme
against "an edited topic" 5
contains "changes all policies that have it" "$(cat "$T/out")" "3 policies of tenant acme change their certificate: every device below must re-enrol: kiosk, lab, root (refused: the manifests do not acknowledge it)"
exits "also where nothing is published" 5 "$APNSCTL" plan --offline --base origin/main --status "$T/empty"
again

# What was blocked and broken before is not the change's fault.
edit_topic beta
git commit -qam "a mistake" && git push -q origin HEAD:main
shop_tenant gamma
against "beside an old mistake" 2 --detailed-exitcode
lacks "it is not told" "$(cat "$T/out")" beta
again

# A customer whose files stay the same is not planned again, unless somebody names its topic now.
brings() { sed -i 's/^  topic: .*/  topic: com.apple.mgmt.External.11111111-1111-1111-1111-111111111111/' "tenants/$1/push.yaml"; }
shop_tenant gamma && brings gamma
git add -A && git commit -qm "gamma brings a topic" && git push -q origin HEAD:main
shop_tenant omega
against "beside a topic that nobody else names" 2 --detailed-exitcode
lacks "its owner is not told" "$(cat "$T/out")" gamma
brings omega
against "the topic of a customer who is the same" 5
contains "is refused to who came now" "$(cat "$T/out")" "PushCertificate/omega/push"
contains "and to the other one" "$(cat "$T/out")" "! CreateRequest:PushCertificate/gamma/push  (TopicClaimed)"
mv "$T/out" "$T/tree"
git add -A && git commit -qm "omega names it too"
against "by a revision" 5 --rev HEAD
is "it is the same plan" "$(cat "$T/out")" "$(cat "$T/tree")"
git reset -q --hard HEAD~1
again

# What all share.
sed -i 's/email: sam@msp.example/&, until: 31.12.2026/' organization.yaml
against "an error in the files that all share" 4
is "is told once, with file and line" "$(grep -A1 '^Errors in the shared' "$T/out")" "Errors in the shared manifests, nothing that depends on them is written:
  ! organization.yaml:8: until is \"31.12.2026\", which is not a date; write year, month and day, such as 2026-11-24"
is "in the document too" "$("$APNSCTL" plan --offline --base origin/main -o json 2>/dev/null | python3 -c 'import json,sys
print([(s["file"], s["line"]) for s in json.load(sys.stdin)["shared"]])')" "[('organization.yaml', 8)]"
against "as Markdown" 4 --format markdown
contains "it stands before the tenants" "$(cat "$T/out")" "### Shared manifests

They have errors: nothing that depends on them is written.

- organization\\.yaml\\:8\\: until is"
git commit -qam "a mistake for all" && git push -q origin HEAD:main
shop_tenant omicron
against "which the base has too" 4
lacks "is not told again" "$(cat "$T/out")" "Errors in the shared"
git rm -qf organization.yaml
against "no Organization" 3
git reset -q --hard HEAD~1 && git clean -qfd && git push -qf origin HEAD:main

# Which base.
git checkout -q -b work HEAD~1
shop_tenant gamma && git add -A && git commit -qm gamma
git checkout -q main && shop_tenant omega && git add -A && git commit -qm omega && git push -q origin main
git checkout -q work
exits "a base that has gone on" 0 "$APNSCTL" plan --offline --base origin/main -o json
lacks "what it gained is not removed by this change" "$(cat "$T/out")" omega
contains "what this branch has is" "$(cat "$T/out")" "CreateKey:PushCertificate/gamma/push"
contains "and the base is where they parted" "$(cat "$T/out")" "\"baseRevision\": \"$(git merge-base work origin/main)\""
is "which is said" "$(cat "$T/err")" "apnsctl: origin/main has gone on: compared with $(git merge-base work origin/main | cut -c1-12), where this branch left it"
exits "a base that does not exist" 7 "$APNSCTL" plan --offline --base nowhere
is "says what to do" "$(cat "$T/err")" "apnsctl: --base: there is no revision nowhere in $T/repo/.git/; when it is on the server only, fetch it first"
git clone -q --depth 1 "file://$T/remote.git" "$T/shallow"
cd "$T/shallow" || exit 1
exits "a base beyond the end of a shallow clone" 7 "$APNSCTL" plan --offline --base HEAD~1
is "has its cure" "$(cat "$T/err")" "apnsctl: --base: there is no revision HEAD~1 in $T/shallow/.git/; the clone is shallow: run git fetch --unshallow origin, and in CI check out with fetch-depth: 0"
git fetch -q --depth 1 origin apnsctl-status:refs/remotes/origin/apnsctl-status
git fetch -q --depth 1 "file://$T/repo" work:work
exits "two ends without their history" 0 "$APNSCTL" plan --offline --base origin/main --rev work -o json
contains "say that they mislead" "$(cat "$T/err")" "the history between origin/main and the head is not here, so what origin/main has gained meanwhile looks like removed: run git fetch --unshallow origin, and in CI check out with fetch-depth: 0"
git fetch -q --depth 3 "file://$T/repo" work:work main:refs/remotes/origin/main
exits "a shallow clone with enough of it" 0 "$APNSCTL" plan --offline --base origin/main --rev work -o json
contains "finds where they parted" "$(cat "$T/out" "$T/err")" "compared with $(git -C "$T/repo" merge-base work main | cut -c1-12)"

# A gate looks at the whole plan of the head: it may close over steps of customers who are the same.
cd "$T/repo" && git checkout -qf main || exit 1
mkdir -p "$T/known/tenants"
for c in c01 c02 c03 c04 c05 c06 c07 c08 c09 c10 c11 c12; do
	shop_tenant "$c" "com.apple.mgmt.External.00000000-0000-0000-0000-0000000000${c#c}"
	status_file tenants/acme.json | sed "s/acme/$c/g; s/com\.apple\.mgmt\.External\.[-0-9a-f]*/com.apple.mgmt.External.00000000-0000-0000-0000-0000000000${c#c}/g" >"$T/known/tenants/$c.json"
done
rm -rf tenants/[a-b]* tenants/gamma tenants/omega
leave() { rm "tenants/$1/push.yaml" && sed -i '/^---/,$d' "tenants/$1/policies.yaml"; }
leave c01 && leave c02 && leave c04
git add -A && git commit -qm "three certificates of twelve go"
leave c03
exits "another one goes, which is too many" 5 "$APNSCTL" plan --offline --base HEAD --status "$T/known" -o json
is "all of them are held, in their order" "$(python3 -c 'import json,sys
print(*[s["object"]["tenant"] for s in json.load(sys.stdin)["steps"] if s.get("gate") == "ChangeLimit"])' <"$T/out")" "c01 c02 c03 c04"

mkdir "$T/none"
cp -r "$T/repo/organization.yaml" "$T/repo/tenants" "$T/repo/servers" "$T/none"
cd "$T/none" || exit 1
exits "no repository at all" 7 "$APNSCTL" plan --offline --base HEAD
finish

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A pull request that takes the policies of a customer away, or their certificate, in silence: lint
# and plan say that the devices would have to be enrolled again.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme || exit 1
activate acme || not_ok "acme is Active" "$(cat "$T/out" "$T/err")"
cd "$T/repo" || exit 1
git fetch -q origin
topic=$(fact acme "o['topic']")
sed -i "s/topic: New/topic: $topic/" tenants/acme/push.yaml
shop_commit "pinned"
again() { git checkout -qf main && git reset -q --hard && git clean -qfd; }

# strands NAME: lint has this error, and the plan tells the policy first.
strands() {
	"$APNSCTL" lint --base origin/main --format concise >"$T/out" 2>"$T/err"
	is "$1: lint" "$?:$(grep 'error:' "$T/out")" "3:tenants/acme/tenant.yaml:3:18: error: with policy root of tenant acme the last one with the topic $topic (push) is gone, and all devices that are enrolled with it would have to be enrolled again; put back what is gone, or, when that is meant, first take only the assignment away, with allowReenrol: {from: $topic, to: None} [APN5003 effective-certificate-changed]"
	"$APNSCTL" plan --offline --base origin/main >"$T/out" 2>"$T/err"
	contains "$1: plan" "$(cat "$T/out")" "1 policy of tenant acme changes its certificate: every device below must re-enrol: root (it is gone, and nothing has its topic any more)"
	contains "$1: plan does not contradict lint" "$(cat "$T/out")" "But lint finds 1 error"
	again
}

git rm -q tenants/acme/policies.yaml
strands "policies without a trace"
git rm -q tenants/acme/policies.yaml tenants/acme/push.yaml tenants/acme/push.pem
strands "with their certificate"
git rm -q tenants/acme/policies.yaml
sed -i "s/^spec:$/spec:\n  offboarding: {lastDay: 2030-01-31}/" tenants/acme/tenant.yaml
strands "with an offboarding that the same change brings"
sed -i 's/name: root/name: root2/; s/policyRef: root/policyRef: root2/; s/certificateRef: push/certificateRef: push9/' tenants/acme/policies.yaml
sed -e 's/name: push/name: push9/' -e "s/topic: .*/topic: New/" tenants/acme/push.yaml >tenants/acme/push9.yaml
strands "another name with another certificate"
git rm -q tenants/acme/push.yaml tenants/acme/push.pem
sed -i 's/name: root/name: root2/; s/policyRef: root/policyRef: root2/; s/certificateRef: push/certificateRef: push9/' tenants/acme/policies.yaml
git show HEAD:tenants/acme/push.yaml | sed -e 's/name: push/name: push9/' -e "s/topic: .*/topic: New/" >tenants/acme/push9.yaml
strands "and without the old one"

sed -i 's/name: root/name: root2/; s/policyRef: root/policyRef: root2/' tenants/acme/policies.yaml
exits "another policy with the same certificate" 0 "$APNSCTL" lint --base origin/main
"$APNSCTL" plan --offline --base origin/main >"$T/out" 2>"$T/err"
lacks "strands nobody" "$(cat "$T/out")" "re-enrol"
again

# A second certificate from nothing, for the same devices.
sed -i "s/  topic: .*/  topic: New\n  certificateFile: new.pem\n  allowTopicChange: {from: $topic, to: New, reason: the account is lost}/" tenants/acme/push.yaml
"$APNSCTL" plan --offline --base HEAD >"$T/out" 2>"$T/err"
contains "a new topic that is acknowledged is told before it is there" "$(cat "$T/out")" \
	"1 policy of tenant acme changes its certificate: every device below must re-enrol: root (as soon as the new certificate has a topic)"
again

# In two steps, as the message says.
sed -i '/^---/,$d' tenants/acme/policies.yaml
sed -i "s/spec: {}/spec: {allowReenrol: {from: $topic, to: None, reason: the contract ends, approvedBy: [alex]}}/" tenants/acme/policies.yaml
exits "an acknowledged end" 0 "$APNSCTL" lint --base origin/main
shop_commit "the end is acknowledged"
runs "is applied" 0 reconcile
git fetch -q origin
git rm -q tenants/acme/policies.yaml
exits "after which the policies can go" 0 "$APNSCTL" lint --base origin/main
again

finish

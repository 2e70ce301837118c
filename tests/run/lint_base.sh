#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint --base: what a pull request changes, with the status branch at hand and without it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
activate acme || not_ok "acme is Active" "$(cat "$T/out" "$T/err")"
cd "$T/repo" || exit 1
git fetch -q origin
topic=$(fact acme "o['topic']")
other=com.apple.mgmt.External.11111111-2222-3333-4444-555555555555
sed -i "s/topic: New/topic: $topic/" tenants/acme/push.yaml
cat >>tenants/acme/policies.yaml <<YAML
---
apiVersion: apnsctl/v1
kind: Policy
metadata: {name: lab, tenant: acme}
spec: {parentRef: root, displayName: Lab}
YAML
git commit -qam "pinned"
git tag base

# changes NAME LINES [OPTION…]: exactly these findings (without notes), from the base tag
changes() {
	n=$1 want=$2
	shift 2
	"$APNSCTL" lint --base base --format concise "$@" >"$T/out" 2>"$T/err"
	status=$?
	is "$n" "$(grep -v ': note: ' "$T/out")" "$want"
	is "$n: status" "$status" "$([ -n "$want" ] && echo 3 || echo 0)"
}
since() { date -u -d "$(openssl x509 -in "$1" -noout -startdate | cut -d= -f2)" +%FT%TZ; }
again() { git checkout -qf base -- . && git clean -qfd && git reset -q --hard base; }

changes "nothing changed, nothing is told" ""

sed -i "s/topic: $topic/topic: $other/" tenants/acme/push.yaml
git rm -q --cached tenants/acme/push.pem
rm tenants/acme/push.pem
line=$(grep -n 'topic:' tenants/acme/push.yaml | cut -d: -f1)
changes "another topic" "tenants/acme/push.yaml:$line:10: error: the topic goes from $topic to $other, and every device of 2 policies would have to be enrolled again; go back to $topic, or acknowledge both with allowTopicChange [APN5001 topic-changed]"
cat >>tenants/acme/push.yaml <<YAML
  allowTopicChange: {from: $topic, to: $other, reason: the account is lost, approvedBy: [alex]}
YAML
changes "another topic, acknowledged" ""
again

sed -i "s/topic: $topic/topic: New/" tenants/acme/push.yaml
rm tenants/acme/push.pem
changes "New again" "tenants/acme/push.yaml:$line:10: error: the topic goes from $topic to New, which means that Apple has never issued one; nothing but the controller's own records would know it any more, so write $topic again, or acknowledge both with allowTopicChange [APN5001 topic-changed]"
again

rm tenants/acme/push.pem
changes "the certificate's file is gone" "tenants/acme/push.yaml:$line:10: error: tenants/acme/push.pem is gone, and it had the certificate of this topic, valid until $(date -u -d "$(openssl x509 -in "$T/acme.pem" -noout -enddate | cut -d= -f2)" +%F); put it back, a renewal replaces it [APN5007 certificate-removed]"
again

sed -i 's/appleId: .*/appleId: new@acme.example/' tenants/acme/alias.yaml
changes "another Apple Account" "tenants/acme/alias.yaml:5:12: error: the certificates of this alias belong to the Apple Account (Apple ID) apple@acme.example and can only be renewed there; when it is the same account with a new address, write accountMove: {from: apple@acme.example} [APN5008 account-changed]"
echo '  accountMove: {from: apple@acme.example, appleCase: "102", date: 2026-11-01}' >>tenants/acme/alias.yaml
changes "another address of the same account" ""
again

cat >>tenants/acme/push.yaml <<YAML
---
apiVersion: apnsctl/v1
kind: PushCertificate
metadata: {name: second, tenant: acme}
spec: {appleIdRef: apple, topic: $other}
YAML
sed -i 's/certificateRef: push/certificateRef: second/' tenants/acme/policies.yaml
changes "another certificate takes effect" "tenants/acme/policies.yaml:9:24: error: the effective topic goes from $topic (push) to $other, and every device of 2 policies (lab, root) would have to be enrolled again; take the change back, or acknowledge it with allowReenrol: {from: $topic, to: $other} [APN5003 effective-certificate-changed]"
sed -i "s/policyRef: root}/policyRef: root, allowReenrol: {from: $topic, to: $other, reason: new, approvedBy: [sam]}}/" tenants/acme/policies.yaml
changes "acknowledged by the assignment" ""
again

sed -i 's/parentRef: root, //' tenants/acme/policies.yaml
changes "a policy leaves its tree" "tenants/acme/policies.yaml:13:18: error: the effective topic goes from $topic (push) to None, and every device of 1 policy (lab) would have to be enrolled again; take the change back, or acknowledge it with allowReenrol: {from: $topic, to: None} [APN5003 effective-certificate-changed]"
again

sed -i 's/{name: push, /{name: pushed, /; $a\  certificateFile: push.pem' tenants/acme/push.yaml
sed -i 's/certificateRef: push/certificateRef: pushed/' tenants/acme/policies.yaml
changes "a rename that is not told" "tenants/acme/push.yaml:3:18: error: PushCertificate push is gone, and this one has its topic; for a rename write metadata.previousNames: [push], so that its history stays [APN5009 renamed-silently]"
sed -i 's/{name: pushed, /{name: pushed, previousNames: [push], /' tenants/acme/push.yaml
changes "a rename" ""
again

git mv tenants/acme tenants/zeta
sed -i 's/tenant: acme/tenant: zeta/; s/{name: acme}/{name: zeta}/' tenants/zeta/*.yaml
changes "a customer that is renamed" "tenants/zeta/tenant.yaml:3:18: error: tenant acme is gone, and this one has its topic $topic; for a rename write metadata.previousNames: [acme], so that keys, requests and history stay [APN5009 renamed-silently]"
sed -i 's/{name: zeta}/{name: zeta, previousNames: [acme]}/' tenants/zeta/tenant.yaml
changes "and says so" ""
again

git rm -rq tenants/acme
changes "a customer that leaves" "tenants/acme/tenant.yaml: error: tenant acme is gone while devices may be enrolled with the topic $topic of its certificate push; put it back, and write spec.offboarding with the last day into its Tenant in a revision before the one that removes it [APN5010 removed-in-use]"
again
echo '  offboarding: {lastDay: 2026-12-31, handoverTo: another provider}' >>tenants/acme/tenant.yaml
git commit -qam "acme leaves" && git tag -f base >/dev/null
git rm -rq tenants/acme
changes "a customer whose leaving was announced" ""
again
git reset -q --hard base~1 && git tag -f base >/dev/null

sed -i 's/name: apple,/name: apfel,/' tenants/acme/alias.yaml
changes "what is still needed is removed" 'tenants/acme/push.yaml:5:15: error: there is no AppleIDAlias "apple" in tenants/acme/ or accounts/; did you mean "apfel"? [APN2003 missing-reference]'
"$APNSCTL" lint --base base >"$T/out" 2>&1
contains "with the place where it was" "$(cat "$T/out")" "tenants/acme/alias.yaml:3:18: it stood here in the base revision"
again

echo '  protection: Protected' >>tenants/acme/push.yaml
git commit -qam "protected" && git tag -f base >/dev/null
rm tenants/acme/push.*
sed -i '/^---/,$d' tenants/acme/policies.yaml
changes "a protected certificate is removed" "tenants/acme/policies.yaml:3:18: error: the effective topic goes from $topic (push) to None, and every device of 1 policy (root) would have to be enrolled again; take the change back, or acknowledge it with allowReenrol: {from: $topic, to: None} [APN5003 effective-certificate-changed]
tenants/acme/tenant.yaml:3:18: warning: tenant acme has no PushCertificate; add one with topic: New, or with the topic of the certificate that the customer has [APN2016 tenant-without-certificate]
tenants/acme/tenant.yaml:3:18: error: the certificate push is gone, and it was protected; put it back, take \`protection\` out, and remove it in a revision after that [APN5006 protected]"
again
git reset -q --hard base~1 && git tag -f base >/dev/null

# An older certificate.
runs "the renewal is due" 0 reconcile --now "$(at 475200)"
portal_renew acme >/dev/null
cp tenants/acme/push.pem "$T/first.pem"
cp "$T/acme.pem" tenants/acme/push.pem
changes "a renewal" ""
git commit -qam "renewed" && git tag -f base >/dev/null
cp "$T/first.pem" tenants/acme/push.pem
changes "an older certificate" "tenants/acme/push.pem: error: this certificate is from $(since "$T/first.pem") and would replace the one from $(since "$T/acme.pem"); put the newer one back [APN5002 rolled-back]"
again

# Only what is new.
sed -i 's/topic: New/topik: New/' tenants/beta/push.yaml
git commit -qam "broken already" && git tag -f base >/dev/null
sed -i '1i # a line' tenants/beta/push.yaml
sed -i 's/appleId: .*/appleId: new@acme.example/' tenants/acme/alias.yaml
changes "what the base has as well is not new" "tenants/acme/alias.yaml:5:12: error: the certificates of this alias belong to the Apple Account (Apple ID) apple@acme.example and can only be renewed there; when it is the same account with a new address, write accountMove: {from: apple@acme.example} [APN5008 account-changed]" --new
exits "--new alone means nothing" 64 "$APNSCTL" lint --new
is "and says why" "$(head -n 1 "$T/err")" "apnsctl lint: --new needs --base REV"
again

# The base has gone on since the branch left it.
git checkout -q -B trunk base
git commit -q --allow-empty -m "trunk"
shop_tenant gamma
git add -A && git commit -qm "gamma joins" && git tag -f ahead >/dev/null
git checkout -q -B topic base
again
"$APNSCTL" lint --base ahead --new --format concise >"$T/out" 2>"$T/err"
is "what the base has gained is not removed by a branch" "$?:$(grep -v ': note: ' "$T/out")" "0:"
contains "and the commit that counts is named" "$(cat "$T/err")" "apnsctl: ahead has gone on: compared with $(git rev-parse --short=12 base), where this branch left it"
git clone -q --depth 1 --branch topic "file://$T/repo" "$T/shallow" && git -C "$T/shallow" fetch -q --depth 1 origin tag ahead
(cd "$T/shallow" && "$APNSCTL" lint --base ahead -o json >"$T/out" 2>"$T/err")
contains "in a shallow clone that is not known, and it says so" "$(cat "$T/out")" '"code": "merge-base"'
contains "with the cure" "$(cat "$T/out" "$T/err")" "run git fetch --unshallow origin, and in CI check out with fetch-depth: 0"
git checkout -qf main

# Where the base is looked for.
exits "a base that is not there" 7 "$APNSCTL" lint --base nowhere
is "names the cure" "$(cat "$T/err")" "apnsctl: --base: there is no revision nowhere in $T/repo/.git/; when it is on the server only, fetch it first"
git update-ref -d refs/remotes/origin/apnsctl-status
git checkout -q base~1 -- tenants/beta
sed -i "s/topic: $topic/topic: $other/" tenants/acme/push.yaml
rm tenants/acme/push.pem
changes "without a status branch the file of the base still counts" "tenants/acme/push.yaml:$line:10: error: the topic goes from $topic to $other, and every device of 2 policies would have to be enrolled again; go back to $topic, or acknowledge both with allowTopicChange [APN5001 topic-changed]"
"$APNSCTL" lint --base base -o json >"$T/out" 2>/dev/null
contains "and what is skipped is said" "$(cat "$T/out")" "published-pins"
git commit -qam "head" 
git clone -q --bare . "$T/bare.git"
exits "from a bare repository" 3 "$APNSCTL" lint "$T/bare.git" --rev main --base base --format concise
contains "the same" "$(cat "$T/out")" "APN5001"
finish

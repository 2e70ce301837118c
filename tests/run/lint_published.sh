#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint with the status branch at hand: certificate files that the controller would refuse.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../apple.sh"
. "$(dirname "$0")/../shop.sh"
S=$T/sim
shop_start acme beta || exit 1
activate acme || not_ok "acme is Active" "$(cat "$T/out" "$T/err")"
cd "$T/repo" || exit 1
git fetch -q origin
topic=$(fact acme "o['topic']")
acme_file=$T/acme.pem
sed -i "s/topic: New/topic: $topic/" tenants/acme/push.yaml
git commit -qam "pinned"

# finds NAME WANTED: exactly these findings, without the notes that each customer here has.
finds() {
	"$APNSCTL" lint --format concise >"$T/out" 2>"$T/err"
	is "$1" "$(grep -v 'APN3009\|APN4010' "$T/out")" "$2"
}
again() { git checkout -qf main && git clean -qfd && git reset -q --hard main; }

finds "what is in force is not refused" ""
portal_create beta >/dev/null
cp "$T/beta.pem" tenants/beta/push.pem
finds "the answer to the request is only not pinned yet" "tenants/beta/push.yaml:6:10: warning: the topic is New while tenants/beta/push.pem is there; write its topic, so that it can only be renewed and never be created again [APN4004 unpinned-topic]"

cp "$acme_file" tenants/beta/push.pem
finds "another customer's certificate is one finding, at the file that is wrong" "tenants/beta/push.yaml:6:10: error: by what the status branch says, the certificate belongs to PushCertificate/acme/push; move it to the folder of PushCertificate/acme/push; the file for PushCertificate/beta/push is another one [APN4015 refused-certificate]"
sed -i "s/topic: New/topic: $topic/" tenants/beta/push.yaml
"$APNSCTL" lint --format concise >"$T/out" 2>"$T/err"
contains "also where its topic was taken over as well" "$(cat "$T/out")" "tenants/beta/push.pem: error: by what the status branch says, the certificate belongs to PushCertificate/acme/push;"
again

"$APPLESIM" portal renew --state "$T/sim" --account apple@acme.example --topic "$topic" \
	--request "$T/beta.plist" --out "$T/wrong-row.pem" >/dev/null || not_ok "the portal takes it" ""
cp "$T/wrong-row.pem" tenants/beta/push.pem
request=$(request_file beta)
finds "a request that was uploaded to the wrong row" "tenants/beta/push.yaml:6:10: error: by what the status branch says, the key is that of PushCertificate/beta/push, but the topic is that of PushCertificate/acme/push: the request was uploaded to the wrong row of the portal; do not revoke anything; first renew the row of PushCertificate/acme/push with its own file, then at the portal choose Create a Certificate and upload the same file $request [APN4015 refused-certificate]"
again

# A customer who was taken over: the topic is right, the key is with the former provider.
new_key "$T/former.key" && upload "$T/former.key" "$T/former.plist"
"$APPLESIM" portal create --state "$T/sim" --account apple@gamma.example --request "$T/former.plist" \
	--out "$T/former.pem" >"$T/out" 2>&1 || not_ok "a certificate of the former provider" "$(cat "$T/out")"
former=$(openssl x509 -in "$T/former.pem" -noout -subject -nameopt multiline | sed -n 's/ *userId *= //p')
shop_tenant gamma "$former"
cp "$T/former.pem" tenants/gamma/push.pem
shop_commit "gamma was taken over"
run
git fetch -q origin
finds "is a note with the file to renew with" "tenants/gamma/push.pem: note: by what the status branch says, nobody here holds the key of the certificate; renew it in its row with the file $(request_file gamma), whose key is held here [APN4015 refused-certificate]"
again

# The topic against the pin, with a file or without.
plan() { "$APNSCTL" plan --offline --base main >"$T/out" 2>"$T/err"; }
other=com.apple.mgmt.External.00000000-0000-0000-0000-000000000000
rm tenants/gamma/push.pem tenants/acme/push.pem
sed -i "s/topic: $topic/topic: $other/" tenants/acme/push.yaml
finds "another topic than the pin, and no file" "tenants/acme/push.yaml:6:10: error: the topic is $other, but the status branch says that this certificate has $topic, and every device would have to be enrolled again; go back to $topic, or acknowledge both with allowTopicChange [APN5001 topic-changed]"
plan
contains "is what the plan blocks" "$(cat "$T/out")" "ChangeTopic:PushCertificate/acme/push"
exits "with --base it is told once" 3 "$APNSCTL" lint --base main --format concise
is "by the rule of the change" "$(grep -c APN5001 "$T/out")" 1
sed -i "s/^  topic: .*/&\n  allowTopicChange: {from: $topic, to: $other, reason: split}/" tenants/acme/push.yaml
finds "acknowledged it is none" ""
again
rm tenants/gamma/push.pem tenants/acme/push.pem
sed -i "s/topic: $topic/topic: New/" tenants/acme/push.yaml
finds "New over a pin that the controller has" "tenants/acme/push.yaml:6:10: warning: the topic is New, but the status branch says that this certificate has $topic: that one is renewed, and only the controller knows it; write it here [APN4004 unpinned-topic]"
plan
lacks "changes nothing" "$(cat "$T/out")" acme
"$APNSCTL" lint --base main --format concise >"$T/out" 2>"$T/err"
contains "but for what Git knows" "$(cat "$T/out")" "tenants/acme/push.yaml:6:10: error: the topic goes from $topic to New, which means that Apple has never issued one; nothing but the controller's own records would know it any more, so write $topic again, or acknowledge both with allowTopicChange [APN5001 topic-changed]"
"$APNSCTL" lint --fix >/dev/null 2>&1
contains "the edit pins it" "$(cat tenants/acme/push.yaml)" "topic: $topic"
again
# Names that change.
git mv tenants/acme tenants/zeta
sed -i 's/tenant: acme/tenant: zeta/; s/{name: acme}/{name: zeta, previousNames: [acme]}/' tenants/zeta/*.yaml
rm tenants/gamma/push.pem
finds "a customer keeps its certificate under another name" ""
again
git mv tenants/acme tenants/zeta
sed -i 's/tenant: acme/tenant: zeta/; s/{name: acme}/{name: zeta}/' tenants/zeta/*.yaml
rm tenants/gamma/push.pem
finds "but has to say so" "tenants/zeta/push.yaml:3:18: error: tenants/zeta/push.pem was published for PushCertificate/acme/push, which is gone; for a rename write metadata.previousNames: [acme] into the Tenant, so that its history stays [APN5009 renamed-silently]"
again
sed -i 's/{name: push, /{name: pushed, /; $a\  certificateFile: push.pem' tenants/acme/push.yaml
sed -i 's/certificateRef: push/certificateRef: pushed/' tenants/acme/policies.yaml
rm tenants/gamma/push.pem
finds "as a certificate has to" "tenants/acme/push.yaml:3:18: error: tenants/acme/push.pem was published for PushCertificate/acme/push, which is gone; for a rename write metadata.previousNames: [push] into the PushCertificate, so that its history stays [APN5009 renamed-silently]"
again
rm tenants/gamma/push.pem
git mv tenants/acme/push.pem tenants/beta/moved.pem
git mv tenants/acme/push.yaml tenants/beta/moved.yaml
sed -i 's/{name: push, tenant: acme}/{name: moved, tenant: beta, previousNames: [acme\/push]}/' tenants/beta/moved.yaml
sed -i '/^---/,$d' tenants/acme/policies.yaml
finds "and under another customer" "tenants/acme/tenant.yaml:3:18: warning: tenant acme has no PushCertificate; add one with topic: New, or with the topic of the certificate that the customer has [APN2016 tenant-without-certificate]"
again

git update-ref -d refs/remotes/origin/apnsctl-status
cp "$acme_file" tenants/beta/push.pem && rm tenants/acme/push.pem
"$APNSCTL" lint --format concise >"$T/out" 2>"$T/err"
contains "without a status branch that is not checked, which is said" "$(cat "$T/err" "$T/out")" "the status branch is not here; run git fetch origin"
finish

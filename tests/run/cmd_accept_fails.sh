#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# accept is all or none: when a write fails half-way, what was written is put back. And certificates
# whose key a server holds, and one that starts over.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
run || not_ok "the first run" "$(cat "$T/err")"
cd "$T/repo" || exit 1
git fetch -q origin
for t in acme beta; do portal_create $t || not_ok "the portal creates $t"; done
topic_of() { openssl x509 -in "$1" -noout -subject -nameopt multiline | sed -n 's/ *userId *= //p'; }
topic=$(topic_of "$T/acme.pem")

# Four files: two certificates, two manifests. Each rename fails once.
for n in 1 2 3 4; do
	exits "the write of file $n fails" 1 strace -f -o "$T/trace" -e trace=rename,renameat,renameat2 \
		-e inject=rename,renameat,renameat2:error=EIO:when=$n "$APNSCTL" accept "$T/acme.pem" "$T/beta.pem"
	contains "and is told ($n)" "$(cat "$T/err")" "Input/output error"
	contains "with what follows ($n)" "$(cat "$T/err")" "apnsctl: nothing was changed"
	is "all is as it was ($n)" "$(git status --short)" ""
done
exits "without faults they are accepted" 0 "$APNSCTL" accept "$T/acme.pem" "$T/beta.pem"
is "all four" "$(git status --short | wc -l)" 4

# A manifest that changed under the command's feet is not edited blindly.
git checkout -q . && rm tenants/*/push.pem
sed -i 's/topic: New/topic: &pin New/' tenants/beta/push.yaml
exits "a manifest with errors" 3 "$APNSCTL" accept "$T/acme.pem" "$T/beta.pem"
contains "they are told" "$(cat "$T/err")" "apnsctl: tenants/beta/push.yaml:6: "
is "nothing else is written" "$(git status --short)" " M tenants/beta/push.yaml"
printf 'spec: [\n' >tenants/beta/push.yaml
exits "one that can not be read" 3 "$APNSCTL" accept "$T/beta.pem"
contains "is told as well" "$(cat "$T/err")" "apnsctl: tenants/beta/push.yaml:1: "
is "and nothing is written" "$(git status --short)" " M tenants/beta/push.yaml"
exits "match" 5 "$APNSCTL" match "$T/beta.pem"
contains "says it too" "$(cat "$T/out")" "    its manifest has an error: tenants/beta/push.yaml:1: "
git checkout -q .

# The key is the server's: only the topic tells whose the certificate is.
cat >servers/manual.yaml <<-YAML
	apiVersion: apnsctl/v1
	kind: MDMServer
	metadata: {name: manual}
	spec: {type: Manual, tenants: ["*"]}
YAML
sed -i 's/name: nano/name: manual/' tenants/beta/tenant.yaml
sed -i "s/topic: New/topic: $(topic_of "$T/beta.pem")/" tenants/beta/push.yaml
git update-ref -d refs/remotes/origin/apnsctl-status
exits "a key that a server holds" 0 "$APNSCTL" accept "$T/beta.pem"
contains "needs no facts" "$(cat "$T/out")" "put at tenants/beta/push.pem"
cp "$T/acme.pem" tenants/beta/push.pem
exits "another topic is refused all the same" 5 "$APNSCTL" match tenants/beta/push.pem
contains "as another topic" "$(cat "$T/out")" "tenants/beta/push.pem: OtherTopic"
git checkout -q . && git clean -qfd
git fetch -q origin

# certificateFile in a folder that is not there yet.
sed -i 's|topic: New.*|topic: New\n  certificateFile: certificates/mdm.pem|' tenants/acme/push.yaml
exits "a folder is made" 0 "$APNSCTL" accept "$T/acme.pem"
exits "for the file" 0 cmp tenants/acme/certificates/mdm.pem "$T/acme.pem"
git checkout -q . && git clean -qfd

# A topic change to New: the word stays until the new certificate is in force.
put acme
run || not_ok "acme is taken in"
sed -i "s/topic: New.*/topic: New\n  allowTopicChange: {from: $topic, to: New, reason: the account is lost}/" tenants/acme/push.yaml
shop_commit "start over"
run || not_ok "a request for the new topic" "$(cat "$T/out" "$T/err")"
git fetch -q origin
portal_create acme || not_ok "the portal creates again"
exits "the second certificate is accepted" 0 "$APNSCTL" accept "$T/acme.pem"
contains "and New stays for now" "$(cat "$T/out")" "the topic stays New until the new certificate is in force"
is "only the certificate changes" "$(git status --short)" " M tenants/acme/push.pem"
put acme
run || not_ok "the new certificate is taken in" "$(cat "$T/out" "$T/err")"
is "the new topic is in force" "$(fact acme "o['phase'], o['topic'] == '$(topic_of "$T/acme.pem")'")" "Active True"
git fetch -q origin
exits "accepted again" 0 "$APNSCTL" accept "$T/acme.pem"
contains "the topic is pinned" "$(cat "$T/out")" "pinned the topic in tenants/acme/push.yaml:6"
finish

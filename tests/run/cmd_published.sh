#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is read back from a status branch: status and lint without a store, and branches that lie.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
ctl() { "$APNSCTL" --config "$T/ctl/apnsctl.yaml" "$@"; }
activate acme || not_ok "acme is Active" "$(cat "$T/out" "$T/err")"
cd "$T/repo" || exit 1

exits "status without store and branch" 1 "$APNSCTL" status
contains "says the cure" "$(cat "$T/err")" "run git fetch origin apnsctl-status"
git fetch -q origin
ctl status >"$T/from-store"
exits "status without a store" 0 "$APNSCTL" status
is "is the table of the store" "$(cat "$T/out")" "$(cat "$T/from-store")"
ctl status -o json >"$T/from-store"
exits "and as data" 0 "$APNSCTL" status -o json
is "the report of the store" "$(cat "$T/out")" "$(cat "$T/from-store")"
exits "of one tenant" 0 "$APNSCTL" status beta
is "it alone" "$(tail -n +2 "$T/out" | cut -d' ' -f1)" beta/push
exits "of one that is not there" 64 "$APNSCTL" status gamma
exits "of one that can be none" 64 "$APNSCTL" status ../acme
exits "from a bare repository's revision" 0 sh -c "cd '$T/remote.git' && '$APNSCTL' status --status apnsctl-status~1"
contains "as it was" "$(cat "$T/out")" "acme/push"

# A pair on its way is told with all that a later file is compared with.
git archive origin/apnsctl-status | tar -x --one-top-level="$T/copy"
forge() { # forge PYTHON : changes `d`, the status of acme
	git -C "$T/repo" show origin/apnsctl-status:tenants/acme.json | python3 -c "import json,sys
d=json.load(sys.stdin); o=d['objects'][0]
$1
print(json.dumps(d))" >"$T/copy/tenants/acme.json"
}
# refused NAME TEXT : status and match say what is wrong and where; status shows the others
refused() {
	exits "$1: status" 4 "$APNSCTL" status --status "$T/copy"
	is "$1: what and where" "$(cat "$T/err")" "apnsctl: status branch: tenants/acme.json: $2"
	is "$1: and the other customers" "$(tail -n +2 "$T/out" | cut -d' ' -f1)" beta/push
	exits "$1: match" 3 "$APNSCTL" match --status "$T/copy" "$T/acme.pem"
}
forge "d['tenant']='beta'"
refused "of another tenant" "it is no TenantStatus of acme"
forge "d['kind']='Plan'"
refused "of another kind" "it is no TenantStatus of acme"
printf '{"kind":"TenantStatus","tenant":"acme","kind":"TenantStatus"}' >"$T/copy/tenants/acme.json"
refused "a member twice" "line 1, column 45: duplicate object key near '\"kind\"'"
printf '{"kind":"TenantStatus","tenant":"acme","objects":[%s]}' "$(head -c 5000 /dev/zero | tr '\0' '[')" >"$T/copy/tenants/acme.json"
exits "nested too deeply" 4 "$APNSCTL" status --status "$T/copy"
python3 -c "print('{\"kind\":\"TenantStatus\",\"tenant\":\"acme\",\"objects\":' + '['*20 + ']'*20 + '}')" >"$T/copy/tenants/acme.json"
refused "nested" "the JSON is nested more than 16 deep"
printf '{"kind":"TenantStatus","tenant":"acme","n":1.5}' >"$T/copy/tenants/acme.json"
refused "a fraction" "the JSON holds a number that is no integer"
{
	head -c 4194304 /dev/zero | tr '\0' ' '
	git show origin/apnsctl-status:tenants/acme.json
} >"$T/copy/tenants/acme.json"
exits "a file of many certificates" 0 "$APNSCTL" status --status "$T/copy"
head -c 16777217 /dev/zero | tr '\0' ' ' >"$T/copy/tenants/acme.json"
refused "too large" "it is larger than 16 MiB"
: >"$T/copy/tenants/acme.json"
exits "empty" 4 "$APNSCTL" status --status "$T/copy"
forge "o['phase']=7; o['keys']='x'; o['renewal']=[1]; o['conditions']={'a': None}; o['servers']=[None]; o['policies']=[1]; o['next']=3"
exits "members of other types count as absent" 0 "$APNSCTL" request --status "$T/copy"
forge "o['name']='../../x'; o['tenant']='../x'"
exits "names that are none" 0 "$APNSCTL" explain --status "$T/copy" acme/push
lacks "are passed over" "$(cat "$T/out")" "in force"
forge "o['customer']='x'; o['displayName']='\\x1b[31mred'; o['next']['message']='\\x1b]0;x\\x07'"
exits "control characters" 0 "$APNSCTL" status --status "$T/copy"
is "never reach a terminal" "$(grep -c "$(printf '\033')" "$T/out")" 0
printf 'x' >"$T/copy/tenants/Not-A-Name.json"
ln -sf /etc/passwd "$T/copy/tenants/link.json"
forge "pass"
exits "files that are no tenant's are not read" 0 "$APNSCTL" status --status "$T/copy"

# What the branch leaves out is unknown.
forge "o['keys']=[]; o['phase']='None'"
exits "a branch that hides key and certificate" 5 "$APNSCTL" match --status "$T/copy" "$T/acme.pem"
contains "makes a certificate nobody's" "$(cat "$T/out")" "KeyUnknown"

# lint knows the published pins.
git archive origin/apnsctl-status | tar -x --one-top-level="$T/from-git"
exits "a New topic beside the certificate of the pin" 0 "$APNSCTL" lint --format concise
contains "is a warning" "$(cat "$T/out")" "warning: the topic is New while tenants/acme/push.pem is there"
lacks "and the pins were compared" "$(cat "$T/out")" "not checked"
topic=$(fact acme "o['topic']")
portal_create beta >/dev/null
cp "$T/beta.pem" tenants/acme/push.pem
other=$(openssl x509 -in "$T/beta.pem" -noout -subject -nameopt multiline | sed -n 's/ *userId *= //p')
exits "beside another one" 3 "$APNSCTL" lint -o json
is "it is an error at the topic, without the edit that would pin the wrong one" "$(python3 -c 'import json,sys
d=json.load(sys.stdin); f=[f for f in d["findings"] if f["level"]=="error"][0]
print(d["checksSkipped"], f["code"], f["file"], f["line"], f["column"], f["endColumn"], f["message"], f.get("fix"))' <"$T/out")" \
	"[] APN4003 tenants/acme/push.yaml 6 10 13 the topic is New and tenants/acme/push.pem has the topic $other, but the status branch says that this certificate has $topic; write that one here and take the file of its row, or acknowledge both with allowTopicChange None"
# A warning that is left out among many others hides no error.
sed -i "s/^metadata: .*/metadata: {name: push, tenant: acme, labels: {$(seq -s ', ' -f 'l%g: yes' 120)}}/" tenants/acme/push.yaml
"$APNSCTL" lint --format concise >"$T/out" 2>"$T/err"
is "an error is told behind a hundred warnings" "$?" 3
contains "in its words" "$(cat "$T/out")" "APN4003 other-topic"
sed -i "s/^metadata: .*/metadata: {name: push, tenant: acme}/" tenants/acme/push.yaml
printf '  allowTopicChange: {from: %s, to: New, reason: lost the account}\n' "$topic" >>tenants/acme/push.yaml
"$APPLESIM" portal create --state "$T/sim" --account apple@acme.example --request "$T/acme.plist" \
	--out tenants/acme/push.pem >/dev/null || not_ok "the portal takes the file again" ""
exits "unless both are acknowledged" 0 "$APNSCTL" lint
cp "$T/beta.pem" tenants/acme/push.pem
git show HEAD:tenants/acme/push.yaml >tenants/acme/push.yaml
exits "a branch can be named" 3 "$APNSCTL" lint --status "$T/from-git" -o json
exits "but has to be one" 64 "$APNSCTL" lint --status none
git update-ref -d refs/remotes/origin/apnsctl-status
exits "without a status branch lint goes on" 0 "$APNSCTL" lint -o json
is "and says what it did not check" "$(python3 -c 'import json,sys
print(json.load(sys.stdin)["checksSkipped"])' <"$T/out")" \
	"[{'code': 'published-pins', 'reason': 'topics against those that were published: the status branch is not here; run git fetch origin apnsctl-status:refs/remotes/origin/apnsctl-status, or name it with --status'}]"
finish

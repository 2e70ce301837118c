#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# match and accept: which request a download answers, and all files in their places or none.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
ctl() { "$APNSCTL" --config "$T/ctl/apnsctl.yaml" "$@"; }
run || not_ok "the first run" "$(cat "$T/err")"
cd "$T/repo" || exit 1
git fetch -q origin
CA="apnsctl: not checked: that Apple issued the file, beyond the issuer's name (the controller checks it with apple.caFile)"

# As a browser saves them: the same name with spaces for every customer.
mkdir "$T/downloads" "$T/empty"
for t in acme beta; do
	portal_create $t || not_ok "the portal creates $t"
	cp "$T/$t.pem" "$T/downloads/MDM_ Example MSP_Certificate ($t).pem"
done
topic=$(openssl x509 -in "$T/acme.pem" -noout -subject -nameopt multiline | sed -n 's/ *userId *= //p')
end=$(date -u -d "$(openssl x509 -in "$T/acme.pem" -noout -enddate | cut -d= -f2)" +%Y-%m-%d)
serial=$(openssl x509 -in "$T/acme.pem" -noout -serial | cut -d= -f2)

exits "a match needs no configuration" 0 "$APNSCTL" match "$T/acme.pem"
is "it is told whose it is" "$(cat "$T/out")" "$T/acme.pem: Matches
    PushCertificate/acme/push: the certificate answers the request
    topic $topic, serial $serial, until $end
    belongs at tenants/acme/push.pem"
is "and what was not checked" "$(cat "$T/err")" "$CA"
cd "$T" && ctl match "$T/acme.pem" >"$T/out" 2>"$T/err"
is "with the store, outside of the repository, all is checked" "$? $(head -n 1 "$T/out") $(cat "$T/err")" \
	"0 $T/acme.pem: Matches "
cd "$T/repo" || exit 1
exits "a folder" 0 "$APNSCTL" match -o json "$T/downloads"
is "as data, in the order of names" "$(python3 -c 'import json,sys
d=json.load(sys.stdin); print(d["kind"], [(f["file"].split("/")[-1], f["verdict"], f["tenant"], f["name"], f["placedAt"]) for f in d["files"]], [s["code"] for s in d["checksSkipped"]])' <"$T/out")" \
	"MatchReport [('MDM_ Example MSP_Certificate (acme).pem', 'Matches', 'acme', 'push', 'tenants/acme/push.pem'), ('MDM_ Example MSP_Certificate (beta).pem', 'Matches', 'beta', 'push', 'tenants/beta/push.pem')] ['issuer-chain']"
exits "a folder without certificates" 64 "$APNSCTL" match "$T/empty"
exits "a file that is not there" 64 "$APNSCTL" match "$T/nothing.pem"
exits "no file" 64 "$APNSCTL" match
is "match changes nothing" "$(git status --short)" ""

# verdict NAME FILE VERDICT PART-OF-TEXT [OPTIONS]
verdict() {
	n=$1 f=$2 v=$3 part=$4
	shift 4
	exits "$n: match refuses" 5 "$APNSCTL" "$@" match "$f"
	contains "$n: $v" "$(cat "$T/out")" "$f: $v"
	contains "$n: what and what to do" "$(cat "$T/out")" "$part"
	exits "$n: accept refuses" 5 "$APNSCTL" "$@" accept "$f"
	is "$n: nothing is changed" "$(git status --short)" ""
}
printf '<!DOCTYPE html><html><title>Sign in</title></html>\n' >"$T/login page.pem"
verdict "a sign-in page" "$T/login page.pem" Unreadable "sign in to the portal and download the certificate again"
openssl x509 -in "$T/acme.pem" -outform DER -out "$T/acme.cer"
verdict "DER" "$T/acme.cer" Unreadable "PushCertificate/acme/push: the file is a certificate in DER form"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/own.key" -out "$T/own.pem" -subj /CN=own -days 9 2>/dev/null
openssl pkcs12 -export -in "$T/own.pem" -inkey "$T/own.key" -passout pass:x -out "$T/own.p12"
verdict "PKCS#12" "$T/own.p12" Unreadable "never commit it"
verdict "no push certificate" "$T/own.pem" NotMDM "the certificate is no MDM push certificate"
verdict "the upload file" "$T/acme.plist" Unreadable "upload the request at the portal and save what it returns"
: >"$T/nothing"
verdict "an empty file" "$T/nothing" Unreadable "the file is empty"
upload_of_nobody() { # a push certificate whose key is held by nobody
	. "$ROOT/tests/apple.sh"
	S=$T/sim
	new_key "$T/foreign.key"
	upload "$T/foreign.key" "$T/foreign.up"
	"$APPLESIM" portal create --state "$T/sim" --account x@x.example --request "$T/foreign.up" \
		--out "$T/foreign.pem" >/dev/null
}
(upload_of_nobody)
verdict "nobody's key" "$T/foreign.pem" KeyUnknown "renew it in its row, with the upload file that the next run makes"
verdict "expired" "$T/acme.pem" NotInForce "renew it at the portal" --now 2030-01-01T00:00:00Z
exits "one bad file among good ones" 5 "$APNSCTL" accept "$T/downloads" "$T/foreign.pem"
is "and nothing is changed" "$(git status --short)" ""
contains "which is said" "$(cat "$T/err")" "nothing was changed: 1 of 3 files do not match"

# Two answers to one request.
"$APPLESIM" portal create --state "$T/sim" --account apple@acme.example --request "$T/acme.plist" \
	--out "$T/second.pem" >/dev/null
exits "two certificates for one place" 5 "$APNSCTL" accept "$T/acme.pem" "$T/second.pem"
contains "are for the user to choose" "$(cat "$T/err")" \
	"$T/acme.pem and $T/second.pem are two certificates for tenants/acme/push.pem"
is "none of them is put there" "$(git status --short)" ""

# The place of New is found, whatever stands around it, in quotes too.
printf '# Größe: ½ ✓\r\napiVersion: apnsctl/v1\nkind: PushCertificate\nmetadata: {name: push, tenant: beta}\nspec: {appleIdRef: apple, topic: "New"} # New\n' >tenants/beta/push.yaml
git commit -qam "other forms"
cp tenants/beta/push.yaml "$T/beta.yaml"
cp "$T/acme.pem" "$T/notes.txt"
sed 's/$/\r/' "$T/acme.pem" >"$T/downloads/crlf.pem"
rm "$T/downloads/MDM_ Example MSP_Certificate (acme).pem"
exits "accept" 0 "$APNSCTL" accept "$T/downloads"
is "says what it did and what comes next" "$(sed "s/until [0-9-]*/until DAY/" "$T/out")" \
	"$T/downloads/MDM_ Example MSP_Certificate (beta).pem: Matches
    PushCertificate/beta/push: the certificate answers the request
    put at tenants/beta/push.pem, good until DAY
    pinned the topic in tenants/beta/push.yaml:5: $(openssl x509 -in "$T/beta.pem" -noout -subject -nameopt multiline | sed -n 's/ *userId *= //p')
$T/downloads/crlf.pem: Matches
    PushCertificate/acme/push: the certificate answers the request
    put at tenants/acme/push.pem, good until DAY
    pinned the topic in tenants/acme/push.yaml:6: $topic

Next: look at the change, commit it and push it; the controller does the rest.
  git -C $T/repo add -- tenants/beta/push.pem tenants/beta/push.yaml tenants/acme/push.pem tenants/acme/push.yaml
  git -C $T/repo commit -m 'Put push certificates in place'"
is "the file is one clean block" "$(cat tenants/acme/push.pem)" "$(openssl x509 -in "$T/acme.pem")"
is "only the word changes" "$(git diff -U0 tenants/acme/push.yaml | tail -n 2)" "-  topic: New # the pin
+  topic: $topic # the pin"
sed "s/\"New\"/\"$(openssl x509 -in "$T/beta.pem" -noout -subject -nameopt multiline | sed -n 's/ *userId *= //p')\"/" "$T/beta.yaml" >"$T/wanted"
exits "in quotes, behind other characters, comments kept" 0 cmp "$T/wanted" tenants/beta/push.yaml
exits "the result is clean" 0 "$APNSCTL" lint
exits "accepted again" 0 "$APNSCTL" accept -o json "$T/downloads"
is "nothing changes" "$(python3 -c 'import json,sys; print(json.load(sys.stdin)["changed"])' <"$T/out")" "[]"
shop_commit "both"
run || not_ok "the certificates are taken in" "$(cat "$T/err")"
is "they are Active" "$(fact acme "o['phase']") $(fact beta "o['phase']")" "Active Active"
git fetch -q origin
exits "what is in place matches" 0 "$APNSCTL" match tenants/acme/push.pem
contains "as the one in use" "$(cat "$T/out")" "the certificate is the one in use"

# Renewal day.
later=$(date -u -d "+330 days" +%Y-%m-%dT00:00:00Z)
run --now "$later" reconcile
git fetch -q origin
for t in acme beta; do status_file "$(request_file $t)" >"$T/$t.plist"; done
"$APPLESIM" portal create --state "$T/sim" --account apple@acme.example --request "$T/acme.plist" \
	--out "$T/created.pem" --now "$later" >/dev/null
verdict "created instead of renewed" "$T/created.pem" OtherTopic \
	"do not revoke anything; at the portal open the row APSP:${topic##*.}, choose Renew and upload the same file requests/acme/" \
	--now "$later"
"$APPLESIM" portal renew --state "$T/sim" --account apple@beta.example --topic "$(fact beta "o['topic']")" \
	--request "$T/acme.plist" --out "$T/wrong-row.pem" --now "$later" >/dev/null
verdict "uploaded to another customer's row" "$T/wrong-row.pem" WrongRow \
	"first renew the row of PushCertificate/beta/push with its own file" --now "$later"
cp tenants/beta/push.pem tenants/acme/push.pem
exits "another customer's file in place" 5 "$APNSCTL" --now "$later" match tenants/acme/push.pem
contains "is Misfiled" "$(cat "$T/out")" "tenants/acme/push.pem: Misfiled
    PushCertificate/acme/push: the certificate belongs to PushCertificate/beta/push"
git checkout -q tenants/acme/push.pem
portal_renew acme --now "$later" || not_ok "the portal renews"
exits "the renewed one" 0 "$APNSCTL" --now "$later" accept "$T/acme.pem"
contains "needs no pin" "$(git diff --stat)" "1 file changed"
git show HEAD:tenants/acme/push.pem >"$T/old.pem"
exits "the one in use does not come back over it" 5 "$APNSCTL" --now "$later" accept "$T/old.pem"
contains "it is Older" "$(cat "$T/out")" "$T/old.pem: Older
    PushCertificate/acme/push: a newer certificate is in tenants/acme/push.pem already"
exits "the newer one stays" 0 cmp -s "$T/acme.pem" tenants/acme/push.pem
put acme
faults "{\"now\": \"$later\"}"
run --now "$later" reconcile || not_ok "the renewal is taken in" "$(cat "$T/out" "$T/err")"
git fetch -q origin
git show HEAD~1:tenants/acme/push.pem >"$T/old.pem"
verdict "last year's certificate" "$T/old.pem" Older "download the newest certificate" --now "$later"

# Where facts are missing, and where a link leads out.
git update-ref -d refs/remotes/origin/apnsctl-status
exits "without facts no request is known" 5 "$APNSCTL" match "$T/second.pem"
contains "which is no judgement of the file" "$(cat "$T/out")" \
	"whose request it answers can not be told: no keys are known here
    "
contains "and has a cure" "$(cat "$T/err")" "run git fetch origin apnsctl-status"
git fetch -q origin
rm tenants/acme/push.pem
ln -s "$T/outside" tenants/acme/push.pem
exits "through a symbolic link" 5 "$APNSCTL" --now "$later" accept "$T/acme.pem"
is "nothing is written" "$(cat "$T/err" | tail -n 2 | head -n 1) $(ls "$T/outside" 2>&1 | grep -c 'No such')" \
	"apnsctl: $T/repo/tenants/acme/push.pem is a symbolic link; put the file itself there 1"
finish

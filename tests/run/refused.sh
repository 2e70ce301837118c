#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What comes back from the portal and does not fit: a condition with verdict and remedy, and the pair
# in force stays in force.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../shop.sh"
shop_start acme beta || exit 1
activate acme >/dev/null || not_ok "acme is Active" "$(cat "$T/out" "$T/err")"
serial=$(fact acme "o['serial']")
later=$(date -u -d "+330 days" +%Y-%m-%dT00:00:00Z)
run --now "$later" reconcile
cp "$T/repo/tenants/acme/push.pem" "$T/good.pem"

# refused NAME STATUS FILE VERDICT ACTION: commits the file, runs, compares, puts the good one back.
refused() {
	put acme "$3"
	runs "$1: ends with $2" "$2" --now "$later" reconcile
	is "$1: verdict and next step" "$(condition acme Stalled | cut -d' ' -f2) $(fact acme "o['next']['action']")" "$4 $5"
	is "$1: the old pair stays in force" "$(fact acme "o['phase'], o['serial']")" "Active $serial"
	is "$1: the request stays open" "$(fact acme "o['renewal']['phase']")" AwaitingPortal
	cp "$T/good.pem" "$T/repo/tenants/acme/push.pem"
	shop_commit back
}

portal_create acme --now "$later" >/dev/null
refused "Create instead of Renew" 4 "$T/acme.pem" OtherTopic RenewAtPortal
contains "the remedy says not to revoke" "$(fact acme "o['next']['message']")" "do not revoke anything"

printf '<!DOCTYPE html><html><title>Sign in</title></html>\n' >"$T/login.html"
refused "a sign-in page" 4 "$T/login.html" Unreadable CommitCertificate
openssl x509 -in "$T/good.pem" -outform DER -out "$T/good.der"
refused "DER" 4 "$T/good.der" Unreadable CommitCertificate
refused "the upload file itself" 4 "$T/acme.plist" Unreadable CommitCertificate
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/own.key" -out "$T/own.pem" -subj /CN=own -days 9 2>/dev/null
refused "a certificate that is no push certificate" 4 "$T/own.pem" NotMDM CommitCertificate

# acme's request uploaded to beta's row.
portal_create beta >/dev/null
put beta
run --now "$later" reconcile
faults "{\"now\": \"$later\"}"
"$APPLESIM" portal renew --state "$T/sim" --account apple@beta.example --topic "$(fact beta "o['topic']")" \
	--request "$T/acme.plist" --out "$T/wrong-row.pem" --now "$later" >/dev/null ||
	not_ok "the portal takes it" ""
refused "uploaded to another customer's row" 4 "$T/wrong-row.pem" WrongRow RenewAtPortal
contains "it names both" "$(fact acme "o['next']['message']")" "first renew the row of PushCertificate/beta/push"
refused "another customer's certificate" 4 "$T/beta.pem" Misfiled FixManifest

# CRLF and glued blocks are read.
portal_renew acme --now "$later" >/dev/null
sed 's/$/\r/' "$T/acme.pem" >"$T/crlf.pem"
put acme "$T/crlf.pem"
runs "CRLF is read" 0 --now "$later" reconcile
is "and the renewal ends Active" "$(fact acme "o['phase'], o['band'], o['serial'] != '$serial'")" "Active Ok True"

# The old certificate again: never a rollback.
put acme "$T/good.pem"
run --now "$later" reconcile
is "an older certificate is refused" "$(condition acme Stalled)" "True Older"
is "the newer one stays" "$(fact acme "o['serial'] != '$serial'")" True
finish
